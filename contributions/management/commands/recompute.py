"""manage.py recompute: each line of a filing as it stands and as the rules give it, changing nothing.

Exit codes: 0 every line is the same, 1 some differ, are divided otherwise or the rules refuse them, 2 it could not be computed.
"""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from contributions.models import Filing
from contributions.selectors import divisions, recompute
from contributions.selectors.divisions import Division
from contributions.selectors.recompute import Line, Stood
from kwsp_portal.common import clock, money

CANNOT: Final = 2
COLUMNS: Final = (
    *("line", "member", "wages", "filed_part", "filed_employer", "filed_employee", "stands_employer", "stands_employee"),
    *("now_part", "now_employer", "now_employee", "difference", "reference", "stands_accounts", "now_accounts", "note"),
)


class Command(BaseCommand):
    help = (
        "Prints each line of a filing as it was filed, as it stands (with the corrections posted since) and as the rules give it now, with what the "
        "registers say was known as at a day; of a credited one also the accounts to which it went and to which the rules send it. Changes nothing. "
        "Exit code 0: all the same; 1: some differ; 2: it could not be computed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--filing", type=int, required=True, help="reference number of the Borang A")
        parser.add_argument("--as-at", default="", help="YYYY-MM-DD; citizenship and elections as known by then (default: the business date)")
        parser.add_argument("--differences", action="store_true", help="print only the lines that differ")

    def handle(self, *args: Any, **options: Any) -> None:
        as_at = _day(options["as_at"], clock.business_date())
        filing = Filing.objects.select_related("employer").filter(pk=options["filing"]).first()
        if filing is None:
            raise CommandError(f"recompute: found no filing {options['filing']}, expected the reference number of a Borang A", returncode=CANNOT)
        try:
            lines, differing = self._print(filing, as_at, only_differences=options["differences"])
        except recompute.NotRecomputable as error:
            raise CommandError(f"recompute: filing {filing.pk}: {error}", returncode=CANNOT) from error
        self.stdout.write(f"# {lines:,} lines, {differing:,} differ, as at {as_at}; nothing was changed")
        if differing:
            raise SystemExit(1)

    def _print(self, filing: Filing, as_at: date, *, only_differences: bool) -> tuple[int, int]:
        """How many lines there are, and how many of them differ, are divided otherwise or are refused."""
        out = csv.writer(self.stdout, lineterminator="\n")
        lines = differing = otherwise = 0
        employer, employee = Decimal(0), Decimal(0)
        for line, division in _divided(recompute.lines_of(filing=filing, as_at=as_at), as_at):
            if not lines:
                self.stdout.write(f"# filing {filing.pk}, employer {filing.employer.number}, wage month {filing.wage_month:%Y-%m}, {filing.state}")
                out.writerow(COLUMNS)
            lines += 1
            otherwise += division.differs
            differs = line.differs or line.now is None or division.differs
            differing += differs
            if line.now is not None:
                employer += line.now.employer - line.stands.employer
                employee += line.now.employee - line.stands.employee
            if differs or not only_differences:
                out.writerow(_cells(line, division))
        self.stdout.write(f"# difference: employer {employer:+}, employee {employee:+}, total {employer + employee:+}")
        if otherwise:
            self.stdout.write(f"# {otherwise:,} lines would be divided otherwise over the accounts; a correction moves shares only")
        return lines, differing


def _divided(lines: Iterator[Line], as_at: date) -> Iterator[tuple[Line, Division]]:
    """Each line with its division, asked for a batch at a time."""
    while batch := list(islice(lines, recompute.BATCH_ROWS)):
        found = divisions.of(batch, as_at=as_at)
        yield from ((line, found.get(line.row_id, divisions.NOTHING)) for line in batch)


def _cells(line: Line, division: Division) -> tuple[object, ...]:
    now = line.now or Stood(Decimal(0), Decimal(0), "")
    figures = (now.part, now.employer, now.employee, f"{now.total - line.stands.total:+}") if line.now else ("", "", "", "")
    return (
        line.line,
        line.member_number,
        line.wages,
        line.filed.part,
        line.filed.employer,
        line.filed.employee,
        line.stands.employer,
        line.stands.employee,
        *figures,
        line.reference,
        _accounts(division.stands),
        _accounts(division.now),
        "" if line.refusal is None else str(line.refusal),
    )


def _accounts(amounts: divisions.Sen) -> str:
    return " ".join(f"{code}={money.from_sen(sen)}" for code, sen in amounts.items())


def _day(text: str, today: date) -> date:
    """The day as at which something is asked: today or earlier."""
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError as error:
        raise CommandError(f"recompute: --as-at: found {text!r}, expected a day such as 2026-11-22", returncode=CANNOT) from error
    if day > today:
        raise CommandError(
            f"recompute: --as-at: found {day}, expected the business date {today} or earlier: nobody knows later facts", returncode=CANNOT
        )
    return day
