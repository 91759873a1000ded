"""A reckoned list as CSV for a spreadsheet: figures and stable names only, so that no cell can be taken for a formula."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from contributions.borang_a import template
from contributions.calculator import address
from contributions.calculator.several import Reckoned, Result

COLUMNS: Final = (
    "row",
    "wage_month",
    "wages",
    "bonus",
    "citizenship",
    "birth_date",
    "member_since",
    "employer_excess",
    "employee_excess",
    "keeps",
    "domestic",
    "part",
    "employer",
    "employee",
    "total",
    "reference",
)
"""The names of the API, so that a program reads what a person saved."""


def csv_of(result: Result) -> bytes:
    """UTF-8 with a byte order mark and CRLF, as spreadsheets on Windows want it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in result.rows:
        writer.writerow([template.safe(cell) for cell in _cells(row)])
    return text.getvalue().encode("utf-8-sig")


def _cells(row: Reckoned) -> Iterator[str]:
    asked = address.single(row.question)
    found = row.shares
    answered = {
        "row": str(row.line),
        "part": found.part.value,
        "employer": f"{found.employer:.2f}",
        "employee": f"{found.employee:.2f}",
        "total": f"{found.total:.2f}",
        "reference": found.reference,
    }
    yield from ({**asked, **answered}.get(name, "") for name in COLUMNS)
