"""What must be true between the dividends that were credited and what the ledger has of them; run by `manage.py check_ledger`."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from django.db import connection

from members.enums import DividendKind
from members.ledger import invariants
from members.ledger.enums import EntryKind

# ruff: noqa: S608 - every text comes from this file and from closed lists

CHECKS: Final = {
    # One pass over the rows and one over the entries of the kind: the fund's leg is what the members got.
    "dividend_has_its_entry": f"""
        WITH given AS (
            SELECT entry.ref, entry.value_date, sum(posting.amount_sen) FILTER (WHERE posting.version IS NOT NULL) AS sen
            FROM ledger_entry AS entry JOIN ledger_posting AS posting ON posting.entry_id = entry.id
            WHERE entry.kind = {EntryKind.DIVIDEND:d} AND entry.part = 0 GROUP BY entry.id
        )
        SELECT 'dividend ' || dividend.id, dividend.amount_sen - coalesce(given.sen, 0)
        FROM members_dividend AS dividend LEFT JOIN given ON given.ref = dividend.id
        WHERE given.sen IS DISTINCT FROM dividend.amount_sen
            OR (dividend.kind <> '{DividendKind.BEFORE}' AND given.value_date <> make_date(dividend.year + 1, 1, 1))""",
    "settled_due_has_its_dividend": """
        SELECT 'dividend due ' || settled.due_id, due.amount_sen
        FROM ledger_dividend_settled AS settled JOIN ledger_dividend_due AS due ON due.id = settled.due_id
        LEFT JOIN members_dividend AS dividend ON dividend.id = settled.ref
        WHERE settled.ref IS NOT NULL AND dividend.id IS NULL""",
}


WHOLE: Final = "SET LOCAL enable_nestloop = off"
"""Each check reads its tables from end to end; without statistics PostgreSQL would join them row by row."""


def register() -> None:
    """Make our checks known to the ledger (called once, by work.py)."""
    for name, sql in CHECKS.items():
        invariants.register(f"members.{name}", partial(_ask, sql))


def _ask(sql: str) -> Iterator[invariants.Finding]:
    with connection.cursor() as cursor:
        cursor.execute(WHOLE)
        cursor.execute(sql)
        found = cursor.fetchall()
        cursor.execute(invariants.BY_PLAN)
    for what, sen in found:
        yield invariants.Finding(what, int(sen))
