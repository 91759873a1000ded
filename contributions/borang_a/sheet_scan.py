"""The XML of an XLSX gone through once before it is read: how far each sheet reaches, and what its cells do not show.

What reads the cells afterwards (python-calamine) keeps a sheet as one rectangle, gives an error and an empty cell alike, and knows neither
hidden rows nor which values a formula made. No document type is taken, so that no entity can be declared (ASVS 1.5.1).
"""

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from contributions.borang_a import archive
from contributions.borang_a.problem import Code, FileProblem, Problem

MAX_CELLS: Final = 4_000_000
"""Of the rectangle that a sheet's values span."""
MAX_ELEMENTS: Final = 12_000_000
_BLOCK: Final = 1 << 18
_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LETTERS: Final = 26
_UTF8_XML: Final = (b"<?xml", b"<worksheet", b"\xef\xbb\xbf<?xml")
_WIDE_XML: Final = b"utf-16"
_ODD_SIGNS: Final = (b"<f", b":f", b'"e"', b"'e'", b"hidden", b":row", b":c ")
_ROW: Final = re.compile(rb'<row [^>]*?\br="([0-9]{1,7})"')
_FAR_COLUMN: Final = re.compile(rb'<c r="[A-Z]{2,3}[0-9]')
_PLAIN_BYTES: Final = 48 * 1024 * 1024
_STRINGS: Final = "xl/sharedstrings.xml"
_NEAR_ROWS: Final = MAX_CELLS // 26
_TRUE: Final = ("1", "true")


@dataclass(slots=True)
class Scanned:
    """One sheet. Places are `(row, column)` from 0; `uncalculated` are formulas without a value that can be trusted."""

    hidden_rows: set[int] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)


def scan(content: bytes) -> dict[str, Scanned]:
    """Every worksheet by its name. Raises FileProblem BROKEN_WORKBOOK, UNPACKS_TOO_FAR, FAR_CELL or HAS_ENTITIES."""
    book, budget = _Book(), _Budget()
    sheets: dict[str, Scanned] = {}
    relations: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as whole:
            for part in whole.infolist():
                name = part.filename.casefold()
                if not name.endswith((".xml", ".rels")):
                    continue
                if name.startswith("xl/worksheets/") and _is_plain(whole, part, budget):
                    sheets[name] = Scanned()
                    continue
                if name == _STRINGS and _is_undeclared(whole, part, budget):
                    continue
                reader = _Sheet() if name.startswith("xl/worksheets/") else _Relations() if name.endswith("workbook.xml.rels") else book
                _parse(whole, part, reader, budget)
                if isinstance(reader, _Sheet):
                    sheets[name] = reader.scanned()
                elif isinstance(reader, _Relations):
                    relations |= reader.targets
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, UnicodeError, expat.ExpatError, zlib.error) as error:
        raise archive.broken("XML") from error
    return _named(book, sheets, relations)


class _Budget:
    """How much may still be unpacked and gone through in one file."""

    def __init__(self) -> None:
        self.bytes = archive.MAX_UNPACKED
        self.elements = MAX_ELEMENTS


def _is_plain(whole: zipfile.ZipFile, part: zipfile.ZipInfo, budget: _Budget) -> bool:
    """Whether a sheet has nothing that would be found in going through it: neither formulas, errors, hidden rows nor declarations, at most 26
    columns and no row far down. Most lists are so, and told by a few searches of their bytes."""
    content = _undeclared(whole, part, budget)
    if content is None or any(sign in content for sign in _ODD_SIGNS):
        return False
    last = _ROW.match(content, max(content.rfind(b"<row "), 0))
    if last is None or int(last[1]) > _NEAR_ROWS or _FAR_COLUMN.search(content):
        return False
    budget.bytes -= len(content)
    return True


def _is_undeclared(whole: zipfile.ZipFile, part: zipfile.ZipInfo, budget: _Budget) -> bool:
    """Whether a part that says nothing here declares nothing either: the texts of the cells, three of a row."""
    content = _undeclared(whole, part, budget)
    if content is None:
        return False
    budget.bytes -= len(content)
    return True


def _undeclared(whole: zipfile.ZipFile, part: zipfile.ZipInfo, budget: _Budget) -> bytes | None:
    """A part in UTF-8 of some size that declares nothing; None where it has to be gone through to tell. Raises FileProblem."""
    if part.file_size > _PLAIN_BYTES:
        return None
    with whole.open(part) as stream:
        content = stream.read(_PLAIN_BYTES + 1)
    if len(content) > budget.bytes:
        raise archive.too_far(archive.MAX_UNPACKED + 1)
    if not content.startswith(_UTF8_XML) or content.find(b"<!", 1) >= 0 or content.count(b"<") > 2 * budget.elements:
        return None
    # Another encoding is stated at the very beginning or nowhere.
    if _WIDE_XML in content[: content.find(b">")].lower():
        return None
    return content


def _named(book: "_Book", sheets: dict[str, Scanned], relations: dict[str, str]) -> dict[str, Scanned]:
    """The sheets by the names that the workbook gives them; what cannot be recalculated here is not trusted where the book asks for it."""
    found = {}
    for name, relation in book.sheets:
        path = posixpath.normpath(posixpath.join("xl", relations.get(relation, "").lstrip("/").removeprefix("xl/"))).casefold()
        if path in sheets:
            found[name] = sheets[path]
    if book.recalculates:
        for scanned in found.values():
            scanned.uncalculated |= scanned.formulas
    return found


def _parse(whole: zipfile.ZipFile, part: zipfile.ZipInfo, reader: "_Reader", budget: _Budget) -> None:
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    with whole.open(part) as stream:
        while piece := stream.read(_BLOCK):
            budget.bytes -= len(piece)
            if budget.bytes < 0:
                raise archive.too_far(archive.MAX_UNPACKED + 1)
            parser.Parse(piece)
            if reader.elements > budget.elements:
                raise FileProblem(Problem(Code.TOO_MANY_ROWS, expected="100000"))
    parser.Parse(b"", True)
    budget.elements -= reader.elements
    reader.elements = 0


def _refuse_doctype(*_declared: object) -> None:
    raise FileProblem(Problem(Code.HAS_ENTITIES))


class _Reader:
    """Is told of each element that begins, with its attributes in turn: name, value, name, value."""

    elements = 0

    def start(self, name: str, attributes: list[str]) -> None:
        self.elements += 1


class _Relations(_Reader):
    """Which part a relation leads to."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: list[str]) -> None:
        self.elements += 1
        if name.endswith("Relationship"):
            stated = _stated(attributes)
            self.targets[stated.get("Id", "")] = stated.get("Target", "")


class _Book(_Reader):
    """The workbook's own part, and all parts that say nothing here."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.recalculates = False

    def start(self, name: str, attributes: list[str]) -> None:
        self.elements += 1
        own = name.rpartition(":")[2]
        if own == "sheet":
            stated = _stated(attributes)
            self.sheets.append((stated.get("name", ""), next((value for key, value in stated.items() if key.endswith(":id")), "")))
        elif own == "calcPr":
            self.recalculates |= _stated(attributes).get("fullCalcOnLoad") in _TRUE


class _Sheet(_Reader):
    """One sheet. A cell without a place stands after the one before it."""

    def __init__(self) -> None:
        self.row = self.column = -1
        self.kind = ""
        self.formula = False
        self.top = self.left = self.bottom = self.right = -1
        self.found = Scanned()

    def start(self, name: str, attributes: list[str]) -> None:
        self.elements += 1
        own = name.rpartition(":")[2] if ":" in name else name
        if own == "c":
            self._end_cell()
            self._begin_cell(attributes)
        elif own in ("v", "is"):
            self._reach()
            self.formula = False
            if self.kind == "e":
                self.found.errors.add((self.row, self.column))
        elif own == "f":
            self._reach()
            self.formula = True
            self.found.formulas.add((self.row, self.column))
        elif own == "row":
            self._end_cell()
            self._begin_row(attributes)

    def _begin_row(self, attributes: list[str]) -> None:
        self.row, self.column = self.row + 1, -1
        stated = _stated(attributes)
        if stated.get("r", "").isdecimal():
            self.row = int(stated["r"]) - 1
        if stated.get("hidden") in _TRUE:
            self.found.hidden_rows.add(self.row)

    def _begin_cell(self, attributes: list[str]) -> None:
        self.column, self.kind = self.column + 1, ""
        for place in range(0, len(attributes), 2):
            if attributes[place] == "r":
                stated = _CELL.fullmatch(attributes[place + 1])
                if stated:
                    self.column, self.row = _column(stated[1]), int(stated[2]) - 1
            elif attributes[place] == "t":
                self.kind = attributes[place + 1]

    def _end_cell(self) -> None:
        if self.formula:
            self.found.uncalculated.add((self.row, self.column))
            self.formula = False

    def _reach(self) -> None:
        """The rectangle grows by this cell. Raises FileProblem FAR_CELL."""
        if self.top < 0:
            self.top = self.bottom = self.row
            self.left = self.right = self.column
            return
        if self.top <= self.row <= self.bottom and self.left <= self.column <= self.right:
            return
        self.top, self.bottom = min(self.top, self.row), max(self.bottom, self.row)
        self.left, self.right = min(self.left, self.column), max(self.right, self.column)
        if (self.bottom - self.top + 1) * (self.right - self.left + 1) > MAX_CELLS:
            raise FileProblem(Problem(Code.FAR_CELL, found=f"{_letters(self.column)}{self.row + 1}", expected="100000"))

    def scanned(self) -> Scanned:
        """What was found, the last cell included."""
        self._end_cell()
        return self.found


def _stated(attributes: list[str]) -> dict[str, str]:
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


def _column(letters: str) -> int:
    """`A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def _letters(column: int) -> str:
    """The other way round."""
    letters = ""
    while column >= 0:
        column, rest = divmod(column, _LETTERS)
        letters, column = chr(ord("A") + rest) + letters, column - 1
    return letters
