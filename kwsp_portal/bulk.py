"""Rows by the thousand: written by COPY, with ids that are known before they are; asked for and given in one value, not thousands."""

import io
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL

M = TypeVar("M", bound=Model)


def copy(cursor: CursorWrapper, statement: str, lines: Iterable[str]) -> None:
    """COPY ... FROM STDIN, each line with its end. Raises what Django makes of PostgreSQL's errors, which it does for execute() only."""
    with connection.wrap_database_errors:
        cursor.copy_expert(statement, io.BytesIO("".join(lines).encode()), _PIECE)


NULL: Final = "\\N"
_PIECE: Final = 1 << 16
"""So many bytes at a time go to PostgreSQL: psycopg2's own 8,192 are a call of Python each."""


def field(text: str) -> str:
    """A text as a line of COPY keeps it. Raises ValueError where it holds a NUL, which no text of PostgreSQL's can."""
    if text.isprintable():
        return text if "\\" not in text else text.replace("\\", "\\\\")
    if "\0" in text:
        raise ValueError("found a NUL in a text, expected none: PostgreSQL keeps no such text")
    return text.translate(_ESCAPED)


def fields(texts: Sequence[str]) -> Sequence[str]:
    """`field` of each. Most texts need nothing, and of all together one look tells."""
    joined = "".join(texts)
    return texts if joined.isprintable() and "\\" not in joined else [field(text) for text in texts]


_ESCAPED: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def new_ids(cursor: CursorWrapper, table: str, count: int) -> list[int]:
    """So many new ids of a table, rising."""
    cursor.execute("SELECT array_agg(nextval(%s::regclass)) FROM generate_series(1, %s)", [f"{table}_id_seq", count])
    found: list[int] = cursor.fetchone()[0] or []
    return found


def objects(asked: "QuerySet[M, M]", *names: str) -> list[M]:
    """Rows as objects of their model that know these fields alone, in their order: what `only` gives in thrice the time, which with thousands is more
    than what is done with them. Any other field is fetched when it is asked for, as there. `names` are those of columns: `member_id`."""
    model, names, database = asked.model, ("id", *names), asked.db
    found = []
    for row in asked.values_list(*names):
        one = model.__new__(model)
        one.__dict__.update(zip(names, row, strict=True))
        one._state = state = ModelState()
        state.adding, state.db = False, database
        found.append(one)
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
