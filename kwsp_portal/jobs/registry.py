"""What can be worked: programmes, their schedules, small periodic errands and batches by name.

Registered by decorators in `<app>/work.py`, which every process imports when Django is ready.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kwsp_portal.jobs.enums import URGENCY

if TYPE_CHECKING:
    from kwsp_portal.jobs.lease import Lease
    from kwsp_portal.jobs.models import Run

Payload = dict[str, Any]
Work = Callable[["Lease"], None]
RunHook = Callable[["Run"], None]
Plan = Callable[[str, date], Sequence[Payload]]
When = Callable[[date], str | None]
Errand = Callable[[], object]
Batch = Callable[[date], Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class Programme:
    """How the chunks of one kind of run are worked.

    `urgency`: runs with the smaller number are worked first. `lease_seconds`: for how long a chunk is kept from other workers; a chunk
    should take well under it or report progress, and no statement of it may take longer. `idle_seconds`: how long its transaction may do
    nothing before PostgreSQL ends it: a worker that was stopped gives its locks back. `pauses`: seconds before the second and the third
    attempt. `on_done`, `on_failed`: called in the transaction that closes a run.
    """

    name: str
    work: Work
    urgency: int
    lease_seconds: float
    idle_seconds: float
    pauses: tuple[float, float]
    on_done: RunHook | None
    on_failed: RunHook | None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """`when(day)` names the period that falls due on a business date, or None; `plan(period, day)` cuts its chunks."""

    programme: str
    when: When
    plan: Plan


@dataclass(frozen=True, kw_only=True)
class PeriodicErrand:
    """A callable that the sweeper calls about every so many seconds, never two at once."""

    name: str
    every_seconds: float
    run: Errand


programmes: dict[str, Programme] = {}
schedules: dict[str, Schedule] = {}
errands: dict[str, PeriodicErrand] = {}
batches: dict[str, Batch] = {}


def _only_once(registered: Mapping[str, object], name: str) -> None:
    if name in registered:
        raise ValueError(f"{name}: registered twice")


def programme(
    name: str,
    *,
    urgency: int = URGENCY,
    lease_seconds: float = 90,
    idle_seconds: float = 30,
    pauses: tuple[float, float] = (2, 15),
    on_done: RunHook | None = None,
    on_failed: RunHook | None = None,
) -> Callable[[Work], Work]:
    """Decorator: the function works one chunk; it must call `lease.finish()` inside the transaction that writes."""

    def register(work: Work) -> Work:
        _only_once(programmes, name)
        programmes[name] = Programme(
            name=name,
            work=work,
            urgency=urgency,
            lease_seconds=lease_seconds,
            idle_seconds=idle_seconds,
            pauses=pauses,
            on_done=on_done,
            on_failed=on_failed,
        )
        return work

    return register


def urgency_of(programme: str) -> int:
    """Of a programme by its name; the usual one where this process does not know it."""
    known = programmes.get(programme)
    return URGENCY if known is None else known.urgency


def schedule(programme: str, *, when: When) -> Callable[[Plan], Plan]:
    """Decorator: the function cuts the chunks of a period that fell due; the programme of that name works them."""

    def register(plan: Plan) -> Plan:
        _only_once(schedules, programme)
        schedules[programme] = Schedule(programme=programme, when=when, plan=plan)
        return plan

    return register


def periodic(name: str, every_seconds: float, run: Errand) -> None:
    """Have the sweeper call `run()` about every so many seconds of real time."""
    _only_once(errands, name)
    errands[name] = PeriodicErrand(name=name, every_seconds=every_seconds, run=run)


def batch(name: str) -> Callable[[Batch], Batch]:
    """Decorator: `manage.py run_batch NAME` calls the function with the business date and prints the counts it returns."""

    def register(run: Batch) -> Batch:
        _only_once(batches, name)
        batches[name] = run
        return run

    return register


def daily(day: date) -> str | None:
    """Due every business date; the period is the date."""
    return day.isoformat()


def monthly(day_of_month: int) -> When:
    """Due on that day of each month; the period is the month."""

    def when(day: date) -> str | None:
        return f"{day:%Y-%m}" if day.day == day_of_month else None

    return when
