"""What a member may complain of, and what pages show of complaints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.paginator import Page, Paginator

from contributions.enums import ComplaintAction
from contributions.models import Complaint, ComplaintLog, ComplaintMonth, PaymentMatter
from contributions.rules import standing
from contributions.selectors import savings
from contributions.selectors.months import MonthLine
from kwsp_portal.common.periods import WageMonth
from members.identity.models import User
from members.models import Member

A_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A month that may be attached. `doubtful`: it is missing, or not paid; `low`: it brought less than the others. `open_in`: the complaint that is
    about it already."""

    line: MonthLine
    doubtful: bool
    low: bool
    open_in: int | None


@dataclass(frozen=True, kw_only=True)
class Of:
    """An employer of the last twelve months, with its months, the newest first."""

    employer_id: int
    name: str
    number: str
    months: Sequence[Offered]

    @property
    def ordered(self) -> list[Offered]:
        """Those that are worth a look first."""
        return sorted(self.months, key=lambda one: not (one.doubtful or one.low))


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A month of a complaint: as it was then, and as the member's own page has it now (None: it is no longer among its twelve months)."""

    then: ComplaintMonth
    now: MonthLine | None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Open complaints: how many, of how many nobody is the owner, and the age of the oldest in days."""

    count: int
    unowned: int
    oldest_days: int


def offered(*, member: Member, on: date) -> list[Of]:
    """The employers of the member's own page with the months that a complaint may be about. Six queries."""
    by_employer: dict[int, list[MonthLine]] = {}
    for line in savings.months_now(member=member, on=on):
        if line.state not in standing.NOT_A_COMPLAINT:
            by_employer.setdefault(line.employer_id, []).append(line)
    opened = _open_months(member)
    return [
        Of(employer_id=pk, name=lines[0].employer, number=lines[0].employer_number, months=[_offer(line, lines, opened) for line in lines])
        for pk, lines in by_employer.items()
    ]


def _offer(line: MonthLine, lines: Sequence[MonthLine], opened: Mapping[tuple[int, date], int]) -> Offered:
    others = [other.total for other in lines if other is not line and other.total]
    return Offered(
        line=line,
        doubtful=line.state in standing.DOUBTFUL and (line.late or line.row_id is None or line.total == 0),
        low=bool(line.total) and standing.looks_low(line.total or Decimal(0), others),
        open_in=opened.get((line.employer_id, line.month.first_day)),
    )


def _open_months(member: Member) -> dict[tuple[int, date], int]:
    found = ComplaintMonth.objects.filter(member=member, open=True).values_list("employer_id", "wage_month", "complaint_id")
    return {(employer, month): pk for employer, month, pk in found}


def of_member(*, member: Member) -> Sequence[Complaint]:
    """The member's own, the newest first."""
    return list(Complaint.objects.filter(member=member).select_related("employer").prefetch_related("months").order_by("-pk"))


def attached(*, complaint: Complaint, on: date) -> list[Attached]:
    """Its months, the oldest first."""
    now = {(line.employer_id, line.month.first_day): line for line in savings.months_now(member=complaint.member, on=on)}
    return [Attached(then=month, now=now.get((complaint.employer_id, month.wage_month))) for month in complaint.months.all()]


def cases_of(*, complaint: Complaint) -> dict[date, PaymentMatter]:
    """Cases that the portal has opened by itself for these months of the employer (services.late_reminders)."""
    causes = {f"month:{complaint.employer_id}:{WageMonth.of(month.wage_month)}": month.wage_month for month in complaint.months.all()}
    return {causes[matter.cause]: matter for matter in PaymentMatter.objects.filter(cause__in=causes).order_by("pk")}


def log_of(*, complaint: Complaint) -> Sequence[ComplaintLog]:
    """Everything in its order, with its papers."""
    return list(complaint.log.select_related("by").prefetch_related("papers__file"))


def page_of(*, closed: bool, number: str | None = None) -> "Page[Complaint]":
    """The open ones, the oldest first; or those that are closed, the last first."""
    found = Complaint.objects.select_related("employer", "owner").prefetch_related("months").filter(closed_on__isnull=not closed)
    return Paginator(found.order_by("-closed_on", "-pk") if closed else found.order_by("sent_on", "pk"), A_PAGE).get_page(number)


def waiting(*, on: date) -> Waiting:
    """What waits for inspectors."""
    found = list(Complaint.objects.filter(closed_on=None).order_by("sent_on").values_list("sent_on", "owner"))
    return Waiting(
        count=len(found),
        unowned=sum(owner is None for _day, owner in found),
        oldest_days=max(0, (on - found[0][0]).days) if found else 0,
    )


def how_many_wait() -> int:
    return Complaint.objects.filter(closed_on=None).count()


def did_last(*, complaint: Complaint, action: ComplaintAction, by: User, words: str = "") -> bool:
    """Whether the last thing done with it is just this, by `by` and in these words: the same again is a second click."""
    last = complaint.log.order_by("-id").first()
    return last is not None and (last.action, last.by_id, last.words) == (action, by.pk, words.strip())
