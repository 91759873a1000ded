"""The bank's settlement file of each day: fetched, matched three ways (order, FPX number, amount) and posted; what does not match is an officer's.
What bank agents paid over stands in it, too (transfers).

The bank is called between transactions. A file is taken whole in one transaction, and once: the same file again does nothing.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from contributions.enums import MatterKind, PaymentMethod, PaymentState
from contributions.models import Payment, PaymentMatter, SettlementFile, SettlementRow
from contributions.services import enquiry, matters, receiving, transfers, ways
from kwsp_portal.audit import services as audit
from kwsp_portal.bank import settlement
from kwsp_portal.bank.fpx.errors import FpxError
from kwsp_portal.bank.settlement import FileRefused, Settlement
from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import to_sen
from members.ledger import posting
from members.ledger.enums import EntryKind

MOST_DAYS: Final = 10
"""Files of so many days are fetched in one turn; the next turn goes on."""
TAKEN: Final = (PaymentState.APPROVED, PaymentState.DIFFERS)
ROW_KINDS: Final = (
    MatterKind.SETTLED_UNKNOWN,
    MatterKind.SETTLED_UNPAID,
    MatterKind.SETTLED_NUMBER,
    MatterKind.SETTLED_AMOUNT,
    MatterKind.SETTLED_TWICE,
)

log = logging.getLogger(__name__)


def sweep(*, on: date, at: datetime) -> dict[str, int]:
    """Fetch the files of the days that are over, the oldest first, and look again at rows that matched nothing; counts for the log.

    The first of all is that of yesterday: payments of before it are looked for in no file.
    """
    taken = 0
    for day in _days_to_fetch(on):
        try:
            content = settlement.configured().fetch(day)
        except FpxError as away:
            log.warning("no settlement file of %s: %s", day, away)
            break
        if content is None or not take(content=content, day=day, on=on, at=at):
            break
        taken += 1
    return {"taken": taken, "matched": rematch(on=on, at=at)}


def _days_to_fetch(on: date) -> Sequence[date]:
    last = SettlementFile.objects.aggregate(last=Max("on"))["last"]
    first = on - timedelta(days=1) if last is None else last + timedelta(days=1)
    return [first + timedelta(days=number) for number in range(min((on - first).days, MOST_DAYS))]


def take(*, content: bytes, day: date, on: date, at: datetime) -> bool:
    """Take the file of `day`; False where it is refused, which opens a matter. The same file again changes nothing."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        found = settlement.configured().read(content, day)
        with transaction.atomic():
            _import(found, digest, on, at)
    except FileRefused as refused:
        _refuse(day, refused, on)
        return False
    return True


def _import(found: Settlement, digest: str, on: date, at: datetime) -> None:
    """Write the file and match its rows. Raises FileRefused(ANOTHER) where another file of the day was taken."""
    newest = Payment.objects.aggregate(last=Max("pk"))["last"] or 0
    before = SettlementFile.objects.order_by("on").values_list("payments_from", flat=True).first()
    fields = {
        "digest": digest,
        "rows_total": len(found.rows),
        "amount": found.total,
        "payments_from": newest + 1 if before is None else before,
        "fetched_at": at,
    }
    file, created = SettlementFile.objects.get_or_create(on=found.on, defaults=fields)
    if not created:
        if file.digest != digest:
            raise FileRefused("ANOTHER", f"found {digest[:12]}, taken was {file.digest[:12]}")
        return
    SettlementRow.objects.bulk_create(
        [
            SettlementRow(file=file, line=number, order_no=row.order_no, fpx_id=row.fpx_id, amount=row.amount, paid_at=row.paid_at)
            for number, row in enumerate(found.rows, start=2)
        ]
    )
    _match(list(file.rows.all()), on)
    _look_for_the_missing(file, on)
    transfers.look_for_the_missing(file, on)
    for matter in PaymentMatter.objects.filter(kind=MatterKind.FILE_REFUSED, cause=f"file:{file.on}", closed_on=None):
        matters.solved(matter, on)
    data = {"day": str(file.on), "rows": file.rows_total, "amount": f"{file.amount:.2f}"}
    audit.record(actor=None, action="settlement.take", target=file, data=data)


def rematch(*, on: date, at: datetime) -> int:
    """Look again at rows that settled nothing; the bank is asked first (AE) for orders that it has paid over and not approved. How many match now."""
    open_rows = SettlementRow.objects.filter(payment=None, receipt=None).order_by("pk")
    waiting = Payment.objects.filter(order_no__in=open_rows.values("order_no")).exclude(state__in=TAKEN)
    for payment_id in waiting.order_by("pk").values_list("pk", flat=True)[: enquiry.MOST_QUESTIONS]:
        enquiry.enquire(payment_id=payment_id, on=on, at=at)
    with transaction.atomic():
        return _match(list(open_rows.select_for_update(of=("self",), no_key=True)), on)


def _match(rows: Sequence[SettlementRow], on: date) -> int:
    """Settle what agrees; the others are matters. How many were settled."""
    of_agents = [row for row in rows if transfers.is_agents(row)]
    return _match_payments([row for row in rows if not transfers.is_agents(row)], on) + transfers.match(of_agents, on)


def _match_payments(rows: Sequence[SettlementRow], on: date) -> int:
    """Settle payments that agree in order, FPX number and amount."""
    numbers = {row.order_no for row in rows}
    locked = Payment.objects.filter(order_no__in=numbers).select_related(*receiving.KNOWN).order_by("pk").select_for_update(of=("self",), no_key=True)
    payments = {payment.order_no: payment for payment in locked}
    settled = set(SettlementRow.objects.filter(payment__order_no__in=numbers).values_list("order_no", flat=True))
    acts = []
    for row in rows:
        payment = payments.get(row.order_no)
        kind = _why_not(row, payment, row.order_no in settled)
        if kind is not None:
            reason = f"{kind.value} {row.order_no} {row.fpx_id} {row.amount:.2f}"
            if not PaymentMatter.objects.filter(kind=kind, cause=f"row:{row.pk}").exists():
                matters.open_one(kind=kind, cause=f"row:{row.pk}", reason=reason, payment=payment, amount=row.amount, on=on)
            continue
        assert payment is not None  # noqa: S101 - SETTLED_UNKNOWN above
        settled.add(row.order_no)
        row.payment = payment
        acts.append(_settled(row, on))
    SettlementRow.objects.bulk_update([row for row in rows if row.payment_id], ["payment"])
    posting.post_many(acts)
    _close_what_matched([row for row in rows if row.payment_id], on)
    return len(acts)


def _why_not(row: SettlementRow, payment: Payment | None, settled: bool) -> MatterKind | None:
    """Why a row settles nothing; None where all three agree."""
    if payment is None:
        return MatterKind.SETTLED_UNKNOWN
    if settled:
        return MatterKind.SETTLED_TWICE
    if payment.state not in TAKEN:
        return MatterKind.SETTLED_UNPAID
    if payment.fpx_id != row.fpx_id:
        return MatterKind.SETTLED_NUMBER
    taken = payment.amount if payment.debited is None else payment.debited
    return MatterKind.SETTLED_AMOUNT if taken != row.amount else None


def _settled(row: SettlementRow, on: date) -> posting.Act:
    """The promised money is on the fund's account."""
    assert row.payment is not None  # noqa: S101 - the caller has just found it
    legs = (
        posting.Leg(posting.fund(ways.clearing_of(row.payment.method)), to_sen(row.amount)),
        posting.Leg(posting.fund("BANK"), -to_sen(row.amount)),
    )
    return posting.Act(kind=EntryKind.SETTLEMENT, ref=row.pk, part=0, booked_on=on, value_date=row.file.on, legs=legs)


def _close_what_matched(rows: Sequence[SettlementRow], on: date) -> None:
    """What was open about rows and payments that are settled now."""
    causes = [f"row:{row.pk}" for row in rows]
    of_rows = PaymentMatter.objects.filter(kind__in=ROW_KINDS, cause__in=causes, closed_on=None)
    missing = PaymentMatter.objects.filter(kind=MatterKind.NOT_SETTLED, payment__in=[row.payment_id for row in rows], closed_on=None)
    for matter in (*of_rows, *missing):
        matters.solved(matter, on)


def _look_for_the_missing(file: SettlementFile, on: date) -> None:
    """Payments of the file's day, by whichever of the bank's ways, that it approved and did not pay over."""
    start = datetime(file.on.year, file.on.month, file.on.day, tzinfo=KL)
    of_day = Payment.objects.exclude(method__in=(PaymentMethod.RECEIPT, PaymentMethod.CREDIT, PaymentMethod.COUNTER)).filter(
        state__in=TAKEN,
        pk__gte=file.payments_from,
        paid_at__gte=start,
        paid_at__lt=start + timedelta(days=1),
        settled_by=None,
    )
    for payment in of_day.select_related(*receiving.KNOWN).order_by("pk"):
        amount = payment.amount if payment.debited is None else payment.debited
        reason = f"NOT_SETTLED {payment.order_no} {payment.fpx_id} {amount:.2f}"
        matters.open_one(kind=MatterKind.NOT_SETTLED, cause=f"payment:{payment.pk}", reason=reason, payment=payment, amount=amount, on=on)


def _refuse(day: date, refused: FileRefused, on: date) -> None:
    audit.record_refusal(
        actor=None, action="settlement.take", target=None, data={"day": str(day), "code": refused.code, "detail": refused.detail[:100]}
    )
    cause = f"file:{day}"
    with transaction.atomic():
        if not PaymentMatter.objects.filter(kind=MatterKind.FILE_REFUSED, cause=cause, closed_on=None).exists():
            matters.open_one(kind=MatterKind.FILE_REFUSED, cause=cause, reason=f"{refused.code} {refused.detail}", on=on)
