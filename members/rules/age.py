"""Ages and birthdays. An age is reached at the start of the birthday, whether or not a batch has run (ruling 15a)."""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from kwsp_portal.common import rates
from members.enums import LeapBirthday

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "ages.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {"leap_birthday": tuple(LeapBirthday)}


def birthday(birth_date: date, age: int) -> date:
    """The day on which a person reaches `age`.

    A birthday on 29 February falls on 1 March in a common year (assumed: ages.yaml, leap_birthday).
    """
    year = birth_date.year + age
    try:
        return birth_date.replace(year=year)
    except ValueError:
        month, day = LAW.at("leap_birthday", date(year, 1, 1)).value.split("-")
        return date(year, int(month), int(day))


def age_on(birth_date: date, on: date) -> int:
    """Completed years on a day. Raises ValueError before birth."""
    if on < birth_date:
        raise ValueError(f"born on {birth_date}, after {on}")
    years = on.year - birth_date.year
    return years if birthday(birth_date, years) <= on else years - 1


def earliest_birth_below(age: int, on: date) -> date:
    """The earliest date of birth of those who have not reached `age` at the end of the day `on`.

    One comparison with it answers for everybody, so a rule over a hundred thousand rows asks it once.
    """
    born = date(on.year - age, on.month, 1)
    while birthday(born, age) <= on:
        born += timedelta(days=1)
    while birthday(born - timedelta(days=1), age) > on:
        born -= timedelta(days=1)
    return born


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def told_until(on: date) -> date:
    """The last birthday of which members are told ahead on a day."""
    return months_later(on, LAW.at("told_before", on).value)


def births_reaching(age: int, *, after: date, until: date) -> tuple[date, date]:
    """The dates of birth, [first, end), of those who reach `age` on a day after `after`, and on `until` at the latest."""
    return earliest_birth_below(age, after), earliest_birth_below(age, until)
