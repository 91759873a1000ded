"""Processes made by fork: as real as any, and started in a moment."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def forked(work: Callable[[], int | None]) -> Iterator[int]:
    """A process of its own that does the work; its id. It ends with what the work returned (0 for None), or with 255 for an error."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 255
        try:
            code = work() or 0
        finally:
            os._exit(code)
    try:
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def ended(child: int) -> int:
    """The code with which it ended, waited for; `forked` collects it."""
    result = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert result is not None
    return result.si_status


@contextmanager
def starting_line() -> Iterator[tuple[Callable[[], None], Callable[[int], None]]]:
    """`wait()` for the forked, `let_go(number)` for whoever starts them."""
    behind, before = os.pipe()
    try:
        yield lambda: os.read(behind, 1) and None, lambda number: os.write(before, b"." * number) and None
    finally:
        os.close(behind)
        os.close(before)
