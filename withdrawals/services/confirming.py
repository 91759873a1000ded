"""What an officer has of the member in place of the phone's code, when an application is entered at a counter or came by post (seed 003).

At a counter the member reads the Notis Pengesahan Permohonan and puts the thumb on the reader for it: the notice names kind, amount and account, and
another notice than that of the application as it stands is none. Where the reader does not say yes, or the paper holds no print, a signed or
thumbed form is scanned in and an officer of withdrawals decides, whatever the amount. Who cancels or appeals does it in the same way, at a counter or
by a letter with KWSP 3.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from kwsp_portal.documents import pictures
from kwsp_portal.documents import services as documents
from members.enums import Door, IdentityKind, Thumb
from members.identity import tac
from members.identity.models import User
from members.services import checking
from members.services.checking import Checklist
from withdrawals import kinds
from withdrawals.enums import Action, Channel, ConfirmedBy, DocumentCode, KindCode
from withdrawals.models import Application, ApplicationDocument, Confirmation
from withdrawals.services import moves

LONGEST_IN_POST: Final = timedelta(days=60)
PAPER: Final = {
    ConfirmedBy.THUMB: frozenset(),
    ConfirmedBy.KWSP_3: frozenset({DocumentCode.KWSP_3}),
    ConfirmedBy.FORM: frozenset({DocumentCode.FORM}),
}
"""The paper that must be there with each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What the member confirmed: the digest that the notice bore, and what the officer looked at; nothing of who sent it by post. `form` is KWSP 3 as
    it was scanned in with an act for which no page of papers is open; `received_on` the day on which a letter with it came."""

    digest: str
    checklist: Checklist | None = None
    form: documents.Upload | None = None
    received_on: date | None = None


def digest_of(shown: dict[str, str]) -> str:
    """What a notice bears for what it says (applying.shown)."""
    return tac.digest_of(shown)


def way_of(found: Application, notice: Notice) -> ConfirmedBy:
    """By what it is confirmed."""
    if found.channel == Channel.POST or notice.checklist is None:
        return ConfirmedBy.KWSP_3
    if notice.checklist.thumb is Thumb.MATCHED:
        return ConfirmedBy.THUMB
    with_form = found.member.identity_kind != IdentityKind.MYKAD and bool(kinds.OF[KindCode(found.kind)].form)
    return ConfirmedBy.FORM if with_form else ConfirmedBy.KWSP_3


def why_not(found: Application, notice: Notice, shown: dict[str, str]) -> str:
    """NOTICE where the notice says something else than would be handed in, CHECKLIST where nobody's papers were looked at at a counter; else empty.
    Raises checking.Incomplete with what is missing of the checklist."""
    if notice.digest != digest_of(shown):
        return "NOTICE"
    if found.channel == Channel.POST:
        return ""
    if notice.checklist is None:
        return "CHECKLIST"
    checking.require(checklist=notice.checklist, kind=IdentityKind(found.member.identity_kind))
    return ""


def keep(found: Application, notice: Notice, *, by: User, on: date, at: datetime) -> Confirmation:
    """Keep it for good with the look at the member's papers, in the transaction that hands the application in."""
    check = None
    if found.channel == Channel.COUNTER and notice.checklist is not None:
        check = checking.keep(member=found.member, checklist=notice.checklist, door=Door.COUNTER, by=by, on=on, at=at)
    return Confirmation.objects.create(application=found, way=way_of(found, notice), digest=notice.digest, identity_check=check, by=by, on=on, at=at)


def of_act(found: Application, action: Action, notice: Notice | None, told: dict[str, str], *, by: User, on: date, at: datetime) -> None:
    """Keep what the member confirmed of what they do with what was handed in, with KWSP 3 where the reader has not read the print or it came by post.
    Raises moves.NotAllowed (NO_RIGHT, NOTICE, CHECKLIST, PAPERS_MISSING, RECEIVED_ON), checking.Incomplete, documents.NotAPaper."""
    if notice is None:
        raise moves.refused(found, action, by, "NO_RIGHT")
    if notice.digest != digest_of_act(action, told):
        raise moves.refused(found, action, by, "NOTICE")
    if notice.received_on is not None:
        _require_received(found, action, notice.received_on, by, on)
    elif notice.checklist is None:
        raise moves.refused(found, action, by, "CHECKLIST")
    else:
        checking.require(checklist=notice.checklist, kind=IdentityKind(found.member.identity_kind))
    checklist = notice.checklist if notice.received_on is None else None
    way = ConfirmedBy.THUMB if checklist is not None and checklist.thumb is Thumb.MATCHED else ConfirmedBy.KWSP_3
    if way is ConfirmedBy.KWSP_3:
        if notice.form is None:
            raise moves.refused(found, action, by, "PAPERS_MISSING", papers=DocumentCode.KWSP_3.value)
        file = documents.keep(pictures.anew(notice.form), by_id=by.pk)
        ApplicationDocument.objects.create(application=found, code=DocumentCode.KWSP_3, file=file, added_by=by, added_on=on)
    check = checking.keep(member=found.member, checklist=checklist, door=Door.COUNTER, by=by, on=on, at=at) if checklist is not None else None
    kept = {"application": found, "act": action, "way": way, "digest": notice.digest, "identity_check": check, "received_on": notice.received_on}
    Confirmation.objects.create(**kept, by=by, on=on, at=at)


def _require_received(found: Application, action: Action, received_on: date, by: User, on: date) -> None:
    """Raises moves.NotAllowed where the letter came before what it is about, too long ago, or tomorrow."""
    assert found.applied_on is not None  # noqa: S101 - handed in
    earliest = max(on - LONGEST_IN_POST, found.applied_on)
    if not earliest <= received_on <= on:
        details = {"found": received_on.isoformat(), "earliest": earliest.isoformat(), "latest": on.isoformat()}
        raise moves.refused(found, action, by, "RECEIVED_ON", **details)


def digest_of_act(action: Action, told: dict[str, str]) -> str:
    """What the notice of an act bears: another than that under which the application was handed in."""
    return digest_of({**told, "act": action.value})
