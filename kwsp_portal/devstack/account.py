"""The account that runs PostgreSQL: it refuses to run as root, so root lends it another one."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kwsp_portal.devstack.errors import DevstackError

SUBSTITUTES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An unprivileged account to run programs as; `own` means the caller's own."""

    name: str
    uid: int
    gid: int
    own: bool

    @classmethod
    def for_postgres(cls) -> "Account":
        """The caller; for root the first of `postgres`, `nobody` that exists."""
        if os.geteuid() != 0:
            return cls(name="", uid=os.geteuid(), gid=os.getegid(), own=True)
        for name in SUBSTITUTES:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            if entry.pw_uid != 0:
                return cls(name=name, uid=entry.pw_uid, gid=entry.pw_gid, own=False)
        raise DevstackError("PostgreSQL does not run as root, and this system has neither a 'postgres' nor a 'nobody' account: run as a normal user.")

    def popen(self) -> dict[str, Any]:
        """Arguments for subprocess that drop every right of root, and close made files to others."""
        drop: dict[str, Any] = {"umask": 0o077, "cwd": "/"}
        if not self.own:
            drop |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return drop

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Runs a short command as this account and returns its outcome."""
        return subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            **self.popen(),
        )

    def reaches(self, path: Path, *, rights: str) -> bool:
        """True if this account has the rights (letters of `test`, e.g. "rx") on the path."""
        if self.own:
            modes = {"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}
            return all(os.access(path, modes[right]) for right in rights)
        checks = " && ".join(f'test -{right} "$1"' for right in rights)
        return self.run(["/bin/sh", "-c", checks, "sh", path]).returncode == 0

    def give(self, path: Path, *, mode: int) -> None:
        """Hands a file or folder to this account."""
        if not self.own:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)
