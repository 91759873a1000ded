"""What lateness costs an employer (rulings 10 and 11; s. 45(3) and s. 49): the late payment charge of a contribution month, and the dividend that
its members lost. Exact ratios of whole numbers until the law rounds; why: `late_steps`.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple

from contributions.enums import LateReading, LateScheme
from kwsp_portal.common import money, rates
from kwsp_portal.common.periods import DUE_DAY, WageMonth
from members.enums import Scheme
from members.rules.declared import LAW as DIVIDENDS
from members.rules.declared import days_in, known_from, on_file

_DAY: Final = timedelta(days=1)
LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "late.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {
    "scheme": tuple(LateScheme),
    "charge.rounding": (LateReading.UP_TO_RINGGIT,),
    "charge.days": (LateReading.FROM_16TH_TO_PAYMENT,),
    "dividend.days": (LateReading.MONTH_END_TO_PAYMENT,),
    "undeclared": (LateReading.LAST_DECLARED,),
}
"""The codes that each entry may hold: what this module does, and nothing else."""


class Declared(NamedTuple):
    """The dividends of one year; `shariah` is None before there was a Simpanan Shariah. `known_from`: the day from which they count."""

    conventional: Decimal
    shariah: Decimal | None
    known_from: date
    citation: str
    assumed: str


def _on_file() -> Mapping[int, Declared]:
    """What the rate file has, by year."""
    found = {}
    for year in [value.start.year for value in DIVIDENDS["conventional"].values]:
        conventional, shariah = on_file(year, Scheme.CONVENTIONAL), on_file(year, Scheme.SHARIAH)
        assert conventional is not None  # noqa: S101 - the year is one of its own
        known = DIVIDENDS.at("credited_from", date(year, 1, 1)).assumption
        rate = shariah.value if shariah else None
        found[year] = Declared(conventional.value, rate, known_from(year), conventional.citation, known)
    return found


ON_FILE: Final = _on_file()
"""The dividends of the rate file; years that were declared in the portal come with `declared` of the functions below."""


class YearRate(NamedTuple):
    """What prices lateness in a year. `of_year` is the year whose dividends are used: an earlier one where `year` is not yet declared."""

    year: int
    of_year: int
    scheme: LateScheme
    declared: Declared
    dividend: Decimal
    charge: Decimal


class Part(NamedTuple):
    """The days of one year that are counted, first and last included, what they come to exactly at the `rate` of that year: `above / below` RM."""

    first: date
    last: date
    days: int
    days_in_year: int
    base: Decimal
    rate: Decimal
    year_rate: YearRate
    above: int
    below: int

    @property
    def exact(self) -> Fraction:
        return Fraction(self.above, self.below)


class Paid(NamedTuple):
    """Arrears of a contribution month, RM, that were paid, or would be, on a day."""

    amount: Decimal
    paid_on: date


class Charge(NamedTuple):
    """The late payment charge of one employer and contribution month; `exact` is what was rounded up or lifted to the least."""

    amount: Decimal
    least: Decimal
    parts: Sequence[tuple[Paid, Sequence[Part]]]

    @property
    def exact(self) -> Fraction:
        return Fraction(*_sum(part for _paid, found in self.parts for part in found))


class Dividend(NamedTuple):
    """The dividend on one late contribution, to the sen; each part is rounded as the dividend of its year would have been."""

    amount: Decimal
    parts: Sequence[Part]


def year_rate(year: int, *, on: date, declared: Mapping[int, Declared] = ON_FILE) -> YearRate:
    """The rate of a year as it is known on a day: the year's own once it is declared, else the last declared one.

    Raises NotInForce where `on` is before February 2008.
    """
    _reading_on(on)
    of_year = year
    while of_year not in declared or on < declared[of_year].known_from:
        of_year -= 1
    found = declared[of_year]
    scheme = _scheme(of_year)
    basis = found.conventional if scheme is LateScheme.CONVENTIONAL or found.shariah is None else min(found.conventional, found.shariah)
    return YearRate(year, of_year, scheme, found, basis, basis + _points(year))


# A batch asks for the same few days, years and months by the ten thousand.
@functools.lru_cache
def _reading_on(on: date) -> rates.Value:
    return LAW.at("undeclared", on)


@functools.cache
def _scheme(year: int) -> LateScheme:
    return LateScheme(LAW.at("scheme", _law_day(year)).value)


@functools.cache
def _points(year: int) -> Decimal:
    found: Decimal = LAW.at("charge.points", _law_day(year)).value
    return found


def _law_day(year: int) -> date:
    return max(date(year, 1, 1), LAW.known_from)


@functools.cache
def _least(contribution_month: WageMonth) -> Decimal:
    found: Decimal = LAW.at("charge.minimum", first_late_day(contribution_month)).value + money.ZERO
    return found


@functools.cache
def _first_dividend_day(contribution_month: WageMonth) -> date:
    """Raises NotInForce for months before February 2008."""
    LAW.at("dividend.days", contribution_month.first_day)
    return contribution_month.last_day


@functools.cache
def first_late_day(contribution_month: WageMonth) -> date:
    """The 16th: what is paid on the 15th is in time (rulings 9 and 30)."""
    return contribution_month.first_day.replace(day=DUE_DAY + 1)


def charge(*, contribution_month: WageMonth, paid: Sequence[Paid], on: date, declared: Mapping[int, Declared] = ON_FILE) -> Charge:
    """The charge of a contribution month, whatever of it was paid late, each amount to its own day (ruling 10), as reckoned on a day.

    Simple, by day, from the 16th to the day of payment inclusive; one sum, rounded up to the ringgit, at least RM10; nothing where nothing was late.
    Raises NotInForce for months before February 2008.
    """
    least, from_day = _least(contribution_month), first_late_day(contribution_month)
    parts = [(one, tuple(_charged(from_day, one, on, declared))) for one in paid if one.amount > 0 and one.paid_on >= from_day]
    if not parts:
        return Charge(money.ZERO, least, parts)
    amount = money.ratio_up_to_ringgit(*_sum(part for _one, found in parts for part in found))
    return Charge(max(least, amount), least, parts)


def _charged(from_day: date, paid: Paid, on: date, declared: Mapping[int, Declared]) -> Iterator[Part]:
    for days in _years(from_day, paid.paid_on):
        found = year_rate(days.first.year, on=on, declared=declared)
        yield _part(days, paid.amount, found.charge, found)


def _sum(parts: Iterable[Part]) -> tuple[int, int]:
    """What parts come to, as a ratio that nobody has reduced."""
    above, below = 0, 1
    for part in parts:
        if part.below == below:
            above += part.above
        else:
            above, below = above * part.below + part.above * below, below * part.below
    return above, below


def late_dividend(*, contribution_month: WageMonth, paid: Paid, on: date, declared: Mapping[int, Declared] = ON_FILE) -> Dividend:
    """What a contribution would have earned from the last day of its contribution month to the day before it was paid (ruling 11), reckoned on a day.

    From the payment day on it earns by itself, so no day is paid twice; what it earned in a year earns in the next, as it would have. Nothing if it
    was paid inside its contribution month.
    """
    first_day, base, parts = _first_dividend_day(contribution_month), paid.amount, []
    for days in _years(first_day, paid.paid_on - _DAY) if base > 0 else ():
        found = year_rate(days.first.year, on=on, declared=declared)
        part = _part(days, base, found.dividend, found)
        parts.append(part)
        base += money.ratio_to_sen(part.above, part.below)
    return Dividend(base - paid.amount + money.ZERO, tuple(parts))


def share_sen(dividend_sen: int, *, before_sen: int, row_sen: int, total_sen: int) -> int:
    """What one contribution has of the dividend on all of them, in proportion (ruling 11): `before_sen` is what the contributions before it come to.

    Cut where the running sum falls: each is within a sen of its exact share, none is negative, and together they are the whole.
    """
    return dividend_sen * (before_sen + row_sen) // total_sen - dividend_sen * before_sen // total_sen


class _Days(NamedTuple):
    first: date
    last: date
    days: int
    days_in_year: int


@functools.lru_cache(maxsize=4096)
def _years(first: date, last: date) -> Sequence[_Days]:
    """The days from first to last, both included, cut at each 1 January; nothing if last is earlier."""
    found = []
    while first <= last:
        end = min(last, date(first.year, 12, 31))
        found.append(_Days(first, end, (end - first).days + 1, days_in(first.year)))
        first = end + _DAY
    return found


def _part(days: _Days, base: Decimal, rate: Decimal, found: YearRate) -> Part:
    (above, below), (rate_above, rate_below) = base.as_integer_ratio(), rate.as_integer_ratio()
    return Part(*days, base, rate, found, above * rate_above * days.days, below * rate_below * days.days_in_year)
