"""Who uses a run folder: one owner that runs its servers, and guests that only connect.

Both locks are the kernel's (flock): they vanish with the process that holds them, so no lock
can go stale. Files: `owner.lock` (exclusive; holds the owner's pid), `guests.lock` (shared).
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType

from kwsp_portal.devstack.errors import explain
from kwsp_portal.devstack.folder import RunFolder


class FileLock:
    """A lock on a file, held until `release` or the end of the process; children do not inherit it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise explain(error) from error

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """True if the lock is now ours."""
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._handle, mode if wait else mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def note(self, text: str) -> None:
        """Writes who holds it, for people and for `make reset`."""
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, text.encode(), 0)

    def read(self) -> str:
        return os.pread(self._handle, 1000, 0).decode("utf-8", errors="replace")

    def release(self) -> None:
        os.close(self._handle)

    def __enter__(self) -> "FileLock":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()


def owner_lock(folder: RunFolder) -> FileLock:
    return FileLock(folder.root / "owner.lock")


def guests_lock(folder: RunFolder) -> FileLock:
    return FileLock(folder.root / "guests.lock")


def owner_of(lock: FileLock) -> tuple[int, str]:
    """Pid and words of the holder of an owner's lock; (0, "") where it says nothing."""
    number, _, words = lock.read().partition(" ")
    return (int(number), words) if number.isdigit() else (0, "")
