"""A receipting counter takes a voluntary contribution for a member (KWSP 6A(2), ruling 17a): cash is a payment at once; a cheque is one when the bank
has cleared it, of the day on which it was taken (assumed: the field's way, and what files of receipts have of cheques). One that the bank sends back
was never paid: nobody is credited, and the member is told, and who wrote it.

What above the ceiling comes all the same, because a cheque was cleared late or two counters took at once, goes back to who paid it (ruling 19): the
member, or who stood there in the member's place (counter_payers).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from contributions.enums import BounceWhy, CounterMode, CounterReceiptState, PaymentMethod, PaymentState, VoluntaryKind
from contributions.models import CounterReceipt, Payment, VoluntaryOrder
from contributions.rules import counter as rules
from contributions.rules import voluntary as voluntary_rules
from contributions.services import counter_drawers, counter_payers, receiving, voluntary, voluntary_crediting, voluntary_news
from contributions.services.counter_drawers import NotAllowed as NotAllowed
from contributions.services.counter_payers import Payer
from contributions.services.payment import new_order_no
from kwsp_portal.audit import services as audit
from kwsp_portal.bank import channels
from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import to_sen
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.notify import services as notify
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import days, posting
from members.ledger.enums import EntryKind
from members.models import Member
from members.services import own_record

AT_COUNTER: Final = "KWSP"
"""Stands for the bank of a payment."""


class NotTakeable(Exception):
    """Why a counter cannot take this now: every reason in data (rules.counter, rules.voluntary)."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(", ".join(refusal.code for refusal in refusals))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What stands on the KWSP 6A(2), RM; `payer` where it was not the member who paid."""

    member: Member
    kind: VoluntaryKind
    amount: Decimal
    mode: CounterMode
    payer: Payer | None = None
    cheque_number: str = ""
    cheque_bank: str = ""


def check(asked: Asked, *, by: User, at: datetime) -> None:
    """Whether a counter can take it now. Raises NotTakeable with every reason, NotAllowed without an open drawer of the day, OwnRecord."""
    _require_other(by, asked)
    held = counter_drawers.open_of(by)
    if held is None or held.on != at.astimezone(KL).date():
        raise NotAllowed("NO_DRAWER" if held is None else "OTHER_DAY")
    _demand(asked, at)


def take(asked: Asked, *, token: uuid.UUID, by: User, at: datetime) -> CounterReceipt:
    """The receipt. The same `token` again is the same receipt, whatever else is said. Raises NotTakeable, NotAllowed and OwnRecord, which the trail
    keeps."""
    _require_other(by, asked)
    known = of_token(token, by)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            # The drawer is the officer's own: whoever clicks twice waits here, and a count waits for what is being taken.
            drawer = counter_drawers.demand_open(by, "take", at)
            known = of_token(token, by)
            if known is not None:
                return known
            Member.objects.select_for_update(of=("self",), no_key=True).get(pk=asked.member.pk)
            _demand(asked, at)
            made = _receipt(asked, token, drawer.pk, at)
            if asked.mode is CounterMode.CASH:
                made.payment, made.state = _paid(made, _payer_of(asked), by, at), CounterReceiptState.PAID
            made.save(force_insert=True)
            if asked.payer is not None:
                counter_payers.keep(asked.payer, made)
            after = {"state": str(made.state)}
            audit.record(actor=by, action="counter.receipt.take", target=made, data=_data(made), subjects=_whose(made), before={}, after=after)
            if made.state == CounterReceiptState.WAITS:
                notify.tell(voluntary_news.of_cheque(made), on=at.astimezone(KL).date())
    except NotTakeable as refused:
        data = {"codes": [one.code for one in refused.refusals], "kind": asked.kind.value}
        audit.record_refusal(actor=by, action="counter.receipt.take", target=asked.member, data=data)
        raise
    return made


def of_token(token: uuid.UUID, by: User) -> CounterReceipt | None:
    """What was taken from that page; None before. Raises NotAllowed (OWN_WORK) where another officer did."""
    found = CounterReceipt.objects.select_related("drawer").filter(token=token).first()
    if found is not None and found.drawer.officer_id != by.pk:
        raise counter_drawers.refused("take", by, "OWN_WORK", found.drawer)
    return found


def clear(*, receipt_id: int, by: User, on: date, at: datetime) -> CounterReceipt:
    """The bank has paid a cheque: it is a payment of the day on which it was taken. Raises NotAllowed."""
    with transaction.atomic():
        found = _cheque(receipt_id, "clear", by)
        payer = getattr(found, "payer", None)
        found.payment = _paid(found, (payer.member if payer else None) or found.member, by, at)
        booked_on, sen = max(on, days.first_open_day()), to_sen(found.amount)
        legs = (posting.Leg(posting.fund(counter_drawers.CLEARING), sen), posting.Leg(posting.fund("BANK"), -sen))
        posting.post(posting.Act(kind=EntryKind.CHEQUE_CLEARED, ref=found.pk, part=0, booked_on=booked_on, value_date=on, legs=legs))
        _decide(found, CounterReceiptState.PAID, "clear", by, on)
        voluntary_news.cheque_to_stranger(found, on=on, at=at)
    return found


def bounce(*, receipt_id: int, why: BounceWhy, by: User, on: date, at: datetime) -> CounterReceipt:
    """The bank has sent a cheque back: it paid nothing, of which the member and who wrote it are told. Raises NotAllowed."""
    with transaction.atomic():
        found = _cheque(receipt_id, "bounce", by)
        found.why = why
        _decide(found, CounterReceiptState.BOUNCED, "bounce", by, on)
        notify.tell(voluntary_news.of_cheque(found), on=on)
        voluntary_news.cheque_to_stranger(found, on=on, at=at)
    return found


def _require_other(by: User, asked: Asked) -> None:
    """Raises OwnRecord."""
    for whose in dict.fromkeys((asked.member, _payer_of(asked))):
        own_record.require_other(by, whose, action="counter.receipt.take")


def _payer_of(asked: Asked) -> Member:
    """Whose order it is: who paid and is a member, else whom it was paid for."""
    return (asked.payer.member if asked.payer else None) or asked.member


def _whose(found: CounterReceipt) -> list[Member]:
    payer = getattr(found, "payer", None)
    return [found.member, *([payer.member] if payer and payer.member else [])]


def _demand(asked: Asked, at: datetime) -> None:
    """Raises NotTakeable."""
    on = at.astimezone(KL).date()
    try:
        found = list(rules.refusals(kind=asked.kind, mode=asked.mode, amount=asked.amount, at=at))
    except channels.ChannelsNotKnown:
        found = [Refusal("COUNTER_NO_WAY", "")]
    found += voluntary_rules.refusals(voluntary.facts_of(asked.member, asked.kind, asked.amount, on), on=on)
    if found:
        raise NotTakeable(found)


def _receipt(asked: Asked, token: uuid.UUID, drawer_id: int, at: datetime) -> CounterReceipt:
    """Not written yet."""
    said = asked.payer.name if asked.payer else ""
    what = {"member": asked.member, "kind": asked.kind, "amount": asked.amount, "mode": asked.mode, "payer_name": said}
    cheque = {"cheque_number": asked.cheque_number, "cheque_bank": asked.cheque_bank} if asked.mode is CounterMode.CHEQUE else {}
    number = new_order_no(at.astimezone(KL).date())
    return CounterReceipt(drawer_id=drawer_id, number=number, token=token, taken_at=at, state=CounterReceiptState.WAITS, **what, **cheque)


def _paid(found: CounterReceipt, payer: Member, by: User, at: datetime) -> Payment:
    """Its money is here: a payment of the day on which it was taken, and a worker credits it."""
    paid_on, on = found.taken_at.astimezone(KL).date(), max(at.astimezone(KL).date(), days.first_open_day())
    asked = VoluntaryOrder.objects.create(member=found.member, payer=payer, kind=found.kind)
    made = Payment.objects.create(
        voluntary=asked,
        order_no=found.number,
        method=PaymentMethod.COUNTER,
        bank_code=AT_COUNTER,
        amount=found.amount,
        counts=True,
        state=PaymentState.APPROVED,
        fpx_id=f"{AT_COUNTER}:{found.number}",
        paid_at=found.taken_at,
        started_by=by,
        started_on=on,
        started_at=at,
        finished_at=at,
    )
    receiving.book(made, on, paid_on)
    voluntary_crediting.came(payment=made, paid_on=paid_on, on=on)
    return made


def _cheque(receipt_id: int, act: str, by: User) -> CounterReceipt:
    """A cheque that waits, which `by` may decide, kept from every other act. Raises NotAllowed."""
    known = ("drawer", "member", "payer__member")
    found = CounterReceipt.objects.select_for_update(of=("self",), no_key=True).select_related(*known).get(pk=receipt_id)
    code = ""
    if by.role != Role.SUPERVISOR:
        code = "NO_RIGHT"
    elif found.drawer.officer_id == by.pk:
        code = "OWN_WORK"
    elif found.state != CounterReceiptState.WAITS:
        code = "WRONG_STATE"
    if code:
        audit.record_refusal(actor=by, action=f"counter.cheque.{act}", target=found, data={"code": code})
        raise NotAllowed(code)
    for whose in _whose(found):
        own_record.require_other(by, whose, action=f"counter.cheque.{act}")
    return found


def _decide(found: CounterReceipt, state: CounterReceiptState, act: str, by: User, on: date) -> None:
    before = {"state": str(found.state)}
    found.state, found.decided_by, found.decided_on = state, by, on
    found.save(update_fields=["state", "payment", "decided_by", "decided_on", "why"])
    data, after = _data(found), {"state": state.value}
    audit.record(actor=by, action=f"counter.cheque.{act}", target=found, data=data, subjects=_whose(found), before=before, after=after)


def _data(found: CounterReceipt) -> dict[str, str]:
    return {"receipt": found.number, "amount": f"{found.amount:.2f}", "kind": str(found.kind), "mode": str(found.mode)}
