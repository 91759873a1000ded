"""Bad rows as a file to mend elsewhere, with the reason in each row; and that file read again. A row is known by its number and a key, which says of
which filing it is and how often it had been mended when the file was made."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import xlsxwriter

from contributions.borang_a import csv_file, layout, reader, template, workbook
from contributions.borang_a.kinds import Kind
from contributions.borang_a.problem import Code, FileProblem, Problem
from contributions.borang_a.workbook import SheetsAsked

ROW: Final = "Row"
KEY: Final = "Key"
REASON: Final = "Reason"
COLUMNS: Final = (ROW, KEY, *layout.COLUMNS_WITH_BONUS, REASON)
NEEDED: Final = (ROW, KEY, *layout.COLUMNS)
MAX_BYTES: Final = 2 * 1024 * 1024
MOST: Final = 500
"""Rows that are taken from one file: each is checked by itself, while somebody waits for the page."""
MOST_OUT: Final = 10_000
"""Rows that a file is made of."""

_KEY: Final = re.compile(r"([0-9]{1,12})-([0-9]{1,5})")
_WIDTHS: Final = (8, 12, 12, 18, 40, 14, 12, 12, 12, 100)


class Out(NamedTuple):
    """A row on its way out: its number, its key, its cells in the order of Borang A, why it is not valid."""

    line: int
    key: str
    cells: tuple[str, ...]
    reason: str


class Back(NamedTuple):
    """A row that came back. `filing` and `mends` as its key says, None where it says nothing; `at` is where it stands in this file."""

    at: int
    line: int | None
    filing: int | None
    mends: int | None
    cells: Mapping[str, str]


def key_of(filing_id: int, mends: int) -> str:
    """What a row carries to be known again."""
    return f"{filing_id}-{mends}"


def as_csv(rows: Iterable[Out]) -> bytes:
    """As the template: UTF-8 with its mark, and no cell that a spreadsheet would calculate."""
    return template.csv_lines(COLUMNS, ([template.safe(cell) for cell in _cells(row)] for row in rows))


def as_xlsx(rows: Iterable[Out]) -> bytes:
    """Every cell a text, so that what was found is seen as it was."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    sheet = book.add_worksheet("Borang A")
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, _WIDTHS[place], text)
        sheet.write_string(0, place, column, bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(_cells(row)):
            sheet.write_string(number, place, cell, text)
    book.close()
    return content.getvalue()


def _cells(row: Out) -> tuple[str, ...]:
    number, identity, *others = row.cells
    return (str(row.line), row.key, number, template.identity(identity), *others, row.reason)


def read(content: bytes) -> list[Back]:
    """The rows of a file that came back, its columns in whatever order. Raises FileProblem as the reader does, WRONG_COLUMNS, NO_ROWS and
    TOO_MANY_ROWS."""
    if len(content) > MAX_BYTES:
        raise FileProblem(Problem(Code.TOO_BIG, found=reader.megabytes(len(content)), expected=reader.megabytes(MAX_BYTES)))
    records = _records(content)
    places = _places(next(records, (0, []))[1])
    found: list[Back] = []
    for at, cells in records:
        if len(found) == MOST:
            raise FileProblem(Problem(Code.TOO_MANY_ROWS, expected=str(MOST)))
        found.append(_back(at, {title: cells[place].strip() if place < len(cells) else "" for title, place in places.items()}))
    if not found:
        raise FileProblem(Problem(Code.NO_ROWS))
    return found


def _records(content: bytes) -> Iterator[tuple[int, list[str]]]:
    kind = reader.kind_of(content)
    if kind in (Kind.XLSX, Kind.XLS):
        try:
            book = workbook.read(content, kind)
        except SheetsAsked as asked:
            raise FileProblem(Problem(Code.TOO_MANY_SHEETS, found=str(len(asked.sheets)), expected="1")) from asked
        return ((number, cells) for number, cells, _odd in book.records() if any(cell.strip() for cell in cells))
    if kind is not Kind.CSV:
        raise FileProblem(Problem(Code.WRONG_TYPE, found=kind, expected="CSV, XLSX"))
    text = csv_file.text_of(content)
    records = csv_file.records(text.content, text.encoding, _separator(text))
    return (record for record in records if not csv_file.is_separator_line(record[1]))


def _separator(text: csv_file.Text) -> str:
    first = next((line for line in text.content.splitlines()[:2] if not line.lower().startswith(b"sep=")), b"").decode(text.encoding)
    return max((",", ";", "\t"), key=first.count)


def _places(header: list[str]) -> dict[str, int]:
    """Where each column stands, by its title."""
    stated = {" ".join(cell.split()).casefold(): place for place, cell in reversed(list(enumerate(header)))}
    places = {column: stated[column.casefold()] for column in COLUMNS if column.casefold() in stated}
    missing = [column for column in NEEDED if column not in places]
    if missing:
        told = {"missing": ", ".join(missing)}
        raise FileProblem(Problem(Code.WRONG_COLUMNS, found=",".join(header)[:200], expected=",".join(COLUMNS), detail=told))
    return places


def _back(at: int, cells: dict[str, str]) -> Back:
    known, line = _KEY.fullmatch(cells.pop(KEY)), cells.pop(ROW)
    cells.pop(REASON, None)
    number = int(line) if line.isascii() and line.isdecimal() and len(line) < 10 else None
    return Back(at, number, int(known[1]) if known else None, int(known[2]) if known else None, cells)
