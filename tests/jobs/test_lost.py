"""A worker that vanished is found by its lock; its chunk goes on at once, and is parked only if it is what kills workers."""

import random
from datetime import date
from uuid import UUID

import pytest
from django.db import connection, transaction

from kwsp_portal import jobs
from kwsp_portal.jobs import lost
from kwsp_portal.jobs.enums import ChunkState
from kwsp_portal.jobs.lease import lock_of
from kwsp_portal.jobs.models import Chunk
from tests.conftest import owner_connection
from tests.jobs import programmes
from tests.jobs.threads import at_once

ON = date(2026, 11, 16)
pytestmark = pytest.mark.django_db(transaction=True)


def opened(chunks, programme="test_effect", period="1"):
    return jobs.open_run(programme=programme, period=period, chunks=chunks, on=ON)


def vanish(lease):
    """What a kill -9 leaves: a chunk under a lease whose lock is gone."""
    lease.let_go()


def lose(times, chunk_no=1):
    """The worker of that chunk vanishes so many times in a row; nobody comes for the others, and every pause is over."""
    for _ in range(times):
        Chunk.objects.exclude(chunk_no=chunk_no).update(not_before="2126-01-01T00:00:00Z")
        Chunk.objects.filter(chunk_no=chunk_no).update(not_before=None)
        lease = jobs.take()
        assert lease is not None
        vanish(lease)
        lost.free()


def no_more_pauses():
    Chunk.objects.update(not_before=None)


def run_sql(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0] if cursor.description else None


def locks_of_this_session():
    return run_sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")


def test_what_a_worker_has_in_hand_is_left_to_it(effects):
    opened([{}])
    lease = jobs.take()

    assert at_once(1, lambda _: lost.free()) == [lost.Freed()]

    programmes.write_effect(lease)
    assert effects() == [(1, 1)]


def test_what_a_vanished_worker_had_is_free_at_once(effects):
    opened([{}])
    at_once(1, lambda _: jobs.take())  # the thread ends with its connection

    assert jobs.work_some().done == 1

    chunk = Chunk.objects.get()
    assert (chunk.state, chunk.losses, chunk.failures, chunk.attempts) == (ChunkState.DONE, 1, 0, 2)


def test_a_worker_that_hangs_loses_its_chunk_when_the_lease_is_over(effects, expire):
    opened([{}])
    hanging = jobs.take()
    expire()

    assert at_once(1, lambda _: jobs.work_some().done) == [1]

    with pytest.raises(jobs.LeaseLost):
        programmes.write_effect(hanging)
    assert effects() == [(1, 1)]


def test_work_that_came_to_another_connection_takes_the_lock_along(effects):
    opened([{}])
    lease = jobs.take()
    connection.close()

    lease.renew()

    assert at_once(1, lambda _: lost.free()) == [lost.Freed()]
    lease.let_go()
    assert locks_of_this_session() == 0


def test_a_rollback_keeps_the_lock(effects):
    opened([{}])
    lease = jobs.take()

    with transaction.atomic():
        lease.finish()
        transaction.set_rollback(True)

    assert at_once(1, lambda _: lost.free()) == [lost.Freed()]


def test_a_long_lived_worker_keeps_neither_locks_nor_limits(effects, register, expire):
    def every_kind(lease):
        if lease.chunk_no % 4 == 0:
            raise ValueError("fails")
        if lease.chunk_no % 4 == 1:
            raise jobs.Parked("parked")
        if lease.chunk_no % 4 == 2:
            Chunk.objects.filter(pk=lease.chunk_id).update(lease_token=UUID(int=lease.chunk_id))
        with transaction.atomic():
            lease.finish()

    register("every_kind", every_kind)
    opened([{}] * 12, programme="every_kind")
    limits = [run_sql(f"SHOW {name}") for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")]

    counts = jobs.work_some(programmes=["every_kind"])

    assert (counts.done, counts.failed) == (3, 6)
    assert counts.lost >= 3
    assert locks_of_this_session() == 0
    assert [run_sql(f"SHOW {name}") for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")] == limits


def test_the_limits_hold_while_a_chunk_is_worked(register):
    seen = {}

    def look(lease):
        seen.update({name: run_sql(f"SHOW {name}") for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")})
        with transaction.atomic():
            lease.finish()

    register("limited", look, lease_seconds=8, idle_seconds=2.5)
    opened([{}], programme="limited")

    assert jobs.work_some().done == 1
    assert seen == {"statement_timeout": "8s", "lock_timeout": "4s", "idle_in_transaction_session_timeout": "2500ms"}


def test_a_restart_of_postgresql_is_not_held_against_the_chunk(effects):
    """All locks are gone then, and the lease is older than the server that now runs."""
    opened([{}])
    vanish(jobs.take())
    Chunk.objects.update(leased_at="2020-01-01T00:00:00Z")

    assert lost.free() == lost.Freed(freed=1)

    chunk = Chunk.objects.get()
    assert (chunk.state, chunk.losses, chunk.suspect_since, chunk.not_before) == (ChunkState.WAITING, 0, None, None)


@pytest.mark.parametrize("number", [0, 1, 2**31, 2**63 - 1, 2**63, 2**64 - 1, 2**64 - 2**32])
def test_a_lock_is_known_by_the_token_whatever_its_bits(effects, number):
    opened([{}])
    vanish(jobs.take())
    token = UUID(int=(number << 64) + 4711)
    Chunk.objects.update(lease_token=token)
    run_sql("SELECT pg_advisory_lock(%s)", lock_of(token))

    assert lost.free().freed == 0
    run_sql("SELECT pg_advisory_unlock(%s)", lock_of(token))
    assert lost.free().freed == 1


def test_the_same_lock_in_another_database_says_nothing(effects):
    opened([{}])
    lease = jobs.take()
    vanish(lease)

    with owner_connection("postgres") as owner, owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock_of(lease.token)])
        assert lost.free().freed == 1


def test_a_worker_that_is_just_finishing_is_not_waited_for_and_loses_nothing(effects, expire):
    opened([{}])
    lease = jobs.take()
    expire()

    with transaction.atomic():
        lease.finish()
        assert at_once(1, lambda _: lost.free()) == [lost.Freed()]

    assert Chunk.objects.get().state == ChunkState.DONE


def test_suspects_come_last_in_their_run_and_after_pauses_that_grow(effects):
    opened([{}, {}])
    lose(3)
    pause = run_sql("SELECT extract(epoch FROM not_before - clock_timestamp()) FROM jobs_chunk WHERE chunk_no = 1")
    assert 3 < pause <= 4

    no_more_pauses()

    assert [jobs.take().chunk_no, jobs.take().chunk_no, jobs.take()] == [2, 1, None]


def test_what_kills_its_workers_is_parked_when_others_got_through(effects):
    run = opened([{}, {}, {}])
    lose(lost.MAX_LOST - 1)
    no_more_pauses()
    assert jobs.work_some(0).done == 1

    lose(1)

    chunk = run.chunks.get(chunk_no=1)
    assert (chunk.state, chunk.error, chunk.losses) == (ChunkState.DEAD, lost.VANISHED, lost.MAX_LOST)
    no_more_pauses()
    assert jobs.work_some().done == 1
    run.refresh_from_db()
    assert run.state == "FAILED"


def test_what_kills_workers_from_outside_is_not_held_against_an_innocent_chunk(effects):
    """Another chunk lost its worker too and was done on a later try: so it was not this chunk that did it."""
    run = opened([{}, {}])
    lose(1)
    lose(1, chunk_no=2)
    Chunk.objects.filter(chunk_no=2).update(not_before=None)
    assert jobs.work_some().done == 1

    lose(lost.MAX_LOST + 1)

    assert run.chunks.get(chunk_no=1).losses == lost.MAX_LOST + 2
    no_more_pauses()
    assert jobs.work_some().done == 1


def test_a_lone_chunk_is_given_longer_and_yet_not_for_ever(effects):
    run = opened([{}])
    lose(lost.MAX_LOST_AT_ALL - 1)
    assert run.chunks.get().state == ChunkState.WAITING

    lose(1)

    assert run.chunks.get().state == ChunkState.DEAD
    jobs.sweep()
    run.refresh_from_db()
    assert run.state == "FAILED"


def test_a_failure_ends_the_row_of_losses_and_a_retry_forgets_them(effects, register):
    def failing(lease):
        raise jobs.Parked("no")

    register("failing", failing)
    run = opened([{}], programme="failing")
    lose(2)
    no_more_pauses()
    jobs.work_some()
    assert run.chunks.get().losses == 0

    Chunk.objects.update(losses=7, suspect_since="2026-01-01T00:00:00Z")
    jobs.retry(chunk_id=run.chunks.get().pk, by="test")

    assert (run.chunks.get().losses, run.chunks.get().suspect_since) == (0, None)


@pytest.mark.parametrize("asked", [SystemExit, KeyboardInterrupt])
def test_a_worker_asked_to_end_gives_its_chunk_back_with_nothing_counted(effects, register, asked):
    def ending(lease):
        raise asked

    register("ending", ending)
    run = opened([{}], programme="ending")

    with pytest.raises(asked):
        jobs.work_some()

    chunk = run.chunks.get()
    assert (chunk.state, chunk.losses, chunk.failures, chunk.not_before) == (ChunkState.WAITING, 0, 0, None)
    assert locks_of_this_session() == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_storm_of_kills_parks_the_poison_and_no_innocent_chunk(effects, seed):
    """Half of all attempts end with the worker killed, whatever it worked on; one chunk kills its worker every time."""
    chance, poison = random.Random(seed), 5
    run = opened([{}] * 12)
    for _ in range(400):
        no_more_pauses()
        lease = jobs.take()
        if lease is None:
            break
        storm = run.chunks.exclude(chunk_no=poison).exclude(state=ChunkState.DONE).exists()
        if lease.chunk_no == poison or (storm and chance.random() < 0.5):
            vanish(lease)
        else:
            programmes.write_effect(lease)
            lease.let_go()
        lost.free()

    assert dict(run.chunks.values_list("chunk_no", "state")) == {number: "DEAD" if number == poison else "DONE" for number in range(1, 13)}
    assert run.chunks.get(chunk_no=poison).losses <= lost.MAX_LOST_AT_ALL
