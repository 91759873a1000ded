"""What a rule of contributions may know. Filled by one selector, stored and replayed without a database (house style 12)."""

from collections.abc import Sequence, Set
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.enums import IncentiveScheme, Occupation, VoluntaryKind
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship


class EmployeeFacts(NamedTuple):
    """One employee in one wage month. A tuple, because a hundred thousand of them are made for one Borang A.

    `wages` are all liable wages of the month in ringgit, the bonus included; `bonus` is how much of them is bonus (ruling 6).
    `citizenship` is that of the wage month (`category.citizenship_in` takes it from the history). `member_since` is None for somebody who is
    not a member yet. `birth_date` comes from the register, never from the MyKad number alone (ruling 8). `domestic` is somebody who works in
    a home and is paid by a private person (seed 001, Pembantu domestik).
    """

    wage_month: WageMonth
    wages: Decimal
    bonus: Decimal
    citizenship: Citizenship
    member_since: date | None
    birth_date: date
    domestic: bool = False


class Elections(NamedTuple):
    """What employer and employee elected for an employment, as it holds in the wage month.

    `employer_excess` and `employee_excess` are percentage points above the statutory rate (`5`, `2.5`; ruling 20a); 0 is no election. `keeps`:
    the employee's share is not lowered where the edition lowers it (the Khas forms of 2009, 2016, 2020, 2021, 2022). `chosen`: somebody who may
    choose whether to contribute chose to (KWSP 16, KWSP 16B).
    """

    employer_excess: Decimal = Decimal(0)
    employee_excess: Decimal = Decimal(0)
    keeps: bool = False
    chosen: bool = False


NO_ELECTIONS: Final = Elections()
CHOSEN: Final = Elections(chosen=True)
"""Somebody who chose to contribute and elected nothing else."""


class Voluntary(NamedTuple):
    """A voluntary contribution that was credited and stands: what was returned or reversed is none. With `until`, several of one kind told as one:
    `amount` is their sum, `paid_on` the day of the first, `until` that of the last."""

    kind: VoluntaryKind
    amount: Decimal
    paid_on: date
    until: date | None = None


class VoluntaryFacts(NamedTuple):
    """What decides whether a voluntary contribution can be paid on a day. `citizenship` is that of the day, `schemes` the incentives for which the
    member is registered on it. `credited`: what counts towards the year's ceiling already, RM, of all kinds and channels."""

    kind: VoluntaryKind
    amount: Decimal
    birth_date: date
    citizenship: Citizenship | None
    died_on: date | None = None
    schemes: Set[IncentiveScheme] = frozenset()
    credited: Decimal = Decimal(0)


class AnotherPayer(NamedTuple):
    """Who pays for another member."""

    died_on: date | None = None


class Registration(NamedTuple):
    """A member's registration for an incentive; `last` is the last day on which it holds, None while it does. `occupation` is what was said with it,
    None of i-Suri."""

    scheme: IncentiveScheme
    first: date
    last: date | None = None
    occupation: Occupation | None = None

    def holds(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)


class IncentiveFacts(NamedTuple):
    """What decides a member's incentives. `citizenships` are standings with the day from which each holds, in any order. `employer_months` are the
    calendar months in which an employer's contribution arrived. `on_list` are the spans, first and last day, in which the Ministry's e-Kasih list
    had her."""

    birth_date: date
    citizenships: Sequence[tuple[date, Citizenship]]
    member_since: date | None
    registrations: Sequence[Registration] = ()
    contributions: Sequence[Voluntary] = ()
    employer_months: Set[WageMonth] = frozenset()
    on_list: Sequence[tuple[date, date | None]] = ()
