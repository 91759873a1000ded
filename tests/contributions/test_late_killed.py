"""Workers of the daily batch of lateness that end between any two steps, are killed, or work beside each other: priced and told once, to the sen."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

import pytest

from contributions.models import LateCharge, LateDividend
from contributions.services import late_charges
from employers.models import Employer
from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.jobs import calendar, engine
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from kwsp_portal.notify.enums import Whose
from members.ledger import invariants
from tests.contributions.conftest import Office
from tests.contributions.paying import Bank
from tests.contributions.test_late_charges import DEC, NOV, day, owed, paid, told
from tests.jobs.forks import ended, forked, starting_line
from tests.jobs.killing import dies_at, killed_at_the_lock, steps_of

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = steps_of("contributions/services/late_charges.py")
ON = day(DEC, 31)


@pytest.fixture
def behind(make_office: Callable[[], Office], bank: Bank, monkeypatch: pytest.MonkeyPatch) -> list[Office]:
    """Three that paid late by more than a month, one to a chunk; the run of the day is open."""
    monkeypatch.setattr(late_charges, "CHUNK_EMPLOYERS", 1)
    calendar.set_first(on=day(NOV, 10))
    offices = [make_office() for _ in range(3)]
    for office in offices:
        paid(office.approved(), office, bank, ON)
    opened(0)
    return offices


def opened(later: int) -> Run:
    """The run of a day after the first."""
    on = ON + timedelta(days=later)
    return jobs.open_run(programme=late_charges.PROGRAMME, period=str(on), chunks=late_charges.plan("", on), on=on)


def work() -> None:
    jobs.work_some(programmes=[late_charges.PROGRAMME])


def goes_on() -> None:
    """What the next sweep does with these runs."""
    work()
    for run in Run.objects.filter(state=RunState.OPEN, programme=late_charges.PROGRAMME):
        engine.close_if_over(run.pk)


def priced_once(offices: list[Office]) -> None:
    assert set(Run.objects.filter(programme=late_charges.PROGRAMME).values_list("state", flat=True)) == {RunState.DONE}
    assert LateCharge.objects.count() == LateDividend.objects.count() == len(offices)
    assert owed() == (-1_400 * len(offices), -757 * len(offices))
    assert [told(Whose.EMPLOYER, office.employer.pk).count("LATE_CHARGED") for office in offices] == [1] * len(offices)
    assert invariants.broken() == []


def test_the_steps_are_known() -> None:
    assert {"late.before", "late.found", "late.finished", "late.committed"} <= set(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_at_any_step_of_the_second_chunk(behind: list[Office], step: str) -> None:
    dies_at(step, work)
    goes_on()

    priced_once(behind)


def test_kill_9_in_the_middle_of_a_chunk(behind: list[Office]) -> None:
    """Two chunks are done; it waits for an employer that somebody else holds and is killed there."""
    killed_at_the_lock(work, Employer.objects.filter(pk=behind[2].employer.pk))

    states = Chunk.objects.filter(run__programme=late_charges.PROGRAMME).values_list("state", flat=True)
    assert sorted(states) == [ChunkState.DONE, ChunkState.DONE, ChunkState.RUNNING]
    assert sorted(LateCharge.objects.values_list("employer", flat=True)) == [office.employer.pk for office in behind[:2]]
    goes_on()
    priced_once(behind)


def test_three_processes_at_two_days_beside_each_other(behind: list[Office]) -> None:
    """Whoever comes second to an employer finds what the first wrote."""
    opened(1)

    with starting_line() as (wait, let_go), ExitStack() as started:
        workers = [started.enter_context(forked(lambda: (wait(), work(), 0)[2])) for _ in range(3)]
        let_go(3)
        assert [ended(worker) for worker in workers] == [0, 0, 0]
    goes_on()

    priced_once(behind)


def test_a_worker_that_lost_its_lease_writes_nothing(behind: list[Office]) -> None:
    slow = engine.take([late_charges.PROGRAMME])
    assert slow is not None
    Chunk.objects.filter(state=ChunkState.RUNNING).update(lease_until=clock.now() - timedelta(hours=1))
    goes_on()

    with pytest.raises(jobs.LeaseLost):
        late_charges.work_chunk(lease=slow)

    priced_once(behind)


def test_run_twice_it_prices_once(behind: list[Office]) -> None:
    for _ in range(2):
        goes_on()
        opened(0)

    priced_once(behind)
