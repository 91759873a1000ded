"""manage.py restore: a backup beside what lives, proved there by check_ledger, then put in its place."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kwsp_portal.audit import anchors, sealer
from kwsp_portal.common import clock
from kwsp_portal.devstack.errors import DevstackError
from kwsp_portal.frame.backups import recovering, restoring_dump, wal
from kwsp_portal.frame.backups.manifest import DUMP
from kwsp_portal.frame.backups.store import LATEST, Backup, Store
from kwsp_portal.frame.backups.trouble import Trouble


class Command(BaseCommand):
    help = "Restores a backup, runs check_ledger on it, and says the last booked day (docs/operations.md)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", help=f"a name as `backup --list` shows it, or {LATEST}, {LATEST}-dump, {LATEST}-base")
        parser.add_argument("--from", type=Path, default=None, metavar="FOLDER", dest="folder", help="instead of KWSP_BACKUP_DIR")
        parser.add_argument("--into", type=Path, default=None, metavar="FOLDER", help="for a base: the new cluster's data folder, absent or empty")
        parser.add_argument("--until", type=datetime.fromisoformat, default=None, metavar="TIME", help="for a base: no commit after this moment")
        parser.add_argument("--no-archive", action="store_true", help="for a base: without KWSP_WAL_ARCHIVE, as it was when the backup ended")
        parser.add_argument("--replace", action="store_true", help="put it in the place of a living database, which is kept under another name")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store(options["folder"] or Path(settings.BACKUP_DIR))
        try:
            backup = store.find(options["backup"])
            self.stdout.write(f"{backup.path}")
            if backup.kind == DUMP:
                proof = restoring_dump.restore(backup, replace=options["replace"], at=clock.now(), say=self._say)
                if anchors.is_set():
                    sealer.anchor_restored(at=clock.now(), note=backup.name, end=proof.sealed)
            else:
                proof = recovering.recover(backup, target=_target(backup, options), say=self._say)
        except (Trouble, DevstackError) as trouble:
            raise CommandError(str(trouble)) from trouble
        figures = {"entries": f"{proof.entries:,}", "booked": proof.last_booked or "-", "checks": proof.checks}
        self.stdout.write(
            _("Dipulihkan: %(entries)s catatan lejar, hari terakhir dibukukan %(booked)s, %(checks)s semakan check_ledger dipenuhi.") % figures
        )

    def _say(self, what: object, name: str) -> None:
        self.stdout.write(f"{what}: {name}")


def _target(backup: Backup, options: dict[str, Any]) -> recovering.Target:
    """Raises Trouble where the options do not say enough, or more than is possible."""
    if options["into"] is None:
        raise Trouble(
            _lazy(
                "%(name)s ialah sandaran seluruh kluster: beri folder baharu dengan --into, atau pada pelayan terbenam `make recover ARGS=%(name)s`."
            ),
            name=backup.name,
        )
    until = options["until"]
    if until is not None and until.tzinfo is None:
        until = until.replace(tzinfo=clock.KL)
    archive = None if options["no_archive"] else wal.archive_of(backup.manifest().server["system"])
    return recovering.Target(into=options["into"].absolute(), archive=archive, until=until)
