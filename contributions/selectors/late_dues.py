"""What lateness still costs an employer for a wage month: the charge, and the dividend on each late Borang A, less what was paid and remitted."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from contributions.enums import DueKind, FilingState, RemissionState
from contributions.models import Filing, LateCharge, LateDividend, LateRemission, PaymentDue
from contributions.rules import late
from contributions.selectors import arrears, late_rates
from contributions.selectors.arrears import FilingPaid
from contributions.selectors.filings import COUNTED, IN_FLIGHT
from employers.models import Employer
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth

SETTLED = (FilingState.PAID, FilingState.CREDITED)
Of = tuple[str, int | None]
"""A kind of due and, of a dividend, on which filing."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """RM to be paid; `filing` is the late one whose members lost this dividend."""

    kind: DueKind
    amount: Decimal
    filing: Filing | None = None


class Charged(NamedTuple):
    """What stands posted for a month, RM: the charge and what was remitted of it, the dividends of its late Borang A, and what of all that nobody has
    paid or is paying. `filing`: the late Borang A, the first of several, from which it is paid."""

    month: WageMonth
    charge: Decimal
    remitted: Decimal
    dividend: Decimal
    left: Decimal
    reckoned_on: date
    filing: int


@dataclass(frozen=True, kw_only=True)
class _Month:
    """A wage month of an employer, the late filings of it as if all of them were paid, and the dividends known then."""

    month: WageMonth
    filings: Sequence[FilingPaid[Filing]]
    on: date
    declared: Mapping[int, late.Declared]


def open_of(*, filing: Filing, paid_on: date, on: date, flying: bool = True) -> Sequence[Due]:
    """What is to be paid for the lateness of the filing's month, if what is unpaid of the filing were paid on `paid_on`, as reckoned on `on`.

    What was posted stands; what was not yet is priced as it will be. Money on its way counts as paid while `flying`. Eight queries at most.
    """
    month = WageMonth.of(filing.wage_month)
    if filing.wage_month < arrears.earliest() or filing.state not in COUNTED or not filing.total:
        return []
    found = [_as_paid(one, paid_on) for one in arrears.paid_of(_filings(filing, month))]
    late_ones = [one for one in found if one.paid_on is not None and one.paid_on > month.due_date]
    if not late_ones:
        return []
    owed = _owed(filing.employer_id, _Month(month=month, filings=late_ones, on=on, declared=late_rates.declared(on=on)))
    taken = _taken(filing, flying=flying)
    return [replace(due, amount=left) for due in owed if (left := due.amount - taken[_of(due)]) > 0]


def chosen(dues: Sequence[Due], kinds: Collection[DueKind]) -> Sequence[Due]:
    return [due for due in dues if due.kind in kinds]


def total(dues: Sequence[Due]) -> Decimal:
    return sum((due.amount for due in dues), start=money.ZERO)


def by_kind(dues: Sequence[Due]) -> Mapping[DueKind, Decimal]:
    """What is to be paid of each kind; the dividends of several filings are one sum."""
    found: dict[DueKind, Decimal] = {}
    for due in dues:
        found[due.kind] = found.get(due.kind, money.ZERO) + due.amount
    return found


def charged_of(*, employer: Employer) -> Sequence[Charged]:
    """The months that were paid late, the newest first, with what was posted for them. Four queries."""
    lost = lost_by_month(employer=employer)
    given: dict[int, Decimal] = defaultdict(lambda: money.ZERO)
    for charge_id, amount in _approved().filter(charge__employer=employer).values_list("charge", "amount"):
        given[charge_id] += amount
    taken: dict[date, Decimal] = defaultdict(lambda: money.ZERO)
    for (month, _kind), amount in taken_by_month(employer=employer).items():
        taken[month] += amount
    charges = LateCharge.objects.filter(employer=employer, reversed_on=None).order_by("-wage_month")
    return [_charged(one, given[one.pk], lost[one.wage_month], taken[one.wage_month]) for one in charges]


def lost_by_month(*, employer: Employer) -> Mapping[date, Decimal]:
    """The dividends that stand posted for an employer's late Borang A, RM by the first day of the wage month. One query."""
    lost: dict[date, Decimal] = defaultdict(lambda: money.ZERO)
    for one in LateDividend.objects.filter(filing__employer=employer, reversed_on=None).select_related("filing"):
        lost[one.filing.wage_month] += one.amount
    return lost


def taken_by_month(*, employer: Employer, flying: bool = True) -> Mapping[tuple[date, DueKind], Decimal]:
    """What was paid for an employer's lateness by wage month and kind, RM; what is on its way counts while `flying`. One query."""
    taken: dict[tuple[date, DueKind], Decimal] = defaultdict(lambda: money.ZERO)
    counts = Q(payment__counts=True)
    theirs = PaymentDue.objects.filter(counts | Q(payment__state__in=IN_FLIGHT) if flying else counts, payment__filing__employer=employer)
    for month, kind, amount in theirs.order_by("pk").values_list("payment__filing__wage_month", "kind", "amount"):
        taken[month, DueKind(kind)] += amount
    return taken


def _charged(one: LateCharge, given: Decimal, lost: Decimal, taken: Decimal) -> Charged:
    left = max(one.amount - given + lost - taken, money.ZERO)
    return Charged(WageMonth.of(one.wage_month), one.amount, given, lost, left, one.reckoned_on, one.paid[0][0])


def paid_beyond(*, months: Collection[tuple[int, date]]) -> Mapping[tuple[int, date], Decimal]:
    """Where more was paid for lateness than is owed for it, RM, of these employers and wage months (their first days): an earlier bank date made the
    charge less than was quoted. One query where nothing was paid, four else, whatever their number."""
    ids = [employer_id for employer_id, _month in months]
    paid: dict[tuple[int, date], dict[Of, Decimal]] = defaultdict(lambda: defaultdict(lambda: money.ZERO))
    theirs = PaymentDue.objects.filter(payment__counts=True, payment__filing__employer__gte=min(ids, default=0))
    rows = theirs.filter(payment__filing__employer__lte=max(ids, default=0)).order_by("pk")
    of = ("payment__filing__employer", "payment__filing__wage_month", "kind", "filing", "amount")
    for employer_id, month, kind, filing, amount in rows.values_list(*of):
        paid[employer_id, month][kind, filing] += amount
    known = {month: paid[month] for month in months if month in paid}
    owed = _owed_of(known) if known else {}
    found = {month: sum((max(sen - owed[month, of], money.ZERO) for of, sen in sums.items()), start=money.ZERO) for month, sums in known.items()}
    return {month: amount for month, amount in found.items() if amount}


def _owed_of(months: Collection[tuple[int, date]]) -> Mapping[tuple[tuple[int, date], Of], Decimal]:
    """What stands posted for them, less what was remitted, RM."""
    owed: dict[tuple[tuple[int, date], Of], Decimal] = defaultdict(lambda: money.ZERO)
    whose = {employer_id for employer_id, _month in months}
    for one in LateCharge.objects.filter(employer__in=whose, reversed_on=None):
        owed[(one.employer_id, one.wage_month), (DueKind.CHARGE, None)] += one.amount
    given = _approved().filter(charge__employer__in=whose, charge__reversed_on=None)
    for employer_id, month, amount in given.values_list("charge__employer", "charge__wage_month", "amount"):
        owed[(employer_id, month), (DueKind.CHARGE, None)] -= amount
    lost = LateDividend.objects.filter(filing__employer__in=whose, reversed_on=None)
    for employer_id, month, filing, amount in lost.values_list("filing__employer", "filing__wage_month", "filing", "amount"):
        owed[(employer_id, month), (DueKind.DIVIDEND, filing)] += amount
    return owed


def remitted(charge: LateCharge) -> Decimal:
    """What was remitted of a charge, RM."""
    return _approved().filter(charge=charge).aggregate(sum=Sum("amount"))["sum"] or money.ZERO


def _approved() -> QuerySet[LateRemission]:
    return LateRemission.objects.filter(state=RemissionState.APPROVED, reversed_on=None)


def charge_left(charge: LateCharge) -> Decimal:
    """What of a charge that stands is neither remitted, paid, nor being paid, RM."""
    whose = Q(payment__filing__employer=charge.employer_id, payment__filing__wage_month=charge.wage_month, kind=DueKind.CHARGE)
    taken = _sums(whose & (Q(payment__counts=True) | Q(payment__state__in=IN_FLIGHT)))[DueKind.CHARGE, None]
    return max(charge.amount - remitted(charge) - taken, money.ZERO)


def _filings(filing: Filing, month: WageMonth) -> Sequence[Filing]:
    """The month's filings that are paid, and this one."""
    paid = Filing.objects.filter(employer=filing.employer_id, wage_month=month.first_day, state__in=SETTLED)
    found = {one.pk: one for one in paid}
    found[filing.pk] = filing
    return sorted(found.values(), key=lambda one: (one.number, one.pk))


def _as_paid(one: FilingPaid[Filing], paid_on: date) -> FilingPaid[Filing]:
    return one._replace(parts=[part._replace(paid_on=part.paid_on or paid_on) for part in one.parts])


def _owed(employer_id: int, found: _Month) -> Sequence[Due]:
    standing = _standing(employer_id, found.month)
    if standing is not None and standing.paid == arrears.written(found.filings):
        charge = standing.amount - remitted(standing)
    else:
        paid = [late.Paid(part.amount, part.paid_on) for one in found.filings for part in one.parts if part.paid_on]
        charge = late.charge(contribution_month=found.month.contribution_month, paid=paid, on=found.on, declared=found.declared).amount
    filings = [one.filing.pk for one in found.filings]
    lost = {one.filing_id: one for one in LateDividend.objects.filter(filing__in=filings, reversed_on=None)}
    dividends = [Due(kind=DueKind.DIVIDEND, amount=_lost(one, lost.get(one.filing.pk), found), filing=one.filing) for one in found.filings]
    return [Due(kind=DueKind.CHARGE, amount=charge), *dividends]


def _lost(one: FilingPaid[Filing], standing: LateDividend | None, found: _Month) -> Decimal:
    """The dividend on one filing: what stands where its day is the same, or its members have it."""
    assert one.paid_on is not None  # noqa: S101 - late, so it has a day
    if standing is not None and (standing.paid_on == one.paid_on or standing.credited_on is not None):
        return standing.amount
    paid = late.Paid(one.filing.total, one.paid_on)
    return late.late_dividend(contribution_month=found.month.contribution_month, paid=paid, on=found.on, declared=found.declared).amount


def _standing(employer_id: int, month: WageMonth) -> LateCharge | None:
    return LateCharge.objects.filter(employer=employer_id, wage_month=month.first_day, reversed_on=None).first()


def _taken(filing: Filing, *, flying: bool) -> Mapping[Of, Decimal]:
    whose = Q(payment__filing__employer=filing.employer_id, payment__filing__wage_month=filing.wage_month)
    counts = Q(payment__counts=True)
    return _sums(whose & (counts | Q(payment__state__in=IN_FLIGHT) if flying else counts))


def _sums(where: Q) -> Mapping[Of, Decimal]:
    found: dict[Of, Decimal] = defaultdict(lambda: money.ZERO)
    for kind, filing, amount in PaymentDue.objects.filter(where).order_by("pk").values_list("kind", "filing", "amount"):
        found[kind, filing] += amount
    return found


def _of(due: Due) -> Of:
    return due.kind.value, due.filing.pk if due.filing else None
