"""The sweeper finishes what was left lying: it needs the database only (reliability.md section 0, finding 1)."""

import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now

from kwsp_portal.jobs import due, engine, lost, outage, registry
from kwsp_portal.jobs.enums import OPEN_CHUNKS, RunState
from kwsp_portal.jobs.models import Chunk, Heartbeat, Run

_HEARTBEATS_KEPT: Final = timedelta(days=1)

log = logging.getLogger(__name__)


@dataclass
class Swept:
    """Counts of one sweep. `waiting`: chunks still open afterwards, under other leases, paused, or waiting for their next attempt."""

    opened: int = 0
    freed: int = 0
    parked: int = 0
    closed: int = 0
    errands: int = 0
    work: engine.Counts = field(default_factory=engine.Counts)
    waiting: int = 0

    def counts(self) -> Mapping[str, int]:
        """As `run_batch` prints them."""
        return {
            "opened": self.opened,
            "freed": self.freed,
            "done": self.work.done,
            "failed": self.work.failed,
            "parked": self.parked,
            "closed": self.closed,
            "errands": self.errands,
            "waiting": self.waiting,
        }


def sweep(*, limit_seconds: float | None = None) -> Swept:
    """Open what is due, free what vanished workers left, run the errands, work what is free, close what is over."""
    outage.renew_connection()
    swept = Swept(opened=due.look())
    freed = lost.free()
    swept.freed, swept.parked = freed.freed, freed.parked
    swept.errands = sum(_run_errand(errand) for errand in registry.errands.values())
    swept.work = engine.work_some(limit_seconds)
    over = Run.objects.filter(state=RunState.OPEN).exclude(chunks__state__in=OPEN_CHUNKS).values_list("pk", flat=True)
    swept.closed = sum(engine.close_if_over(run_id) for run_id in over)
    swept.waiting = Chunk.objects.filter(state__in=OPEN_CHUNKS).count()
    Heartbeat.objects.filter(seen_at__lt=Now() - _HEARTBEATS_KEPT).delete()
    return swept


def _run_errand(errand: registry.PeriodicErrand) -> bool:
    """Run an errand if its time has come and nobody else is at it. The row gives the turn, the advisory lock keeps turns from overlapping."""
    if not _take_turn(errand):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('jobs.periodic'), hashtext(%s))", [errand.name])
        if not cursor.fetchone()[0]:
            return False
        try:
            errand.run()
        except Exception as error:
            if outage.is_behind(error):
                raise
            log.exception("errand %s failed; it has its next turn in %s s", errand.name, errand.every_seconds)
        finally:
            _unlock(errand)
    return True


def _unlock(errand: registry.PeriodicErrand) -> None:
    """A connection that died has let it go already."""
    with contextlib.suppress(InterfaceError, OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtext('jobs.periodic'), hashtext(%s))", [errand.name])


def _take_turn(errand: registry.PeriodicErrand) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_periodic AS mine (name, began_at) VALUES (%s, clock_timestamp()) ON CONFLICT (name) DO UPDATE "
            "SET began_at = excluded.began_at WHERE mine.began_at <= excluded.began_at - %s * interval '1 second' RETURNING name",
            [errand.name, errand.every_seconds],
        )
        return cursor.fetchone() is not None


def beat(worker: str) -> None:
    """Store that this worker came for work just now."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(worker=worker, seen_at=Now())], update_conflicts=True, unique_fields=["worker"], update_fields=["seen_at"]
    )
