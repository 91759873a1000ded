"""What the pages show, read in a few queries; templates ask nothing more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from contributions.enums import FilingAction, FilingState, PaymentState, RowStatus, WageListState
from contributions.facts import EmployeeFacts
from contributions.models import Filing, FilingLog, FilingRow, Mending, Payment, WageList
from contributions.rules import electing
from contributions.selectors import against
from contributions.selectors.against import NOBODY, Difference
from contributions.workflow import CLOSED
from employers.enums import ApprovalFlow
from employers.models import Employer
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs.enums import ChunkState
from kwsp_portal.jobs.models import Chunk
from members.enums import Citizenship
from members.identity.models import User

UNPAID = (FilingState.READY, FilingState.SUBMITTED, FilingState.RETURNED, FilingState.APPROVED)
SETTLED = (FilingState.PAID, FilingState.CREDITED)
COUNTED = (FilingState.APPROVED, *SETTLED)
IN_FLIGHT = (PaymentState.SENT, PaymentState.PENDING)
ROWS_A_PAGE = 25
SHOWN_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is, in rows; `dead` pieces of work wait for an officer. Nothing is known before a worker has begun: 0 of 0."""

    done: int = 0
    total: int = 0
    dead: int = 0


@dataclass(frozen=True, kw_only=True)
class MonthLine:
    """One wage month of an employer: its filing if there is one, or `nil`: it was said, and agreed, that there is nothing to contribute.
    `days_left` to the due date, negative when it is past."""

    month: WageMonth
    due_date: date
    days_left: int
    filing: Filing | None
    nil: bool = False

    @property
    def settled(self) -> bool:
        """Paid or nothing to pay, so that no due date matters any more."""
        return self.nil or (self.filing is not None and self.filing.state in SETTLED)

    @property
    def overdue(self) -> bool:
        return self.days_left < 0 and not self.settled

    @property
    def days_late(self) -> int:
        return -self.days_left


@dataclass(frozen=True, kw_only=True)
class EmployerSummary:
    """The employer's home: the month due, what is unpaid (RM), what waits for this person."""

    due: MonthLine
    months: Sequence[MonthLine]
    unpaid: Decimal
    unpaid_filings: int
    to_approve: int
    returned: int
    missing: int
    supplements: Sequence[Filing]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The month of a filing beside the latest earlier one that was approved, each with its supplements: what an approver looks at first.

    `joined` stand only in this month, `left` only in the earlier, wages `changed` by more than `percent`.
    """

    earlier: Filing | None
    now: against.Whole = against.NOTHING
    before: against.Whole = against.NOTHING
    joined: against.Group = NOBODY
    left: against.Group = NOBODY
    changed: against.Group = NOBODY
    percent: int = against.MUCH_PERCENT

    @property
    def difference(self) -> against.Whole:
        return self.now - self.before


def employer_summary(*, employer: Employer, by: User, on: date) -> EmployerSummary:
    """The last twelve months of an employer and those filed ahead, the newest first, and what is unpaid of all time; three queries."""
    due_month = WageMonth.of(on).previous()
    earliest = max(due_month.plus(-(SHOWN_MONTHS - 1)), WageMonth.of(employer.from_date))
    open_filings = Filing.objects.filter(employer=employer).exclude(state__in=CLOSED)
    mains = open_filings.filter(wage_month__gte=earliest.first_day, number=0)
    filings = {WageMonth.of(filing.wage_month): filing for filing in mains}
    nil = nil_months(employer=employer) - filings.keys()
    months = [_line(month, filings.get(month), on, nil=month in nil) for month in sorted({*earliest.through(due_month), *filings}, reverse=True)]
    others_work = ~Q(prepared_by=by) & Q(declared_by_me=False, mended_by_me=False)
    mine_to_approve = Q(state=FilingState.SUBMITTED) & (Q(flow=ApprovalFlow.SINGLE) | others_work)
    waiting = (
        open_filings.filter(state__in=UNPAID)
        .annotate(declared_by_me=Exists(_submitted_by(by)), mended_by_me=Exists(Mending.objects.filter(filing=OuterRef("pk"), by=by)))
        .aggregate(
            count=Count("pk"),
            employer=Sum("employer_total"),
            employee=Sum("employee_total"),
            to_approve=Count("pk", filter=mine_to_approve),
            returned=Count("pk", filter=Q(state=FilingState.RETURNED)),
        )
    )
    return EmployerSummary(
        due=next((line for line in months if line.month == due_month), _line(due_month, None, on, nil=due_month in nil)),
        months=months,
        unpaid=(waiting["employer"] or Decimal(0)) + (waiting["employee"] or Decimal(0)),
        unpaid_filings=waiting["count"],
        to_approve=waiting["to_approve"],
        returned=waiting["returned"],
        supplements=list(open_filings.filter(number__gt=0).exclude(state=FilingState.CREDITED).order_by("wage_month", "number")),
        missing=sum(line.filing is None and line.overdue for line in months),
    )


def _submitted_by(by: User) -> QuerySet[FilingLog]:
    """Moves by which `by` declared a filing correct: with a checker nobody approves their own work (services.moves asks the same)."""
    return FilingLog.objects.filter(filing=OuterRef("pk"), action=FilingAction.SUBMIT, by=by)


def nil_months(*, employer: Employer) -> set[WageMonth]:
    """Months for which it is agreed that there is nothing to contribute. A filing of the month, where there is one, counts before that."""
    nil = WageList.objects.filter(employer=employer, state=WageListState.NIL)
    return {WageMonth.of(month) for month in nil.values_list("wage_month", flat=True)}


def _line(month: WageMonth, filing: Filing | None, on: date, *, nil: bool = False) -> MonthLine:
    return MonthLine(month=month, due_date=month.due_date, days_left=(month.due_date - on).days, filing=filing, nil=nil)


def filings_of(*, employer: Employer, state: str = "") -> QuerySet[Filing]:
    """All filings of an employer, the newest month first; with `state`, only those that stand there."""
    found = Filing.objects.filter(employer=employer).select_related("prepared_by").order_by("-wage_month", "-id")
    return found.filter(state=state) if state else found


def states_of(*, employer: Employer) -> dict[str, int]:
    """How many filings of an employer stand in each state that any of them has."""
    rows = Filing.objects.filter(employer=employer).order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)


def progress_of(*, programme: str, filing: Filing) -> Progress:
    """How far the reading or crediting of a filing is."""
    period = filing.reading_period if filing.state == FilingState.RECEIVED else str(filing.pk)
    return run_progress(programme=programme, period=period, rows=filing.rows_total)


def run_progress(*, programme: str, period: str, rows: int) -> Progress:
    """How far a run over so many rows is. One in several chunks is told by the chunks that are done."""
    figures = Chunk.objects.filter(run__programme=programme, run__period=period).aggregate(
        chunks=Count("id"),
        finished=Count("id", filter=Q(state=ChunkState.DONE)),
        dead=Count("id", filter=Q(state=ChunkState.DEAD)),
        done=Sum("progress_done"),
        total=Sum("progress_total"),
    )
    if figures["total"]:
        return Progress(done=min(figures["done"], figures["total"]), total=figures["total"], dead=figures["dead"])
    if figures["chunks"] > 1 and rows:
        return Progress(done=rows * figures["finished"] // figures["chunks"], total=rows, dead=figures["dead"])
    return Progress(dead=figures["dead"])


class Counted(Paginator):  # type: ignore[type-arg]
    """Pages of a filing's rows whose number is known from the filing: counting a hundred thousand rows would be most of the page."""

    def __init__(self, rows: QuerySet[FilingRow, Any], count: int) -> None:
        super().__init__(rows, ROWS_A_PAGE)
        self._count = count

    @property
    def count(self) -> int:
        return self._count


def rows_page(*, filing: Filing, number: str | None) -> "Page[dict[str, Any]]":
    """The rows of a filing in the order of the file, a page of them; an unreadable number is the first page."""
    rows = (
        filing.rows.exclude(status=RowStatus.LEFT_OUT)
        .order_by("line")
        .values("line", "name", "member_number", "wages", "employer_share", "employee_share", "part", "tops_up_id")
    )
    return Counted(rows, filing.rows_total).get_page(number)


def log_of(*, filing: Filing) -> QuerySet[FilingLog]:
    return filing.log.select_related("by").order_by("id")


def last_move(*, filing: Filing) -> FilingLog | None:
    """How the filing came to stand where it does."""
    return filing.log.select_related("by").order_by("-id").first()


def did_last(*, filing: Filing, action: FilingAction, by: User) -> bool:
    """Whether the filing stands where it does because `by` did this: then the same act again is only a second click."""
    last = last_move(filing=filing)
    return last is not None and last.action == action and last.by_id == by.pk


def payments_of(*, filing: Filing) -> QuerySet[Payment]:
    return filing.payments.order_by("-id")


def beside(*, filing: Filing) -> list[Filing]:
    """The other filings of its month that belong to it: the Borang A that it supplements, or its supplements; those put away left out."""
    main = filing.supplements_id or filing.pk
    found = Filing.objects.filter(Q(pk=main) | Q(supplements_id=main)).exclude(pk=filing.pk)
    return list(found.exclude(state=FilingState.DISCARDED).order_by("number"))


def payment_in_flight(*, filing: Filing) -> Payment | None:
    return filing.payments.filter(state__in=IN_FLIGHT).first()


def comparison(*, filing: Filing) -> Comparison:
    """How the month of a filing differs from the latest earlier one that was approved, in people and RM."""
    earlier = (
        Filing.objects.filter(employer_id=filing.employer_id, wage_month__lt=filing.wage_month, state__in=COUNTED, number=0)
        .order_by("-wage_month")
        .first()
    )
    if earlier is None:
        return Comparison(earlier=None)
    people = against.differences(filing=filing, earlier=earlier)
    return Comparison(
        earlier=earlier,
        now=against.whole_of(filing),
        before=against.whole_of(earlier),
        joined=people[Difference.NEW],
        left=people[Difference.MISSING],
        changed=people[Difference.CHANGED],
        percent=against.percent_of(filing.employer_id),
    )


def choosable_months(*, employer: Employer, on: date) -> list[WageMonth]:
    """Wage months that a clerk will want: from a year back (or the employer's start) to a year ahead (or the employer's end), the latest first."""
    running = WageMonth.of(on)
    earliest, latest = max(running.plus(-SHOWN_MONTHS), WageMonth.of(employer.from_date)), running.plus(SHOWN_MONTHS)
    if employer.closed_on is not None:
        latest = min(latest, WageMonth.of(employer.closed_on))
    return list(earliest.through(latest))[::-1]


def filed_months(*, employer: Employer, months: Sequence[WageMonth]) -> dict[WageMonth, Filing]:
    """The filing that holds each of these months, where there is one."""
    months_of = {"employer": employer, "wage_month__in": [month.first_day for month in months]}
    held = Filing.objects.filter(number=0, **months_of).exclude(state__in=CLOSED)
    return {WageMonth.of(filing.wage_month): filing for filing in held}


def facts_of(row: FilingRow) -> EmployeeFacts | None:
    """The facts a row's shares were computed from, as stored with it; None for a row that never got so far."""
    if row.birth_date is None or row.member_since is None or row.wages is None or not row.citizenship:
        return None
    return EmployeeFacts(
        wage_month=WageMonth.of(row.filing.wage_month),
        wages=row.wages,
        bonus=row.bonus or Decimal(0),
        citizenship=Citizenship(row.citizenship),
        member_since=row.member_since,
        birth_date=row.birth_date,
        domestic=electing.from_text(row.elections)[1],
    )
