"""The demo register as it runs in the stack: gunicorn, on a port of its own."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib import parse, request

ROOT = Path(__file__).resolve().parents[2]
KEY = "j" * 40

_opener = request.build_opener(request.ProxyHandler({}))


@dataclass
class JpnProcess:
    url: str

    def get(self, path: str) -> str:
        with _opener.open(self.url + path, timeout=60) as response:
            said: str = response.read().decode()
            return said

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.get("/demo/jpn/?format=json"))
        return found

    def behave(self, fault: str = "NONE", left: int | str = "") -> None:
        """From now on, or for the next `left` questions; without arguments as the register normally does."""
        sent = parse.urlencode({"fault": fault, "left": left}).encode()
        with _opener.open(request.Request(self.url + self.state()["action"], data=sent), timeout=60) as response:
            assert response.status == 200


@contextmanager
def running(**settings: str) -> Iterator[JpnProcess]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        command = [sys.executable, "-m", "gunicorn", "kwsp_portal.demojpn.wsgi", "-b", f"fd://{listener.fileno()}", "--no-control-socket"]
        command += ["--workers", "1", "--threads", "8", "--log-level", "warning", "--graceful-timeout", "1"]
        environ = {"PATH": os.environ["PATH"], "DEMOJPN_KEY": KEY, "DEMOJPN_SILENCE_SECONDS": "2", "DEMOJPN_DELAY_SECONDS": "1", **settings}
        process = subprocess.Popen(command, cwd=ROOT, env=environ, pass_fds=[listener.fileno()], start_new_session=True)
        found = JpnProcess(f"http://127.0.0.1:{listener.getsockname()[1]}")
        try:
            assert found.get("/demo/jpn/healthz") == "ok"
            yield found
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=20)
