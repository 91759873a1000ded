"""Bytes of an uploaded Borang A -> its lines. What a file is, is found from its content, never from its name."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from contributions.borang_a import csv_file, layout
from contributions.borang_a.problem import Code, FileProblem, Problem

# What people send by mistake, by the first bytes. Longer beginnings come before the shorter ones they contain.
_BEGINNINGS: Final = (
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"{\\rtf", "RTF"),
    (b"00EPF MONTHLY FORM A", "SDBA"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<?xml", "XML"),
    (b"<", "XML"),
)
_LOOKED_AT: Final = 512


class Opened(NamedTuple):
    """A file whose header was understood: how it is encoded and which columns it has."""

    encoding: str
    columns: tuple[str, ...]


def check(content: bytes, *, max_bytes: int) -> Opened:
    """What can be said of a file at once, before it is taken: size, kind, text, columns, and that there is a row at all.

    Raises FileProblem: EMPTY_FILE, TOO_BIG, WRONG_TYPE, NOT_TEXT, WRONG_COLUMNS, NO_ROWS, TOO_MANY_ROWS, LINE_TOO_LONG, OPEN_QUOTE.
    """
    if len(content) > max_bytes:
        raise FileProblem(Problem(Code.TOO_BIG, found=megabytes(len(content)), expected=megabytes(max_bytes)))
    opened = open_file(content)
    if next(lines(content, opened), None) is None:
        raise FileProblem(Problem(Code.NO_ROWS))
    return opened


def open_file(content: bytes) -> Opened:
    """How to read the file. Raises FileProblem as `check`, size and rows apart."""
    if not content[:_LOOKED_AT].strip(b" \t\r\n\xef\xbb\xbf") and not content.strip(b" \t\r\n\xef\xbb\xbf"):
        raise FileProblem(Problem(Code.EMPTY_FILE))
    kind = other_kind(content)
    if kind:
        raise FileProblem(Problem(Code.WRONG_TYPE, found=kind, expected="CSV (UTF-8)"))
    encoding = csv_file.encoding_of(content)
    header = next(csv_file.records(content, encoding), None)
    if header is None:
        raise FileProblem(Problem(Code.EMPTY_FILE))
    return Opened(encoding, _columns(header[1]))


def other_kind(content: bytes) -> str:
    """The kind of file that the first bytes betray, empty if it may be text with columns."""
    start = content[:_LOOKED_AT].lstrip(b" \t\r\n\xef\xbb\xbf")
    small = start.lower()
    kind = next((kind for beginning, kind in _BEGINNINGS if start.startswith(beginning) or small.startswith(beginning)), "")
    return "XLSX" if kind == "ZIP" and b"xl/" in content else kind


def lines(content: bytes, opened: Opened) -> Iterator[layout.Line]:
    """The data lines, in order, blank ones left out. Raises FileProblem LINE_TOO_LONG, OPEN_QUOTE, TOO_MANY_ROWS."""
    records = csv_file.records(content, opened.encoding)
    next(records)
    width = len(opened.columns)
    for count, (number, cells) in enumerate(records, start=1):
        if count > layout.MAX_ROWS:
            raise FileProblem(Problem(Code.TOO_MANY_ROWS, expected=str(layout.MAX_ROWS)))
        if len(cells) == width:
            yield layout.Line(number, cells)
        else:
            yield _fitted(number, cells, width)


def _fitted(number: int, cells: list[str], width: int) -> layout.Line:
    """A line with more or fewer cells than columns; blank cells too many are what spreadsheets leave behind."""
    beyond = cells[width:]
    extra = len(cells) - width if len(cells) < width or any(cell.strip() for cell in beyond) else 0
    return layout.Line(number, [*cells[:width], *[""] * (width - len(cells))], extra)


def _columns(cells: list[str]) -> tuple[str, ...]:
    found = [" ".join(cell.split()) for cell in cells]
    while found and not found[-1]:
        found.pop()
    small = [cell.casefold() for cell in found]
    for columns in (layout.COLUMNS, layout.COLUMNS_WITH_BONUS):
        if small == [column.casefold() for column in columns]:
            return columns
    raise FileProblem(Problem(Code.WRONG_COLUMNS, found=",".join(found), expected=layout.HEADER))


def megabytes(size: int) -> str:
    """A size for people, in whole or tenths of MiB."""
    tenths = -(-size * 10 // (1024 * 1024))
    return f"{tenths // 10}.{tenths % 10} MiB" if tenths % 10 else f"{tenths // 10} MiB"
