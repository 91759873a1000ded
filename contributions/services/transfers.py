"""What bank agents took, on its way to the fund's account: rows of the bank's settlement file that name an agent and a receipt of it.

Matched three ways (agent, receipt, amount) with what the files of receipts said and the portal has booked; what does not match is an officer's, with
age and owner, as it is for payments.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from django.db.models import Min

from contributions.enums import MatterKind, ReceiptState
from contributions.models import PaymentMatter, Receipt, SettlementFile, SettlementRow
from contributions.services import matters
from kwsp_portal.bank import agents
from kwsp_portal.common.money import to_sen
from members.ledger import posting
from members.ledger.enums import EntryKind

BOOKED: Final = (ReceiptState.PAID, ReceiptState.SUSPENDED)
WITHIN: Final = timedelta(days=3)
"""So long after the day of a file of receipts its money may be on its way (assumed: no source has the agents' terms)."""


def is_agents(row: SettlementRow) -> bool:
    """Whether a row is an agent's money, and no payment's."""
    return row.fpx_id in agents.NAMES


def match(rows: Sequence[SettlementRow], on: date) -> int:
    """Settle what agrees; the others are matters. How many were settled. In the caller's transaction."""
    numbers = {row.order_no for row in rows}
    locked = Receipt.objects.filter(number__in=numbers).select_related("employer").order_by("pk").select_for_update(of=("self",), no_key=True)
    told: dict[tuple[str, str], list[Receipt]] = {}
    for receipt in locked:
        told.setdefault((receipt.agent, receipt.number), []).append(receipt)
    settled = set(SettlementRow.objects.filter(receipt__number__in=numbers).values_list("receipt", flat=True))
    done = []
    for row in rows:
        found, kind = _settles(row, told.get((row.fpx_id, row.order_no), []), settled)
        if found is None:
            _wait(row, kind, told.get((row.fpx_id, row.order_no), []), on)
            continue
        settled.add(found.pk)
        row.receipt = found
        done.append(row)
    SettlementRow.objects.bulk_update(done, ["receipt"])
    posting.post_many([_transferred(row, on) for row in done])
    _close_what_matched(done, on)
    return len(done)


def look_for_the_missing(file: SettlementFile, on: date) -> None:
    """What agents took and have not paid over in time, told once."""
    first = SettlementFile.objects.aggregate(first=Min("on"))["first"]
    late = Receipt.objects.filter(state__in=BOOKED, file__on__gte=first, file__on__lte=file.on - WITHIN, settled_by=None)
    for receipt in late.select_related("employer").order_by("pk"):
        came = SettlementRow.objects.filter(order_no=receipt.number, fpx_id=receipt.agent, receipt=None)
        if came.exists() or PaymentMatter.objects.filter(kind=MatterKind.NOT_SETTLED, cause=_cause(receipt)).exists():
            continue
        reason = f"NOT_SETTLED {receipt.agent} {receipt.number} {receipt.amount:.2f}"
        kind, employer = MatterKind.NOT_SETTLED, receipt.employer
        matters.open_one(kind=kind, cause=_cause(receipt), reason=reason, employer=employer, amount=receipt.amount, on=on)


def _settles(row: SettlementRow, told: Sequence[Receipt], settled: set[int]) -> tuple[Receipt | None, MatterKind]:
    """The receipt that a row settles; or why it settles none. A number that an agent used twice is settled by as many rows as were booked."""
    open_ones = [receipt for receipt in told if receipt.pk not in settled]
    booked = [receipt for receipt in open_ones if receipt.state in BOOKED]
    found = next((receipt for receipt in booked if receipt.amount == row.amount), None)
    if not told:
        return None, MatterKind.SETTLED_UNKNOWN
    if not open_ones:
        return None, MatterKind.SETTLED_TWICE
    return found, MatterKind.SETTLED_AMOUNT if booked else MatterKind.SETTLED_UNPAID


def _wait(row: SettlementRow, kind: MatterKind, told: Sequence[Receipt], on: date) -> None:
    if PaymentMatter.objects.filter(kind=kind, cause=f"row:{row.pk}").exists():
        return
    employer = next((receipt.employer for receipt in told if receipt.employer), None)
    reason = f"{kind.value} {row.fpx_id} {row.order_no} {row.amount:.2f}"
    matters.open_one(kind=kind, cause=f"row:{row.pk}", reason=reason, employer=employer, amount=row.amount, on=on)


def _transferred(row: SettlementRow, on: date) -> posting.Act:
    """What the agent took is on the fund's account."""
    sen = to_sen(row.amount)
    legs = (posting.Leg(posting.fund("RECEIPT_CLEARING"), sen), posting.Leg(posting.fund("BANK"), -sen))
    return posting.Act(kind=EntryKind.SETTLEMENT, ref=row.pk, part=0, booked_on=on, value_date=row.file.on, legs=legs)


def _close_what_matched(rows: Sequence[SettlementRow], on: date) -> None:
    """What was open about rows and receipts that agree now."""
    causes = [f"row:{row.pk}" for row in rows] + [_cause(row.receipt) for row in rows if row.receipt]
    for matter in PaymentMatter.objects.filter(cause__in=causes, closed_on=None):
        matters.solved(matter, on)


def _cause(receipt: Receipt) -> str:
    return f"transfer:{receipt.pk}"
