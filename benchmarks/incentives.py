"""A half-year of i-Saraan: the claim run against one INSERT ... SELECT that sums, caps and writes the same claim rows (at most 5 x), and crediting
against the crediting floor (at most 2.5 x), by seconds of processor; memory; then the second half-year: a member's pages meanwhile, two workers.

Every member saves three times in each half-year; the rule that decides who may and how much exists once, in Python. Floors and runs are measured in
turn, the clock's ratios stand beside. In a copy of the benchmarks' database, dropped at the end. KWSP_BENCH_MEMBERS: fewer, in a small database of
their own.
"""

import importlib
import io
import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from functools import partial
from typing import Any

from django.db import connection
from django.test import override_settings
from django.urls import reverse

from benchmarks import database, floor, harness, pages, posting, posting_worker

MEMBERS = int(os.environ.get("KWSP_BENCH_MEMBERS", "1000000"))
COPY_NAME = "kwsp_bench_incentives"
JULY, PAID, AUGUST = date(2025, 7, 1), date(2025, 7, 20), date(2025, 8, 1)
JANUARY, PAID_AGAIN, FEBRUARY = date(2026, 1, 1), date(2026, 1, 20), date(2026, 2, 1)
ROUNDS = 3
ENOUGH = 500_000
"""With fewer, the second half-year is over before a page is looked at."""
MOST_MEMORY = 300
MIB = 1024
PIECES = 60
"""Into so many chunks the second half-year is cut, however few its members are: there is something to share, and time to look at pages."""
BESIDE = 40
"""Of these so many are worked beside a member's pages, the others by one worker and by two."""
CHUNKS = 6
"""So many are credited at a time, half a second each, to compare two workers with one: of two alone the longer one would be measured."""
NICE = 10
REQUESTS = 60

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
_SECOND_HALF = """
INSERT INTO contributions_voluntarycontribution (member_id, kind, amount, paid_on, credited, returned, credited_on)
SELECT id, 'ISARAAN', sen, day, sen, 0, day
  FROM (SELECT id, 1000 + (id * 37 + n * 911) %% 20000 AS sen, DATE '2025-07-05' + (id * 13 + n * 41)::int %% 170 AS day
          FROM members_member, generate_series(1, 3) AS n WHERE id <= %(members)s AND id %% 10 <> 0) paid ORDER BY id
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
    """The first half-year against its floors, the second beside pages and by two workers."""
    database.prepare(members=min(MEMBERS, database.MEMBERS))
    with database.fresh(COPY_NAME):
        _fill(_SAVERS)
        importlib.import_module("kwsp_portal.urls")  # what a worker that is up has loaded
        backend = database.backend()
        before = _peak()
        first = [_claiming(backend)]
        answered = harness.spent(partial(_answered, PAID), backend)
        first.append(_crediting(backend, answered))
        grown = _peak() - before
        _sound()
        first.append(harness.Figure(f"memory that all of it adds, {MEMBERS:,} members", grown, MOST_MEMORY, unit="MiB"))
        if MEMBERS < ENOUGH:
            return first
        _fill(_SECOND_HALF)
        return [*first, *_second_half()]


def _fill(statements: str) -> None:
    with database.owner_of_bench() as cursor:
        cursor.execute(statements, {"members": MEMBERS})
        for table in _TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


def _claiming(backend: int) -> harness.Figure:
    """The run from its opening to its totals, and the floor: the median of some rounds into an empty table."""
    with database.owner_of_bench() as cursor:
        floors = []
        for _round in range(ROUNDS):
            cursor.execute("TRUNCATE floor_claim")
            floors.append(harness.spent(partial(cursor.execute, _FLOOR), cursor.connection.get_backend_pid()))
    least = sorted(floors, key=lambda spent: spent.processor)[ROUNDS // 2]
    taken = harness.spent(partial(_claim, JULY), backend)
    return harness.against(f"claim run, {MEMBERS:,} members x 3 contributions", taken, 5, least, f"{MEMBERS / taken.clock:,.0f} members/s")


def _crediting(backend: int, answered: harness.Spent) -> harness.Figure:
    """The floor's chunks and the run's, one of each after another; the run's opening, and its end, are in the second."""
    writing = taken = harness.NOTHING
    _weeks_pass()
    with database.owner_of_bench() as cursor:
        floor.make_tables(cursor)
        steps = _steps(AUGUST)
        for chunk in _prepared():
            writing += harness.spent(partial(floor.run, cursor, floor.PLAIN, [chunk]), cursor.connection.get_backend_pid())
            taken += harness.spent(partial(next, steps), backend)
        taken += harness.spent(partial(list, steps), backend)
    return harness.against(f"crediting {MEMBERS:,} members", taken, 2.5, writing, f"file, answer and its reading {answered.clock:.1f} s")


def _weeks_pass() -> None:
    """Before the day of the credits autovacuum has long been over the claims that the answer changed; here it would come or not by chance."""
    with database.owner_of_bench() as cursor:
        cursor.execute("VACUUM ANALYZE contributions_incentiveclaim")


def _second_half() -> list[harness.Figure]:
    """One worker at nice 10 beside a member's pages; then one worker and two in turn, and pure Python by one and two, for claims and for credits."""
    runs, crediting = (importlib.import_module(f"contributions.services.incentive_{name}") for name in ("runs", "credits"))
    for module, name in ((runs, "CHUNK_MEMBERS"), (crediting, "CHUNK_CLAIMS")):
        setattr(module, name, max(1, MEMBERS // PIECES))  # a module of Django is imported late, and its names are unknown here
    programme = _open(JANUARY)
    with ExitStack() as stack:
        workers = [stack.enter_context(posting.worker()) for _each in range(posting.TWO)]
        beside = _pages_beside(stack.enter_context(posting.worker()), programme)
        claims = _speed_up(workers, programme, chunks=posting.TWO)
        _work(programme)
        _answered(PAID_AGAIN)
        _weeks_pass()
        crediting.open_due(on=FEBRUARY)
        together = [claims, _speed_up(workers, crediting.PROGRAMME, chunks=CHUNKS)]
    _work(crediting.PROGRAMME)
    _sound()
    names = ("claims", "credits")
    return beside + [
        harness.Figure(
            f"{name} by two workers: S over their speed-up", cpu / run, 1.25, unit="x", note=f"speed-up {run:.2f}, S {cpu:.2f}; 0.8 x S is 1.25 here"
        )
        for name, (run, cpu) in zip(names, together, strict=True)
    ]


def _speed_up(workers: Sequence[posting.Worker], programme: str, *, chunks: int) -> tuple[float, float]:
    """Of two workers over one: on so many chunks of the programme, and on nothing but Python."""
    seconds: dict[tuple[str, int], list[float]] = {(what, number): [] for what in ("run", "spin") for number in (posting.ONE, posting.TWO)}
    for _round in range(ROUNDS):
        for number in (posting.ONE, posting.TWO):
            seconds["spin", number].append(posting.together(workers[:number], "spin", times=posting.SPINS // number))
            seconds["run", number].append(posting.together(workers[:number], "chunks", programme=programme, count=chunks // number))
    one, two = ({what: statistics.median(seconds[what, number]) for what in ("run", "spin")} for number in (posting.ONE, posting.TWO))
    return one["run"] / two["run"], one["spin"] / two["spin"]


def _pages_beside(worker: posting.Worker, programme: str) -> list[harness.Figure]:
    """A member's home and year: on an idle portal, then while a worker at nice 10 reckons the half-year."""
    client = pages.signed_in(_saver())
    addresses = {"member's home": reverse("member:home"), "member's year": reverse("member:voluntary")}
    with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False):
        for address in addresses.values():
            _times(client, address, pages.WARM_UP)
        idle = {name: _times(client, address, REQUESTS) for name, address in addresses.items()}
        worker.tell("chunks", programme=programme, count=BESIDE, nice=NICE)
        beside = {name: _times(client, address, REQUESTS) for name, address in addresses.items()}
        left = _left(programme)
        worker.answer()
    assert left > PIECES - BESIDE, f"the worker was done before the pages were: {left} chunks left"
    return [
        harness.Figure(f"{name} beside the run, worker at nice {NICE}: p95", pages.p95(beside[name]), 4, pages.p95(idle[name])) for name in addresses
    ]


def _times(client: Any, address: str, count: int) -> list[float]:
    return [pages.once(client, address) for _each in range(count)]


def _saver() -> Any:
    identity, members = importlib.import_module("members.identity.models"), importlib.import_module("members.models")
    user = identity.User.objects.create(user_id="penyimpan2", role="MEMBER", name="Penyimpan", activated_at=f"{JULY}T00:00:00Z", password="!")
    members.Member.objects.filter(pk=1).update(user=user)
    return user


def _left(programme: str) -> int:
    found: int = importlib.import_module("kwsp_portal.jobs.models").Chunk.objects.filter(run__programme=programme, state="WAITING").count()
    return found


def _work(programme: str) -> None:
    engine = importlib.import_module("kwsp_portal.jobs.engine")
    counts = engine.work_some(programmes=[programme])
    assert (counts.failed, counts.lost) == (0, 0), counts


def _open(on: date) -> str:
    runs, enums = importlib.import_module("contributions.services.incentive_runs"), importlib.import_module("contributions.enums")
    programme: str = runs.open_run(scheme=enums.IncentiveScheme.ISARAAN, half=runs.ended(on), on=on).programme
    return programme


def _claim(on: date) -> None:
    _work(_open(on))


def _answered(on: date) -> None:
    """The claim file, two officers, and the Government's answer read."""
    models, identity = importlib.import_module("contributions.models"), importlib.import_module("members.identity.models")
    files, answers = (importlib.import_module(f"contributions.services.incentive_{name}") for name in ("files", "answers"))
    documents = importlib.import_module("kwsp_portal.documents.services")
    officers = [
        identity.User.objects.get_or_create(user_id=f"insentif{n}", defaults={"role": "INSPECTOR", "name": "Pegawai", "password": "!"})[0]
        for n in (1, 2)
    ]
    run = models.IncentiveRun.objects.get(state="CLAIMED")
    file = files.make(run_id=run.pk, by=officers[0], on=on)
    _work(files.PROGRAMME)
    files.approve(file_id=file.pk, by=officers[1], on=on)
    written = io.StringIO()
    written.write(f"H,KERAJAAN,ISARAAN,{run.period},{file},{on}\n")
    rows = run.found.filter(amount__gt=0).values_list("pk", "member__number", "amount").order_by("pk")
    for pk, number, amount in rows.iterator(chunk_size=5_000):
        written.write(f"D,{pk},{number},PAID,{amount:.2f},\n")
    written.write(f"T,{run.claims},{run.claims},0,{run.claimed:.2f}\n")
    answers.upload(run_id=run.pk, file=documents.Upload("jawapan.csv", written.getvalue().encode()), by=officers[0], on=on)
    _work(answers.PROGRAMME)


def _steps(on: date) -> Iterator[None]:
    """Crediting, chunk by chunk."""
    crediting, engine = importlib.import_module("contributions.services.incentive_credits"), importlib.import_module("kwsp_portal.jobs.engine")
    assert crediting.open_due(on=on) == 1
    lease = engine.take([crediting.PROGRAMME])
    while lease is not None:
        counts = engine.Counts()
        engine.work_one(lease, counts)
        assert (counts.failed, counts.lost) == (0, 0), counts
        yield
        lease = engine.take([crediting.PROGRAMME])


def _prepared() -> Iterator[floor.Prepared]:
    """What crediting will write, chunk by chunk, as text for COPY; no more of it is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_account WHERE code = 'GOVERNMENT_CLEARING'")
        clearing = cursor.fetchone()[0]
        cursor.execute("SELECT min(id), max(id) FROM contributions_incentiveclaim")
        first, last = cursor.fetchone()
        size = importlib.import_module("contributions.services.incentive_credits").CHUNK_CLAIMS
        for start in range(first, last + 1, size):
            cursor.execute(
                "SELECT c.id, c.amount, a.id FROM contributions_incentiveclaim c JOIN ledger_account a ON a.holder_kind = 'MEMBER' "
                "AND a.holder_id = c.member_id AND a.code = 'PERSARAAN' WHERE c.id >= %s AND c.id < %s ORDER BY c.id",
                [start, start + size],
            )
            yield _chunk(cursor.fetchall(), clearing)


def _chunk(claims: list[tuple[int, int, int]], clearing: int) -> floor.Prepared:
    postings = "".join(f"{pk}\t{account}\t{sen}\t1\t{sen}\n{pk}\t{clearing}\t{-sen}\t\\N\t\\N\n" for pk, sen, account in claims)
    entries = "".join(f"{pk}\t9\t{pk}\t0\t{AUGUST}\t{AUGUST}\t\\N\n" for pk, _sen, _account in claims)
    return postings, entries, "".join(f"{account}\t{sen}\t1\n" for _pk, sen, account in claims)


def _peak() -> float:
    """The most memory this process ever had, in MiB."""
    return posting_worker.peak_kib() / MIB


def _sound() -> None:
    """The first half-year's rows are the floor's, everybody is credited, and the ledger has no finding."""
    first, *_second = importlib.import_module("contributions.models").IncentiveRun.objects.order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(amount) FROM contributions_incentiveclaim WHERE state <> 'CREDITED'")
        assert cursor.fetchone() == (0, None)
    with database.owner_of_bench() as cursor:
        cursor.execute("SELECT count(*), sum(amount) FROM floor_claim")
        rows, sen = cursor.fetchone()
    assert (first.state, first.claims, int(first.claimed * 100)) == ("CREDITED", rows, int(sen)), (
        first.state,
        first.claims,
        first.claimed,
        rows,
        sen,
    )
    invariants = importlib.import_module("members.ledger.invariants")
    broken = [result for result in invariants.broken() if "incentive" in result.name or "government" in result.name]
    assert not broken, broken
