from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kwsp_portal.jobs import calendar


class Command(BaseCommand):
    help = "Start the business clock on a date (default: AS_AT, else today), or move it ahead to it. It never goes back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", nargs="?", type=date.fromisoformat, default=None, metavar="DATE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            now = calendar.set_first(on=options["date"])
        except calendar.ClockBackwards as refusal:
            raise CommandError(
                f"AS_AT={refusal.wanted} is before {refusal.current}, which this data has reached; leave AS_AT out, or start anew with `make reset`"
            ) from refusal
        except ValueError as refusal:
            raise CommandError(f"AS_AT: {refusal}; expected a date such as 2026-10-20") from refusal
        self.stdout.write(f"business date: {now}")
