"""Payments on the same day of every month."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from kwsp_portal.common import money
from members.rules import age


def first(day: date, day_of_month: int) -> date:
    """The first such day of a month on a day or after it. `day_of_month` is one that every month has."""
    this_month = day.replace(day=day_of_month)
    return this_month if day <= this_month else age.months_later(this_month, 1)


def count(from_day: date, last_day: date, day_of_month: int) -> int:
    """How many payments fit from a day to another, both included."""
    start = first(from_day, day_of_month)
    if last_day < start:
        return 0
    months = (last_day.year - start.year) * 12 + last_day.month - start.month
    return months + (1 if last_day.day >= day_of_month else 0)


def payments(total: Decimal, monthly: Decimal, start: date, day_of_month: int) -> Iterator[tuple[date, Decimal]]:
    """`total` in payments of `monthly`, the last one what is left: each day and RM. They add up to the total."""
    day, left = first(start, day_of_month), total
    while left > money.ZERO:
        part = min(monthly, left)
        yield day, part
        left -= part
        day = age.months_later(day, 1)
