"""Instalment plans of employers in arrears: on which days, of which months, and when one is missed. Numbers: contributions/rates/instalment.yaml.

A plan decides nothing about amounts: charge and dividend of a month run on until its contribution is really paid (rulings 10 and 11).
"""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Final

from kwsp_portal.common import rates

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "instalment.yaml")
LEAST: Final = 2
"""One instalment is no plan: it is paying."""


def most(on: date) -> int:
    """How many monthly instalments a plan may have whose terms are written on a day."""
    return int(LAW.at("plan.months", on).value)


def first_days(on: date) -> tuple[date, date]:
    """Between which days the first instalment of terms written on `on` lies, both included."""
    return on, on + timedelta(days=int(LAW.at("first.days", on).value))


def reminded_from(due_on: date) -> date:
    """The day from which the employer is reminded of an instalment that is not paid, before it falls due."""
    return due_on - timedelta(days=int(LAW.at("before.days", due_on).value))


def broken_on(due_on: date) -> date:
    """The day on which an instalment that is still unpaid breaks its plan: it is missed by so many days then."""
    return due_on + timedelta(days=int(LAW.at("missed.days", due_on).value))


def days(first_on: date, count: int) -> list[date]:
    """The days of `count` monthly instalments: the same day of each month as the first, or the month's last where it has no such day.

    Of 31 January the second is 28 February, and the third 31 March again.
    """
    return [_month_later(first_on, months) for months in range(count)]


def groups(amounts: Sequence[Decimal], count: int) -> list[int]:
    """The instalment, from 1, of each month, given what each comes to (RM), the oldest first.

    A month is paid whole, so the instalments are not equal: they are made so that the greatest is as small as it can be, and each pays something.
    Of several ways the one that pays most first. Raises ValueError for more instalments than months, or none.
    """
    if not 1 <= count <= len(amounts):
        raise ValueError(f"found {count} instalments, expected 1 to {len(amounts)}")
    limit = min(sum_ for sum_ in _sums(amounts) if _needed(amounts, sum_) <= count)
    found, number, total = [], 1, Decimal(0)
    for place, amount in enumerate(amounts):
        full = total + amount > limit
        # As many months are left as instalments: each has one of them.
        few = len(amounts) - place <= count - number
        if place and (full or few):
            number, total = number + 1, Decimal(0)
        total += amount
        found.append(number)
    return found


def _sums(amounts: Sequence[Decimal]) -> set[Decimal]:
    """What months that follow each other may come to together."""
    return {total for start in range(len(amounts)) for total in accumulate(amounts[start:])}


def _needed(amounts: Sequence[Decimal], limit: Decimal) -> int:
    """How many instalments of at most `limit` pay them all; more than there are months where one is greater."""
    if max(amounts) > limit:
        return len(amounts) + 1
    needed, total = 1, Decimal(0)
    for amount in amounts:
        if total + amount > limit:
            needed, total = needed + 1, Decimal(0)
        total += amount
    return needed


def _month_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
