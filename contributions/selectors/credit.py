"""The employer's own money that lies at the fund and is nobody's contribution: payments that came beside what they paid, and agents' receipts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Exists, OuterRef, Q, Sum

from contributions.enums import PaymentState, ReceiptState, RefundState
from contributions.models import CreditUse, Payment, Receipt, Refund
from employers.models import Employer
from kwsp_portal.common import money

BESIDE: Final = Q(state=PaymentState.APPROVED, counts=False) | Q(state=PaymentState.DIFFERS)
"""Payments whose money pays nothing: a second one is the employer's CREDIT, one of another amount lies in SUSPENSE (rulings 17b, 26a)."""
_ASKED_BACK: Final = Exists(Refund.objects.filter(payment=OuterRef("pk")).exclude(state=RefundState.REFUSED))


@dataclass(frozen=True, kw_only=True)
class Source:
    """An earlier payment or receipt, what it brought and what of it is left, RM."""

    payment: Payment | None
    receipt: Receipt | None
    amount: Decimal
    left: Decimal
    since: datetime

    @property
    def name(self) -> str:
        """The order number of the payment; of a receipt its agent and number."""
        return name_of(self.payment, self.receipt)

    @property
    def account(self) -> str:
        """The employer's account in which it lies."""
        return "CREDIT" if self.payment is not None and self.payment.state == PaymentState.APPROVED else "SUSPENSE"


def sources_of(employer: Employer, *, lock: bool = False) -> Sequence[Source]:
    """What may be used now, the oldest first; what is asked back may not. `lock` keeps each from every other use and from being asked back."""
    payments = Payment.objects.filter(BESIDE, filing__employer=employer)
    receipts = Receipt.objects.filter(employer=employer, state=ReceiptState.SUSPENDED)
    if lock:
        for found in (payments, receipts):
            list(found.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    # Asked after the locks: what was used or asked back while we waited is seen.
    used_of_payments = dict(_used("source_payment", payments.values("pk")))
    used_of_receipts = dict(_used("source_receipt", receipts.values("pk")))
    made = [
        *(
            _of_payment(one, used_of_payments.get(one.pk, money.ZERO))
            for one in payments.exclude(_ASKED_BACK).select_related("filing").order_by("pk")
        ),
        *(_of_receipt(one, used_of_receipts.get(one.pk, money.ZERO)) for one in receipts.order_by("pk")),
    ]
    return sorted((one for one in made if one.left), key=lambda one: one.since)


def name_of(payment: Payment | None, receipt: Receipt | None) -> str:
    """What people call the one of the two that there is."""
    if payment is not None:
        return payment.order_no
    return f"{receipt.agent} {receipt.number}" if receipt is not None else ""


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
    return list(payment.made_of.select_related("source_payment__filing", "source_receipt"))


def _used(source: str, of):  # type: ignore[no-untyped-def]
    return CreditUse.objects.filter(**{f"{source}__in": of}).order_by().values_list(source).annotate(Sum("amount"))


def _of_payment(found: Payment, used: Decimal) -> Source:
    assert found.paid_at is not None  # noqa: S101 - a constraint says so of both states
    brought = brought_by(found)
    return Source(payment=found, receipt=None, amount=brought, left=brought - used, since=found.paid_at)


def _of_receipt(found: Receipt, used: Decimal) -> Source:
    return Source(payment=None, receipt=found, amount=found.amount, left=found.amount - used, since=found.paid_at)
