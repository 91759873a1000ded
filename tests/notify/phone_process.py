"""The demo phone as it runs in the stack: gunicorn, on a port of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib import error, parse, request

ROOT = Path(__file__).resolve().parents[2]
KEY, REPORT_KEY = "k" * 40, "r" * 40

_opener = request.build_opener(request.ProxyHandler({}))


@dataclass
class PhoneProcess:
    url: str
    process: subprocess.Popen[bytes]

    def get(self, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        return self._ask(request.Request(self.url + path, headers=headers))

    def post(self, path: str, body: bytes, **headers: str) -> tuple[int, str, dict[str, str]]:
        return self._ask(request.Request(self.url + path, data=body, headers=headers, method="POST"))

    def hand_over(self, key: str, *, bearer: str = KEY, **said: Any) -> tuple[int, Any]:
        """A message, as the portal hands it over."""
        good = {"key": key, "channel": "SMS", "to": "+60123456789", "text": "hello"}
        status, body, _headers = self.post("/v1/messages", json.dumps(good | said).encode(), Authorization=f"Bearer {bearer}")
        return status, json.loads(body)

    def behave(self, **how: str | int) -> None:
        """From now on; without arguments as a provider normally does."""
        status, _body, _headers = self.post(json.loads(self.get("/demo/phone/behaviour/?format=json")[1])["action"], parse.urlencode(how).encode())
        assert status == 200

    def texts(self, to: str) -> list[str]:
        """What the phone shows, the newest first."""
        return [one["text"] for one in json.loads(self.get(f"/demo/phone/?format=json&to={parse.quote(to)}")[1])]

    def mails(self, to: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads(self.get(f"/demo/phone/mail/?format=json&to={parse.quote(to)}")[1])
        return found

    def kill(self) -> None:
        """As a machine that loses power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _ask(self, asked: request.Request) -> tuple[int, str, dict[str, str]]:
        try:
            with _opener.open(asked, timeout=60) as response:
                return response.status, response.read().decode(), dict(response.headers)
        except error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode(), dict(refused.headers)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[PhoneProcess]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        command = [sys.executable, "-m", "gunicorn", "kwsp_portal.demophone.wsgi", "-b", f"fd://{listener.fileno()}", "--no-control-socket"]
        command += ["--threads", "8", "--log-level", "warning", "--graceful-timeout", "1"]
        environ = {"PATH": os.environ["PATH"], "DEMOPHONE_DIR": str(folder), "DEMOPHONE_KEY": KEY, "DEMOPHONE_REPORT_KEY": REPORT_KEY, **settings}
        process = subprocess.Popen(command, cwd=ROOT, env=environ, pass_fds=[listener.fileno()], start_new_session=True)
        phone = PhoneProcess(f"http://127.0.0.1:{listener.getsockname()[1]}", process)
        try:
            assert phone.get("/demo/phone/healthz")[1] == "ok"
            yield phone
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=20)


def words_of(page: str) -> str:
    """A page's text."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
