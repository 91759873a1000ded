"""Periods of law: the wage month (bulan upah) and half-open ranges of days.

A wage month is its own type, never a date that happens to be the first: its contribution month and its due date follow from
it (ruling 9). In the database it is a DateField that holds its first day.
"""

import calendar
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Final

EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2199
DUE_DAY: Final = 15
"""Contributions are due on or before this day of the contribution month (s. 43(1); seed 001)."""

SATURDAY: Final = 5
"""Python's number of the first day of the week on which nobody at the fund works."""

_MONTH_TEXT = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)


class PeriodError(ValueError):
    """A text or number that names no month; `code` is NOT_A_MONTH or OUT_OF_RANGE, `found` what was there."""

    def __init__(self, code: str, found: str) -> None:
        self.code = code
        self.found = found[:40]
        super().__init__(f"{code}: {self.found!r} is not a wage month (YYYY-MM, {EARLIEST_YEAR} to {LATEST_YEAR})")


class WageMonth:
    """The month that wages are for (bulan upah). Ordered, immutable, hashable; `str` gives `2026-10`.

    There is one object for each month, so equality is identity and a look-up by month costs as little as Python allows: shares of a
    hundred thousand rows are asked by it. `year` and `month` are plain attributes for the same reason.
    Raises PeriodError for a month that does not exist.
    """

    __slots__ = ("month", "year")
    _known: ClassVar[dict[tuple[int, int], "WageMonth"]] = {}
    year: int
    month: int

    def __new__(cls, year: int, month: int) -> "WageMonth":
        known = cls._known.get((year, month))
        if known is not None:
            return known
        if not 1 <= month <= 12:
            raise PeriodError("NOT_A_MONTH", f"{year:04d}-{month:02d}")
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise PeriodError("OUT_OF_RANGE", f"{year}-{month}")
        made = super().__new__(cls)
        object.__setattr__(made, "year", year)
        object.__setattr__(made, "month", month)
        # setdefault is atomic: two threads that meet here leave with the same object.
        return cls._known.setdefault((year, month), made)

    @classmethod
    def parse(cls, text: str) -> "WageMonth":
        """The month written as `YYYY-MM` in ASCII digits. Raises PeriodError."""
        found = _MONTH_TEXT.fullmatch(text)
        if found is None:
            raise PeriodError("NOT_A_MONTH", text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "WageMonth":
        """The month in which `day` lies; the way back from the column that holds the first day."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def contribution_month(self) -> "WageMonth":
        """Bulan caruman: the month after, in which the contribution is paid (ruling 9)."""
        return self.next()

    @property
    def due_date(self) -> date:
        """The 15th of the contribution month, a weekend or holiday included (rulings 9 and 30)."""
        return self.next().first_day.replace(day=DUE_DAY)

    def next(self) -> "WageMonth":
        return WageMonth(self.year, self.month + 1) if self.month < 12 else WageMonth(self.year + 1, 1)

    def previous(self) -> "WageMonth":
        return self.plus(-1)

    def plus(self, months: int) -> "WageMonth":
        """The month so many months later, earlier if negative. Raises PeriodError outside the known years."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return WageMonth(year, month + 1)

    def through(self, last: "WageMonth") -> Iterator["WageMonth"]:
        """This month and each following one to `last`, both included; nothing if `last` is earlier."""
        month = self
        while month <= last:
            yield month
            month = month.next()

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __repr__(self) -> str:
        return f"WageMonth({self.year}, {self.month})"

    def __lt__(self, other: "WageMonth") -> bool:
        return self._key(self) < self._key(other)

    def __le__(self, other: "WageMonth") -> bool:
        return self._key(self) <= self._key(other)

    def __gt__(self, other: "WageMonth") -> bool:
        return self._key(self) > self._key(other)

    def __ge__(self, other: "WageMonth") -> bool:
        return self._key(self) >= self._key(other)

    @staticmethod
    def _key(month: object) -> tuple[int, int]:
        if not isinstance(month, WageMonth):
            raise TypeError(f"a wage month is compared with a wage month, found {type(month).__name__}")
        return month.year, month.month

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a wage month never changes: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a wage month never changes: {name}")

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies and pickles come back as the one object of that month.
        return WageMonth, (self.year, self.month)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `start` up to, not including, `end`; without `end`, for ever (house style 43).

    Raises ValueError if it would hold no day.
    """

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"a range from {self.start} to before {self.end} holds no day")

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "DateRange") -> bool:
        """Whether any day lies in both."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    @property
    def last_day(self) -> date | None:
        """The last day inside, for showing to people; None if it has no end."""
        return None if self.end is None else self.end - timedelta(days=1)


def working_day_after(day: date, count: int, holidays: Container[date] = frozenset()) -> date:
    """The working day that is so many working days after `day`, `day` itself where none: Monday to Friday but holidays."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY and day not in holidays
    return day


def working_days_between(first: date, last: date, holidays: Container[date] = frozenset()) -> int:
    """How many working days come after `first` up to and with `last`; 0 where `last` is not later."""
    days = (first + timedelta(days=gone) for gone in range(1, (last - first).days + 1))
    return sum(day.weekday() < SATURDAY and day not in holidays for day in days)
