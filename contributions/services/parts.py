"""In which parts a filing is paid: one, unless it is more than one payment by this way carries (ruling 26a); and what is paid beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, Q

from contributions.enums import DueKind, FilingState, PaymentState
from contributions.models import Filing, Payment
from contributions.rules import parts as rule
from contributions.selectors import late_dues
from contributions.selectors.late_dues import Due
from kwsp_portal.bank import limits
from kwsp_portal.common import money

IN_FLIGHT = (PaymentState.SENT, PaymentState.PENDING)
CONTRIBUTES = Q(late__lt=F("amount"))
"""Payments of which anything is for the Borang A itself, and not all for its lateness."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One payment to be made, RM; `payment` is what pays it or is on its way."""

    number: int
    of: int
    amount: Decimal
    payment: Payment | None = None

    @property
    def paid(self) -> bool:
        return self.payment is not None and self.payment.counts

    @property
    def open(self) -> bool:
        """Neither paid nor on its way."""
        return self.payment is None


@dataclass(frozen=True, kw_only=True)
class ToPay:
    """What one payment is to bring, RM: a part of the contribution, dues of its lateness, or both."""

    part: Part | None
    dues: Sequence[Due] = field(default=())

    @property
    def late(self) -> Decimal:
        return late_dues.total(self.dues)

    @property
    def amount(self) -> Decimal:
        return self.late + (self.part.amount if self.part else money.ZERO)


def of_filing(*, filing: Filing, on: date) -> Sequence[Part]:
    """How the filing is paid. What is paid or on its way decides in how many parts; until something is, the limits of `on`. One query."""
    standing = list(filing.payments.filter(CONTRIBUTES, Q(counts=True) | Q(state__in=IN_FLIGHT)).order_by("-counts", "pk"))
    count = standing[0].parts if standing else rule.how_many(filing.total, limits.limit_at(payer=limits.Payer.COMPANY, on=on).highest)
    paid_by = {payment.part: payment for payment in reversed(standing) if payment.parts == count}
    amounts = rule.split(filing.total, count)
    return [Part(number=number, of=count, amount=amount, payment=paid_by.get(number)) for number, amount in enumerate(amounts, start=1)]


def is_awaited(payment: Payment) -> bool:
    """Whether an approved payment, which the caller has locked with its filing, pays a part that nothing has paid yet, or dues still open."""
    if not payment.contribution:
        return _dues_awaited(payment)
    if payment.borang_a.state != FilingState.APPROVED:
        return False
    counted = payment.borang_a.payments.filter(CONTRIBUTES, counts=True).values_list("part", "parts")
    return all(parts == payment.parts and part != payment.part for part, parts in counted)


def _dues_awaited(payment: Payment) -> bool:
    """Whether all that it pays is still owed: what was paid meanwhile, remitted or reversed is not."""
    on = payment.started_on
    found = {(due.kind, due.filing): due.amount for due in late_dues.open_of(filing=payment.borang_a, paid_on=on, on=on, flying=False)}
    return all(found.get((DueKind(due.kind), due.filing), money.ZERO) >= due.amount for due in payment.dues.select_related("filing"))
