"""Large uploads are worked on one after the other; pages and forms never wait for them (kwsp_portal.uploads)."""

import io
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kwsp_portal import wsgi
from kwsp_portal.uploads import LARGE_BYTES, Environ, InTurn

LARGE = b"x" * (LARGE_BYTES + 1)
MOST = 1024 * 1024
SECONDS = 20


def post(body: bytes, announced: int | None = None) -> Environ:
    return {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body) if announced is None else announced), "wsgi.input": io.BytesIO(body)}


class Portal:
    """Answers with the body it read; a large one only when it is let."""

    def __init__(self) -> None:
        self.most = self.now = 0
        self.begun, self.go = threading.Event(), threading.Event()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, _start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if len(body) > LARGE_BYTES:
            with self._lock:
                self.now += 1
                self.most = max(self.most, self.now)
            self.begun.set()
            assert self.go.wait(SECONDS)
            with self._lock:
                self.now -= 1
        return [body]


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
def turn(tmp_path: Path) -> Path:
    return tmp_path / "turn"


def ask(gate: InTurn, environ: Environ) -> bytes:
    return b"".join(gate(environ, None))


def test_large_uploads_one_at_a_time_and_nothing_is_lost(portal: Portal, turn: Path) -> None:
    gate = InTurn(portal, most_bytes=MOST, turn=turn)
    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(ask, gate, post(LARGE + bytes([n]))) for n in range(8)]
        assert portal.begun.wait(SECONDS)
        portal.go.set()
        assert [one.result(SECONDS) for one in answers] == [LARGE + bytes([n]) for n in range(8)]
    assert portal.most == 1


def test_one_at_a_time_among_processes_too(portal: Portal, turn: Path) -> None:
    """Each has a gate of its own, and they have a file in common."""
    gates = [InTurn(portal, most_bytes=MOST, turn=turn) for _ in range(4)]
    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(ask, gates[n % 4], post(LARGE + bytes([n]))) for n in range(8)]
        assert portal.begun.wait(SECONDS)
        portal.go.set()
        assert [one.result(SECONDS) for one in answers] == [LARGE + bytes([n]) for n in range(8)]
    assert portal.most == 1


def test_pages_and_forms_do_not_wait_for_an_upload(portal: Portal, turn: Path) -> None:
    gate = InTurn(portal, most_bytes=MOST, turn=turn)
    with ThreadPoolExecutor(1) as threads:
        upload = threads.submit(ask, gate, post(LARGE))
        assert portal.begun.wait(SECONDS)
        assert ask(gate, post(b"a form")) == b"a form"
        assert ask(gate, {"REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": ""}) == b""
        portal.go.set()
        assert upload.result(SECONDS) == LARGE


def test_a_slow_line_keeps_nobody_waiting(portal: Portal, turn: Path) -> None:
    """Who sends byte by byte has no turn until all of it is here."""
    gate = InTurn(portal, most_bytes=MOST, turn=turn)
    portal.go.set()
    line = threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert line.wait(SECONDS)
            return super().read(size)

    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(ask, gate, {**post(LARGE), "wsgi.input": Slow(LARGE)})
        assert ask(gate, post(LARGE + b"!")) == LARGE + b"!"
        line.set()
        assert slow.result(SECONDS) == LARGE


def test_a_body_that_was_cut_reaches_the_application_as_it_came(portal: Portal, turn: Path) -> None:
    portal.go.set()

    assert ask(InTurn(portal, most_bytes=MOST, turn=turn), post(LARGE, announced=len(LARGE) + 100)) == LARGE


@pytest.mark.parametrize("length", ["", "abc", "-1", str(MOST + 1)])
def test_what_is_too_long_or_says_no_length_is_passed_on_unread(length: str, turn: Path) -> None:
    body = io.BytesIO(LARGE)

    InTurn(lambda environ, _start: [environ["wsgi.input"].getvalue()], most_bytes=MOST, turn=turn)(
        {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": length, "wsgi.input": body}, None
    )

    assert body.tell() == 0


def test_a_failure_ends_its_turn(portal: Portal, turn: Path) -> None:
    def fails(_environ: Environ, _start_response: Any) -> Iterable[bytes]:
        raise RuntimeError

    gate = InTurn(fails, most_bytes=MOST, turn=turn)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            ask(gate, post(LARGE))


def test_the_portal_is_served_so() -> None:
    assert isinstance(wsgi.application, InTurn)
