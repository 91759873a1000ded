"""What a receipt of a voluntary contribution becomes: a payment of the member's, credited like any other by voluntary_crediting, ceiling and all.

The agent asks nobody, so who is unknown, or could not have paid it here (rules.voluntary), is an officer's. What is above the ceiling is the member's
again (seed 002), whoever stood at the agent's counter: nobody writes down who that was. The money earns from the day on which the agent took it.
"""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from contributions.enums import MatterDecision, MatterKind, ReceiptState, VoluntaryKind
from contributions.models import Receipt, VoluntaryOrder
from contributions.rules import counter
from contributions.rules import voluntary as rules
from contributions.services import matters, receipt_acts, receipt_filing, receiving, voluntary, voluntary_crediting
from kwsp_portal.common.clock import KL
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.jobs.lease import Lease
from members.identity.models import User
from members.models import Member

_RETURNED: Final = "ABOVE_CEILING"
"""No reason to wait: the crediting gives it back."""


def begin(*, lease: Lease, at: datetime) -> None:
    """Look at one receipt of a file that was taken, an employer's or a member's, and finish its lease in the same transaction."""
    with transaction.atomic():
        receipt = receipt_filing.locked(lease.payload["receipt"])
        if receipt.state == ReceiptState.NEW and receipt.kind:
            take_or_wait(receipt, None, lease.on, at)
        elif receipt.state == ReceiptState.NEW:
            receipt_filing.read_or_wait(receipt, lease.on)
        lease.finish()


def take_or_wait(receipt: Receipt, by: User | None, on: date, at: datetime, *, checked: bool = False) -> None:
    """Have it credited, which the caller has locked; or bring it before an officer. With `checked` one has looked at who took it, how and
    how often."""
    kind, reason = (None, "") if checked else receipt_filing.doubt(receipt, counter.CHANNEL_KIND[VoluntaryKind(receipt.kind)])
    if kind is None:
        kind, reason = _hindrance(receipt)
    if kind is not None:
        receipt_filing.wait(receipt, kind, reason, on)
        return
    assert receipt.member is not None  # noqa: S101 - RECEIPT_MEMBER above
    asked = VoluntaryOrder.objects.create(member=receipt.member, payer=receipt.member, kind=receipt.kind)
    made, paid_on = receipt_filing.payment_of(receipt, on, at, voluntary=asked), receipt.paid_at.astimezone(KL).date()
    receiving.book(made, on, paid_on)
    voluntary_crediting.came(payment=made, paid_on=paid_on, on=on)
    receipt.payment = made
    receipt_filing.move(receipt, ReceiptState.PAID, "receipt.credit", by, {"order_no": made.order_no})


def assign(*, matter_id: int, number: str, kind: VoluntaryKind, comment: str, by: User, on: date, at: datetime) -> Receipt:
    """It is this member's, of this kind; what hinders that is a matter anew. Raises matters.NotAllowed, also NO_MEMBER."""
    said = matters.demand_comment(matter_id, comment, by)
    with transaction.atomic():
        receipt, matter = receipt_acts.locked(matter_id, by, voluntary=True)
        member = Member.objects.filter(number=number).first()
        if member is None:
            raise matters.refused(matter_id, "close", by, "NO_MEMBER")
        before = {"member": receipt.member.number if receipt.member else "", "kind": str(receipt.kind)}
        receipt.member, receipt.kind = member, kind
        after = {"member": member.number, "kind": kind.value}
        receipt_filing.move(receipt, ReceiptState.NEW, "receipt.to_member", by, {}, before=before, after=after)
        matters.close(matter=matter, decision=MatterDecision.TO_MEMBER, by=by, comment=said, on=on)
        take_or_wait(receipt, by, on, at, checked=True)
    return receipt


def _hindrance(receipt: Receipt) -> tuple[MatterKind | None, str]:
    if receipt.member is None:
        return MatterKind.RECEIPT_MEMBER, receipt.member_number
    paid_on = receipt.paid_at.astimezone(KL).date()
    try:
        facts = voluntary.facts_of(receipt.member, VoluntaryKind(receipt.kind), receipt.amount, paid_on)
        found = [refusal.code for refusal in rules.refusals(facts, on=paid_on) if refusal.code != _RETURNED]
    except NotInForce as error:
        return MatterKind.RECEIPT_CHANNEL, str(error)
    return (MatterKind.RECEIPT_MEMBER, " ".join(found)) if found else (None, "")
