"""A voluntary contribution that was credited and has to be undone, by two officers: an agent's receipt for the wrong member, a payment that its bank
takes back.

One entry (part 1 of the contribution) takes all that was credited from where it stands and gives it to who paid, with the contribution's value date,
so that nobody earned on it; from there it goes back as whatever goes back to payers does. What a bank recalls goes to the bank, which has taken it
out of the fund's account: nobody is paid once more, and cash has no bank to recall it. It is undone whole or not at all: where the member's accounts
lack some of it, nothing moves, and the proposal waits or is refused. What was put above the ceiling is not touched: it went back before.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from contributions.enums import CounterMode, ReturnWhy, ReversalCause, WrongCreditState
from contributions.models import VoluntaryContribution, VoluntaryReversal
from contributions.models.voluntary_reversals import STANDING
from contributions.services import correction, voluntary_money, voluntary_news
from contributions.services.wrong_credits import Short
from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.documents import services as documents
from kwsp_portal.notify import services as notify
from members.identity.models import User
from members.ledger import days, posting, taking
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member
from members.rules import accounts
from members.selectors.replacing import counted_by
from members.services import ages, own_record, replacing

PART = 1
"""The contribution's credit is part 0 of its entries, and this its undoing."""


class NotAllowed(Exception):
    """Why an act is refused. `code`: NO_RIGHT, OWN_WORK, OWN_RECORD, WRONG_STATE, REASON_MISSING, COMMENT_MISSING, NOT_CREDITED, ANOTHER_WAITS,
    NOT_IN_LEDGER, TOO_LOW; of a recall NO_BANK, NOT_SETTLED, PARTLY_RETURNED; with TOO_LOW `short` says where and how much."""

    def __init__(self, code: str, short: Sequence[Short] = ()) -> None:
        self.code, self.short = code, tuple(short)
        super().__init__(code)


class Plan(NamedTuple):
    """What is taken from which accounts, in sen, and which of them lack some of it."""

    taken: Mapping[posting.AccountRef, int]
    short: Sequence[Short]


def propose(*, contribution_id: int, payer: Member | None, reason: str, document: documents.Upload, by: User, on: date) -> VoluntaryReversal:
    """One officer says that it has to be undone, why, who paid it (nobody: its bank recalls it), and with which paper. A second click finds the first
    proposal. Raises NotAllowed, NotAPaper."""
    with transaction.atomic():
        whole = VoluntaryContribution.objects.select_related("member", "payment__voluntary__payer")
        of = whole.select_for_update(of=("self",), no_key=True).get(pk=contribution_id)
        standing = of.reversals.filter(state__in=STANDING).first()
        waits = standing is not None and standing.state == WrongCreditState.PROPOSED
        if standing is not None and waits and (standing.proposed_by_id, standing.payer) == (by.pk, payer):
            return standing
        code = _why_not_proposed(of, payer, reason, by, waits=waits)
        if code:
            raise _refused(f"voluntarycontribution:{of.pk}", "propose", by, code)
        found = VoluntaryReversal.objects.create(
            contribution=of,
            cause=ReversalCause.MISTAKE if payer else ReversalCause.RECALL,
            payer=payer,
            reason=reason.strip(),
            document=documents.keep(document, by_id=by.pk),
            proposed_by=by,
            proposed_on=on,
        )
        _record(found, "propose", by, on, {})
    return found


def withdraw(*, reversal_id: int, by: User, on: date) -> VoluntaryReversal:
    """Who proposed it takes it back. Raises NotAllowed."""
    with transaction.atomic():
        found = _locked(reversal_id, by, "withdraw")
        if found.proposed_by_id != by.pk:
            raise _refused(found, "withdraw", by, "NO_RIGHT")
        return _ended(found, WrongCreditState.WITHDRAWN, "withdraw", by, on)


def refuse(*, reversal_id: int, comment: str, by: User, on: date) -> VoluntaryReversal:
    """The second officer says no, with a reason. Raises NotAllowed."""
    if not comment.strip():
        raise _refused(f"voluntaryreversal:{reversal_id}", "refuse", by, "COMMENT_MISSING")
    with transaction.atomic():
        found = _decided(reversal_id, by, "refuse", on)
        found.comment = comment.strip()
        return _ended(found, WrongCreditState.REFUSED, "refuse", by, on)


def approve(*, reversal_id: int, by: User, on: date, at: datetime) -> VoluntaryReversal:
    """The second officer says yes: taken, held for who paid and told in one transaction. Raises NotAllowed; TOO_LOW where the money is not there."""
    on = max(on, days.first_open_day())
    with transaction.atomic():
        asked = _decided(reversal_id, by, "approve", on)
    ages.bring_up(member_ids=[asked.contribution.member_id], on=on, at=at)
    with transaction.atomic():
        found = _decided(reversal_id, by, "approve", on)
        of = found.contribution
        assert of.payment is not None and of.credited is not None  # noqa: S101, PT018 - PostgreSQL lets no other begin
        replacing.posted(lambda: _post(found, by, on))
        of.reversed_on = on
        of.save(update_fields=["reversed_on"])
        _ended(found, WrongCreditState.POSTED, "approve", by, on)
        if found.payer is not None:
            voluntary_money.give_back(payment=of.payment, why=ReturnWhy.REVERSED, amount=of.credited, on=on, payer=found.payer)
        notify.tell(voluntary_news.of_reversed(found), on=on)
    return found


def allowed(*, found: VoluntaryReversal, by: User) -> frozenset[str]:
    """What `by` may do with it now; the page asks what the service enforces."""
    if found.state != WrongCreditState.PROPOSED or by.role not in correction.OFFICERS:
        return frozenset()
    if found.proposed_by_id == by.pk:
        return frozenset({"withdraw"})
    return frozenset() if _concerns(by, found.contribution, found.payer) else frozenset({"approve", "refuse"})


def goes_to(found: VoluntaryReversal) -> str:
    """The name of who gets it back: who paid it, also at a counter in the member's place; empty of a recall, which is the bank's."""
    of = found.contribution
    assert of.payment is not None and of.payment.voluntary is not None  # noqa: S101, PT018 - PostgreSQL lets no other begin
    if found.payer is None:
        return ""
    return voluntary_money.paid_by(of.payment) if found.payer_id == of.payment.voluntary.payer_id else found.payer.name


def plan_of(found: VoluntaryReversal, *, on: date) -> Plan:
    """What approving would do on a day. Reads only. Raises NotAllowed(NOT_IN_LEDGER) where the ledger does not have just this money."""
    of, taken = found.contribution, dict[posting.AccountRef, int]()
    for (_kind, _holder, code), sen in taking.credited_by(EntryKind.VOLUNTARY, [of.pk]).get(of.pk, {}).items():
        account = posting.member(of.member_id, accounts.standing(code, birth_date=of.member.birth_date, on=on))
        taken[account] = taken.get(account, 0) + sen
    if sum(taken.values()) != money.to_sen(of.credited or money.ZERO):
        raise NotAllowed("NOT_IN_LEDGER")
    there = taking.available_on([(HolderKind.MEMBER, of.member_id)])
    return Plan(taken, [Short(account.code, there.get(account, 0), sen) for account, sen in taken.items() if there.get(account, 0) < sen])


def _post(found: VoluntaryReversal, by: User, on: date) -> None:
    """Raises NotAllowed, replacing.Overtaken."""
    of = found.contribution
    try:
        plan = plan_of(found, on=on)
    except NotAllowed as error:
        raise _refused(found, "approve", by, error.code) from error
    if plan.short:
        raise _refused(found, "approve", by, "TOO_LOW", plan.short)
    whole, key = sum(plan.taken.values()), posting.Key(EntryKind.VOLUNTARY.value, of.pk, PART)
    orders = replacing.read([of.member_id], on=on, filled=True)
    counted = counted_by({EntryKind.VOLUNTARY: [of.pk]}).get((EntryKind.VOLUNTARY, of.pk), {}) if orders else {}
    orders.take_back(whole, whole=whole, counted=counted, key=key)
    to = posting.payer(found.payer_id) if found.payer_id is not None else posting.fund("BANK")
    legs = (*(posting.Leg(account, -sen) for account, sen in plan.taken.items()), posting.Leg(to, whole))
    act = posting.Act(kind=EntryKind.VOLUNTARY, ref=of.pk, part=PART, booked_on=on, value_date=of.paid_on, legs=legs)
    try:
        posting.post_many([act], guard=lambda: orders.keep(on))
    except posting.Insufficient as error:
        raise _refused(found, "approve", by, "TOO_LOW", [Short(error.account.code, error.available_sen, error.wanted_sen)]) from error
    # Under the lock of the balances: whoever freezes was before this look, or comes after the money has moved.
    if taking.any_frozen(set(plan.taken)):
        raise _refused(found, "approve", by, "TOO_LOW", [Short(account.code, 0, sen) for account, sen in plan.taken.items()])


def _why_not_proposed(of: VoluntaryContribution, payer: Member | None, reason: str, by: User, *, waits: bool) -> str:
    """The code of the refusal; empty where it may be proposed."""
    if by.role not in correction.OFFICERS:
        return "NO_RIGHT"
    if _concerns(by, of, payer):
        return "OWN_RECORD"
    if not of.credited or of.reversed_on is not None or of.payment is None:
        return "NOT_CREDITED"
    if waits:
        return "ANOTHER_WAITS"
    return (_why_not_recalled(of) if payer is None else "") or ("" if reason.strip() else "REASON_MISSING")


def _why_not_recalled(of: VoluntaryContribution) -> str:
    """A bank takes back what it has paid over, and all of it: where some went back to the payer already, what is owed is the payer's and the bank's
    to settle."""
    payment = of.payment
    receipts = ("counter_receipt", "receipt")
    counter, agent = (getattr(payment, name, None) for name in receipts)
    if counter is not None and counter.mode == CounterMode.CASH:
        return "NO_BANK"
    paid_over = counter is not None or getattr(payment, "settled_by", None) is not None or getattr(agent, "settled_by", None) is not None
    if not paid_over:
        return "NOT_SETTLED"
    return "PARTLY_RETURNED" if of.returned else ""


def _locked(reversal_id: int, by: User, act: str) -> VoluntaryReversal:
    """One that waits, for an officer who may work on such. Raises NotAllowed."""
    known = ("contribution__member", "contribution__payment__voluntary__payer", "payer", "proposed_by")
    locked = VoluntaryReversal.objects.select_for_update(of=("self", "contribution"), no_key=True)
    found = locked.select_related(*known).get(pk=reversal_id)
    if by.role not in correction.OFFICERS:
        raise _refused(found, act, by, "NO_RIGHT")
    if found.state != WrongCreditState.PROPOSED:
        raise _refused(found, act, by, "WRONG_STATE")
    return found


def _decided(reversal_id: int, by: User, act: str, on: date) -> VoluntaryReversal:
    """For the second officer, who is neither the first nor one of whom it is about. Raises NotAllowed."""
    found = _locked(reversal_id, by, act)
    if found.proposed_by_id == by.pk:
        raise _refused(found, act, by, "OWN_WORK")
    if _concerns(by, found.contribution, found.payer):
        raise _refused(found, act, by, "OWN_RECORD")
    found.decided_by, found.decided_on = by, on
    return found


def _ended(found: VoluntaryReversal, state: WrongCreditState, act: str, by: User, on: date) -> VoluntaryReversal:
    before = {"state": str(found.state)}
    found.state = state
    found.save(update_fields=["state", "comment", "decided_by", "decided_on"])
    _record(found, act, by, on, before)
    return found


def _concerns(by: User, of: VoluntaryContribution, payer: Member | None) -> bool:
    asked = of.payment.voluntary if of.payment else None
    return any(own_record.owns(by, member) for member in (of.member, payer, asked.payer if asked else None) if member is not None)


def _record(found: VoluntaryReversal, act: str, by: User, on: date, before: dict[str, str]) -> None:
    of = found.contribution
    data = {"on": str(on), "amount": f"{of.credited:.2f}", "order_no": of.payment.order_no if of.payment else ""}
    whose = dict.fromkeys(member for member in (of.member, found.payer) if member is not None)
    audit.record(
        actor=by, action=f"voluntary.reversal.{act}", target=found, data=data, subjects=list(whose), before=before, after={"state": str(found.state)}
    )


def _refused(target: VoluntaryReversal | str, act: str, by: User, code: str, short: Sequence[Short] = ()) -> NotAllowed:
    audit.record_refusal(actor=by, action=f"voluntary.reversal.{act}", target=target, data={"code": code})
    return NotAllowed(code, short)
