"""The dividend of a year for 100,000 members with five years of monthly contributions, by the worker as it is: at most 3 x its floor, by seconds
of processor, and at most 300 MiB more memory.

The floor is one sequential read of all postings and entries, and the crediting floor for what the run writes: the same chunks as COPY of prepared
entries and postings with all indexes, an UPDATE of the balances, a commit; floor and run take their chunks in turn. Each of the five years is
posted, closed and credited one after another, as time would have it, so that the later ones read what the earlier ones wrote; the fifth is
measured. In a copy of the benchmarks' database, dropped at the end. KWSP_BENCH_MEMBERS: fewer.
"""

import importlib
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

from django.db import connection, transaction

from benchmarks import database, floor, harness

MEMBERS = int(os.environ.get("KWSP_BENCH_MEMBERS", "100000"))
YEARS = range(2021, 2026)
COPY_NAME = "kwsp_bench_dividends"
MOST_MEMORY = 300
MIB = 1024

_ACCOUNTS = """
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'FUND', 0, code, DATE '2021-01-01', '' FROM unnest('{CONTRIBUTION_CLEARING,DIVIDEND_EXPENSE,PAYOUT_CLEARING}'::text[]) AS code
ON CONFLICT DO NOTHING;
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'MEMBER', id, code, DATE '2021-01-01', code
FROM members_member, unnest('{PERSARAAN,SEJAHTERA,FLEKSIBEL}'::text[]) AS code WHERE id <= %(members)s ORDER BY id;
INSERT INTO ledger_balance (account_id, balance_sen, held_sen, version, floored)
SELECT id, 0, 0, 0, true FROM ledger_account WHERE holder_kind = 'MEMBER';
"""
_MONTH = """
WITH moved AS (
    UPDATE ledger_balance SET balance_sen = balance_sen + 10000, version = version + 1
    FROM ledger_account WHERE account_id = id AND holder_kind = 'MEMBER' AND code IN ('PERSARAAN', 'SEJAHTERA', 'FLEKSIBEL')
    RETURNING account_id, holder_id, version, balance_sen
)
INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen)
SELECT %(base)s + holder_id, account_id, 10000, version, balance_sen FROM moved ORDER BY holder_id, account_id;
INSERT INTO ledger_posting (entry_id, account_id, amount_sen)
SELECT %(base)s + member.id, account.id, -30000 FROM members_member AS member CROSS JOIN ledger_account AS account
WHERE holder_kind = 'FUND' AND code = 'CONTRIBUTION_CLEARING' AND member.id <= %(members)s ORDER BY member.id;
INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date)
SELECT %(base)s + id, 9, %(base)s + id, 0, %(day)s::date, %(day)s::date + 10 FROM members_member WHERE id <= %(members)s ORDER BY id
"""
_READ = (
    "SELECT count(*), sum(id), sum(entry_id), sum(account_id), sum(amount_sen), sum(version), sum(balance_after_sen) FROM ledger_posting",
    "SELECT count(*), sum(id), sum(value_date - DATE '2000-01-01'), sum(booked_on - DATE '2000-01-01') FROM ledger_entry",
)


def measure() -> list[harness.Figure]:
    """Floor and run in turn, year after year."""
    database.prepare()
    with database.fresh(COPY_NAME):
        _only_those()
        _accounts()
        for year in YEARS:
            _months(year, 4, 12) if year > YEARS[0] else _months(year, 1, 12)
            _close(year)
            _months(year + 1, 1, 3)
            if year < YEARS[-1]:
                _credit(year)
        prepared, backend, before = _prepared(YEARS[-1]), database.backend(), _peak()
        reading = sorted(harness.spent(_whole, backend) for _ in range(3))[1]
        writing, taken = _in_turn(prepared, backend)
        grown = _peak() - before
        _sound()
    note = f"{MEMBERS / taken.clock:,.0f} members/s; floor: read {reading.processor:.2f} s, written {writing.processor:.2f} s"
    name = f"dividend of a year, {MEMBERS:,} members with five years of history"
    return [
        harness.against(f"{name}: seconds of processor", taken, 3, reading + writing, note),
        harness.Figure("dividend of a year, more memory at the most", grown, MOST_MEMORY, unit="MiB"),
    ]


def _in_turn(prepared: list[floor.Prepared], backend: int) -> tuple[harness.Spent, harness.Spent]:
    """The floor's chunks and the run's, one of each after another; the run's opening, and its end, are in the second."""
    writing = taken = harness.NOTHING
    with database.owner_of_bench() as cursor:
        floor.make_tables(cursor)
        steps = _steps(YEARS[-1])
        for chunk in prepared:
            writing += harness.spent(partial(floor.run, cursor, floor.PLAIN, [chunk]), cursor.connection.get_backend_pid())
            taken += harness.spent(partial(next, steps), backend)
        taken += harness.spent(partial(list, steps), backend)
    return writing, taken


def _only_those() -> None:
    """The database has a million members: those without savings are no part of this figure."""
    dividends = importlib.import_module("members.services.dividends")
    size = dividends.CHUNK_MEMBERS
    pieces = [{"first": first, "end": min(first + size, MEMBERS + 1)} for first in range(1, MEMBERS + 1, size)]
    setattr(dividends, "chunks", lambda: pieces)  # noqa: B010 - a module of Django is imported late, and its names are unknown here


def _accounts() -> None:
    with database.owner_of_bench() as cursor, _unguarded(cursor):
        cursor.execute(_ACCOUNTS, {"members": MEMBERS})


def _on(year: int) -> date:
    """The day on which the dividend of a year is credited: when three months of the next are there."""
    return date(year + 1, 4, 1)


def _months(year: int, first: int, last: int) -> None:
    """Contributions by the owner, with the guards off: what they cost is measured elsewhere. With the twelfth month the year's days are closed."""
    posting, kinds = importlib.import_module("members.ledger.posting"), importlib.import_module("members.ledger.enums").EntryKind
    with database.owner_of_bench() as cursor, _unguarded(cursor):
        for month in range(first, last + 1):
            number = (year - YEARS[0]) * 12 + month
            cursor.execute(_MONTH, {"base": number * 2_000_000, "day": date(year, month, 16), "members": MEMBERS})
        cursor.execute("SELECT setval('ledger_entry_id_seq', %s)", [200_000_000 + number * 1_000_000])
    if last < 12:
        return
    end = date(year, 12, 31)
    legs = [posting.Leg(posting.fund("PAYOUT_CLEARING"), -1), posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), 1)]
    posting.post(posting.Act(kinds.LATE_CHARGE, year, 0, end, end, legs))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_closing (through) VALUES (%s)", [end])


@contextmanager
def _unguarded(cursor: Any) -> Iterator[None]:
    tables = ("ledger_posting", "ledger_entry", "ledger_balance")
    cursor.execute("".join(f"ALTER TABLE {table} DISABLE TRIGGER USER;" for table in tables))
    yield
    cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
    for table, trigger in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    for table in (*tables, "ledger_account", "members_member"):
        cursor.execute(f"VACUUM ANALYZE {table}")


def _close(year: int) -> None:
    """The year alone: the run that stores its openings would close the next at its end, where that is over."""
    years, engine = importlib.import_module("members.ledger.years"), importlib.import_module("kwsp_portal.jobs.engine")
    years.close(year=year, on=date(year + 1, 1, 2))
    counts = engine.work_some(programmes=[years.PROGRAMME])
    assert (counts.failed, years.last_closed()) == (0, year), counts
    with database.owner_of_bench() as cursor:
        cursor.execute("ANALYZE ledger_opening")


def _prepared(year: int) -> list[floor.Prepared]:
    """What the run will write, chunk by chunk, as text for COPY: reckoned beforehand."""
    dividends, rates = importlib.import_module("members.services.dividends"), importlib.import_module("members.selectors.dividend_rates")
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder_id, code, id, balance_sen, version FROM ledger_account JOIN ledger_balance ON account_id = id")
        accounts = {(holder, code): (pk, balance, version) for holder, code, pk, balance, version in cursor.fetchall()}
        cursor.execute("SELECT id FROM ledger_account WHERE code = 'DIVIDEND_EXPENSE'")
        expense = cursor.fetchone()[0]
    known, chunks, entry = rates.of(year, on=_on(year)), [], year * 10_000_000
    for piece in dividends.chunks():
        entries, postings, moves = [], [], []
        for one in dividends.reckon(year=year, rates=known, first=piece["first"], end=piece["end"], on=_on(year)):
            entry += 1
            entries.append(f"{entry}\t6\t{entry}\t0\t{_on(year)}\t{year + 1}-01-01\t\\N\n")
            for (_kind, holder, code), sen in one.legs():
                if holder == 0:
                    postings.append(f"{entry}\t{expense}\t{sen}\t\\N\t\\N\n")
                    continue
                # Who is 55 by now gets it on Akaun 55, which the first run opens: the floor has an open account for it.
                pk, balance, version = accounts.get((holder, code)) or accounts[holder, "PERSARAAN"]
                postings.append(f"{entry}\t{pk}\t{sen}\t{version + 1}\t{balance + sen}\n")
                moves.append(f"{pk}\t{balance + sen}\t{version + 1}\n")
        chunks.append(("".join(postings), "".join(entries), "".join(moves)))
    return chunks


def _whole() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        for statement in _READ:
            cursor.execute(statement)
            cursor.fetchall()


def _credit(year: int) -> None:
    """From its first chunk to its end, as a worker does it."""
    list(_steps(year))


def _steps(year: int) -> Iterator[None]:
    """Chunk by chunk."""
    dividends, engine = importlib.import_module("members.services.dividends"), importlib.import_module("kwsp_portal.jobs.engine")
    lease = importlib.import_module("kwsp_portal.jobs.models")
    assert dividends.open_next(on=_on(year)) == 1
    while lease.Run.objects.filter(programme=dividends.PROGRAMME, period=str(year), state="OPEN").exists():
        counts = engine.Counts()
        engine.work_one(engine.take([dividends.PROGRAMME]), counts)
        assert (counts.failed, counts.lost) == (0, 0), counts
        yield
    assert dividends.last_paid() == year


def _peak() -> float:
    """The most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


def _sound() -> None:
    """A dividend for every member and year, and the ledger has no finding."""
    members = importlib.import_module("members.models")
    assert members.Dividend.objects.count() == MEMBERS * len(YEARS)
    invariants = importlib.import_module("members.ledger.invariants")
    named = [result for result in invariants.broken() if result.name in invariants.CHECKS or result.name.startswith("members.")]
    # The acts that close the days stand for a payout that nobody ordered.
    broken = [result for result in named if "clearing" not in result.name]
    assert not broken, broken
