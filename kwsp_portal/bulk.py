"""Rows by the thousand: written by COPY, with ids that are known before they are; asked for and given in one value, not thousands."""

import io
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models.expressions import RawSQL


def copy(cursor: CursorWrapper, statement: str, lines: Iterable[str]) -> None:
    """COPY ... FROM STDIN, each line with its end. Raises what Django makes of PostgreSQL's errors, which it does for execute() only."""
    with connection.wrap_database_errors:
        cursor.copy_expert(statement, io.StringIO("".join(lines)))


_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copied(text: str) -> str:
    """A text as COPY takes it. Most need nothing."""
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPES)


def new_ids(cursor: CursorWrapper, table: str, count: int) -> list[int]:
    """So many new ids of a table, rising."""
    cursor.execute("SELECT array_agg(nextval(%s::regclass)) FROM generate_series(1, %s)", [f"{table}_id_seq", count])
    found: list[int] = cursor.fetchone()[0] or []
    return found


def among(ids: Iterable[int]) -> RawSQL:
    """For `id__in`, where they are many: Django looks at each value of a list, and so does PostgreSQL when it plans."""
    return RawSQL("SELECT unnest(%s::bigint[])", [numbers(ids)])


def numbers(values: Iterable[int]) -> str:
    """PostgreSQL's text form of an array of whole numbers; psycopg2 would adapt them one by one."""
    return "{" + ",".join(map(str, values)) + "}"


def texts(values: Sequence[str]) -> str:
    """`numbers` for any texts. Raises ValueError where one holds a NUL, which no text of PostgreSQL's can."""
    joined = "\0".join(values)
    if joined.count("\0") != max(len(values) - 1, 0):
        raise ValueError("found a NUL in a text, expected none: PostgreSQL keeps no such text")
    quoted = joined.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
    return f'{{"{quoted}"}}' if values else "{}"
