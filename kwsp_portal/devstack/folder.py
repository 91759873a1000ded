"""The run folder: where the stack keeps everything it makes (`.run/`, or `KWSP_RUN_DIR`)."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kwsp_portal.devstack.errors import DevstackError, explain

PROJECT = Path(__file__).resolve().parents[2]
SETTING = "KWSP_RUN_DIR"
MARKER = "made-by-kwsp-devstack"
"""Stands in every run folder: `make reset` deletes no folder that lacks it."""

NESTED = ("test", "bench")
"""Run folders that stand inside the run folder of `make run`."""

FIRST_RUN_BYTES = 600 * 1024**2
LATER_RUN_BYTES = 100 * 1024**2


@dataclass(frozen=True)
class RunFolder:
    """Names of all that stands in one run folder. Only `open` touches the disk."""

    root: Path

    @classmethod
    def choose(cls, environ: Mapping[str, str], *, under: str = "") -> "RunFolder":
        """`KWSP_RUN_DIR`, else `.run` beside manage.py; with `under`, that folder inside it."""
        chosen = environ.get(SETTING, "")
        base = Path(chosen).expanduser() if chosen else PROJECT / ".run"
        return cls(Path(os.path.abspath(base / under)))

    @property
    def postgres(self) -> Path:
        """Data, sockets and settings of PostgreSQL; owned by the account that runs it."""
        return self.root / "postgres"

    @property
    def runtime(self) -> Path:
        """A copy of PostgreSQL's programs, made where that account cannot read the environment."""
        return self.root / "postgres-runtime"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def backups(self) -> Path:
        """Where manage.py backup writes unless KWSP_BACKUP_DIR says otherwise."""
        return self.root / "backups"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def children(self) -> Path:
        return self.root / "children.json"

    def open(self) -> None:
        """Makes the folder where it is missing; raises DevstackError on a full or foreign disk.

        The folder can be passed through by everybody (PostgreSQL may run as another account);
        what is secret in it is closed on its own.
        """
        try:
            if self.root.name in NESTED:
                _make(self.root.parent)
            _make(self.root)
            for private in (self.valkey, self.logs, self.keys):
                private.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise explain(error) from error
        self._check_space()

    def _check_space(self) -> None:
        needed = LATER_RUN_BYTES if self.secrets.exists() else FIRST_RUN_BYTES
        free = shutil.disk_usage(self.root).free
        if free < needed:
            raise DevstackError(
                f"The disk of {self.root} is full: {free // 1024**2} MiB are free and {needed // 1024**2} MiB "
                f"are needed; free some space, or set {SETTING} to a folder on another disk."
            )


def _make(root: Path) -> None:
    """Makes one run folder and marks it as ours; refuses a folder in which other things stand.

    Another start may be making it at this moment: the mark is its first thing, so what is there without a mark is somebody else's.
    """
    root.mkdir(parents=True, exist_ok=True)
    if (root / MARKER).exists():
        return
    if any(root.iterdir()) and not (root / MARKER).exists():
        raise DevstackError(f"{root} holds other things: set {SETTING} to an empty or a new folder.")
    root.chmod(0o711)
    (root / MARKER).touch()
