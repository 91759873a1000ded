"""Every invariant of the ledger checked each business day by a worker, with its result kept; what a check found broken is frozen."""

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction

from kwsp_portal import audit, jobs
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Run
from members.ledger import freezing, invariants
from members.ledger.models import CheckRun

PROGRAMME: Final = "check_ledger"
LEASE_SECONDS: Final = 1800
"""The checks read in one snapshot and cannot report in between; tens of millions of members take minutes."""
STALE: Final = timedelta(days=2)
"""A result older than this, by the real clock, says little about today."""
SHOWN_ACCOUNTS: Final = 5


def plan(period: str, on: date) -> Sequence[dict[str, Any]]:
    """One piece: one snapshot."""
    return [{}]


def check(*, lease: jobs.Lease, at: datetime) -> None:
    """Checks everything, keeps the result, freezes what is broken. A day that a later check has overtaken is passed over: nothing is
    learned by checking the same ledger once for each day that nobody looked."""
    if Run.objects.filter(programme=PROGRAMME, on__gt=lease.on).exists():
        with transaction.atomic():
            lease.finish()
        return
    began = time.monotonic_ns()
    results = invariants.run()
    took = timedelta(microseconds=(time.monotonic_ns() - began) // 1000)
    with transaction.atomic():
        keep(results, on=lease.on, began_at=at, took=took)
        lease.finish()


def keep(results: Sequence[invariants.Result], *, on: date, began_at: datetime, took: timedelta) -> CheckRun:
    """Stores what the checks found and freezes the accounts that they named."""
    stored = [
        {
            "name": result.name,
            "found": result.found,
            "accounts": len(result.whys),
            "findings": [{"what": one.what, "sen": one.amount_sen, "accounts": list(one.accounts[:SHOWN_ACCOUNTS])} for one in result.findings],
        }
        for result in results
    ]
    broken = [result for result in results if not result.ok]
    with transaction.atomic():
        freezing.freeze(broken)
        run = CheckRun.objects.create(on=on, began_at=began_at, seconds=took.total_seconds(), broken=len(broken), results=stored)
        audit.record(actor="jobs", action="ledger.check", target=run, data={"broken": [result.name for result in broken], "seconds": run.seconds})
    return run


def start(*, on: date, at: datetime, by: audit.Actor) -> Run:
    """Has a worker check now; the check that is under way, if there is one."""
    under_way = open_run()
    if under_way is not None:
        return under_way
    with transaction.atomic():
        run = jobs.open_run(programme=PROGRAMME, period=f"{on} {at:%H:%M:%S}", chunks=[{}], on=on)
        audit.record(actor=by, action="ledger.check.start", target=run)
    return run


def open_run() -> Run | None:
    """The check that is waiting for a worker or under way."""
    return Run.objects.filter(programme=PROGRAMME, state=RunState.OPEN).order_by("-id").first()


class Outcome(NamedTuple):
    """A stored result; `results` as `keep` wrote them."""

    pk: int
    on: date
    began_at: datetime
    took: timedelta
    results: list[dict[str, Any]]

    def is_stale(self, at: datetime) -> bool:
        """Whether it is too old to be relied on."""
        return at - self.began_at > STALE


def latest() -> Outcome | None:
    """The last result."""
    row = CheckRun.objects.order_by("-id").first()
    return Outcome(row.pk, row.on, row.began_at, timedelta(seconds=row.seconds), row.results) if row else None
