"""The database goes away under a worker: nobody is blamed, and the worker goes on by itself."""

import threading
import time
from datetime import date

import psycopg2
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from kwsp_portal import jobs
from kwsp_portal.jobs import calendar, lost, outage, registry, tasks
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Due, Periodic
from tests.conftest import owner_connection
from tests.jobs.threads import at_once

ON = date(2026, 11, 16)
pytestmark = pytest.mark.django_db(transaction=True)


def end_my_connection():
    """As a server that is stopped ends it: from outside, between two statements."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    at_once(1, lambda _: end(pid))


def end(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


class Once:
    """True the first time it is asked."""

    def __init__(self):
        self.asked = 0

    def __bool__(self):
        self.asked += 1
        return self.asked == 1


@pytest.fixture
def first():
    return Once()


@pytest.mark.parametrize("inside", [False, True], ids=["between transactions", "inside one"])
def test_a_chunk_whose_connection_died_is_not_blamed_and_done_by_the_same_worker(register, effects, first, inside):
    def work(lease):
        if not inside and first:
            end_my_connection()
        with transaction.atomic():
            if inside and first:
                end_my_connection()
            lease.finish()

    register("cut", work)
    run = jobs.open_run(programme="cut", period="1", chunks=[{}, {}], on=ON)

    tasks.work()

    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert list(Chunk.objects.values_list("chunk_no", "failures", "losses").order_by("chunk_no")) == [(1, 0, 1), (2, 0, 0)]


def test_an_error_that_comes_of_the_dead_connection_is_not_the_chunks_either(register, effects, first):
    def work(lease):
        if first:
            end_my_connection()
            try:
                Chunk.objects.count()
            except OperationalError as error:
                raise ValueError("the chunk could not be read") from error
        with transaction.atomic():
            lease.finish()

    register("cut", work)
    jobs.open_run(programme="cut", period="1", chunks=[{}], on=ON)

    tasks.work()

    chunk = Chunk.objects.get()
    assert (chunk.state, chunk.failures, chunk.error) == (ChunkState.DONE, 0, "")


def test_an_error_of_the_chunk_on_a_living_connection_is_the_chunks(register):
    def work(lease):
        raise InterfaceError("odd, but the connection lives")

    register("odd", work)
    jobs.open_run(programme="odd", period="1", chunks=[{}], on=ON)

    tasks.work()

    assert Chunk.objects.get().failures == 1


def test_a_connection_that_died_before_the_worker_came_is_renewed(effects):
    jobs.open_run(programme="test_effect", period="1", chunks=[{}], on=ON)
    end_my_connection()

    tasks.work()

    assert Chunk.objects.get().state == ChunkState.DONE


def test_the_worker_waits_for_a_database_that_is_closed_for_a_while(effects):
    jobs.open_run(programme="test_effect", period="1", chunks=[{}], on=ON)
    name = connection.settings_dict["NAME"]

    def closed(value):
        with owner_connection("postgres") as owner, owner.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {value}')

    end_my_connection()
    closed("false")
    opening = threading.Timer(1.2, closed, ["true"])
    opening.start()
    try:
        tasks.work()
    finally:
        opening.join()
        closed("true")

    assert Chunk.objects.get().state == ChunkState.DONE


def test_patience_has_an_end(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", "no_such_database")
    connection.close()

    monkeypatch.setattr(outage, "_PAUSE_SECONDS", 0.01)
    began = time.monotonic()

    with pytest.raises(OperationalError, match="no_such_database"):
        outage.patiently(Chunk.objects.count, seconds=0.1)

    assert time.monotonic() - began < 5


def test_an_error_of_the_work_itself_is_not_waited_for():
    with pytest.raises(OperationalError):
        outage.patiently(lambda: (_ for _ in ()).throw(OperationalError("deadlock detected")))


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (psycopg2.OperationalError("server closed the connection unexpectedly"), True),
        # What psycopg2 makes of a crash of the server, now and then: the plainest of its errors, without a code (seen under kill -9).
        (psycopg2.DatabaseError("server closed the connection unexpectedly"), True),
        (psycopg2.InterfaceError("connection already closed"), True),
        (psycopg2.ProgrammingError("no results to fetch"), False),
        (psycopg2.DataError("value too long"), False),
    ],
)
def test_an_error_without_a_code_is_the_connections_unless_it_is_of_a_kind(error, away):
    wrapped = DatabaseError(str(error))
    wrapped.__cause__ = error

    assert outage.is_behind(wrapped) is away


def test_a_due_programme_whose_planning_was_cut_is_opened_without_a_reason_on_it(register, monkeypatch, first):
    def plan(period, on):
        if first:
            end_my_connection()
        return [{}]

    monkeypatch.setattr(registry, "schedules", {})
    register("planned", lambda lease: None)
    jobs.schedule("planned", when=registry.daily)(plan)
    calendar.set_first(on=ON)

    tasks.look()

    assert Due.objects.filter(run__isnull=False, error="").count() == 1
    assert Due.objects.filter(run=None).count() == 0


def test_a_sweep_whose_errand_was_cut_goes_on(effects, monkeypatch, first):
    monkeypatch.setattr(registry, "errands", {})
    jobs.periodic("cut", 3600, lambda: end_my_connection() if first else None)
    jobs.open_run(programme="test_effect", period="1", chunks=[{}], on=ON)

    tasks.sweep()

    assert Chunk.objects.get().state == ChunkState.DONE
    assert Periodic.objects.count() == 1


def test_a_hook_whose_connection_died_leaves_no_reason_on_the_run(register, first):
    def hook(run):
        if first:
            end_my_connection()

    def work(lease):
        with transaction.atomic():
            lease.finish()

    register("hooked", work, on_done=hook)
    run = jobs.open_run(programme="hooked", period="1", chunks=[{}], on=ON)

    tasks.sweep()

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.DONE, "")
    assert lost.free() == lost.Freed()
