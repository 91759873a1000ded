"""post_many of 1,000,000 entries of two legs, 5,000 to a chunk, each on an account of its own; and two workers against one.

Floor and ledger write in turn, 50,000 entries at a time, so that a noisy machine disturbs both alike. Two workers take chunks of runs as
workers do; S is the speed-up of two processes of nothing but Python over one, measured between the same runs.
"""

import importlib
import json
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from django.db import connection, connections

from benchmarks import database, floor, harness
from benchmarks.posting_worker import CHUNK, ON, PROGRAMME, SEN

ENTRIES = 1_000_000
BLOCK = 50_000
RUN_CHUNKS = 40
SPINS = 12_000_000
SAMPLE_SECONDS = 0.02
FRESH_NAME = "kwsp_bench_posting"
ONE, TWO = 1, 2

_ACCOUNTS = """
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'MEMBER', id, 'PERSARAAN', %(on)s, %(dividend_to)s FROM generate_series(1, %(members)s) AS id;
INSERT INTO ledger_balance (account_id, balance_sen, held_sen, version, floored)
SELECT id, 0, 0, 0, true FROM ledger_account WHERE holder_kind = 'MEMBER' ORDER BY id;
"""


class Worker:
    """A process that does what it is told (benchmarks.posting_worker)."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.posting_worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def tell(self, do: str, **how: Any) -> None:
        assert self._process.stdin is not None
        print(json.dumps({"do": do, **how}), file=self._process.stdin, flush=True)

    def answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        found: dict[str, float] = json.loads(self._process.stdout.readline())
        return found

    def do(self, do: str, **how: Any) -> dict[str, float]:
        self.tell(do, **how)
        return self.answer()

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


@contextmanager
def worker() -> Iterator[Worker]:
    made = Worker()
    try:
        made.do("spin", times=1)
        yield made
    finally:
        made.end()


def measure() -> list[harness.Figure]:
    database.start()
    with database.fresh(FRESH_NAME, empty=True):
        _open_accounts()
        return [*_a_million(), *_two_workers()]


def _open_accounts() -> None:
    chart = importlib.import_module("members.ledger.chart").CHART
    dividend_to = chart[importlib.import_module("members.ledger.enums").HolderKind.MEMBER, "PERSARAAN"].dividend_to
    with database.owner_of_bench() as cursor:
        cursor.execute(_ACCOUNTS, {"on": ON, "dividend_to": dividend_to, "members": ENTRIES})
        cursor.execute("VACUUM ANALYZE ledger_account")
        cursor.execute("VACUUM ANALYZE ledger_balance")
        floor.make_tables(cursor)


def _a_million() -> list[harness.Figure]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder_id, id FROM ledger_account WHERE holder_kind = 'MEMBER' AND code = 'PERSARAAN'")
        ids = dict(cursor.fetchall())
    connection.close()
    floors: dict[str, list[float]] = {floor.PLAIN: [], floor.BY_INDEX: []}
    found = []
    with worker() as one, database.owner_of_bench() as cursor:
        one.do("post", first=1, end=CHUNK + 1, part=99)
        for first in range(1, ENTRIES + 1, BLOCK):
            prepared = [_prepared(ids, start) for start in range(first, first + BLOCK, CHUNK)]
            for kind, taken in floors.items():
                taken.append(harness.once(partial(floor.run, cursor, kind, prepared)))
            found.append(one.do("post", first=first, end=first + BLOCK, part=0))
    seconds = [block["seconds"] for block in found]
    rate, first_rate = ENTRIES / sum(seconds), BLOCK / seconds[0]
    plain, by_index = (sum(taken) for taken in floors.values())
    mib = [found[0]["kib"] / 1024, found[-1]["kib"] / 1024]
    return [
        harness.Figure(
            f"post_many, {ENTRIES:,} entries of two legs, {CHUNK:,} to a chunk", sum(seconds), 2.5, plain,
            note=f"{rate:,.0f}/s; {sum(seconds) / by_index:.2f} x a floor that updates by index",
        ),
        harness.Figure(
            f"its time an entry over the whole, against the first {BLOCK:,}", 1e6 / rate, 1.3, 1e6 / first_rate, unit="µs",
            note=f"the floor itself: {plain / len(seconds) / floors[floor.PLAIN][0]:.2f} x",
        ),
        harness.Figure(f"peak memory after {ENTRIES:,}, against {BLOCK:,}", mib[1], 1.1, mib[0], unit="MiB"),
    ]  # fmt: skip


def _prepared(ids: dict[int, int], start: int) -> floor.Prepared:
    members = range(start, start + CHUNK)
    postings = "".join(f"{member}\t1\t{-SEN}\t\\N\t\\N\n{member}\t{ids[member]}\t{SEN}\t1\t{SEN}\n" for member in members)
    entries = "".join(f"{member}\t3\t{member}\t0\t{ON}\t{ON}\t\\N\n" for member in members)
    return postings, entries, "".join(f"{ids[member]}\t{SEN}\t1\n" for member in members)


def _two_workers() -> list[harness.Figure]:
    """Runs of 40 chunks, by one worker and by two in turn, and pure Python by one and by two, five rounds."""
    seconds: dict[tuple[str, int], list[float]] = {(what, number): [] for what in ("run", "spin") for number in (ONE, TWO)}
    waits: Counter[str] = Counter()
    with ExitStack() as stack:
        workers = [stack.enter_context(worker()) for _ in range(TWO)]
        for round_ in range(harness.ROUNDS):
            for number in (ONE, TWO):
                seconds["spin", number].append(together(workers[:number], "spin", times=SPINS // number))
                _open_run(round_ * TWO + number)
                with _sampled(waits if number == TWO else Counter()):
                    seconds["run", number].append(together(workers[:number], "run"))
    speed_up, cpu = (statistics.median(seconds[what, ONE]) / statistics.median(seconds[what, TWO]) for what in ("run", "spin"))
    samples = sum(waits.values())
    shown = ", ".join(f"{name} {100 * count / samples:.1f} %" for name, count in waits.most_common(4))
    return [
        harness.Figure(
            "two workers: S over their speed-up", cpu / speed_up, 1.25, unit="x", note=f"speed-up {speed_up:.2f}, S {cpu:.2f}; 0.8 x S is 1.25 here"
        ),
        harness.Figure("time that two workers wait for locks", 100 * waits["Lock"] / samples, 2, unit="%", note=shown),
    ]


def together(workers: Sequence[Worker], do: str, **how: Any) -> float:
    """Seconds until all of them have done it."""
    began = time.perf_counter()
    for one in workers:
        one.tell(do, **how)
    for one in workers:
        one.answer()
    return time.perf_counter() - began


def _open_run(part: int) -> None:
    jobs, doorbell = importlib.import_module("kwsp_portal.jobs"), importlib.import_module("kwsp_portal.jobs.doorbell")
    chunks = [{"first": first, "end": first + CHUNK, "part": part} for first in range(1, RUN_CHUNKS * CHUNK, CHUNK)]
    with doorbell.silent():
        jobs.open_run(programme=PROGRAMME, period=str(part), chunks=chunks, on=ON)


@contextmanager
def _sampled(waits: "Counter[str]") -> Iterator[None]:
    """Within the block: what the workers' sessions are doing, looked at many times a second, by kind of wait."""
    over = threading.Event()

    def look() -> None:
        with connection.cursor() as cursor:
            while not over.wait(SAMPLE_SECONDS):
                cursor.execute(
                    "SELECT CASE WHEN state <> 'active' THEN 'in Python' ELSE coalesce(wait_event_type, 'in PostgreSQL') END, count(*) "
                    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user "
                    "AND state IS NOT NULL GROUP BY 1"
                )
                waits.update(dict(cursor.fetchall()))
        connections.close_all()

    watch = threading.Thread(target=look)
    connection.close()
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()
