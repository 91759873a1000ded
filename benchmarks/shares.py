"""Shares with their facts objects for 1,000,000 different rows: at most 40 x an empty call with three arguments; explained, at most 5 x that.

The rows are of every regime since February 2008, every standing and age, with bonuses, elections, wages above RM20,000 and Part F, in the
proportions of a believable register. All loops unpack the same rows, so that the difference is the rule and nothing else.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from benchmarks.harness import Figure, compare, median
from contributions.facts import CHOSEN, Elections
from contributions.rules import schedule
from kwsp_portal.common import rates
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.rules import allocation

ROWS: Final = 1_000_000
BLOCK: Final = 100_000
"""Rows held at a time; each block is measured by itself and the times are added."""
MONTHS: Final = list(WageMonth(2008, 2).through(WageMonth(2026, 12)))
BIRTHS: Final = 56 * 365
"""Birth dates of people of 18 to 74."""
STRIDE: Final = 7_919
"""A prime: so many pairs of month and birth date apart, no row comes twice before all pairs have come."""
ELECTIONS: Final = (*[CHOSEN] * 92, *[Elections(keeps=True, chosen=True)] * 5, *(Elections(Decimal(2), Decimal(n), chosen=True) for n in range(3)))
Row = tuple[WageMonth, Decimal, Decimal, Citizenship, date | None, date, Elections]


def rows(first: int = 0, number: int = BLOCK) -> Iterator[Row]:
    """Different facts and elections, the same for the same places; no two of a million alike."""
    dice = random.Random(first)
    for place in range(first, first + number):
        which, of_age = divmod(place * STRIDE % (len(MONTHS) * BIRTHS), BIRTHS)
        month = MONTHS[which]
        sen = min(int(dice.lognormvariate(12.8, 0.85)), 6_000_000)
        bonus = dice.randrange(1, sen + 1) if dice.random() < 0.05 and sen else 0
        citizenship = dice.choices(list(Citizenship), (80, 5, 15))[0]
        since = date(1990, 1, 1) + timedelta(days=dice.randrange(6_500))
        born = month.first_day - timedelta(days=18 * 366 + of_age)
        yield month, Decimal(sen).scaleb(-2), Decimal(bonus).scaleb(-2), citizenship, since, born, dice.choice(ELECTIONS)


def empty(facts: object, wages: object, birth_date: object) -> None:
    """The floor: a call that does nothing."""


def measure() -> list[Figure]:
    """The shares against an empty call, the explanations against the shares, the split, and the loading of all rate files."""
    measured = [_block(first) for first in range(0, ROWS, BLOCK)]
    floor, share, explanation = (sum(times) for times in zip(*measured, strict=True))
    return [
        Figure(f"a share with its facts object ({ROWS:,} different rows)", share / ROWS, 40, floor / ROWS),
        Figure("the same with its explanation, against the share", explanation / ROWS, 5, share / ROWS),
        _split(),
        Figure("loading all rate files, once a process", median(_load), 0.1),
    ]


def _block(first: int) -> tuple[float, float, float]:
    """Seconds for a block of rows: the empty call, the shares, the explanations."""
    people = list(rows(first))
    shares, explain, facts = schedule.shares, schedule.explain, schedule.EmployeeFacts

    def floor() -> None:
        for month, wages, _bonus, _citizenship, _since, born, _elections in people:
            empty(month, wages, born)

    def work() -> None:
        for month, wages, bonus, citizenship, since, born, elections in people:
            shares(facts(month, wages, bonus, citizenship, since, born), elections)

    def explained() -> None:
        for month, wages, bonus, citizenship, since, born, elections in people:
            explain(facts(month, wages, bonus, citizenship, since, born), elections)

    if not first:
        explained()  # what is kept ready is made once a process
    floor_time, share_time = compare(floor, work)
    return floor_time, share_time, median(explained)


def _split() -> Figure:
    """A credit split over the accounts."""
    young = [row for row in rows() if row[5].year > 1952]
    split, credited_on = allocation.split_sen, date(2026, 11, 16)

    def floor() -> None:
        for month, wages, _bonus, _citizenship, _since, born, _elections in young:
            empty(month, wages, born)

    def work() -> None:
        for _month, _wages, _bonus, _citizenship, _since, born, _elections in young:
            split(144_900, born, credited_on)

    floor_time, split_time = compare(floor, work)
    return Figure("a credit split over the accounts, in sen", split_time / len(young), 40, floor_time / len(young))


def _load() -> list[Path]:
    rates.load.cache_clear()
    paths = rates.files()
    for path in paths:
        rates.load(path)
    return paths
