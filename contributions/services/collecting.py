"""Collecting by direct debit: one file a business day, made once, sent until the bank has it, and its answer believed whole or not at all.

What the bank says of each row goes the way of every bank's word (`receiving.record`): a debit is credited for a final `00` only, and once. The file
is made by a chunk of the jobs engine; the bank is called between transactions, by the sweep.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from contributions.enums import MandateState, MatterKind, MessageVerdict, PaymentMethod, PaymentState
from contributions.models import Collection, Mandate, Payment, PaymentMatter
from contributions.services import mandates, matters, monthly_debits, payment_news, receiving
from contributions.services import payment as payments
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.bank.direct_debit import desk
from kwsp_portal.bank.direct_debit.files import Answer, Row
from kwsp_portal.bank.direct_debit.messages import BankReason
from kwsp_portal.bank.fpx import codes, messages
from kwsp_portal.bank.fpx.errors import FpxError
from kwsp_portal.bank.settlement import FileRefused
from kwsp_portal.notify import services as notify

PROGRAMME: Final = "collect_direct_debit"
ENDS_MANDATE: Final = {codes.ACCOUNT_CLOSED: BankReason.CLOSED, codes.NO_MANDATE: BankReason.CUSTOMER}
"""Codes of a row by which the bank says that nothing more can be collected under its mandate."""

PENDING: Final = {"state": PaymentState.PENDING.value}

log = logging.getLogger(__name__)


def plan(period: str, on: date) -> Sequence[dict[str, str]]:
    """One chunk: the file of the day."""
    return [{"on": on.isoformat()}]


def make(*, lease: jobs.Lease, at: datetime) -> Collection | None:
    """Make the file of the lease's business date, of every debit whose day has come, with those of people's months; None where there is none. Once:
    the day is unique."""
    with transaction.atomic():
        monthly_debits.order_due(on=lease.on, at=at)
        made = _make(lease.on)
        jobs.failpoint("collecting.made")
        lease.finish()
    return made


def _make(on: date) -> Collection | None:
    waiting = Payment.objects.filter(method=PaymentMethod.DDA, state=PaymentState.SENT, collection=None, collect_on__lte=on)
    waiting = waiting.filter(mandate__state=MandateState.ACTIVE).select_for_update(of=("self",), no_key=True)
    due = list(waiting.select_related("mandate", *receiving.KNOWN).order_by("pk"))
    if not due:
        return None
    rows = [Row(payment.order_no, _mandate(payment).number, payment.amount) for payment in due]
    content = desk.configured().write(on, rows).decode("ascii")
    total = sum((payment.amount for payment in due), Decimal(0))
    made = Collection.objects.create(on=on, content=content, rows_total=len(due), amount=total)
    Payment.objects.filter(pk__in=[payment.pk for payment in due]).update(collection=made, state=PaymentState.PENDING, response_code=codes.PENDING)
    for payment in due:
        audit.record(actor=None, action="payment.collected", target=payment, subjects=payment.whose, before=mandates.SENT, after=PENDING)
    return made


def sweep(*, on: date, at: datetime) -> dict[str, int]:
    """Send what is not sent, and fetch what is not answered, the oldest first; counts for the log. A bank that is away is left alone."""
    sent = answered = 0
    bank = desk.configured()
    try:
        for made in Collection.objects.filter(sent_at=None, on__lte=on).order_by("on"):
            sent += _send(bank, made, at)
        for made in Collection.objects.filter(answered_at=None).exclude(sent_at=None).order_by("on"):
            content = bank.fetch(made.on)
            answered += content is not None and take(collection_id=made.pk, content=content, on=on, at=at)
    except FpxError as away:
        log.warning("the bank's desk of direct debit does not answer: %s", away)
    return {"sent": sent, "answered": answered}


def _send(bank: desk.Desk, made: Collection, at: datetime) -> bool:
    """The same file again is taken by the bank and does nothing there: it is sent until it says so."""
    taken = bank.send(made.content.encode("ascii"))
    if taken:
        Collection.objects.filter(pk=made.pk, sent_at=None).update(sent_at=at)
    return taken


def take(*, collection_id: int, content: bytes, on: date, at: datetime) -> bool:
    """Do what the bank's answer says of each row; False where it is not believed, which opens a matter. The same again changes nothing.

    Each row is a transaction of its own, and the file is answered when all are done: whoever is killed in between begins again, and what was
    done is old news.
    """
    made = Collection.objects.get(pk=collection_id)
    try:
        answers = desk.configured().read(content, on=made.on, of=made.content.encode("ascii"))
    except FileRefused as refused:
        _refuse(made, refused, on)
        return False
    for answer in answers:
        _hear(answer, on, at)
        jobs.failpoint("collecting.row")
    with transaction.atomic():
        Collection.objects.filter(pk=made.pk, answered_at=None).update(answered_at=at, answer=content.decode("ascii"))
        for matter in PaymentMatter.objects.filter(kind=MatterKind.FILE_REFUSED, cause=_cause(made), closed_on=None):
            matters.solved(matter, on)
    return True


def _hear(answer: Answer, on: date, at: datetime) -> None:
    """The bank's word on one debit, kept as its row, and done as any bank's."""
    with transaction.atomic():
        payment = receiving.locked(answer.order_no)
        assert payment is not None  # noqa: S101 - the answer speaks of exactly what was sent
        row = "|".join((answer.order_no, answer.mandate_no, f"{answer.amount:.2f}", answer.code, answer.bank_id))
        outcome = receiving.record(
            confirmation=_said(payment, answer), body=row, channel=messages.Channel.FILE, method=PaymentMethod.DDA, on=on, at=at
        )
        if outcome.said is not codes.Outcome.FAILED or outcome.verdict != MessageVerdict.APPLIED:
            return
        payment.refresh_from_db(fields=["state", "response_code"])
        notify.tell([payment_news.of_refused_debit(payment)], on=on)
        reason = ENDS_MANDATE.get(answer.code)
        if reason is not None and payment.mandate_id is not None:
            mandates.ended_by_bank(mandate_id=payment.mandate_id, reason=reason, on=on, at=at)


def _said(payment: Payment, answer: Answer) -> messages.Confirmation:
    """The row as FPX would say it: of all banks the portal knows one kind of word."""
    order = payments.order_of(payment)
    return messages.Confirmation(
        credit_auth_code=answer.code if answer.code == codes.APPROVED else "",
        debit_auth_code=answer.code,
        fpx_txn_id=answer.bank_id,
        fpx_txn_time=answer.paid_at,
        msg_token=order.model,
        seller_ex_id="",
        seller_ex_order_no=answer.order_no,
        seller_id="",
        seller_order_no=order.reference,
        seller_txn_time=order.ordered_at,
        txn_amount=answer.amount,
    )


def _refuse(made: Collection, refused: FileRefused, on: date) -> None:
    data = {"day": str(made.on), "code": refused.code, "detail": refused.detail[:100]}
    audit.record_refusal(actor=None, action="collection.answer", target=made, data=data)
    with transaction.atomic():
        if not PaymentMatter.objects.filter(kind=MatterKind.FILE_REFUSED, cause=_cause(made), closed_on=None).exists():
            matters.open_one(kind=MatterKind.FILE_REFUSED, cause=_cause(made), reason=f"DDA {made.on} {refused.code} {refused.detail}", on=on)


def _cause(made: Collection) -> str:
    return f"collection:{made.pk}"


def _mandate(payment: Payment) -> Mandate:
    assert payment.mandate is not None  # noqa: S101 - a constraint says so
    return payment.mandate
