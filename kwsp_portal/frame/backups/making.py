"""Making a backup: into an unfinished folder, read back and verified, then named."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from kwsp_portal.frame.backups import addresses, facts, manifest, programs, thinning, wal
from kwsp_portal.frame.backups.facts import Facts
from kwsp_portal.frame.backups.manifest import BASE, DUMP, Manifest
from kwsp_portal.frame.backups.store import Backup, Store
from kwsp_portal.frame.backups.trouble import Trouble

DUMP_FILE: Final = "kwsp.dump"
BASE_MANIFEST: Final = "base/backup_manifest"
WITNESS: Final = "TABLE DATA public ledger_entry"


def make(store: Store, *, kind: str, at: datetime, keeping: thinning.Keeping, say: Callable[[Any, str], None]) -> Backup:
    """A new backup, verified; then the older ones are thinned. Raises Trouble, and then nothing was left or removed."""
    with store.opened():
        with store.unfinished() as place:
            found, files, first = _dump(place) if kind == DUMP else _base(place)
            backup = store.publish(place, _manifest(kind, at, found, files, first))
        store.thin(kind, now=at, keeping=keeping, say=lambda name: say(_("dibuang"), name))
        if kind == BASE:
            _prune(store, found.server["system"], say)
    return backup


def _dump(place: Path) -> tuple[Facts, dict[str, Any], str | None]:
    """`pg_dump` in a snapshot whose facts are known; every byte is read back by `pg_restore`."""
    with facts.snapshot() as (found, snapshot):
        major = found.server["version"] // 10000
        dump, restore = programs.find("pg_dump", major=major), programs.find("pg_restore", major=major)
        target = place / DUMP_FILE
        owner = addresses.as_environment(addresses.owner())
        wanted = ("--format=custom", f"--file={target}", f"--snapshot={snapshot}", "--no-password", "--lock-wait-timeout=60s")
        programs.run(dump, *wanted, environ=owner, place=place)
    if WITNESS not in programs.run(restore, "--list", target):
        raise Trouble(_("%(file)s tidak mengandungi lejar: sandaran ini tidak boleh dipakai."), file=target)
    programs.run(restore, "--file=/dev/null", target)
    return found, manifest.sums(place, DUMP_FILE), None


def _base(place: Path) -> tuple[Facts, dict[str, Any], str | None]:
    """`pg_basebackup` with the WAL it needs by itself, proved by `pg_verifybackup`; the archive must go on from there."""
    found = facts.read()
    connection.close()
    major = found.server["version"] // 10000
    take, verify = programs.find("pg_basebackup", major=major), programs.find("pg_verifybackup", major=major)
    replication = addresses.as_environment(addresses.replication())
    wanted = ("--format=plain", "--wal-method=stream", "--checkpoint=fast", "--manifest-checksums=SHA256", "--no-password")
    programs.run(take, f"--pgdata={place / 'base'}", *wanted, environ=replication, place=place)
    programs.run(verify, "--quiet", place / "base")
    first = wal.start_of(place / "base")
    archive = wal.archive_of(found.server["system"])
    if archive is not None:
        wal.check_reaches(archive, first)
    return found, manifest.sums(place, BASE_MANIFEST), first


def _manifest(kind: str, at: datetime, found: Facts, files: dict[str, Any], first: str | None) -> Manifest:
    return Manifest(
        kind=kind,
        made_at=at.replace(microsecond=0).isoformat(),
        business_date=found.business_date.isoformat(),
        last_booked=found.last_booked.isoformat() if found.last_booked else None,
        entries=found.entries,
        portal=facts.portal_version(),
        migrations=found.migrations,
        database=str(connection.settings_dict["NAME"]),
        server=found.server,
        wal={"first": first} if first else None,
        files=files,
    )


def _prune(store: Store, system: str, say: Callable[[Any, str], None]) -> None:
    """WAL that no kept base of this cluster needs."""
    archive = wal.archive_of(system)
    needed = [backup.manifest() for backup in store.all() if backup.kind == BASE]
    firsts = [kept.wal["first"] for kept in needed if kept.wal and kept.server["system"] == system]
    if archive is not None and firsts:
        removed = wal.prune(archive, oldest=min(firsts, key=lambda name: name[8:]))
        if removed:
            say(_("fail WAL lama dibuang"), str(removed))
