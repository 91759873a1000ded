"""A comma-separated Borang A: its text, whatever encoding it came in, and its records one after the other."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

from contributions.borang_a import layout
from contributions.borang_a.problem import Code, FileProblem, Problem

_BLOCK: Final = 1 << 20
_ENCODINGS: Final = ("utf-8-sig", "cp1252")
_SHOWN: Final = 40


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


def records(content: bytes, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """The line number, counted from 1, and the cells of each record that holds anything; blank lines are passed over.

    Raises FileProblem TOO_MANY_ROWS for lines beyond measure, LINE_TOO_LONG, and OPEN_QUOTE for a record that runs over several lines:
    a quotation mark that is not closed would otherwise swallow other people's rows in silence.
    """
    if _line_ends(content, len(content)) > layout.MAX_LINES:
        raise FileProblem(Problem(Code.TOO_MANY_ROWS, expected=str(layout.MAX_ROWS)))
    _refuse_long_lines(content)
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline=""))
    line = 0
    try:
        for cells in reader:
            line += 1
            if reader.line_num != line:
                raise FileProblem(_open_quote(line))
            if cells and ((cells[0] and not cells[0].isspace()) or "".join(cells).strip()):
                yield line, cells
    except csv.Error as error:
        raise FileProblem(_open_quote(line + 1)) from error


def _refuse_long_lines(content: bytes) -> None:
    """Before any line is made into text: from one line end to the last within reach, so that a file costs a few thousand looks."""
    start, end = 0, len(content)
    while end - start > layout.MAX_LINE:
        reach = start + layout.MAX_LINE + 1
        last = max(content.rfind(b"\n", start, reach), content.rfind(b"\r", start, reach))
        if last < 0:
            line = _line_ends(content, start) + 1
            shown = content[start : start + _SHOWN].decode("utf-8", "replace")
            raise FileProblem(Problem(Code.LINE_TOO_LONG, found=shown, expected=str(layout.MAX_LINE), detail={"line": str(line)}))
        start = last + 1


def _line_ends(content: bytes, stop: int) -> int:
    """How many lines end before `stop`, counted without making any of them."""
    return content.count(b"\n", 0, stop) + content.count(b"\r", 0, stop) - content.count(b"\r\n", 0, stop)


def _open_quote(line: int) -> Problem:
    return Problem(Code.OPEN_QUOTE, detail={"line": str(line)})
