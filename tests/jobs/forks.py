"""Processes made by fork: as real as any, and started in a moment."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, connections

LEFT_WITHIN_SECONDS = 60


@contextmanager
def forked(work: Callable[[], int | None]) -> Iterator[int]:
    """A process of its own that does the work; its id. It ends with what the work returned (0 for None), or with 255 for an error."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 255
        try:
            os.environ["PGAPPNAME"] = _name(os.getpid())
            code = work() or 0
        finally:
            os._exit(code)
    try:
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def ended(child: int) -> int:
    """The code with which it ended, waited for; `forked` collects it. PostgreSQL has noticed, too: what the process held is free."""
    result = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert result is not None
    until = time.monotonic() + LEFT_WITHIN_SECONDS
    while _is_connected(child):
        assert time.monotonic() < until, "PostgreSQL still serves a process that has ended"
        time.sleep(0.01)
    return result.si_status


def _name(pid: int) -> str:
    return f"forked-{pid}"


def _is_connected(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity WHERE application_name = %s", [_name(pid)])
        return bool(cursor.fetchone()[1])


@contextmanager
def starting_line() -> Iterator[tuple[Callable[[], None], Callable[[int], None]]]:
    """`wait()` for the forked, `let_go(number)` for whoever starts them."""
    behind, before = os.pipe()
    try:
        yield lambda: os.read(behind, 1) and None, lambda number: os.write(before, b"." * number) and None
    finally:
        os.close(behind)
        os.close(before)
