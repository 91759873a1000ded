"""The archive of WAL: one folder a cluster, filled by `pg_receivewal`; the newest file is still being written and ends in `.partial`."""

import re
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kwsp_portal.frame.backups.trouble import Trouble

PARTIAL: Final = ".partial"
_SEGMENT: Final = re.compile(r"[0-9A-F]{24}")
_START: Final = re.compile(r"START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)")


def archive_of(system: str) -> Path | None:
    """The cluster's folder inside KWSP_WAL_ARCHIVE, if that is set. Named by the system identifier: WAL of two clusters never mixes."""
    return Path(settings.WAL_ARCHIVE) / system if settings.WAL_ARCHIVE else None


def start_of(base: Path) -> str:
    """The first WAL file that a base backup needs."""
    found = _START.search((base / "backup_label").read_text(encoding="utf-8"))
    if found is None:
        raise Trouble(_("%(base)s/backup_label rosak: pilih sandaran lain."), base=base)
    return found[1]


def check_reaches(archive: Path, first: str) -> None:
    """Raises Trouble unless the archive begins no later than a base, and has no gap since: without that it cannot go on from there."""
    there = segments(archive)
    begins = archive / first in there or (archive / f"{first}{PARTIAL}") in there
    if not begins:
        raise Trouble(
            _("%(archive)s tiada %(first)s: dijumpai %(found)s fail, dijangka semua sejak sandaran. Hidupkan pg_receivewal, buat sandaran baharu."),
            archive=archive,
            first=first,
            found=len(there),
        )


def segments(archive: Path) -> list[Path]:
    """WAL files of an archive, whole and partial, in the order they were written (timeline by timeline)."""
    return sorted(path for path in archive.iterdir() if _SEGMENT.fullmatch(path.name.removesuffix(PARTIAL)))


def prune(archive: Path, *, oldest: str) -> int:
    """Removes whole files older than what the oldest kept base needs, on any timeline; how many."""
    old = [path for path in segments(archive) if path.suffix != PARTIAL and path.name[8:] < oldest[8:]]
    for path in old:
        path.unlink()
    return len(old)
