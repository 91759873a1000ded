"""A thread of the server's process: brings delayed messages when their time has come, and makes reports until the portal acknowledges them.

All of it waits in the database; a thread that dies with its process is replaced with the next one. One process serves, so one thread runs.
"""

import logging
import os
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F

from kwsp_portal.common import clock
from kwsp_portal.demophone import portal, services
from kwsp_portal.demophone.enums import State
from kwsp_portal.demophone.models import Message, Report

_log = logging.getLogger(__name__)
LONGEST_PAUSE = timedelta(minutes=1)
MOST_ATTEMPTS: Final = 50
TOGETHER: Final = 100
_LOOK_SECONDS: Final = 5.0
_SHORTEST_PAUSE: Final = 0.05
_TOGETHER_SECONDS: Final = 0.05
"""What is taken in so short a time is reported in one call."""

_lock = threading.Lock()
_wake = threading.Event()
_reporting = threading.Lock()
_thread: threading.Thread | None = None
_thread_of: int | None = None


def ensure_running() -> None:
    """Starts the thread if this process has none (a fork does not inherit it)."""
    global _thread, _thread_of
    with _lock:
        if _thread is None or _thread_of != os.getpid() or not _thread.is_alive():
            _thread, _thread_of = threading.Thread(target=_run, name="outbox", daemon=True), os.getpid()
            _thread.start()


def wake() -> None:
    """Something was taken: look now."""
    _wake.set()


def report_due(*, message: Message | None = None) -> int:
    """Makes the reports that are due, of one message or of all; the number that the portal acknowledged."""
    with _reporting:
        waiting = Report.objects.filter(acknowledged_at__isnull=True, attempts__lt=MOST_ATTEMPTS, due_at__lte=clock.now()).select_related("message")
        if message is not None:
            waiting = waiting.filter(message=message)
        return sum(_report(list(waiting.filter(forged=forged)[:TOGETHER]), forged=forged) for forged in (False, True))


def report_first(message: Message) -> None:
    """Gives the portal its report before the caller answers; after PORTAL_TIMEOUT the caller answers anyway."""
    end = time.monotonic() + settings.PORTAL_TIMEOUT
    report_due(message=message)
    while message.reports.filter(acknowledged_at__isnull=True).exists() and time.monotonic() < end:
        time.sleep(_SHORTEST_PAUSE)


def _report(reports: Sequence[Report], *, forged: bool) -> int:
    if not reports:
        return 0
    answer = portal.report(reports, at=clock.now(), forged=forged)
    now = clock.now()
    pause = min(timedelta(seconds=2 ** min(reports[0].attempts, 6)), LONGEST_PAUSE)
    done = {"acknowledged_at": now} if answer == "OK" else {"due_at": now + pause}
    with services.writing:
        Report.objects.filter(pk__in=[one.pk for one in reports]).update(attempts=F("attempts") + 1, last_answer=answer[:100], **done)
    return len(reports) if answer == "OK" else 0


def _run() -> None:
    while True:
        time.sleep(_TOGETHER_SECONDS)
        _wake.clear()
        try:
            services.bring_due(at=clock.now())
            while report_due():
                pass
            pause = _until_next()
        except DatabaseError:
            _log.exception("the outbox could not be read; trying again")
            pause = _LOOK_SECONDS
        finally:
            connection.close()
        _wake.wait(pause)


def _until_next() -> float:
    """Seconds to sleep: to what falls due next, at most _LOOK_SECONDS."""
    reports = Report.objects.filter(acknowledged_at__isnull=True, attempts__lt=MOST_ATTEMPTS).order_by("due_at").values_list("due_at", flat=True)
    messages = Message.objects.filter(state=State.WAITING).order_by("deliver_at").values_list("deliver_at", flat=True)
    due: list[datetime] = [found for found in (reports.first(), messages.first()) if found is not None]
    if not due:
        return _LOOK_SECONDS
    return min(max((min(due) - clock.now()).total_seconds(), _SHORTEST_PAUSE), _LOOK_SECONDS)
