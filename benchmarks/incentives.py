"""A half-year of i-Saraan: the claim run against one INSERT ... SELECT that sums, caps and writes the same claim rows (at most 5 x), and crediting
against the crediting floor (at most 2.5 x), by the workers as they are.

Every member saves three times in the half-year; the rule that decides who may and how much exists once, in Python. Seconds are of the processor, of
this process and of its PostgreSQL backend together, so that what else the machine does is not in them. In a copy of the benchmarks' database, dropped
at the end. KWSP_BENCH_MEMBERS: fewer, in a small database of their own.
"""

import importlib
import io
import os
import resource
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks import database, floor, harness

MEMBERS = int(os.environ.get("KWSP_BENCH_MEMBERS", "1000000"))
COPY_NAME, SMALL = "kwsp_bench_incentives", "kwsp_bench_small"
JULY, PAID, AUGUST = date(2025, 7, 1), date(2025, 7, 20), date(2025, 8, 1)
MIB = 1024

_SAVERS = """
INSERT INTO contributions_incentiveregistration (member_id, scheme, occupation, other_work, first, registered_at)
SELECT id, 'ISARAAN', 'TRADER', '', DATE '2020-01-01', 'ACCOUNT' FROM members_member WHERE id <= %(members)s AND id %% 10 <> 0;
INSERT INTO contributions_voluntarycontribution (member_id, kind, amount, paid_on, credited, returned, credited_on)
SELECT id, 'ISARAAN', sen, day, sen, 0, day
  FROM (SELECT id, 20000 + (id * 37 + n * 911) %% 100000 AS sen, DATE '2025-01-05' + (id * 13 + n * 41)::int %% 170 AS day
          FROM members_member, generate_series(1, 3) AS n WHERE id <= %(members)s AND id %% 10 <> 0) paid ORDER BY id;
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'MEMBER', id, 'PERSARAAN', DATE '2020-01-01', 'PERSARAAN' FROM members_member WHERE id <= %(members)s AND id %% 10 <> 0 ORDER BY id;
INSERT INTO ledger_balance (account_id, balance_sen, held_sen, version, floored)
SELECT id, 0, 0, 0, true FROM ledger_account WHERE holder_kind = 'MEMBER';
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'FUND', 0, code, DATE '2020-01-01', '' FROM unnest('{GOVERNMENT_CLEARING,BANK}'::text[]) AS code;
CREATE TABLE floor_claim (LIKE contributions_incentiveclaim INCLUDING ALL);
"""
_TABLES = (
    "contributions_voluntarycontribution",
    "contributions_incentiveregistration",
    "ledger_account",
    "ledger_balance",
    "members_member",
    "members_citizenshipperiod",
)
_FLOOR = """
INSERT INTO floor_claim (run_id, member_id, contributed, whole, before, carried, amount, over, state, reason, account, appeal)
SELECT 1, member_id, sen, most, 0, 0, most, 0, 'CLAIMED', '', '', ''
  FROM (SELECT member_id, sum(credited) AS sen, least(round(sum(credited) * 0.2), 50000) AS most
          FROM contributions_voluntarycontribution
         WHERE kind = 'ISARAAN' AND paid_on BETWEEN '2025-01-01' AND '2025-06-30' AND reversed_on IS NULL
         GROUP BY member_id) earned ORDER BY member_id
"""


def measure() -> list[harness.Figure]:
    """Both floors, then both runs."""
    if MEMBERS < database.MEMBERS:
        # A register of its own: the large one takes minutes, and the others want it whole.
        setattr(database, "MEMBERS", MEMBERS)  # noqa: B010 - a constant of another module
        setattr(database, "NAME", SMALL)  # noqa: B010
    database.prepare()
    with database.fresh(COPY_NAME, template=database.NAME):
        with database.owner_of_bench() as cursor:
            cursor.execute(_SAVERS, {"members": MEMBERS})
            for table in _TABLES:
                cursor.execute(f"VACUUM ANALYZE {table}")
        before = _peak()
        least = _processor(_insert)
        claimed = _processor(_claim)
        answered = _processor(_answered)
        prepared = _prepared()
        with database.owner_of_bench() as cursor:
            floor.make_tables(cursor)
            cursor.execute("SELECT pg_backend_pid()")
            writing = _processor(partial(floor.run, cursor, floor.PLAIN, prepared), cursor.fetchone()[0])
        credited = _processor(_credit)
        grown = _peak() - before
        _sound()
    memory = f"{grown:,.0f} MiB more memory at the most"
    return [
        harness.Figure(f"claim run, {MEMBERS:,} members, processor", claimed, 5, least, note=f"{MEMBERS / claimed:,.0f} members/s; {memory}"),
        harness.Figure(f"crediting {MEMBERS:,} members, processor", credited, 2.5, writing, note=f"file, answer and its reading {answered:.1f} s"),
    ]


def _processor(work: Callable[[], object], backend: int | None = None) -> float:
    """Seconds of the processor that the work takes here and in the backend (this connection's, if none is given)."""
    if backend is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
    started = _of(backend) + time.process_time()
    work()
    return _of(backend) + time.process_time() - started


def _of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _insert() -> None:
    """By the portal's own connection; floor_claim is the owner's."""
    with database.owner_of_bench() as cursor:
        cursor.execute("GRANT ALL ON floor_claim TO PUBLIC; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC")
    with connection.cursor() as cursor:
        cursor.execute(_FLOOR)


def _work(*programmes: str) -> None:
    engine = importlib.import_module("kwsp_portal.jobs.engine")
    counts = engine.work_some(programmes=list(programmes))
    assert (counts.failed, counts.lost) == (0, 0), counts


def _claim() -> None:
    runs, enums = importlib.import_module("contributions.services.incentive_runs"), importlib.import_module("contributions.enums")
    runs.open_run(scheme=enums.IncentiveScheme.ISARAAN, half=runs.ended(JULY), on=JULY)
    _work("isaraan")


def _answered() -> None:
    """The claim file, two officers, and the Government's answer read."""
    models, identity = importlib.import_module("contributions.models"), importlib.import_module("members.identity.models")
    files, answers = (importlib.import_module(f"contributions.services.incentive_{name}") for name in ("files", "answers"))
    documents = importlib.import_module("kwsp_portal.documents.services")
    officers = [identity.User.objects.create(user_id=f"insentif{n}", role="INSPECTOR", name="Pegawai", password="!") for n in (1, 2)]
    run = models.IncentiveRun.objects.get()
    file = files.make(run_id=run.pk, by=officers[0], on=JULY)
    _work(files.PROGRAMME)
    files.approve(file_id=file.pk, by=officers[1], on=JULY)
    written = io.StringIO()
    written.write(f"H,KERAJAAN,ISARAAN,{run.period},{file},{PAID}\n")
    rows = run.found.values_list("pk", "member__number", "amount").order_by("pk")
    for pk, number, amount in rows.iterator(chunk_size=5_000):
        written.write(f"D,{pk},{number},PAID,{amount:.2f},\n")
    written.write(f"T,{run.claims},{run.claims},0,{run.claimed:.2f}\n")
    answers.upload(run_id=run.pk, file=documents.Upload("jawapan.csv", written.getvalue().encode()), by=officers[0], on=PAID)
    _work(answers.PROGRAMME)


def _prepared() -> list[floor.Prepared]:
    """What crediting will write, chunk by chunk, as text for COPY."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_account WHERE code = 'GOVERNMENT_CLEARING'")
        clearing = cursor.fetchone()[0]
        cursor.execute(
            "SELECT c.id, c.amount, a.id FROM contributions_incentiveclaim c JOIN ledger_account a ON a.holder_kind = 'MEMBER' "
            "AND a.holder_id = c.member_id AND a.code = 'PERSARAAN' ORDER BY c.id"
        )
        claims = cursor.fetchall()
    size = importlib.import_module("contributions.services.incentive_credits").CHUNK_CLAIMS
    return [_chunk(claims[start : start + size], clearing) for start in range(0, len(claims), size)]


def _chunk(claims: list[tuple[int, int, int]], clearing: int) -> floor.Prepared:
    postings = "".join(f"{pk}\t{account}\t{sen}\t1\t{sen}\n{pk}\t{clearing}\t{-sen}\t\\N\t\\N\n" for pk, sen, account in claims)
    entries = "".join(f"{pk}\t9\t{pk}\t0\t{AUGUST}\t{AUGUST}\t\\N\n" for pk, _sen, _account in claims)
    return postings, entries, "".join(f"{account}\t{sen}\t1\n" for _pk, sen, account in claims)


def _credit() -> None:
    found = importlib.import_module("contributions.services.incentive_credits")
    assert found.open_due(on=AUGUST) == 1
    _work(found.PROGRAMME)


def _peak() -> float:
    """The most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


def _sound() -> None:
    """The run's rows are the floor's, everybody is credited, and the ledger has no finding."""
    run: Any = importlib.import_module("contributions.models").IncentiveRun.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(amount) FROM floor_claim")
        rows, sen = cursor.fetchone()
    assert (run.state, run.claims, int(run.claimed * 100)) == ("CREDITED", rows, int(sen)), (run.state, run.claims, run.claimed, rows, sen)
    invariants = importlib.import_module("members.ledger.invariants")
    broken = [result for result in invariants.broken() if "incentive" in result.name or "government" in result.name]
    assert not broken, broken
