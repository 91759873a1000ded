"""Delivery of direct messages: a thread of the server's process that posts what is due until the portal says `OK`.

The messages wait in the database; a thread that dies with its process is replaced with the next one. Two threads may
look at once: a message is taken by a lease.
"""

import logging
import os
import threading
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F, Q

from kwsp_portal.common import clock
from kwsp_portal.demobank import portal, services
from kwsp_portal.demobank.models import Message, Order

_log = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=5)
MOST_ATTEMPTS = 100
_LOOK_SECONDS = 5.0
_SHORTEST_PAUSE = 0.05
_EXPIRE_EVERY = timedelta(seconds=30)

_lock = threading.Lock()
_wake = threading.Event()
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
    """Something was put out: look now."""
    _wake.set()


def send_due(*, order: Order | None = None) -> int:
    """Posts what is due, of one order or of all; gives the number of messages that the portal acknowledged."""
    waiting = Message.objects.filter(acknowledged_at__isnull=True, attempts__lt=MOST_ATTEMPTS, due_at__lte=clock.now())
    if order is not None:
        waiting = waiting.filter(order=order)
    return sum(_send(pk) for pk in list(waiting.values_list("pk", flat=True)))


def send_first(order: Order) -> None:
    """Gives the portal its message about `order` before the caller goes on; after PORTAL_TIMEOUT the caller goes on anyway."""
    end = time.monotonic() + settings.PORTAL_TIMEOUT
    send_due(order=order)
    while order.messages.filter(acknowledged_at__isnull=True).exists() and time.monotonic() < end:
        time.sleep(_SHORTEST_PAUSE)  # the thread was quicker and has it in hand


def _send(pk: int) -> bool:
    now = clock.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    taken = Message.objects.filter(free, pk=pk, acknowledged_at__isnull=True, due_at__lte=now).update(lease_until=now + LEASE)
    if not taken:
        return False
    message = Message.objects.select_related("order").get(pk=pk)
    answer = portal.deliver(message.body, message.order.way)
    acknowledged = clock.now() if answer == "OK" else None
    pause = min(timedelta(seconds=2 ** min(message.attempts, 10)), LONGEST_PAUSE)
    Message.objects.filter(pk=pk).update(
        lease_until=None,
        attempts=F("attempts") + 1,
        last_answer=answer[:100],
        acknowledged_at=acknowledged,
        due_at=message.due_at if acknowledged else clock.now() + pause,
    )
    return acknowledged is not None


def _run() -> None:
    expired_at = clock.now()
    while True:
        _wake.clear()
        try:
            send_due()
            if clock.now() - expired_at > _expire_every():
                expired_at = clock.now()
                _expire()
            pause = _until_next()
        except DatabaseError:
            _log.exception("the outbox could not be read; trying again")
            pause = _LOOK_SECONDS
        finally:
            connection.close()
        _wake.wait(pause)


def _expire() -> None:
    at = clock.now()
    if Order.objects.filter(state="OPEN", received_at__lt=at - timedelta(seconds=settings.SESSION_SECONDS)).exists():
        services.expire(transaction_time=portal.transaction_time(), at=at)
        wake()


def _expire_every() -> timedelta:
    return min(_EXPIRE_EVERY, timedelta(seconds=settings.SESSION_SECONDS))


def _until_next() -> float:
    """Seconds to sleep: to the next message that falls due, at most _LOOK_SECONDS."""
    waiting = Message.objects.filter(acknowledged_at__isnull=True, attempts__lt=MOST_ATTEMPTS)
    next_due: datetime | None = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    longest = min(_LOOK_SECONDS, settings.SESSION_SECONDS)
    if next_due is None:
        return longest
    return min(max((next_due - clock.now()).total_seconds(), _SHORTEST_PAUSE), longest)
