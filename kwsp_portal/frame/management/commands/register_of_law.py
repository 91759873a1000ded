"""`manage.py register_of_law [--check]`: docs/register-of-law.md from the rate files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kwsp_portal.frame.law import document


class Command(BaseCommand):
    help = "Writes docs/register-of-law.md from the rate files; --check only says whether it is up to date"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the document is not as the rate files are")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = document.text()
        found = document.PATH.read_text(encoding="utf-8") if document.PATH.exists() else ""
        if options["check"] and found != wanted:
            raise CommandError(f"{document.PATH.name} is not as the rate files are: run manage.py register_of_law and commit it")
        if not options["check"]:
            document.PATH.write_text(wanted, encoding="utf-8")
        self.stdout.write(f"{document.PATH.name}: {'up to date' if found == wanted else 'written'}")
