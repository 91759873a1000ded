"""The columns of Borang A and the limits of a file (ruling 12). Formats differ in how they are read, not in what they hold."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.borang_a.problem import Code

MEMBER_NUMBER: Final = "Member No"
IDENTITY: Final = "IC No"
NAME: Final = "Name"
WAGES: Final = "Salary"
EMPLOYER_SHARE: Final = "EM Share"
EMPLOYEE_SHARE: Final = "EMP Share"
BONUS: Final = "Bonus"

COLUMNS: Final = (MEMBER_NUMBER, IDENTITY, NAME, WAGES, EMPLOYER_SHARE, EMPLOYEE_SHARE)
COLUMNS_WITH_BONUS: Final = (*COLUMNS, BONUS)
HEADER: Final = ",".join(COLUMNS)

RULES_SHEETS: Final = ("Peraturan", "Rules")
"""The second sheet of our own template, in either language: nobody means it, and nobody needs to be told."""

MEMBER_NUMBER_DIGITS: Final = 8
MYKAD_DIGITS: Final = 12
LONGEST_IDENTITY: Final = 15
LONGEST_NAME: Final = 120
CUT_NAME: Final = 40
"""Signs of a name that the text format has room for (ruling 14)."""
LARGEST_WAGES: Final = Decimal("10000000.00")
"""RM a month. A share of it still fits the nine digits of sen of the text layout, and the sum of a full file fits a bigint."""

MAX_ROWS: Final = 1_000_000
"""Rows of a CSV."""
MAX_SDBA_ROWS: Final = 200_000
MAX_SHEET_ROWS: Final = 100_000
"""Rows of an XLSX or XLS."""
MAX_BOOK_BYTES: Final = 20 * 1024 * 1024
"""Of an XLSX or XLS, which is packed: its process unpacks many times as much."""
MAX_LINES: Final = 1 << 20
"""Lines, blank ones included: as many as a spreadsheet has. More would keep a page waiting for nothing but blank lines."""
MAX_LINE: Final = 4_096
"""Bytes of one line: thirty times the longest honest one."""


Odd = Mapping[int, Code]
"""By the place of a cell, why it is not what it shows: a day that a spreadsheet made of a number, an error, a formula."""
Record = tuple[int, list[str], Odd]
"""A row as it stands in a file: its number there, its cells, and those of them that are odd."""
NOTHING_ODD: Final[Odd] = {}


class Line(NamedTuple):
    """A data row as it stands in the file: its number there (the header is row 1) and its cells, one for each column of Borang A;
    `extra` is how many cells it had beyond or short of its header. `cut` is a row of the text format, whose names end at 40 characters."""

    number: int
    cells: list[str]
    extra: int = 0
    odd: Odd = NOTHING_ODD
    cut: bool = False
