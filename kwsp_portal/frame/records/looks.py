"""An officer looks at somebody's whole record: the reason stands in the trail before anything is shown, and in that person's own log.

A look holds for a while in the officer's session; revealing a masked field is an act of its own. Both are counted with an hour's limit, as a
counter's searches are: a record is opened for a reason, not read through from end to end.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from employers.models import Employer
from kwsp_portal import audit, turns
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.frame.permissions import FIELDS, Field, Who
from members.identity.models import User, in_small_letters
from members.models import Member
from members.rules import identity
from members.services import own_record
from members.views import reasons

LOOK: Final = "record.look"
REVEAL: Final = "record.reveal"
READ_LOG: Final = "activity.view"
HOUR: Final = timedelta(hours=1)

Looked = Member | Employer


class TooMany(Exception):
    """The officer has opened as many records as an hour allows. `until`: when there may be another."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(str(until))


class Unknown(Exception):
    """Nobody is called so."""


class NotYours(Exception):
    """The officer's role does not have this field revealed."""


def find(text: str) -> Looked | None:
    """By member number, identity number (any spacing; one that two countries gave, after the letters of its country), User ID of a member, or
    employer number. At most four queries."""
    key = identity.compact(text)
    members = Member.objects.select_related("user")
    found: Looked | None = members.filter(number=key).first() or Employer.objects.filter(number=key).first()
    return found or _of_identity(members, key) or members.filter(user__user_id=in_small_letters(key)).first()


def _of_identity(members: QuerySet[Member], key: str) -> Member | None:
    named = Q(identity_number=key) | Q(identity_country=key[:3], identity_number=key[3:])
    held = list(members.filter(named).order_by("number")[:2])
    return held[0] if len(held) == 1 else None


def look(request: HttpRequest, *, text: str, reason: str, by: User, at: datetime, ip: str | None) -> Looked:
    """Whose record it is; the look is in the trail and holds from now. Raises TooMany, Unknown; both are kept there too."""
    with one_by_one(by):
        require_few(by, action=LOOK, at=at, reason=reason, ip=ip)
        found = find(text)
        if found is None:
            unknown(by, action=LOOK, reason=reason, ip=ip)
            raise Unknown
        audit.record(actor=by, action=LOOK, target=found, data={"reason": reason}, subjects=subjects_of(found), ip=ip)
    reasons.hold(request, found.subject, reason, at=at)
    return found


def holds(request: HttpRequest, found: Looked, *, at: datetime) -> bool:
    """Whether the officer said a moment ago why to look at this record."""
    return bool(reasons.said(request, found.subject, at=at))


def reveal(*, member: Member, field: Field, reason: str, by: User, at: datetime, ip: str | None) -> None:
    """The person reads in the own log which field was shown, to which office and why. Raises OwnRecord, NotYours, TooMany; all
    are kept in the trail."""
    own_record.require_other(by, member, action=REVEAL, ip=ip)
    data = {"field": field.value, "reason": reason}
    with one_by_one(by):
        require_few(by, action=REVEAL, at=at, reason=reason, ip=ip)
        if Who(by.role) not in FIELDS[field]:
            audit.record_refusal(actor=by, action=REVEAL, target=member, data={**data, "code": "NO_RIGHT"}, subjects=subjects_of(member), ip=ip)
            raise NotYours
        audit.record(actor=by, action=REVEAL, target=member, data=data, subjects=subjects_of(member), ip=ip)


def subjects_of(found: Looked) -> Sequence[str]:
    """All that names this member or employer in the trail."""
    user = found.user if isinstance(found, Member) else None
    return [found.subject, *([user.subject] if user else [])]


def one_by_one(by: User) -> AbstractContextManager[None]:
    """A transaction around the count, the look and its row: looks of one officer that are sent at once count, too."""
    return turns.counted(errand="records.look", name=str(by.pk), refused=(TooMany, Unknown, NotYours))


def unknown(by: User, *, action: str, reason: str, ip: str | None) -> None:
    """Nobody is called as was typed; it counts as a look."""
    audit.record_refusal(actor=by, action=action, data={"reason": reason, "code": "UNKNOWN"}, ip=ip)


def require_few(by: User, *, action: str, at: datetime, reason: str, ip: str | None) -> None:
    """Records, fields and logs together. Guessed numbers count too; what is refused for being too many does not, so that the time shown stays true.

    Inside `one_by_one`. Raises TooMany, and keeps that in the trail.
    """
    allowed = settings.COUNTER_LOOKUPS_AN_HOUR
    counts = Q(refused=False) | Q(data__code__in=("UNKNOWN", "NO_RIGHT"))
    mine = AuditEvent.objects.filter(counts, actor_id=by.pk, action__in=(LOOK, REVEAL, READ_LOG)).order_by("-seq")
    oldest = mine.values_list("at", flat=True)[allowed - 1 : allowed].first()
    if oldest is not None and oldest > at - HOUR:
        audit.record_refusal(actor=by, action=action, data={"reason": reason, "code": "TOO_MANY"}, ip=ip)
        raise TooMany(oldest + HOUR)
