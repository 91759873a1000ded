"""The daily batch of lateness: every employer and wage month with people employed, by business date, once.

What was paid late is priced and posted, once; where its payments turn out to be others (an earlier bank date found later) the entry is reversed
and another posted. What is not filed or not paid is reminded of (`late_reminders`). Chunks of employers on kwsp_portal.jobs: postings, notices and
the mark "done" commit together.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import DateField, ExpressionWrapper, F, Func, Max, Min

from contributions.enums import MatterKind
from contributions.models import Filing, LateCharge, LateDividend
from contributions.rules import late
from contributions.selectors import arrears, late_dues, late_rates
from contributions.selectors.arrears import FilingPaid, Settled
from contributions.services import late_crediting, late_news, late_posting, late_reminders, late_remissions, matters
from contributions.services.late_posting import Charged, Lost
from contributions.services.matters import Opened
from employers.models import Employer
from kwsp_portal import bulk, jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common import collector, money
from kwsp_portal.common.periods import DUE_DAY, WageMonth
from kwsp_portal.fields import MoneyField
from kwsp_portal.notify import services as notify
from members.ledger import balances, days, posting
from members.ledger.enums import EntryKind, HolderKind
from members.rules import declared

PROGRAMME: Final = "late_charges"
CHUNK_EMPLOYERS: Final = 5_000
DUE: Final = Func(F("wage_month"), template=f"((%(expressions)s + interval '1 month')::date + {DUE_DAY - 1})", output_field=DateField())
"""The due date of a wage month, in SQL."""
TOTAL: Final = ExpressionWrapper(F("employer_total") + F("employee_total"), output_field=MoneyField())
"""`Filing.total`, in SQL."""
SETTLED: Final = late_dues.SETTLED


def plan(_period: str, _day: date) -> list[dict[str, Any]]:
    """All employers there are, in pieces."""
    ids = Employer.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ids["first"] is None:
        return []
    starts = range(ids["first"], ids["last"] + 1, CHUNK_EMPLOYERS)
    return [{"from_id": start, "to_id": min(start + CHUNK_EMPLOYERS, ids["last"] + 1)} for start in starts]


def by_hand(*, on: date) -> Mapping[str, int]:
    """Open the run of a day unless it was, and work what is free of it here; how the day's charges stand. May be repeated."""
    period = on.isoformat()
    jobs.open_run(programme=PROGRAMME, period=period, chunks=plan(period, on), on=on)
    counts = jobs.work_some(programmes=[PROGRAMME])
    return {
        "done": counts.done,
        "failed": counts.failed,
        "charges": LateCharge.objects.filter(reckoned_on=on).count(),
        "dividends": LateDividend.objects.filter(reckoned_on=on).count(),
        "reversed": LateCharge.objects.filter(reversed_on=on).count(),
    }


Month = tuple[int, date]
"""An employer and the first day of a wage month."""


@dataclass
class Findings:
    """What a chunk has found and has to write. `charges` and `dividends` stand, by employer and month and by filing."""

    charges: Mapping[Month, LateCharge]
    dividends: Mapping[int, LateDividend]
    declared: Mapping[int, late.Declared]
    booked_on: date
    on: date
    new_charges: list[Charged] = field(default_factory=list)
    new_dividends: list[Lost] = field(default_factory=list)
    news: list[notify.News] = field(default_factory=list)
    """Of charges: of this day, and so never told before."""
    reminders: Sequence[notify.News] = ()
    late_credited: list[tuple[int, LateDividend, Decimal]] = field(default_factory=list)
    changed: list[Month] = field(default_factory=list)
    reversed: int = 0


def work_chunk(*, lease: jobs.Lease) -> None:
    """Price, post and tell for one piece of employers. Raises jobs.LeaseLost when another has it."""
    jobs.failpoint("late.before")
    from_id, to_id = lease.payload["from_id"], lease.payload["to_id"]
    with collector.paused(), transaction.atomic():
        by_month = late_filings(from_id=from_id, to_id=to_id, on=lease.on)
        # Whoever prices the same employers at the same time waits here, and then finds what was written.
        _lock({employer_id for employer_id, _month in by_month})
        found = _standing(from_id, to_id, [one.filing.pk for filings in by_month.values() for one in filings], lease.on)
        for (employer_id, first_day), filings in by_month.items():
            _assess(employer_id, WageMonth.of(first_day), filings, found)
        found.reminders = late_reminders.news(from_id=from_id, to_id=to_id, on=lease.on, declared=found.declared)
        late_reminders.close_cases(from_id=from_id, to_id=to_id, on=lease.on)
        jobs.failpoint("late.found")
        _write(found)
        late_crediting.open_runs(from_id=from_id, to_id=to_id, on=found.booked_on)
        data = {"charged": len(found.new_charges), "reversed": found.reversed, "told": len(found.news) + len(found.reminders)}
        audit.record(actor=None, action="late.chunk", target=f"run:{lease.run_id}", data={"from_id": from_id, **data})
        lease.finish()
        jobs.failpoint("late.finished")
    jobs.failpoint("late.committed")


def _lock(employers: Collection[int]) -> None:
    with connection.cursor() as cursor:
        wanted = bulk.numbers(employers)
        cursor.execute("SELECT FROM employers_employer WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE", [wanted])


def _standing(from_id: int, to_id: int, filings: Collection[int], on: date) -> Findings:
    charges = LateCharge.objects.filter(employer__gte=from_id, employer__lt=to_id, reversed_on=None)
    # By Borang A, not by employer: that joined what all earlier chunks of the day have written with their filings, chunk after chunk.
    dividends = LateDividend.objects.filter(filing__in=bulk.among(filings), reversed_on=None)
    return Findings(
        charges={(one.employer_id, one.wage_month): one for one in charges},
        dividends={one.filing_id: one for one in dividends},
        declared=late_rates.declared(on=on),
        booked_on=max(on, days.first_open_day()),
        on=on,
    )


def _write(found: Findings) -> None:
    late_posting.write(
        charges=found.new_charges,
        dividends=found.new_dividends,
        reference=reference(found.on),
        reckoned_on=found.on,
        booked_on=found.booked_on,
    )
    matters.open_many([*_late_credited(found), *_excess(found.changed)], on=found.on)
    notify.tell(found.news, on=found.on, first=True)
    notify.tell(found.reminders, on=found.on)


def _late_credited(found: Findings) -> Sequence[Opened]:
    """Dividends that would be others now, and are the members' already: an officer decides."""
    employers = Employer.objects.in_bulk({employer_id for employer_id, _one, _amount in found.late_credited})
    return [
        Opened(
            kind=MatterKind.LATE_CREDITED,
            cause=f"latedividend:{one.pk}",
            reason=f"LATE_CREDITED {one.filing_id} {one.amount:.2f} {amount:.2f}",
            employer=employers[employer_id],
            amount=one.amount,
        )
        for employer_id, one, amount in found.late_credited
    ]


def _excess(changed: Sequence[Month]) -> Sequence[Opened]:
    """More may have been paid with a contribution than its charge came to, once the bank had said when: an officer gives it back."""
    beyond = late_dues.paid_beyond(months=changed)
    employers = Employer.objects.in_bulk({employer_id for employer_id, _first_day in beyond})
    return [
        Opened(
            kind=MatterKind.LATE_EXCESS,
            cause=f"excess:{employer_id}:{WageMonth.of(first_day)}",
            reason=f"LATE_EXCESS {WageMonth.of(first_day)}",
            employer=employers[employer_id],
            amount=amount,
        )
        for (employer_id, first_day), amount in beyond.items()
    ]


def late_filings(*, from_id: int, to_id: int, on: date) -> Mapping[Month, Sequence[FilingPaid[Settled]]]:
    """Borang A of these employers that were paid whole, by `on`, after their due date, by employer and month; also those of which money was found
    later with an earlier date. Two queries."""
    settled = Filing.objects.filter(employer__gte=from_id, employer__lt=to_id, state__in=SETTLED, paid_on__lte=on)
    late_ones = settled.filter(wage_month__gte=arrears.earliest(), paid_on__gt=DUE)
    ordered = late_ones.order_by("employer_id", "wage_month", "number", "pk")
    rows = ordered.values_list("pk", "employer_id", "wage_month", TOTAL, "paid_on")
    found = [Settled(*row) for row in rows]
    by_month: dict[Month, list[FilingPaid[Settled]]] = defaultdict(list)
    for one in arrears.paid_of(found):
        by_month[one.filing.employer_id, one.filing.wage_month].append(one)
    return by_month


def _assess(employer_id: int, month: WageMonth, filings: Sequence[FilingPaid[Settled]], found: Findings) -> None:
    """The month as it stands now against what was priced before; nothing where its payments are the same, or were in time."""
    written = arrears.written(filings)
    standing = found.charges.get((employer_id, month.first_day))
    if standing is not None and standing.paid == written:
        return
    paid = [late.Paid(part.amount, part.paid_on) for one in filings for part in one.parts if part.paid_on]
    due_in = month.contribution_month
    charge = late.charge(contribution_month=due_in, paid=paid, on=found.on, declared=found.declared)
    if standing is None and not charge.amount:
        return
    found.changed.append((employer_id, month.first_day))
    if standing is not None:
        late_remissions.fall(standing, booked_on=found.booked_on)
        _reverse(standing, EntryKind.LATE_CHARGE, employer_id, found)
    if charge.amount:
        found.new_charges.append(Charged(employer_id, month, money.to_sen(charge.amount), written, max(one.paid_on for one in paid)))
    lost = sum([_assess_dividend(one, due_in, found) for one in filings], start=money.ZERO)
    found.news.append(late_news.of_charge(employer_id, month, before=standing, charge=charge.amount, dividend=lost, on=found.on))


def _assess_dividend(one: FilingPaid[Settled], due_in: WageMonth, found: Findings) -> Decimal:
    """The dividend that the employer owes for one Borang A; what stands where its day is the same, or its members have it."""
    paid_on, filing = one.paid_on, one.filing
    assert paid_on is not None  # noqa: S101 - paid whole
    standing = found.dividends.get(filing.pk)
    if standing is not None and standing.paid_on == paid_on:
        return standing.amount
    paid = late.Paid(filing.total, paid_on)
    amount = late.late_dividend(contribution_month=due_in, paid=paid, on=found.on, declared=found.declared).amount
    if standing is not None and standing.credited_on is not None:
        found.late_credited.append((filing.employer_id, standing, amount))
        return standing.amount
    if standing is not None:
        _reverse(standing, EntryKind.LATE_DIVIDEND, filing.employer_id, found)
    if amount:
        found.new_dividends.append(Lost(filing.employer_id, filing.pk, money.to_sen(amount), paid_on))
    return amount


def _reverse(standing: LateCharge | LateDividend, kind: EntryKind, employer_id: int, found: Findings) -> None:
    entry = balances.entries_with(HolderKind.EMPLOYER, employer_id, kind, [standing.pk])[standing.pk]
    posting.reverse(entry.entry_id, booked_on=found.booked_on)
    standing.reversed_on = found.booked_on
    standing.save(update_fields=["reversed_on"])
    found.reversed += 1


def reference(on: date) -> str:
    """The laws by which lateness is priced on a day."""
    return f"{late.LAW.reference(on)} {declared.LAW.reference(on)}"
