"""post_chunk: the acts of a chunk and the end of its lease are one; what can never succeed is parked with its reason, the rest goes on."""

from collections.abc import Callable

import pytest

from kwsp_portal import jobs
from kwsp_portal.jobs import doorbell, registry
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from members.ledger import posting
from tests.ledger.acts import DAY, contribution, payout, unsound, value

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Opens a run of so many chunks of a programme, works it once, and returns it."""
    monkeypatch.setattr(doorbell, "_send", lambda *_: None)
    monkeypatch.setattr(registry, "programmes", {})

    def work(chunks: int, programme: Callable[[jobs.Lease], object]) -> Run:
        jobs.programme("acts")(programme)
        run = jobs.open_run(programme="acts", period="1", chunks=[{}] * chunks, on=DAY)
        jobs.work_some(programmes=["acts"])
        run.refresh_from_db()
        return run

    return work


def of_chunk(lease: jobs.Lease) -> list[posting.Act]:
    return [contribution(lease.chunk_no * 10 + number, number) for number in (1, 2)]


def credit(lease: jobs.Lease) -> None:
    posting.post_chunk(of_chunk(lease), lease=lease)


def test_every_chunk_is_posted_with_the_end_of_its_lease(worked):
    run = worked(3, credit)

    assert run.state == RunState.DONE
    assert value("SELECT count(*) FROM ledger_entry") == 6
    assert unsound() == set()


@pytest.mark.parametrize(
    ("acts", "reason"),
    [
        ([contribution(900, 9), contribution(901, 9)], "posted before: CONTRIBUTION 900.0"),
        ([contribution(5, 1), contribution(5, 2)], "posted before: CONTRIBUTION 5.0"),
        ([contribution(7, 1), contribution(8, 1)._replace(legs=[])], "CONTRIBUTION 8.0: found 0 legs with the sum 0"),
        ([payout(3, 9, 9_001)], "MEMBER 9 PERSARAAN: found 9000 sen available, wanted 9001 for PAYOUT 3.0"),
    ],
    ids=["in the ledger", "twice in the chunk", "no legs", "not enough"],
)  # fmt: skip
def test_what_can_never_succeed_is_parked_at_once_with_its_reason_and_the_rest_goes_on(worked, acts, reason):
    posting.post(contribution(900, 9))

    run = worked(3, lambda lease: posting.post_chunk(acts if lease.chunk_no == 2 else of_chunk(lease), lease=lease))

    parked = run.chunks.get(state=ChunkState.DEAD)
    assert (parked.chunk_no, parked.attempts, parked.error.partition(", expected")[0]) == (2, 1, reason)
    assert run.state == RunState.FAILED
    assert value("SELECT count(*) FROM ledger_entry") == 1 + 2 * 2
    assert unsound() == set()


def test_what_the_guard_writes_commits_with_the_chunk_or_not_at_all(worked):
    def marked(lease):
        def mark():
            Run.objects.filter(pk=lease.run_id).update(error=f"{lease.chunk_no} was here")
            if lease.chunk_no == 2:
                raise ValueError("not this one")
            lease.finish()

        posting.post_chunk(of_chunk(lease), lease=lease, guard=mark)

    run = worked(2, marked)

    assert run.error == "1 was here"
    assert list(run.chunks.order_by("chunk_no").values_list("state", "error")) == [("DONE", ""), ("WAITING", "ValueError: not this one")]
    assert value("SELECT count(*) FROM ledger_entry") == 2


def test_a_guard_that_leaves_the_lease_open_undoes_the_chunk(worked):
    worked(1, lambda lease: posting.post_chunk(of_chunk(lease), lease=lease, guard=lambda: None))

    chunk = Chunk.objects.get()
    assert chunk.error.startswith("RuntimeError: the guard of post_chunk returned without lease.finish()")
    assert value("SELECT count(*) FROM ledger_entry") == 0


def test_whoever_lost_the_lease_posts_nothing_even_what_another_has_posted(worked):
    """The sleeper meets the keys that the second worker has posted: that is no reason to park a chunk which is done."""

    def overtaken(lease):
        if lease.attempt == 1:
            Chunk.objects.update(lease_until="2020-01-01T00:00:00Z")
            jobs.work_some(programmes=["acts"])
        credit(lease)

    run = worked(1, overtaken)

    assert (run.state, run.chunks.get().state, run.chunks.get().error) == (RunState.DONE, ChunkState.DONE, "")
    assert value("SELECT count(*) FROM ledger_entry") == 2
