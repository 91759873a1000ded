"""The employer's own money that lies at the fund and is nobody's contribution: payments that came beside what they paid, agents' receipts, and what a
KWSP 14 brought back as an offset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Final

from django.db.models import Exists, OuterRef, Q, Sum

from contributions.enums import OverpaymentState, PaymentState, ReceiptState, RefundState
from contributions.models import CreditUse, Overpayment, Payment, Receipt, Refund
from employers.models import Employer
from kwsp_portal.common import money
from kwsp_portal.common.clock import KL

BESIDE: Final = Q(state=PaymentState.APPROVED, counts=False) | Q(state=PaymentState.DIFFERS)
"""Payments whose money pays nothing: a second one is the employer's CREDIT, one of another amount lies in SUSPENSE (rulings 17b, 26a)."""
_ASKED_BACK: Final = Exists(Refund.objects.filter(payment=OuterRef("pk")).exclude(state=RefundState.REFUSED))


@dataclass(frozen=True, kw_only=True)
class Source:
    """An earlier payment, receipt or application, what it brought and what of it is left, RM."""

    payment: Payment | None = None
    receipt: Receipt | None = None
    overpayment: Overpayment | None = None
    amount: Decimal
    left: Decimal
    since: datetime

    @property
    def name(self) -> str:
        """The order number of the payment; of a receipt its agent and number; of an application its month."""
        return name_of(self.payment, self.receipt, self.overpayment)

    @property
    def account(self) -> str:
        """The employer's account in which it lies."""
        second = self.payment is not None and self.payment.state == PaymentState.APPROVED
        return "CREDIT" if second or self.overpayment is not None else "SUSPENSE"


def sources_of(employer: Employer, *, lock: bool = False) -> Sequence[Source]:
    """What may be used now, the oldest first; what is asked back may not. `lock` keeps each from every other use and from being asked back."""
    payments = Payment.objects.filter(BESIDE, filing__employer=employer)
    receipts = Receipt.objects.filter(employer=employer, state=ReceiptState.SUSPENDED)
    offsets = Overpayment.objects.filter(filing__employer=employer, state=OverpaymentState.OFFSET)
    if lock:
        for found in (payments, receipts, offsets):
            list(found.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    # Asked after the locks: what was used or asked back while we waited is seen.
    used_of_payments = dict(_used("source_payment", payments.values("pk")))
    used_of_receipts = dict(_used("source_receipt", receipts.values("pk")))
    used_of_offsets = dict(_used("source_overpayment", offsets.values("pk")))
    made = [
        *(
            _of_payment(one, used_of_payments.get(one.pk, money.ZERO))
            for one in payments.exclude(_ASKED_BACK).select_related("filing").order_by("pk")
        ),
        *(_of_receipt(one, used_of_receipts.get(one.pk, money.ZERO)) for one in receipts.order_by("pk")),
        *(_of_offset(one, used_of_offsets.get(one.pk, money.ZERO)) for one in offsets.select_related("filing").order_by("pk")),
    ]
    return sorted((one for one in made if one.left), key=lambda one: one.since)


def name_of(payment: Payment | None, receipt: Receipt | None, overpayment: Overpayment | None) -> str:
    """What people call the one of the three that there is."""
    if payment is not None:
        return payment.order_no
    if receipt is not None:
        return f"{receipt.agent} {receipt.number}"
    return f"KWSP 14 {overpayment.pk}" if overpayment is not None else ""


def total(sources: Sequence[Source]) -> Decimal:
    return sum((one.left for one in sources), money.ZERO)


def left_of(payment: Payment) -> Decimal:
    """What of a payment that pays nothing was not used."""
    return brought_by(payment) - (payment.uses.aggregate(sum=Sum("amount"))["sum"] or money.ZERO)


def brought_by(payment: Payment) -> Decimal:
    """What the bank took, RM."""
    return payment.amount if payment.debited is None else payment.debited


def uses_of(payment: Payment) -> Sequence[CreditUse]:
    """What a payment that pays nothing was used for, the oldest first."""
    return list(payment.uses.select_related("payment__filing"))


def made_of(payment: Payment) -> Sequence[CreditUse]:
    """Of what a payment with the employer's own money was made."""
    return list(payment.made_of.select_related("source_payment__filing", "source_receipt", "source_overpayment__filing"))


def _used(source: str, of):  # type: ignore[no-untyped-def]
    return CreditUse.objects.filter(**{f"{source}__in": of}).order_by().values_list(source).annotate(Sum("amount"))


def _of_payment(found: Payment, used: Decimal) -> Source:
    assert found.paid_at is not None  # noqa: S101 - a constraint says so of both states
    brought = brought_by(found)
    return Source(payment=found, amount=brought, left=brought - used, since=found.paid_at)


def _of_receipt(found: Receipt, used: Decimal) -> Source:
    return Source(receipt=found, amount=found.amount, left=found.amount - used, since=found.paid_at)


def _of_offset(found: Overpayment, used: Decimal) -> Source:
    assert found.amount is not None  # noqa: S101 - constraints say so of what came back
    assert found.decided_on is not None  # noqa: S101
    return Source(overpayment=found, amount=found.amount, left=found.amount - used, since=datetime.combine(found.decided_on, time(), KL))
