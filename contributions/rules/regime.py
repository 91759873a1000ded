"""The law of a wage month, taken from contributions/rates/third_schedule.yaml once and kept ready.

A `MonthLaw` answers who belongs to which Part in that month by comparing dates; a `PartLaw` is one Part in one edition of the Third
Schedule. Both are built on the first question about a month and never change.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from contributions.enums import Category, ChoiceForm, Rounding, SchedulePart
from kwsp_portal.common import money, rates
from kwsp_portal.common.periods import LATEST_YEAR, WageMonth
from members.rules import age

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "third_schedule.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {
    "rounding.exact": tuple(Rounding),
    "rounding.part_f": tuple(Rounding),
    "domestic.by_choice": tuple(ChoiceForm),
    "b.by_choice": tuple(ChoiceForm),
    "d.by_choice": tuple(ChoiceForm),
    **{f"part.{category.lower()}.{stage}": tuple(SchedulePart) for category in Category for stage in ("below", "from")},
}
"""The codes that each entry may hold: the start-up check refuses any other (kwsp_portal/frame/law/codes.py)."""

NEAR: Final = 2
"""Months around a change of Part in which it matters that its month is assumed."""


class Wages(NamedTuple):
    """Where rows begin, how wide they are and where they end, in ringgit (ruling 4)."""

    nothing_up_to: Decimal
    narrow_band: Decimal
    limit: Decimal
    wide_band: Decimal
    table_top: Decimal


@dataclass(frozen=True, slots=True, eq=False)
class AgeLaw:
    """An age that changes the Part, from how many months after the birthday's, and the day before which whoever reached it is spared (2008).
    Compared by identity: there is one object for each.
    """

    years: int
    after_months: int
    citation: str
    assumption: str
    not_before: rates.Value | None


class BeyondRows(NamedTuple):
    """What an exact percentage needs, ready: the employer's part is rate x wages + fixed sum, one of them zero."""

    employer_rate: Decimal
    employer_fixed: Decimal
    employee_rate: Decimal
    band_from: Decimal


@dataclass(frozen=True, slots=True, eq=False)
class PartLaw:
    """One Part in one edition. Compared by identity: there is one object for each.

    The employer owes a rate up to `wages.limit` and another above it, or a fixed sum a month (`employer_fixed`, then all three are that
    sum). `exact` Parts have no rows: the rate is taken of the wages themselves. `bonus_rule` is None where the Part has none.
    `rounds_total` says whether an exact percentage is rounded as a total (ruling 5); otherwise each share is; `other_by_row` whether
    a share without an excess keeps to its row beside one that has an excess. `by_choice` names the form by
    which those of a Part that binds nobody choose it; `domestic_excluded` is set where it takes no domestic helpers. `kept` is the employee's rate
    for those who keep it where this edition lowers it, `kept_by_row` whether the rows give their share or the exact percentage (an excess);
    `lowered` is the rate that it replaced in a Part made by `keeping`.
    """

    code: SchedulePart
    reference: str
    wages: Wages
    narrow_value: rates.Value
    wide_value: rates.Value
    table_top_value: rates.Value
    employer_to_limit: rates.Value
    employer_over_limit: rates.Value
    employer_fixed: rates.Value | None
    employee: rates.Value
    exact: bool
    bonus_rule: rates.Value | None
    rounding: rates.Value
    rounds_total: bool
    beyond_rows: BeyondRows
    other_by_row: bool
    by_choice: rates.Value | None
    domestic_excluded: rates.Value | None
    kept: rates.Value | None
    kept_by_row: bool
    lowered: rates.Value | None = None

    def employer_value(self, wages: Decimal) -> rates.Value:
        """What decides the employer's share at these wages: a rate, or the fixed sum."""
        if self.employer_fixed is not None:
            return self.employer_fixed
        return self.employer_to_limit if wages <= self.wages.limit else self.employer_over_limit

    def employer_part(self, value: rates.Value, wages: Decimal) -> Decimal:
        """The employer's share before rounding: the rate of `wages`, or the fixed sum."""
        amount: Decimal = value.value if value is self.employer_fixed else value.value * wages
        return amount


@dataclass(frozen=True, slots=True, eq=False)
class MonthLaw:
    """Who belongs to which Part in one wage month. Each pair: below the age of the second stage, and from it.

    Births from `born_below` on are below that age, those from `born_payable` on may still contribute, those before `born_saved` stay in the
    first stage for good (saving clause of 2008); those between `born_near_from` and `born_near_to` see the change at most `NEAR` months before or
    after; those before `born_after_last` contribute for the last time. `month` is the wage month as text.
    """

    wage_month: WageMonth
    month: str
    reference: str
    reduced: AgeLaw
    born_by: date
    born_below: date
    born_near_from: date
    born_near_to: date
    born_payable: date
    born_after_last: date
    born_saved: date
    early_before: date
    citizen: tuple[PartLaw, PartLaw]
    permanent_resident: tuple[PartLaw, PartLaw]
    early_non_citizen: tuple[PartLaw, PartLaw]
    later_non_citizen: tuple[PartLaw, PartLaw]

    def at(self, name: str) -> rates.Value:
        """A value of the Third Schedule in this month."""
        return _at(self.wage_month, name)


@functools.lru_cache(maxsize=10_000)
def _at(wage_month: WageMonth, name: str) -> rates.Value:
    return LAW.at(name, wage_month.first_day)


MONTHS: Final[dict[WageMonth, MonthLaw]] = {}
"""The months asked for so far; `law_of` fills it."""
_PARTS: Final[dict[tuple[date, str], PartLaw]] = {}
_KEEPING: Final[dict[PartLaw, PartLaw]] = {}


def law_of(wage_month: WageMonth) -> MonthLaw:
    """The law of a wage month. Raises NotInForce before the first month the rate file knows."""
    found = MONTHS.get(wage_month)
    if found is None:
        found = MONTHS.setdefault(wage_month, _month_law(wage_month))
    return found


def _month_law(wage_month: WageMonth) -> MonthLaw:
    first = wage_month.first_day
    return MonthLaw(
        wage_month=wage_month,
        month=str(wage_month),
        reduced=_age_law(LAW.at("age.reduced", first), LAW.at("age.reduced_after_months", first), value_at("age.reduced_not_if_before", first)),
        reference=LAW.reference(first),
        born_by=wage_month.last_day,
        born_below=_born_below(wage_month, "age.reduced"),
        born_near_from=_born_below(wage_month, "age.reduced", ahead=-NEAR - 1),
        born_near_to=_born_below(wage_month, "age.reduced", ahead=NEAR),
        born_payable=_born_below(wage_month, "age.last"),
        born_after_last=_born_below(wage_month, "age.last", ahead=1),
        born_saved=_born_saved(first),
        early_before=LAW.at("member.early_before", first).value,
        citizen=_pair(Category.CITIZEN, first),
        permanent_resident=_pair(Category.PERMANENT_RESIDENT, first),
        early_non_citizen=_pair(Category.EARLY_NON_CITIZEN, first),
        later_non_citizen=_pair(Category.LATER_NON_CITIZEN, first),
    )


@functools.cache
def _age_law(years: rates.Value, months: rates.Value, not_before: rates.Value | None) -> AgeLaw:
    return AgeLaw(years.value, months.value, years.citation, months.assumption, not_before)


def reduced_age(month: WageMonth) -> int | None:
    """The age of the second stage in a wage month; None before the law is known."""
    found = value_at("age.reduced", month.first_day)
    years: int | None = None if found is None else found.value
    return years


def _born_below(wage_month: WageMonth, name: str, ahead: int = 0) -> date:
    """The earliest birth date of those for whom the age, by the law of a wage month, has no effect yet in it, or so many months ahead (ruling 7).

    It has an effect from the wage month so many months after the birthday's, so those count whose birthday fell in an earlier one.
    """
    threshold = LAW.at(name, wage_month.first_day).value
    months = LAW.at(f"{name}_after_months", wage_month.first_day).value
    known = (LATEST_YEAR - wage_month.year) * 12 + 12 - wage_month.month  # no month is known after those
    return age.earliest_birth_below(threshold, wage_month.plus(min(ahead - months, known)).last_day)


def _born_saved(first: date) -> date:
    """Whoever was born before this day reached the age of the second stage in time to stay at the full rates; nobody where nothing says so."""
    before = value_at("age.reduced_not_if_before", first)
    if before is None:
        return date.min
    return age.earliest_birth_below(LAW.at("age.reduced", first).value, before.value - timedelta(days=1))


def _pair(category: Category, first: date) -> tuple[PartLaw, PartLaw]:
    below, reached = (LAW.at(f"part.{category.lower()}.{stage}", first).value for stage in ("below", "from"))
    return _part_law(below, first), _part_law(reached, first)


def _part_law(code: str, first: date) -> PartLaw:
    key = LAW.edition(first), code
    found = _PARTS.get(key)
    if found is None:
        found = _PARTS.setdefault(key, _read_part(code, first))
    return found


def _read_part(code: str, first: date) -> PartLaw:
    exact = _value(code, "employer_exact", first)
    fixed = _value(code, "employer_fixed", first)
    one_for_all = exact or fixed
    over_limit = one_for_all or LAW.at(f"{code.lower()}.employer_over_limit", first)
    employee = LAW.at(f"{code.lower()}.employee", first)
    rounding = LAW.at("rounding.part_f" if exact else "rounding.exact", first)
    wages = Wages(*(LAW.at(f"wages.{name}", first).value for name in Wages._fields))
    return PartLaw(
        code=SchedulePart(code),
        reference=f"{LAW.reference(first)}:{code}",
        wages=wages,
        narrow_value=LAW.at("wages.narrow_band", first),
        wide_value=LAW.at("wages.wide_band", first),
        table_top_value=LAW.at("wages.table_top", first),
        employer_to_limit=one_for_all or LAW.at(f"{code.lower()}.employer_to_limit", first),
        employer_over_limit=over_limit,
        employer_fixed=fixed,
        employee=employee,
        exact=exact is not None,
        bonus_rule=_value(code, "bonus_rule", first),
        rounding=rounding,
        rounds_total=Rounding(rounding.value) is Rounding.TOTAL,
        beyond_rows=BeyondRows(
            employer_rate=money.ZERO if fixed else over_limit.value,
            employer_fixed=fixed.value if fixed else money.ZERO,
            employee_rate=employee.value,
            band_from=(wages.nothing_up_to if exact else wages.table_top) + money.SEN,
        ),
        other_by_row=LAW.at("excess.other_by_row", first).value,
        by_choice=_value(code, "by_choice", first),
        domestic_excluded=_value(code, "domestic_excluded", first),
        kept=_value(code, "kept", first),
        kept_by_row=LAW.at("kept.by_row", first).value,
    )


def keeping(part: PartLaw) -> PartLaw:
    """The Part for an employee who keeps the rate that this edition lowers: the same rows at the kept rate (assumed; `kept` of the rate file).

    The Part itself where the edition lowers nothing, or where an exact percentage keeps it (`excess.keeping`).
    """
    if part.kept is None or not part.kept_by_row:
        return part
    found = _KEEPING.get(part)
    if found is None:
        beyond = part.beyond_rows._replace(employee_rate=part.kept.value)
        found = _KEEPING.setdefault(part, replace(part, employee=part.kept, lowered=part.employee, beyond_rows=beyond))
    return found


def _value(code: str, name: str, first: date) -> rates.Value | None:
    return value_at(f"{code.lower()}.{name}", first)


def value_at(name: str, first: date) -> rates.Value | None:
    """A value that not every Part has, or not at all times; None where there is none."""
    rate = LAW.rates.get(name)
    try:
        return None if rate is None else rate.at(first)
    except rates.NotInForce:
        return None
