"""Real processes, really killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import celery
import pytest
import redis
from django.conf import settings
from django.db import connection

from kwsp_portal import jobs
from kwsp_portal.jobs import calendar, doorbell, failpoints, registry
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import BusinessClock, Chunk, Run
from tests.jobs.forks import ended, forked, starting_line
from tests.jobs.programmes import GATE

ROOT = Path(__file__).resolve().parents[2]
OWN_REDIS_DB = 13
pytestmark = pytest.mark.django_db(transaction=True)


def environment(**more: str) -> dict[str, str]:
    """What a process of the portal needs to meet this test's database."""
    database = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]))
    return {
        **os.environ,
        "DATABASE_URL": database,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        **more,
    }


def until(true: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.05)


@contextmanager
def celery_worker(broker: str):
    """A prefork worker with its own session, so that it can be killed with its children."""
    command = [sys.executable, "-m", "celery", "-A", "kwsp_portal.celery", "worker", "-c", "1", "-I", "tests.jobs.programmes", "-l", "WARNING"]
    worker = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle"],
        cwd=ROOT,
        env=environment(CELERY_BROKER_URL=broker),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield worker
    finally:
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)


@contextmanager
def closed_gate():
    """Chunks with `gate` wait in the middle of their transaction while this is open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [GATE])


def somebody_waits_at_the_gate() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s", [GATE])
        return cursor.fetchone()[0] > 0


def own_broker(url: str) -> tuple[str, str]:
    """The broker's database of this test: as Celery names it and as redis does. A socket has its number in the query."""
    parts = urlsplit(url)
    if parts.scheme == "redis+socket":
        return f"redis+socket://{parts.path}?virtual_host={OWN_REDIS_DB}", f"unix://{parts.path}?db={OWN_REDIS_DB}"
    own = urlunsplit(parts._replace(path=f"/{OWN_REDIS_DB}"))
    return own, own


def test_a_worker_killed_in_mid_chunk_and_an_emptied_broker_lose_and_double_nothing(effects, monkeypatch):
    broker, address = own_broker(settings.CELERY_BROKER_URL)
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # it would win over the broker given
    store = redis.Redis.from_url(address)
    store.flushdb()
    app = celery.Celery("ringing", broker=broker, set_as_current=False)
    run = jobs.open_run(programme="test_effect", period="1", chunks=[{}, {"gate": True}, {}], on=date(2026, 11, 16))

    with celery_worker(broker) as worker:
        with closed_gate():
            app.send_task(doorbell.WORK_TASK)
            until(somebody_waits_at_the_gate)
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(10)
        store.flushdb()
    app.close()
    store.close()
    assert effects() == [(1, 1)]
    assert Chunk.objects.get(chunk_no=2).state == ChunkState.RUNNING

    swept = jobs.sweep()

    assert swept.work.done == 2
    assert effects() == [(1, 1), (2, 1), (3, 1)]
    run.refresh_from_db()
    assert run.state == RunState.DONE


SWEEP = "import django; django.setup(); import tests.jobs.programmes; from kwsp_portal import jobs; jobs.sweep()"


@pytest.mark.parametrize(("point", "written"), [("jobs.after_finish:exit:2", 1), ("jobs.committed", 1)])
def test_a_process_that_ends_at_a_fail_point_is_made_good_by_the_next_at_once(effects, point, written):
    jobs.open_run(programme="test_effect", period="1", chunks=[{}, {}, {}], on=date(2026, 11, 16))

    killed = subprocess.run(
        [sys.executable, "-c", SWEEP], cwd=ROOT, env=environment(KWSP_FAILPOINT=point), check=False, capture_output=True, text=True
    )
    assert killed.returncode == failpoints.KILLED, killed.stderr
    assert len(effects()) == written
    subprocess.run([sys.executable, "-c", SWEEP], cwd=ROOT, env=environment(), check=True)

    assert effects() == [(1, 1), (2, 1), (3, 1)]


def test_a_worker_asked_to_end_finishes_what_it_has_in_hand_and_takes_no_more(effects, monkeypatch):
    broker, _ = own_broker(settings.CELERY_BROKER_URL)
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    app = celery.Celery("ringing", broker=broker, set_as_current=False)
    jobs.open_run(programme="test_effect", period="1", chunks=[{"gate": True}, {}, {}], on=date(2026, 11, 16))

    with celery_worker(broker) as worker:
        with closed_gate():
            app.send_task(doorbell.WORK_TASK)
            until(somebody_waits_at_the_gate)
            worker.terminate()
            with pytest.raises(subprocess.TimeoutExpired):
                worker.wait(1)
        assert worker.wait(30) == 0
    app.close()

    assert effects() == [(1, 1)]
    assert list(Chunk.objects.order_by("chunk_no").values_list("state", "failures", "losses")) == [
        ("DONE", 0, 0),
        ("WAITING", 0, 0),
        ("WAITING", 0, 0),
    ]


def test_a_worker_goes_on_by_itself_when_the_database_ended_its_connections(effects, monkeypatch):
    broker, _ = own_broker(settings.CELERY_BROKER_URL)
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    app = celery.Celery("ringing", broker=broker, set_as_current=False)
    run = jobs.open_run(programme="test_effect", period="1", chunks=[{}, {"gate": True}, {}], on=date(2026, 11, 16))

    with celery_worker(broker):
        with closed_gate():
            app.send_task(doorbell.WORK_TASK)
            until(somebody_waits_at_the_gate)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        until(lambda: Run.objects.get(pk=run.pk).state == RunState.DONE, seconds=30)
    app.close()

    assert effects() == [(1, 1), (2, 1), (3, 1)]
    assert set(Chunk.objects.values_list("failures", flat=True)) == {0}


def test_however_many_processes_look_a_run_is_opened_once_a_period(effects, monkeypatch):
    """Beats and sweepers side by side, each looking again and again: days that nobody had looked at are caught up once."""
    monkeypatch.setattr(registry, "schedules", {})
    jobs.schedule("test_effect", when=registry.daily)(lambda period, on: [{}, {}])
    calendar.set_first(on=date(2026, 11, 10))
    BusinessClock.objects.update(business_date=date(2026, 11, 13))

    with ExitStack() as lookers:
        wait, let_go = lookers.enter_context(starting_line())

        def look() -> int:
            connection.ensure_connection()
            wait()
            return sum(jobs.look() for _ in range(5))

        children = [lookers.enter_context(forked(look)) for _ in range(4)]
        let_go(4)
        opened = [ended(child) for child in children]

    assert sum(opened) == 4
    periods = Run.objects.order_by("period").values_list("period", flat=True)
    assert list(periods) == [f"2026-11-{day}" for day in range(10, 14)]
    assert Chunk.objects.count() == 8
    assert jobs.work_some().done == 8
