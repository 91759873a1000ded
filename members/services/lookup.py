"""Looking people up: with a reason, in the trail, and not more often than somebody at a counter needs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from kwsp_portal import audit, turns
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.audit.services import Touched
from members.enums import LookupReason
from members.identity.models import User
from members.models import Member
from members.selectors import counter
from members.services import own_record, registering

HOUR: Final = timedelta(hours=1)
ACTION: Final = "counter.search"
VIEW: Final = "member.view"
TURN: Final = "counter.look"


class TooMany(Exception):
    """The officer has looked up as many as an hour allows. `until`: when there may be another."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(str(until))


def look_up(*, text: str, reason: LookupReason, by: User, at: datetime, ip: str | None = None) -> counter.Found:
    """A search and its row in the trail, which says why, how many were found and by what kind of key, never what was typed.

    Raises TooMany, and keeps that in the trail too.
    """
    with searching(reason=reason, by=by, at=at, ip=ip):
        found = counter.search(text)
        data = {"reason": reason.value, "way": found.way.value, "found": len(found.members), "more": found.more}
        audit.record(actor=by, action=ACTION, data=data, ip=ip)
    return found


@contextmanager
def searching(*, reason: LookupReason, by: User, at: datetime, ip: str | None) -> Iterator[None]:
    """Around a search and its row. Raises NoRight, TooMany; the latter is kept in the trail."""
    registering.require_counter(by)
    with turns.counted(errand=TURN, name=str(by.pk), refused=TooMany):
        oldest = _oldest_that_counts(by)
        if oldest is not None and oldest > at - HOUR:
            audit.record_refusal(actor=by, action=ACTION, data={"code": "TOO_MANY", "reason": reason.value}, ip=ip)
            raise TooMany(oldest + HOUR)
        yield


def see(
    *,
    whom: Touched,
    reason: LookupReason,
    by: User,
    at: datetime,
    action: str = VIEW,
    subjects: Sequence[Touched] = (),
    ip: str | None = None,
) -> None:
    """Somebody's page is opened: whose it is reads in the own log who looked, and why. Raises OwnRecord and TooMany; both are kept in the trail."""
    if isinstance(whom, Member):
        own_record.require_other(by, whom, action=action, ip=ip)
    with turns.counted(errand=TURN, name=str(by.pk), refused=TooMany):
        until = _too_many_seen(whom.subject, action, by, at)
        if until is not None:
            data = {"code": "TOO_MANY", "reason": reason.value}
            audit.record_refusal(actor=by, action=action, target=whom.subject, data=data, subjects=subjects, ip=ip)
            raise TooMany(until)
        audit.record(actor=by, action=action, target=whom.subject, data={"reason": reason.value}, subjects=subjects, ip=ip)


def _too_many_seen(subject: str, action: str, by: User, at: datetime) -> datetime | None:
    """When one more may be seen; None where this one may be. Each counts once an hour, however often the page is opened again."""
    allowed = settings.COUNTER_LOOKUPS_AN_HOUR
    mine = AuditEvent.objects.filter(actor_id=by.pk, action=action, refused=False, at__gt=at - HOUR).order_by("seq")
    last = dict(mine.values_list("target", "at"))
    if subject in last or len(last) < allowed:
        return None
    return min(last.values(), default=at) + HOUR


def _oldest_that_counts(by: User) -> datetime | None:
    """When the search was that makes the next one too many; None while there were fewer."""
    allowed = settings.COUNTER_LOOKUPS_AN_HOUR
    mine = AuditEvent.objects.filter(actor_id=by.pk, action=ACTION, refused=False).order_by("-seq")
    return mine.values_list("at", flat=True)[allowed - 1 : allowed].first()
