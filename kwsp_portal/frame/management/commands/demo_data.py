"""`manage.py demo_data`: a made-up population with its history, through the real rules; the same seed gives the same people.

On an empty database it begins; where the same population was begun and not finished it goes on; people of any other origin are refused.
"""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contributions.enums import FilingState
from contributions.models import Filing
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.frame.population import making, registers
from kwsp_portal.frame.population import plan as plan_of
from kwsp_portal.frame.population.plan import NotPossible, Plan
from kwsp_portal.jobs import doorbell
from kwsp_portal.jobs.models import Run
from members.identity.models import User
from members.ledger import days, invariants
from members.models import Member

SAY_SECONDS = 10


class Command(BaseCommand):
    help = "Makes the demo sign-ins and a population whose history goes up to the business date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=120, help="besides the four demo members; 0: only them")
        parser.add_argument("--employers", type=int, default=len(registers.NAMED))
        parser.add_argument("--months", type=int, default=12, help="wage months, the last of them two before the business date's")
        parser.add_argument("--seed", type=int, default=1952)
        parser.add_argument("--processes", type=int, default=0, help="0: one for each processor; the result is the same")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are people already")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo_data: found production settings, expected the demo's: made-up people may not enter a real register")
        # Nobody is rung for: the work is done here.
        with doorbell.silent():
            run = self._begun(_plan(options), options)
            if run is not None:
                self._make(run, options)

    def _make(self, run: Run, options: dict[str, Any]) -> None:
        began = time.monotonic()
        plan = making.plan_of(run)
        self._announce(plan, options["months"])
        before = making.progress(run)
        try:
            making.go_on(run, processes=options["processes"] or os.cpu_count() or 1, say=Teller(self, before).tell)
        except making.Failed as failed:
            raise CommandError(f"demo_data: {failed}. {_kept(run)}") from failed
        except KeyboardInterrupt:
            raise CommandError(f"demo_data: stopped. {_kept(run)}", returncode=130) from None
        self._report(run, plan, before, time.monotonic() - began)

    def _begun(self, plan: Plan, options: dict[str, Any]) -> Run | None:
        """The run to work: a new one on an empty database, the unfinished one of the same parameters; None where nothing is to be done."""
        name, left = making.name_of(plan, options["months"]), making.unfinished()
        if left is not None and left.period == name:
            self.stdout.write(f"demo_data: goes on with what was begun: {_kept(left)}")
            _refuse_closed_days(making.plan_of(left))
            return left
        if not User.objects.exists():
            _refuse_closed_days(plan)
            return making.begin(plan, options["months"])
        if options["if_empty"]:
            return None
        begun = "" if left is None else f" One of other parameters ({left.period}: members x employers x months, seed) was begun and not finished."
        raise CommandError(f"demo_data: found people in the database, expected none; `make reset` throws the demo's data away.{begun}")

    def _announce(self, plan: Plan, asked: int) -> None:
        if plan.months < asked:
            self.stdout.write(
                f"demo_data: the portal has the law from wage month {plan_of.first_known()} on: found {asked} months asked for, makes {plan.months} "
                f"({plan.first} to {plan.last})"
                if plan.months
                else f"demo_data: the portal has the law from wage month {plan_of.first_known()} on: people only, no months up to {plan.last}"
            )

    def _report(self, run: Run, plan: Plan, before: making.Progress, took: float) -> None:
        """What there is now, at which rate; a ledger that is not sound is an error."""
        made = making.progress(run)
        members, rows = made.members - before.members, made.rows - before.rows
        self.stdout.write(
            f"demo_data: {Member.objects.count():,} members, {Employer.objects.count():,} employers, {Filing.objects.count():,} filings with "
            f"{made.rows:,} rows from {plan.first} to {plan.last} in {took:.1f} s ({members / took:,.0f} members/s, {rows / took:,.0f} rows/s), "
            f"seed {plan.seed}"
        )
        began = time.monotonic()
        broken = invariants.broken()
        if broken:
            raise CommandError(f"demo_data: the ledger is not sound: {', '.join(result.name for result in broken)}")
        self.stdout.write(f"demo_data: the ledger is sound (checked in {time.monotonic() - began:.1f} s)")
        unpaid = Filing.objects.filter(state=FilingState.APPROVED).count()
        if unpaid:
            self.stdout.write(f"demo_data: {unpaid:,} approved filings are not paid: never, or too late for the business date, or above FPX's limit")


class Teller:
    """Says every ten seconds how far it is, how fast, and how much time is left."""

    def __init__(self, command: Command, before: making.Progress) -> None:
        self._command, self._before = command, before
        self._began = self._told = time.monotonic()

    def tell(self, now: making.Progress) -> None:
        at = time.monotonic()
        if at - self._told < SAY_SECONDS or now.done == now.markets:
            return
        self._told, took = at, at - self._began
        done = now.done - self._before.done
        left = f"about {took / done * (now.markets - now.done):,.0f} s left" if done else "the first part is not done yet"
        members, rows = now.members - self._before.members, now.rows - self._before.rows
        self._command.stdout.write(
            f"demo_data: {now.done:,} of {now.markets:,} parts, {now.members:,} members, {now.rows:,} rows; "
            f"{members / took:,.0f} members/s, {rows / took:,.0f} rows/s; {left}"
        )
        self._command.stdout.flush()


def _plan(options: dict[str, Any]) -> Plan:
    try:
        return Plan.of(
            members=options["members"], employers=options["employers"], months=options["months"], seed=options["seed"], on=clock.business_date()
        )
    except NotPossible as refusal:
        raise CommandError(f"demo_data: {refusal}") from refusal


def _refuse_closed_days(plan: Plan) -> None:
    """Nothing can be booked on a day that is closed: PostgreSQL would refuse the first market."""
    closed = days.closed_through()
    if closed is not None and closed >= plan.begins_on:
        raise CommandError(
            f"demo_data: the ledger is closed through {closed}, found a history that begins on {plan.begins_on}, expected days that are open: "
            "`make reset` throws the demo's data away"
        )


def _kept(run: Run) -> str:
    """What a run that is not over has left in the database, and how to go on."""
    there = making.progress(run)
    return (
        f"{there.done:,} of {there.markets:,} parts are there, each whole: {there.members:,} members with {there.rows:,} rows filed. "
        "The same command goes on from there; `make reset` throws the demo's data away."
    )
