"""Bytes of an uploaded Borang A -> its rows. What a file is, is found from its content, never from its name."""

from collections.abc import Iterator
from typing import NamedTuple

from contributions.borang_a import amounts, csv_file, kinds, layout, sdba, table, totals, workbook
from contributions.borang_a.assumed import Assumed, Taken
from contributions.borang_a.kinds import Kind
from contributions.borang_a.problem import Code, FileProblem, Problem
from contributions.borang_a.sdba import MeantFor as MeantFor
from contributions.borang_a.values import Row
from contributions.borang_a.workbook import SheetsAsked as SheetsAsked

_SEPARATOR_NAMES = {";": ";", "\t": "TAB", "|": "|"}


class Opened(NamedTuple):
    """A file whose header was understood: its rows, to be taken once, about how many there are, and what is assumed. Of the cells, that is
    whole when the rows are through."""

    kind: Kind
    rows: Iterator[Row]
    about: int
    assumed: Assumed


def check(content: bytes, *, max_bytes: int, meant: MeantFor | None = None) -> None:
    """What can be said of a file at once, before it is taken: size and kind; of a text also its columns or its header, and that there is a
    row at all; of a workbook only what can be said without unpacking it.

    Raises FileProblem: EMPTY_FILE, TOO_BIG, WRONG_TYPE, NOT_TEXT, WRONG_COLUMNS, NO_ROWS, TOO_MANY_ROWS, LINE_TOO_LONG, OPEN_QUOTE, what
    sdba.check_head and workbook.measure raise.
    """
    refuse_larger(content, max_bytes)
    kind = kind_of(content)
    if kind in (Kind.XLSX, Kind.XLS):
        refuse_larger(content, layout.MAX_BOOK_BYTES)
        workbook.measure(content, kind)
    elif next(_text(content, meant).rows, None) is None:
        raise FileProblem(Problem(Code.NO_ROWS))


def refuse_larger(content: bytes, most: int) -> None:
    """Raises FileProblem TOO_BIG."""
    if len(content) > most:
        raise FileProblem(Problem(Code.TOO_BIG, found=megabytes(len(content)), expected=megabytes(most)))


def open_file(content: bytes, *, sheet: str = "", meant: MeantFor | None = None) -> Opened:
    """The file, ready to be read. Raises FileProblem as `check` does, size and rows apart, and as workbook.read; SheetsAsked."""
    kind = kind_of(content)
    return _workbook(content, kind, sheet) if kind in (Kind.XLSX, Kind.XLS) else _text(content, meant)


def kind_of(content: bytes) -> Kind:
    """How to read a file. Raises FileProblem EMPTY_FILE, and WRONG_TYPE with the kind that its first bytes betray."""
    if kinds.is_blank(content):
        raise FileProblem(Problem(Code.EMPTY_FILE))
    kind = kinds.found_in(content)
    if not isinstance(kind, Kind):
        raise FileProblem(Problem(Code.WRONG_TYPE, found=kind, expected=kinds.EXPECTED))
    return kind


def _text(came: bytes, meant: MeantFor | None) -> Opened:
    content, encoding, came_as = csv_file.text_of(came)
    kind, assumed = kind_of(content), Assumed()
    if came_as != csv_file.USUAL:
        assumed.say(Taken.UTF16 if came_as == csv_file.WIDE else Taken.CP1252)
    if kind is Kind.SDBA:
        content = content.lstrip(kinds.BLANK)
        if meant is not None:
            sdba.check_head(content, encoding, meant)
        return Opened(kind, totals.read(sdba.lines(content, encoding), assumed), content.count(b"\n"), assumed)
    if kind is not Kind.CSV:
        raise FileProblem(Problem(Code.WRONG_TYPE, found=kind, expected=kinds.EXPECTED))
    separator = csv_file.separator_of(content, encoding)
    if separator != ",":
        assumed.say(Taken.SEPARATOR, separator=_SEPARATOR_NAMES[separator])
    assumed.decimal_comma = amounts.text_has_decimal_comma(content, separator)
    records = ((number, cells, layout.NOTHING_ODD) for number, cells in csv_file.records(content, encoding, separator))
    lines = table.lines(table.headed(records, assumed), ragged=True, most=layout.MAX_ROWS)
    return Opened(kind, totals.read(lines, assumed), content.count(b"\n"), assumed)


def _workbook(content: bytes, kind: Kind, sheet: str) -> Opened:
    book, assumed = workbook.read(content, kind, sheet=sheet), Assumed()
    others = [name for name in book.others if name not in layout.RULES_SHEETS]
    if others:
        assumed.say(Taken.SHEET, sheet=book.sheet, others=", ".join(others))
    if book.hidden:
        assumed.say(Taken.HIDDEN_SHEETS, sheets=", ".join(book.hidden))
    if book.hidden_rows:
        assumed.say(Taken.HIDDEN_ROWS, rows=str(book.hidden_rows))
    assumed.decimal_comma = book.decimal_comma
    lines = table.lines(table.headed(book.records(), assumed), ragged=False, most=layout.MAX_SHEET_ROWS)
    return Opened(kind, totals.read(lines, assumed), book.rows, assumed)


def megabytes(size: int) -> str:
    """A size for people, in whole or tenths of MiB."""
    tenths = -(-size * 10 // (1024 * 1024))
    return f"{tenths // 10}.{tenths % 10} MiB" if tenths % 10 else f"{tenths // 10} MiB"
