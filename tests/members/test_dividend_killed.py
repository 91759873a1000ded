"""A worker that ends between any two steps of a year's dividend, and one killed in the middle of a chunk: everybody is credited once, to the sen."""

import pytest
from django.db import connection

from kwsp_portal import jobs
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.jobs import engine
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from members.ledger.models import Balance
from members.models import Dividend, Member
from members.services import dividends
from tests.jobs.killing import dies_at, killed_at_the_lock, steps_of
from tests.members.dividend_years import CREDITED, MARCH, five_savers, sound, stands

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = steps_of("members/services/dividends.py")


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
    dies_at(step, work)
    goes_on()

    credited_once(five)


def test_kill_9_in_the_middle_of_a_chunk(five: list[Member]) -> None:
    """It waits for a balance that somebody else holds, two chunks being done; it is killed there and tells nobody."""
    killed_at_the_lock(work, Balance.objects.filter(account__holder_id=five[4].pk, account__holder_kind="MEMBER"))
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
