"""The identity checklist: what an officer looked at, and what the thumbprint reader said, before anything is done for somebody."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kwsp_portal import thumbprint
from members.enums import Door, IdentityKind, Seen, Thumb
from members.identity.models import Invitation, User
from members.models import IdentityCheck, Member
from members.rules.identity import TWELVE_DIGITS

ALWAYS: Final = (Seen.ORIGINAL, Seen.LIKENESS, Seen.REGISTER)
"""The original paper, the person like its picture, its details like the register's."""

THUMBED: Final = TWELVE_DIGITS
"""Papers whose chip holds a print."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checklist:
    """What was seen, by whom is said elsewhere. `without_thumb`: why the officer goes on without a matching print."""

    paper: IdentityKind
    seen: frozenset[Seen]
    thumb: Thumb = Thumb.NOT_ASKED
    without_thumb: str = ""
    reader: str = ""


class Incomplete(Exception):
    """What is missing of the checklist: codes of Seen, THUMB_REASON, PAPER."""

    def __init__(self, codes: list[str]) -> None:
        self.codes = codes
        super().__init__(", ".join(codes))


def require(*, checklist: Checklist, kind: IdentityKind, registered: bool = True) -> None:
    """Raises Incomplete. Without a matching print a second paper is seen and the reason written; a foreign passport holds no print.

    Who is not registered yet has nothing in the register to compare with.
    """
    missing = [code.value for code in ALWAYS if code not in checklist.seen and (registered or code is not Seen.REGISTER)]
    if checklist.paper != kind:
        missing.append("PAPER")
    if checklist.thumb != Thumb.MATCHED and kind in THUMBED:
        missing += [] if Seen.SECOND_PAPER in checklist.seen else [Seen.SECOND_PAPER.value]
        missing += [] if checklist.without_thumb.strip() else ["THUMB_REASON"]
    if missing:
        raise Incomplete(missing)


def thumb_of(*, reading: thumbprint.Reading, identity_number: str) -> Thumb:
    """What a reading says about one person: the right thumb on the card of somebody else is a refusal."""
    if reading.outcome is thumbprint.Outcome.SILENT:
        return Thumb.SILENT
    own = reading.outcome is thumbprint.Outcome.MATCHED and reading.card == identity_number
    return Thumb.MATCHED if own else Thumb.REFUSED


def keep(
    *,
    member: Member,
    checklist: Checklist,
    door: Door,
    by: User | None,
    on: date,
    at: datetime,
    invitation: Invitation | None = None,
) -> IdentityCheck:
    """The look at somebody's papers, in the transaction of the act it was made for."""
    return IdentityCheck.objects.create(
        member=member,
        door=door,
        paper=checklist.paper,
        seen=sorted(code.value for code in checklist.seen),
        thumb=checklist.thumb,
        without_thumb=checklist.without_thumb.strip()[:200],
        reader=checklist.reader[:40],
        checked_by=by,
        checked_on=on,
        checked_at=at,
        invitation=invitation,
    )
