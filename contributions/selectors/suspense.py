"""What lies in employers' suspense accounts: for whom, since when, of which filing, payment or receipt, and why nobody is credited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributions.enums import RowStatus
from contributions.models import CorrectionLine, FilingRow, Payment, Receipt
from employers.models import Employer
from kwsp_portal.common import money
from members.ledger import balances
from members.ledger.balances import Line
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.labels import ENTRY

LINES_A_PAGE = 50
ACCOUNT = "SUSPENSE"
UNMATCHED = _("Nombor ahli, nombor pengenalan dan nama tidak sepadan dengan daftar")
TOO_OLD = _("Umur 75 dilepasi: tiada lagi yang boleh dikreditkan")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the account. `filing_id` and `line` lead to a row of Borang A, `order_no` to a payment."""

    what: str | Promise
    why: str | Promise
    booked_on: date
    value_date: date
    amount: Decimal
    version: int
    who: str = ""
    number: str = ""
    month: date | None = None
    filing_id: int | None = None
    line: int | None = None
    order_no: str = ""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """An employer with money in suspense, RM, and since when the account has any."""

    employer: Employer
    amount: Decimal
    since: date


def total_of(employer: Employer) -> Decimal:
    return money.from_sen(balances.balances_of(HolderKind.EMPLOYER, employer.pk).get(ACCOUNT, 0))


def items_of(employer: Employer, *, before: int | None = None) -> Sequence[Item]:
    """The lines of the account, the newest first, from before that version on."""
    lines = balances.statement(HolderKind.EMPLOYER, employer.pk, ACCOUNT, limit=LINES_A_PAGE, before_version=before)
    rows = {row.pk: row for row in FilingRow.objects.filter(pk__in=_refs(lines, EntryKind.CONTRIBUTION)).select_related("filing")}
    corrected = CorrectionLine.objects.filter(pk__in=_refs(lines, EntryKind.CORRECTION)).select_related("row__filing")
    rows_of = {line.pk: line.row for line in corrected}
    payments = {one.pk: one for one in Payment.objects.filter(pk__in=_refs(lines, EntryKind.PAYMENT)).select_related("filing")}
    receipts = {one.pk: one for one in Receipt.objects.filter(pk__in=_refs(lines, EntryKind.RECEIPT))}
    return [
        _item(
            line,
            row=rows.get(line.ref) if line.kind is EntryKind.CONTRIBUTION else rows_of.get(line.ref) if line.kind is EntryKind.CORRECTION else None,
            payment=payments.get(line.ref) if line.kind is EntryKind.PAYMENT else None,
            receipt=receipts.get(line.ref) if line.kind is EntryKind.RECEIPT else None,
        )
        for line in lines
    ]


def holders() -> Sequence[Holder]:
    """Employers with anything in suspense, the longest first."""
    found = {holder_id: (sen, since) for holder_id, sen, since in balances.standing_on(HolderKind.EMPLOYER, ACCOUNT)}
    employers = Employer.objects.in_bulk(list(found))
    made = [Holder(employer=employers[pk], amount=money.from_sen(sen), since=since) for pk, (sen, since) in found.items()]
    return sorted(made, key=lambda holder: (holder.since, holder.employer.number))


def _refs(lines: Iterable[Line], kind: EntryKind) -> list[int]:
    return [line.ref for line in lines if line.kind is kind]


def _item(line: Line, *, row: FilingRow | None, payment: Payment | None, receipt: Receipt | None) -> Item:
    dates: dict[str, Any] = {"booked_on": line.booked_on, "value_date": line.value_date, "amount": money.from_sen(line.amount_sen)}
    dates["version"] = line.version
    if row is not None:
        why = UNMATCHED if row.status == RowStatus.UNMATCHED else TOO_OLD
        month = row.filing.wage_month
        return Item(
            what=ENTRY[line.kind], why=why, who=row.name, number=row.member_number, month=month, filing_id=row.filing_id, line=row.line, **dates
        )  # fmt: skip
    if payment is not None:
        why = _("Bank mengambil amaun lain daripada yang diminta")
        return Item(what=ENTRY[line.kind], why=why, number=payment.fpx_id, month=payment.filing.wage_month, order_no=payment.order_no, **dates)
    if receipt is not None:
        why = _("Wang ejen bank yang tidak sepadan dengan Borang A")
        return Item(what=ENTRY[line.kind], why=why, number=f"{receipt.agent} {receipt.number}", month=receipt.wage_month, **dates)
    return Item(what=ENTRY[line.kind], why="", **dates)
