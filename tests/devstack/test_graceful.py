"""SIGTERM of the web server: what is on its way is answered, and the process ends by itself."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection

from kwsp_portal.devstack import portal_programs, process
from kwsp_portal.devstack.folder import PROJECT
from kwsp_portal.devstack.postgres import free_port
from tests.jobs.test_processes import environment

from .browser import TOKEN, Browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web() -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """gunicorn exactly as `make run` starts it, on the test database."""
    port = free_port()
    program = portal_programs.web(environment(PYTHONWARNINGS="ignore"), port=port)
    connection.close()
    started = subprocess.Popen(
        [str(part) for part in program.command], cwd=PROJECT, env=dict(program.environ), stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        assert process.wait_until(program.is_ready, seconds=program.ready_seconds)
        yield started, port
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait(10)


def waiting_at(port: int) -> int:
    """Connections to a listening port that nobody has taken yet."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(int(line[4].partition(":")[2], 16) for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A")


def test_a_form_that_is_still_being_sent_is_taken_and_answered(web: tuple["subprocess.Popen[bytes]", int]) -> None:
    started, port = web
    browser = Browser(port)
    token = TOKEN.search(browser.get("/sign-in/")[1])
    assert token
    body = urlencode({"user_id": "siapasiapa", "csrfmiddlewaretoken": token[1]}).encode()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.putrequest("POST", "/sign-in/")
    line.putheader("Cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items()))
    line.putheader("Content-Type", "application/x-www-form-urlencoded")
    line.putheader("Content-Length", str(len(body)))
    line.endheaders(body[:10])
    assert process.wait_until(lambda: waiting_at(port) == 0, seconds=30), "the connection is taken"

    started.terminate()

    time.sleep(1.5)
    assert started.poll() is None, "it waits for what is on its way"
    line.send(body[10:])
    answer = line.getresponse()
    assert answer.status == 302, answer.read()
    assert started.wait(30) == 0


def test_the_web_server_is_given_longer_to_end_than_it_gives_its_requests() -> None:
    program = portal_programs.web({}, port=1)
    words = [str(part) for part in program.command]
    graceful = float(words[words.index("--graceful-timeout") + 1])

    assert 20 <= graceful < program.stop_seconds
