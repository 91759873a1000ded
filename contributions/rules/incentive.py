"""What the Government adds to a member's i-Saraan and i-Suri contributions (rulings 18 to 20; seed 002), half-year by half-year; the yearly ceiling.

Who may have it, contribution by contribution: `incentive_who`. Why the figures are what they are: `incentive_steps`.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from contributions.enums import IncentiveReading, IncentiveScheme
from kwsp_portal.common import money, rates
from members.enums import SubAccount
from members.rules import age

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "incentive.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {
    "isaraan.lifetime": (IncentiveReading.NO_CAP, IncentiveReading.ALL_YEARS),
    "isuri.form": (IncentiveReading.BY_MONTH, IncentiveReading.BY_SHARE),
    "isuri.lifetime": (IncentiveReading.NO_CAP, IncentiveReading.ALL_YEARS),
    "counts": (IncentiveReading.OWN_KIND,),
    "exclusive": (IncentiveReading.ONE_AT_A_TIME,),
    "rounding": (IncentiveReading.NEAREST_SEN,),
    "account.below_55": (SubAccount.PERSARAAN,),
    "account.from_55": (SubAccount.EMAS,),
    "top_up.account": (SubAccount.PERSARAAN,),
}
"""The codes that each entry may hold: what this module and `incentive_who` do, and nothing else."""
_OF_TERMS: Final = ("form", "rate", "month", "month_minimum", "year_minimum", "year_cap", "lifetime", "lifetime_cap", "age_below")
_BY_SHARE: Final = IncentiveReading.BY_SHARE
"""Looked up once: a member of an enum costs more than the comparison with it, and a run reckons by the million."""
_HALF_YEARS: Final = {1: (6, 30), 2: (12, 31)}


class HalfYear(NamedTuple):
    """January to June (1) or July to December (2) of a year, for which KWSP claims from the Government once."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "HalfYear":
        return cls(day.year, 1 if day.month <= _HALF_YEARS[1][0] else 2)

    @property
    def first_day(self) -> date:
        return date(self.year, 6 * self.number - 5, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, *_HALF_YEARS[self.number])

    @property
    def earliest_credit(self) -> date:
        """After July, or after January of the next year (seed 002): 1 August or 1 February. Raises NotInForce before 2018."""
        return age.months_later(self.last_day + timedelta(days=1), LAW.at("crediting.wait", self.last_day).value)

    def credited_on(self, received_on: date) -> date:
        """The day on which the incentive is credited, once the Government's money was received (ruling 18)."""
        return max(received_on, self.earliest_credit)


class Terms(NamedTuple):
    """The law of a scheme in one year. BY_SHARE has a `rate`, BY_MONTH the other three; a cap or minimum that there is not is None."""

    scheme: IncentiveScheme
    year: int
    form: IncentiveReading
    age_below: int
    year_cap: Decimal
    lifetime_cap: Decimal | None
    first_day: date
    rate: Decimal = Decimal(0)
    month: Decimal = Decimal(0)
    month_minimum: Decimal = Decimal(0)
    year_minimum: Decimal | None = None

    @property
    def months(self) -> int:
        """The months of the year in which the scheme is there."""
        return 13 - self.first_day.month


class Before(NamedTuple):
    """What the scheme has paid the member already, RM: for this year, for all earlier years, and what of that was too much and not yet set off."""

    of_year: Decimal = money.ZERO
    earlier_years: Decimal = money.ZERO
    carried: Decimal = money.ZERO


class Earned(NamedTuple):
    """A scheme's incentive as it stands in a year. `exact` comes of the contributions alone, `most` is the year's cap or what is left of the lifetime
    cap, `whole` what the year has earned. `amount` is still to be paid; `over` was paid and is not earned any more: later halves set it off."""

    terms: Terms
    contributed: Decimal
    months: int
    before: Before
    exact: Decimal
    most: Decimal
    whole: Decimal
    amount: Decimal
    over: Decimal

    @property
    def rest(self) -> Decimal:
        """What the year could earn beyond what it has."""
        return self.most - self.whole

    @property
    def more(self) -> Decimal | None:
        """The further contribution that earns the rest, to the sen; None where none of one amount does (RM40 a month in 2018)."""
        return _more(self.terms, self.contributed, self.most) if self.rest else money.ZERO


class Taken(NamedTuple):
    """A payment under the yearly ceiling: what of it is credited, and what goes back to the payer (ruling 19)."""

    credited: Decimal
    returned: Decimal


@cache
def terms(scheme: IncentiveScheme, year: int) -> Terms:
    """The law of a scheme in a year. Raises NotInForce before its first year and for a year that no source confirms."""
    day, name = date(year, 12, 31), scheme.lower()
    first_day = max(date(year, 1, 1), LAW[f"{name}.year_cap"].earliest)
    lifetime = LAW.at(f"{name}.lifetime", day).value == IncentiveReading.ALL_YEARS
    found = Terms(
        scheme=scheme,
        year=year,
        form=_form(scheme, day),
        age_below=LAW.at(f"{name}.age_below", day).value,
        year_cap=LAW.at(f"{name}.year_cap", day).value + money.ZERO,
        lifetime_cap=LAW.at(f"{name}.lifetime_cap", day).value + money.ZERO if lifetime else None,
        first_day=first_day,
    )
    if found.form is IncentiveReading.BY_SHARE:
        return found._replace(rate=LAW.at(f"{name}.rate", day).value)
    minimum = LAW["isuri.year_minimum"]
    return found._replace(
        month=LAW.at("isuri.month", day).value,
        month_minimum=LAW.at("isuri.month_minimum", day).value,
        year_minimum=minimum.at(day).value if day >= minimum.earliest else None,
    )


def assumed(scheme: IncentiveScheme, year: int) -> Mapping[str, rates.Value]:
    """What no source confirms of a scheme's terms in a year, by the entry's name without the scheme's; of a year that no source confirms, why."""
    day, name = date(year, 12, 31), scheme.lower()
    try:
        known = bool(terms(scheme, year))
    except rates.NotInForce:
        known = False
    found = {part: _standing(f"{name}.{part}", day) for part in _OF_TERMS if f"{name}.{part}" in LAW.rates}
    return {part: value for part, value in found.items() if value and value.assumed and (value.value is not None) is known}


def _standing(name: str, day: date) -> rates.Value | None:
    """The value of a day, also one that says that nothing is in force; None before the first."""
    return next((value for value in reversed(LAW[name].values) if value.start <= day), None)


def first_year(scheme: IncentiveScheme) -> int:
    return LAW[f"{scheme.lower()}.year_cap"].earliest.year


def by_month(scheme: IncentiveScheme, year: int) -> bool:
    """Whether the scheme pays for each month of the year. A year whose terms are not known pays nothing."""
    try:
        return terms(scheme, year).form is IncentiveReading.BY_MONTH
    except rates.NotInForce:
        return False


def _form(scheme: IncentiveScheme, day: date) -> IncentiveReading:
    return IncentiveReading(LAW.at("isuri.form", day).value) if scheme is IncentiveScheme.ISURI else IncentiveReading.BY_SHARE


def reckon(*, law: Terms, contributed: Decimal, months: int = 0, before: Before = Before()) -> Earned:  # noqa: B008 - a frozen tuple
    """The incentive on what a year's contributions that count come to so far (ruling 18); `months` are those that earn RM40, BY_MONTH only."""
    exact = law.rate * contributed if law.form is _BY_SHARE else law.month * months
    most = law.year_cap if law.lifetime_cap is None else min(law.year_cap, lifetime_left(law, before))
    whole = money.round_sen(exact)
    if whole > most:
        whole = most
    due = whole - before.of_year - before.carried
    amount, over = (due, money.ZERO) if due > 0 else (money.ZERO, -due or money.ZERO)
    return Earned(law, contributed, months, before, exact, most, whole, amount, over)


def lifetime_left(law: Terms, before: Before) -> Decimal:
    """What earlier years leave of the lifetime cap; the year's own cap where there is none. What was paid too much leaves its room."""
    if law.lifetime_cap is None:
        return law.year_cap
    return max(law.lifetime_cap - before.earlier_years + before.carried, money.ZERO)


def months_for(law: Terms, contributed: Decimal) -> int:
    """How many months a year's contributions can earn RM40 for, if the least was paid in each: for who asks with a sum alone."""
    if law.form is IncentiveReading.BY_SHARE:
        return 0
    return min(law.months, int(contributed // law.month_minimum))


def ceiling(on: date) -> Decimal:
    """The most that all voluntary contributions of the day's year may come to (ruling 19). Raises NotInForce before 2013."""
    return LAW.at("ceiling", on).value + money.ZERO


def ceiling_law(year: int) -> rates.Value | None:
    """The ceiling of a year as the law has it; None before 2013."""
    return _standing("ceiling", date(year, 12, 31))


def room(*, credited: Decimal, on: date) -> Decimal:
    """What is left under the ceiling, after what was credited in the year by all kinds and channels together."""
    return max(ceiling(on) - credited, money.ZERO)


def take(amount: Decimal, *, credited: Decimal, on: date) -> Taken:
    """A payment as the ceiling cuts it: the part above is returned to the payer, never credited."""
    part = min(amount, room(credited=credited, on=on))
    return Taken(part, amount - part)


def death_aid(on: date) -> Decimal:
    """What the dependants of a member who died may be given (seed 002). Raises NotInForce before 2013."""
    return LAW.at("death_aid", on).value + money.ZERO


@lru_cache(maxsize=1 << 15)
def account(birth_date: date, *, on: date) -> SubAccount:
    """The account that receives an incentive credited on a day: Persaraan, from 55 Akaun Emas (ruling 18)."""
    from_55 = age.birthday(birth_date, age.LAW.at("akaun_emas", on).value) <= on
    return SubAccount(LAW.at("account.from_55" if from_55 else "account.below_55", on).value)


def below_55_from(on: date) -> date:
    """Whoever was born on this day or after is below 55 on that one, and was on every earlier: their `account` is that of all such."""
    return age.earliest_birth_below(age.LAW.at("akaun_emas", on).value, on)


def _more(law: Terms, contributed: Decimal, most: Decimal) -> Decimal | None:
    """The most by the rate, to the nearest sen, as it is published: RM2,500 at 20 %, RM3,333.33 at 15 %. It is never half a sen short of the most."""
    if law.form is IncentiveReading.BY_SHARE:
        return money.fraction_to_sen(Fraction(most) / Fraction(law.rate)) - contributed
    if law.year_minimum is None or contributed >= law.year_minimum:
        return None
    return law.year_minimum - contributed
