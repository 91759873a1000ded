"""The turn of ages: a day on which 2,000 of 200,000 members with savings reach 55, and a day on which nobody does, by seconds of processor.

Each of the 2,000 was told half a year ahead; on the day three accounts go to Akaun 55, with a row of the trail and a notice (nobody here has a
sign-in: `soak_messages` measures SMS and e-mail). The floor is COPY of what the day wrote into twins of the tables with their indexes. A day on
which nobody turns an age only asks who does: against one sequential read of the register and the balances. In a copy of the benchmarks' database,
dropped at the end.
"""

import importlib
import io
import statistics
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from benchmarks import database, harness

SAVERS, TURNING = 200_000, 2_000
FIRST_DAY = date(2026, 3, 2)
QUIET_DAY = FIRST_DAY + timedelta(days=harness.ROUNDS)
COPY_NAME = "kwsp_bench_ages"
MOST, MOST_QUIET = 12, 3

# Everybody else is 40 or so: no other age comes up.
_SAVERS = """
UPDATE members_member SET birth_date = CASE WHEN id <= %(turning)s * %(rounds)s
    THEN (%(first)s::date + ((id - 1) / %(turning)s)::int - interval '55 years')::date
    ELSE DATE '1986-06-15' END;
ALTER TABLE ledger_balance DISABLE TRIGGER USER;
ALTER TABLE ledger_posting DISABLE TRIGGER USER;
ALTER TABLE ledger_entry DISABLE TRIGGER USER;
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'FUND', 0, 'CONTRIBUTION_CLEARING', DATE '2026-01-16', '' ON CONFLICT DO NOTHING;
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'MEMBER', id, code, DATE '2026-01-16', code
FROM members_member, unnest('{PERSARAAN,SEJAHTERA,FLEKSIBEL}'::text[]) AS code WHERE id <= %(savers)s ORDER BY id;
INSERT INTO ledger_balance (account_id, balance_sen, held_sen, version, floored)
SELECT id, 10000, 0, 1, true FROM ledger_account WHERE holder_kind = 'MEMBER';
INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen)
SELECT 1000000 + holder_id, id, 10000, 1, 10000 FROM ledger_account WHERE holder_kind = 'MEMBER' ORDER BY holder_id, id;
INSERT INTO ledger_posting (entry_id, account_id, amount_sen)
SELECT 1000000 + member.id, account.id, -30000 FROM members_member AS member CROSS JOIN ledger_account AS account
WHERE holder_kind = 'FUND' AND code = 'CONTRIBUTION_CLEARING' AND member.id <= %(savers)s ORDER BY member.id;
INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date)
SELECT 1000000 + id, 9, 1000000 + id, 0, DATE '2026-01-16', DATE '2026-01-31' FROM members_member WHERE id <= %(savers)s ORDER BY id;
SELECT setval('ledger_entry_id_seq', 2000000);
"""
_WRITTEN = {
    "ledger_entry": "SELECT * FROM ledger_entry WHERE kind = 7 AND booked_on = %(day)s",
    "ledger_posting": "SELECT p.* FROM ledger_posting p JOIN ledger_entry e ON e.id = entry_id WHERE kind = 7 AND booked_on = %(day)s",
    "ledger_balance": (
        "SELECT DISTINCT b.* FROM ledger_balance b JOIN ledger_posting p USING (account_id) JOIN ledger_entry e ON e.id = entry_id"
        " WHERE kind = 7 AND booked_on = %(day)s"
    ),
    "audit_auditevent": "SELECT * FROM audit_auditevent WHERE action = 'member.merge_55' AND seq > %(seq)s",
    "notify_notice": "SELECT * FROM notify_notice WHERE code LIKE 'AGE_55%%' AND \"on\" = %(day)s",
}
"""What a day wrote, by table."""
_READ = (
    "SELECT count(*), sum(id), sum(birth_date - DATE '1900-01-01'), count(died_on) FROM members_member",
    "SELECT count(*), sum(account_id), sum(balance_sen) FROM ledger_balance",
)


def measure() -> list[harness.Figure]:
    """Day after day, each with its floor; then the quiet one."""
    database.prepare()
    with database.fresh(COPY_NAME):
        _savers()
        importlib.import_module("members.work").turn_of_ages_now(FIRST_DAY - timedelta(days=1))
        days = [_day(FIRST_DAY + timedelta(days=number)) for number in range(harness.ROUNDS)]
        backend = database.backend()
        quiet = [(harness.spent(_read, backend), harness.spent(_ask, backend)) for _ in range(harness.ROUNDS)]
        _sound()
    return [
        _figure(f"{TURNING:,} of {SAVERS:,} members turn 55", days, MOST),
        _figure("a day on which nobody turns an age, of a register of 1,000,000", quiet, MOST_QUIET),
    ]


def _figure(name: str, pairs: list[tuple[harness.Spent, harness.Spent]], most: float) -> harness.Figure:
    """Medians of floor and measured, which were taken in turn."""
    floor, taken = (harness.Spent(*map(statistics.median, zip(*column, strict=True))) for column in zip(*pairs, strict=True))
    return harness.against(f"{name}: seconds of processor", taken, most, floor)


def _savers() -> None:
    """By the owner, with the guards off: what savings cost is measured elsewhere."""
    with database.owner_of_bench() as cursor:
        cursor.execute(_SAVERS, {"turning": TURNING, "rounds": harness.ROUNDS, "first": FIRST_DAY, "savers": SAVERS})
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
        for table in ("members_member", "ledger_account", "ledger_balance", "ledger_posting", "ledger_entry"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _day(day: date) -> tuple[harness.Spent, harness.Spent]:
    """The floor and the day's run, which one worker opens and works."""
    work, ages = importlib.import_module("members.work"), importlib.import_module("members.services.ages")
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM audit_auditevent")
        (seq,) = cursor.fetchone()
    found: dict[str, int] = {}
    taken = harness.spent(lambda: found.update(work.turn_of_ages_now(day)), database.backend())
    assert dict.fromkeys(ages.FIGURES, 0) | {"merged": TURNING, "sen": TURNING * 30_000, "told": TURNING} == found, found
    return _copying(day, seq), taken


def _copying(day: date, seq: int) -> harness.Spent:
    with database.owner_of_bench() as cursor:
        written = {table: _text(cursor, cursor.mogrify(query, {"day": day, "seq": seq}).decode()) for table, query in _WRITTEN.items()}
        for table in written:
            cursor.execute(f"DROP TABLE IF EXISTS twin_{table}")
            cursor.execute(f"CREATE TABLE twin_{table} (LIKE {table} INCLUDING INDEXES)")

        def work() -> None:
            cursor.execute("BEGIN")
            for table, text in written.items():
                cursor.copy_expert(f"COPY twin_{table} FROM STDIN", io.StringIO(text))
            cursor.execute("COMMIT")

        return harness.spent(work, cursor.connection.get_backend_pid())


def _text(cursor: Any, query: str) -> str:
    found = io.StringIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT", found)
    assert found.getvalue(), query
    return found.getvalue()


def _read() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        for statement in _READ:
            cursor.execute(statement)
            cursor.fetchall()


def _ask() -> None:
    ages = importlib.import_module("members.services.ages")
    assert ages.plan(QUIET_DAY.isoformat(), QUIET_DAY) == []


def _sound() -> None:
    """The ledger has no finding."""
    invariants = importlib.import_module("members.ledger.invariants")
    broken = [result for result in invariants.broken() if result.name in invariants.CHECKS]
    assert not broken, broken
