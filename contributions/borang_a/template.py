"""A Borang A to fill: the people on record with their last wages, safe to open in a spreadsheet and readable by `reader`."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.borang_a import layout

_CALCULATED: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so would be calculated by a spreadsheet (OWASP: CSV injection)."""
_MYKAD_DIGITS: Final = 12


class Person(NamedTuple):
    """One line of the template. Without wages the three figures stay blank, so that nobody files a zero by oversight."""

    member_number: str
    identity_number: str
    name: str
    wages: Decimal | None
    employer_share: Decimal | None
    employee_share: Decimal | None


def csv_template(people: Iterable[Person]) -> bytes:
    """UTF-8 with a byte order mark and CRLF, as spreadsheets on Windows want it; commas and quotation marks in names are quoted."""
    return csv_lines(
        layout.COLUMNS,
        [
            (
                safe(person.member_number),
                safe(identity(person.identity_number)),
                safe(person.name),
                "" if person.wages is None else f"{person.wages:.2f}",
                _whole(person.employer_share),
                _whole(person.employee_share),
            )
            for person in people
        ],
    )


def csv_lines(header: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """A file of these lines, in the form `csv_template` has."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def identity(number: str) -> str:
    """A MyKad number as it is printed, `######-##-####`, so that a spreadsheet keeps its zeros; others as they are."""
    if len(number) == _MYKAD_DIGITS and number.isascii() and number.isdigit():
        return f"{number[:6]}-{number[6:8]}-{number[8:]}"
    return number


def safe(cell: str) -> str:
    """The cell as text to any spreadsheet; `values` takes the apostrophe away again."""
    return f"'{cell}" if cell.startswith(_CALCULATED) else cell


def _whole(share: Decimal | None) -> str:
    return "" if share is None else f"{share:.0f}"
