"""A worker that ends between any two steps of crediting, and workers beside each other: every row is credited exactly once."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from contributions.enums import FilingAction, FilingState
from contributions.models import Filing
from contributions.services import crediting
from kwsp_portal import jobs
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import calendar, engine, failpoints, lost, tasks
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from members.ledger import invariants
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.crediting import credit, credits_of, pay, savings, standing
from tests.contributions.paying import Bank
from tests.factories import borang_a
from tests.jobs.forks import ended, forked
from tests.jobs.test_outage import end_my_connection
from tests.jobs.test_processes import environment
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
ON = date(2026, 11, 12)

STEPS = sorted(
    {
        name
        for source in ("contributions/services/crediting.py", "kwsp_portal/jobs/engine.py", "kwsp_portal/jobs/lease.py")
        for name in re.findall(r'failpoint\("([a-z._]+)"\)', (ROOT / source).read_text())
    }
)
"""Every fail point that a worker passes on its way, from the source: a new one is tried without being named here."""

ONCE_A_RUN = {"jobs.before_close", "jobs.closed"}
CHUNKS = 3


def test_the_steps_are_known() -> None:
    assert set(STEPS) == {
        "credit.before", "credit.read", "credit.posted", "credit.finished", "credit.committed",
        "jobs.taken", "jobs.before_finish", "jobs.after_finish", "jobs.committed", *ONCE_A_RUN,
    }  # fmt: skip


@pytest.fixture
def paid(office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> Callable[[WageMonth], Filing]:
    """A filing of five rows for a month, paid, its crediting cut in three chunks; no sweep closes the days on which that is booked."""
    calendar.set_first(on=date(2026, 11, 10))
    monkeypatch.setattr(crediting, "CHUNK_ROWS", 2)
    members = [office.hire() for _ in range(5)]

    def make(month: WageMonth = OCTOBER) -> Filing:
        filing = office.approved(*[borang_a.row(member) for member in members], wage_month=month)
        pay(filing, office, bank, ON)
        return filing

    return make


def leases_run_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_chunk SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'")


def credited_exactly_once(filing: Filing) -> None:
    filing.refresh_from_db()
    assert (filing.state, filing.credited_on) == (FilingState.CREDITED, ON)
    entries = credits_of(filing)
    assert {line: len(of_line) for line, of_line in entries.items()} == dict.fromkeys(range(2, 7), 1)
    assert {sum(one.legs.values()) for of_line in entries.values() for one in of_line} == {144_900}
    assert filing.log.filter(action=FilingAction.FINISH_CREDITING).count() == 1
    assert AuditEvent.objects.filter(action="filing.chunk.credited", target=f"filing:{filing.pk}").count() == CHUNKS
    assert Run.objects.get(programme=crediting.PROGRAMME, period=str(filing.pk)).state == RunState.DONE


def worker_that_ends_at(step: str, hit: int) -> int:
    """A process of its own that works until it is ended as kill -9 would; its exit code."""

    def work() -> None:
        with failpoints.armed(step, mode="exit", hit=hit):
            jobs.work_some(programmes=[crediting.PROGRAMME])

    with forked(work) as worker:
        return ended(worker)


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_of_any_chunk(paid: Callable[[WageMonth], Filing], step: str) -> None:
    month = OCTOBER
    for hit in range(1, 2 if step in ONCE_A_RUN else CHUNKS + 1):
        month = month.next()
        filing = paid(month)

        assert worker_that_ends_at(step, hit) == failpoints.KILLED
        jobs.sweep()

        credited_exactly_once(filing)
    assert standing()["CONTRIBUTION_CLEARING"] == 0
    assert invariants.broken() == []


@pytest.mark.parametrize("step", STEPS)
def test_postgresql_ends_the_connection_at_any_step_of_any_chunk(
    paid: Callable[[WageMonth], Filing], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a server that is restarted does. The worker goes on by itself; a run whose last chunk was done by then is closed by the next sweep."""

    def cut(armed: failpoints._Armed) -> None:
        armed.hits_left -= 1
        if not armed.hits_left:
            end_my_connection()

    monkeypatch.setattr(failpoints, "_hit", cut)
    month = OCTOBER
    for hit in range(1, 2 if step in ONCE_A_RUN else CHUNKS + 1):
        month = month.next()
        filing = paid(month)

        with failpoints.armed(step, hit=hit):
            tasks.work()
        assert not Chunk.objects.exclude(state=ChunkState.DONE).exists()
        tasks.sweep()

        credited_exactly_once(filing)
        assert set(Chunk.objects.values_list("failures", flat=True)) == {0}
    assert invariants.broken() == []


WORK = "import django; django.setup(); from kwsp_portal import jobs; jobs.sweep()"


def test_the_environment_variable_ends_a_real_worker_too(paid: Callable[[WageMonth], Filing]) -> None:
    filing = paid(OCTOBER)
    command = [sys.executable, "-c", WORK]

    killed = subprocess.run(
        command, cwd=ROOT, env=environment(KWSP_FAILPOINT="credit.finished:exit:2"), check=False, capture_output=True, text=True, timeout=120
    )

    assert killed.returncode == failpoints.KILLED, killed.stderr
    assert len(credits_of(filing)) == 2
    jobs.sweep()
    credited_exactly_once(filing)
    assert invariants.broken() == []


def test_a_worker_killed_again_and_again(paid: Callable[[WageMonth], Filing]) -> None:
    """Once at every step, one after the other, over one filing."""
    filing = paid(OCTOBER)
    for step in STEPS:
        worker_that_ends_at(step, 1)
        lost.free()
        Chunk.objects.update(not_before=None)

    jobs.sweep()

    credited_exactly_once(filing)
    assert invariants.broken() == []


def test_a_worker_that_lost_its_lease_writes_nothing(paid: Callable[[WageMonth], Filing]) -> None:
    filing = paid(OCTOBER)
    slow = engine.take([crediting.PROGRAMME])
    assert slow is not None
    leases_run_out()
    jobs.sweep()

    with pytest.raises(jobs.LeaseLost):
        crediting.credit_chunk(lease=slow)

    credited_exactly_once(filing)


def test_filings_that_share_members_credited_side_by_side(paid: Callable[[WageMonth], Filing], office: Office) -> None:
    months = [OCTOBER.plus(number) for number in range(3)]
    filings = [paid(month) for month in months]

    counts = at_once(4, lambda number: credit())

    assert sum(one.done for one in counts) == CHUNKS * 3
    assert sum(one.failed + one.lost for one in counts) == 0
    for filing in filings:
        credited_exactly_once(filing)
    member = filings[0].rows.first().member
    assert member is not None
    assert sum(savings(member).values()) == 3 * 144_900
    assert invariants.broken() == []
