"""What an employer is behind with, by wage month: what is not filed, what is approved and not paid, and what its charge comes to on a day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Generic, NamedTuple, TypeVar

from django.db.models import ExpressionWrapper, F
from django.db.models.functions import TruncDate

from contributions import explanations_late as explanations
from contributions.enums import FilingState, PaymentState
from contributions.models import Filing, Payment
from contributions.rules import late, late_steps
from contributions.selectors import filings as filing_selectors
from contributions.selectors import late_rates, owing
from contributions.workflow import CLOSED
from employers.models import Employer
from kwsp_portal import bulk
from kwsp_portal.common import money
from kwsp_portal.common.clock import KL
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.fields import MoneyField

FIRST_MONTH: Final = late.LAW.known_from
"""Contribution months before it are priced by nobody here."""
MOST_MONTHS: Final = 24
"""Months without a Borang A that a page names."""


class Settled(NamedTuple):
    """A Borang A that was paid whole, as a batch reads it; `total` RM."""

    pk: int
    employer_id: int
    wage_month: date
    total: Decimal
    paid_on: date


Of = TypeVar("Of", Filing, Settled)


class Brought(NamedTuple):
    """An approved payment of (a part of) a filing: RM of it that are for the contribution, and its day."""

    part: int
    parts: int
    counts: bool
    amount: Decimal
    paid_on: date


class PartPaid(NamedTuple):
    """Money of a filing, RM, and the first day on which an approved payment brought it; None where none has yet."""

    amount: Decimal
    paid_on: date | None


class FilingPaid(NamedTuple, Generic[Of]):
    """An approved filing of a month with its money. `paid_on`: the day from which its contributions earn, once all of it has come."""

    filing: Of
    parts: Sequence[PartPaid]

    @property
    def unpaid(self) -> Decimal:
        return sum((part.amount for part in self.parts if part.paid_on is None), start=money.ZERO)

    @property
    def paid_on(self) -> date | None:
        days = [part.paid_on for part in self.parts if part.paid_on is not None]
        return max(days) if len(days) == len(self.parts) else None


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A month that is behind: what is unpaid, RM, and how many days late it is, and what charge and dividend come to, if all of it is paid on the day
    that is asked for."""

    month: WageMonth
    days_late: int
    filings: Sequence[FilingPaid[Filing]]
    unpaid: Decimal
    charge: Decimal
    dividend: Decimal
    why: explanations.Explained

    @property
    def total(self) -> Decimal:
        return self.unpaid + self.charge + self.dividend


@dataclass(frozen=True, kw_only=True)
class Arrears:
    """`quotes` by month, the oldest first; `missing` are months with people employed and no approved Borang A, of which no amount is invented."""

    quotes: Sequence[Quote]
    missing: Sequence[tuple[WageMonth, Filing | None]]

    @property
    def unpaid(self) -> Decimal:
        return sum((one.unpaid for one in self.quotes), start=money.ZERO)

    @property
    def charge(self) -> Decimal:
        return sum((one.charge for one in self.quotes), start=money.ZERO)

    @property
    def dividend(self) -> Decimal:
        return sum((one.dividend for one in self.quotes), start=money.ZERO)

    @property
    def total(self) -> Decimal:
        return self.unpaid + self.charge + self.dividend


def arrears_of(*, employer: Employer, paid_on: date, on: date) -> Arrears:
    """What the employer is behind with on `on`, priced as if all of it were paid on `paid_on`. Six queries."""
    quotes = quotes_of(employer=employer, on=on, paid_on=lambda _month: paid_on)
    return Arrears(quotes=quotes, missing=missing_months(employer=employer, last=last_due(on)))


def quotes_of(*, employer: Employer, on: date, paid_on: Callable[[WageMonth], date]) -> Sequence[Quote]:
    """The months that are behind, the oldest first, each priced as if it were paid on the day that `paid_on` names. Three queries."""
    approved = Filing.objects.filter(
        employer=employer, wage_month__lte=last_due(on).first_day, wage_month__gte=earliest(), state__in=filing_selectors.COUNTED
    )
    behind = approved.filter(state=FilingState.APPROVED).values("wage_month")
    by_month: dict[WageMonth, list[FilingPaid[Filing]]] = defaultdict(list)
    for found in paid_of(approved.filter(wage_month__in=behind).order_by("wage_month", "number")):
        by_month[WageMonth.of(found.filing.wage_month)].append(found)
    declared = late_rates.declared(on=on) if by_month else {}
    # What is approved and of nothing has no payment to wait for.
    owed = {month: found for month, found in by_month.items() if any(one.unpaid for one in found)}
    months = sorted(owed.items(), key=lambda item: item[0].first_day)
    return [quote(month, found, paid_on=paid_on(month), on=on, declared=declared) for month, found in months]


def last_due(on: date) -> WageMonth:
    """The last wage month whose due date is past: on the 15th that of the month before is still in time."""
    month = WageMonth.of(on).previous()
    return month if on > month.due_date else month.previous()


def earliest() -> date:
    """The first wage month whose lateness is priced."""
    return WageMonth.of(FIRST_MONTH).previous().first_day


def paid_of(filings: Iterable[Of]) -> Sequence[FilingPaid[Of]]:
    """The filings with their money, in their order. Two queries, one where the filings are rows already."""
    found = list(filings)
    brought: dict[int | None, list[Brought]] = defaultdict(list)
    whose = bulk.among([one.pk for one in found])
    approved = Payment.objects.filter(filing__in=whose, state=PaymentState.APPROVED, late__lt=F("amount"))
    own = ExpressionWrapper(F("amount") - F("late"), output_field=MoneyField())
    # `paid_at` is there: payment_approved_is_complete.
    rows = approved.order_by("paid_at", "pk").values_list("filing_id", "part", "parts", "counts", own, TruncDate("paid_at", tzinfo=KL))
    for filing_id, *payment in rows:
        brought[filing_id].append(Brought(*payment))
    return [FilingPaid(one, parts_paid(one, brought[one.pk])) for one in found]


def written(found: Sequence[FilingPaid[Any]]) -> list[list[int | str]]:
    """The money of filings as `LateCharge.paid` keeps it."""
    return [[one.filing.pk, str(part.amount), str(part.paid_on)] for one in found for part in one.parts]


def parts_paid(filing: Filing | Settled, payments: Sequence[Brought]) -> Sequence[PartPaid]:
    """The money of a filing part by part. The first approved payment of a part gives its day, whichever of two came to count: money that was found
    later with an earlier bank date was there on that date."""
    counted = [payment for payment in payments if payment.counts]
    days: dict[int, date] = {}
    for payment in payments:
        if counted and payment.parts == counted[0].parts:
            days.setdefault(payment.part, payment.paid_on)
    parts = [PartPaid(payment.amount, days[payment.part]) for payment in counted]
    rest = filing.total - sum((part.amount for part in parts), start=money.ZERO)
    if rest > 0:
        parts.append(PartPaid(rest, filing.paid_on))
    return parts


def quote(month: WageMonth, found: Sequence[FilingPaid[Filing]], *, paid_on: date, on: date, declared: Mapping[int, late.Declared]) -> Quote:
    """One charge for the whole month, with what was paid late before; the dividend of what is still to be paid. `declared`: late_rates."""
    contribution_month = month.contribution_month
    paid = [late.Paid(part.amount, part.paid_on or paid_on) for one in found for part in one.parts]
    charge = late.charge(contribution_month=contribution_month, paid=paid, on=on, declared=declared)
    steps = list(late_steps.of_charge(contribution_month, charge))
    dividend = money.ZERO
    for one in found:
        if one.paid_on is None:
            owed = late.Paid(one.filing.total, paid_on)
            lost = late.late_dividend(contribution_month=contribution_month, paid=owed, on=on, declared=declared)
            dividend += lost.amount
            steps += late_steps.of_dividend(contribution_month, owed, lost)
    return Quote(
        month=month,
        days_late=(paid_on - month.due_date).days,
        filings=found,
        unpaid=sum((one.unpaid for one in found), start=money.ZERO),
        charge=charge.amount,
        dividend=dividend,
        why=explanations.explained(steps),
    )


def missing_months(*, employer: Employer, last: WageMonth) -> Sequence[tuple[WageMonth, Filing | None]]:
    """Months up to `last` in which something is owed for somebody on record and no Borang A is approved, the oldest first, with the one that is being
    prepared. Three queries.

    A month for which it is agreed that there is nothing to contribute is not missing.
    """
    first = max(WageMonth.of(employer.from_date), last.plus(1 - MOST_MONTHS), WageMonth.of(earliest()))
    main = Filing.objects.filter(employer=employer, number=0, wage_month__gte=first.first_day).exclude(state__in=CLOSED).select_related(None)
    filings = {WageMonth.of(filing.wage_month): filing for filing in main}
    filed = {month for month, filing in filings.items() if filing.state in filing_selectors.COUNTED} | set(
        filing_selectors.nil_months(employer=employer)
    )
    owed = owing.months_owed(employer=employer, months=[month for month in first.through(last) if month not in filed])
    return [(month, filings.get(month)) for month in sorted(owed)]
