"""The embedded Valkey, and messages that a dead worker held."""

import os
import signal
import subprocess
import sys

import kombu
import pytest

from kwsp_portal.devstack import unacked
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.secrets_file import SecretsFile
from kwsp_portal.devstack.supervisor import Supervisor
from kwsp_portal.devstack.valkey import Valkey

from .conftest import Scene, until


@pytest.fixture(params=["run", "deep" * 25])
def valkey(request: pytest.FixtureRequest, folder: RunFolder) -> Valkey:
    """One on a socket, one (its path being too long for that) on a loopback port."""
    other = RunFolder(folder.root / request.param)
    other.open()
    return Valkey(other, SecretsFile(other.secrets))


HOLD = """
import sys, time, kombu
queue = kombu.Connection(sys.argv[1]).SimpleQueue("bell")
for _ in range(25):
    queue.get(timeout=10)
print("held", flush=True)
time.sleep(600)
"""


def put(url: str, *bodies: str) -> None:
    with kombu.Connection(url) as connection, connection.SimpleQueue("bell") as queue:
        for body in bodies:
            queue.put(body)


def waiting(url: str) -> int:
    with kombu.Connection(url) as connection:
        return int(connection.channel().client.llen("bell"))


def test_messages_outlive_a_killed_server(scene: Scene, valkey: Valkey) -> None:
    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(valkey.program())
        put(valkey.url, "one", "two")
        first = supervisor.pid_of("valkey")
        assert first is not None

        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.pid_of("valkey") not in (None, first) and valkey.answers())

        assert waiting(valkey.url) == 2

    scene.run(story)


def test_messages_that_a_dead_worker_held_come_back_at_once(scene: Scene, valkey: Valkey) -> None:
    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(valkey.program())
        put(valkey.url, *(str(number) for number in range(25)))
        worker = subprocess.Popen([sys.executable, "-c", HOLD, valkey.url], stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "held\n"
        worker.kill()
        worker.communicate()
        assert waiting(valkey.url) == 0

        assert unacked.give_back(valkey.url)

        assert waiting(valkey.url) == 25

    scene.run(story)


def test_a_broker_that_is_down_is_no_reason_to_fail(valkey: Valkey) -> None:
    assert not unacked.give_back(valkey.url)
