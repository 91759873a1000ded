"""How many wrong passwords are too many. The only module that knows django-axes (its hosts wind down in 2027: stack.md).

Counted in the database, outside any transaction of the act. A browser by which the person is known has a count of its own, wherever it is; other
browsers are counted by User ID and address together. What comes from many addresses at once against one User ID is slowed down for them all, but
not for the known browsers: strangers can neither lock somebody out nor have more than a bounded number of guesses. Attempts during a lockout do not
prolong it, so that the time that the page names stays true. Nothing here asks whether the User ID exists.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import connection
from django.db.models import Max, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kwsp_portal.common import clock
from members.identity import devices


def cool_off() -> timedelta:
    """How long a lockout lasts after the attempt that caused it."""
    return timedelta(hours=settings.AXES_COOLOFF_TIME)


@dataclass(frozen=True, slots=True)
class Counter:
    """What an attempt is counted under. `name` is the User ID, for a known browser with that browser's hash; then `address` counts for nothing."""

    name: str
    address: str
    known: bool


def counter_of(request: HttpRequest, *, user_id: str) -> Counter:
    """Which count this browser's attempts at this User ID belong to."""
    device = devices.known(request, user_id=user_id)
    counter = Counter(
        name=f"{user_id}@{device.key_hash}" if device else user_id, address=request.META.get("REMOTE_ADDR", ""), known=device is not None
    )
    request.lockout_counter = counter  # type: ignore[attr-defined]
    return counter


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """For axes (AXES_USERNAME_CALLABLE): the name under which it keeps the attempts of this request."""
    user_id = str((credentials or {}).get(settings.AXES_USERNAME_FORM_FIELD) or (credentials or {}).get("username") or "")
    counter: Counter | None = getattr(request, "lockout_counter", None)
    return counter.name if counter is not None and counter.name.partition("@")[0] == user_id else user_id


def counted_by(request: HttpRequest, credentials: dict[str, Any] | None = None) -> list[Any]:
    """For axes (AXES_LOCKOUT_PARAMETERS): a known browser is counted wherever it is."""
    return ["username"] if "@" in counted_name(request, credentials) else [["username", "ip_address"]]


@contextmanager
def one_at_a_time(counter: Counter) -> Iterator[None]:
    """Guesses of one count wait for each other from the look at the count until they are counted: sent all at once, every one of
    them would find the door open. Strangers wait for each other at one User ID, wherever they are; a known browser waits for none of them.
    A session lock of PostgreSQL, which ends with the connection."""
    key = ["sign-in", counter.name]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s), hashtext(%s))", key)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", key)


def refuse_if_closed(request: HttpRequest, counter: Counter, *, user_id: str, at: datetime) -> bool:
    """Whether this attempt is not looked at at all; the answer is then the 429 page. Asked once before and once behind `one_at_a_time`:
    of a flood, most do not even wait."""
    if closed_until(counter, at=at) is None:
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]  # read by AxesMiddleware
    request.axes_credentials = {settings.AXES_USERNAME_FORM_FIELD: user_id}  # type: ignore[attr-defined]
    return True


def count_failure(request: HttpRequest, *, user_id: str) -> None:
    """A wrong second factor counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={settings.AXES_USERNAME_FORM_FIELD: user_id}, request=request)


def is_locked(request: HttpRequest) -> bool:
    """Whether the attempt just made met, or caused, a lockout."""
    return bool(getattr(request, "axes_locked_out", False))


def closed_until(counter: Counter, *, at: datetime) -> datetime | None:
    """Until when attempts of this count are refused: too many of its own, or too many strangers' at this User ID. None when they are not."""
    return locked_until(counter, at=at) or slowed_until(counter, at=at)


def locked_until(counter: Counter, *, at: datetime) -> datetime | None:
    """Until when this count is refused for its own failures."""
    failures, last = _recent(counter, at=at)
    return last + cool_off() if last and failures >= settings.AXES_FAILURE_LIMIT else None


def slowed_until(counter: Counter, *, at: datetime) -> datetime | None:
    """When the next attempt of any stranger at this User ID is looked at, while there are too many of them."""
    if counter.known:
        return None
    failures, last = _sum(AccessAttempt.objects.filter(username=counter.name), at)
    until = last + timedelta(seconds=settings.SIGN_IN_FLOOD_PAUSE) if last and failures >= settings.SIGN_IN_FLOOD else None
    return until if until and until > at else None


def tries_left(counter: Counter, *, at: datetime) -> int:
    """How many wrong answers the lockout still forgives."""
    failures, _last = _recent(counter, at=at)
    return max(0, settings.AXES_FAILURE_LIMIT - failures)


@dataclass(frozen=True, slots=True)
class Lock:
    """One lockout: from where, whether by a browser that is the person's own, how many failures, until when."""

    address: str
    known: bool
    failures: int
    until: datetime


def locks_of(user_id: str, *, at: datetime) -> Sequence[Lock]:
    """What is refused at the moment for this User ID, for officers who are asked why somebody cannot sign in."""
    recent = AccessAttempt.objects.filter(Q(username=user_id) | Q(username__startswith=f"{user_id}@"), attempt_time__gt=at - cool_off())
    grouped = recent.values("username", "ip_address").annotate(failures=Sum("failures_since_start"), last=Max("attempt_time")).order_by("-last")
    return [
        Lock(row["ip_address"] or "", "@" in row["username"], row["failures"], row["last"] + cool_off())
        for row in grouped
        if row["failures"] >= settings.AXES_FAILURE_LIMIT
    ]


def _recent(counter: Counter, *, at: datetime) -> tuple[int, datetime | None]:
    """Failures that still count, and when the last one was."""
    attempts = AccessAttempt.objects.filter(username=counter.name)
    return _sum(attempts if counter.known else attempts.filter(ip_address=counter.address), at)


def _sum(attempts: QuerySet[AccessAttempt], at: datetime) -> tuple[int, datetime | None]:
    found = attempts.filter(attempt_time__gt=at - cool_off()).aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    return found["failures"] or 0, found["last"]


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """The 429 page (AXES_LOCKOUT_CALLABLE). It is the same for User IDs that do not exist."""
    now = clock.now()
    user_id = str((credentials or {}).get(settings.AXES_USERNAME_FORM_FIELD, ""))
    counter = getattr(request, "lockout_counter", None) or counter_of(request, user_id=user_id)
    until = closed_until(counter, at=now) or now + cool_off()
    shown = until if not until.second and not until.microsecond else until.replace(second=0, microsecond=0) + timedelta(minutes=1)
    answer = render(request, "errors/429.html", {"until": shown}, status=429)
    answer.headers["Retry-After"] = str(max(1, math.ceil((until - now).total_seconds())))
    answer.headers["Cache-Control"] = "no-store"
    return answer
