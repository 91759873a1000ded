"""Paying a Borang A with the employer's own money at the fund: a second payment (ruling 26a), one of another amount (17b), an agent's receipt, what a
KWSP 14 or officers' correction took back.

A filing has one total and one payment (ruling 14), and what differs from it credits nobody (17b): the money makes a payment in whole, or none.
What is left stays where it is, for another filing or to be asked back. No bank is asked, so no limit of a bank's applies, and the money is taken at
once under the payer's code. The day of payment is the day on which it is used: until then it was the employer's, who could have had it back, and
nobody's contribution; lateness is reckoned to that day.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from contributions.enums import DueKind, PaymentMethod, PaymentState
from contributions.models import CreditUse, Payment
from contributions.selectors import credit as selectors
from contributions.selectors.credit import Source
from contributions.services import leave, payment_news, receiving
from contributions.services import payment as payments
from contributions.services.parts import ToPay
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import to_sen
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.notify import services as notify
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import User
from members.ledger import posting, taking

Taken = Sequence[tuple[Source, Decimal]]
"""Of what, and how much of each, RM."""


def start(
    *, filing_id: int, by: User, approval: tac.Leave, on: date, at: datetime, part: int | None = None, late: Collection[DueKind] = ()
) -> Payment:
    """Pay an approved filing, a part of it, what of its lateness is named, or both, in whole and at once. `approval` is what the payer's code left
    for this amount out of the employer's own money, and is spent here.

    Raises as `payment.start`; PaymentRefused also where the money is not enough (CREDIT_SHORT) or frozen (CREDIT_FROZEN). The trail keeps them.
    """
    with payments.refusals_kept(filing_id, by), transaction.atomic():
        to_pay, order, taken = _payable(filing_id, by, on, part, late)
        filing = order.borang_a
        shown = leave.to_pay(filing, to_pay.part, dues=to_pay.dues, from_credit=True)
        tac.spend(approval=approval, user=by, purpose=Purpose.EMPLOYER_PAYMENT, shown=shown, at=at)
        payment = payments.make_order(order, to_pay, by, on, at)
        # The business day is the day of payment, whatever the day by the clock on the wall.
        payment.paid_at = datetime.combine(on, at.astimezone(KL).time(), KL)
        payment.state, payment.counts, payment.fpx_id, payment.finished_at = PaymentState.APPROVED, True, f"KWSP-{payment.order_no}", at
        payment.save(update_fields=["state", "counts", "fpx_id", "paid_at", "finished_at"])
        CreditUse.objects.bulk_create(
            [
                CreditUse(
                    payment=payment,
                    source_payment=one.payment,
                    source_receipt=one.receipt,
                    source_overpayment=one.overpayment,
                    source_correction=one.correction,
                    amount=amount,
                )
                for one, amount in taken
            ]
        )
        _book(payment, taken, by, on)
        left = selectors.total(selectors.sources_of(filing.employer))
        notify.tell([payment_news.of_credit_used(payment, left)], on=on)
    return payment


def check(*, filing_id: int, by: User, on: date, part: int | None = None, late: Collection[DueKind] = ()) -> ToPay:
    """What `start` would pay now, so that no code is sent in vain. Raises as `start`."""
    with payments.refusals_kept(filing_id, by), transaction.atomic():
        return _payable(filing_id, by, on, part, late)[0]


def _payable(filing_id: int, by: User, on: date, part: int | None, late: Collection[DueKind]) -> tuple[ToPay, Payment, Taken]:
    # The employer before its filings, as everywhere: who would use the same money for another filing waits here.
    Employer.objects.select_for_update(of=("self",), no_key=True).get(filings=filing_id)
    filing, to_pay = payments.payable(filing_id, by, on, part, late, on)
    taken = _taken(selectors.sources_of(filing.employer, lock=True), to_pay.amount)
    return to_pay, Payment(filing=filing, method=PaymentMethod.CREDIT), taken


def _taken(sources: Sequence[Source], needed: Decimal) -> Taken:
    """The oldest money first. Raises PaymentRefused where all of it is not enough."""
    found = selectors.total(sources)
    if found < needed:
        raise payments.PaymentRefused(Refusal("CREDIT_SHORT", "Peraturan 17b", {"found": f"{found:.2f}", "needed": f"{needed:.2f}"}))
    taken = []
    for one in sources:
        amount = min(one.left, needed)
        if amount:
            taken.append((one, amount))
            needed -= amount
    return taken


def _book(payment: Payment, taken: Taken, by: User, on: date) -> None:
    """Out of the accounts in which it lies, into what it pays. Raises PaymentRefused (CREDIT_FROZEN)."""
    employer_id = payment.borang_a.employer_id
    accounts: dict[posting.AccountRef, int] = {}
    for one, amount in taken:
        account = posting.employer(employer_id, one.account)
        accounts[account] = accounts.get(account, 0) + to_sen(amount)
    code = receiving.book(payment, on, on, taken=accounts)
    # Under the lock of the balances: whoever freezes was before this look, or comes after the money has moved.
    if taking.any_frozen(set(accounts)):
        raise payments.PaymentRefused(Refusal("CREDIT_FROZEN", ""))
    data = {"paid_on": str(on), "to": code, "sources": ", ".join(one.name for one, _amount in taken)}
    whose, before, after = [payment.borang_a.employer], {"state": PaymentState.SENT.value}, {"state": PaymentState.APPROVED.value}
    audit.record(actor=by, action="payment.from_credit", target=payment, data=data, subjects=whose, before=before, after=after)
