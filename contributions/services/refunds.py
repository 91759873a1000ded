"""Money that came beside what was asked: a second payment is the employer's to have back, another amount goes into suspense (rulings 17b, 26a)."""

from datetime import date, datetime

from django.db import transaction

from contributions.enums import MatterDecision, MatterKind, PaymentState, RefundState, ReturnWhy
from contributions.models import Payment, PaymentMatter, Refund
from contributions.selectors import credit
from contributions.services import matters, moves, payment_news, receiving, refund_payouts, voluntary_money, ways
from contributions.services import payment as payments
from employers import access as employers_access
from employers.enums import Right
from kwsp_portal.audit import services as audit
from kwsp_portal.bank.fpx import client, codes, messages
from kwsp_portal.bank.fpx.errors import FpxRefused, FpxUnavailable
from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import to_sen
from kwsp_portal.notify import services as notify
from members.identity.models import User
from members.ledger import posting
from members.ledger.enums import HoldKind


def apply(*, order_no: str, by: User, on: date) -> Refund:
    """Ask to have a second payment back, or what of it was not used. Its money is held at once: nothing else can take it. A second click finds the
    first application.

    Raises moves.NotAllowed: NO_RIGHT, WRONG_STATE where the payment is no credit of the employer's, or NOT_FREE where the account that holds it has
    less, or is frozen.
    """
    with transaction.atomic():
        payment = receiving.locked(order_no)
        assert payment is not None  # noqa: S101 - the caller has found it
        if not may_apply(payment=payment, by=by, on=on):
            standing = payment.refunds.exclude(state=RefundState.REFUSED).first()
            if standing is not None and standing.applied_by_id == by.pk:
                return standing
            raise _refused(payment, by, "WRONG_STATE" if _has_right(payment, by, on) else "NO_RIGHT")
        refund = Refund.objects.create(payment=payment, amount=credit.left_of(payment), applied_by=by, applied_on=on)
        account = posting.employer(payment.borang_a.employer_id, "CREDIT")
        try:
            refund.hold_id = posting.place_hold(account=account, amount_sen=to_sen(refund.amount), kind=HoldKind.REFUND, ref=refund.pk, booked_on=on)
        except (posting.Insufficient, posting.Frozen) as short:
            raise _refused(payment, by, "NOT_FREE") from short
        refund.save(update_fields=["hold_id"])
        refund_payouts.record(refund, "refund.apply", by, {})
        matters.open_one(
            kind=MatterKind.REFUND, cause=f"refund:{refund.pk}", reason=f"REFUND {payment.order_no}", payment=payment, amount=refund.amount, on=on
        )
    return refund


def _refused(payment: Payment, by: User, code: str) -> moves.NotAllowed:
    """To be raised by the caller; the trail has it."""
    audit.record_refusal(actor=by, action="refund.apply", target=payment, data={"code": code}, subjects=[payment.borang_a.employer])
    return moves.NotAllowed(code)


def may_apply(*, payment: Payment, by: User, on: date) -> bool:
    """Whether `by` may ask for this payment back now; the page asks what the service enforces."""
    is_credit = payment.state == PaymentState.APPROVED and not payment.counts
    asked = payment.refunds.exclude(state=RefundState.REFUSED).exists()
    return is_credit and _has_right(payment, by, on) and not asked and credit.left_of(payment) > 0


def propose(*, matter_id: int, comment: str, by: User, on: date) -> Refund:
    """An officer has looked and would pay it back: another one decides. Raises matters.NotAllowed."""
    said = matters.demand_comment(matter_id, comment, by)
    with transaction.atomic():
        matter, refund = _asked_for(matter_id, by)
        if refund.state != RefundState.APPLIED:
            raise matters.refused(matter_id, "close", by, "WRONG_STATE")
        before = {"state": str(refund.state)}
        refund.state, refund.proposed_by, refund.proposed_on = RefundState.PROPOSED, by, on
        refund.save(update_fields=["state", "proposed_by", "proposed_on"])
        refund_payouts.record(refund, "refund.propose", by, before)
        matters.proposed(matter=matter, by=by, comment=said, on=on)
    return refund


def decide(*, matter_id: int, approved: bool, comment: str, by: User, on: date) -> Refund:
    """An officer approves what another proposed, or refuses. Approved money stays held until a payout file has it, refused money is the employer's
    credit again.

    Raises matters.NotAllowed: also NOT_PROPOSED, SAME_OFFICER.
    """
    said = matters.demand_comment(matter_id, comment, by)
    with transaction.atomic():
        matter, refund = _asked_for(matter_id, by)
        if approved and refund.state != RefundState.PROPOSED:
            raise matters.refused(matter_id, "close", by, "NOT_PROPOSED")
        if approved and refund.proposed_by_id == by.pk:
            raise matters.refused(matter_id, "close", by, "SAME_OFFICER")
        before = {"state": str(refund.state)}
        refund.state, refund.decided_by, refund.decided_on = RefundState.APPROVED if approved else RefundState.REFUSED, by, on
        refund.save(update_fields=["state", "decided_by", "decided_on"])
        refund_payouts.record(refund, "refund.decide", by, before)
        decision = MatterDecision.REFUND_APPROVED if approved else MatterDecision.REFUND_REFUSED
        matters.close(matter=matter, decision=decision, by=by, comment=said, on=on)
        notify.tell([payment_news.of_refund(refund, approved=approved, reason=said)], on=on)
        if approved:
            refund_payouts.order(refund, on=on)
        else:
            assert refund.hold_id is not None  # noqa: S101 - placed when it was asked for
            posting.release_hold(refund.hold_id, booked_on=on)
    return refund


def of_matter(matter: PaymentMatter) -> Refund | None:
    """The refund that a matter is about."""
    if matter.kind != MatterKind.REFUND:
        return None
    return Refund.objects.select_related("proposed_by", "payment__filing__employer").get(pk=int(matter.cause.partition(":")[2]))


def _asked_for(matter_id: int, by: User) -> tuple[PaymentMatter, Refund]:
    """The matter and its refund, both locked. Raises matters.NotAllowed."""
    matter = matters.locked(matter_id, by, "close", only=(MatterKind.REFUND,))
    refund = Refund.objects.select_for_update(of=("self",), no_key=True).get(pk=int(matter.cause.partition(":")[2]))
    refund.payment = Payment.objects.select_related("filing__employer").get(pk=refund.payment_id)
    return matter, refund


def suspend(*, matter_id: int, comment: str, by: User, on: date, at: datetime) -> Payment:
    """The bank took another amount than was asked: into the employer's suspense account, nobody credited, both sides told (ruling 17b).

    The bank is asked again first, between transactions: its own answer to our question is what is believed. Raises matters.NotAllowed: NOT_CONFIRMED
    where it does not say 00 with another amount and nothing else different, BANK_SILENT.
    """
    said = matters.demand_comment(matter_id, comment, by)
    with transaction.atomic():
        order_no = _order_of(matters.locked(matter_id, by, "close", only=(MatterKind.CONTRADICTS,)), by)
    confirmation = _ask(matter_id, order_no, by, at)
    with transaction.atomic():
        payment = receiving.locked(order_no)
        assert payment is not None  # noqa: S101 - found above, and never deleted
        matter = matters.locked(matter_id, by, "close", only=(MatterKind.CONTRADICTS,))
        if payment.state in (PaymentState.APPROVED, PaymentState.DIFFERS):
            raise matters.refused(matter_id, "close", by, "WRONG_STATE")
        if Payment.objects.filter(fpx_id=confirmation.fpx_txn_id).exists():
            raise matters.refused(matter_id, "close", by, "NOT_CONFIRMED")
        _take_in(payment, confirmation, by, on, at)
        matters.close(matter=matter, decision=MatterDecision.SUSPENDED, by=by, comment=said, on=on)
        _tell_differing(payment, on)
    return payment


def _tell_differing(payment: Payment, on: date) -> None:
    """An employer's money lies in suspense; a person gets it back."""
    if payment.voluntary is None:
        notify.tell([payment_news.of_differing(payment)], on=on)
    else:
        assert payment.debited is not None  # noqa: S101 - taken in by _take_in
        voluntary_money.give_back(payment=payment, why=ReturnWhy.DIFFERS, amount=payment.debited, on=on)


def _take_in(payment: Payment, confirmation: messages.Confirmation, by: User, on: date, at: datetime) -> None:
    assert confirmation.fpx_txn_time is not None  # noqa: S101 - an approval without its time is refused when read
    before = {"state": str(payment.state)}
    payment.state, payment.response_code, payment.debited = PaymentState.DIFFERS, confirmation.debit_auth_code, confirmation.txn_amount
    payment.fpx_id, payment.paid_at, payment.finished_at = confirmation.fpx_txn_id, confirmation.fpx_txn_time, at
    payment.save(update_fields=["state", "response_code", "debited", "fpx_id", "paid_at", "finished_at"])
    matters.solve(payment=payment, kind=MatterKind.SILENT, on=on)
    posting.post(receiving.received(payment, "SUSPENSE", on, confirmation.fpx_txn_time.astimezone(KL).date()))
    data = {"fpx_id": payment.fpx_id, "debited": f"{payment.debited:.2f}"}
    after = {"state": PaymentState.DIFFERS.value}
    audit.record(actor=by, action="payment.suspended", target=payment, data=data, subjects=payment.whose, before=before, after=after)


def _order_of(matter: PaymentMatter, by: User) -> str:
    if matter.payment is None:
        raise matters.refused(matter.pk, "close", by, "WRONG_KIND")
    return matter.payment.order_no


def _ask(matter_id: int, order_no: str, by: User, at: datetime) -> messages.Confirmation:
    """The bank's answer now, which must be an approval of this order and another amount."""
    payment = Payment.objects.select_related(*receiving.KNOWN).get(order_no=order_no)
    order = payments.order_of(payment)
    try:
        confirmation = ways.bank_of(payment.method).enquire(order)
    except FpxUnavailable as away:
        raise matters.refused(matter_id, "close", by, "BANK_SILENT") from away
    except FpxRefused as refused:
        receiving.keep_refused(payment, messages.Channel.ENQUIRY, "", refused, at)
        raise matters.refused(matter_id, "close", by, "NOT_CONFIRMED") from refused
    if confirmation.outcome is not codes.Outcome.APPROVED or client.disagreements(order, confirmation) != receiving.AMOUNT_ONLY:
        raise matters.refused(matter_id, "close", by, "NOT_CONFIRMED")
    return confirmation


def _has_right(payment: Payment, by: User, on: date) -> bool:
    return Right.APPROVE in employers_access.rights_of(by, payment.borang_a.employer, on=on)
