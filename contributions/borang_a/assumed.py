"""What was assumed while a file was read, as data: the words are made by contributions/problems/assumptions.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

LINES_NAMED: Final = 5
"""Rows that an assumption names one by one; the others are counted."""


class Taken(StrEnum):
    """How a file that is not as the template has it was taken."""

    # The file
    CP1252 = "CP1252"
    UTF16 = "UTF16"
    SEPARATOR = "SEPARATOR"
    NO_HEADER = "NO_HEADER"
    ABOVE_HEADER = "ABOVE_HEADER"
    COLUMN_ORDER = "COLUMN_ORDER"
    OTHER_COLUMNS = "OTHER_COLUMNS"
    SHEET = "SHEET"
    HIDDEN_SHEETS = "HIDDEN_SHEETS"
    HIDDEN_ROWS = "HIDDEN_ROWS"
    FORMULAS = "FORMULAS"
    SAME_CONTENT = "SAME_CONTENT"
    # Its cells
    THOUSANDS = "THOUSANDS"
    DECIMAL_COMMA = "DECIMAL_COMMA"
    RINGGIT = "RINGGIT"
    FLOATS = "FLOATS"
    NUMBER_ZEROS = "NUMBER_ZEROS"
    IDENTITY_ZEROS = "IDENTITY_ZEROS"
    EXPONENT = "EXPONENT"
    # Its rows
    TOTALS = "TOTALS"
    BELOW_TOTALS = "BELOW_TOTALS"
    BONUS = "BONUS"


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that was assumed: in how many cells or rows, the first rows of it, and the figures of its sentence as text."""

    code: Taken
    count: int = 0
    lines: tuple[int, ...] = ()
    detail: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What is kept with the filing."""
        return {"code": self.code.value, "count": self.count, "lines": list(self.lines), "detail": dict(self.detail)}


class Assumed:
    """Gathers assumptions while a file goes by: once for the file, or counted row by row. `decimal_comma`: some of its amounts can only be
    read with a comma before the sen."""

    def __init__(self) -> None:
        self._of_file: dict[Taken, Mapping[str, str]] = {}
        self._counts: dict[Taken, int] = {}
        self._lines: dict[Taken, list[int]] = {}
        self.decimal_comma = False

    def say(self, code: Taken, **detail: str) -> None:
        """Of the file as a whole."""
        self._of_file[code] = detail

    def count(self, code: Taken, line: int) -> None:
        """Of one more cell or row."""
        self._counts[code] = self._counts.get(code, 0) + 1
        lines = self._lines.setdefault(code, [])
        if len(lines) < LINES_NAMED and line not in lines:
            lines.append(line)

    def all(self) -> tuple[Assumption, ...]:
        """What was assumed so far, always in the same order."""
        codes = self._of_file.keys() | self._counts.keys()
        return tuple(
            Assumption(code, self._counts.get(code, 0), tuple(self._lines.get(code, ())), self._of_file.get(code, {}))
            for code in Taken
            if code in codes
        )
