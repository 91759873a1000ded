"""The broker's connections cut, its data wiped or a week old: a real worker takes the next piece of work by itself."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date

import celery
import pytest
import redis
from django.conf import settings

from kwsp_portal import jobs
from kwsp_portal.jobs import doorbell
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Chunk, Run
from tests.jobs.conftest import effects
from tests.jobs.test_processes import celery_worker, own_broker, until

__all__ = ["effects"]

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2026, 11, 16)
WEEK = 7 * 24 * 3600.0
ROUNDS = 4


class Desk:
    """A worker, its broker, and the next piece of work for it."""

    def __init__(self, store: redis.Redis, app: celery.Celery) -> None:
        self.store = store
        self._app = app
        self._opened = 0

    def work_is_done(self) -> None:
        """A run that is opened and rung for now is over soon, by the worker alone: nobody sweeps here."""
        self._opened += 1
        run = jobs.open_run(programme="test_effect", period=str(self._opened), chunks=[{}], on=ON)
        self._app.send_task(doorbell.WORK_TASK)
        until(lambda: Run.objects.get(pk=run.pk).state == RunState.DONE, seconds=30)
        assert not Chunk.objects.exclude(failures=0, losses=0).exists()


@pytest.fixture
def desk(effects: Callable[[], list[tuple[int, int]]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    broker, address = own_broker(settings.CELERY_BROKER_URL)
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    store = redis.Redis.from_url(address)
    store.flushdb()
    app = celery.Celery("ringing", broker=broker, set_as_current=False)
    with celery_worker(broker):
        made = Desk(store, app)
        made.work_is_done()
        yield made
    app.close()
    store.flushdb()
    store.close()


def test_connections_that_are_cut_are_made_again(desk: Desk) -> None:
    for _ in range(ROUNDS):
        for kind in ("normal", "pubsub"):
            desk.store.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")

        desk.work_is_done()


def test_a_wiped_broker_is_used_again(desk: Desk) -> None:
    for _ in range(ROUNDS):
        desk.store.flushdb()

        desk.work_is_done()


def test_messages_of_a_week_ago_ring_for_nothing(desk: Desk) -> None:
    """Bells and a task that no longer exists, waiting and held by a worker of then, expired or not."""
    for number in range(200):
        tag = f"{uuid.UUID(int=number)}"
        name = doorbell.WORK_TASK if number % 4 else "kwsp_portal.jobs.tasks.gone"
        headers = {
            "lang": "py",
            "task": name,
            "id": tag,
            "root_id": tag,
            "argsrepr": "()",
            "kwargsrepr": "{}",
            "retries": 0,
            "timelimit": [None, None],
        }
        if number % 3 == 0:
            headers["expires"] = "2026-11-15T00:00:00+00:00"
        properties = {
            **{"correlation_id": tag, "delivery_tag": tag, "delivery_mode": 2, "priority": 0, "body_encoding": "base64", "reply_to": tag},
            "delivery_info": {"exchange": "", "routing_key": "celery"},
        }
        message = {"body": "W1tdLCB7fSwge31d", "content-encoding": "utf-8", "content-type": "application/json"}
        text = json.dumps(message | {"headers": headers, "properties": properties})
        if number % 2:
            desk.store.lpush("celery", text)
        else:
            desk.store.zadd("unacked_index", {tag: time.time() - WEEK})
            desk.store.hset("unacked", tag, json.dumps([json.loads(text), "", "celery"]))

    desk.work_is_done()

    until(lambda: desk.store.llen("celery") == 0 and desk.store.hlen("unacked") == 0, seconds=60)
    desk.work_is_done()
