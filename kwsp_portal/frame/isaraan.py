"""`/help/i-saraan/`: what i-Saraan is, who may have it, what it gives by year and how it is paid (seed 002), for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from contributions.enums import IncentiveScheme
from contributions.explanations_incentive import CONDITIONS, OCCUPATIONS, Assumed, assumed, explained
from contributions.rules import incentive, incentive_steps
from kwsp_portal.bank.channels import ChannelsNotKnown, Kind
from kwsp_portal.common import clock, money
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.frame.channels import section
from members.explanations import account_name, not_in_force_words, percent
from members.identity import gates

_CONDITIONS: Final = ("CITIZEN", "MEMBER", "OCCUPATION", "NO_EMPLOYER", "OPTED_IN", "ONE_SCHEME")
"""As they stand on the page; the age is said with its figure."""

_BORN: Final = (date(2000, 1, 1), date(1950, 1, 1))
"""Somebody below 55, and somebody above, whatever the day."""


@dataclass(frozen=True, kw_only=True)
class Year:
    """A year of a scheme as a row of the page; `terms` is None where no source confirms them, and `fills` what reaches the cap of the year; `assumed`
    is what no source confirms of it, and why."""

    year: int
    terms: incentive.Terms | None
    rate: str
    fills: Decimal | None
    assumed: Assumed


@gates.public
@require_safe
def isaraan(request: HttpRequest) -> HttpResponse:
    """As on the business date."""
    on = clock.business_date()
    context: dict[str, Any] = {"on": on, "death_aid": None, "occupations": list(OCCUPATIONS.values()), "conditions": _conditions()}
    try:
        context |= _figures(on)
    except NotInForce as error:
        context["not_in_force"] = not_in_force_words(error)
    try:
        context["channels"] = section(Kind.I_SARAAN, on)
    except ChannelsNotKnown:
        context["channels"] = None
    return render(request, "frame/isaraan.html", context)


def _figures(on: date) -> Mapping[str, Any]:
    """What the law of the day says, and what is assumed of it. Raises NotInForce where i-Saraan is not there."""
    incentive.terms(IncentiveScheme.ISARAAN, on.year)
    young, old = (account_name(incentive.account(born, on=on), on) for born in _BORN)
    years = {scheme: [_year(scheme, year) for year in range(on.year, incentive.first_year(scheme) - 1, -1)] for scheme in IncentiveScheme}
    of_terms = [why for scheme in IncentiveScheme for row in years[scheme] for why in row.assumed.why]
    return {
        "this": years[IncentiveScheme.ISARAAN][0],
        "years": years[IncentiveScheme.ISARAAN],
        "isuri": years[IncentiveScheme.ISURI],
        "ceiling": incentive.ceiling(on),
        "death_aid": incentive.death_aid(on),
        "halves": [incentive.HalfYear(on.year, number) for number in (1, 2)],
        "account": young,
        "account_55": old,
        "assumed": list(dict.fromkeys([*of_terms, *_assumed(on)])),
    }


def _year(scheme: IncentiveScheme, year: int) -> Year:
    unconfirmed = assumed(scheme, year)
    try:
        law = incentive.terms(scheme, year)
    except NotInForce:
        return Year(year=year, terms=None, rate="", fills=None, assumed=unconfirmed)
    by_share = bool(law.rate)
    fills = incentive.reckon(law=law, contributed=money.ZERO).more if by_share else law.year_minimum
    return Year(year=year, terms=law, rate=percent(str(law.rate)) if by_share else "", fills=fills, assumed=unconfirmed)


def _assumed(on: date) -> Sequence[str]:
    """The assumptions behind the year's figures: of the incentive, its days and accounts, and the ceiling."""
    law = incentive.terms(IncentiveScheme.ISARAAN, on.year)
    steps = [*incentive_steps.of_earned(incentive.reckon(law=law, contributed=money.ZERO))]
    for born in _BORN:
        steps += incentive_steps.of_crediting(incentive.HalfYear(on.year, 2), born)
    steps.append(incentive_steps.of_ceiling(on.year, incentive.take(money.ZERO, credited=money.ZERO, on=on)))
    return explained(steps).assumptions


def _conditions() -> Sequence[str | Promise]:
    return [CONDITIONS[code] for code in _CONDITIONS]
