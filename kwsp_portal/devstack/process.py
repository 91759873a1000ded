"""Looking at processes: alive or zombie, since when, and what program. Linux's /proc."""

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
NICE = 10
"""Of programs that give way."""
_libc = ctypes.CDLL(None)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name; empty where there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def is_alive(pid: int) -> bool:
    """True if the process runs; a zombie (killed, not yet collected by its parent) does not."""
    fields = _stat(pid)
    return bool(fields) and fields[0] not in "ZX"


def started_at(pid: int) -> str:
    """Start of a process in ticks since boot: with the pid it names one process for certain."""
    fields = _stat(pid)
    return fields[19] if fields else ""


def program_of(pid: int) -> str:
    """The short name of the program a process runs; empty where there is none."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def works_in(pid: int, folder: Path) -> bool:
    """True if the process' working directory is this folder (false if it may not be seen)."""
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", folder)
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """True as soon as the condition holds, False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every)
    return True


def end(pid: int, *, first: signal.Signals, seconds: float) -> None:
    """Asks a process to end, then kills it and its group. Silent if it is gone already."""
    group = is_group_leader(pid)
    try:
        os.kill(pid, first)
        if not wait_until(lambda: not is_alive(pid), seconds=seconds):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not is_alive(pid), seconds=5)
    except ProcessLookupError:
        pass
    if group:
        end_group(pid)


def is_group_leader(pid: int) -> bool:
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return False


def end_group(leader: int) -> None:
    """Kills what is left of a dead leader's process group, so that it frees port and sockets."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def dies_with_parent(sign: signal.Signals, *, gives_way: bool = False) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends `sign` to the child when its parent is gone. With `gives_way`, others have the processor first.

    A supervisor killed with -9 thus leaves nothing running. Where the system has no such call
    (not Linux) the record of children does it at the next start.
    """
    parent = os.getpid()

    def arrange() -> None:
        if hasattr(_libc, "prctl"):
            _libc.prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        if gives_way:
            _give_way()

    return arrange


def _give_way() -> None:
    """Where the kernel shares the processor between sessions first (Linux, autogroup), being nice counts inside one's own session only."""
    os.nice(NICE)
    with contextlib.suppress(OSError), open("/proc/self/autogroup", "w") as session:
        session.write(str(NICE))


def own_pid() -> int:
    return os.getpid()
