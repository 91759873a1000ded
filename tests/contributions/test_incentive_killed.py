"""Workers that end between any two steps of a half-yearly run, two at once, and one killed within a chunk: one claim and one credit each."""

import os
import re
import signal
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction

from contributions.enums import IncentiveScheme
from contributions.models import ClaimFile, IncentiveClaim, IncentiveRun
from contributions.services import incentive_answers, incentive_credits, incentive_files, incentive_runs
from kwsp_portal import jobs
from kwsp_portal.documents.services import Upload
from kwsp_portal.jobs import engine, failpoints
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from kwsp_portal.notify.models import Notice
from members.ledger import invariants
from members.ledger.models import Balance, Entry
from members.models import Member
from tests.contributions.incentive_runs import AUGUST, FIRST, JULY, PROGRAMMES, content, credited, officers, run, saver, send, stands, work
from tests.contributions.test_incentive_runs import MARCH
from tests.jobs.forks import ended, forked, starting_line
from tests.jobs.killing import ONCE_A_RUN, nobody_else_is_here, somebody_waits
from tests.jobs.test_processes import until
from tests.members.dividend_years import put

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
ENGINE = ("kwsp_portal/jobs/engine.py", "kwsp_portal/jobs/lease.py")


def steps_of(*sources: str) -> list[str]:
    """Every fail point that a worker passes on its way, from the source: a new one is tried without being named here."""
    return sorted({name for source in sources for name in re.findall(r'failpoint\("([a-z._]+)"\)', (ROOT / source).read_text())})


CLAIMING = steps_of("contributions/services/incentive_runs.py", *ENGINE)
CREDITING = steps_of("contributions/services/incentive_credits.py", *ENGINE)
READING = steps_of("contributions/services/incentive_answers.py")
WRITING = steps_of("contributions/services/incentive_files.py")


@pytest.fixture
def five(monkeypatch: pytest.MonkeyPatch) -> list[Member]:
    """RM1,000 each, two to a chunk."""
    monkeypatch.setattr(incentive_runs, "CHUNK_MEMBERS", 2)
    monkeypatch.setattr(incentive_credits, "CHUNK_CLAIMS", 2)
    return [saver((1000, MARCH)) for _each in range(5)]


def goes_on() -> None:
    """What the next sweep does."""
    engine.work_some(programmes=PROGRAMMES)
    for found in Run.objects.filter(state=RunState.OPEN):
        engine.close_if_over(found.pk)


def dies_at(step: str, hit: int = 1) -> None:
    def dies() -> None:
        with failpoints.armed(step, mode="exit", hit=hit):
            work()

    with forked(dies) as worker:
        assert ended(worker) == failpoints.KILLED
    goes_on()


def claimed_once(five: list[Member]) -> IncentiveRun:
    found = IncentiveRun.objects.get()
    assert (found.state, found.claims, found.claimed) == ("CLAIMED", 5, 1000)
    assert sorted(IncentiveClaim.objects.values_list("member_id", "amount")) == [(member.pk, 200) for member in five]
    return found


def credited_once(five: list[Member]) -> None:
    found = IncentiveRun.objects.get()
    assert (found.state, found.received) == ("CREDITED", 1000)
    assert [stands(member) for member in five] == [{"PERSARAAN": 200_00}] * 5
    assert Entry.objects.count() == 6
    assert Notice.objects.filter(code="INCENTIVE_CREDITED").count() == 5
    assert [result.name for result in invariants.run() if not result.ok] == []


def answered(on: date) -> IncentiveRun:
    """The Government has paid on a day, and its answer is to be read."""
    found, people = run(), officers()
    send(found, people)
    incentive_answers.upload(run_id=found.pk, file=Upload("x.csv", content(found, received_on=on)), by=people.maker, on=on)
    return found


def paid() -> None:
    """The answer is taken, and crediting is open."""
    answered(date(2025, 7, 20))
    work()
    assert incentive_credits.open_due(on=AUGUST) == 1


@pytest.mark.parametrize("step", CLAIMING)
def test_at_any_step_of_reckoning(five: list[Member], step: str) -> None:
    incentive_runs.open_run(scheme=IncentiveScheme.ISARAAN, half=FIRST, on=JULY)

    dies_at(step, 1 if step in ONCE_A_RUN else 2)

    claimed_once(five)


@pytest.mark.parametrize("step", WRITING)
def test_at_any_step_of_the_claim_file(five: list[Member], step: str) -> None:
    file = incentive_files.make(run_id=run().pk, by=officers().maker, on=JULY)

    dies_at(step)

    assert (ClaimFile.objects.get().state, ClaimFile.objects.get(pk=file.pk).rows) == ("MADE", 5)


@pytest.mark.parametrize("step", READING)
def test_at_any_step_of_the_answer(five: list[Member], step: str) -> None:
    answered(AUGUST)

    dies_at(step)

    credited_once(five)


@pytest.mark.parametrize("step", CREDITING)
def test_at_any_step_of_crediting(five: list[Member], step: str) -> None:
    paid()

    dies_at(step, 1 if step in ONCE_A_RUN else 2)

    credited_once(five)


def test_kill_9_in_the_middle_of_crediting(five: list[Member]) -> None:
    """It waits for a balance that somebody else holds, two chunks being done; it is killed there and tells nobody."""
    for member in five:
        put(member, 1_000_000 + member.pk, 1_00, on=JULY)
    paid()
    with starting_line() as (wait, let_go), forked(lambda: (wait(), work())[0]) as worker:
        with transaction.atomic():
            list(Balance.objects.select_for_update(of=("self",), no_key=True).filter(account__holder_id=five[4].pk, account__holder_kind="MEMBER"))
            let_go(1)
            until(somebody_waits)
            os.kill(worker, signal.SIGKILL)
        until(nobody_else_is_here)
        states = Chunk.objects.filter(run__programme=incentive_credits.PROGRAMME).values_list("state", flat=True)
        assert sorted(states) == [ChunkState.DONE, ChunkState.DONE, ChunkState.RUNNING]
        assert IncentiveClaim.objects.filter(state="CREDITED").count() == 4
    goes_on()

    assert [stands(member) for member in five] == [{"PERSARAAN": 201_00}] * 5
    assert Entry.objects.filter(kind=9, ref__in=IncentiveClaim.objects.values("pk")).count() == 5


def at_once(act: Callable[[], object]) -> None:
    """In two processes at the same moment."""
    with starting_line() as (wait, let_go):

        def second() -> int:
            wait()
            act()
            return 0

        with forked(second) as one, forked(second) as other:
            let_go(2)
            assert (ended(one), ended(other)) == (0, 0)


def test_two_open_it_and_work_it_at_once(five: list[Member]) -> None:
    at_once(lambda: incentive_runs.by_hand(scheme=IncentiveScheme.ISARAAN, on=JULY))
    goes_on()

    claimed_once(five)
    assert Run.objects.filter(programme="isaraan").count() == 1


def test_two_credit_it_at_once(five: list[Member]) -> None:
    paid()

    at_once(lambda: incentive_credits.by_hand(on=AUGUST))
    goes_on()

    credited_once(five)


def test_a_worker_that_lost_its_lease_writes_nothing(five: list[Member]) -> None:
    paid()
    slow = engine.take([incentive_credits.PROGRAMME])
    assert slow is not None
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_chunk SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'")
    goes_on()

    with pytest.raises(jobs.LeaseLost):
        incentive_credits.credit_chunk(lease=slow)

    credited_once(five)


def test_whole_again_once_all_is_over(five: list[Member]) -> None:
    credited(FIRST, officers(), on=JULY, received_on=AUGUST)

    credited_once(five)
