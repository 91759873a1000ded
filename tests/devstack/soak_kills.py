"""kill -9 of every process of a running portal, again and again, in random order (`make soak`).

KWSP_SOAK_ROUNDS rounds (5), KWSP_SOAK_SEED for the same order once more. Prints the seconds until all answer again.
"""

import os
import random
import secrets
import signal
import time
from pathlib import Path

from kwsp_portal.devstack import process

from .running import AGAIN_SECONDS, Running


def test_every_process_may_be_killed_at_any_time(open_place: Path) -> None:
    seed = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
    chance = random.Random(seed)
    with Running(open_place / "run") as running:
        running.wait_until_ready()
        for number in range(int(os.environ.get("KWSP_SOAK_ROUNDS", "5"))):
            kill_all(running, chance, f"seed {seed} round {number}")
        assert running.stop() == 0


def kill_all(running: Running, chance: random.Random, title: str) -> None:
    """Each process once, in random order."""
    names = [*running.pids(), "supervisor"]
    assert {"postgres", "valkey", "web", "worker", "beat"} <= set(names), names
    chance.shuffle(names)
    for name in names:
        began = time.monotonic()
        if name == "supervisor":
            kill_supervisor(running)
        else:
            running.kill(name)
        print(f"{title} {name:<10} again in {time.monotonic() - began:5.1f} s")  # noqa: T201


def kill_supervisor(running: Running) -> None:
    old, programs = running.supervisor(), set(running.pids().items())
    os.kill(old, signal.SIGKILL)
    assert process.wait_until(
        lambda: (
            running.supervisor() != old and len(running.pids()) == len(programs) and not programs & set(running.pids().items()) and running.is_ready()
        ),
        seconds=AGAIN_SECONDS,
    ), running.text()
