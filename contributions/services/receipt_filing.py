"""What a receipt becomes: its Borang A is read as any file is; where the rows hold and add up to the money, they are filed, paid and credited.

Everything else waits for an officer (services.receipt_acts), or for the employer, who mends the draft that the agent sent and has it approved. Locks:
the receipt, its employer, its filing.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction

from contributions.borang_a.problem import Problem
from contributions.enums import RECEIPT_MATTERS, FilingAction, FilingState, MatterKind, PaymentMethod, PaymentState, ReceiptState
from contributions.models import Filing, Payment, PaymentMatter, Receipt, VoluntaryOrder
from contributions.services import filing as filings
from contributions.services import matters, moves, parts, payment, payment_news, receiving
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.bank import agents, channels
from kwsp_portal.bank.channels import Kind
from kwsp_portal.common.clock import KL
from kwsp_portal.common.periods import PeriodError, WageMonth
from kwsp_portal.notify import services as notify
from members.identity.models import User
from members.ledger import posting

NOTHING: Final[Mapping[str, str]] = {}


def locked(receipt_id: int) -> Receipt:
    """The receipt, kept from everybody else until the open transaction ends."""
    found = Receipt.objects.select_for_update(of=("self",), no_key=True).select_related("employer", "member", "file", "form").defer("form__content")
    return found.get(pk=receipt_id)


def read_or_wait(receipt: Receipt, on: date, *, checked: bool = False) -> None:
    """Have the Borang A of a receipt read, which the caller has locked; or bring it before an officer. With `checked` an officer has looked at who
    took it, how and how often."""
    kind, reason = (None, "") if checked else doubt(receipt, Kind.MONTHLY)
    if kind is None:
        kind, reason = _hindrance(receipt, on)
    if kind is not None:
        wait(receipt, kind, reason, on)
        return
    assert receipt.employer is not None and receipt.form is not None  # noqa: S101, PT018 - RECEIPT_EMPLOYER above
    receipt.filing = filings.open_of_agent(employer=receipt.employer, month=WageMonth.of(receipt.month), file=receipt.form, on=on)
    move(receipt, ReceiptState.READING, "receipt.read", None, {"filing": receipt.filing.pk})


def doubt(receipt: Receipt, kind: Kind) -> tuple[MatterKind | None, str]:
    """Why an officer looks first: it was told before, or the agent may not take that `kind` of payment in that way."""
    if receipt.repeats_id is not None:
        return MatterKind.RECEIPT_TWICE, str(receipt.repeats_id)
    try:
        may_take = agents.may_take(agent=receipt.agent, mode=receipt.mode, on=receipt.paid_at.astimezone(KL).date(), kind=kind)
    except channels.ChannelsNotKnown:
        may_take = False
    return (None, "") if may_take else (MatterKind.RECEIPT_CHANNEL, f"{receipt.agent} {receipt.mode}")


def _hindrance(receipt: Receipt, on: date) -> tuple[MatterKind | None, str]:
    """Why nothing can be filed for this employer and month; the employer is locked from here on."""
    if receipt.employer is None:
        return MatterKind.RECEIPT_EMPLOYER, receipt.employer_number
    try:
        month = WageMonth.of(receipt.month)
    except PeriodError as error:
        return MatterKind.RECEIPT_MONTH, str(error)
    employer = Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=receipt.employer.pk)
    found = [*filings.month_problems(employer, month, on), *filings.month_held(employer, month)]
    return (MatterKind.RECEIPT_MONTH, _said(found[0])) if found else (None, "")


def _said(problem: Problem) -> str:
    return " ".join(filter(None, (str(problem.code), problem.found, problem.expected)))


def was_read(*, filing_id: int, on: date, at: datetime) -> None:
    """The Borang A of a receipt, if it is one, has been read: it pays, or waits. In the transaction that closes the reading."""
    found = Receipt.objects.filter(filing=filing_id, state=ReceiptState.READING).values_list("pk", flat=True).first()
    if found is None:
        return
    receipt = locked(found)
    filing = _locked_filing(receipt, filing_id)
    if filing.state == FilingState.READY and filing.total == receipt.amount:
        pay(receipt, filing, None, on, at)
    elif filing.state == FilingState.READY:
        wait(receipt, MatterKind.RECEIPT_TOTAL, f"{filing.total:.2f} {receipt.amount:.2f}", on)
    else:
        refusal = filing.refusal or [{"code": f"{filing.rows_invalid + filing.rows_unmatched}/{filing.rows_total}"}]
        wait(receipt, MatterKind.RECEIPT_ROWS, str(refusal[0]["code"]), on)


def awaits(receipt: Receipt) -> Filing | None:
    """The approved Borang A that this money would pay to the sen: of the receipt's employer and month, nothing of it paid or on its way."""
    if receipt.employer_id is None:
        return None
    waiting = Filing.objects.filter(employer=receipt.employer_id, wage_month=receipt.month, state=FilingState.APPROVED).order_by("number")
    for filing in waiting:
        begun = filing.payments.filter(counts=True).exists() or filing.payments.filter(state__in=parts.IN_FLIGHT).exists()
        if filing.total == receipt.amount and not begun:
            return filing
    return None


def pay_what_was_mended(*, on: date, at: datetime) -> int:
    """Receipts that waited for their employer: the draft that the agent sent is mended, approved, and adds up to the money. How many were paid."""
    mended = Receipt.objects.filter(state=ReceiptState.OPEN, filing__state=FilingState.APPROVED).order_by("pk")
    paid = 0
    for pk in mended.values_list("pk", flat=True):
        with transaction.atomic():
            receipt = locked(pk)
            filing = awaits(receipt) if receipt.state == ReceiptState.OPEN else None
            if filing is None or filing.pk != receipt.filing_id:
                continue
            pay(receipt, _locked_filing(receipt, filing.pk), None, on, at)
            for matter in PaymentMatter.objects.filter(kind__in=RECEIPT_MATTERS, cause=f"receipt:{pk}", closed_on=None):
                matters.solved(matter, on)
            paid += 1
    return paid


def _locked_filing(receipt: Receipt, filing_id: int) -> Filing:
    Employer.objects.select_for_update(of=("self",), no_key=True).get(receipts=receipt)
    return moves.locked(filing_id)


def pay(receipt: Receipt, filing: Filing, by: User | None, on: date, at: datetime) -> None:
    """The money of a receipt pays the whole of a filing on the day it was taken; both are locked by the caller."""
    if filing.state == FilingState.READY:
        moves.move(filing=filing, action=FilingAction.TAKE_RECEIPT, by=None, on=on)
        filing.approved_on = on
        filing.save(update_fields=["approved_on"])
        posting.post(filings.due(filing, on))
    made = payment_of(receipt, on, at, filing=filing)
    posting.post(receiving.received(made, "CONTRIBUTION_DUE", on, receipt.paid_at.astimezone(KL).date()))
    receiving.complete(made, [made], on)
    receipt.payment = made
    move(receipt, ReceiptState.PAID, "receipt.pay", by, {"order_no": made.order_no})
    notify.tell([payment_news.of_receipt(receipt, payment_news.RECEIPT_PAID, ("employer:payment", made.order_no))], on=on)


def payment_of(receipt: Receipt, on: date, at: datetime, **what: Filing | VoluntaryOrder) -> Payment:
    """The money of a receipt as a payment of `what`, approved since the agent has it."""
    number = f"{receipt.agent}:{receipt.number}"
    return Payment.objects.create(
        **what,
        order_no=payment.new_order_no(on),
        method=PaymentMethod.RECEIPT,
        bank_code=receipt.agent,
        amount=receipt.amount,
        counts=True,
        state=PaymentState.APPROVED,
        fpx_id=f"{number}#{receipt.pk}" if receipt.repeats_id else number,
        paid_at=receipt.paid_at,
        started_by=None,
        started_on=on,
        started_at=at,
        finished_at=at,
    )


def wait(receipt: Receipt, kind: MatterKind, reason: str, on: date) -> None:
    """An officer's, with age and owner; the employer is told, where it is known and has something to mend or to know."""
    move(receipt, ReceiptState.OPEN, "receipt.wait", None, {"code": kind.value})
    matters.open_one(
        kind=kind,
        cause=f"receipt:{receipt.pk}",
        reason=f"{kind.value} {reason}",
        employer=receipt.employer,
        amount=receipt.amount,
        on=on,
    )
    if kind in (MatterKind.RECEIPT_ROWS, MatterKind.RECEIPT_TOTAL) and receipt.filing is not None:
        code = payment_news.RECEIPT_ROWS if kind is MatterKind.RECEIPT_ROWS else payment_news.RECEIPT_TOTAL
        notify.tell([payment_news.of_receipt(receipt, code, ("employer:filing", receipt.filing.pk))], on=on)


def move(
    receipt: Receipt,
    to: ReceiptState,
    action: str,
    by: User | None,
    data: Mapping[str, object],
    *,
    before: Mapping[str, str] = NOTHING,
    after: Mapping[str, str] = NOTHING,
) -> None:
    """Write what became of a receipt, and the trail of it; `before` and `after` of what else was changed."""
    was = {"state": str(receipt.state), **before}
    receipt.state = to
    receipt.save(update_fields=["state", "employer", "wage_month", "member", "kind", "filing", "payment"])
    told = {"receipt": receipt.number, "agent": receipt.agent, "amount": f"{receipt.amount:.2f}", **data}
    whose = [one for one in (receipt.employer, receipt.member) if one]
    audit.record(actor=by, action=action, target=receipt, data=told, subjects=whose, before=was, after={"state": to.value, **after})
