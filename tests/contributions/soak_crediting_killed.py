"""Crediting everybody of a large register while what credits is killed at random moments (`make soak ARGS="-k crediting_under_kills"`).

A portal of its own (PostgreSQL, Valkey, worker, beat under the supervisor). For each of KWSP_SOAK_SEEDS seeds (3) from KWSP_SOAK_SEED on (chosen
by lot) a filing of KWSP_SOAK_MEMBERS members (200,000) is paid, and KWSP_SOAK_KILLS times (60) a process is ended by SIGKILL: the worker, one of its
children, PostgreSQL, Valkey (and its data are wiped), beat; KWSP_SOAK_GAP seconds (1.2) apart on average. Then nobody touches anything: the
run must be over within 120 s of the last kill, each row credited once, totals to the sen, check_ledger without a finding.
"""

import os
import random
import secrets
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from kwsp_portal.common.periods import WageMonth
from kwsp_portal.devstack import addresses, process
from tests.devstack.conftest import open_place
from tests.devstack.running import READY_SECONDS, Running

__all__ = ["open_place"]

MEMBERS = int(os.environ.get("KWSP_SOAK_MEMBERS", "200000"))
KILLS = int(os.environ.get("KWSP_SOAK_KILLS", "60"))
GAP_SECONDS = float(os.environ.get("KWSP_SOAK_GAP", "1.2"))
FIRST_SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
SEEDS = range(FIRST_SEED, FIRST_SEED + int(os.environ.get("KWSP_SOAK_SEEDS", "3")))
END_SECONDS = 120
FIRST_MONTH = WageMonth(2025, 1)
VICTIMS = {"worker": 10, "child": 8, "postgres": 6, "valkey": 3, "beat": 2}
"""What is killed, and how often against the others."""

RUN = "SELECT state, error, (SELECT count(*) FROM jobs_chunk WHERE run_id = r.id AND state = 'DONE') FROM jobs_run r WHERE id = %s"
WRONG = """
SELECT count(*), count(*) FILTER (WHERE entries <> 1 OR sen <> owed OR others <> 0), coalesce(sum(sen), 0)
  FROM (SELECT r.id, r.employer_share + r.employee_share AS owed, count(DISTINCT e.id) AS entries, sum(p.amount_sen) FILTER
                   (WHERE a.holder_kind <> 'FUND') AS sen,
               count(*) FILTER (WHERE a.holder_kind <> 'FUND' AND NOT (a.holder_kind = 'MEMBER' AND a.holder_id = r.member_id)) AS others
          FROM contributions_filingrow r LEFT JOIN ledger_entry e ON e.kind = 3 AND e.ref = r.id LEFT JOIN ledger_posting p ON p.entry_id = e.id
          LEFT JOIN ledger_account a ON a.id = p.account_id
         WHERE r.filing_id = (SELECT period::bigint FROM jobs_run WHERE id = %s) GROUP BY r.id) AS rows
"""
OWED = (
    "SELECT sum(employer_share + employee_share) FROM contributions_filingrow WHERE filing_id = (SELECT period::bigint FROM jobs_run WHERE id = %s)"
)


class Portal(Running):
    """A lean portal: what is asked of it goes through processes and connections of the test's own."""

    def __init__(self, base: Path) -> None:
        super().__init__(base, "tests.devstack.lean")

    def wait_until_ready(self) -> None:
        ended = process.wait_until(lambda: bool(addresses.read(self.folder)) or self.popen.poll() is not None, seconds=READY_SECONDS)
        assert ended, self.text()
        assert self.popen.poll() is None, self.text()
        self.found = addresses.read(self.folder)

    def call(self, what: str) -> str:
        return self.do("-c", f"import django; django.setup(); from tests.contributions import large_filing; print(large_filing.{what})")

    def ask(self, sql: str, *arguments: object) -> tuple[Any, ...]:
        connection = psycopg2.connect(self.found["DATABASE_OWNER_URL"], connect_timeout=5)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, arguments)
                return cursor.fetchone()  # type: ignore[return-value]
        finally:
            connection.close()

    def victim(self, name: str) -> int | None:
        """The pid of what is to be killed, if it runs at this moment."""
        if name != "child":
            return self.pids().get(name)
        worker = self.pids().get("worker")
        try:
            children = Path(f"/proc/{worker}/task/{worker}/children").read_text(encoding="ascii").split()
        except FileNotFoundError:
            return None
        return int(children[-1]) if children else None

    def strike(self, name: str) -> bool:
        pid = self.victim(name)
        if pid is None or not process.is_alive(pid):
            return False
        os.kill(pid, signal.SIGKILL)
        if name == "valkey":
            for path in self.folder.valkey.glob("appendonlydir"):
                shutil.rmtree(path, ignore_errors=True)
        return True


@pytest.fixture(scope="module")
def portal(open_place: Path) -> Iterator[Portal]:
    with Portal(open_place / "run") as running:
        running.wait_until_ready()
        running.call(f"register({MEMBERS})")
        yield running
        assert running.stop() == 0


def storm(portal: Portal, chance: random.Random, run_id: int) -> tuple[Counter[str], int]:
    """Kills what runs at random moments; how often what, and how many kills met an open run."""
    struck: Counter[str] = Counter()
    in_time, going_on = 0, True
    while sum(struck.values()) < KILLS:
        time.sleep(chance.expovariate(1 / GAP_SECONDS))
        (name,) = chance.choices(list(VICTIMS), list(VICTIMS.values()))
        with suppress(psycopg2.OperationalError):  # then it goes on if it did when it was last seen
            going_on = portal.ask(RUN, run_id)[0] == "OPEN"
        if portal.strike(name):
            struck[name] += 1
            in_time += going_on
    return struck, in_time


@pytest.mark.parametrize("seed", SEEDS)
def test_crediting_under_kills(portal: Portal, seed: int) -> None:
    run_id = int(portal.call(f"pay(large_filing.WageMonth({FIRST_MONTH.year}, {FIRST_MONTH.month}).plus({seed - FIRST_SEED}))"))
    began = time.monotonic()

    struck, in_time = storm(portal, random.Random(seed), run_id)
    last = time.monotonic()
    state = wait_for_the_end(portal, run_id)

    title = f"seed {seed}: {KILLS} kills in {last - began:.0f} s {dict(struck)}, {in_time} of them while it was open"
    print(f"{title}; {state}, {time.monotonic() - last:.1f} s after the last kill")  # noqa: T201
    assert state[0] == "DONE", title
    assert in_time >= KILLS // 4, f"{title}: it was over before; more members, or less time between kills"
    rows, wrong, credited = portal.ask(WRONG, run_id)
    assert (rows, wrong, credited) == (MEMBERS, 0, portal.ask(OWED, run_id)[0])
    portal.do("manage.py", "check_ledger")


def wait_for_the_end(portal: Portal, run_id: int) -> tuple[Any, ...]:
    """Nobody touches anything; what the run is when it is over, or when its time is."""
    state: tuple[Any, ...] = ("never seen",)
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline and state[0] not in ("DONE", "FAILED"):
        time.sleep(0.2)
        try:
            state = portal.ask(RUN, run_id)
        except psycopg2.OperationalError:
            continue
    return state
