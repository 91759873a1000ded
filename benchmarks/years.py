"""Closing a year for three million accounts, and the sen-days of that year, by chunks as workers do it.

A copy of the benchmarks' database with three accounts for each of its million members: a contribution to all three in 2024 and another in
2025; 2024 is closed, then 2025 is closed and its sen-days are gathered, by one process. The floor is one sequential read of the postings and
entries by one process, as two sums over whole tables; closing has beside it the COPY of as many openings into a table with the same index,
sen-days the handing over of as many rows of the same width in the same order.
"""

import importlib
import io
import time
from datetime import date
from typing import Any

from django.db import connection, transaction

from benchmarks import database, harness

COPY_NAME = "kwsp_bench_years"
MEMBERS = database.MEMBERS
CHUNK_MEMBERS = 5_000
GOAL = 10

_ACCOUNTS = """
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'FUND', 0, 'CONTRIBUTION_CLEARING', DATE '2024-01-01', '' ON CONFLICT DO NOTHING;
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'MEMBER', id, code, DATE '2024-01-01', code
FROM members_member, unnest('{PERSARAAN,SEJAHTERA,FLEKSIBEL}'::text[]) AS code ORDER BY id;
INSERT INTO ledger_balance (account_id, balance_sen, held_sen, version, floored)
SELECT id, 20000, 0, 2, true FROM ledger_account WHERE holder_kind = 'MEMBER';
"""
_YEAR = """
INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen)
SELECT %(base)s + holder_id, id, 10000, %(version)s, 10000 * %(version)s FROM ledger_account WHERE holder_kind = 'MEMBER' ORDER BY holder_id, id;
INSERT INTO ledger_posting (entry_id, account_id, amount_sen)
SELECT %(base)s + member.id, account.id, -30000 FROM members_member AS member CROSS JOIN ledger_account AS account
WHERE holder_kind = 'FUND' AND code = 'CONTRIBUTION_CLEARING' ORDER BY member.id;
INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date)
SELECT %(base)s + id, 9, %(base)s + id, 0, %(day)s::date + (id %% 300)::int, %(day)s::date + (id %% 300)::int + 15 FROM members_member ORDER BY id
"""
_ROWS = """
SELECT id, holder_id, code, dividend_to, id, id FROM ledger_account
WHERE holder_kind = 'MEMBER' AND holder_id >= %s AND holder_id < %s ORDER BY holder_id, id
"""
_FLOOR = (
    "SELECT count(*), sum(id), sum(entry_id), sum(account_id), sum(amount_sen), sum(version), sum(balance_after_sen) FROM ledger_posting",
    "SELECT count(*), sum(id), sum(value_date - DATE '2000-01-01'), sum(booked_on - DATE '2000-01-01') FROM ledger_entry",
)


def measure() -> list[harness.Figure]:
    database.prepare()
    with database.fresh(COPY_NAME):
        _history()
        years = importlib.import_module("members.ledger.years")
        _close(date(2025, 6, 1))
        read = harness.median(_read, 3)
        closing = harness.once(lambda: _close(date(2026, 6, 1)))
        stored, written = _copied_openings()
        handed = harness.once(_hand_over)
        gathered, accounts = _sen_days()
    return [
        harness.Figure(
            f"closing a year for {stored:,} accounts, {years.CHUNK_ACCOUNTS:,} to a chunk",
            closing,
            GOAL,
            read + written,
            note=f"{stored / closing:,.0f} accounts/s; floor: read {read:.1f} s, openings copied {written:.1f} s",
        ),
        harness.Figure(
            f"sen-days of a year of {accounts:,} accounts, {CHUNK_MEMBERS:,} members to a query",
            gathered,
            GOAL,
            read + handed,
            note=f"{accounts / gathered:,.0f} accounts/s; floor: read {read:.1f} s, rows handed over {handed:.1f} s",
        ),
    ]


def _history() -> None:
    """Two years by the owner, with the guards off: what they cost is measured elsewhere. Then all days of both are closed."""
    posting, kinds = importlib.import_module("members.ledger.posting"), importlib.import_module("members.ledger.enums").EntryKind
    with database.owner_of_bench() as cursor:
        tables = ("ledger_posting", "ledger_entry", "ledger_balance")
        cursor.execute("".join(f"ALTER TABLE {table} DISABLE TRIGGER USER;" for table in tables))
        cursor.execute(_ACCOUNTS)
        for version, day in ((1, "2024-01-15"), (2, "2025-01-15")):
            cursor.execute(_YEAR, {"base": version * 10 * MEMBERS, "version": version, "day": day})
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
        cursor.execute("SELECT setval('ledger_entry_id_seq', %s)", [30 * MEMBERS])
        for table in (*tables, "ledger_account"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    last = date(2025, 12, 31)
    legs = [posting.Leg(posting.fund("PAYOUT_CLEARING"), -1), posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), 1)]
    posting.post(posting.Act(kinds.LATE_CHARGE, 1, 0, last, last, legs))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_closing (through) VALUES (%s)", [last])


def _close(on: date) -> None:
    """Every year before that of `on`, as one worker does."""
    years, engine = importlib.import_module("members.ledger.years"), importlib.import_module("kwsp_portal.jobs.engine")
    setattr(years, "_holds", [])  # noqa: B010 - no dividend is credited between them
    years.close_next(on=on)
    counts = engine.work_some(programmes=[years.PROGRAMME])
    assert (counts.failed, counts.lost) == (0, 0), counts
    assert years.last_closed() == on.year - 1, years.last_closed()
    with database.owner_of_bench() as cursor:
        cursor.execute("ANALYZE ledger_opening")


def _read() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        for statement in _FLOOR:
            cursor.execute(statement)
            cursor.fetchall()


def _copied_openings() -> tuple[int, float]:
    """How many openings the last year has, and the seconds that their COPY into an indexed table takes."""
    with database.owner_of_bench() as cursor:
        rows = io.StringIO()
        cursor.copy_expert("COPY (SELECT * FROM ledger_opening WHERE year = 2026 ORDER BY account_id) TO STDOUT", rows)
        cursor.execute("CREATE TABLE floor_opening (LIKE ledger_opening INCLUDING INDEXES)")
        stored = rows.getvalue().count("\n")
        rows.seek(0)
        return stored, harness.once(lambda: cursor.copy_expert("COPY floor_opening FROM STDIN", rows))


def _hand_over() -> None:
    with connection.cursor() as cursor:
        for first in range(1, MEMBERS + 1, CHUNK_MEMBERS):
            cursor.execute(_ROWS, [first, first + CHUNK_MEMBERS])
            cursor.fetchall()


def _sen_days() -> tuple[float, int]:
    """Seconds for all chunks of members, one after another, and how many accounts there were."""
    earning: Any = importlib.import_module("members.ledger.earning")
    accounts, began = 0, time.perf_counter()
    for first in range(1, MEMBERS + 1, CHUNK_MEMBERS):
        accounts += len(list(earning.sen_days(year=2025, first=first, end=first + CHUNK_MEMBERS)))
    taken = time.perf_counter() - began
    assert accounts == 3 * MEMBERS, accounts
    return taken, accounts
