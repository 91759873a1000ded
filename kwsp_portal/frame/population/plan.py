"""What a population is: its parameters, and the shape that follows from them. The same plan gives the same people, whoever works it.

Employers are cut in *markets*, neighbours in the order of their numbers with some thousands of people together. People change employers
only within their market, so a market is made from the seed alone: by any process, in any order, and again with the same result.
"""

import math
from datetime import date
from functools import lru_cache
from itertools import accumulate
from random import Random
from statistics import NormalDist
from typing import Any, Final, NamedTuple, Self

from contributions.borang_a import layout
from contributions.rules import regime
from kwsp_portal.bank import limits
from kwsp_portal.common.periods import EARLIEST_YEAR, WageMonth
from members.rules import allocation

MOST_PEOPLE: Final = 600
"""At this size a month comes to some RM600,000; FPX carries RM1,000,000 (ruling 26a)."""
SPREAD: Final = 1.7
"""Of the logarithm of sizes: with 25 people on average six employers in ten have fewer than 10, and three in a thousand 600."""
PEOPLE_IN_A_MARKET: Final = 2_500
MOST_MEMBERS: Final = 10_000_000
MOST_EMPLOYERS: Final = 900_000
"""Numbers of members, of passports and of the employers' people are drawn from so many."""


class NotPossible(ValueError):
    """Parameters that no population has: says what was found and what was expected."""


class Market(NamedTuple):
    """Employers `first` to before `end`, by their place in the plan, with people from `people_from` on."""

    first: int
    end: int
    people_from: int
    sizes: tuple[int, ...]


class Plan(NamedTuple):
    """The whole of a population's parameters. `on` is the business date, after which nothing happens."""

    members: int
    employers: int
    seed: int
    first: WageMonth
    last: WageMonth
    on: date

    @classmethod
    def of(cls, *, members: int, employers: int, months: int, seed: int, on: date) -> Self:
        """The plan of a history of so many wage months up to the last whose payments are due on `on`. Raises NotPossible."""
        _check(members, employers, months)
        last = WageMonth.of(on).plus(-2)
        return cls(members, employers, seed, min(max(_back(last, months), first_known()), last.next()), last, on)

    def to_json(self) -> dict[str, Any]:
        return {**self._asdict(), "first": str(self.first), "last": str(self.last), "on": str(self.on)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        days = {"first": WageMonth.parse(stored["first"]), "last": WageMonth.parse(stored["last"]), "on": date.fromisoformat(stored["on"])}
        return cls(**{**stored, **days})

    @property
    def months(self) -> int:
        """How many wage months it has; 0 before the first law the portal knows."""
        return sum(1 for _ in self.first.through(self.last))

    @property
    def begins_on(self) -> date:
        """The first day on which anything may be booked."""
        return self.first.contribution_month.first_day

    def markets(self) -> tuple[Market, ...]:
        """All markets in order, cut the same way whatever becomes of them."""
        return _markets(self.members, self.employers, self.seed)


def sizes(members: int, employers: int, seed: int) -> list[int]:
    """How many people each employer has: most a few, some many, in no order but for the first, which is the largest.

    None has more than FPX can pay for, if there is room; each has somebody, if there are members at all.
    """
    if not members:
        return [0] * employers
    most = max(MOST_PEOPLE, -(-members // employers))
    normal = NormalDist()
    weights = [math.exp(SPREAD * normal.inv_cdf((place + 0.5) / employers)) for place in reversed(range(employers))]
    found = _fitted(weights, members, most)
    if employers <= 3:
        return found
    named = [found.pop(0), found.pop(employers // 4), found.pop()]
    Random(f"{seed}/sizes").shuffle(found)  # noqa: S311 - believable, not secret
    return named + found


def _fitted(weights: list[float], members: int, most: int) -> list[int]:
    """Whole numbers from 1 to `most` in the proportion of the weights, which fall, with the sum `members`."""
    low, high = 0.0, float(members)
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(max(1, min(most, int(middle * weight))) for weight in weights) <= members else (low, middle)
    found = [max(1, min(most, int(low * weight))) for weight in weights]
    place, left = 0, members - sum(found)
    while left:
        if found[place] < most:
            found[place] += 1
            left -= 1
        place = (place + 1) % len(found)
    return found


@lru_cache(maxsize=2)
def _markets(members: int, employers: int, seed: int) -> tuple[Market, ...]:
    each = sizes(members, employers, seed)
    before = [0, *accumulate(each)]
    cut, start = [], 0
    for place in range(employers):
        if before[place + 1] - before[start] >= PEOPLE_IN_A_MARKET or place == employers - 1:
            cut.append(Market(start, place + 1, before[start], tuple(each[start : place + 1])))
            start = place + 1
    return tuple(cut)


def first_known() -> WageMonth:
    """The earliest wage month that can be filed, paid and credited: the portal has its shares, the bank's limits and the split of the credit."""
    return WageMonth.of(max(regime.LAW.known_from, allocation.LAW.known_from, limits.known_from()))


def _back(last: WageMonth, months: int) -> WageMonth:
    """The first of so many months up to `last`, as far back as there are months."""
    earliest = WageMonth(EARLIEST_YEAR, 1)
    there = (last.year - earliest.year) * 12 + last.month
    return last.plus(-(min(months, there) - 1))


def _check(members: int, employers: int, months: int) -> None:
    if employers < 1 or members < 0 or months < 1:
        raise NotPossible(
            f"found --members {members}, --employers {employers}, --months {months}; "
            "expected --employers and --months of at least 1 and --members of at least 0"
        )
    if members > MOST_MEMBERS or employers > MOST_EMPLOYERS:
        raise NotPossible(
            f"found --members {members:,}, --employers {employers:,}; expected at most {MOST_MEMBERS:,} members and {MOST_EMPLOYERS:,} employers"
        )
    if 0 < members < employers:
        raise NotPossible(
            f"found --members {members:,} for --employers {employers:,}; expected at least one for each employer (or 0: only the demo sign-ins)"
        )
    if members > employers * layout.MAX_SDBA_ROWS:
        raise NotPossible(
            f"found --members {members:,} for --employers {employers:,}; expected at most {layout.MAX_SDBA_ROWS:,} for each employer: "
            "a Borang A holds no more rows"
        )
