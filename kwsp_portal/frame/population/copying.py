"""Rows on their way into PostgreSQL by COPY, and the ids they are given beforehand."""

import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from kwsp_portal import bulk

NULL: Final = "\\N"
NOW: Final = "now"
"""The start of the transaction, as PostgreSQL reads a moment."""
# In COPY's text format a backslash escapes, a tab ends a value and a line end ends the row.


class Table:
    """Rows gathered for one table, each a line of COPY's text. `lines` takes ready lines, `add` makes one."""

    def __init__(self, name: str, columns: str) -> None:
        self.lines: list[str] = []
        quoted = ", ".join(f'"{column}"' for column in columns.split())
        self._statement = f"COPY {name} ({quoted}) FROM STDIN"

    def add(self, *values: object) -> None:
        self.lines.append("\t".join([cell(value) for value in values]) + "\n")

    def copy(self, cursor: CursorWrapper) -> None:
        """Write what was gathered, in the open transaction."""
        if self.lines:
            with connection.wrap_database_errors:
                cursor.copy_expert(self._statement, io.StringIO("".join(self.lines)))
            self.lines = []


def cell(value: object) -> str:
    """A value as COPY reads it."""
    if isinstance(value, str):
        return bulk.field(str(value))  # of an enumeration too
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, dict | list):
        return cell(json.dumps(value))
    assert isinstance(value, int | date), f"{value!r} has no form in COPY"  # noqa: S101 - a mistake of ours
    return str(value)


def texts(*values: str) -> str:
    """An array of plain words as PostgreSQL reads it."""
    return "{" + ",".join(values) + "}"


def ids(cursor: CursorWrapper, table: str, count: int) -> Iterator[int]:
    """So many new ids of a table, rising."""
    return iter(bulk.new_ids(cursor, table, count))
