"""Checked rows on their way into the table: as the text that COPY takes, spilled to disk when a file is large."""

import json
import tempfile
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import TracebackType
from typing import Final, Self

from django.db import connection

from contributions.borang_a import layout
from contributions.borang_a.checks import Checked
from contributions.facts import NO_ELECTIONS
from contributions.rules import electing
from kwsp_portal import bulk

_COLUMNS: Final = (
    "filing_id",
    "line",
    "member_id",
    "member_number",
    "identity_number",
    "name",
    "wages",
    "bonus",
    "employer_share",
    "employee_share",
    "part",
    "reference",
    "citizenship",
    "birth_date",
    "member_since",
    "elections",
    "status",
    "problems",
)
_COPY: Final = f"COPY contributions_filingrow ({', '.join(_COLUMNS)}) FROM STDIN"
_NULL: Final = "\\N"
_KEPT_IN_MEMORY: Final = 16 * 1024 * 1024
_LONGEST_NUMBER: Final = 20
# In COPY's text format a backslash escapes, a tab ends a value and a line end ends the row.


class CopiedRows:
    """Rows gathered outside the database, so that none is seen before all are checked and a killed worker leaves nothing behind."""

    def __init__(self, filing_id: int) -> None:
        self._filing = str(filing_id)
        self._text = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY, mode="w+", encoding="utf-8", newline="")  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._text.close()

    def add(self, rows: Iterable[Checked]) -> None:
        self._text.write("".join([line_of(self._filing, checked) for checked in rows]))

    def copy(self) -> None:
        """Write every row into contributions_filingrow, in the open transaction."""
        self._text.flush()
        self._text.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(_COPY, self._text, 1 << 17)


def line_of(filing: str, checked: Checked) -> str:
    """A checked row as COPY takes it. Of a row with which nothing is wrong, as nearly every one is, each value is known to fit its column and only
    the name may have anything to escape; what comes out is what `any_line_of` answers."""
    row, entry, _stands_for, shares, elections, problems = checked
    if problems or entry is None or shares is None:
        return any_line_of(filing, checked)
    line, number, identity, name, wages, bonus, employer, employee, *_ = row
    who = f"{entry.member_id}\t{number}\t{identity}\t{_text(name)}"
    sen = f"{wages!s}\t{bonus!s}\t{employer!s}\t{employee!s}".replace(".", "")
    facts = f"{entry.citizenship}\t{_day(entry.birth_date)}\t{_day(entry.member_since)}"
    elected = "" if elections is NO_ELECTIONS and not entry.domestic else electing.to_text(elections, domestic=entry.domestic)
    return f"{filing}\t{line}\t{who}\t{sen}\t{shares.part!s}\t{shares.reference}\t{facts}\t{elected}\tVALID\t[]\n"


def any_line_of(filing: str, checked: Checked) -> str:
    """A row as COPY takes it, whatever is wrong with it."""
    row, entry, _stands_for, shares, elections, problems = checked
    values = (
        filing,
        str(row.line),
        _NULL if entry is None else str(entry.member_id),
        _text(row.member_number, _LONGEST_NUMBER),
        _text(row.identity_number, _LONGEST_NUMBER),
        _text(row.name, layout.LONGEST_NAME),
        _sen(row.wages),
        _sen(row.bonus),
        _sen(row.employer_share),
        _sen(row.employee_share),
        "" if shares is None else shares.part,
        "" if shares is None else shares.reference,
        "" if entry is None else entry.citizenship or "",
        _NULL if entry is None else str(entry.birth_date),
        _NULL if entry is None else str(entry.member_since),
        "" if entry is None else electing.to_text(elections, domestic=entry.domestic),
        checked.status,
        _text(json.dumps([problem.to_json() for problem in problems], ensure_ascii=False)) if problems else "[]",
    )
    return "\t".join(values) + "\n"


def _text(value: str, longest: int | None = None) -> str:
    """`value` as COPY takes it; nearly every value has nothing to escape."""
    return bulk.field(value[:longest])


@lru_cache(maxsize=1 << 15)
def _day(day: date) -> str:
    """Remembered: people were born on some twenty thousand days, and are members since fewer."""
    return str(day)


def _sen(amount: Decimal | None) -> str:
    """Whole sen: `money.ringgit` answers with two decimals, so the point is all that is in the way."""
    return _NULL if amount is None else str(amount).replace(".", "")
