"""Records under a header, or without one, as lines in the order of Borang A: where the columns are is found once, among the first records."""

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from contributions.borang_a import csv_file, headings, layout
from contributions.borang_a.assumed import Assumed, Taken
from contributions.borang_a.problem import Code, FileProblem, Problem

_TITLES_SHOWN: Final = 6
_CELLS_OF_A_TITLE: Final = 2
_new_line: Final = tuple.__new__  # as in values: for every row of a file


class Table(NamedTuple):
    """Where the columns stand, and the records that follow."""

    found: headings.Found
    rest: Iterator[layout.Record]


def headed(records: Iterator[layout.Record], assumed: Assumed) -> Table:
    """Looks for the header among the first records; a record that can only be a row begins a list without one.

    Raises FileProblem EMPTY_FILE, and WRONG_COLUMNS or COLUMN_TWICE with the record that comes nearest to a header.
    """
    above: list[layout.Record] = []
    for record in records:
        _number, cells, _odd = record
        if not above and csv_file.is_separator_line(cells):
            continue
        found = headings.find(cells)
        if found is not None:
            _say(found, len(above), assumed)
            return Table(found, records)
        bare = headings.of_data(cells)
        if bare is not None and all(_is_title(earlier) for _line, earlier, _marks in above):
            assumed.say(Taken.NO_HEADER)
            if above:
                assumed.say(Taken.ABOVE_HEADER, rows=str(len(above)))
            return Table(bare, chain([record], records))
        above.append(record)
        if len(above) == csv_file.FIRST:
            break
    if not above:
        raise FileProblem(Problem(Code.EMPTY_FILE))
    nearest = next((cells for _number, cells, _odd in above if headings.meant_as_header(cells)), above[0][1])
    raise FileProblem(_wrong_columns(nearest))


def lines(table: Table, *, ragged: bool, most: int) -> Iterator[layout.Line]:
    """Every record below the header as a line. `ragged`: a record of more or fewer cells than the header is marked, since separators were
    left out or put in. Raises FileProblem TOO_MANY_ROWS."""
    _columns, places, width, _others = table.found
    straight = table.found.as_the_template
    for count, (number, cells, odd) in enumerate(table.rest, start=1):
        if count > most:
            raise FileProblem(Problem(Code.TOO_MANY_ROWS, expected=str(most)))
        if straight and not odd and len(cells) == width:
            yield _new_line(layout.Line, (number, cells, 0, layout.NOTHING_ODD, False))
            continue
        extra = 0
        if len(cells) != width:
            extra = _beyond(cells, width) if ragged else 0
            cells = [*cells[:width], *[""] * (width - len(cells))]
        if not straight:
            cells = [cells[place] for place in places]
        if odd:
            odd = {column: odd[place] for column, place in enumerate(places) if place in odd}
        if extra or odd or any(cell and not cell.isspace() for cell in cells):
            yield layout.Line(number, cells, extra, odd)


def _is_title(cells: list[str]) -> bool:
    """Whether a record says something about the list, and is neither its header nor somebody's row."""
    return sum(1 for cell in cells if cell.strip()) <= _CELLS_OF_A_TITLE and not headings.meant_as_header(cells)


def _beyond(cells: list[str], width: int) -> int:
    """How many cells too many or too few; blank ones too many are what spreadsheets leave behind."""
    return len(cells) - width if len(cells) < width or any(cell.strip() for cell in cells[width:]) else 0


def _say(found: headings.Found, above: int, assumed: Assumed) -> None:
    if above:
        assumed.say(Taken.ABOVE_HEADER, rows=str(above))
    if list(found.places) != sorted(found.places):
        assumed.say(Taken.COLUMN_ORDER)
    if found.others:
        shown = ", ".join(found.others[:_TITLES_SHOWN])
        assumed.say(Taken.OTHER_COLUMNS, columns=f"{shown} …" if len(found.others) > _TITLES_SHOWN else shown)


def _wrong_columns(cells: list[str]) -> Problem:
    stated = [" ".join(cell.split()) for cell in cells]
    while stated and not stated[-1]:
        stated.pop()
    named = [headings.column_of(cell) for cell in stated]
    missing = [column for column in layout.COLUMNS if column not in named]
    if not missing:
        twice = [cell for cell, column in zip(stated, named, strict=True) if column is not None and named.count(column) > 1]
        return Problem(Code.COLUMN_TWICE, found=", ".join(twice), expected=layout.HEADER)
    return Problem(Code.WRONG_COLUMNS, found=",".join(stated), expected=layout.HEADER, detail={"missing": ", ".join(missing)})
