"""Reading the tables in tests/statute/data, and short ways to say whom a case is about."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from contributions.facts import EmployeeFacts
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship

DATA = Path(__file__).parent / "data"

# One person for each Part in every month that has it: the younger is 18 to 37 in 2008 to 2027, the older in the second stage from March 2008 on.
YOUNG, OLD = date(1990, 1, 15), date(1953, 2, 15)
PEOPLE: dict[str, tuple[Citizenship, date, date]] = {
    "A": (Citizenship.CITIZEN, date(2005, 1, 1), YOUNG),
    "B": (Citizenship.NON_CITIZEN, date(2005, 1, 1), YOUNG),
    "C": (Citizenship.PERMANENT_RESIDENT, date(2005, 1, 1), OLD),
    "D": (Citizenship.NON_CITIZEN, date(2005, 1, 1), OLD),
    "E": (Citizenship.CITIZEN, date(2005, 1, 1), OLD),
    "F": (Citizenship.NON_CITIZEN, date(2005, 1, 1), YOUNG),
}


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def of_part(part: str, wage_month: str, wages: str | Decimal, bonus: str = "0.00") -> EmployeeFacts:
    """Somebody to whom the Part applies."""
    citizenship, since, born = PEOPLE[part]
    return EmployeeFacts(WageMonth.parse(wage_month), Decimal(wages), Decimal(bonus), citizenship, since, born)


def person(
    *,
    wage_month: str = "2026-10",
    wages: str = "3000.00",
    bonus: str = "0.00",
    citizenship: Citizenship = Citizenship.CITIZEN,
    member_since: str = "2010-01-01",
    birth_date: str = "1990-01-15",
) -> EmployeeFacts:
    since = date.fromisoformat(member_since) if member_since else None
    return EmployeeFacts(WageMonth.parse(wage_month), Decimal(wages), Decimal(bonus), citizenship, since, date.fromisoformat(birth_date))
