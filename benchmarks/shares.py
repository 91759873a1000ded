"""A share with its facts object, explanation left out, for 100,000 different rows: at most 40 x an empty call with three arguments.

The rows are of every regime since 2019, every standing and age, with bonuses, wages above RM20,000 and Part F, in the proportions of a
believable register. Both loops unpack the same rows, so that the difference is the rule and nothing else.
"""

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks.harness import Figure, compare, median
from contributions.facts import CHOSEN
from contributions.rules import schedule
from kwsp_portal.common import rates
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.rules import allocation

ROWS = 100_000
Row = tuple[WageMonth, Decimal, Decimal, Citizenship, date | None, date]


def rows(number: int = ROWS, seed: int = 1) -> list[Row]:
    """Different facts, the same for a seed."""
    dice = random.Random(seed)
    months = list(WageMonth(2019, 1).through(WageMonth(2026, 12)))
    made: dict[tuple[WageMonth, Decimal, date], Row] = {}
    while len(made) < number:
        month = dice.choice(months)
        sen = min(int(dice.lognormvariate(12.8, 0.85)), 6_000_000)
        wages = Decimal(sen).scaleb(-2)
        bonus = Decimal(dice.randrange(1, sen + 1)).scaleb(-2) if dice.random() < 0.05 and sen else Decimal(0)
        citizenship = dice.choices(list(Citizenship), (80, 5, 15))[0]
        since = date(1990, 1, 1) + timedelta(days=dice.randrange(10_000))
        born = month.first_day - timedelta(days=dice.randrange(18 * 366, 74 * 365))
        made[month, wages, born] = (month, wages, bonus, citizenship, since, born)
    return list(made.values())


def empty(facts: object, wages: object, birth_date: object) -> None:
    """The floor: a call that does nothing."""


def measure() -> list[Figure]:
    """The shares and the split against an empty call, and the loading of all rate files."""
    people = rows()
    shares, facts = schedule.shares, schedule.EmployeeFacts
    split = allocation.split_sen
    credited_on = date(2026, 11, 16)

    def floor() -> None:
        for month, wages, _bonus, _citizenship, _since, born in people:
            empty(month, wages, born)

    def work() -> None:
        for month, wages, bonus, citizenship, since, born in people:
            shares(facts(month, wages, bonus, citizenship, since, born), CHOSEN)

    def splits() -> None:
        for _month, _wages, _bonus, _citizenship, _since, born in young:
            split(144_900, born, credited_on)

    young = [person for person in people if person[-1].year > 1952]
    work()  # the tables of each month are made once a process
    share_floor, share_time = compare(floor, work)
    split_floor, split_time = compare(floor, splits)
    return [
        Figure(f"a share with its facts object ({ROWS:,} different rows)", share_time / ROWS, 40, share_floor / ROWS),
        Figure("a credit split over the accounts, in sen", split_time / len(young), 40, split_floor / ROWS),
        Figure("loading all rate files, once a process", median(_load), 0.1),
    ]


def _load() -> list[Path]:
    rates.load.cache_clear()
    paths = rates.files()
    for path in paths:
        rates.load(path)
    return paths
