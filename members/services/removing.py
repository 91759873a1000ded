"""A member's TAC number is removed at a counter, with the person present: the telephone is lost, or the number given back.

Nothing is opened by it: who has no number gets in on the browsers known already, until a counter binds one (docs/decisions.md). Still it shuts
somebody out, so what is known of the person is the same as for a number that is bound, and without a print a supervisor decides.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from members.enums import Door, IdentityKind, ProposalKind, Risk, Thumb
from members.identity import phones
from members.identity.models import User
from members.identity.notices import inbox_of
from members.models import CounterProposal, Member
from members.services import binding, checking, own_record, proposals, registering
from members.services.checking import Checklist

ACT: Final = "phone.remove"


class NoNumber(Exception):
    """There is no number that could be removed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The number is gone, or a proposal waits."""

    proposal: CounterProposal | None = None


def remove(*, member: Member, checklist: Checklist, by: User, on: date, at: datetime, ip: str | None = None) -> Outcome:
    """End the number, and tell it; or let a supervisor decide. The same act a moment ago, also by a colleague, is this one.

    Raises NoRight, OwnRecord, checking.Incomplete, NoNumber, proposals.NotAllowed (ANOTHER_WAITS).
    """
    registering.require_counter(by)
    own_record.require_other(by, member, action=ACT, ip=ip)
    checking.require(checklist=checklist, kind=IdentityKind(member.identity_kind))
    with transaction.atomic():
        held = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        before = binding.snapshot(held.user)
        if held.user is None or not before["phone"]:
            if held.user is not None and phones.removed_since(held.user, since=at - binding.SECOND_CLICK):
                return Outcome()
            raise NoNumber
        risks = _risks(held, checklist.thumb)
        check = checking.keep(member=held, checklist=checklist, door=Door.COUNTER, by=by, on=on, at=at)
        if not risks:
            phones.remove(user=held.user, by=by, at=at, proof={"check": check.pk}, inbox=inbox_of(held.user), ip=ip)
            return Outcome()
        proposal = proposals.propose(
            member=held,
            kind=ProposalKind.PHONE,
            before=before,
            after={"phone": ""},
            reason=checklist.without_thumb.strip() or "-",
            risks=risks,
            check=check,
            by=by,
            on=on,
            at=at,
        )
    return Outcome(proposal)


def remove_approved(*, proposal: CounterProposal, by: User, on: date, at: datetime) -> None:
    """What a supervisor approved, in the transaction of the decision. Raises proposals.NotAllowed STALE."""
    member = Member.objects.select_for_update(no_key=True).get(pk=proposal.member_id)
    risks = _risks(member, Thumb(proposal.identity_check.thumb))
    if member.user is None or binding.snapshot(member.user) != proposal.before or not set(risks) <= set(proposal.risks):
        raise proposals.NotAllowed("STALE")
    phones.remove(user=member.user, by=by, at=at, proof={"check": proposal.identity_check_id}, inbox=inbox_of(member.user))


def _risks(member: Member, thumb: Thumb) -> tuple[Risk, ...]:
    refused = (Risk.THUMB_REFUSED,) if thumb is Thumb.REFUSED else ()
    return (*binding.unproven(member, thumb), *refused)
