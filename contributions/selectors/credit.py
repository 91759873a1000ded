"""The employer's own money that lies at the fund and is nobody's contribution: payments that came beside what they paid, agents' receipts, what a
KWSP 14 brought back as an offset, and what officers' corrections took back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import translation
from django.utils.translation import gettext

from contributions.enums import OverpaymentState, PaymentState, ReceiptState, RefundState
from contributions.models import CorrectedFiling, CreditUse, Overpayment, Payment, Receipt, Refund
from contributions.models.credit_uses import SOURCES
from employers.models import Employer
from kwsp_portal.common import money
from kwsp_portal.common.clock import KL

BESIDE: Final = Q(state=PaymentState.APPROVED, counts=False) | Q(state=PaymentState.DIFFERS)
"""Payments whose money pays nothing: a second one is the employer's CREDIT, one of another amount lies in SUSPENSE (rulings 17b, 26a)."""
_ASKED_BACK: Final = Exists(Refund.objects.filter(payment=OuterRef("pk")).exclude(state=RefundState.REFUSED))


@dataclass(frozen=True, kw_only=True)
class Source:
    """An earlier payment, receipt, application or correction of a Borang A, what it brought and what of it is left, RM."""

    payment: Payment | None = None
    receipt: Receipt | None = None
    overpayment: Overpayment | None = None
    correction: CorrectedFiling | None = None
    amount: Decimal
    left: Decimal
    since: datetime

    @property
    def name(self) -> str:
        """What people call it (name_of), in the language of the trail."""
        with translation.override("ms"):
            return name_of(self.payment, self.receipt, self.overpayment, self.correction)

    @property
    def ids(self) -> tuple[int | None, ...]:
        """The id of the one that it is, in the order of CreditUse's SOURCES."""
        return tuple(None if one is None else one.pk for one in (self.payment, self.receipt, self.overpayment, self.correction))

    @property
    def account(self) -> str:
        """The employer's account in which it lies."""
        second = self.payment is not None and self.payment.state == PaymentState.APPROVED
        return "CREDIT" if second or self.overpayment is not None or self.correction is not None else "SUSPENSE"


def sources_of(employer: Employer, *, lock: bool = False) -> Sequence[Source]:
    """What may be used now, the oldest first; what is asked back may not. `lock` keeps each from every other use and from being asked back."""
    payments = Payment.objects.filter(BESIDE, filing__employer=employer)
    receipts = Receipt.objects.filter(employer=employer, state=ReceiptState.SUSPENDED)
    offsets = Overpayment.objects.filter(filing__employer=employer, state=OverpaymentState.OFFSET)
    corrections = CorrectedFiling.objects.filter(filing__employer=employer, credit__isnull=False)
    if lock:
        for found in (payments, receipts, offsets, corrections):
            list(found.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    made = [
        *(_of_payment(one) for one in payments.exclude(_ASKED_BACK).select_related("filing").order_by("pk")),
        *(_of_receipt(one) for one in receipts.order_by("pk")),
        *(_of_offset(one) for one in offsets.select_related("filing").order_by("pk")),
        *(_of_correction(one) for one in corrections.select_related("filing", "correction").order_by("pk")),
    ]
    # Asked after the locks: what was used or asked back while we waited is seen.
    used = {tuple(ids): amount for *ids, amount in _used_by(employer)} if made else {}
    left = [replace(one, left=one.amount - used.get(one.ids, money.ZERO)) for one in made]
    return sorted((one for one in left if one.left), key=lambda one: one.since)


def name_of(payment: Payment | None, receipt: Receipt | None, overpayment: Overpayment | None, correction: CorrectedFiling | None) -> str:
    """What people call the one of the four that there is: the payment's order number, the receipt's agent and number, the application's number, the
    correction and Borang A by theirs."""
    if payment is not None:
        return payment.order_no
    if receipt is not None:
        return f"{receipt.agent} {receipt.number}"
    if correction is not None:
        return gettext("Pembetulan %(number)s, Borang A %(filing)s") % {"number": correction.correction_id, "filing": correction.filing_id}
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
    return list(payment.made_of.select_related("source_payment__filing", "source_receipt", "source_overpayment__filing", "source_correction__filing"))


def _used_by(employer: Employer) -> Iterable[tuple[Any, ...]]:
    """What was used of each of the employer's sources, with their ids before it."""
    return CreditUse.objects.filter(payment__filing__employer=employer).order_by().values_list(*SOURCES).annotate(Sum("amount"))


def _of_payment(found: Payment) -> Source:
    assert found.paid_at is not None  # noqa: S101 - a constraint says so of both states
    brought = brought_by(found)
    return Source(payment=found, amount=brought, left=brought, since=found.paid_at)


def _of_receipt(found: Receipt) -> Source:
    return Source(receipt=found, amount=found.amount, left=found.amount, since=found.paid_at)


def _of_offset(found: Overpayment) -> Source:
    assert found.amount is not None  # noqa: S101 - constraints say so of what came back
    assert found.decided_on is not None  # noqa: S101
    return Source(overpayment=found, amount=found.amount, left=found.amount, since=_begin_of(found.decided_on))


def _of_correction(found: CorrectedFiling) -> Source:
    assert found.credit is not None  # noqa: S101 - only those are asked for
    assert found.correction.posted_on is not None  # noqa: S101 - a trigger lets it have a credit then only
    return Source(correction=found, amount=found.credit, left=found.credit, since=_begin_of(found.correction.posted_on))


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), KL)
