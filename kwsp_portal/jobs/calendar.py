"""The business clock (ruling 2): the day the portal runs as at, kept in one row that only moves forward.

`business_date` was right on the real day `real_date`; each real midnight in Kuala Lumpur since then adds a day. So a portal
without AS_AT follows the real calendar, and one that was started on another date, or moved ahead in a demo, keeps its distance.
Should the machine's clock be set back, the business date stands still.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, TypeVar

from django.conf import settings
from django.db import connection, transaction

from kwsp_portal import audit
from kwsp_portal.common import clock
from kwsp_portal.jobs.models import BusinessClock

Hook = Callable[[date], object]
Floor = Callable[[], date | None]
HookT = TypeVar("HookT", bound=Hook)
FloorT = TypeVar("FloorT", bound=Floor)

_CACHE_SECONDS: Final = 1.0
_hooks: list[Hook] = []
_floors: list[Floor] = []
_cached: tuple[float, date] | None = None


class ClockBackwards(Exception):
    """The business date only moves forward. `current` is the date it has, or the last booked day that stands in the way."""

    def __init__(self, *, wanted: date, current: date) -> None:
        super().__init__(f"the business date only moves forward: found {wanted}, expected {current} or later")
        self.wanted = wanted
        self.current = current


def on_each_day(hook: HookT) -> HookT:
    """Decorator: called with every business date that `advance` steps on, in order, each in its own transaction."""
    _hooks.append(hook)
    return hook


def floor(last_booked: FloorT) -> FloorT:
    """Decorator: the function tells the last day on which something is booked, or None; the first date is set no earlier."""
    _floors.append(last_booked)
    return last_booked


def forget() -> None:
    """Drop the date that this process remembers."""
    global _cached
    _cached = None


def forget_on_connection(**_signal: object) -> None:
    """A new connection may lead to another database: nothing remembered holds there."""
    forget()


def current() -> date:
    """The business date: the source of `clock.business_date()`. Remembered for a second at most; writes nothing.

    Inside a transaction the row itself is read, for what it says there may not be committed.
    """
    global _cached
    if connection.in_atomic_block:
        return _read()
    moment = time.monotonic()
    if _cached is None or moment >= _cached[0]:
        _cached = (moment + _CACHE_SECONDS, _read())
    return _cached[1]


def _read() -> date:
    row = BusinessClock.objects.first()
    return _start() if row is None else _as_of_now(row)


def _start() -> date:
    """The date of a portal whose clock was never set."""
    return date.fromisoformat(settings.AS_AT) if settings.AS_AT else clock.real_date()


def _as_of_now(row: BusinessClock) -> date:
    midnights = max(0, (clock.real_date() - row.real_date).days)
    return row.business_date + timedelta(days=midnights)


def locked() -> BusinessClock:
    """The row, locked for the open transaction and brought up to now; made if there is none."""
    _create(_start())
    row = BusinessClock.objects.select_for_update().get(pk=1)
    row.business_date = _as_of_now(row)
    row.real_date = max(row.real_date, clock.real_date())
    return row


def save(row: BusinessClock) -> None:
    """Store a row that `locked` gave."""
    row.save(update_fields=["business_date", "real_date", "looked_to"])
    transaction.on_commit(forget)


def set_first(*, on: date | None) -> date:
    """Start the clock on a date (None: AS_AT, else today) and return the business date; a clock that runs is moved ahead to it.

    Only forward: raises ClockBackwards for a day before the date it has, or before the last booked day.
    """
    wanted = on or (date.fromisoformat(settings.AS_AT) if settings.AS_AT else None)
    row = BusinessClock.objects.first()
    reached = [day for day in (last() for last in _floors) if day is not None]
    if row is not None:
        reached.append(_as_of_now(row))
    if wanted is not None and reached and wanted < max(reached):
        raise ClockBackwards(wanted=wanted, current=max(reached))
    if row is None:
        _create(wanted or max([clock.real_date(), *reached]))
    forget()
    return current() if wanted is None else advance(to=wanted)


def _create(start: date) -> None:
    """Make the row if nobody else just did. The first day itself is still to be looked at."""
    row = BusinessClock(id=1, business_date=start, real_date=clock.real_date(), looked_to=start - timedelta(days=1))
    BusinessClock.objects.bulk_create([row], ignore_conflicts=True)


def advance(*, to: date, by: audit.Actor = None) -> date:
    """Move the business date forward to a day, stepping on every day between, so that what fell due is opened in order.

    Returns the date it then is. `to` equal to the current date changes nothing; an earlier one raises ClockBackwards. Two at once
    wait for each other: the one with the later day wins, and the other is refused if its day is past by then.
    """
    with transaction.atomic():
        row = locked()
        if to < row.business_date:
            raise ClockBackwards(wanted=to, current=row.business_date)
        save(row)
        if to > row.business_date:
            moved = {"from": row.business_date.isoformat(), "to": to.isoformat()}
            audit.record(actor=by or "jobs", action="clock.advance", target="clock:1", data=moved)
    while _step(to):
        pass
    forget()
    return current()


def _step(to: date) -> bool:
    """One day further, and what falls due on it; False when `to` is reached."""
    with transaction.atomic():
        row = locked()
        if row.business_date >= to:
            save(row)
            return False
        row.business_date += timedelta(days=1)
        save(row)
        day = row.business_date
    for hook in _hooks:
        hook(day)
    return True
