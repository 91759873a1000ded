"""post_chunk, post_credits: the acts of a chunk and the end of its lease are one; what can never succeed is parked with its reason, the rest goes
on."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from kwsp_portal import jobs
from kwsp_portal.jobs import doorbell, registry
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from members.ledger import posting
from tests.ledger.acts import DAY, Lease, contribution, credits_of, payout, unsound, value

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


EACH = [(11, 1, "PERSARAAN", 500), (12, 2, "EMAS", 7), (13, 1, "PERSARAAN", 250), (14, 3, "PERSARAAN", 1)]
"""One member twice, one with an account that is not open yet, one with none."""
_WRITTEN = """
SELECT kind, ref, part, booked_on, value_date, reverses, holder_kind, holder_id, code, opened_on, dividend_to, amount_sen, p.version,
       balance_after_sen, balance_sen, held_sen, b.version, floored,
       dense_rank() OVER (ORDER BY p.id), dense_rank() OVER (ORDER BY e.id), dense_rank() OVER (ORDER BY a.id)
  FROM ledger_posting p JOIN ledger_entry e ON e.id = entry_id JOIN ledger_account a ON a.id = p.account_id
  LEFT JOIN ledger_balance b ON b.account_id = a.id ORDER BY p.id
"""


def as_acts(many: posting.Credits) -> list[posting.Act]:
    return [
        posting.Act(many.kind, ref, 0, many.booked_on, many.value_date, [posting.Leg(many.source, -sen), posting.Leg(posting.member(who, code), sen)])
        for ref, who, code, sen in zip(many.refs, many.member_ids, many.codes, many.amounts, strict=True)
    ]


def test_credits_write_the_rows_of_the_same_acts():
    """Many more than are looked for by index, too."""
    posting.post_many([contribution(1, 1), contribution(2, 2)])
    for each in (EACH, [*EACH, *((100 + number, 10 + number, "PERSARAAN", number + 1) for number in range(300))]):
        with transaction.atomic(), connection.cursor() as cursor:
            posting.post_many(as_acts(credits_of(each)))
            cursor.execute(_WRITTEN)
            expected = cursor.fetchall()
            transaction.set_rollback(True)

        with transaction.atomic(), connection.cursor() as cursor:
            posting.post_credits(credits_of(each), lease=Lease())
            cursor.execute(_WRITTEN)
            assert cursor.fetchall() == expected
            assert unsound() == set()
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("many", "reason"),
    [
        (credits_of([EACH[0], (900, 5, "PERSARAAN", 1)]), "posted before: INCENTIVE 900.0"),
        (credits_of([EACH[0], (11, 5, "PERSARAAN", 1)]), "posted before: INCENTIVE 11.0"),
        (credits_of([EACH[0], (12, 5, "PERSARAAN", 0)]), "INCENTIVE 12.0: found 0 on MEMBER 5 PERSARAAN"),
        (credits_of([EACH[0], (12, 5, "PERSARAAN", -5)]), "INCENTIVE 12.0: found -5 on MEMBER 5 PERSARAAN"),
        (credits_of([EACH[0], (0, 5, "PERSARAAN", 5)]), "INCENTIVE 0.0: found ref 0"),
        (credits_of(EACH, posting.member(9, "PERSARAAN")), "UNKNOWN 0.0: found <EntryKind.INCENTIVE: 9> from MEMBER 9 PERSARAAN"),
        (credits_of(EACH)._replace(codes=["PERSARAAN"]), "INCENTIVE 0.0: found 4, 4, 1 and 4 values"),
        (credits_of(EACH)._replace(value_date="2026-01-15"), "INCENTIVE 0.0: found datetime.date(2026, 3, 2), '2026-01-15'"),
    ],
    ids=["in the ledger", "twice in the chunk", "nothing", "taken", "no cause", "not the fund's", "columns", "no date"],
)  # fmt: skip
def test_credits_that_can_never_succeed_are_parked_and_nothing_of_them_is_written(worked, many, reason):
    posting.post_many(as_acts(credits_of([(900, 9, "PERSARAAN", 5)])))

    run = worked(1, lambda lease: posting.post_credits(many, lease=lease))

    parked = run.chunks.get()
    assert (parked.state, parked.error.partition(", expected")[0]) == (ChunkState.DEAD, reason)
    assert value("SELECT count(*) FROM ledger_entry") == value("SELECT max(version) FROM ledger_balance") == 1
    assert unsound() == set()


def test_credits_to_an_account_that_the_chart_does_not_have_write_nothing(worked):
    run = worked(1, lambda lease: posting.post_credits(credits_of([EACH[0], (12, 5, "NOWHERE", 5)]), lease=lease, guard=lambda: None))

    assert "MEMBER 5 NOWHERE: found an account that the chart does not have" in run.chunks.first().error
    assert value("SELECT count(*) FROM ledger_entry") == value("SELECT count(*) FROM ledger_balance") == 0


def test_the_guard_of_credits_ends_the_lease_or_undoes_them(worked):
    run = worked(1, lambda lease: posting.post_credits(credits_of(EACH), lease=lease, guard=lambda: None))

    assert run.chunks.get().error.startswith("RuntimeError: the guard of post_chunk returned without lease.finish()")
    assert value("SELECT count(*) FROM ledger_entry") == value("SELECT count(*) FROM ledger_balance") == 0
