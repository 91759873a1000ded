"""The sweeper finishes every job with the database alone; the bell may be broken."""

import socket
from datetime import date
from io import StringIO

import celery
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from kwsp_portal import jobs
from kwsp_portal.jobs import doorbell, registry, tasks
from kwsp_portal.jobs.enums import ChunkState
from kwsp_portal.jobs.models import Chunk, Heartbeat, Run
from tests.jobs.threads import at_once

ON = date(2026, 11, 16)
SEND = doorbell._send
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_transaction_rings_the_same_bell_once(bell):
    with transaction.atomic():
        for _ in range(1000):
            jobs.ring("one")
        jobs.ring("two")
        jobs.ring("one", pieces=2)
    assert bell == ["one", "two", "one"]

    jobs.ring("one")
    assert bell == ["one", "two", "one", "one"]


def test_a_bell_in_a_savepoint_that_is_rolled_back_does_not_stand_for_another(bell):
    with transaction.atomic():
        with transaction.atomic():
            jobs.ring("one")
            transaction.set_rollback(True)
        jobs.ring("one")
    assert bell == ["one"]

    bell.clear()
    with transaction.atomic():
        jobs.ring("one")
        with transaction.atomic():
            jobs.ring("one")
            transaction.set_rollback(True)
    assert bell == ["one"]


@pytest.fixture
def dead_broker(monkeypatch):
    """The real bell, with a broker where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # it would win over the broker given
        broken = celery.Celery("broken", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
        monkeypatch.setattr(celery, "current_app", broken)
        monkeypatch.setattr(doorbell, "_send", SEND)
        monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
        yield broken
        broken.close()


def test_with_the_broker_down_ringing_never_raises_and_the_sweep_finishes_all(effects, dead_broker, caplog):
    with transaction.atomic():
        jobs.open_run(programme="test_effect", period="1", chunks=[{}] * 5, on=ON)
    jobs.ring("test_effect")
    assert "was not heard" in caplog.text
    assert caplog.text.count("was not heard") == 1

    swept = jobs.sweep()

    assert (swept.work.done, swept.waiting) == (5, 0)
    assert effects() == [(number, 1) for number in range(1, 6)]


def test_the_bell_rings_after_commit_and_not_for_a_rollback(effects, bell):
    with transaction.atomic():
        jobs.open_run(programme="test_effect", period="1", chunks=[{}], on=ON)
        transaction.set_rollback(True)
    assert bell == []

    with transaction.atomic():
        jobs.open_run(programme="test_effect", period="1", chunks=[{}], on=ON)
        assert bell == []

    assert bell == ["test_effect"]


def test_an_errand_has_one_turn_for_two_sweepers_and_waits_for_the_next(monkeypatch):
    monkeypatch.setattr(registry, "errands", {})
    calls = []
    jobs.periodic("enquire", 3600, lambda: calls.append(1))

    swept = at_once(4, lambda _: jobs.sweep().errands)

    assert (sum(swept), len(calls)) == (1, 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_periodic SET began_at = began_at - interval '2 hours'")
    jobs.sweep()
    assert len(calls) == 2


def test_an_errand_is_never_run_twice_at_a_time(monkeypatch):
    monkeypatch.setattr(registry, "errands", {})
    inner = []

    def slow():
        inner.extend(at_once(1, lambda _: jobs.sweep().errands))

    jobs.periodic("slow", 0, slow)

    assert jobs.sweep().errands == 1
    assert inner == [0]


def test_a_failing_errand_stops_nothing(effects, monkeypatch, caplog):
    monkeypatch.setattr(registry, "errands", {})

    def failing():
        raise ValueError("the bank is closed")

    jobs.periodic("failing", 3600, failing)
    jobs.open_run(programme="test_effect", period="1", chunks=[{}], on=ON)

    assert jobs.sweep().work.done == 1
    assert "the bank is closed" in caplog.text


def test_run_batch_sweep_prints_its_counts_and_may_be_run_twice(effects):
    jobs.open_run(programme="test_effect", period="1", chunks=[{}, {}], on=ON)
    first, second = StringIO(), StringIO()

    call_command("run_batch", "sweep", stdout=first)
    call_command("run_batch", "sweep", stdout=second)

    assert "done: 2\n" in first.getvalue()
    assert "done: 0\n" in second.getvalue()
    assert "waiting: 0\n" in second.getvalue()


def test_run_batch_names_the_known_ones():
    with pytest.raises(CommandError, match="unknown batch: found lateness, expected one of .*sweep"):
        call_command("run_batch", "lateness")


def test_run_batch_passes_the_date(monkeypatch):
    given = []
    monkeypatch.setattr(registry, "batches", {})
    registry.batch("told")(lambda on: given.append(on) or {"rows": 7})
    said = StringIO()

    call_command("run_batch", "told", "--as-at", "2026-10-16", stdout=said)

    assert given == [date(2026, 10, 16)]
    assert said.getvalue() == "rows: 7\n"


def test_the_tasks_work_and_leave_a_heartbeat(effects):
    jobs.open_run(programme="test_effect", period="1", chunks=[{}], on=ON)
    jobs.open_run(programme="test_effect", period="2", chunks=[{}], on=ON)

    tasks.work()
    tasks.sweep()
    tasks.look()

    assert set(Run.objects.values_list("state", flat=True)) == {"DONE"}
    assert Heartbeat.objects.count() == 1


def test_work_that_is_left_rings_again(effects, bell, monkeypatch):
    jobs.open_run(programme="test_effect", period="1", chunks=[{}, {}], on=ON)
    bell.clear()
    monkeypatch.setattr(tasks, "_WORK_SECONDS", 0)

    tasks.work()

    assert bell == [""]
    assert Chunk.objects.filter(state=ChunkState.WAITING).count() == 1
