"""In which parts a filing is paid: one, unless it is more than one payment by this way carries (ruling 26a)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from contributions.enums import FilingState, PaymentState
from contributions.models import Filing, Payment
from contributions.rules import parts as rule
from kwsp_portal.bank import limits

IN_FLIGHT = (PaymentState.SENT, PaymentState.PENDING)


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


def of_filing(*, filing: Filing, on: date) -> Sequence[Part]:
    """How the filing is paid. What is paid or on its way decides in how many parts; until something is, the limits of `on`. One query."""
    standing = list(filing.payments.filter(Q(counts=True) | Q(state__in=IN_FLIGHT)).order_by("-counts", "pk"))
    count = standing[0].parts if standing else rule.how_many(filing.total, limits.limit_at(payer=limits.Payer.COMPANY, on=on).highest)
    paid_by = {payment.part: payment for payment in reversed(standing) if payment.parts == count}
    amounts = rule.split(filing.total, count)
    return [Part(number=number, of=count, amount=amount, payment=paid_by.get(number)) for number, amount in enumerate(amounts, start=1)]


def is_awaited(payment: Payment) -> bool:
    """Whether an approved payment, which the caller has locked with its filing, pays a part that nothing has paid yet."""
    if payment.filing.state != FilingState.APPROVED:
        return False
    counted = payment.filing.payments.filter(counts=True).values_list("part", "parts")
    return all(parts == payment.parts and part != payment.part for part, parts in counted)
