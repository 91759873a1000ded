"""What the pages show, read in a few queries; templates ask nothing more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from contributions import explanations
from contributions.enums import FilingState, PaymentState, RowStatus
from contributions.facts import EmployeeFacts
from contributions.models import Filing, FilingLog, FilingRow, Payment
from contributions.rules import schedule
from contributions.workflow import CLOSED
from employers.models import Employer
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.jobs.enums import ChunkState
from kwsp_portal.jobs.models import Chunk
from members.enums import Citizenship

UNPAID = (FilingState.READY, FilingState.SUBMITTED, FilingState.RETURNED, FilingState.APPROVED)
COUNTED = (FilingState.APPROVED, FilingState.PAID, FilingState.CREDITED)
ROWS_A_PAGE = 25
SHOWN_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is, in rows or chunks of the same kind; `dead` chunks wait for an officer."""

    done: int
    total: int
    dead: int = 0


@dataclass(frozen=True, kw_only=True)
class MonthLine:
    """One wage month of an employer: its filing if there is one, and what is late."""

    month: WageMonth
    due_date: date
    filing: Filing | None
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class EmployerSummary:
    """The employer's home: the month due, what is unpaid (RM), what waits for whom."""

    due: MonthLine
    months: Sequence[MonthLine]
    unpaid: Decimal
    unpaid_filings: int
    to_approve: int
    returned: int
    missing: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A filing beside the latest earlier one that was approved: what an approver looks at first."""

    earlier: Filing | None
    employees: int
    total: Decimal


def employer_summary(*, employer: Employer, on: date) -> EmployerSummary:
    """Months from the employer's start, the newest first, at most a year; one query for all of them."""
    due_month = WageMonth.of(on).previous()
    earliest = max(due_month.plus(-(SHOWN_MONTHS - 1)), WageMonth.of(employer.from_date))
    filings = {
        WageMonth.of(filing.wage_month): filing
        for filing in Filing.objects.filter(employer=employer, wage_month__gte=earliest.first_day).exclude(state__in=CLOSED).order_by("wage_month")
    }
    months = [
        MonthLine(month=month, due_date=month.due_date, filing=filings.get(month), overdue=_overdue(filings.get(month), month, on))
        for month in sorted({*earliest.through(due_month), *filings}, reverse=True)
    ]
    due = next((line for line in months if line.month == due_month), None)
    unpaid = [line.filing for line in months if line.filing and line.filing.state in UNPAID]
    return EmployerSummary(
        due=due or MonthLine(month=due_month, due_date=due_month.due_date, filing=None, overdue=False),
        months=months,
        unpaid=sum((filing.total for filing in unpaid), Decimal(0)),
        unpaid_filings=len(unpaid),
        to_approve=sum(filing.state == FilingState.SUBMITTED for filing in unpaid),
        returned=sum(filing.state == FilingState.RETURNED for filing in unpaid),
        missing=sum(line.filing is None and line.overdue for line in months),
    )


def _overdue(filing: Filing | None, month: WageMonth, on: date) -> bool:
    return on > month.due_date and (filing is None or filing.state not in (FilingState.PAID, FilingState.CREDITED))


def filings_of(*, employer: Employer, state: str = "") -> QuerySet[Filing]:
    """All filings of an employer, the newest month first; with `state`, only those that stand there."""
    found = Filing.objects.filter(employer=employer).select_related("prepared_by").order_by("-wage_month", "-id")
    return found.filter(state=state) if state else found


def progress_of(*, programme: str, filing: Filing) -> Progress | None:
    """How far the reading or crediting of a filing is; None when no run was opened."""
    chunks = Chunk.objects.filter(run__programme=programme, run__period=str(filing.pk))
    figures = chunks.aggregate(
        chunks=Count("id"),
        finished=Count("id", filter=Q(state=ChunkState.DONE)),
        dead=Count("id", filter=Q(state=ChunkState.DEAD)),
        done=Sum("progress_done"),
        total=Sum("progress_total"),
    )
    if not figures["chunks"]:
        return None
    if figures["chunks"] > 1 or not figures["total"]:
        return Progress(done=figures["finished"], total=figures["chunks"], dead=figures["dead"])
    return Progress(done=figures["done"], total=figures["total"], dead=figures["dead"])


def rows_of(*, filing: Filing) -> QuerySet[FilingRow]:
    return filing.rows.select_related("filing").order_by("line")


def bad_rows_of(*, filing: Filing) -> QuerySet[FilingRow]:
    """Rows that keep the filing from going on, in the order of the file."""
    return filing.rows.exclude(status=RowStatus.VALID).order_by("line")


def log_of(*, filing: Filing) -> QuerySet[FilingLog]:
    return filing.log.select_related("by").order_by("id")


def payments_of(*, filing: Filing) -> QuerySet[Payment]:
    return filing.payments.select_related("started_by").order_by("-id")


def payment_in_flight(*, filing: Filing) -> Payment | None:
    return filing.payments.filter(state__in=[PaymentState.SENT, PaymentState.PENDING]).first()


def approved_payment(*, filing: Filing) -> Payment | None:
    return filing.payments.filter(state=PaymentState.APPROVED).order_by("id").first()


def comparison(*, filing: Filing) -> Comparison:
    """How a filing differs from the latest earlier month that was approved, in employees and RM."""
    earlier = (
        Filing.objects.filter(employer_id=filing.employer_id, wage_month__lt=filing.wage_month, state__in=COUNTED).order_by("-wage_month").first()
    )
    if earlier is None:
        return Comparison(earlier=None, employees=0, total=Decimal(0))
    return Comparison(earlier=earlier, employees=filing.rows_total - earlier.rows_total, total=filing.total - earlier.total)


def choosable_months(*, employer: Employer, on: date) -> list[WageMonth]:
    """Wage months a clerk will want: from a year back (or the employer's start) to the month that is running, the newest first."""
    running = WageMonth.of(on)
    earliest = max(running.plus(-SHOWN_MONTHS), WageMonth.of(employer.from_date))
    return list(earliest.through(running))[::-1]


def facts_of(row: FilingRow) -> EmployeeFacts | None:
    """The facts a row's shares were computed from, as stored with it; None for a row that never got so far."""
    if row.birth_date is None or row.wages is None:
        return None
    return EmployeeFacts(
        wage_month=WageMonth.of(row.filing.wage_month),
        wages=row.wages,
        bonus=row.bonus or Decimal(0),
        citizenship=Citizenship(row.citizenship),
        member_since=row.member_since,
        birth_date=row.birth_date,
    )


def why_shares(*, row: FilingRow) -> explanations.Explained | None:
    """Part, band, rates, dates and citations behind a row's shares; None where the rules could not be asked."""
    facts = facts_of(row)
    if facts is None:
        return None
    try:
        return explanations.explained(schedule.explain(facts))
    except (Refusal, NotInForce):
        return None
