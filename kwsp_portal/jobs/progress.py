"""How far the work is, for the administrators' page: counted once for all runs, by indexes that are as small as what is left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.jobs.enums import OPEN_CHUNKS, ChunkState, RunState
from kwsp_portal.jobs.models import BusinessClock, Chunk, Due, Heartbeat, Run

GOING: Final = (RunState.OPEN, RunState.PAUSED)
MOST_GOING: Final = 50
MOST_OVER: Final = 20
MOST_PARKED: Final = 50
QUIET_SECONDS: Final = 120
"""A worker comes for work at least every 15 s, since beat rings for a sweep; one that is busy with a long chunk less often."""

_RATES: Final = """
SELECT c.run_id,
       round(count(*) * 60 / greatest(1, extract(epoch FROM clock_timestamp() - greatest(r.opened_at, clock_timestamp() - interval '5 minutes'))))
  FROM jobs_chunk c JOIN jobs_run r ON r.id = c.run_id
 WHERE c.state = 'DONE' AND c.done_at > clock_timestamp() - interval '5 minutes' AND r.state = 'OPEN' GROUP BY c.run_id, r.opened_at
"""


@dataclass(frozen=True, kw_only=True)
class Going:
    """A run and how far it is. `left_seconds` by the rate of the last five minutes; None where nothing was done in them."""

    run: Run
    done: int
    running: int
    parked: int
    a_minute: int = 0
    left_seconds: int | None = None
    paused: AuditEvent | None = None

    @property
    def over(self) -> int:
        return self.done + self.parked


@dataclass(frozen=True, kw_only=True)
class Worker:
    name: str
    seen_at: datetime
    quiet: bool


@dataclass(frozen=True, kw_only=True)
class Board:
    """The whole page."""

    going: list[Going]
    ended: list[Going]
    going_count: int
    parked: list[Chunk]
    parked_count: int
    unopened: list[Due]
    workers: list[Worker]
    business_date: date
    looked_to: date | None

    @property
    def nobody_works(self) -> bool:
        return all(worker.quiet for worker in self.workers)


def counted(runs: QuerySet[Run]) -> QuerySet[Run]:
    """The runs with `open`, `running`, `dead` and so `done` chunks, for a page of them: what is done is what is neither open nor parked."""
    return runs.annotate(open=_count(OPEN_CHUNKS), running=_count([ChunkState.RUNNING]), dead=_count([ChunkState.DEAD]))


def _count(states: Iterable[ChunkState]) -> Any:
    chunks = Chunk.objects.filter(run=OuterRef("pk"), state__in=[state.value for state in states]).order_by()
    return Coalesce(Subquery(chunks.values("run").annotate(number=Count("pk")).values("number"), output_field=IntegerField()), 0)


def done_of(run: Any) -> int:
    """Of a run that `counted` gave."""
    return int(run.chunk_count - run.open - run.dead)


def board() -> Board:
    """Everything, in a number of queries that does not depend on how much there is."""
    going_runs = Run.objects.filter(state__in=GOING)
    going, over = list(counted(going_runs.order_by("urgency", "id"))[:MOST_GOING]), list(_over())
    rates, paused = _rates(), _paused(going)
    parked = Chunk.objects.filter(state=ChunkState.DEAD)
    clock_row = BusinessClock.objects.first()
    return Board(
        going=[_line(run, rates, paused) for run in going],
        ended=[_line(run, rates, paused) for run in over],
        going_count=going_runs.count(),
        parked=list(parked.select_related("run").order_by("run_id", "chunk_no")[:MOST_PARKED]),
        parked_count=parked.count(),
        unopened=list(Due.objects.filter(run=None).order_by("due_on", "id")[:MOST_PARKED]),
        workers=_workers(),
        business_date=clock.business_date(),
        looked_to=clock_row.looked_to if clock_row else None,
    )


def of(runs: QuerySet[Run]) -> list[Going]:
    """These runs and how far each is, in their order: for a page of what they work on."""
    found = list(counted(runs))
    rates, paused = _rates(), _paused(found)
    return [_line(run, rates, paused) for run in found]


def _over() -> QuerySet[Run]:
    """The newest of the runs that are over."""
    return counted(Run.objects.exclude(state__in=GOING)).order_by("-id")[:MOST_OVER]


def _line(run: Any, rates: Mapping[int, int], paused: Mapping[str, AuditEvent]) -> Going:
    a_minute = rates.get(run.pk, 0)
    return Going(
        run=run,
        done=done_of(run),
        running=run.running,
        parked=run.dead,
        a_minute=a_minute,
        left_seconds=run.open * 60 // a_minute if a_minute else None,
        paused=paused.get(f"run:{run.pk}"),
    )


def _rates() -> dict[int, int]:
    """Chunks a minute of each open run, at least 1 where any was done."""
    with connection.cursor() as cursor:
        cursor.execute(_RATES)
        return {run_id: max(1, int(a_minute)) for run_id, a_minute in cursor.fetchall()}


def _paused(runs: list[Run]) -> dict[str, AuditEvent]:
    """Who paused a run that is paused, and when: the last such event of the trail."""
    targets = [f"run:{run.pk}" for run in runs if run.state == RunState.PAUSED]
    if not targets:
        return {}
    events = AuditEvent.objects.filter(target__in=targets, action="jobs.run.pause", refused=False)
    return {event.target: event for event in events.order_by("target", "-seq").distinct("target")}


def _workers() -> list[Worker]:
    now = clock.now()
    return [
        Worker(name=beat.worker, seen_at=beat.seen_at, quiet=(now - beat.seen_at).total_seconds() > QUIET_SECONDS)
        for beat in Heartbeat.objects.order_by("worker")
    ]
