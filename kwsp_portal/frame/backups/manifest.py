"""The manifest of a backup: what is in it, of which portal, and the checksums that prove it is still so."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kwsp_portal.frame.backups.trouble import Trouble, of_system

FILE: Final = "manifest.json"
FORMAT: Final = 1
DUMP, BASE = KINDS = ("dump", "base")
_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`entries` and `last_booked` are the ledger's at the moment of a dump, or at least reached by a base.

    `server`: version number, system identifier and locale of the database. `wal`: the first WAL file a base needs.
    `files`: size and SHA-256 by path; of a base only `base/backup_manifest`, which has every other file's.
    """

    kind: str
    made_at: str
    business_date: str
    last_booked: str | None
    entries: int
    portal: str
    migrations: list[str]
    database: str
    server: dict[str, Any]
    wal: dict[str, Any] | None
    files: dict[str, dict[str, Any]]
    format: int = FORMAT

    @property
    def major(self) -> int:
        """PostgreSQL's major version."""
        return int(self.server["version"]) // 10000

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode() + b"\n"


def read(backup: Path) -> Manifest:
    """Raises Trouble where it is missing, damaged, or of a format this portal does not know."""
    try:
        content = json.loads((backup / FILE).read_text(encoding="utf-8"))
        known = int(content["format"])
        if known == FORMAT:
            return Manifest(**content)
    except FileNotFoundError as error:
        raise Trouble(_("%(backup)s tiada manifest.json: bukan sandaran yang lengkap. Pilih sandaran lain."), backup=backup) from error
    except OSError as error:
        raise of_system(error, place=backup) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Trouble(_("%(backup)s/manifest.json rosak (%(reason)s). Pilih sandaran lain."), backup=backup, reason=error) from error
    raise Trouble(
        _("%(backup)s: dijumpai format %(found)s, dijangka %(expected)s: pulihkan dengan versi portal yang membuatnya."),
        backup=backup,
        found=known,
        expected=FORMAT,
    )


def sums(backup: Path, *names: str) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of files, read back from the disk."""
    return {name: {"bytes": (backup / name).stat().st_size, "sha256": _sha256(backup / name)} for name in names}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def check_files(backup: Path, expected: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises Trouble where a file is missing, shorter, longer or other than when it was made."""
    for name, wanted in expected.items():
        path = backup / name
        try:
            found = {"bytes": path.stat().st_size, "sha256": _sha256(path)}
        except FileNotFoundError as error:
            raise Trouble(_("%(path)s tiada: sandaran ini tidak lengkap. Pilih sandaran lain."), path=path) from error
        except OSError as error:
            raise of_system(error, place=path) from error
        if found != dict(wanted):
            raise Trouble(
                _("%(path)s rosak: dijumpai %(found)s bait (SHA-256 %(is)s…), dijangka %(expected)s bait (%(was)s…). Pilih sandaran lain."),
                **{"path": path, "found": found["bytes"], "is": str(found["sha256"])[:12]},
                **{"expected": wanted["bytes"], "was": str(wanted["sha256"])[:12]},
            )
