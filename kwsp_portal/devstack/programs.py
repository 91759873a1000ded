"""What the supervisor needs to know about a program."""

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kwsp_portal.devstack.account import Account


def nothing_to_do() -> None:
    """The usual preparation: none."""


def at_once() -> bool:
    """The usual readiness: a program that was started is taken for ready."""
    return True


@dataclass(frozen=True)
class Program:
    """A program that runs until it is stopped.

    `prepare` runs before each start (stale files); `is_ready` is asked, in a thread, until it
    says yes or `ready_seconds` are over; lines with a text of `quiet` stay in the log file; `stop_signal` asks it to end within `stop_seconds`.
    One that `gives_way` has the processor where nobody else wants it.
    """

    name: str
    command: Sequence[str | Path]
    environ: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    account: Account | None = None
    prepare: Callable[[], object] = nothing_to_do
    is_ready: Callable[[], bool] = at_once
    ready_seconds: float = 60
    retry_seconds: float = 10
    quiet: tuple[str, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10
    gives_way: bool = False
