"""Who works where from when to when: joiners, leavers, people between jobs, those who retire."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.population.people import Person
from kwsp_portal.frame.population.plan import Plan
from members.rules import age

LEAVE_IN_TEN_THOUSAND_A_MONTH: Final = 120
"""About one in seven leaves an employer in a year."""
FOR_GOOD_IN_HUNDRED: Final = 30
AT_ONCE_IN_HUNDRED: Final = 35
"""Of those who leave: no more work in this history; to another employer without a day between. The others are some months between jobs."""
MONTHS_BETWEEN: Final = 3
RETIRE_AT: Final = 60
RETIRE_IN_HUNDRED: Final = 70
DAYS_A_MONTH: Final = 30.4
LOWEST_WAGES: Final = 1_700
HIGHEST_WAGES: Final = 48_000
RAISE_IN_HUNDRED: Final = 3
OVERTIME_IN_HUNDRED: Final = 20
"""So many in a hundred work overtime now and then."""


class Spell(NamedTuple):
    """A stretch of work, [from_date, to_date), for the employer at `place` in the market. Wages: whole RM in the history's first month."""

    person: Person
    place: int
    from_date: date
    to_date: date | None
    wages: int
    overtime: bool

    def wages_sen(self, month: WageMonth, first: WageMonth, chance: Random) -> int:
        """Three per cent more each January, to RM10; overtime; only the days at work where the month was not a whole one."""
        raises = month.year - first.year
        wages = int(self.wages * (1 + RAISE_IN_HUNDRED / 100) ** raises) // 10 * 10 if raises else self.wages
        sen = wages * 100
        if self.overtime:
            sen += sen * chance.randrange(2_500) // 10_000
        if self.from_date > month.first_day or (self.to_date is not None and self.to_date <= month.last_day):
            begin, end = max(self.from_date, month.first_day), min(self.to_date or month.next().first_day, month.next().first_day)
            sen = sen * (end - begin).days // month.last_day.day
        return sen


class Labour(NamedTuple):
    """A market's employers: when each began, and sums of their sizes, by which people choose the next. `fresh`: the part of all people who
    begin within the history, as many as leave work for good in it."""

    since: Sequence[date]
    weights: Sequence[int]
    fresh: float


def labour_of(since: Sequence[date], sizes: Sequence[int], months: int) -> Labour:
    """The labour market of employers that began on these days, with so many people at first, over so many months."""
    leave = LEAVE_IN_TEN_THOUSAND_A_MONTH / 10_000 * FOR_GOOD_IN_HUNDRED / 100
    return Labour(since, list(accumulate(max(1, size) for size in sizes)), 1 - math.exp(-leave * max(months, 1)))


def career(person: Person, place: int, plan: Plan, labour: Labour, chance: Random) -> list[Spell]:
    """The person's work from the beginning of the history, or from a day in it, to the business date; one spell at a time, in order of days."""
    wages, overtime = _wages(person, plan, chance), chance.randrange(100) < OVERTIME_IN_HUNDRED
    retires = _retirement(person, chance)
    start = _start(person, labour.since[place], labour.fresh, plan, chance)
    spells: list[Spell] = []
    while start <= plan.on:
        end = _end(start, plan, chance)
        if retires is not None and start < retires <= plan.on and (end is None or retires <= end):
            spells.append(Spell(person, place, start, retires, wages, overtime))
            break
        spells.append(Spell(person, place, start, end, wages, overtime))
        if end is None or chance.randrange(100) < FOR_GOOD_IN_HUNDRED:
            break
        if retires is not None and retires <= end:
            break
        place = chance.choices(range(len(labour.since)), cum_weights=labour.weights)[0]
        start = _next_start(spells, place, end + timedelta(days=_gap(chance)))
        wages = wages * (100 + chance.randrange(20)) // 100 // 10 * 10
    return spells


def _next_start(spells: Sequence[Spell], place: int, wanted: date) -> date:
    """Whoever comes back to an employer does so in a later month: nobody stands in a file twice."""
    left = [spell.to_date for spell in spells if spell.place == place and spell.to_date is not None]
    return max([wanted, *(WageMonth.of(day).next().first_day for day in left)])


def _gap(chance: Random) -> int:
    if chance.randrange(100) < AT_ONCE_IN_HUNDRED:
        return 0
    return 1 + int(chance.expovariate(1 / (MONTHS_BETWEEN * DAYS_A_MONTH)))


def _start(person: Person, employer_since: date, fresh: float, plan: Plan, chance: Random) -> date:
    """Most are there when the history begins. No work is on record before it: its months have no Borang A, and would be arrears."""
    start = plan.first.first_day
    if chance.random() < fresh:
        start += timedelta(days=chance.randrange(max((plan.on - start).days, 60) - 30))
    return max(start, person.since, employer_since)


def _end(start: date, plan: Plan, chance: Random) -> date | None:
    """The day from which they are gone, if it comes within the history; who was there before it leaves at the earliest in it."""
    months = chance.expovariate(LEAVE_IN_TEN_THOUSAND_A_MONTH / 10_000)
    end = max(start, plan.first.first_day) + timedelta(days=20 + int(min(months, 2_000) * DAYS_A_MONTH))
    return end if end <= plan.on else None


def _retirement(person: Person, chance: Random) -> date | None:
    return age.birthday(person.born, RETIRE_AT) if chance.randrange(100) < RETIRE_IN_HUNDRED else None


def _wages(person: Person, plan: Plan, chance: Random) -> int:
    """Wages that look like a payroll: the minimum wage, a broad middle, a few above RM20,000; to RM10, and less the longer ago it was."""
    years = plan.on.year - person.born.year
    drawn = max(LOWEST_WAGES, min(HIGHEST_WAGES, int(LOWEST_WAGES * math.exp(abs(chance.gauss(0.25 + min(years, 55) / 90, 0.55))))))
    ago = plan.on.year - plan.first.year
    return int(drawn / (1 + RAISE_IN_HUNDRED / 100) ** ago) // 10 * 10 if ago > 1 else drawn // 10 * 10
