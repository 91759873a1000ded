"""`manage.py demo_data`: a made-up population with its history, through the real rules; the same seed gives the same people."""

import time
from argparse import ArgumentParser
from datetime import date
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contributions.models import Filing
from employers.enums import EmployerKind
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.population import history, people, signins
from members.identity.models import User
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
        first = last.plus(-(options["months"] - 1))
        rows = self._make(options, on, first, last)
        took = time.monotonic() - began
        self.stdout.write(
            f"demo_data: {Member.objects.count():,} members, {Employer.objects.count():,} employers, {Filing.objects.count():,} filings with "
            f"{rows:,} rows from {first} to {last} in {took:.1f} s ({rows / took:,.0f} rows/s), seed {options['seed']}"
        )

    def _make(self, options: dict[str, Any], on: date, first: WageMonth, last: WageMonth) -> int:
        chance = Random(options["seed"])  # noqa: S311 - believable, not secret
        since = first.first_day.replace(year=first.year - 3)
        employers = [_employer(index, since) for index in range(options["employers"])]
        demo_users = signins.users()
        signins.representatives(employer=employers[0], people=demo_users, since=since)
        acting = {employers[0].pk: (demo_users["majikanmaker"], demo_users["majikanchecker"])}
        acting |= {employer.pk: signins.pair_for(employer=employer, since=since) for employer in employers[1:]}
        workers = signins.members(employer=employers[0], people=demo_users, first=first, on=on)
        workers += people.make(employers=employers, count=options["members"], first=first, on=on, chance=chance)
        by_employer: dict[int, list[people.Worker]] = {employer.pk: [] for employer in employers}
        for worker in workers:
            by_employer[worker.employer.pk].append(worker)
        rows = 0
        for month in first.through(last):
            for employer in employers:
                at_work = [worker for worker in by_employer[employer.pk] if worker.employed_in(month)]
                if not at_work:
                    continue
                content = history.borang_a(workers=at_work, month=month, first=first)
                maker, checker = acting[employer.pk]
                made = history.live(employer=employer, month=month, content=content, maker=maker, checker=checker, chance=chance, last_day=on)
                rows += made.rows_total if made else 0
        return rows


def _employer(index: int, since: date) -> Employer:
    if index < len(EMPLOYERS):
        number, name, kind = EMPLOYERS[index]
    else:
        number, name, kind = f"{10_000_001 + index:08d}", f"Perusahaan Contoh {index + 1} Sdn. Bhd.", EmployerKind.PRIVATE
    return Employer.objects.create(number=number, name=name, kind=kind, from_date=since)
