"""Everything is restarted, flushed, reset and set back under load, and work goes on by itself (`make soak ARGS="-k soak_graceful"`).

KWSP_SOAK_ROUNDS rounds (3) of every disturbance in random order, then KWSP_SOAK_RESETS resets of the broker's connections (200); KWSP_SOAK_SEED
for the same order once more. Prints how long it took each time until a page was shown and a filing, begun afterwards, was credited.
"""

import json
import os
import random
import secrets
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from kwsp_portal.devstack import process

from .loaded import Load, loaded
from .running import Running

SECONDS = 30
LIMIT = 120
"""A failure is told with how long it really takes, up to here."""
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
ROUNDS = int(os.environ.get("KWSP_SOAK_ROUNDS", "3"))
RESETS = int(os.environ.get("KWSP_SOAK_RESETS", "200"))
STALE = 500
WEEK = 7 * 24 * 3600.0


def broker(load: Load) -> redis.Redis:
    """A connection to the broker, once it is there: the portal goes on without it, the next disturbance cannot."""
    address = load.found["CELERY_BROKER_URL"].replace("redis+socket://", "unix://", 1)
    client = redis.Redis.from_url(address, socket_timeout=5)
    assert process.wait_until(lambda: _answers(client), seconds=LIMIT)
    return client


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except (redis.ConnectionError, redis.BusyLoadingError):
        return False


def end(load: Load, program: str, sign: signal.Signals) -> None:
    os.kill(load.running.pids()[program], sign)


def flush(load: Load) -> None:
    broker(load).flushall()


def reset(load: Load) -> None:
    """Every connection of the broker is cut by the server, those of subscribers too."""
    with broker(load) as client:
        for kind in ("normal", "pubsub"):
            client.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")


def from_a_week_ago(load: Load) -> None:
    """The broker comes back with last week's file: stale bells waiting, and messages that a worker of then had taken and never acknowledged."""
    client = broker(load)
    while not (message := client.lindex("celery", 0)):
        time.sleep(0.001)
    stale = json.loads(message)
    with client.pipeline() as pipe:
        for number in range(STALE):
            tag = f"stale-{number}"
            stale["properties"]["delivery_tag"] = tag
            stale["headers"]["id"] = stale["properties"]["correlation_id"] = tag
            if number % 2:
                pipe.lpush("celery", json.dumps(stale))
            else:
                pipe.zadd("unacked_index", {tag: time.time() - WEEK})
                pipe.hset("unacked", tag, json.dumps([stale, "", "celery"]))
        pipe.execute()
    kept = load.running.folder.valkey / "week-ago"
    supervisor = load.running.supervisor()
    os.kill(supervisor, signal.SIGSTOP)
    try:
        shutil.copytree(load.running.folder.valkey / "appendonlydir", kept)
        client.flushall()
        old = load.running.pids()["valkey"]
        os.kill(old, signal.SIGKILL)
        assert process.wait_until(lambda: not process.is_alive(old), seconds=10)
        shutil.rmtree(load.running.folder.valkey / "appendonlydir")
        kept.rename(load.running.folder.valkey / "appendonlydir")
    finally:
        os.kill(supervisor, signal.SIGCONT)


ONLY = os.environ.get("KWSP_SOAK_ONLY", "")
"""A word of the disturbances to try, all if empty."""

DISTURBANCES: dict[str, Callable[[Load], None]] = {
    "PostgreSQL restarted": lambda load: end(load, "postgres", signal.SIGINT),
    "PostgreSQL stopped at once": lambda load: end(load, "postgres", signal.SIGQUIT),
    "PostgreSQL killed": lambda load: end(load, "postgres", signal.SIGKILL),
    "broker flushed": flush,
    "broker's connections reset": reset,
    "broker restarted": lambda load: end(load, "valkey", signal.SIGTERM),
    "broker killed": lambda load: end(load, "valkey", signal.SIGKILL),
    "broker from a week ago": from_a_week_ago,
    "web asked to end": lambda load: end(load, "web", signal.SIGTERM),
    "worker asked to end": lambda load: end(load, "worker", signal.SIGTERM),
    "beat asked to end": lambda load: end(load, "beat", signal.SIGTERM),
}


@pytest.fixture(scope="module")
def load(open_place: Path) -> Iterator[Load]:
    with Running(open_place / "run", AS_AT="2026-11-12") as running:
        running.wait_until_ready()
        with loaded(running) as made:
            made.goes_on_after(time.time(), seconds=LIMIT)
            yield made
        assert running.stop() == 0


def sound(load: Load, title: str) -> None:
    """Nothing was answered with a fault, no chunk was blamed or parked, and each file that was taken was read."""
    read = load.all_read(seconds=120)
    print(f"{title}: {len(load.ticks):,} filings credited, {read:,} files read, {dict(load.statuses)}")  # noqa: T201
    assert read, "no file was ever taken"
    assert load.faults == [], load.traces()
    assert load.ask("SELECT count(*) FROM jobs_chunk WHERE failures > 0 OR state = 'DEAD'") == 0


def test_work_goes_on_after_every_disturbance(load: Load) -> None:
    chance = random.Random(SEED)
    longest = 0.0
    for number in range(ROUNDS):
        names = [name for name in DISTURBANCES if ONLY in name]
        assert names, f"no disturbance is named {ONLY}"
        chance.shuffle(names)
        for name in names:
            time.sleep(chance.random())
            moment = time.time()
            DISTURBANCES[name](load)
            took = load.goes_on_after(moment, seconds=LIMIT)
            longest = max(longest, took)
            print(f"seed {SEED} round {number}: {name:<28} goes on after {took:5.1f} s, load {os.getloadavg()[0]:.0f}", flush=True)  # noqa: T201
    sound(load, f"seed {SEED}: longest {longest:.1f} s")
    assert longest < SECONDS


def test_two_hundred_resets(load: Load) -> None:
    """One after another, some while the last is still being got over; each is followed by work within the time."""
    chance = random.Random(SEED)
    longest = 0.0
    for number in range(RESETS):
        moment = time.time()
        reset(load)
        time.sleep(chance.random())
        if number % 5 == 4:
            longest = max(longest, load.goes_on_after(moment, seconds=LIMIT))
    print(f"seed {SEED}: {RESETS} resets, longest {longest:.1f} s, load {os.getloadavg()[0]:.0f}", flush=True)  # noqa: T201
    sound(load, f"seed {SEED}")
    assert longest < SECONDS
