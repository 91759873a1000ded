"""Closing of days: a past business day takes no more entries once its work is done, and is sealed as it stands.

A day is closed, oldest first, when no open run of any programme has it or an earlier one as its date. From then on PostgreSQL refuses what is
booked on it (`posting.DayClosed`); batches book on `max(their date, first_open_day())`.
"""

import datetime
import logging
from typing import NamedTuple

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Max, Min

from kwsp_portal.jobs import registry
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import BusinessClock, Due, Run
from members.ledger import seals
from members.ledger.models import Closing, DaySeal, Entry
from members.ledger.posting import engine

WAIT = "2s"
"""How long closing waits for those who are just posting, who themselves wait behind it for no longer. Then it gives way until its next turn."""
_LOCK_NOT_AVAILABLE = "55P03"
_BEFORE_ALL = "-infinity"

log = logging.getLogger(__name__)


class Closed(NamedTuple):
    """What a turn of closing did: how many days it sealed, and through which day the ledger is closed."""

    days: int
    through: datetime.date | None


def closed_through() -> datetime.date | None:
    """The last closed day; every day before it is closed too. None where none ever was."""
    through: datetime.date | None = Closing.objects.aggregate(last=Max("through"))["last"]
    return through


def first_open_day() -> datetime.date:
    """The first day on which something may be booked. It may close before the caller books: posting then raises DayClosed."""
    through = closed_through()
    return datetime.date.min if through is None else through + datetime.timedelta(days=1)


def close(*, on: datetime.date) -> Closed:
    """Closes every day before the business date `on` whose work is done, and seals what is closed and not sealed yet.

    Closing and sealing are two transactions: who posts waits for the first only, which writes one row. Gives way, until the next turn,
    to a poster who takes longer than WAIT.
    """
    through = closed_through()
    last = _last_to_close(_until(on))
    if last is not None and (through is None or last > through) and _close_through(last):
        log.info("the ledger is closed through %s", last)
    through = closed_through()
    return Closed(0 if through is None else _seal(through), through)


def _until(on: datetime.date) -> datetime.date:
    """The last day before `on` for which nothing is left to do: no open run, nothing due that is not opened, the calendar looked at."""
    unopened = Due.objects.filter(run=None, error="", programme__in=registry.schedules).aggregate(first=Min("due_on"))["first"]
    unfinished = Run.objects.filter(state=RunState.OPEN).aggregate(first=Min("on"))["first"]
    clock = BusinessClock.objects.first()
    unlooked = None if clock is None else clock.looked_to + datetime.timedelta(days=1)
    return min(day for day in (on, unopened, unfinished, unlooked) if day is not None) - datetime.timedelta(days=1)


def _last_to_close(until: datetime.date) -> datetime.date | None:
    """The last day up to `until` on which something is booked, or the 31 December after it: a year ends though nothing is booked at its end."""
    last: datetime.date | None = Entry.objects.filter(booked_on__lte=until).aggregate(last=Max("booked_on"))["last"]
    if last is None:
        return None
    year_end = datetime.date(last.year, 12, 31)
    return year_end if year_end <= until else last


def _close_through(day: datetime.date) -> bool:
    """Marks the days as closed: its trigger waits for all who are posting. False where they took too long, or another closed them."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [WAIT])
            cursor.execute("INSERT INTO ledger_closing (through) VALUES (%s)", [day])
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if engine.sqlstate(error) != _LOCK_NOT_AVAILABLE:
            raise
        log.warning("closing of %s gives way: somebody posts for longer than %s", day, WAIT)
        return False
    except IntegrityError as error:
        if engine.constraint(error) != "ledger_closing_next":
            raise
        return False
    return True


def _seal(through: datetime.date) -> int:
    """Seals the closed days that are not sealed: nothing can come to them any more, so it needs no lock."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger'), hashtext('seals'))")
        sealed = DaySeal.objects.aggregate(last=Max("day"))["last"]
        if sealed is not None and sealed >= through:
            return 0
        return seals.write(cursor, after=_BEFORE_ALL if sealed is None else sealed.isoformat(), through=through.isoformat())
