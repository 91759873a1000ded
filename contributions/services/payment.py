"""Paying an approved filing by FPX: what is asked of the bank, what the bank answers, what follows.

The bank is called between transactions (C-12): intent is committed, the bank is asked with our order number, its answer is
recorded. Whatever order, number or way its messages come in, an order is credited once, and only for a final `00`.
"""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from contributions.enums import FilingAction, FilingState, MessageVerdict, PaymentMethod, PaymentState
from contributions.models import Filing, Payment, PaymentMessage
from contributions.services import crediting, leave, moves
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.bank import conf, limits
from kwsp_portal.bank.fpx import client, codes, messages, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import to_sen
from kwsp_portal.common.refusal import Refusal
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.ledger import posting
from members.ledger.enums import EntryKind

IN_FLIGHT = (PaymentState.SENT, PaymentState.PENDING)
GIVEN_UP = timedelta(minutes=30)
"""An order that the bank still does not know after this long was never taken there."""

_ORDER_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class PaymentRefused(Exception):
    """Why no payment can be started; `refusal` says it in data."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a message did. `payment` is None when it names no order of ours."""

    verdict: MessageVerdict
    payment: Payment | None


def start(*, filing_id: int, bank_code: str, by: User, approval: Approval, on: date, at: datetime) -> Payment:
    """An order for the whole of an approved filing, ready to be taken to the bank by the payer's browser.

    `approval` is what the payer's code left for this amount (`leave.to_pay`); it is spent here. Raises tac.Refused.

    Raises moves.NotAllowed when the filing cannot be paid by this person now, PaymentRefused when an order is still open
    (PAYMENT_IN_FLIGHT) or FPX cannot carry the amount (ruling 26a). The trail keeps both.
    """
    with _refusals_kept(filing_id, by), transaction.atomic():
        filing = _payable(filing_id, by, on)
        tac.spend(approval=approval, user=by, purpose=Purpose.EMPLOYER_PAYMENT, shown=leave.to_pay(filing), at=at)
        return _order(filing, bank_code, by, on, at)


def check(*, filing_id: int, by: User, on: date) -> None:
    """Whether `start` would make an order now, so that the bank is asked nothing in vain. Raises as `start`."""
    with _refusals_kept(filing_id, by), transaction.atomic():
        _payable(filing_id, by, on)


@contextlib.contextmanager
def _refusals_kept(filing_id: int, by: User) -> Iterator[None]:
    try:
        yield
    except (moves.NotAllowed, PaymentRefused) as refused:
        audit.record_refusal(
            actor=by, action="payment.start", target=f"filing:{filing_id}", data={"code": str(refused)}, subjects=moves.whose(filing_id)
        )
        raise


def _payable(filing_id: int, by: User, on: date) -> Filing:
    filing = moves.locked(filing_id)
    moves.check(filing=filing, action=FilingAction.PAY, by=by, on=on)
    _check_payable(filing, on)
    return filing


def _check_payable(filing: Filing, on: date) -> None:
    open_order = filing.payments.filter(state__in=IN_FLIGHT).first()
    if open_order is not None:
        raise PaymentRefused(Refusal("PAYMENT_IN_FLIGHT", "", {"order_no": open_order.order_no}))
    refusal = limits.why_not_payable(amount=filing.total, payer=limits.Payer.COMPANY, on=on)
    if refusal is not None:
        raise PaymentRefused(refusal)


def _order(filing: Filing, bank_code: str, by: User, on: date, at: datetime) -> Payment:
    payment = Payment.objects.create(
        filing=filing,
        order_no=f"{on:%y%m%d}" + "".join(secrets.choice(_ORDER_ALPHABET) for _ in range(8)),
        method=PaymentMethod.FPX,
        bank_code=bank_code,
        amount=filing.total,
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
    return client.Order(
        order_no=payment.order_no,
        amount=payment.amount,
        bank_id=payment.bank_code,
        buyer_name=filing.employer.name,
        product=f"KWSP A {filing.wage_month:%Y-%m} {filing.employer.number}",
        ordered_at=payment.started_at,
        reference=f"{filing.employer.number}-{filing.pk}",
        maker_name=payment.started_by.name,
    )


def receive_body(*, body: bytes, channel: messages.Channel, on: date, at: datetime) -> Outcome:
    """`receive` for the body of a POST as it came. Raises FpxRefused also for one that is no form; it is kept all the same."""
    try:
        pairs = wire.decode(body)
    except FpxRefused as refused:
        keep_refused(None, channel, body.decode("ascii", "backslashreplace").replace("\0", "\\x00"), refused, at)
        raise
    return receive(pairs=pairs, channel=channel, on=on, at=at)


def receive(*, pairs: wire.Pairs, channel: messages.Channel, on: date, at: datetime) -> Outcome:
    """Record a confirmation and do what it says: exactly once, in whatever order such messages come.

    A message that passed through the browser (INDIRECT) is kept and believed by the page only: the credit follows the
    bank's own word. Raises FpxRefused for a message that is forged, malformed or not for us, after keeping it.
    """
    body = text_of(pairs)
    try:
        confirmation = conf.fpx().read_ac(pairs)
    except FpxRefused as refused:
        keep_refused(None, channel, body, refused, at)
        raise
    return record(confirmation=confirmation, body=body, channel=channel, on=on, at=at)


def record(*, confirmation: messages.Confirmation, body: str, channel: messages.Channel, on: date, at: datetime) -> Outcome:
    """Do what a confirmation says that has been proved to be the bank's, and keep it as it came (`body`).

    One that names no order of ours changes nothing and is kept for an officer: the bank may have taken money for it.
    """
    with transaction.atomic():
        payment = _locked(confirmation.seller_ex_order_no)
        if payment is None:
            _keep(None, channel, body, MessageVerdict.CONTRADICTS, "UNKNOWN_ORDER", at)
            audit.record(actor=None, action="payment.message.unknown_order", data={"order_no": confirmation.seller_ex_order_no})
            return Outcome(verdict=MessageVerdict.CONTRADICTS, payment=None)
        verdict, reason = _apply(payment, confirmation, channel, on, at)
        _keep(payment, channel, body, verdict, reason, at)
    return Outcome(verdict=verdict, payment=payment)


def _locked(order_no: str) -> Payment | None:
    """The order, its filing locked first and then itself: the order of locks of every act on a payment."""
    found = Payment.objects.filter(order_no=order_no).values_list("filing_id", "pk").first()
    if found is None:
        return None
    Filing.objects.select_for_update(no_key=True).get(pk=found[0])
    return Payment.objects.select_for_update(of=("self",), no_key=True).select_related("filing__employer", "started_by").get(pk=found[1])


def text_of(pairs: wire.Pairs) -> str:
    """The fields as they travelled, for `PaymentMessage.body`."""
    return wire.encode(pairs).decode("ascii")


def _keep(payment: Payment | None, channel: messages.Channel, body: str, verdict: MessageVerdict, reason: str, at: datetime) -> None:
    PaymentMessage.objects.create(
        payment=payment, channel=channel.value, body=body[: wire.LARGEST_BODY], verdict=verdict, reason=reason[:80], received_at=at
    )


def keep_refused(payment: Payment | None, channel: messages.Channel, body: str, refused: FpxRefused, at: datetime) -> None:
    """Keep a message that nothing may be done for, with the reason; `payment` where it is known whom it was meant to speak of."""
    _keep(payment, channel, body, MessageVerdict.REFUSED, f"{refused.code} {refused.detail}", at)
    data = {"code": refused.code, "channel": channel.value}
    audit.record_refusal(actor=None, action="payment.message.refused", target=payment, data=data, subjects=_whose(payment))


def _whose(payment: Payment | None) -> list[Employer]:
    return [] if payment is None else [payment.filing.employer]


def _apply(payment: Payment, confirmation: messages.Confirmation, channel: messages.Channel, on: date, at: datetime) -> tuple[MessageVerdict, str]:
    """Move the locked payment as the confirmation says; answer what became of the message, and why."""
    differing = client.disagreements(order_of(payment), confirmation)
    if differing:
        return _contradiction(payment, "DIFFERS " + " ".join(differing))
    if channel is messages.Channel.INDIRECT:
        return MessageVerdict.APPLIED, "SHOWN"
    outcome, code = confirmation.outcome, confirmation.debit_auth_code
    if payment.state == PaymentState.APPROVED:
        return _after_approval(payment, confirmation)
    if outcome is codes.Outcome.APPROVED:
        return _approve(payment, confirmation, on, at)
    if outcome in (codes.Outcome.PENDING, codes.Outcome.AUTHORISATION):
        # Debited but not yet credited is pending too: its `00` is not ours to show.
        return _step(payment, PaymentState.PENDING, codes.PENDING if code == codes.APPROVED else code, at)
    if outcome is codes.Outcome.FAILED:
        return _step(payment, PaymentState.FAILED, code, at)
    never_came = outcome is codes.Outcome.NOT_FOUND and channel is messages.Channel.ENQUIRY and at - payment.started_at >= GIVEN_UP
    if never_came and payment.state == PaymentState.SENT:
        return _step(payment, PaymentState.EXPIRED, code, at)
    return MessageVerdict.APPLIED, f"NOT_DECISIVE {code}"


def _after_approval(payment: Payment, confirmation: messages.Confirmation) -> tuple[MessageVerdict, str]:
    """A 00 is final: what else says so, or came late, is old news; a failure or another 00 is an officer's matter."""
    outcome = confirmation.outcome
    another = outcome is codes.Outcome.APPROVED and confirmation.fpx_txn_id != payment.fpx_id
    if outcome is codes.Outcome.FAILED or another:
        return _contradiction(payment, f"AFTER_00 {confirmation.debit_auth_code}")
    return MessageVerdict.REPEATED, confirmation.debit_auth_code


def _contradiction(payment: Payment, reason: str) -> tuple[MessageVerdict, str]:
    audit.record(actor=None, action="payment.message.contradicts", target=payment, data={"reason": reason}, subjects=_whose(payment))
    return MessageVerdict.CONTRADICTS, reason


def _step(payment: Payment, state: PaymentState, code: str, at: datetime) -> tuple[MessageVerdict, str]:
    """Forward only: nothing reopens an order that has failed or expired but the bank's 00."""
    if payment.state not in IN_FLIGHT or payment.state == state:
        return MessageVerdict.REPEATED, code
    before = {"state": str(payment.state)}
    payment.state, payment.response_code = state, code
    payment.finished_at = None if state == PaymentState.PENDING else at
    payment.save(update_fields=["state", "response_code", "finished_at"])
    audit.record(
        actor=None,
        action=f"payment.{state.lower()}",
        target=payment,
        data={"code": code},
        subjects=_whose(payment),
        before=before,
        after={"state": state.value},
    )
    return MessageVerdict.APPLIED, code


def _approve(payment: Payment, confirmation: messages.Confirmation, on: date, at: datetime) -> tuple[MessageVerdict, str]:
    """The bank's 00: post the money and set the crediting going, all in the caller's transaction."""
    if Payment.objects.filter(fpx_id=confirmation.fpx_txn_id).exclude(pk=payment.pk).exists():
        return _contradiction(payment, "FPX_ID_OF_ANOTHER_ORDER")
    assert confirmation.fpx_txn_time is not None  # noqa: S101 - an approval without its time is refused when read
    paid_on = confirmation.fpx_txn_time.astimezone(KL).date()
    before = {"state": str(payment.state)}
    payment.state, payment.response_code = PaymentState.APPROVED, confirmation.debit_auth_code
    payment.fpx_id, payment.paid_at, payment.finished_at = confirmation.fpx_txn_id, confirmation.fpx_txn_time, at
    payment.save(update_fields=["state", "response_code", "fpx_id", "paid_at", "finished_at"])
    filing = payment.filing
    awaited = filing.state == FilingState.APPROVED
    # A second approved payment of the same filing is the payer's credit (ruling 26a).
    code = "CONTRIBUTION_DUE" if awaited else "CREDIT"
    posting.post(received(payment, code, on, paid_on))
    data = {"fpx_id": payment.fpx_id, "paid_on": str(paid_on), "to": code}
    after = {"state": PaymentState.APPROVED.value}
    audit.record(actor=None, action="payment.approved", target=payment, data=data, subjects=_whose(payment), before=before, after=after)
    if awaited:
        filing.paid_on = paid_on
        filing.save(update_fields=["paid_on"])
        moves.move(filing=filing, action=FilingAction.RECEIVE_PAYMENT, by=None, on=on)
        crediting.open_run(filing=filing, on=on)
    return MessageVerdict.APPLIED, confirmation.debit_auth_code


def received(payment: Payment, code: str, on: date, paid_on: date) -> posting.Act:
    """The payer's money, which the bank has promised: to the employer's account of this code."""
    amount_sen = to_sen(payment.amount)
    legs = (
        posting.Leg(posting.fund("FPX_CLEARING"), -amount_sen),
        posting.Leg(posting.employer(payment.filing.employer_id, code), amount_sen),
    )
    return posting.Act(kind=EntryKind.PAYMENT, ref=payment.pk, part=0, booked_on=on, value_date=paid_on, legs=legs)


WORDS = {
    "PAYMENT_IN_FLIGHT": gettext_noop("Bayaran %(order_no)s masih menunggu jawapan bank. Tunggu jawapannya, atau semak dengan bank."),
    "FPX_BELOW_MINIMUM": gettext_noop("Amaun RM %(amount)s kurang daripada had minimum FPX, RM %(limit)s."),
    "FPX_ABOVE_MAXIMUM": gettext_noop("Amaun RM %(amount)s melebihi had FPX RM %(limit)s bagi satu transaksi. Gunakan saluran bayaran lain."),
}
"""What a PaymentRefused says; figures from the refusal's details."""
