"""A whole `make run` in a folder and on a port of its own, for the tests that kill its parts."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from kwsp_portal.devstack import addresses, process, servers
from kwsp_portal.devstack.folder import PROJECT, RunFolder
from kwsp_portal.devstack.postgres import free_port

from .lean import portal_environment

ANSWERED = re.compile(r" (\d{3}) \d+ ms$", re.MULTILINE)
READY_SECONDS = 300
AGAIN_SECONDS = 120
CHOSEN_OUTSIDE = (*servers.DATABASE_URLS, "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "KWSP_TEST", "SECRET_KEY", "PORT", "AS_AT")


def outside() -> dict[str, str]:
    """This process' environment without what would choose other servers or settings."""
    return {name: value for name, value in os.environ.items() if name not in CHOSEN_OUTSIDE and not name.startswith("FPX_")}


class Running:
    """`python -m kwsp_portal.devstack run`, or another module that keeps programs running; started and not yet ready."""

    def __init__(self, base: Path, *module: str, **variables: str) -> None:
        self.folder = RunFolder(base)
        self.port = free_port()
        self._said = base.with_suffix(".out")
        with self._said.open("w", encoding="utf-8") as said:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", *(module or ("kwsp_portal.devstack", "run"))],
                cwd=PROJECT,
                env=outside() | {"KWSP_RUN_DIR": str(base), "PORT": str(self.port)} | variables,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *error: object) -> None:
        """Whatever happened in the test, nothing is left running: the kernel tells the rest of the guardian's end."""
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
            process.wait_until(lambda: not any(process.is_alive(pid) for pid in self.pids().values()), seconds=60)

    def text(self) -> str:
        return self._said.read_text(encoding="utf-8")

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> None:
        """Returns when the sign-ins are printed and every part answers."""
        ended = process.wait_until(lambda: "KWSP portal:" in self.text() or self.popen.poll() is not None, seconds=seconds)
        assert ended, self.text()
        assert self.popen.poll() is None, self.text()
        assert process.wait_until(self.is_ready, seconds=AGAIN_SECONDS), self.text()

    def get(self, path: str) -> int:
        """Status of a page; 0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def is_ready(self) -> bool:
        return self.get("/readyz") == 200

    def pids(self) -> dict[str, int]:
        """Pids of the programs by name, as the supervisor records them."""
        try:
            return {name: entry[0] for name, entry in json.loads(self.folder.children.read_text(encoding="utf-8")).items()}
        except FileNotFoundError:
            return {}

    def kill(self, name: str) -> None:
        """kill -9 of one program; returns when it runs again and every part answers."""
        old = self.pids()[name]
        os.kill(old, signal.SIGKILL)
        assert process.wait_until(lambda: self.pids().get(name, old) != old and self.is_ready(), seconds=AGAIN_SECONDS), self.text()

    def children(self, name: str) -> set[int]:
        """Pids of the processes that a program has begun: the web server's, the worker's."""
        pid = self.pids()[name]
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()}

    def environ(self) -> dict[str, str]:
        """For a process of this portal's."""
        inherited = outside() | {"KWSP_RUN_DIR": str(self.folder.root), "PYTHONWARNINGS": "ignore"}
        return portal_environment(self.folder, addresses.read(self.folder), inherited)

    def do(self, *command: str) -> str:
        """A process of this portal's to its end; what it printed."""
        done = subprocess.run([sys.executable, *command], cwd=PROJECT, env=self.environ(), check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        """What the database's owner is answered."""
        address = addresses.read(self.folder)["DATABASE_OWNER_URL"]
        with closing(psycopg2.connect(address, connect_timeout=5)) as connection, connection.cursor() as cursor:
            cursor.execute(query, arguments)
            return cursor.fetchall()

    def answers(self) -> Counter[int]:
        """How often the web server answered with which status, by its own log."""
        log = (self.folder.logs / "web.log").read_text(encoding="utf-8", errors="replace")
        return Counter(int(status) for status in ANSWERED.findall(log))

    def supervisor(self) -> int:
        return int((self.folder.root / "owner.lock").read_text(encoding="utf-8").partition(" ")[0])

    def stop(self) -> int:
        """SIGTERM; the return code, and nothing of it runs any more."""
        pids = self.pids()
        self.popen.terminate()
        code = self.popen.wait(AGAIN_SECONDS)
        assert not [name for name, pid in pids.items() if process.is_alive(pid)], self.text()
        return code
