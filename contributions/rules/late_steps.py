"""Why a late payment charge and a dividend on late contributions are what they are, as data. Words: contributions/explanations_late.py."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from contributions.enums import LateScheme
from contributions.rules import late
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import CITATIONS_BETWEEN, Value

_SCHEMES: Final[Mapping[LateScheme, str]] = {LateScheme.CONVENTIONAL: "LATE_YEAR_CONVENTIONAL", LateScheme.LOWER: "LATE_YEAR_LOWER"}


def of_charge(month: WageMonth, found: late.Charge) -> Iterator[Step]:
    """The charge of a contribution month, from its days to its ringgit."""
    day = late.first_late_day(month)
    if not found.parts:
        yield _cited("LATE_NO_CHARGE", late.LAW.at("charge.days", day), contribution_month=str(month), due=str(_due(month)))
        return
    yield _cited("LATE_DAYS", late.LAW.at("charge.days", day), contribution_month=str(month), due=str(_due(month)), first=str(day))
    told: set[int] = set()
    for paid, parts in found.parts:
        yield Step("LATE_PAID", {"arrears": str(paid.amount), "paid_on": str(paid.paid_on), "days": str(sum(part.days for part in parts))})
        for part in parts:
            yield from _rate(part.year_rate, told)
            yield _charged(part)
    yield from _whole(found, day)


def of_dividend(month: WageMonth, paid: late.Paid, found: late.Dividend) -> Iterator[Step]:
    """The dividend on one late contribution, year by year."""
    law = late.LAW.at("dividend.days", month.first_day)
    figures = {"contribution_month": str(month), "paid_on": str(paid.paid_on), "last_day": str(month.last_day), "arrears": str(paid.amount)}
    if not found.parts:
        yield _cited("LATE_NO_DIVIDEND", law, **figures)
        return
    yield _cited("LATE_DIVIDEND_DAYS", law, **figures)
    told: set[int] = set()
    for part in found.parts:
        yield from _rate(part.year_rate, told, points=False)
        amount = str(money.fraction_to_sen(part.exact))
        yield Step("LATE_DIVIDEND_PART", {**_figures(part), "exact": amount})
    yield Step("LATE_DIVIDEND_TOTAL", {"dividend": str(found.amount)})


def _due(month: WageMonth) -> date:
    return month.previous().due_date


def _rate(found: late.YearRate, told: set[int], *, points: bool = True) -> Iterator[Step]:
    """Which dividends price the days of a year; said once a year."""
    if found.year in told:
        return
    told.add(found.year)
    asked = max(date(found.of_year, 1, 1), late.LAW.known_from)
    if found.year != found.of_year:
        law = late.LAW.at("undeclared", max(date(found.year, 1, 1), late.LAW.known_from))
        yield _cited("LATE_UNDECLARED", law, year=str(found.year), of_year=str(found.of_year))
        yield Step("LATE_DECLARED_FROM", {}, found.declared.citation, found.declared.assumed)
    figures = {"of_year": str(found.of_year), "conventional": str(found.declared.conventional), "rate": str(found.dividend)}
    if found.declared.shariah is not None:
        figures["shariah"] = str(found.declared.shariah)
    scheme = late.LAW.at("scheme", asked)
    yield Step(_SCHEMES[found.scheme], figures, CITATIONS_BETWEEN.join((scheme.citation, found.declared.citation)), scheme.assumption)
    if points:
        added = late.LAW.at("charge.points", asked)
        yield _cited("LATE_POINTS", added, year=str(found.year), points=str(added.value), rate=str(found.dividend), together=str(found.charge))


def _charged(part: late.Part) -> Step:
    return Step("LATE_PART", {**_figures(part), "exact": str(money.fraction_shown(part.exact))})


def _figures(part: late.Part) -> dict[str, str]:
    return {
        "first": str(part.first),
        "last": str(part.last),
        "days": str(part.days),
        "days_in_year": str(part.days_in_year),
        "base": str(part.base),
        "rate": str(part.rate),
    }


def _whole(found: late.Charge, day: date) -> Iterator[Step]:
    """How the exact sum became the charge."""
    figures = {"exact": str(money.fraction_shown(found.exact)), "charge": str(found.amount), "least": str(found.least)}
    if found.exact < found.least:
        yield _cited("LATE_LEAST", late.LAW.at("charge.minimum", day), **figures)
        return
    code = "LATE_WHOLE" if found.exact == found.amount else "LATE_ROUND_UP"
    yield _cited(code, late.LAW.at("charge.rounding", day), **figures)


def _cited(code: str, law: Value, **figures: str) -> Step:
    return Step(code, figures, law.citation, law.assumption)
