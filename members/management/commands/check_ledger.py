"""manage.py check_ledger: every invariant of the ledger by name; exit 1 where one is broken."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.ledger import invariants


class Command(BaseCommand):
    help = "Checks every invariant of the ledger and names what breaks it. Exit code 1 where something does."

    def handle(self, *args: Any, **options: Any) -> None:
        results = invariants.run()
        width = max(len(result.name) for result in results)
        for result in results:
            self.stdout.write(f"{result.name:<{width}}  {'ok' if result.ok else result.found}")
            for finding in result.findings:
                self.stdout.write(f"    {finding.what}  {finding.amount_sen} sen")
        wrong = [result.name for result in results if not result.ok]
        if wrong:
            raise CommandError(f"broken: {', '.join(wrong)}")
