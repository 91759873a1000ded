"""The register of sessions: who is signed in where, and how a session ends from elsewhere.

Ending deletes what the cookie opens, so that it holds on the very next click without any click asking; the register then says why. A session
whose row in the register has ended meanwhile is over, too, whatever is left of it in the store (`seen`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest

from kwsp_portal import audit
from members.identity import devices, user_agents
from members.identity.enums import SessionEnd
from members.identity.models import User
from members.identity.models_sessions import KnownDevice, StoredSession, UserSession
from members.identity.session_store import REGISTER, hash_of

FROM_ELSEWHERE: Final = frozenset(SessionEnd) - {SessionEnd.IDLE, SessionEnd.ABSOLUTE, SessionEnd.SIGNED_OUT, SessionEnd.REPLACED}
FOLLOWED: Final = timedelta(seconds=10)
"""How long the key before leads on to the present one."""
SHOWN: Final = 20
"""How many ended sessions a page lists."""


def register(request: HttpRequest, *, user: User, device: KnownDevice | None, at: datetime) -> UserSession:
    """The row of a session that has just begun. The session is saved, so that it can be ended from elsewhere from now on."""
    if request.session.session_key is None:
        request.session.create()
    words = user_agents.words(request.headers.get("User-Agent", ""))
    row = UserSession.objects.create(
        user=user,
        key_hash=hash_of(str(request.session.session_key)),
        device=device,
        browser=words.browser,
        system=words.system,
        address=address_of(request),
        started_at=at,
        seen_at=at,
    )
    request.session[REGISTER] = row.pk
    request.session.save()
    return row


def seen(request: HttpRequest, *, at: datetime) -> SessionEnd | None:
    """The person is at the keyboard. Why the session is over, if it was ended meanwhile."""
    number = request.session.get(REGISTER)
    if number is None or UserSession.objects.filter(pk=number, ended_at=None).update(seen_at=at):
        return None
    return SessionEnd(UserSession.objects.get(pk=number).why)


def followed(request: HttpRequest, *, key: str, at: datetime) -> str | None:
    """The present key of the session whose key was `key` until a few seconds ago; None where it is not to be followed.

    Without it the second of two clicks would lose the session: the first has changed the key, and the browser, which dropped that answer, sends
    the old one. It is a pointer only: nothing is kept under the old key, following it prolongs nothing, and it ends with the session. What a thief
    could do with it: who has the old key alone, nothing, since the browser's own number (`devices`) must come with it; who has that, too, had
    the whole session until now, and may go on with it if they are there within these seconds. A code approves one act and is not in
    the session, so that they have no more than they had. Later, and once the key has changed again, the old one opens nothing.
    """
    near = (at - FOLLOWED, at + FOLLOWED)
    known = {"device__key_hash": devices.key_hash(request), "device__forgotten_at": None}
    row = UserSession.objects.filter(before_hash=hash_of(key), rekeyed_at__range=near, ended_at=None, **known).first()
    stored = StoredSession.objects.filter(register_id=row.pk).values_list("session_key", flat=True) if row else ()
    return next((now for now in stored if row and hash_of(now) == row.key_hash), None)


def step_up(request: HttpRequest, *, at: datetime) -> None:
    """A code was given: the session gets a new key, and the register says when."""
    request.session.cycle_key()
    UserSession.objects.filter(pk=request.session.get(REGISTER, 0), ended_at=None).update(stepped_up_at=at)


def close(request: HttpRequest, *, why: SessionEnd, at: datetime) -> None:
    """This session is over by itself or by its own person; the store is the caller's to empty (`logout`)."""
    UserSession.objects.filter(pk=request.session.get(REGISTER, 0), ended_at=None).update(ended_at=at, why=why)


def end_sessions(user: User, *, except_key: str | None = None, why: SessionEnd, at: datetime, by: User | None = None, ip: str | None = None) -> int:
    """End all sessions of a person on their next click, but for the one with the session key `except_key`; how many there were.

    For changed passwords, closed accounts, removed representatives, and "sign out the others". `by` is who did it, the person if not given.
    """
    rows = UserSession.objects.filter(user=user).exclude(key_hash=hash_of(except_key) if except_key else "")
    stored = StoredSession.objects.filter(user_id=user.pk).exclude(session_key=except_key or "")
    return _end(rows, stored, user, why, at, by, ip)


def end_one(user: User, *, number: int, why: SessionEnd, at: datetime, by: User | None = None, ip: str | None = None) -> bool:
    """End one open session of a person; whether there was one."""
    stored = StoredSession.objects.filter(user_id=user.pk, register_id=number)
    return bool(_end(UserSession.objects.filter(user=user, pk=number), stored, user, why, at, by, ip))


def _end(
    rows: QuerySet[UserSession],
    stored: QuerySet[StoredSession],
    user: User,
    why: SessionEnd,
    at: datetime,
    by: User | None,
    ip: str | None,
) -> int:
    with transaction.atomic():
        ended = rows.filter(ended_at=None).update(ended_at=at, why=why)
        stored.delete()
        if ended:
            data = {"why": why.value, "sessions": ended}
            audit.record(actor=by or user, action="identity.sessions_end", target=f"user:{user.pk}", data=data, ip=ip)
    return ended


def why_gone(key: str) -> tuple[SessionEnd, User] | None:
    """Why the session of a cookie that opens nothing any more was ended, and whose it was; None if it was never one of ours."""
    row = UserSession.objects.filter(key_hash=hash_of(key), ended_at__isnull=False).select_related("user").first()
    return (SessionEnd(row.why), row.user) if row else None


def open_of(user: User, *, at: datetime) -> Sequence[UserSession]:
    """The person's sessions that a click could still go on with, the last seen first."""
    return list(_live(UserSession.objects.filter(user=user), at).order_by("-seen_at", "-pk"))


def ended_of(user: User, *, at: datetime) -> Sequence[UserSession]:
    """The person's last sessions that are over."""
    return list(UserSession.objects.filter(user=user).exclude(pk__in=_live(UserSession.objects.filter(user=user), at).values("pk"))[:SHOWN])


def _live(rows: QuerySet[UserSession], at: datetime) -> QuerySet[UserSession]:
    idle, absolute = _borders(at)
    return rows.filter(ended_at=None, seen_at__gt=idle, started_at__gt=absolute)


def _borders(at: datetime) -> tuple[datetime, datetime]:
    # `seen_at` is written at most every thirtieth second.
    return at - timedelta(seconds=settings.SESSION_IDLE_SECONDS), at - timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)


def forget_lapsed(*, at: datetime) -> int:
    """The register says of sessions that nobody came back to when they ended; rows that no cookie opens any more go. How many went."""
    idle, absolute = _borders(at)
    quiet, whole = timedelta(seconds=settings.SESSION_IDLE_SECONDS), timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
    lapsed = UserSession.objects.filter(ended_at=None)
    to_the_last = lapsed.filter(started_at__lte=absolute, seen_at__gt=F("started_at") + whole - quiet)
    to_the_last.update(ended_at=F("started_at") + whole, why=SessionEnd.ABSOLUTE)
    lapsed.filter(seen_at__lte=idle).update(ended_at=F("seen_at") + quiet, why=SessionEnd.IDLE)
    count, _by_model = StoredSession.objects.filter(expire_date__lt=at).delete()
    return count


def address_of(request: Any) -> str | None:
    """The address that the person asks from."""
    return request.META.get("REMOTE_ADDR") or None
