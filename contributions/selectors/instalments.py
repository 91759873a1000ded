"""Instalment plans: what a plan would be of, what its instalments come to now, and the lists that pages show.

Nothing here is what a plan says: amounts are what the rules of lateness make of each month on a day, whoever agreed to what.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Final, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, QuerySet, When

from contributions.enums import DueKind, PlanState
from contributions.models import Filing, InstalmentLog, InstalmentMonth, InstalmentPlan, InstalmentTerms
from contributions.rules import instalments
from contributions.selectors import arrears, late_dues
from contributions.selectors.filings import COUNTED
from contributions.workflow import PLAN_OPEN
from employers.models import Employer
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth

A_PAGE: Final = 25
WITH_OFFICERS: Final = (PlanState.ASKED, PlanState.PROPOSED)


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What a wage month comes to if it is paid on a day, RM: what is unpaid of its contributions, and what of charge and dividend nobody has paid.

    `filing`: from whose page it is paid.
    """

    month: WageMonth
    contribution: Decimal
    charge: Decimal
    dividend: Decimal
    filing: int

    @property
    def total(self) -> Decimal:
        return self.contribution + self.charge + self.dividend


class Line(NamedTuple):
    """A month in terms that are being written: the instalment that pays it, what it comes to today, and if it is paid on that day."""

    month: WageMonth
    instalment: int
    due_on: date
    today: Owed
    then: Owed


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Terms that nobody has written yet. `quoted` if all is paid today, `total` if each month is paid with its instalment, RM."""

    lines: Sequence[Line]

    @property
    def quoted(self) -> Decimal:
        return sum((line.today.total for line in self.lines), start=money.ZERO)

    @property
    def total(self) -> Decimal:
        return sum((line.then.total for line in self.lines), start=money.ZERO)


class MonthNow(NamedTuple):
    """A month of terms as it stands: `owed` if paid on its day or, once that is past, today; None where nothing is. `filed`: whether anything says
    what it owes."""

    planned: InstalmentMonth
    owed: Owed | None
    filed: bool

    @property
    def open(self) -> bool:
        return self.owed is not None or not self.filed

    @property
    def month(self) -> WageMonth:
        return WageMonth.of(self.planned.wage_month)


@dataclass(frozen=True, kw_only=True)
class Instalment:
    """One instalment as it stands. `total` is what is still to be paid of it, RM."""

    number: int
    due_on: date
    months: Sequence[MonthNow]

    @property
    def open(self) -> bool:
        return any(one.open for one in self.months)

    @property
    def total(self) -> Decimal:
        return sum((one.owed.total for one in self.months if one.owed), start=money.ZERO)

    @property
    def planned(self) -> Decimal:
        """What it came to when the terms were written, RM."""
        return sum((one.planned.total for one in self.months), start=money.ZERO)

    @property
    def broken_on(self) -> date:
        return instalments.broken_on(self.due_on)


def owed_of(*, employer: Employer, on: date, paid_on: Callable[[WageMonth], date]) -> Mapping[WageMonth, Owed]:
    """Every late month of which anything is owed, the oldest first, priced as if it were paid on the day that `paid_on` names.

    Only what a bank has confirmed counts as paid. Nine queries.
    """
    lost = late_dues.lost_by_month(employer=employer)
    taken = late_dues.taken_by_month(employer=employer, flying=False)
    found: dict[WageMonth, Owed] = {}
    for quote in arrears.quotes_of(employer=employer, on=on, paid_on=paid_on):
        first = quote.month.first_day
        found[quote.month] = Owed(
            month=quote.month,
            contribution=quote.unpaid,
            charge=_left(quote.charge, taken.get((first, DueKind.CHARGE))),
            dividend=_left(quote.dividend + lost.get(first, money.ZERO), taken.get((first, DueKind.DIVIDEND))),
            filing=next(one.filing.pk for one in quote.filings if one.unpaid),
        )
    for charged in late_dues.charged_of(employer=employer):
        first = charged.month.first_day
        charge = _left(charged.charge - charged.remitted, taken.get((first, DueKind.CHARGE)))
        dividend = _left(charged.dividend, taken.get((first, DueKind.DIVIDEND)))
        if charged.month not in found and charge + dividend:
            found[charged.month] = Owed(month=charged.month, contribution=money.ZERO, charge=charge, dividend=dividend, filing=charged.filing)
    return dict(sorted(found.items(), key=lambda item: item[0].first_day))


def drafted(*, employer: Employer, months: Collection[WageMonth], count: int, first_on: date, on: date) -> Draft:
    """Terms of these months, which are owed, in so many instalments. Raises ValueError for more instalments than months."""
    today = {month: owed for month, owed in owed_of(employer=employer, on=on, paid_on=lambda _month: on).items() if month in months}
    numbers = instalments.groups([owed.total for owed in today.values()], count)
    days = instalments.days(first_on, count)
    due = {month: days[number - 1] for month, number in zip(today, numbers, strict=True)}
    then = owed_of(employer=employer, on=on, paid_on=lambda month: due.get(month, on))
    lines = [Line(month, number, due[month], today[month], then[month]) for month, number in zip(today, numbers, strict=True)]
    return Draft(lines=lines)


def terms_of(plan: InstalmentPlan) -> InstalmentTerms:
    """Those that count: the last that were written."""
    return plan.terms.select_related("by").order_by("-number")[0]


def standing_of(plan: InstalmentPlan, terms: InstalmentTerms, *, on: date) -> Sequence[Instalment]:
    """The instalments of terms as they stand on a day, in their order."""
    planned = list(terms.months.order_by("due_on", "wage_month"))
    days = {WageMonth.of(one.wage_month): max(one.due_on, on) for one in planned}
    owed = owed_of(employer=plan.employer, on=on, paid_on=lambda month: days.get(month, on))
    filed = _filed(plan.employer, list(days))
    now = [_now(one, owed, filed, on) for one in planned]
    return [
        Instalment(number=number, due_on=due_on, months=list(months))
        for (number, due_on), months in groupby(now, key=lambda one: (one.planned.instalment, one.planned.due_on))
    ]


def next_open(found: Sequence[Instalment]) -> Instalment | None:
    """The first of which something is still to be paid."""
    return next((one for one in found if one.open), None)


def open_of(employer: Employer) -> InstalmentPlan | None:
    """The one that keeps an employer from asking for another."""
    return InstalmentPlan.objects.filter(employer=employer, state__in=PLAN_OPEN).first()


def of_employer(employer: Employer) -> Sequence[InstalmentPlan]:
    """All of an employer's, the newest first."""
    return list(InstalmentPlan.objects.filter(employer=employer).select_related("asked_by").order_by("-pk"))


def plans(*, employer_number: str = "", state: str = "") -> QuerySet[InstalmentPlan]:
    """For officers: of one employer or of all; those that wait for an officer first, then the newest."""
    waits = Case(When(state__in=WITH_OFFICERS, then=0), default=1)
    found = InstalmentPlan.objects.select_related("employer").order_by(waits, "-pk")
    if employer_number:
        found = found.filter(employer__number=employer_number)
    return found.filter(state=state) if state else found


def page_of(found: QuerySet[InstalmentPlan], number: str | None) -> "Page[InstalmentPlan]":
    return Paginator(found, A_PAGE).get_page(number)


def states_of(found: QuerySet[InstalmentPlan]) -> Mapping[str, int]:
    """How many stand in each state."""
    return dict(found.order_by().values_list("state").annotate(Count("pk")))


def how_many_wait() -> int:
    """How many wait for an officer, the first or the second."""
    return InstalmentPlan.objects.filter(state__in=WITH_OFFICERS).count()


def log_of(plan: InstalmentPlan) -> Sequence[InstalmentLog]:
    """Everything that was done, in order."""
    return list(plan.log.select_related("by").order_by("pk"))


def _left(owed: Decimal, taken: Decimal | None) -> Decimal:
    return max(owed - (taken or money.ZERO), money.ZERO)


def _filed(employer: Employer, months: Collection[WageMonth]) -> Mapping[WageMonth, Filing]:
    """Of months with an approved Borang A the last of them, supplements included."""
    days = [month.first_day for month in months]
    found = Filing.objects.filter(employer=employer, wage_month__in=days, state__in=COUNTED).select_related("employer").order_by("number", "pk")
    return {WageMonth.of(one.wage_month): one for one in found}


def _now(one: InstalmentMonth, owed: Mapping[WageMonth, Owed], filed: Mapping[WageMonth, Filing], on: date) -> MonthNow:
    month = WageMonth.of(one.wage_month)
    found, filing = owed.get(month), filed.get(month)
    if found is None and filing is not None:
        found = _unposted(month, filing, on)
    return MonthNow(one, found, filed=filing is not None)


def _unposted(month: WageMonth, filing: Filing, on: date) -> Owed | None:
    """What lateness costs a month that was paid since the daily batch last looked, and of which nothing is posted yet."""
    dues = late_dues.by_kind(late_dues.open_of(filing=filing, paid_on=on, on=on, flying=False))
    charge, dividend = (dues.get(kind, money.ZERO) for kind in (DueKind.CHARGE, DueKind.DIVIDEND))
    if not charge + dividend:
        return None
    return Owed(month=month, contribution=money.ZERO, charge=charge, dividend=dividend, filing=filing.pk)
