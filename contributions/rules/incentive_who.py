"""Which voluntary contributions earn an incentive (rulings 18 and 20; seed 002): every condition on the day of the contribution, met or not."""

from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from contributions.enums import IncentiveReading, IncentiveScheme, Occupation
from contributions.facts import IncentiveFacts, Registration, Voluntary
from contributions.rules.incentive import LAW, Before, Earned, HalfYear, Terms, first_year, reckon, terms
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from members.enums import Citizenship
from members.rules import age

_WHO: Final = {IncentiveScheme.ISARAAN: "incentive/seed_002", IncentiveScheme.ISURI: "incentive/isuri_page"}
"""The source that names the conditions for which the rate file holds no number."""
_DAY: Final = timedelta(days=1)
_BY_MONTH: Final = IncentiveReading.BY_MONTH
_LAW_OF: Final = {"AGE": "{}.age_below", "NO_EMPLOYER": "{}.employer_ends", "ONE_SCHEME": "exclusive"}


class Condition(NamedTuple):
    """One condition of a scheme, met or not on a day, with its provision. Words: contributions/explanations_incentive.py."""

    code: str
    met: bool
    citation: str
    assumed: str = ""


class Torn(Exception):
    """Contributions that are told as one of which some may count and others not: each has to be told by itself."""


def conditions(facts: IncentiveFacts, scheme: IncentiveScheme, *, on: date) -> Sequence[Condition]:
    """Every condition of a scheme for a contribution on a day, in the order of the page. Raises NotInForce where the scheme is not there."""
    law = _in_force(scheme, on)
    return [_condition(code, met, scheme, on) for code, met in _checks(facts, law, on)]


def _condition(code: str, met: bool, scheme: IncentiveScheme, on: date) -> Condition:
    if code not in _LAW_OF:
        return Condition(code, met, _WHO[scheme])
    found = LAW.at(_LAW_OF[code].format(scheme.lower()), on)
    return Condition(code, met, found.citation, found.assumption)


def eligible(facts: IncentiveFacts, scheme: IncentiveScheme, *, on: date) -> bool:
    """Whether a contribution on the day counts. A day on which the scheme is not there is no such day."""
    try:
        law = _in_force(scheme, on)
    except NotInForce:
        return False
    return all(met for _code, met in _checks(facts, law, on))


def spans(facts: IncentiveFacts, scheme: IncentiveScheme, year: int) -> Sequence[tuple[date, date]]:
    """The spans of a year, first and last day, on every day of which all conditions hold. Raises NotInForce for a year whose terms are not known."""
    return _spans(facts, scheme, HalfYear(year, 2))


def _spans(facts: IncentiveFacts, scheme: IncentiveScheme, half: HalfYear) -> Sequence[tuple[date, date]]:
    """Those of the year, up to the end of the half-year. Few days begin or end one: they are asked."""
    first, last = date(half.year, 1, 1), half.last_day
    turns = [day for day in _turns(facts, scheme, half.year) if first < day <= last]
    if not turns:
        return [(first, last)] if eligible(facts, scheme, on=first) else []
    days = [first, *sorted(set(turns))]
    ends = [*(day - _DAY for day in days[1:]), last]
    return [(day, end) for day, end in zip(days, ends, strict=True) if eligible(facts, scheme, on=day)]


def _turns(facts: IncentiveFacts, scheme: IncentiveScheme, year: int) -> Iterable[date]:
    """Every day on which a condition may begin to hold or cease to; more do no harm."""
    found = [since for since, _citizenship in facts.citizenships]
    found += _turns_of_law(scheme, year)
    if facts.member_since is not None:
        found.append(facts.member_since)
    found.append(age.birthday(facts.birth_date, terms(scheme, year).age_below))
    for span in (*((one.first, one.last) for one in facts.registrations), *facts.on_list):
        found.append(span[0])
        if span[1] is not None and span[1] < date.max:
            found.append(span[1] + _DAY)
    for month in facts.employer_months:
        found += (month.first_day, month.next().first_day)
    return found


@cache
def _turns_of_law(scheme: IncentiveScheme, year: int) -> Sequence[date]:
    of_year = {LAW.known_from, *(value.start for rate in LAW.rates.values() for value in rate.values)}
    return [terms(scheme, year).first_day, *sorted(day for day in of_year if day.year == year)]


def counted(facts: IncentiveFacts, scheme: IncentiveScheme, half: HalfYear) -> list[Voluntary]:
    """The contributions of the year, up to the end of the half-year, that earn it: paid as the scheme's kind while every condition held. Raises
    NotInForce for a year whose terms are not known, Torn."""
    return Eligible(facts, scheme).counted(facts.contributions, half)


class Eligible:
    """Members of whom all is the same but what they paid: on which days a contribution of a scheme counts is asked once for all of them."""

    def __init__(self, facts: IncentiveFacts, scheme: IncentiveScheme) -> None:
        self._facts, self._scheme = facts, scheme
        self._known: dict[HalfYear, tuple[Terms, Sequence[tuple[date, date]]]] = {}

    def counted(self, paid: Sequence[Voluntary], half: HalfYear) -> list[Voluntary]:
        """As the function of that name, of what one of them paid."""
        return self._counted(paid, self._year(half)[1]) if paid else []

    def of_half(self, paid: Sequence[Voluntary], half: HalfYear, before: Before) -> Earned:
        """As the function of that name, of what one of them paid."""
        law, held = self._year(half)
        found = self._counted(paid, held)
        contributed = money.ZERO
        for one in found:
            contributed += one.amount
        months = _months(self._facts, law, half, found, contributed) if law.form is _BY_MONTH else 0
        return reckon(law=law, contributed=contributed, months=months, before=before)

    def _counted(self, paid: Sequence[Voluntary], held: Sequence[tuple[date, date]]) -> list[Voluntary]:
        # A value of one enum is compared with a value of another: both are texts.
        return [one for one in paid if one.kind == self._scheme and _within(one, held)]

    def _year(self, half: HalfYear) -> tuple[Terms, Sequence[tuple[date, date]]]:
        known = self._known.get(half)
        if known is None:
            law = terms(self._scheme, half.year)
            known = self._known[half] = (law, _spans(self._facts, self._scheme, half))
        return known


def _within(paid: Voluntary, spans: Iterable[tuple[date, date]]) -> bool:
    """Whether it was paid in one of the spans, which are apart. Raises Torn."""
    first, until = paid.paid_on, paid.until or paid.paid_on
    for begun, end in spans:
        if begun <= first and until <= end:
            return True
        if begun <= until and first <= end:
            raise Torn
    return False


def of_half(facts: IncentiveFacts, scheme: IncentiveScheme, half: HalfYear, *, before: Before = Before()) -> Earned:  # noqa: B008 - a frozen tuple
    """What a member has earned by the end of a half-year, and what is to be paid for it. Raises NotInForce for a year whose terms are not known,
    Torn."""
    return Eligible(facts, scheme).of_half(facts.contributions, half, before)


def births_apart(scheme: IncentiveScheme, first_year: int, last_year: int) -> tuple[date, date]:
    """Of whoever was born after the first day and before the second the scheme's age may be reached in these years. All who were born on the first
    day or before it reach it earlier, all who were born on the second or after it later: of them the birth date says no more."""
    ages = _ages(scheme, first_year, last_year)
    if len(ages) != 1:
        return date.min, date.max
    below = min(ages)
    return date(first_year - below, 1, 1) - _DAY, date(last_year + 1 - below, 1, 1)


@cache
def _ages(scheme: IncentiveScheme, first_year: int, last_year: int) -> Set[int]:
    found = set()
    for year in range(first_year, last_year + 1):
        with suppress(NotInForce):  # nothing is asked of a year whose terms are not known
            found.add(terms(scheme, year).age_below)
    return found


@cache
def _in_force(scheme: IncentiveScheme, on: date) -> Terms:
    law = terms(scheme, on.year)
    LAW.at(f"{scheme.lower()}.year_cap", on)
    return law


def _checks(facts: IncentiveFacts, law: Terms, on: date) -> Iterator[tuple[str, bool]]:
    """The work is what was said with the registration that holds on the day: a later one says nothing of earlier days."""
    held = [one for one in facts.registrations if one.holds(on)]
    own = next((one for one in held if one.scheme is law.scheme), None)
    yield "CITIZEN", _citizenship(facts, on) is Citizenship.CITIZEN
    yield "MEMBER", facts.member_since is not None and facts.member_since <= on
    yield "AGE", on < age.birthday(facts.birth_date, law.age_below)
    if law.scheme is IncentiveScheme.ISARAAN:
        yield "OCCUPATION", own is not None and own.occupation not in (None, Occupation.EMPLOYEE)
    else:
        yield "ON_LIST", any(first <= on and (last is None or on <= last) for first, last in facts.on_list)
    yield "NO_EMPLOYER", _without_employer(facts, law.scheme, own, on)
    yield "OPTED_IN", own is not None
    yield "ONE_SCHEME", all(one.scheme is law.scheme for one in held)


def _citizenship(facts: IncentiveFacts, on: date) -> Citizenship | None:
    begun = [standing for standing in facts.citizenships if standing[0] <= on]
    return max(begun, key=lambda standing: standing[0])[1] if begun else None


def employers_since(scheme: IncentiveScheme, since: date) -> date:
    """The first day on which an employer's contribution may decide whether a condition holds on `since` or later."""
    return since if scheme is IncentiveScheme.ISARAAN else date(first_year(scheme), 1, 1)


def _without_employer(facts: IncentiveFacts, scheme: IncentiveScheme, own: Registration | None, on: date) -> bool:
    """i-Saraan: none in the month, whoever draws a pension. i-Suri: none in any month from that of the registration on."""
    if not facts.employer_months or not LAW.at(f"{scheme.lower()}.employer_ends", on).value:
        return True
    month = WageMonth.of(on)
    if scheme is IncentiveScheme.ISARAAN:
        return (own is not None and own.occupation is Occupation.PENSIONABLE) or month not in facts.employer_months
    since = WageMonth.of(own.first) if own else month
    return not any(since <= one <= month for one in facts.employer_months)


def _months(facts: IncentiveFacts, law: Terms, half: HalfYear, found: Sequence[Voluntary], contributed: Decimal) -> int:
    """The months that earn RM40: those in which the least was paid; with the year's least, every month in which she was eligible."""
    months = list(WageMonth.of(law.first_day).through(WageMonth.of(half.last_day)))
    if law.year_minimum is not None and contributed >= law.year_minimum:
        held = spans(facts, law.scheme, law.year)
        return sum(any(begun <= month.last_day and month.first_day <= end for begun, end in held) for month in months)
    paid = dict.fromkeys(months, money.ZERO)
    for one in found:
        if one.until and WageMonth.of(one.until) != WageMonth.of(one.paid_on):
            raise Torn
        paid[WageMonth.of(one.paid_on)] += one.amount
    return sum(amount >= law.month_minimum for amount in paid.values())
