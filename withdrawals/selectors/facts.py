"""The facts of a withdrawal, gathered from the register, the ledger and earlier applications: at most seven queries for any number of kinds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef

from kwsp_portal.common import money
from members.enums import BankAccountState, Citizenship, IdentityKind, Religion, SubAccount
from members.ledger import balances, posting
from members.ledger.enums import HolderKind
from members.models import BankAccount, Member
from members.rules import accounts
from withdrawals.enums import Channel, KindCode, State
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds import OF
from withdrawals.models import Application
from withdrawals.selectors import bankruptcies

NOT_COUNTED = (State.DRAFT.value, State.DISCARDED.value)


def gather(
    member: Member,
    kind: KindCode,
    *,
    on: date,
    channel: Channel = Channel.ONLINE,
    particulars: Mapping[str, Any] | None = None,
    subject: str = "",
    asked: Decimal | None = None,
    leave_out: Application | None = None,
) -> Facts:
    """What is known of a member and a matter on a day. `leave_out`: the application itself, whose own holds are free to it and which is none of the
    earlier ones. `subject`: also what others have applied for about the same house, loan or course."""
    given = dict(particulars or {})
    pots = balances.pots_of(HolderKind.MEMBER, member.pk)
    earlier = [one for one in _of(member) if leave_out is None or one.pk != leave_out.pk]
    still = _still_held(earlier)
    own = [_earlier(one, held=still.get(one.pk, money.ZERO), particulars=one.particulars) for one in earlier]
    shared = [] if not subject else [_earlier(one, own=False, particulars=_shared(one)) for one in _about(member, kind, subject)]
    found: dict[SubAccount, Decimal] = {}
    held: dict[SubAccount, Decimal] = {}
    free_again = _held_of(leave_out)
    for pot in pots:
        code = accounts.standing(pot.code, birth_date=member.birth_date, on=on)
        found[code] = found.get(code, money.ZERO) + money.from_sen(pot.balance_sen)
        held[code] = held.get(code, money.ZERO) + money.from_sen(pot.held_sen - free_again.get(pot.code, 0))
    verified, bankrupt = _paid_to(member, on)
    received = leave_out.received_on if leave_out is not None else None
    return Facts(
        kind=kind,
        on=on,
        applied_on=leave_out.applied_on if leave_out is not None else None,
        received_on=received,
        channel=channel,
        birth_date=member.birth_date,
        citizenship=_citizenship(member, on),
        identity_kind=IdentityKind(member.identity_kind),
        religion=Religion(member.religion),
        member_since=member.member_since,
        died_on=member.died_on,
        bankrupt=bankrupt,
        account_verified=verified,
        balances=found,
        held=held,
        received_balances=_before_55(member, received, on) if received else {},
        earlier=tuple(own + shared),
        asked=asked,
        particulars=given,
        subject=subject,
    )


def of_application(application: Application, *, on: date, asked: Decimal | None = None) -> Facts:
    """The facts of what was applied for, as they are on a day; `asked` in place of the application's own amount, RM."""
    return gather(
        application.member,
        KindCode(application.kind),
        on=on,
        channel=Channel(application.channel),
        particulars=application.particulars,
        subject=application.subject,
        asked=application.asked if asked is None else asked,
        leave_out=application,
    )


def for_kind(facts: Facts, kind: KindCode) -> Facts:
    """The same facts asked of another kind: an estimate of all kinds gathers once."""
    return replace(facts, kind=kind, particulars={}, subject="", asked=None)


def to_json(facts: Facts) -> dict[str, Any]:
    """Facts as a decision keeps them."""
    return {
        "kind": facts.kind.value,
        "on": facts.on.isoformat(),
        "applied_on": facts.applied_on.isoformat() if facts.applied_on else None,
        "received_on": facts.received_on.isoformat() if facts.received_on else None,
        "channel": facts.channel.value,
        "birth_date": facts.birth_date.isoformat(),
        "citizenship": facts.citizenship.value if facts.citizenship else None,
        "identity_kind": facts.identity_kind.value,
        "religion": facts.religion.value,
        "member_since": facts.member_since.isoformat(),
        "died_on": facts.died_on.isoformat() if facts.died_on else None,
        "bankrupt": facts.bankrupt,
        "account_verified": facts.account_verified,
        "balances": {code.value: f"{amount:.2f}" for code, amount in facts.balances.items()},
        "held": {code.value: f"{amount:.2f}" for code, amount in facts.held.items()},
        "received_balances": {code.value: f"{amount:.2f}" for code, amount in facts.received_balances.items()},
        "earlier": [_earlier_to_json(one) for one in facts.earlier],
        "asked": f"{facts.asked:.2f}" if facts.asked is not None else None,
        "particulars": dict(facts.particulars),
        "subject": facts.subject,
    }


def from_json(stored: Mapping[str, Any]) -> Facts:
    """The way back: the rules asked again of what was known then."""
    day = date.fromisoformat
    return Facts(
        kind=KindCode(stored["kind"]),
        on=day(stored["on"]),
        applied_on=day(stored["applied_on"]) if stored["applied_on"] else None,
        # Decisions from before applications came by post say nothing of it.
        received_on=day(stored["received_on"]) if stored.get("received_on") else None,
        channel=Channel(stored["channel"]),
        birth_date=day(stored["birth_date"]),
        citizenship=Citizenship(stored["citizenship"]) if stored["citizenship"] else None,
        identity_kind=IdentityKind(stored["identity_kind"]),
        religion=Religion(stored["religion"]),
        member_since=day(stored["member_since"]),
        died_on=day(stored["died_on"]) if stored["died_on"] else None,
        bankrupt=stored["bankrupt"],
        account_verified=stored["account_verified"],
        balances={SubAccount(code): Decimal(amount) for code, amount in stored["balances"].items()},
        held={SubAccount(code): Decimal(amount) for code, amount in stored["held"].items()},
        received_balances={SubAccount(code): Decimal(amount) for code, amount in stored.get("received_balances", {}).items()},
        earlier=tuple(_earlier_from_json(one) for one in stored["earlier"]),
        asked=Decimal(stored["asked"]) if stored["asked"] is not None else None,
        particulars=stored["particulars"],
        subject=stored.get("subject", ""),
    )


def _before_55(member: Member, received: date, on: date) -> Mapping[SubAccount, Decimal]:
    """What stood on the accounts of before 55 on the day on which an application came by post, if that birthday has been since."""
    if accounts.standing(SubAccount.SEJAHTERA, birth_date=member.birth_date, on=on) is SubAccount.SEJAHTERA:
        return {}
    found = balances.balances_on(HolderKind.MEMBER, member.pk, received)
    return {SubAccount(code): money.from_sen(sen) for code, sen in found.items()}


def _paid_to(member: Member, on: date) -> tuple[bool, bool]:
    """Whether the member has an account that the bank has confirmed, and whether they are a bankrupt; one query."""
    accounts_of = BankAccount.objects.filter(member=OuterRef("pk"), state=BankAccountState.CURRENT)
    asked = Exists(accounts_of), Exists(bankruptcies.standing(on=on).filter(member=OuterRef("pk")))
    verified, bankrupt = Member.objects.filter(pk=member.pk).values_list(*asked).get()
    return verified, bankrupt


def _of(member: Member) -> Sequence[Application]:
    return list(Application.objects.filter(member=member).exclude(state__in=NOT_COUNTED).order_by("pk"))


def _about(member: Member, kind: KindCode, subject: str) -> Sequence[Application]:
    return list(Application.objects.filter(kind=kind, subject=subject).exclude(member=member).exclude(state__in=NOT_COUNTED).order_by("pk"))


def _still_held(found: Sequence[Application]) -> Mapping[int, Decimal]:
    """What each running application that another may take the place of holds, RM, by its id."""
    changing = (one for one in found if one.state == State.ACTIVE.value and OF[KindCode(one.kind)].changeable)
    ids = {hold: one.pk for one in changing for hold in one.holds}
    held: dict[int, Decimal] = {}
    for hold in posting.standing(list(ids)) if ids else ():
        held[ids[hold.hold_id]] = held.get(ids[hold.hold_id], money.ZERO) + money.from_sen(hold.amount_sen)
    return held


def _shared(one: Application) -> Mapping[str, Any]:
    """What the rules may read of another member's application."""
    return {name: one.particulars[name] for name in OF[KindCode(one.kind)].shared if name in one.particulars}


def _earlier(one: Application, *, particulars: Mapping[str, Any], own: bool = True, held: Decimal = money.ZERO) -> Earlier:
    state = State(one.state)
    taken = one.paid if state in (State.REFUSED, State.CANCELLED) else (one.approved or one.asked or money.ZERO)
    assert one.applied_on is not None and one.asked is not None  # noqa: S101, PT018 - handed in
    return Earlier(
        kind=KindCode(one.kind),
        state=state,
        applied_on=one.applied_on,
        asked=one.asked,
        taken=taken,
        subject=one.subject,
        own=own,
        held=held,
        particulars=particulars,
    )


def _held_of(application: Application | None) -> Mapping[str, int]:
    """What the application itself holds, in sen by the account on which it stands."""
    found: dict[str, int] = {}
    for hold in posting.standing(application.holds) if application is not None and application.holds else ():
        found[hold.account.code] = found.get(hold.account.code, 0) + hold.amount_sen
    return found


def _citizenship(member: Member, on: date) -> Citizenship | None:
    begun = member.citizenships.filter(from_date__lte=on).order_by("-from_date").first()
    return Citizenship(begun.status) if begun is not None and (begun.to_date is None or on < begun.to_date) else None


def _earlier_to_json(one: Earlier) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "state": one.state.value,
        "applied_on": one.applied_on.isoformat(),
        "asked": f"{one.asked:.2f}",
        "taken": f"{one.taken:.2f}",
        "subject": one.subject,
        "own": one.own,
        "held": f"{one.held:.2f}",
        "particulars": dict(one.particulars),
    }


def _earlier_from_json(stored: Mapping[str, Any]) -> Earlier:
    return Earlier(
        kind=KindCode(stored["kind"]),
        state=State(stored["state"]),
        applied_on=date.fromisoformat(stored["applied_on"]),
        asked=Decimal(stored["asked"]),
        taken=Decimal(stored["taken"]),
        subject=stored["subject"],
        own=stored["own"],
        held=Decimal(stored["held"]),
        particulars=stored["particulars"],
    )
