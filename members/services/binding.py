"""An i-Akaun for a member who is present: the TAC number, and with it a temporary User ID and password by SMS (seed 000, ruling 31).

What everybody can know proves nothing: a number is bound after the identity checklist at a counter, or by the thumb at a kiosk. What is risky
waits for a supervisor.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from kwsp_portal import audit
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.notify.enums import Inbox, Whose
from members.enums import Door, IdentityKind, ProposalKind, Risk, Thumb
from members.identity import invitations, phones, tac
from members.identity.enums import Bound, InvitationKind, Role
from members.identity.models import Invitation, User
from members.identity.models_tac import Standing, TacPhone
from members.ledger import balances
from members.ledger.enums import HolderKind
from members.models import CounterProposal, Member
from members.rules import identity
from members.services import checking, correcting, own_record, proposals, registering
from members.services.checking import Checklist

CHANGES_WATCHED: Final = timedelta(days=30)
"""A second change of number within so many days needs a supervisor."""
SECOND_CLICK: Final = timedelta(seconds=60)
"""The same act asked for again so soon is the first one, also by a colleague; afterwards it is a message that did not arrive."""
HOW: Final = {Door.COUNTER: Bound.COUNTER, Door.KIOSK: Bound.KIOSK}


class Lacking(Exception):
    """What the person lacks for an i-Akaun, each on its own."""

    def __init__(self, refusals: list[Refusal]) -> None:
        self.refusals = refusals
        super().__init__("; ".join(str(refusal) for refusal in refusals))


class AtTheCounter(Exception):
    """A kiosk does not decide this."""

    def __init__(self, risks: tuple[Risk, ...]) -> None:
        self.risks = risks
        super().__init__(", ".join(risks))


class NothingToDo(Exception):
    """The i-Akaun is active and the number is the person's already."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: an invitation on its way, a number bound, or a proposal that waits."""

    invitation: Invitation | None = None
    proposal: CounterProposal | None = None
    bound: bool = False


def refusals_of(member: Member, *, on: date) -> list[Refusal]:
    """What the member lacks for an i-Akaun today; the page says it before anybody fills anything in."""
    refusals = identity.i_akaun_refusals(correcting.facts_of(member, correcting.record_of(member), on))
    if member.user is not None and not member.user.is_active:
        refusals.append(Refusal("I_AKAUN_CLOSED", identity.SEED_000))
    return refusals


def issue(
    *,
    member: Member,
    phone: str,
    language: str,
    checklist: Checklist,
    door: Door,
    by: User | None,
    on: date,
    at: datetime,
    ip: str | None = None,
) -> Outcome:
    """Bind the number, and send a temporary User ID and password to who has no i-Akaun yet; or let a supervisor decide.

    Raises NoRight, OwnRecord, Lacking, checking.Incomplete, AtTheCounter (kiosk), NothingToDo, proposals.NotAllowed (ANOTHER_WAITS).
    """
    if by is not None:
        registering.require_counter(by)
        own_record.require_other(by, member, action="counter.issue", ip=ip)
    elif checklist.thumb is not Thumb.MATCHED:
        raise checking.Incomplete(["THUMB"])
    with transaction.atomic():
        # The user is read after the lock: joined, one who was made meanwhile would be missing.
        held = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        refusals = refusals_of(held, on=on)
        if refusals:
            _refuse(by, held, [refusal.code for refusal in refusals], ip)
            raise Lacking(refusals)
        if by is not None:
            checking.require(checklist=checklist, kind=IdentityKind(held.identity_kind))
        again = _second_click(held, phone, at)
        if again is not None:
            return Outcome(invitation=again)
        risks = _risks(held, phone, checklist.thumb, at)
        if risks:
            return _ask_supervisor(held, phone, language, risks, checklist, by, on, at, ip)
        if held.user is not None and held.user.activated_at is not None and _number(held.user) == phone:
            raise NothingToDo
        invitation = _bind(held, phone, language, HOW[door], by, on, at, ip)
        check = checking.keep(member=held, checklist=checklist, door=door, by=by, on=on, at=at, invitation=invitation)
        data = {"check": check.pk, "invitation": invitation.pk if invitation else None, "door": door.value}
        audit.record(actor=by or invitations.KIOSK, action="counter.issue", target=held, data=data, ip=ip)
    return Outcome(invitation=invitation, bound=True)


def bind_approved(*, proposal: CounterProposal, by: User, on: date, at: datetime) -> None:
    """What a supervisor approved, in the transaction of the decision. Raises proposals.NotAllowed STALE, also for a risk that has come since."""
    member = Member.objects.select_for_update(no_key=True).get(pk=proposal.member_id)
    risks = _risks(member, proposal.after["phone"], Thumb(proposal.identity_check.thumb), at)
    if snapshot(member.user) != proposal.before or not set(risks) <= set(proposal.risks):
        raise proposals.NotAllowed("STALE")
    if Risk.BLOCKED.value in proposal.risks and member.user is not None:
        tac.unblock(user=member.user, by=by, at=at)
    _bind(member, proposal.after["phone"], proposal.after["language"], Bound.COUNTER, by, on, at, None)


def _risks(member: Member, phone: str, thumb: Thumb, at: datetime) -> tuple[Risk, ...]:
    """All of them, with the member locked."""
    return (*unproven(member, thumb), *risks_of(member.user, phone=phone, thumb=thumb, at=at))


def risks_of(user: User | None, *, phone: str, thumb: Thumb, at: datetime) -> tuple[Risk, ...]:
    """Why nobody binds this number alone; nobody else comes to have it until the open transaction ends."""
    phones.hold_number(phone)
    risks = [Risk.THUMB_REFUSED] if thumb == Thumb.REFUSED else []
    others = TacPhone.objects.filter(number=phone, ended_at__isnull=True)
    if (others.exclude(user=user) if user else others).exists():
        risks.append(Risk.NUMBER_OF_ANOTHER)
    if user is not None:
        if blocked(user):
            risks.append(Risk.BLOCKED)
        earlier = list(TacPhone.objects.filter(user=user).order_by("pk"))
        changes = [one for one in earlier[1:] if one.bound_at > at - CHANGES_WATCHED]
        if changes and _number(user) != phone:
            risks.append(Risk.SECOND_CHANGE)
    return tuple(risks)


def unproven(member: Member, thumb: Thumb) -> tuple[Risk, ...]:
    """Without a print an officer's word alone would open what somebody has saved: there two of them say who it is."""
    if thumb in {Thumb.MATCHED, Thumb.REFUSED}:
        return ()
    active = member.user is not None and member.user.activated_at is not None
    saved = active or any(balances.balances_of(HolderKind.MEMBER, member.pk).values())
    return (Risk.NO_THUMB,) if saved else ()


def blocked(user: User) -> bool:
    """Whether too many wrong codes sent the person to the counter (ruling 27)."""
    return Standing.objects.filter(pk=f"user:{user.pk}", blocked_at__isnull=False).exists()


def snapshot(user: User | None) -> dict[str, Any]:
    """What a supervisor decides on: the number as it is now."""
    return {"phone": _number(user)}


def _number(user: User | None) -> str:
    phone = phones.current(user) if user else None
    return phone.number if phone else ""


def _second_click(member: Member, phone: str, at: datetime) -> Invitation | None:
    """The invitation that went to the same number a moment ago, whoever sent it: of two officers at once, one sends."""
    if member.user is None:
        return None
    last = Invitation.objects.filter(user=member.user, used_at__isnull=True, voided_at__isnull=True, phone=phone).first()
    return last if last is not None and at - last.issued_at < SECOND_CLICK else None


def _ask_supervisor(
    member: Member,
    phone: str,
    language: str,
    risks: tuple[Risk, ...],
    checklist: Checklist,
    by: User | None,
    on: date,
    at: datetime,
    ip: str | None,
) -> Outcome:
    if by is None:
        _refuse(by, member, [risk.value for risk in risks], ip)
        raise AtTheCounter(risks)
    check = checking.keep(member=member, checklist=checklist, door=Door.COUNTER, by=by, on=on, at=at)
    proposal = proposals.propose(
        member=member,
        kind=ProposalKind.PHONE,
        before=snapshot(member.user),
        after={"phone": phone, "language": language},
        reason=checklist.without_thumb.strip() or "-",
        risks=risks,
        check=check,
        by=by,
        on=on,
        at=at,
    )
    return Outcome(proposal=proposal)


def _bind(member: Member, phone: str, language: str, how: Bound, by: User | None, on: date, at: datetime, ip: str | None) -> Invitation | None:
    """The User row if there is none, the number, and the invitation where the i-Akaun is not active yet."""
    inbox = Inbox(Whose.MEMBER, member.pk)
    if member.user is None:
        member.user = invitations.begin(role=Role.MEMBER, name=member.name, language=language)
        member.save(update_fields=["user"])
    elif member.user.activated_at is None and member.user.language != language:
        member.user.language = language
        member.user.save(update_fields=["language"])
    phones.bind(user=member.user, number=phone, how=how, by=by, at=at, inbox=inbox, ip=ip)
    if member.user.activated_at is not None:
        return None
    return invitations.invite(user=member.user, kind=InvitationKind.MEMBER, phone=phone, inbox=inbox, by=by, on=on, at=at, ip=ip)


def _refuse(by: User | None, member: Member, codes: list[str], ip: str | None) -> None:
    audit.record_refusal(actor=by or invitations.KIOSK, action="counter.issue", target=member, data={"codes": codes}, ip=ip)
