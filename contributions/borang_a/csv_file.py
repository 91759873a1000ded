"""A Borang A of separated values: its text, whatever encoding it came in, what separates, and its records one after the other."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from contributions.borang_a import headings, layout
from contributions.borang_a.problem import Code, FileProblem, Problem

_BLOCK: Final = 1 << 20
_SHOWN: Final = 40
_LOOKED_AT: Final = 4_096
_SEPARATORS: Final = (",", ";", "\t", "|")
_STATED: Final = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
USUAL: Final = "utf-8-sig"
WIDE: Final = "utf-16"
FIRST: Final = 25
"""Records among which the header is looked for."""


_ENCODINGS: Final = (USUAL, "cp1252")


class Text(NamedTuple):
    """The bytes of a text in an encoding whose line ends are single bytes, and how it came."""

    content: bytes
    encoding: str
    came_as: str


def text_of(content: bytes) -> Text:
    """UTF-8 or UTF-16, with or without a byte order mark, or else Windows' cp1252. Raises FileProblem NOT_TEXT if it is none of them."""
    wide = _utf16_of(content)
    if wide:
        content = _narrowed(content, wide)
    if b"\0" in content:
        raise FileProblem(Problem(Code.NOT_TEXT, found="NUL", expected="UTF-8"))
    for encoding in _ENCODINGS:
        if _decodes(content, encoding):
            return Text(content, encoding, WIDE if wide else encoding)
    raise FileProblem(Problem(Code.NOT_TEXT, expected="UTF-8"))


def _utf16_of(content: bytes) -> str:
    """The byte order of a text in UTF-16, by its mark or by where the zeros of its ASCII letters stand; empty for any other."""
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return ""  # UTF-32
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if content.startswith(b"\xff") else "utf-16-be"
    first, second = content[:_LOOKED_AT:2].count(0), content[1:_LOOKED_AT:2].count(0)
    most = len(content[:_LOOKED_AT]) // 3
    if not first and second > most:
        return "utf-16-le"
    return "utf-16-be" if not second and first > most else ""


def _narrowed(content: bytes, wide: str) -> bytes:
    """The same text in UTF-8, piece by piece. Raises FileProblem NOT_TEXT."""
    decoder = codecs.getincrementaldecoder(wide)()
    narrow = bytearray()
    try:
        for start in range(0, len(content), _BLOCK):
            narrow += decoder.decode(content[start : start + _BLOCK], final=start + _BLOCK >= len(content)).encode()
    except UnicodeError as error:
        raise FileProblem(Problem(Code.NOT_TEXT, found="UTF-16", expected="UTF-8")) from error
    return bytes(narrow)


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


def records(content: bytes, encoding: str, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The line number, counted from 1, and the cells of each record that holds anything; blank lines are passed over.

    Raises FileProblem TOO_MANY_ROWS for lines beyond measure, LINE_TOO_LONG, and OPEN_QUOTE for a record that runs over several lines and is
    not the header: a quotation mark that is not closed would otherwise swallow other people's rows in silence.
    """
    if _line_ends(content, len(content)) > layout.MAX_LINES:
        raise FileProblem(Problem(Code.TOO_MANY_ROWS, expected=str(layout.MAX_ROWS)))
    _refuse_long_lines(content)
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline=""), delimiter=separator)
    line = 0
    try:
        for cells in reader:
            line += 1
            if reader.line_num != line:
                if not _is_header(cells):
                    raise FileProblem(_open_quote(line))
                line = reader.line_num
            if cells and ((cells[0] and not cells[0].isspace()) or "".join(cells).strip()):
                yield line, cells
    except csv.Error as error:
        raise FileProblem(_open_quote(line + 1)) from error


def _is_header(cells: list[str]) -> bool:
    """Whether a record of several lines is a header whose titles were broken, as spreadsheets do, and nothing was swallowed by any of them."""
    broken = [cell for cell in cells if "\n" in cell or "\r" in cell]
    return headings.find(cells) is not None and all(headings.column_of(cell) for cell in broken)


def separator_of(content: bytes, encoding: str) -> str:
    """What stands between the cells: as Excel's line `sep=;` states, else what makes a header or a row of the first records, else what
    the first of them has most of."""
    first = [line for line in islice(io.TextIOWrapper(io.BytesIO(content[: layout.MAX_LINE * FIRST]), encoding, "ignore"), FIRST) if line.strip()]
    stated = _STATED.fullmatch(first[0].strip()) if first else None
    if stated and stated[1] in _SEPARATORS:
        return stated[1]
    split = {separator: [next(csv.reader([line], delimiter=separator), []) for line in first] for separator in _SEPARATORS}
    for fits in (headings.find, headings.meant_as_header, headings.of_data):
        found = next((separator for separator, lines in split.items() if any(fits(cells) for cells in lines)), None)
        if found:
            return found
    return max(_SEPARATORS, key=first[0].count) if first else ","


def is_separator_line(cells: list[str]) -> bool:
    """Excel's own first line, which says what separates."""
    return bool(cells) and cells[0].casefold() == "sep="


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
