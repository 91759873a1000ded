"""Named places where a test can stop a worker dead, between any two steps. Off, one comparison with None.

`KWSP_FAILPOINT=name[:mode[:hit]]` arms one for the process; mode `exit` (default) ends it as kill -9 would, `stop` stops it as
SIGSTOP does until somebody wakes it, `raise` raises an error, `die` raises a BaseException that no handler of errors sees. `hit` is
which pass through the point counts, 1 by default.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

KILLED = 137


class FailpointError(Exception):
    """An ordinary error at a fail point."""


class FailpointDeath(BaseException):
    """The end of the worker at a fail point, in process: nothing that catches errors runs."""


@dataclass
class _Armed:
    name: str
    mode: str = "exit"
    hits_left: int = 1


def _parse(text: str) -> _Armed | None:
    if not text:
        return None
    name, _, rest = text.partition(":")
    mode, _, hit = rest.partition(":")
    return _Armed(name, mode or "exit", int(hit or 1))


_armed = _parse(os.environ.get("KWSP_FAILPOINT", ""))


def failpoint(name: str) -> None:
    """Does nothing, unless this point is armed."""
    if _armed is not None and _armed.name == name:
        _hit(_armed)


def _hit(armed: _Armed) -> None:
    armed.hits_left -= 1
    if armed.hits_left != 0:
        return
    if armed.mode == "exit":
        os._exit(KILLED)
    if armed.mode == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
        return
    if armed.mode == "die":
        raise FailpointDeath(armed.name)
    raise FailpointError(armed.name)


@contextmanager
def armed(name: str, mode: str = "die", hit: int = 1) -> Iterator[None]:
    """Arm a point in this process, for tests."""
    global _armed
    before, _armed = _armed, _Armed(name, mode, hit)
    try:
        yield
    finally:
        _armed = before
