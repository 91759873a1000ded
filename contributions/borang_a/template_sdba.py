"""A Borang A in the text format SDBA: the records that `sdba` reads, with their sums."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from contributions.borang_a import layout
from contributions.borang_a.sdba import WIDTH, MeantFor
from contributions.borang_a.template import Person
from kwsp_portal.common import money

_END: Final = "\r\n"
_STAFF: Final = " " * 20


def sdba_template(people: Sequence[Person], meant: MeantFor, on: date) -> bytes:
    """UTF-8, columns counted in signs. Without wages the three figures of a person stay blank, which a reader asks about: a zero would be filed."""
    employer = sum(_sen(person.employer_share) for person in people)
    employee = sum(_sen(person.employee_share) for person in people)
    hashed = sum(int(person.member_number or "0") for person in people)
    month = meant.wage_month.contribution_month
    records = [
        f"00EPF MONTHLY FORM A{on:%Y%m%d}00001{employer:015d}{employee:015d}{hashed:021d}",
        f"01{meant.employer_number:0>19}{month.month:02d}{month.year:04d}DSK0000100000000",
        *map(_person, people),
        f"99{len(people):07d}{employer:015d}{employee:015d}{hashed:021d}",
    ]
    return "".join(f"{record:<{WIDTH}}{_END}" for record in records).encode()


def _person(person: Person) -> str:
    name = person.name[: layout.CUT_NAME]
    figures = f"{_filled(person.employer_share, 9)}{_filled(person.employee_share, 9)}{_filled(person.wages, 15)}"
    return f"02{person.member_number:0>19}{person.identity_number:<15}{name:<{layout.CUT_NAME}}{_STAFF}{figures}"


def _filled(amount: Decimal | None, width: int) -> str:
    return " " * width if amount is None else f"{_sen(amount):0{width}d}"


def _sen(amount: Decimal | None) -> int:
    return 0 if amount is None else money.to_sen(amount)
