"""What an officer has of the member in place of the phone's code, when an application is entered at a counter or came by post (seed 003).

At a counter the member reads the Notis Pengesahan Permohonan and puts the thumb on the reader for it: the notice names kind, amount and account, and
another notice than that of the application as it stands is none. Where the reader does not say yes, or the paper holds no print, a signed or
thumbed form is scanned in and an officer of withdrawals decides, whatever the amount.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from members.enums import Door, IdentityKind, Thumb
from members.identity import tac
from members.identity.models import User
from members.services import checking
from members.services.checking import Checklist
from withdrawals import kinds
from withdrawals.enums import Channel, ConfirmedBy, DocumentCode, KindCode
from withdrawals.models import Application, Confirmation

PAPER: Final = {
    ConfirmedBy.THUMB: frozenset(),
    ConfirmedBy.KWSP_3: frozenset({DocumentCode.KWSP_3}),
    ConfirmedBy.FORM: frozenset({DocumentCode.FORM}),
}
"""The paper that must be there with each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What the member confirmed: the digest that the notice bore, and what the officer looked at; nothing of who sent it by post."""

    digest: str
    checklist: Checklist | None = None


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
