"""What the pages of a wage list show. Shares are reckoned for the rows that are looked at, with today's registers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet, Sum

from contributions.enums import RowStatus, WageListState, WageStanding
from contributions.facts import NO_ELECTIONS, EmployeeFacts
from contributions.models import Filing, FilingRow, WageList, WageListRow
from contributions.models.wage_lists import HOLDS_MONTH
from contributions.rules import category, schedule
from contributions.rules.bands import Shares
from contributions.selectors import elections
from contributions.selectors.filings import SETTLED
from contributions.workflow import CLOSED
from employers import selectors as employers
from employers.enums import EmployerKind
from employers.models import Employer
from kwsp_portal.common.names import name_key
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship
from members.identity.models import User
from members.models import Member

ROWS_A_PAGE: Final = 25
BATCH: Final = 5_000
LATELY: Final = timedelta(minutes=15)
"""How long after a colleague's change the page says that they are at work on the list, too."""
ONLY: Final = {
    "blank": Q(wages=None) & (Q(standing=WageStanding.WAGES) | Q(standing=WageStanding.LEFT, last_day__gte=F("wage_list__wage_month"))),
    "leave": Q(standing=WageStanding.UNPAID_LEAVE),
    "left": Q(standing=WageStanding.LEFT),
}
"""What the rows of a list may be narrowed to, by the name in the address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A row with the shares of its wages; none where the wages are not written yet, or the law bars a contribution, which `refusal` says."""

    row: WageListRow
    shares: Shares | None = None
    refusal: Refusal | None = None

    @property
    def counts(self) -> bool:
        """Whether it becomes a row of Borang A: who left before the month has none."""
        row = self.row
        return row.standing != WageStanding.LEFT or row.last_day is None or row.last_day >= row.wage_list.wage_month


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The rows of a list by how they stand, and the wages written so far."""

    people: int
    blank: int
    leave: int
    left: int
    wages: Decimal


class Totals:
    """What the lines that went through `counting` come to: rows of Borang A, wages and shares in RM, and how many are `barred`."""

    def __init__(self) -> None:
        self.rows = self.barred = 0
        self.wages = self.employer = self.employee = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.employer + self.employee

    def counting(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Those of the lines that become a row of Borang A, counted as they pass: a large list is never held as a whole."""
        for line in lines:
            if not line.counts:
                continue
            self.rows += 1
            self.wages += line.row.wages or Decimal(0)
            self.barred += line.refusal is not None
            if line.shares is not None:
                self.employer += line.shares.employer
                self.employee += line.shares.employee
            yield line


def rows_page(*, wage_list: WageList, only: str = "", text: str = "", number: str | None = None) -> "Page[WageListRow]":
    """The rows of a list in their order, or those of `only`, or those whose number or name begins so."""
    rows = wage_list.rows.select_related("member", "wage_list", "changed_by")
    if only in ONLY:
        rows = rows.filter(ONLY[only])
    if text.strip():
        plain = text.replace("-", "").replace(" ", "")
        rows = rows.filter(Q(member__number=plain) | Q(member__identity_number=plain.upper()) | Q(member__name_key__startswith=name_key(text) or "-"))
    return Paginator(rows.order_by("place"), ROWS_A_PAGE).get_page(number)


def counts_of(wage_list: WageList) -> Counts:
    """One query."""
    narrowed = {name: Count("pk", filter=which) for name, which in ONLY.items()}
    found = wage_list.rows.aggregate(people=Count("pk"), sum=Sum("wages"), **narrowed)
    return Counts(wages=found.pop("sum") or Decimal(0), **found)


def lines_of(rows: Sequence[WageListRow], *, employer: Employer, wage_month: WageMonth) -> list[Line]:
    """The rows with their shares; a few queries for any number of them."""
    members = [row.member for row in rows]
    citizenships = employers.citizenships_in(members=members, wage_month=wage_month, counted_on=category.standing_day(wage_month))
    elected = elections.elected_in(employer_id=employer.pk, wage_month=wage_month, members=[member.pk for member in members])
    helpers = employers.domestic_helpers(employer_id=employer.pk, wage_month=wage_month)
    at_home = employer.kind == EmployerKind.HOUSEHOLD
    return [
        _reckoned(
            row, citizenships.get(row.member_id), elected.get(row.member_id, NO_ELECTIONS), wage_month, row.member_id in helpers or _new(row, at_home)
        )
        for row in rows
    ]


def _new(row: WageListRow, at_home: bool) -> bool:
    """Whether somebody is hired with this list for work in a home."""
    return at_home and row.hired_on is not None


def _reckoned(row: WageListRow, citizenship: str | None, elected: schedule.Elections, wage_month: WageMonth, domestic: bool) -> Line:
    if row.wages is None or citizenship is None:
        return Line(row=row)
    member = row.member
    facts = EmployeeFacts(wage_month, row.wages, row.bonus, Citizenship(citizenship), member.member_since, member.birth_date, domestic)
    try:
        return Line(row=row, shares=schedule.shares(facts, elected))
    except Refusal as refusal:
        return Line(row=row, refusal=refusal)
    except NotInForce:
        return Line(row=row)


def all_lines(wage_list: WageList) -> Iterator[Line]:
    """Every row of the list with its shares, in its order, batch by batch."""
    month, place = WageMonth.of(wage_list.wage_month), 0
    rows = wage_list.rows.select_related("member").order_by("place")
    while batch := list(rows.filter(place__gt=place)[:BATCH]):
        for row in batch:
            row.wage_list = wage_list
        yield from lines_of(batch, employer=wage_list.employer, wage_month=month)
        place = batch[-1].place


def totals_of(lines: Iterable[Line]) -> Totals:
    """What becomes a Borang A, added up."""
    totals = Totals()
    for _ in totals.counting(lines):
        pass
    return totals


def colleague_at_work(wage_list: WageList, *, by: User, at: datetime) -> User | None:
    """Who else changed the list lately."""
    if wage_list.changed_by is None or wage_list.changed_by == by or wage_list.changed_at is None:
        return None
    return wage_list.changed_by if at - wage_list.changed_at < LATELY else None


def open_lists(*, employer: Employer, wage_month: WageMonth) -> list[WageList]:
    """The list that has the month, open or said to be nil, and the one of people who were left out; what is open last."""
    found = WageList.objects.filter(employer=employer, wage_month=wage_month.first_day, state__in=HOLDS_MONTH)
    return list(found.select_related("changed_by", "begun_by", "declared_by").order_by("adds"))


def left_out(people: QuerySet[Member], *, wage_list: WageList, or_paid: bool = False) -> QuerySet[Member]:
    """Those of the people who stand in no filing of the list's month, or only in paid ones with `or_paid`: too low wages there can be topped up.
    Whose row somebody left out while mending was left out."""
    filings = Filing.objects.filter(employer=wage_list.employer_id, wage_month=wage_list.wage_month).exclude(state__in=CLOSED)
    if or_paid:
        filings = filings.exclude(state__in=SETTLED)
    rows = FilingRow.objects.filter(filing__in=filings).exclude(status=RowStatus.LEFT_OUT)
    named = rows.filter(member__isnull=True).exclude(member_number="")
    return people.exclude(pk__in=rows.filter(member__isnull=False).values("member_id")).exclude(number__in=named.values("member_number"))


def nil_waiting(*, employer: Employer) -> QuerySet[WageList]:
    """Months said to have nothing to contribute, on which an approver has not spoken."""
    return WageList.objects.filter(employer=employer, state=WageListState.NIL_WAITS).order_by("wage_month")


def on_record(*, wage_list: WageList, number: str) -> Member | None:
    """Somebody on the employer's record in the month, by member number."""
    people = employers.employees_on_record(employer_id=wage_list.employer_id, wage_month=WageMonth.of(wage_list.wage_month))
    return people.filter(number=number.replace("\0", "")).first()


def on_record_beside(*, wage_list: WageList, text: str, most: int = 20) -> list[Member]:
    """People on the employer's record in the month who are not on the list, by number, identity number or the beginning of the name."""
    on_record = employers.employees_on_record(employer_id=wage_list.employer_id, wage_month=WageMonth.of(wage_list.wage_month))
    found = on_record.exclude(pk__in=wage_list.rows.values("member_id"))
    if wage_list.adds:
        found = left_out(found, wage_list=wage_list, or_paid=True)
    if text.strip():
        plain = text.replace("-", "").replace(" ", "")
        found = found.filter(Q(number=plain) | Q(identity_number=plain.upper()) | Q(name_key__startswith=name_key(text) or "-"))
    return list(found[:most])
