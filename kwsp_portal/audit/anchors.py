"""The head of the chain, told to somebody outside the database: whoever rewrites every row there cannot rewrite what was said about it.

The file port appends lines to a file a month in a folder that no role of PostgreSQL reaches, each flushed to the disk and each naming the
hash of the line before it. The HTTP port posts the same line to a service of another house, where an address is set.
"""

import hashlib
import json
import os
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from django.conf import settings

HEAD, RESTORED = "head", "restored"
TAIL: Final = 65_536
"""More than one line, in bytes."""
NOTHING: Final = "0" * 64
"""What the first line names as the line before it."""


class Anchor(NamedTuple):
    """What was said at a moment: the last seal, and up to which event nothing more can come. `kind` RESTORED says that the database was put back
    to a backup (`note`) that ends with this seal: what was anchored beyond it is given up, and that is said."""

    at: datetime
    kind: str
    position: int
    seq: int
    hash: str
    decided: int
    note: str = ""

    def to_json(self, previous: str) -> str:
        return json.dumps({**self._asdict(), "at": self.at.isoformat(), "previous": previous}, separators=(",", ":"))

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        return cls(
            **{**{name: found[name] for name in cls._fields if name != "note"}, "at": datetime.fromisoformat(found["at"]), "note": found["note"]}
        )


class Damaged(NamedTuple):
    """A line that is not what was written, and where it stands."""

    file: str
    line: int
    why: str


def folder() -> Path | None:
    """Where the lines are kept; None where nothing is anchored in files."""
    named = settings.AUDIT_ANCHORS["folder"]
    return Path(named) if named else None


def is_set() -> bool:
    """Whether there is any port at all."""
    return bool(settings.AUDIT_ANCHORS["folder"] or settings.AUDIT_ANCHORS["url"])


def write(anchor: Anchor) -> str:
    """Say it at every port; what failed outside this machine, in words. Raises OSError where the file cannot be written."""
    where = folder()
    if where is not None:
        line = anchor.to_json(_last_digest(where))
        _append(where / f"{anchor.at:%Y-%m}.jsonl", line)
    else:
        line = anchor.to_json(NOTHING)
    return _post(line)


def read(where: Path) -> Iterator[Anchor | Damaged]:
    """Every line in order, with what is damaged among them: cut out, changed, put in, or out of order.

    A line that a crash cut short is passed over: the next one names the whole line before it.
    """
    previous = NOTHING
    for path in _files(where):
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                found = _parsed(line)
                if found is None:
                    continue
                if found["previous"] != previous:
                    yield Damaged(path.name, number, "does not follow the line before it")
                previous = _digest(line)
                yield Anchor.from_json(found)


def binding(where: Path) -> Iterator[tuple[Anchor | Damaged, bool]]:
    """The same, each with whether it still binds: it does not where the database was put back to before it later on."""
    restores = [(place, one.position) for place, one in enumerate(read(where)) if isinstance(one, Anchor) and one.kind == RESTORED]
    for place, one in enumerate(read(where)):
        back_to = min((position for later, position in restores if later > place), default=None)
        yield one, back_to is None or isinstance(one, Damaged) or one.position <= back_to


def _files(where: Path) -> list[Path]:
    return sorted(where.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].jsonl"))


def _digest(line: bytes) -> str:
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def _last_digest(where: Path) -> str:
    """Of the last whole line."""
    for path in reversed(_files(where)):
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL))
            whole = [line for line in file.read().split(b"\n") if _parsed(line) is not None]
        if whole:
            return _digest(whole[-1])
    return NOTHING


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
        Anchor.from_json(found)
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found.get("previous"), str) else None


def _append(path: Path, line: str) -> None:
    """On the disk when this returns. A line that a crash cut short is ended first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, (("\n" if torn else "") + line + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if new:
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _post(line: str) -> str:
    address = settings.AUDIT_ANCHORS["url"]
    if not address:
        return ""
    asked = urllib.request.Request(address, line.encode(), {"Content-Type": "application/json"}, method="POST")  # noqa: S310 - an operator's setting
    try:
        with urllib.request.urlopen(asked, timeout=settings.AUDIT_ANCHORS["timeout"]):  # noqa: S310
            return ""
    except OSError as error:
        return f"{type(error).__name__}: {error}"[:500]
