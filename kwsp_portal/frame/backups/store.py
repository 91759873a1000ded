"""The folder of backups: one at a time, each in a folder of its own that appears whole or not at all."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from kwsp_portal.devstack.locks import FileLock
from kwsp_portal.frame.backups import manifest, thinning
from kwsp_portal.frame.backups.manifest import Manifest
from kwsp_portal.frame.backups.trouble import Trouble, of_system

LATEST: Final = "latest"
_MADE: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = re.compile(r"(\d{8}T\d{6}Z)-day-(\d{4}-\d\d-\d\d)-(dump|base)")
_UNFINISHED: Final = ".unfinished-"


@dataclass(frozen=True)
class Backup:
    """A finished backup: `20261122T041530Z-day-2026-11-22-dump` was made at that moment (UTC), on that business date."""

    path: Path
    made_at: datetime
    kind: str

    @property
    def name(self) -> str:
        return self.path.name

    def manifest(self) -> Manifest:
        return manifest.read(self.path)


class Store:
    """The folder itself, mode 0700; everything in it is 0600 or 0700 (the umask of whoever writes here is 077)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The folder, made where it is missing and held: a second backup is refused. What a killed one left is removed."""
        os.umask(0o077)
        try:
            self.root.mkdir(parents=True, mode=0o700, exist_ok=True)
            if self.root.stat().st_uid == os.geteuid():
                self.root.chmod(0o700)
            with FileLock(self.root / ".lock") as lock:
                if not lock.take():
                    raise Trouble(_("Sandaran lain sedang dibuat dalam %(root)s: tunggu sehingga ia selesai."), root=self.root)
                for left in self.root.glob(f"{_UNFINISHED}*"):
                    shutil.rmtree(left)
                yield
        except OSError as error:
            raise of_system(error, place=self.root) from error

    @contextmanager
    def unfinished(self) -> Iterator[Path]:
        """A new folder for the parts of a backup; gone again unless it was published."""
        place = self.root / f"{_UNFINISHED}{os.getpid()}"
        place.mkdir(mode=0o700)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def publish(self, place: Path, content: Manifest) -> Backup:
        """Gives an unfinished backup its manifest and, when all is on the disk, its name."""
        made_at = datetime.fromisoformat(content.made_at)
        final = self.root / f"{made_at.astimezone(UTC):{_MADE}}-day-{content.business_date}-{content.kind}"
        with (place / manifest.FILE).open("wb") as file:
            file.write(content.to_json())
            file.flush()
            os.fsync(file.fileno())
        sync_folder(place)
        place.rename(final)
        sync_folder(self.root)
        return Backup(final, made_at, content.kind)

    def all(self) -> list[Backup]:
        """Every finished backup, the oldest first."""
        try:
            found = [(path, _NAME.fullmatch(path.name)) for path in sorted(self.root.iterdir())]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise of_system(error, place=self.root) from error
        return [Backup(path, datetime.strptime(match[1], _MADE).replace(tzinfo=UTC), match[3]) for path, match in found if match]

    def find(self, name: str) -> Backup:
        """The backup of a name, or the newest for `latest` (`latest-dump`, `latest-base`: of that kind)."""
        first, _dash, kind = name.partition("-")
        known = [backup for backup in self.all() if kind in ("", backup.kind)] if first == LATEST else self.all()
        for backup in reversed(known):
            if first == LATEST or backup.name == name:
                return backup
        raise Trouble(
            _("Tiada sandaran bernama %(name)s dalam %(root)s; yang ada: %(names)s."),
            name=name,
            root=self.root,
            names=", ".join(backup.name for backup in self.all()) or "-",
        )

    def thin(self, kind: str, *, now: datetime, keeping: thinning.Keeping, say: Callable[[str], None]) -> None:
        """Removes what the rule no longer keeps of this kind, the oldest first."""
        mine = {backup.made_at: backup for backup in self.all() if backup.kind == kind}
        for moment in thinning.superfluous(list(mine), now=now, keeping=keeping):
            gone = mine[moment].path.rename(self.root / f"{_UNFINISHED}{mine[moment].name}")
            shutil.rmtree(gone)
            say(mine[moment].name)


def sync_folder(folder: Path) -> None:
    """What was made, renamed or removed in a folder outlives a power cut from here on."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
