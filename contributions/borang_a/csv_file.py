"""A comma-separated Borang A: its text, whatever encoding it came in, and its records one after the other."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final, NamedTuple

from contributions.borang_a import layout
from contributions.borang_a.problem import Code, FileProblem, Problem

_BLOCK: Final = 1 << 20
_ENCODINGS: Final = ("utf-8-sig", "cp1252")


class Record(NamedTuple):
    """The cells of one record and the number of the line it stands on, counted from 1."""

    line: int
    cells: list[str]


def encoding_of(content: bytes) -> str:
    """UTF-8, with or without a byte order mark, or else Windows' cp1252. Raises FileProblem NOT_TEXT if it is neither."""
    if b"\0" in content:
        raise FileProblem(Problem(Code.NOT_TEXT, found="NUL", expected="UTF-8"))
    for encoding in _ENCODINGS:
        if _decodes(content, encoding):
            return encoding
    raise FileProblem(Problem(Code.NOT_TEXT, expected="UTF-8"))


def _decodes(content: bytes, encoding: str) -> bool:
    """Block by block: the text of a whole file is never held at once."""
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(content)
    try:
        for start in range(0, len(view), _BLOCK):
            decoder.decode(view[start : start + _BLOCK], final=start + _BLOCK >= len(view))  # type: ignore[arg-type]
    except UnicodeDecodeError:
        return False
    return True


def records(content: bytes, encoding: str) -> Iterator[Record]:
    """Each record that holds anything; blank lines are passed over.

    Raises FileProblem LINE_TOO_LONG, and OPEN_QUOTE for a record that runs over several lines: a quotation mark that is not closed
    would otherwise swallow other people's rows in silence.
    """
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    reader = csv.reader(_short_lines(text))
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileProblem(_open_quote(line)) from error
        if reader.line_num != line:
            raise FileProblem(_open_quote(line))
        if cells and "".join(cells).strip():
            yield Record(line, cells)
        line += 1


def _short_lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(layout.MAX_LINE + 1):
        number += 1
        if len(line) > layout.MAX_LINE:
            raise FileProblem(Problem(Code.LINE_TOO_LONG, found=line[:40], expected=str(layout.MAX_LINE), detail={"line": str(number)}))
        yield line


def _open_quote(line: int) -> Problem:
    return Problem(Code.OPEN_QUOTE, detail={"line": str(line)})
