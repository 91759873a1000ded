"""How many wrong passwords are too many. The only module that knows django-axes (its hosts wind down in 2027: stack.md).

Counted in the database, outside any transaction of the act, by User ID and address together: a stranger elsewhere cannot lock
somebody out. Attempts during a lockout do not prolong it, so that the time that the page names stays true.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import connection
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kwsp_portal.common import clock


def cool_off() -> timedelta:
    """How long a lockout lasts after the attempt that caused it."""
    return timedelta(hours=settings.AXES_COOLOFF_TIME)


@contextmanager
def one_at_a_time(*, user_id: str, address: str) -> Iterator[None]:
    """Guesses at one User ID from one address wait for each other from the look at the count until they are counted: sent all at
    once, every one of them would find the door open. A session lock of PostgreSQL, which ends with the connection."""
    key = [f"sign-in {address}", user_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s), hashtext(%s))", key)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", key)


def count_failure(request: HttpRequest, *, user_id: str) -> None:
    """A wrong second factor counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={settings.AXES_USERNAME_FORM_FIELD: user_id}, request=request)


def is_locked(request: HttpRequest) -> bool:
    """Whether the attempt just made met, or caused, a lockout."""
    return bool(getattr(request, "axes_locked_out", False))


def locked_until(*, user_id: str, address: str, at: datetime) -> datetime | None:
    """Until when this User ID is refused from this address; None when it is not."""
    failures, last = _recent(user_id=user_id, address=address, at=at)
    return last + cool_off() if last and failures >= settings.AXES_FAILURE_LIMIT else None


def tries_left(*, user_id: str, address: str, at: datetime) -> int:
    """How many wrong answers the lockout still forgives."""
    failures, _last = _recent(user_id=user_id, address=address, at=at)
    return max(0, settings.AXES_FAILURE_LIMIT - failures)


def _recent(*, user_id: str, address: str, at: datetime) -> tuple[int, datetime | None]:
    """Failures that still count, and when the last one was."""
    recent = AccessAttempt.objects.filter(username=user_id, ip_address=address, attempt_time__gt=at - cool_off())
    found = recent.aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    return found["failures"] or 0, found["last"]


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """The 429 page (AXES_LOCKOUT_CALLABLE). It is the same for User IDs that do not exist."""
    now = clock.now()
    user_id = str((credentials or {}).get(settings.AXES_USERNAME_FORM_FIELD, ""))
    until = locked_until(user_id=user_id, address=request.META.get("REMOTE_ADDR", ""), at=now) or now + cool_off()
    answer = render(request, "errors/429.html", {"until": until}, status=429)
    answer.headers["Retry-After"] = str(max(1, math.ceil((until - now).total_seconds())))
    answer.headers["Cache-Control"] = "no-store"
    return answer
