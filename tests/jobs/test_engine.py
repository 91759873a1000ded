"""Chunks are worked exactly once, by any number of takers, whatever fails."""

from datetime import date

import pytest
from django.db import transaction

from kwsp_portal import jobs
from kwsp_portal.jobs import control, engine
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.failpoints import FailpointDeath, armed
from kwsp_portal.jobs.models import Chunk, Run
from tests.jobs import programmes
from tests.jobs.threads import at_once

ON = date(2026, 11, 16)
pytestmark = pytest.mark.django_db(transaction=True)


def opened(chunks, programme="test_effect", period="2026-10"):
    return jobs.open_run(programme=programme, period=period, chunks=chunks, on=ON)


def states(run):
    return list(run.chunks.order_by("chunk_no").values_list("state", flat=True))


def test_eight_workers_work_forty_chunks_once_each(effects):
    run = opened([{"piece": number} for number in range(40)])

    counts = at_once(8, lambda _: jobs.work_some().done)

    assert sum(counts) == 40
    assert effects() == [(number, 1) for number in range(1, 41)]
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert set(run.chunks.values_list("attempts", flat=True)) == {1}


def test_eight_threads_open_one_run(effects):
    runs = at_once(8, lambda number: opened([{"thread": number}, {"thread": number}]).pk)

    assert len(set(runs)) == 1
    assert Chunk.objects.count() == 2
    assert len({chunk["thread"] for chunk in Chunk.objects.values_list("payload", flat=True)}) == 1


def test_opening_again_leaves_the_run_as_it_is(effects):
    opened([{"piece": 1}])
    jobs.work_some()

    again = opened([{"piece": 1}, {"piece": 2}])

    assert again.state == RunState.DONE
    assert Chunk.objects.count() == 1


def test_a_run_without_chunks_is_over_at_once(register):
    over = []
    register("nothing", lambda lease: None, on_done=over.append)

    run = opened([], programme="nothing")

    assert run.state == RunState.DONE
    assert Run.objects.get().finished_at is not None
    assert over == [run]


def test_the_second_holder_fences_the_first(effects, expire):
    opened([{}])
    first = jobs.take()
    assert jobs.take() is None
    expire()
    second = jobs.take()

    with pytest.raises(jobs.LeaseLost):
        programmes.write_effect(first)
    with pytest.raises(jobs.LeaseLost):
        first.progress(1, 2)
    assert effects() == []

    with transaction.atomic():
        second.finish()
    assert second.attempt == 2
    assert Chunk.objects.get().state == ChunkState.DONE


def test_a_finished_chunk_cannot_be_finished_by_its_first_holder(effects, expire):
    opened([{}])
    first = jobs.take()
    expire()
    jobs.work_some()

    with pytest.raises(jobs.LeaseLost), transaction.atomic():
        first.finish()

    assert effects() == [(1, 1)]


def test_a_late_holder_may_finish_while_nobody_else_took_the_chunk(effects, expire):
    opened([{}])
    lease = jobs.take()
    expire()

    with transaction.atomic():
        lease.finish()

    assert Chunk.objects.get().state == ChunkState.DONE


def test_poison_is_parked_after_three_attempts_and_the_rest_is_done(effects, register, expire):
    seen = []

    def poisoned(lease):
        seen.append(lease.chunk_no)
        if lease.payload["poison"]:
            raise ValueError("this chunk cannot be read")
        with transaction.atomic():
            lease.finish()

    failed = []
    register("poisoned", poisoned, on_failed=failed.append)
    run = opened([{"poison": number == 2} for number in range(1, 6)], programme="poisoned")
    for _ in range(5):
        jobs.work_some()
        expire()

    assert states(run) == ["DONE", "DEAD", "DONE", "DONE", "DONE"]
    parked = run.chunks.get(state=ChunkState.DEAD)
    assert (parked.attempts, parked.error) == (3, "ValueError: this chunk cannot be read")
    assert seen.count(2) == 3
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert failed == [run]


def test_a_failed_chunk_waits_before_its_next_attempt(register):
    def failing(lease):
        raise ValueError("not yet")

    register("failing", failing, pauses=(3600, 3600))
    opened([{}], programme="failing")

    counts = jobs.work_some()

    chunk = Chunk.objects.get()
    assert (counts.failed, chunk.state, chunk.error) == (1, ChunkState.WAITING, "ValueError: not yet")
    assert jobs.take() is None


def test_hopeless_work_is_parked_at_once_with_its_reason(register):
    def hopeless(lease):
        raise jobs.Parked("the entry exists already")

    register("hopeless", hopeless)
    opened([{}], programme="hopeless")

    jobs.work_some()

    chunk = Chunk.objects.get()
    assert (chunk.state, chunk.attempts, chunk.error) == (ChunkState.DEAD, 1, "the entry exists already")


def test_work_that_forgets_to_finish_is_a_failure(register):
    register("forgetful", lambda lease: None)
    opened([{}], programme="forgetful")

    assert jobs.work_some().failed == 1
    assert "without lease.finish()" in Chunk.objects.get().error


def test_finish_belongs_inside_the_transaction_and_progress_outside(effects):
    opened([{}])
    lease = jobs.take()

    with pytest.raises(RuntimeError, match="outside transaction"):
        lease.finish()
    with pytest.raises(RuntimeError, match="inside transaction"), transaction.atomic():
        lease.progress(1, 2)

    assert Chunk.objects.get().state == ChunkState.RUNNING


def test_progress_is_seen_by_others_and_renews_the_lease(effects):
    opened([{}])
    lease = jobs.take()
    before = Chunk.objects.get()

    lease.progress(300, 1000)

    [seen] = at_once(1, lambda _: Chunk.objects.get())
    assert (seen.progress_done, seen.progress_total) == (300, 1000)
    assert seen.lease_until > before.lease_until


def test_a_paused_run_hands_out_nothing_until_resumed(effects):
    run = opened([{}, {}])
    jobs.pause(run_id=run.pk, by="test")
    assert jobs.take() is None

    jobs.resume(run_id=run.pk, by="test")

    assert jobs.work_some().done == 2
    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_a_run_paused_during_its_last_chunk_closes_on_resume(effects):
    run = opened([{}])
    lease = jobs.take()
    jobs.pause(run_id=run.pk, by="test")
    with transaction.atomic():
        lease.finish()
    assert not engine.close_if_over(run.pk)

    jobs.resume(run_id=run.pk, by="test")

    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_a_parked_chunk_is_retried_from_the_start(effects, register):
    broken = [True]

    def mended(lease):
        if broken:
            raise jobs.Parked("broken")
        with transaction.atomic():
            lease.finish()

    register("mended", mended)
    run = opened([{}], programme="mended")
    jobs.work_some()
    broken.clear()

    jobs.retry(chunk_id=run.chunks.get().pk, by="test")
    jobs.work_some()

    run.refresh_from_db()
    assert (run.state, run.chunks.get().state) == (RunState.DONE, ChunkState.DONE)


def test_a_chunk_tried_again_while_its_run_is_just_being_closed_keeps_it_open(register, monkeypatch):
    """Between the look at the chunks and the lock on the run an administrator was quicker."""

    def hopeless(lease):
        raise jobs.Parked("broken")

    register("hopeless", hopeless)
    run = opened([{}], programme="hopeless")

    def retried(point):
        if point == "jobs.before_close":
            jobs.retry(chunk_id=run.chunks.get().pk, by="test")

    monkeypatch.setattr(engine, "failpoint", retried)
    engine.work_one(jobs.take(["hopeless"]), engine.Counts())

    run.refresh_from_db()
    assert (run.state, run.chunks.get().state) == (RunState.OPEN, ChunkState.WAITING)


def test_only_a_parked_chunk_is_retried(effects):
    run = opened([{}])

    with pytest.raises(control.NotPossible):
        jobs.retry(chunk_id=run.chunks.get().pk, by="test")

    assert jobs.retry_parked(run_id=run.pk, by="test") == 0


def test_the_run_is_closed_once_by_eight(effects, register):
    over = []
    register("counted", lambda lease: None, on_done=over.append)
    run = opened([{}], programme="counted")
    lease = jobs.take()
    with transaction.atomic():
        lease.finish()

    closed = at_once(8, lambda _: engine.close_if_over(run.pk))

    assert closed.count(True) == 1
    assert over == [run]


def test_a_hook_that_fails_leaves_the_run_open_with_its_reason(effects, register):
    broken = [True]

    def hook(run):
        if broken:
            raise ValueError("the filing is locked")

    def simple(lease):
        with transaction.atomic():
            lease.finish()

    register("hooked", simple, on_done=hook)
    run = opened([{}], programme="hooked")
    jobs.work_some()
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.OPEN, "ValueError: the filing is locked")
    broken.clear()

    swept = jobs.sweep()

    run.refresh_from_db()
    assert (swept.closed, run.state, run.error) == (1, RunState.DONE, "")


POINTS = ("jobs.taken", "work.written", "jobs.before_finish", "jobs.after_finish", "jobs.committed", "jobs.before_close", "jobs.closed")


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_between_any_two_steps_leaves_work_that_is_done_once(effects, expire, point):
    run = opened([{}, {}, {}])
    reached = 1 if point in {"jobs.before_close", "jobs.closed"} else 2

    with armed(point, "die", reached), pytest.raises(FailpointDeath):
        jobs.work_some()
    expire()
    jobs.sweep()

    assert effects() == [(1, 1), (2, 1), (3, 1)]
    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_a_programme_unknown_here_is_left_to_others(effects):
    opened([{}], programme="of_a_newer_version")

    assert jobs.work_some().done == 0
    assert Chunk.objects.get().attempts == 0
