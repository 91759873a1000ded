"""The least that could write a chunk: COPY of prepared lines into tables with all indexes of the real ones, balances updated, a commit.

No triggers, no foreign keys, no checks, no Python between the statements.
"""

import io
from collections.abc import Sequence
from typing import Any

Prepared = tuple[str, str, str]
"""Postings, entries and balances of a chunk, as text for COPY."""

PLAIN, BY_INDEX = "plain", "by_index"
"""The UPDATE as the planner chooses it, and told to go by index as the ledger's own is: a harder floor."""

_TABLES = """
CREATE TABLE {floor}_entry (LIKE ledger_entry INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TABLE {floor}_posting (LIKE ledger_posting INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TABLE {floor}_balance (LIKE ledger_balance INCLUDING DEFAULTS INCLUDING INDEXES) WITH (fillfactor = 60);
INSERT INTO {floor}_balance SELECT * FROM ledger_balance;
"""
_MOVES = "CREATE TEMPORARY TABLE moves (account_id bigint, balance_sen bigint, version int) ON COMMIT DROP"
_UPDATE = """
UPDATE {floor}_balance AS balance SET balance_sen = moves.balance_sen, version = moves.version FROM moves WHERE balance.account_id = moves.account_id
"""
_HINT = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"


def make_tables(cursor: Any) -> None:
    """The floors' tables beside the ledger's, whose accounts are open."""
    for kind in (PLAIN, BY_INDEX):
        cursor.execute(_TABLES.format(floor=kind))
        cursor.execute(f"VACUUM ANALYZE {kind}_balance")


def run(cursor: Any, kind: str, chunks: Sequence[Prepared]) -> None:
    """Write the chunks, a transaction each."""
    for postings, entries, moves in chunks:
        cursor.execute("BEGIN")
        cursor.copy_expert(f"COPY {kind}_posting (entry_id, account_id, amount_sen, version, balance_after_sen) FROM STDIN", io.StringIO(postings))
        cursor.copy_expert(f"COPY {kind}_entry (id, kind, ref, part, booked_on, value_date, reverses) FROM STDIN", io.StringIO(entries))
        cursor.execute(_MOVES)
        cursor.copy_expert("COPY moves FROM STDIN", io.StringIO(moves))
        if kind == BY_INDEX:
            cursor.execute(_HINT)
        cursor.execute(_UPDATE.format(floor=kind))
        cursor.execute("COMMIT")
