"""`manage.py check_catalogues`: every word of the portal exists in both languages. Needs no GNU gettext."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kwsp_portal.frame.catalogues import audit


class Command(BaseCommand):
    help = "Fails where a message lacks a translation, a place differs, a .mo is stale, or a library's message has no Malay."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit.problems()
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"check_catalogues: {len(found)} problems; manage.py make_catalogues adds what is new to the .po files")
        self.stdout.write("check_catalogues: complete")
