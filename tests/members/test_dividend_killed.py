"""A worker that ends between any two steps of a year's dividend, and one killed in the middle of a chunk: everybody is credited once, to the sen."""

import os
import re
import signal
from pathlib import Path

import pytest
from django.db import connection, transaction

from kwsp_portal import jobs
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.jobs import engine, failpoints
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from members.ledger.models import Balance
from members.models import Dividend, Member
from members.services import dividends
from tests.jobs.forks import ended, forked, starting_line
from tests.jobs.test_processes import until
from tests.members.dividend_years import CREDITED, MARCH, five_savers, sound, stands

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
STEPS = sorted(
    {
        name
        for source in ("members/services/dividends.py", "kwsp_portal/jobs/engine.py", "kwsp_portal/jobs/lease.py")
        for name in re.findall(r'failpoint\("([a-z._]+)"\)', (ROOT / source).read_text())
    }
)
"""Every fail point that a worker passes on its way, from the source: a new one is tried without being named here."""
ONCE_A_RUN = {"jobs.before_close", "jobs.closed"}


@pytest.fixture
def five(monkeypatch: pytest.MonkeyPatch) -> list[Member]:
    """The run of 2023 for five is open, two to a chunk."""
    monkeypatch.setattr(dividends, "CHUNK_MEMBERS", 2)
    found = five_savers()
    assert dividends.open_next(on=MARCH) == 1
    return found


def credited_once(five: list[Member]) -> None:
    run = Run.objects.get(programme=dividends.PROGRAMME)
    assert run.state == RunState.DONE
    assert [stands(member) for member in five] == CREDITED
    assert sorted(Dividend.objects.values_list("member_id", "year")) == [(member.pk, 2023) for member in five]
    assert AuditEvent.objects.filter(action="dividend.chunk.credited").count() == run.chunks.count() == 3
    assert sound()


def work() -> None:
    jobs.work_some(programmes=[dividends.PROGRAMME])


def goes_on() -> None:
    """What the next sweep does with this run."""
    work()
    for run in Run.objects.filter(state=RunState.OPEN):
        engine.close_if_over(run.pk)


def test_the_steps_are_known() -> None:
    assert {"dividend.before", "dividend.posted", "dividend.finished", "dividend.committed"} <= set(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_at_any_step_of_the_second_chunk(five: list[Member], step: str) -> None:
    def dies() -> None:
        with failpoints.armed(step, mode="exit", hit=1 if step in ONCE_A_RUN else 2):
            work()

    with forked(dies) as worker:
        assert ended(worker) == failpoints.KILLED
    goes_on()

    credited_once(five)


def somebody_waits() -> bool:
    """For a lock. Not from pg_stat_activity, which stands still within a transaction."""
    return _asked("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")


def nobody_else_is_here() -> bool:
    return _asked(
        "SELECT NOT EXISTS (SELECT FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend')"
    )


def _asked(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone() == (True,)


def test_kill_9_in_the_middle_of_a_chunk(five: list[Member]) -> None:
    """It waits for a balance that somebody else holds, two chunks being done; it is killed there and tells nobody."""
    with starting_line() as (wait, let_go), forked(lambda: (wait(), work())[1]) as worker:
        with transaction.atomic():
            list(Balance.objects.select_for_update(of=("self",), no_key=True).filter(account__holder_id=five[4].pk, account__holder_kind="MEMBER"))
            let_go(1)
            until(somebody_waits)
            os.kill(worker, signal.SIGKILL)
        until(nobody_else_is_here)
        assert sorted(Chunk.objects.values_list("state", flat=True)) == [ChunkState.DONE, ChunkState.DONE, ChunkState.RUNNING]
        assert [stands(member) == credited for member, credited in zip(five, CREDITED, strict=True)] == [True, True, True, True, False]
    goes_on()

    credited_once(five)


def test_a_worker_that_lost_its_lease_writes_nothing(five: list[Member]) -> None:
    slow = engine.take([dividends.PROGRAMME])
    assert slow is not None
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_chunk SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'")
    goes_on()

    with pytest.raises(jobs.LeaseLost):
        dividends.credit_chunk(lease=slow)

    credited_once(five)
