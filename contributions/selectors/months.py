"""A member's wage months of the last year: due, filed, paid, credited, late, as the own employers' Borang A stand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contributions.enums import FilingState, MonthStanding
from contributions.models import Filing, FilingRow
from contributions.rules import standing
from employers.models import Employment
from kwsp_portal.common.periods import DateRange, WageMonth
from members.enums import Citizenship
from members.ledger.balances import EntryView
from members.models import CitizenshipPeriod, Member

SHOWN_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class MonthLine:
    """One wage month at one employer. `total` (RM) and `row_id` where the member stands in its Borang A."""

    month: WageMonth
    employer: str
    due_date: date
    state: MonthStanding
    late: bool
    row_id: int | None
    total: Decimal | None
    credited_on: date | None


def months_of(*, member: Member, rows: Sequence[FilingRow], booked: Mapping[int, EntryView], on: date) -> list[MonthLine]:
    """The newest month first. `rows` are the member's in published filings, the newest first; `booked` what the ledger has of them.

    Three queries: employments, the employers' filings, citizenship. A month in which an employer owes nothing is left out.
    """
    last = WageMonth.of(on).previous()
    first = last.plus(-(SHOWN_MONTHS - 1))
    lines = {
        (row.filing.employer_id, WageMonth.of(row.filing.wage_month)): _of_row(row, booked.get(row.pk), on)
        for row in rows
        if row.filing.wage_month >= first.first_day
    }
    employments = [
        work for work in _employments(member, first, last) if any((work.employer_id, month) not in lines for month in _worked(work, first, last))
    ]
    if employments:
        published = _published({work.employer_id for work in employments}, first)
        citizenships = list(CitizenshipPeriod.objects.filter(member=member).order_by("from_date"))
        for work in employments:
            for month in _worked(work, first, last):
                key = (work.employer_id, month)
                if key not in lines and _owed(member, citizenships, month):
                    lines[key] = _without_row(work, month, key in published, on)
    return sorted(lines.values(), key=lambda line: (line.month.first_day, line.employer), reverse=True)


def total_of(row: FilingRow) -> Decimal:
    """Both shares, RM; a row without them (none that is valid) has nothing in it."""
    return (row.employer_share or Decimal(0)) + (row.employee_share or Decimal(0))


def standing_of(*, row: FilingRow, credit: EntryView | None, on: date) -> standing.Standing:
    """How the month of a row stands; `credit` is what the ledger has of it for its member.

    A row with money in it, in a filing that is credited, and not on the member's accounts, is on the employer's SUSPENSE: nothing is
    credited from the 75th birthday (ruling 16).
    """
    return standing.of_row(
        month=WageMonth.of(row.filing.wage_month),
        filing=FilingState(row.filing.state),
        booked=credit is not None,
        suspended=credit is None and bool(total_of(row)) and row.filing.state == FilingState.CREDITED,
        paid_on=row.filing.paid_on,
        on=on,
    )


def _of_row(row: FilingRow, credit: EntryView | None, on: date) -> MonthLine:
    month = WageMonth.of(row.filing.wage_month)
    stands = standing_of(row=row, credit=credit, on=on)
    return MonthLine(
        month=month,
        employer=row.filing.employer.name,
        due_date=month.due_date,
        state=stands.state,
        late=stands.late,
        row_id=row.pk,
        total=total_of(row),
        credited_on=credit.booked_on if credit else None,
    )


def _without_row(work: Employment, month: WageMonth, published: bool, on: date) -> MonthLine:
    stands = standing.without_row(month=month, published=published, on=on)
    return MonthLine(
        month=month,
        employer=work.employer.name,
        due_date=month.due_date,
        state=stands.state,
        late=stands.late,
        row_id=None,
        total=None,
        credited_on=None,
    )


def _employments(member: Member, first: WageMonth, last: WageMonth) -> Iterable[Employment]:
    touching = Employment.objects.filter(member=member, from_date__lte=last.last_day).exclude(to_date__lte=first.first_day)
    return touching.select_related("employer").order_by("from_date")


def _worked(work: Employment, first: WageMonth, last: WageMonth) -> list[WageMonth]:
    """The months, from `first` to `last`, in which any day of the employment lies."""
    worked = DateRange(work.from_date, work.to_date)
    return [month for month in first.through(last) if worked.overlaps(DateRange(month.first_day, month.next().first_day))]


def _published(employers: Collection[int], first: WageMonth) -> set[tuple[int, WageMonth]]:
    found = Filing.objects.filter(employer_id__in=employers, wage_month__gte=first.first_day, state__in=standing.PUBLISHED)
    return {(employer_id, WageMonth.of(month)) for employer_id, month in found.values_list("employer_id", "wage_month")}


def _owed(member: Member, citizenships: Sequence[CitizenshipPeriod], month: WageMonth) -> bool:
    """Nothing is owed after death, nor for a month in which no citizenship is on record."""
    if member.died_on is not None and member.died_on < month.first_day:
        return False
    status = next((period.status for period in citizenships if DateRange(period.from_date, period.to_date).overlaps(_days(month))), None)
    return status is not None and standing.must_contribute(
        month=month, citizenship=Citizenship(status), member_since=member.member_since, birth_date=member.birth_date
    )


def _days(month: WageMonth) -> DateRange:
    return DateRange(month.first_day, month.next().first_day)
