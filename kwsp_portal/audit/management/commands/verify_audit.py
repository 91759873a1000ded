"""manage.py verify_audit: the trail against its chain and its anchors; exit 1 where a row is not what was written."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kwsp_portal import audit
from kwsp_portal.audit import anchors, sealer
from kwsp_portal.audit.verifying import Verifier
from kwsp_portal.common import clock


class Command(BaseCommand):
    help = "Checks every row of the audit trail against its seal and the anchors, and names what was changed, removed, put in or cut off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, default=None, metavar="FOLDER", help="instead of KWSP_ANCHOR_DIR: another house's copy")
        parser.add_argument(
            "--restored",
            default="",
            metavar="BACKUP",
            help="first say outside that the database was put back to this backup",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["restored"]:
            sealer.anchor_restored(at=clock.now(), note=options["restored"], end=sealer.head())
            audit.record(actor="backup", action="audit.restored", target=f"backup:{options['restored']}")
        began, found = time.monotonic(), 0
        verifier = Verifier(folder=options["anchors"] or anchors.folder(), at=clock.now())
        for finding in verifier.findings():
            found += 1
            self.stdout.write(f"{finding.code:<13} {finding.what}")
        if verifier.given_up:
            self.stdout.write(f"{verifier.given_up} anchors were given up by a restore, which the anchors say themselves")
        if found:
            raise CommandError(f"broken: {found} findings in {verifier.rows:,} sealed rows")
        self.stdout.write(f"ok: {verifier.rows:,} sealed rows in {time.monotonic() - began:.1f} s")
