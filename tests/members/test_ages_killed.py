"""A worker that ends between any two steps of the turn of ages or is killed, workers beside each other, two days at once: equal to the sen."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.jobs import engine
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from members.ledger import posting
from members.ledger.models import Balance
from members.models import Member
from members.services import ages
from tests.factories import withdrawals
from tests.jobs.killing import dies_at, killed_at_the_lock, steps_of
from tests.jobs.threads import at_once
from tests.ledger.acts import unsound
from tests.members.turning import BIRTHDAY, FIRST, born, pots, saved, told

STEPS = steps_of("members/services/ages.py")
MEMBERS = 5


def work() -> None:
    jobs.work_some(programmes=[ages.PROGRAMME])


@pytest.mark.django_db(transaction=True)
class TestKilled:
    @pytest.fixture
    def people(self, monkeypatch: pytest.MonkeyPatch) -> list[Member]:
        """Five who turn 55, in three chunks; each with a hold."""
        monkeypatch.setattr(ages, "CHUNK_MEMBERS", 2)
        found = [saved(born(FIRST), 12000 + 100 * number) for number in range(MEMBERS)]
        for member in found:
            account = posting.member(member.pk, "SEJAHTERA")
            withdrawals.hold(account, 700, on=BIRTHDAY - timedelta(days=1))
        return found

    def opened(self) -> Run:
        return jobs.open_run(programme=ages.PROGRAMME, period="2026-03-05", chunks=ages.plan("2026-03-05", BIRTHDAY), on=BIRTHDAY)

    def done_once(self, run: Run, people: list[Member]) -> None:
        run.refresh_from_db()
        assert run.state == RunState.DONE
        assert [pots(member) for member in people] == [{"AKAUN_55": (12000 + 100 * number, 700)} for number in range(MEMBERS)]
        assert Counter(map(tuple, map(told, people))) == {("AGE_55_HELD",): MEMBERS}
        expected: Mapping[str, int] = {"merged": MEMBERS, "sen": 61_000, "held_sen": 3500, "told": MEMBERS, "frozen": 0}
        assert ages.figures_of(run) == expected
        assert unsound() == set()

    @pytest.mark.parametrize("step", STEPS)
    def test_at_any_step_of_any_chunk(self, people: list[Member], step: str) -> None:
        run = self.opened()

        dies_at(step, work)
        jobs.sweep()

        self.done_once(run, people)

    def test_kill_9_in_the_middle_of_a_chunk(self, people: list[Member]) -> None:
        """Two chunks are done; it waits for a balance that somebody else holds and is killed there."""
        run = self.opened()

        killed_at_the_lock(work, Balance.objects.filter(account__holder_id=people[4].pk, account__holder_kind="MEMBER"))

        assert sorted(Chunk.objects.values_list("state", flat=True)) == [ChunkState.DONE, ChunkState.DONE, ChunkState.RUNNING]
        assert [sorted(pots(member)) == ["AKAUN_55"] for member in people] == [True, True, True, True, False]
        jobs.sweep()
        self.done_once(run, people)

    def test_run_twice_it_moves_once(self, people: list[Member]) -> None:
        run = self.opened()
        for _ in range(2):
            work()
            assert self.opened() == run

        self.done_once(run, people)

    def test_the_steps_are_known(self) -> None:
        assert {"ages.before", "ages.moved", "ages.finished", "ages.committed"} <= set(STEPS)

    def test_side_by_side_and_two_days_at_once(self, people: list[Member]) -> None:
        """Two days' runs over the same people, four workers: whoever is first moves, the other finds nothing."""
        run, next_day = self.opened(), date(2026, 3, 6)
        other = jobs.open_run(programme=ages.PROGRAMME, period="2026-03-06", chunks=ages.plan("2026-03-06", next_day), on=next_day)

        counts = at_once(4, lambda number: jobs.work_some(programmes=[ages.PROGRAMME]))

        assert sum(one.failed + one.lost for one in counts) == 0
        found = [ages.figures_of(one) for one in (run, other)]
        assert (found[0]["sen"] + found[1]["sen"], found[0]["merged"] + found[1]["merged"]) == (61_000, MEMBERS)
        assert [pots(member) for member in people] == [{"AKAUN_55": (12000 + 100 * number, 700)} for number in range(MEMBERS)]
        assert unsound() == set()

    def test_a_worker_that_lost_its_lease_writes_nothing(self, people: list[Member]) -> None:
        run = self.opened()
        slow = engine.take([ages.PROGRAMME])
        assert slow is not None
        Chunk.objects.filter(state="RUNNING").update(lease_until=clock.now() - timedelta(hours=1))
        jobs.sweep()

        with pytest.raises(jobs.LeaseLost):
            ages.work_chunk(lease=slow, at=clock.now())

        self.done_once(run, people)
