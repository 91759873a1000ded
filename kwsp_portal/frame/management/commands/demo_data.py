"""`manage.py demo_data`: a made-up population with its history, through the real rules; the same seed gives the same people."""

import time
from argparse import ArgumentParser
from datetime import date
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from contributions.enums import FilingState
from contributions.models import Filing
from contributions.rules import regime
from employers.enums import EmployerKind
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.common.periods import EARLIEST_YEAR, WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.frame.population import history, people, signins
from kwsp_portal.jobs import doorbell
from members.identity.models import User
from members.ledger import invariants
from members.models import Member

EMPLOYERS = (
    ("10000001", "Syarikat Contoh Maju Sdn. Bhd.", EmployerKind.PRIVATE),
    ("10000002", "Majlis Perbandaran Contoh", EmployerKind.GOVERNMENT),
    ("10000003", "Kedai Roti Sri Contoh", EmployerKind.PRIVATE),
)


class Command(BaseCommand):
    help = "Makes the demo sign-ins and a population whose history goes up to the business date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=120)
        parser.add_argument("--employers", type=int, default=len(EMPLOYERS))
        parser.add_argument("--months", type=int, default=12)
        parser.add_argument("--seed", type=int, default=1952)
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are users already")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo_data: found production settings, expected the demo's: made-up people may not enter a real register")
        if User.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("demo_data: found people in the database, expected none; `make reset` throws the demo's data away")
        if options["employers"] < 1 or options["members"] < 0 or options["months"] < 1:
            raise CommandError("demo_data: expected --employers and --months of at least 1 and --members of at least 0")
        began = time.monotonic()
        on = clock.business_date()
        last = WageMonth.of(on).plus(-2)
        first = max(last.plus(-(options["months"] - 1)), _first_known())
        # All of it or nothing: what is killed half-way leaves an empty database, which the next start fills. And nobody is rung for:
        # the work is done here.
        with doorbell.silent(), transaction.atomic():
            rows = self._make(options, on, first, last)
            broken = invariants.broken()
            if broken:
                raise CommandError(f"demo_data: the ledger is not sound: {', '.join(result.name for result in broken)}")
        took = time.monotonic() - began
        self.stdout.write(
            f"demo_data: {Member.objects.count():,} members, {Employer.objects.count():,} employers, {Filing.objects.count():,} filings with "
            f"{rows:,} rows from {first} to {last} in {took:.1f} s ({rows / took:,.0f} rows/s), seed {options['seed']}"
        )
        unpaid = Filing.objects.filter(state=FilingState.APPROVED).count()
        if unpaid:
            self.stdout.write(f"demo_data: {unpaid:,} approved filings are not paid yet: too late for the business date, or above FPX's limit")

    def _make(self, options: dict[str, Any], on: date, first: WageMonth, last: WageMonth) -> int:
        """People and their history, employer by employer; the number of rows filed."""
        chance = Random(options["seed"])  # noqa: S311 - believable, not secret
        since = first.first_day.replace(year=first.year - 3)
        numbers, rows = people.Numbers(), 0
        demo_users = signins.users()
        for index, size in enumerate(people.sizes(options["members"], options["employers"])):
            employer = _employer(index, since)
            workers: list[people.Worker] = []
            if index == 0:
                signins.representatives(employer=employer, people=demo_users, since=since)
                acting = demo_users["majikanmaker"], demo_users["majikanchecker"]
                workers = signins.members(employer=employer, people=demo_users, first=first, on=on)
            else:
                acting = signins.pair_for(employer=employer, since=since)
            workers += people.make(employer=employer, count=size, first=first, on=on, chance=chance, numbers=numbers)
            rows += history.past(employer=employer, workers=workers, acting=acting, first=first, last=last, chance=chance, last_day=on)
        return rows


def _first_known() -> WageMonth:
    """The earliest wage month whose law the portal has."""
    try:
        regime.law_of(WageMonth(EARLIEST_YEAR, 1))
    except NotInForce as error:
        if error.earliest is not None:
            return WageMonth.of(error.earliest)
    return WageMonth(EARLIEST_YEAR, 1)


def _employer(index: int, since: date) -> Employer:
    if index < len(EMPLOYERS):
        number, name, kind = EMPLOYERS[index]
    else:
        number, name, kind = f"{10_000_001 + index:08d}", f"Perusahaan Contoh {index + 1} Sdn. Bhd.", EmployerKind.PRIVATE
    return Employer.objects.create(number=number, name=name, kind=kind, from_date=since)
