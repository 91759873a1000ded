"""The trail verified each business day by a worker, with its result kept, and told on the first page of the admin."""

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction

from kwsp_portal import audit, jobs
from kwsp_portal.audit import anchors
from kwsp_portal.audit.models import Seal, Verification, Watch
from kwsp_portal.audit.verifying import Verifier

PROGRAMME: Final = "verify_audit"
LEASE_SECONDS: Final = 3_600
"""It reads the whole trail and cannot report in between."""
SHOWN: Final = 20
STALE: Final = timedelta(days=2)
SLOW: Final = timedelta(minutes=5)
"""The sealer looks each minute."""


def plan(period: str, on: date) -> Sequence[dict[str, Any]]:
    """One piece."""
    return [{}]


def check(*, lease: jobs.Lease, at: datetime) -> None:
    """Verifies everything and keeps what was found; the trail says so itself."""
    began, first, found = time.monotonic(), list[str](), 0
    verifier = Verifier(folder=anchors.folder(), at=at)
    for finding in verifier.findings():
        found += 1
        if len(first) < SHOWN:
            first.append(f"{finding.code} {finding.what}")
    seconds = time.monotonic() - began
    with transaction.atomic():
        kept = Verification.objects.create(began_at=at, seconds=seconds, rows=verifier.rows, found=found, findings=first)
        audit.record(actor="jobs", action="audit.verify", target=kept, data={"rows": verifier.rows, "found": found, "seconds": f"{seconds:.1f}"})
        lease.finish()


class Panel(NamedTuple):
    """`last` is None before the first verification. `kind` is a colour: neutral, good, warn, bad."""

    last: Verification | None
    sealed: int
    watch: Watch | None
    stale: bool
    slow: bool

    @property
    def kind(self) -> str:
        if self.last is not None and self.last.found:
            return "bad"
        if self.slow or self.stale or (self.watch is not None and self.watch.error):
            return "warn"
        return "neutral" if self.last is None else "good"


def panel(*, at: datetime) -> Panel:
    """As it stands at a moment of the real clock. Three queries."""
    last, watch = Verification.objects.first(), Watch.objects.first()
    return Panel(
        last=last,
        sealed=Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0,
        watch=watch,
        stale=last is not None and at - last.began_at > STALE,
        slow=watch is not None and watch.looked_at is not None and at - watch.looked_at > SLOW,
    )
