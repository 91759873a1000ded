"""Bytes of a file of elections -> what each line asks for; every cell that cannot be read is a problem of its own."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from contributions.borang_a import csv_file, elections_layout, reader, template, values
from contributions.borang_a.kinds import Kind
from contributions.borang_a.problem import Code, FileProblem, Problem
from contributions.borang_a.values import Row
from contributions.enums import ElectionKind
from kwsp_portal.common import money
from kwsp_portal.common.periods import PeriodError, WageMonth

_QUOTED = ", ".join(elections_layout.CHOICES)


class Asked(NamedTuple):
    """One line: whom it names, and what it asks for; a cell that could not be read is None, and `row.problems` says why.

    `points` 0 asks for a notice of cancellation.
    """

    row: Row
    kind: ElectionKind | None
    points: Decimal | None
    from_month: WageMonth | None


def read(content: bytes, *, max_bytes: int) -> list[Asked]:
    """The lines that elect anything: a line without choice and percent is one of the template that nobody filled.

    Raises FileProblem: EMPTY_FILE, TOO_BIG, WRONG_TYPE, NOT_TEXT, WRONG_ELECTION_COLUMNS, NO_ELECTIONS, TOO_MANY_ELECTIONS, LINE_TOO_LONG,
    OPEN_QUOTE, TOO_MANY_ROWS.
    """
    if len(content) > max_bytes:
        raise FileProblem(Problem(Code.TOO_BIG, found=reader.megabytes(len(content)), expected=reader.megabytes(max_bytes)))
    kind = reader.kind_of(content)
    if kind is not Kind.CSV:
        raise FileProblem(Problem(Code.WRONG_TYPE, found=kind, expected="CSV (UTF-8)"))
    found: list[Asked] = []
    for asked in _lines(content):
        if len(found) == elections_layout.MAX_ROWS:
            raise FileProblem(Problem(Code.TOO_MANY_ELECTIONS, expected=str(elections_layout.MAX_ROWS)))
        found.append(asked)
    if not found:
        raise FileProblem(Problem(Code.NO_ELECTIONS))
    return found


def _lines(content: bytes) -> Iterator[Asked]:
    text = csv_file.text_of(content)
    records = csv_file.records(text.content, text.encoding)
    _number, header = next(records, (0, []))
    if not header:
        raise FileProblem(Problem(Code.EMPTY_FILE))
    stated = [" ".join(cell.split()).casefold() for cell in header if cell.strip()]
    if stated != [column.casefold() for column in elections_layout.COLUMNS]:
        raise FileProblem(Problem(Code.WRONG_ELECTION_COLUMNS, found=",".join(header), expected=elections_layout.HEADER))
    width = len(elections_layout.COLUMNS)
    for number, cells in records:
        whole = [cell.strip() for cell in [*cells, *[""] * width]]
        if whole[3] or whole[4]:
            yield _asked(number, whole[:width], len(cells) if any(whole[width:]) else width)


def _asked(number: int, cells: list[str], count: int) -> Asked:
    row = values.person(number, cells)
    if count != len(cells):
        row.problems.append(Problem(Code.FIELD_COUNT, found=str(count), expected=str(len(cells))))
    return Asked(row, _choice(cells[3], row.problems), _points(cells[4], row.problems), _month(cells[5], row.problems))


def _choice(text: str, problems: list[Problem]) -> ElectionKind | None:
    found = elections_layout.CHOICES.get(" ".join(text.upper().split()))
    if found is None:
        problems.append(Problem(Code.CHOICE_FORM, elections_layout.CHOICE, text, _QUOTED))
    return found


def _points(text: str, problems: list[Problem]) -> Decimal | None:
    """Blank for a choice that has none."""
    plain = text.removesuffix("%").strip()
    if not plain:
        return None
    try:
        return money.ringgit(plain)
    except money.MoneyError:
        problems.append(Problem(Code.POINTS_FORM, elections_layout.PERCENT, text, f"0 – {elections_layout.MAX_POINTS}"))
        return None


def _month(text: str, problems: list[Problem]) -> WageMonth | None:
    """`2026-11`, and `2026-11-01` as a spreadsheet may make of it."""
    try:
        return WageMonth.parse(text[:7] if len(text) == 10 and text.endswith("-01") else text)
    except PeriodError:
        problems.append(Problem(Code.FROM_MONTH, elections_layout.FROM_MONTH, text))
        return None


def blank(people: list[tuple[str, str, str]]) -> bytes:
    """A file to fill: number, identity number and name of each, safe to open in a spreadsheet."""
    return template.csv_lines(
        elections_layout.COLUMNS,
        [(template.safe(number), template.safe(template.identity(identity)), template.safe(name), "", "", "") for number, identity, name in people],
    )
