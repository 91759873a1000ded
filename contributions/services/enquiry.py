"""Asking the bank by AE for orders that have been silent: one on a person's wish, the others by the sweep."""

import logging
import time
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from contributions.enums import MatterKind, PaymentMethod, PaymentState
from contributions.models import Payment
from contributions.services import matters, moves, parts, receiving, ways
from contributions.services import payment as payments
from employers import access as employers_access
from employers.enums import Right
from kwsp_portal.audit import services as audit
from kwsp_portal.bank.fpx import codes, messages
from kwsp_portal.bank.fpx.errors import FpxRefused, FpxUnavailable, Refused
from kwsp_portal.common.refusal import Refusal
from members.identity.models import User

FIRST_QUESTION = timedelta(seconds=60)
"""How long the bank's own message is waited for before AE asks."""
NEXT_QUESTION = {PaymentState.SENT: timedelta(minutes=5), PaymentState.PENDING: timedelta(minutes=30)}
BACK_OFF = ((timedelta(hours=6), timedelta(hours=2)), (timedelta(days=2), timedelta(hours=8)))
"""How old an order is from which it is asked for no oftener than every so long: it is asked for until it is final, however many days that takes."""
SILENT_AFTER = timedelta(days=7)
"""An order without a final answer for so long, by the business date, comes before an officer; it is asked for all the same."""
MOST_QUESTIONS = 50
SWEEP_SECONDS = 15.0
"""One sweep asks no more and starts no question later than this: it has its next turn soon, and other work waits behind it."""

log = logging.getLogger(__name__)


def enquire(*, payment_id: int, on: date, at: datetime) -> receiving.Outcome | None:
    """Ask the bank by AE and do what it answers; None when it cannot be reached or its answer not believed.

    An order that the bank does not know receiving.GIVEN_UP after it was made is EXPIRED: it never got there.
    """
    try:
        return _ask(payment_id, on, at)
    except FpxUnavailable as away:
        log.warning("the bank was asked for payment %s and did not answer: %s", payment_id, away)
        return None


def _ask(payment_id: int, on: date, at: datetime) -> receiving.Outcome | None:
    """Raises FpxUnavailable. An answer that is refused, or speaks of another order than was asked for, is kept and does nothing."""
    payment = Payment.objects.select_related(*receiving.KNOWN).get(pk=payment_id)
    Payment.objects.filter(pk=payment_id).update(asked_at=at)
    bank, body = ways.bank_of(payment.method), ""
    try:
        pairs = bank.enquire_pairs(payments.order_of(payment))
        body = receiving.text_of(pairs)
        confirmation = bank.read_ac(pairs)
        if confirmation.seller_ex_order_no != payment.order_no:
            raise FpxRefused(Refused.ANOTHER_ORDER, "sellerExOrderNo")
    except FpxRefused as refused:
        receiving.keep_refused(payment, messages.Channel.ENQUIRY, body, refused, at)
        return None
    method = PaymentMethod(payment.method)
    return receiving.record(confirmation=confirmation, body=body, channel=messages.Channel.ENQUIRY, method=method, on=on, at=at)


def cancel(*, order_no: str, by: User, on: date, at: datetime) -> Payment:
    """Put away an order that never reached the bank. The bank is asked first: one that it knows is cancelled there, or paid. A direct debit
    is put away until it is in a file.

    Raises payments.PaymentRefused: AT_THE_BANK, BANK_SILENT, COLLECTED; moves.NotAllowed for who may not pay. A later 00 would be believed all
    the same.
    """
    payment = Payment.objects.select_related(*receiving.KNOWN).get(order_no=order_no)
    _check_cancel(payment, by, on)
    answer = None if payment.method == PaymentMethod.DDA else enquire(payment_id=payment.pk, on=on, at=at)
    with transaction.atomic():
        found = receiving.locked(order_no)
        assert found is not None  # noqa: S101 - found above, and never deleted
        if found.state in parts.IN_FLIGHT and found.method == PaymentMethod.DDA:
            if found.collection_id is not None:
                raise payments.PaymentRefused(Refusal("COLLECTED", ""))
            _put_away(found, by, at)
        elif found.state in parts.IN_FLIGHT:
            if answer is None:
                raise payments.PaymentRefused(Refusal("BANK_SILENT", ""))
            if found.state != PaymentState.SENT or answer.said is not codes.Outcome.NOT_FOUND:
                raise payments.PaymentRefused(Refusal("AT_THE_BANK", ""))
            _put_away(found, by, at)
    return found


def _put_away(payment: Payment, by: User, at: datetime) -> None:
    payment.state, payment.response_code, payment.finished_at = PaymentState.FAILED, codes.CANCELLED, at
    payment.save(update_fields=["state", "response_code", "finished_at"])
    audit.record(
        actor=by,
        action="payment.cancel",
        target=payment,
        data={"order_no": payment.order_no},
        subjects=payment.whose,
        before={"state": PaymentState.SENT.value},
        after={"state": PaymentState.FAILED.value},
    )


def _check_cancel(payment: Payment, by: User, on: date) -> None:
    if not _may_cancel(payment, by, on):
        audit.record_refusal(actor=by, action="payment.cancel", target=payment, data={"code": "NO_RIGHT"}, subjects=payment.whose)
        raise moves.NotAllowed("NO_RIGHT")


def _may_cancel(payment: Payment, by: User, on: date) -> bool:
    """A person's is the own; an employer's is of who may pay for it."""
    if payment.voluntary is not None:
        return payment.started_by_id == by.pk
    return Right.APPROVE in employers_access.rights_of(by, payment.borang_a.employer, on=on)


def due_for_question(*, at: datetime) -> list[int]:
    """Orders in flight whose turn it is to be asked for by AE: never asked first, then the longest not asked. Debits are answered by file."""
    turn = Q(asked_at__isnull=True)
    for state, pause in NEXT_QUESTION.items():
        turn |= Q(state=state, asked_at__lte=at - pause)
    for age, pause in BACK_OFF:
        turn &= Q(asked_at__isnull=True) | Q(started_at__gt=at - age) | Q(asked_at__lte=at - pause)
    silent = Payment.objects.exclude(method=PaymentMethod.DDA).filter(turn, state__in=parts.IN_FLIGHT, started_at__lte=at - FIRST_QUESTION)
    return list(silent.order_by(F("asked_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:MOST_QUESTIONS])


def hand_over(*, on: date) -> int:
    """Open a matter for each order that has stayed open too long, once; how many."""
    since = Q(collect_on=None, started_on__lte=on - SILENT_AFTER) | Q(collect_on__lte=on - SILENT_AFTER)
    silent = Payment.objects.filter(since, state__in=parts.IN_FLIGHT).exclude(matters__kind=MatterKind.SILENT)
    found = list(silent.select_related(*receiving.KNOWN).order_by("pk")[:MOST_QUESTIONS])
    for payment in found:
        with transaction.atomic():
            reason = f"SILENT {payment.order_no} {payment.state}"
            cause = f"payment:{payment.pk}"
            matters.open_one(kind=MatterKind.SILENT, cause=cause, reason=reason, payment=payment, amount=payment.amount, on=on)
    return len(found)


def sweep(*, on: date, at: datetime) -> dict[str, int]:
    """Ask the bank for the orders that have been silent too long; counts for the log.

    A bank that does not answer is left alone until the next sweep: asking on would only keep others waiting.
    """
    hand_over(on=on)
    asked = answered = 0
    began = time.monotonic()
    for payment_id in due_for_question(at=at):
        if time.monotonic() - began > SWEEP_SECONDS:
            break
        asked += 1
        try:
            answered += _ask(payment_id, on, at) is not None
        except FpxUnavailable as away:
            log.warning("the bank does not answer (%s): the sweep ends after %s questions", away, asked)
            break
    return {"asked": asked, "answered": answered}
