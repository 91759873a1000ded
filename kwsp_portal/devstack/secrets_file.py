"""Random secrets of one run folder, made once and kept in a file only its owner can read."""

import json
import os
import secrets
from pathlib import Path

from kwsp_portal.devstack.errors import DevstackError


class SecretsFile:
    """Named random texts; `get` makes a missing one and writes the file before it returns."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> str:
        """The secret of that name: 64 characters of A-Z a-z 0-9 - _, 384 random bits."""
        known = self._read()
        if name not in known:
            known[name] = secrets.token_urlsafe(48)
            write_private(self._path, json.dumps(known, indent=1).encode())
        return known[name]

    def has(self, name: str) -> bool:
        return name in self._read()

    def _read(self) -> dict[str, str]:
        try:
            return dict(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise DevstackError(f"{self._path} is damaged: `make reset` starts afresh.") from error


def write_private(path: Path, content: bytes) -> None:
    """Writes a file with mode 0600 so that a reader sees the old or the new, never a half."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
