"""The demo bank as it runs in the stack: gunicorn, on a port of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib import error, parse, request

ROOT = Path(__file__).resolve().parents[2]


class _NoRedirect(request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


_opener = request.build_opener(request.ProxyHandler({}), _NoRedirect())


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The fields of the form that goes back to the portal."""
        found: list[tuple[str, str]] = []

        class Reader(HTMLParser):
            def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
                values = dict(attrs)
                if tag == "input" and values.get("type") == "hidden":
                    found.append((values["name"] or "", values["value"] or ""))

        Reader().feed(self.body)
        return found


@dataclass
class BankProcess:
    url: str
    process: subprocess.Popen[bytes]

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(request.Request(self.url + path, headers=headers))

    def post(self, path: str, fields: list[tuple[str, str]] | None = None) -> Answer:
        return self.post_raw(path, parse.urlencode(fields or []).encode())

    def post_raw(self, path: str, body: bytes) -> Answer:
        return self._ask(request.Request(self.url + path, data=body, method="POST"))

    def follow(self, answer: Answer) -> Answer:
        assert answer.status == 303, answer.body
        return self.get(answer.headers["Location"])

    def kill(self) -> None:
        """As a machine that loses power: master and workers at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _ask(self, asked: request.Request) -> Answer:
        try:
            with _opener.open(asked, timeout=60) as response:
                return Answer(response.status, dict(response.headers), response.read().decode())
        except error.HTTPError as refused:
            with refused:
                return Answer(refused.code, dict(refused.headers), refused.read().decode())


def order_page(answer: Answer) -> str:
    """The address of the order's page, from the redirect that answers an AR."""
    found = re.fullmatch(r"(/demo/bank/pay/[\w-]+/)(done/)?(\?.*)?", answer.headers.get("Location", ""))
    assert found, (answer.status, answer.headers)
    return found[1]


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[BankProcess]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        command = [sys.executable, "-m", "gunicorn", "kwsp_portal.demobank.wsgi", "-b", f"fd://{listener.fileno()}"]
        command += ["--threads", "4", "--log-level", "warning", "--graceful-timeout", "1"]
        environ = {"PATH": os.environ["PATH"], "DEMOBANK_DIR": str(folder), **settings}
        process = subprocess.Popen(command, cwd=ROOT, env=environ, pass_fds=[listener.fileno()], start_new_session=True)
        bank = BankProcess(f"http://127.0.0.1:{listener.getsockname()[1]}", process)
        try:
            assert bank.get("/demo/bank/healthz").body == "ok"
            yield bank
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=20)
