"""What the register knows of an employer's own people in a file: one query a batch of rows, never one a row."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from django.db import connection

from contributions.borang_a.checks import Entry
from contributions.borang_a.values import Row
from contributions.rules import category
from kwsp_portal.common.periods import WageMonth

# Joined, not asked row by row in sub-selects: three times as fast. Where a key meets several rows (two citizenships in the month, one
# identity number on papers of two kinds), the last one stays: the lowest id, with the citizenship in which the month began. Strangers are
# left out here in Python: asked for an inner join, PostgreSQL would begin each batch with all people of the employer. The
# citizenship is that of the day whose standing counts (rules.category), else the first that began by the end of the month.
_LOOK_UP: Final = """
SELECT m.id, m.number, m.identity_number, m.name, m.name_key, m.birth_date, m.member_since, m.died_on, c.status, e.domestic
  FROM unnest(%(keys)s::text[]) AS stated(key)
  JOIN members_member m ON m.{column} = stated.key
  LEFT JOIN employers_employment e
    ON e.member_id = m.id AND e.employer_id = %(employer)s AND e.from_date <= %(last)s AND (e.to_date IS NULL OR e.to_date > %(first)s)
  LEFT JOIN members_citizenshipperiod c
    ON c.member_id = m.id AND c.from_date <= %(last)s AND (c.to_date IS NULL OR c.to_date > %(counted)s)
 ORDER BY m.id DESC, c.from_date DESC, e.from_date
"""
_BY_NUMBER: Final = _LOOK_UP.replace("{column}", "number")
_BY_IDENTITY: Final = _LOOK_UP.replace("{column}", "identity_number")

_DOMESTIC: Final = Entry._fields.index("domestic")
"""Without an employment in the month it is NULL."""

Entries = dict[str, Entry]
"""By the number that a row states."""


def look_up(*, rows: Sequence[Row], employer_id: int, wage_month: WageMonth) -> tuple[Entries, Entries]:
    """Entries by member number, and by identity number for the rows whose member number does not lead to that identity."""
    facts = _asked(employer_id, wage_month)
    numbers = {row.member_number for row in rows if row.member_number}
    by_number = people(numbers=numbers, employer_id=employer_id, wage_month=wage_month)
    unclear = {row.identity_number for row in rows if row.identity_number and not _leads_to(by_number.get(row.member_number), row)}
    unclear |= {row.padded for row in rows if row.padded}
    return by_number, {entry.identity_number: entry for entry in _entries(_BY_IDENTITY, unclear, facts)}


def people(*, numbers: Iterable[str], employer_id: int, wage_month: WageMonth) -> Entries:
    """Entries by member number, of those whom the employer has on record in the month."""
    return {entry.number: entry for entry in _entries(_BY_NUMBER, numbers, _asked(employer_id, wage_month))}


def _asked(employer_id: int, month: WageMonth) -> dict[str, date | int]:
    return {"employer": employer_id, "first": month.first_day, "last": month.last_day, "counted": category.standing_day(month)}


def _leads_to(entry: Entry | None, row: Row) -> bool:
    return entry is not None and entry.identity_number == row.identity_number


def _entries(query: str, keys: Iterable[str], asked: dict[str, date | int]) -> list[Entry]:
    # Sorted, so that neighbours in the index are asked for one after the other.
    wanted = sorted(keys)
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(query, {**asked, "keys": wanted})
        return [Entry._make(facts) for facts in cursor.fetchall() if facts[_DOMESTIC] is not None]
