"""Starting a payment of an approved filing by FPX: an order of ours, which the payer's browser takes to the bank. What the bank says: receiving.

The bank is called between transactions (C-12): intent is committed, the bank is asked with our order number, its answer is
recorded.
"""

import contextlib
import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from contributions.enums import FilingAction, PaymentMethod
from contributions.models import Filing, Payment
from contributions.services import leave, moves, parts
from contributions.services.parts import Part
from kwsp_portal.audit import services as audit
from kwsp_portal.bank import limits
from kwsp_portal.bank.fpx import client
from kwsp_portal.common.refusal import Refusal
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User

_ORDER_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class PaymentRefused(Exception):
    """Why no payment can be started; `refusal` says it in data."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


def start(*, filing_id: int, bank_code: str, by: User, approval: Approval, on: date, at: datetime, part: int | None = None) -> Payment:
    """An order for an approved filing, or for one part of it, ready to be taken to the bank by the payer's browser.

    `part`: of the parts in which `parts.of_filing` pays it; the first that is open where none is named. `approval` is what the payer's code left
    for this amount (`leave.to_pay`); it is spent here. Raises tac.Refused.

    Raises moves.NotAllowed when the filing cannot be paid by this person now, PaymentRefused when an order for it is still open
    (PAYMENT_IN_FLIGHT), the part is paid (PART_PAID) or FPX cannot carry the amount (ruling 26a). The trail keeps them.
    """
    with _refusals_kept(filing_id, by), transaction.atomic():
        filing, to_pay = _payable(filing_id, by, on, part)
        tac.spend(approval=approval, user=by, purpose=Purpose.EMPLOYER_PAYMENT, shown=leave.to_pay(filing, to_pay), at=at)
        return _order(filing, to_pay, bank_code, by, on, at)


def check(*, filing_id: int, by: User, on: date, part: int | None = None) -> Part:
    """What `start` would make an order for now, so that the bank is asked nothing in vain. Raises as `start`."""
    with _refusals_kept(filing_id, by), transaction.atomic():
        return _payable(filing_id, by, on, part)[1]


@contextlib.contextmanager
def _refusals_kept(filing_id: int, by: User) -> Iterator[None]:
    try:
        yield
    except (moves.NotAllowed, PaymentRefused) as refused:
        audit.record_refusal(
            actor=by, action="payment.start", target=f"filing:{filing_id}", data={"code": str(refused)}, subjects=moves.whose(filing_id)
        )
        raise


def _payable(filing_id: int, by: User, on: date, part: int | None) -> tuple[Filing, Part]:
    filing = moves.locked(filing_id)
    moves.check(filing=filing, action=FilingAction.PAY, by=by, on=on)
    found = _open_part(parts.of_filing(filing=filing, on=on), part)
    refusal = limits.why_not_payable(amount=found.amount, payer=limits.Payer.COMPANY, on=on)
    if refusal is not None:
        raise PaymentRefused(refusal)
    return filing, found


def _open_part(of: Sequence[Part], number: int | None) -> Part:
    """The part that is asked for, or the first that is open. Raises PaymentRefused."""
    asked = [part for part in of if number is None or part.number == number]
    found = next((part for part in asked if part.open), None)
    if found is not None:
        return found
    waiting = next((part.payment for part in asked if part.payment and not part.paid), None)
    if waiting is not None:
        raise PaymentRefused(Refusal("PAYMENT_IN_FLIGHT", "", {"order_no": waiting.order_no}))
    raise PaymentRefused(Refusal("PART_PAID", "", {"part": str(number), "parts": str(len(of))}))


def _order(filing: Filing, to_pay: Part, bank_code: str, by: User, on: date, at: datetime) -> Payment:
    payment = Payment.objects.create(
        filing=filing,
        order_no=f"{on:%y%m%d}" + "".join(secrets.choice(_ORDER_ALPHABET) for _ in range(8)),
        method=PaymentMethod.FPX,
        bank_code=bank_code,
        amount=to_pay.amount,
        part=to_pay.number,
        parts=to_pay.of,
        started_by=by,
        started_on=on,
        started_at=at.replace(microsecond=0),  # the bank repeats it to the second
    )
    data = {"filing": filing.pk, "order_no": payment.order_no, "amount": str(payment.amount), "bank": bank_code}
    audit.record(actor=by, action="payment.start", target=payment, data=data, subjects=[filing.employer], before={}, after={"state": payment.state})
    return payment


def order_of(payment: Payment) -> client.Order:
    """The order as the bank knows it: the same values make its AR and, later, its AE.

    What a confirmation is compared with (client.disagreements: numbers, amount, time) never changes after the order is made;
    names, which may, are not compared.
    """
    filing = payment.filing
    part = f"-{payment.part}" if payment.parts > 1 else ""
    return client.Order(
        order_no=payment.order_no,
        amount=payment.amount,
        bank_id=payment.bank_code,
        buyer_name=filing.employer.name,
        product=f"KWSP A {filing.wage_month:%Y-%m} {filing.employer.number}",
        ordered_at=payment.started_at,
        reference=f"{filing.employer.number}-{filing.pk}{part}",
        maker_name=payment.started_by.name,
    )


WORDS = {
    "AT_THE_BANK": gettext_noop("Bank sudah memegang pesanan ini. Batalkan di halaman bank, atau tunggu jawapan bank."),
    "BANK_SILENT": gettext_noop("Bank tidak menjawab, jadi tidak dapat dipastikan pesanan ini belum dibayar. Cuba sebentar lagi."),
    "PART_PAID": gettext_noop("Bahagian %(part)s daripada %(parts)s sudah dibayar. Bayar bahagian yang lain."),
    "PAYMENT_IN_FLIGHT": gettext_noop("Bayaran %(order_no)s masih menunggu jawapan bank. Tunggu jawapannya, atau semak dengan bank."),
    "FPX_BELOW_MINIMUM": gettext_noop("Amaun RM %(amount)s kurang daripada had minimum FPX, RM %(limit)s."),
    "FPX_ABOVE_MAXIMUM": gettext_noop("Amaun RM %(amount)s melebihi had FPX RM %(limit)s bagi satu transaksi. Gunakan saluran bayaran lain."),
}
"""What a PaymentRefused says; figures from the refusal's details."""
