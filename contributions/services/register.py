"""What the register knows of the people in a file: one query a batch of rows, never one a row."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from django.db import connection

from contributions.borang_a.checks import Entry
from contributions.borang_a.values import Row
from kwsp_portal.common.periods import WageMonth

# The citizenship in which the month began; without one on the first day, the first that began in the month.
_ENTRY: Final = """
       m.id, m.number, m.identity_number, m.name, m.name_key, m.birth_date, m.member_since, m.died_on,
       (SELECT c.status FROM members_citizenshipperiod c
         WHERE c.member_id = m.id AND c.from_date <= %(last)s AND (c.to_date IS NULL OR c.to_date > %(first)s)
         ORDER BY c.from_date LIMIT 1),
       EXISTS (SELECT FROM employers_employment e
                WHERE e.member_id = m.id AND e.employer_id = %(employer)s
                  AND e.from_date <= %(last)s AND (e.to_date IS NULL OR e.to_date > %(first)s)) AS employed
"""
_BY_NUMBER: Final = "SELECT stated.key, {entry} FROM unnest(%(keys)s::text[]) AS stated(key) JOIN members_member m ON m.number = stated.key".replace(
    "{entry}", _ENTRY
)
# One identity number may stand on papers of two kinds: this employer's own person comes first.
_BY_IDENTITY: Final = (
    "SELECT DISTINCT ON (stated.key) stated.key, {entry} "
    "FROM unnest(%(keys)s::text[]) AS stated(key) JOIN members_member m ON m.identity_number = stated.key "
    "ORDER BY stated.key, employed DESC, m.id"
).replace("{entry}", _ENTRY)


Entries = dict[str, Entry]
"""By the number that a row states."""


def look_up(*, rows: Sequence[Row], employer_id: int, wage_month: WageMonth) -> tuple[Entries, Entries]:
    """Entries by member number, and by identity number for the rows whose member number does not lead to that identity."""
    facts: dict[str, date | int] = {"employer": employer_id, "first": wage_month.first_day, "last": wage_month.last_day}
    by_number = _entries(_BY_NUMBER, {row.member_number for row in rows if row.member_number}, facts)
    unclear = {row.identity_number for row in rows if row.identity_number and not _leads_to(by_number.get(row.member_number), row)}
    return by_number, _entries(_BY_IDENTITY, unclear, facts)


def _leads_to(entry: Entry | None, row: Row) -> bool:
    return entry is not None and entry.identity_number == row.identity_number


def _entries(query: str, keys: Iterable[str], facts: dict[str, date | int]) -> Entries:
    wanted = list(keys)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(query, {**facts, "keys": wanted})
        return {key: Entry(*entry) for key, *entry in cursor}
