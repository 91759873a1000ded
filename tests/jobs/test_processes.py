"""Real processes, really killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import celery
import pytest
import redis
from django.conf import settings
from django.db import connection

from kwsp_portal import jobs
from kwsp_portal.jobs import doorbell, failpoints
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk
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


SWEEP = "import django; django.setup(); import tests.jobs.programmes; from kwsp_portal import jobs; print(jobs.sweep().work.done)"


@pytest.mark.parametrize(("point", "written"), [("jobs.after_finish:exit:2", 1), ("jobs.committed", 1)])
def test_a_process_that_ends_at_a_fail_point_is_made_good_by_the_next_at_once(effects, point, written):
    jobs.open_run(programme="test_effect", period="1", chunks=[{}, {}, {}], on=date(2026, 11, 16))

    killed = subprocess.run(
        [sys.executable, "-c", SWEEP], cwd=ROOT, env=environment(KWSP_FAILPOINT=point), check=False, capture_output=True, text=True
    )
    assert killed.returncode == failpoints.KILLED, killed.stderr
    assert len(effects()) == written
    finished = subprocess.run([sys.executable, "-c", SWEEP], cwd=ROOT, env=environment(), check=True, capture_output=True, text=True)

    assert int(finished.stdout) == 3 - written
    assert effects() == [(1, 1), (2, 1), (3, 1)]
