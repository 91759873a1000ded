from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kwsp_portal.common import clock
from kwsp_portal.jobs import registry


class Command(BaseCommand):
    help = "Run a scheduled batch by hand and print its counts. It may be run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--as-at", type=date.fromisoformat, default=None, metavar="DATE", help="business date (YYYY-MM-DD)")

    def handle(self, *args: Any, name: str, as_at: date | None, **options: Any) -> None:
        batch = registry.batches.get(name)
        if batch is None:
            raise CommandError(f"unknown batch: found {name}, expected one of {', '.join(sorted(registry.batches))}")
        for what, count in batch(as_at or clock.business_date()).items():
            self.stdout.write(f"{what}: {count}")
