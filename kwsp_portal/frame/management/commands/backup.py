"""manage.py backup: a verified backup of the portal's data; --list shows what there is."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kwsp_portal.common import clock
from kwsp_portal.devstack.errors import DevstackError
from kwsp_portal.frame.backups import making
from kwsp_portal.frame.backups.manifest import BASE, DUMP, KINDS
from kwsp_portal.frame.backups.store import Backup, Store
from kwsp_portal.frame.backups.thinning import Keeping
from kwsp_portal.frame.backups.trouble import Trouble

MEBIBYTE = 1024 * 1024


class Command(BaseCommand):
    help = "Makes a backup in KWSP_BACKUP_DIR, verifies it, then thins the older ones (docs/operations.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = "base where KWSP_WAL_ARCHIVE is set, else dump"
        parser.add_argument("--kind", choices=KINDS, default=None, help=f"dump: this database; base: the whole cluster (default: {usual})")
        parser.add_argument("--to", type=Path, default=None, metavar="FOLDER", help="instead of KWSP_BACKUP_DIR")
        parser.add_argument("--list", action="store_true", help="show the backups there are, and make none")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store(options["to"] or Path(settings.BACKUP_DIR))
        try:
            if options["list"]:
                for backup in store.all():
                    self._show(backup)
                return
            kind = options["kind"] or (BASE if settings.WAL_ARCHIVE else DUMP)
            keeping = Keeping(**settings.BACKUP_KEEP)
            made = making.make(store, kind=kind, at=clock.now(), keeping=keeping, say=lambda what, name: self.stdout.write(f"{what}: {name}"))
            self._show(made)
        except (Trouble, DevstackError) as trouble:
            raise CommandError(str(trouble)) from trouble

    def _show(self, backup: Backup) -> None:
        found = backup.manifest()
        size = sum(path.stat().st_size for path in backup.path.rglob("*") if path.is_file()) / MEBIBYTE
        figures = {"entries": f"{found.entries:,}", "booked": found.last_booked or "-", "size": f"{size:,.1f}"}
        self.stdout.write(f"{backup.path}: " + _("%(entries)s catatan lejar, hari terakhir dibukukan %(booked)s, %(size)s MiB") % figures)
