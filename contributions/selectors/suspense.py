"""What lies in employers' suspense accounts: for whom, since when, of which filing, payment or receipt, and why nobody is credited."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributions.enums import PaymentMethod, RowStatus
from contributions.models import CorrectionLine, FilingRow, Payment, Receipt, SuspenseMatch, WrongCredit
from contributions.selectors import matches
from employers.models import Employer
from kwsp_portal.common import money
from members.ledger import balances
from members.ledger.balances import Line
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.labels import ENTRY

LINES_A_PAGE = 50
ACCOUNT = "SUSPENSE"
UNMATCHED = _("Nombor ahli, nombor pengenalan dan nama tidak sepadan dengan daftar")
_OF_A_ROW = (EntryKind.CONTRIBUTION, EntryKind.LATE_CREDIT)
MATCHED = _("Dipadankan, dan dikreditkan kepada ahli")
USED = _("Digunakan untuk membayar Borang A")
TOO_OLD = _("Umur 75 dilepasi: tiada lagi yang boleh dikreditkan")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the account. `filing_id` and `line` lead to a row of Borang A, `order_no` to a payment; `row_id` to a row that was paid for nobody,
    and `match` to whose it is said to be."""

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
    row_id: int | None = None
    match: SuspenseMatch | None = None


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
    of_rows = [ref for kind in _OF_A_ROW for ref in _refs(lines, kind)]
    rows = {row.pk: row for row in FilingRow.objects.filter(pk__in=of_rows).select_related("filing")}
    corrected = CorrectionLine.objects.filter(pk__in=_refs(lines, EntryKind.CORRECTION)).select_related("row__filing")
    rows_of = {line.pk: line.row for line in corrected}
    matched = SuspenseMatch.objects.filter(pk__in=_refs(lines, EntryKind.SUSPENSE_MATCH)).select_related("row__filing")
    rows_of_matches = {match.pk: match.row for match in matched}
    standing = matches.standing_by_row([row.pk for row in rows.values() if row.status == RowStatus.UNMATCHED])
    payments = {one.pk: one for one in Payment.objects.filter(pk__in=_refs(lines, EntryKind.PAYMENT)).select_related("filing")}
    moved = WrongCredit.objects.filter(pk__in=_refs(lines, EntryKind.WRONG_CREDIT)).select_related("row__filing", "to_member")
    moves = {one.pk: one for one in moved}
    receipts = {one.pk: one for one in Receipt.objects.filter(pk__in=_refs(lines, EntryKind.RECEIPT))}
    return [
        _of_move(line, moves[line.ref])
        if line.kind is EntryKind.WRONG_CREDIT
        else _item(
            line,
            row=_row_of(line, rows, {EntryKind.CORRECTION: rows_of, EntryKind.SUSPENSE_MATCH: rows_of_matches}),
            standing=standing,
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


def _row_of(line: Line, rows: Mapping[int, FilingRow], others: Mapping[EntryKind, Mapping[int, FilingRow]]) -> FilingRow | None:
    """The row of Borang A that a line is about, if it is about one."""
    return rows.get(line.ref) if line.kind in _OF_A_ROW else others.get(line.kind, {}).get(line.ref)


def _of_move(line: Line, found: WrongCredit) -> Item:
    """Credited to another first; whose it is may not be credited any more."""
    return Item(
        what=ENTRY[line.kind],
        why=TOO_OLD,
        who=found.to_member.name,
        number=found.to_member.number,
        month=found.row.filing.wage_month,
        filing_id=found.row.filing_id,
        line=found.row.line,
        booked_on=line.booked_on,
        value_date=line.value_date,
        amount=money.from_sen(line.amount_sen),
        version=line.version,
    )


def _item(line: Line, *, row: FilingRow | None, standing: Mapping[int, SuspenseMatch], payment: Payment | None, receipt: Receipt | None) -> Item:
    dates: dict[str, Any] = {"booked_on": line.booked_on, "value_date": line.value_date, "amount": money.from_sen(line.amount_sen)}
    dates["version"] = line.version
    if row is not None:
        return _of_row(line, row, standing.get(row.pk), dates)
    if payment is not None:
        why = USED if payment.method == PaymentMethod.CREDIT else _("Bank mengambil amaun lain daripada yang diminta")
        return Item(what=ENTRY[line.kind], why=why, number=payment.fpx_id, month=payment.borang_a.wage_month, order_no=payment.order_no, **dates)
    if receipt is not None:
        why = _("Wang ejen bank yang tidak sepadan dengan Borang A")
        return Item(what=ENTRY[line.kind], why=why, number=f"{receipt.agent} {receipt.number}", month=receipt.month, **dates)
    return Item(what=ENTRY[line.kind], why="", **dates)


def _of_row(line: Line, row: FilingRow, match: SuspenseMatch | None, dates: Mapping[str, Any]) -> Item:
    """Of a row of Borang A: paid for somebody past the age of credits, or for nobody that was known, whose it may be said to be."""
    why = MATCHED if line.kind is EntryKind.SUSPENSE_MATCH else UNMATCHED if row.status == RowStatus.UNMATCHED else TOO_OLD
    place: dict[str, Any] = {"filing_id": row.filing_id, "line": row.line, "month": row.filing.wage_month}
    if line.kind is EntryKind.CONTRIBUTION and row.status == RowStatus.UNMATCHED:
        place |= {"row_id": row.pk, "match": match}
    return Item(what=ENTRY[line.kind], why=why, who=row.name, number=row.member_number, **place, **dates)
