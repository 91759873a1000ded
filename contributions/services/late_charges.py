"""The daily batch of lateness: every employer and wage month with people employed, by business date, once.

What was paid late is priced and posted, once; where its payments turn out to be others (an earlier bank date found later) the entry is reversed
and another posted. What is not filed or not paid is reminded of (`late_reminders`). Chunks of employers on kwsp_portal.jobs: postings, notices and
the mark "done" commit together.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import DateField, F, Func, Max, Min

from contributions.enums import MatterKind
from contributions.models import Filing, LateCharge, LateDividend
from contributions.rules import late
from contributions.selectors import arrears, late_dues, late_rates
from contributions.selectors.arrears import FilingPaid
from contributions.services import late_crediting, late_news, late_reminders, late_remissions, matters
from contributions.services.matters import Opened
from employers.models import Employer
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common import collector, money
from kwsp_portal.common.money import to_sen
from kwsp_portal.common.periods import DUE_DAY, WageMonth
from kwsp_portal.notify import services as notify
from members.ledger import balances, days, posting
from members.ledger.enums import EntryKind, HolderKind
from members.rules import declared

PROGRAMME: Final = "late_charges"
CHUNK_EMPLOYERS: Final = 2_000
DUE: Final = Func(F("wage_month"), template=f"((%(expressions)s + interval '1 month')::date + {DUE_DAY - 1})", output_field=DateField())
"""The due date of a wage month, in SQL."""
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


@dataclass
class Findings:
    """What a chunk has found and has to write. `charges` and `dividends` stand, by employer and month and by filing."""

    charges: Mapping[tuple[int, date], LateCharge]
    dividends: Mapping[int, LateDividend]
    declared: Mapping[int, late.Declared]
    reference: str
    booked_on: date
    on: date
    new_charges: list[tuple[LateCharge, date]] = field(default_factory=list)
    new_dividends: list[tuple[LateDividend, int]] = field(default_factory=list)
    news: list[notify.News] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    changed: list[tuple[Employer, WageMonth]] = field(default_factory=list)
    reversed: int = 0


def work_chunk(*, lease: jobs.Lease) -> None:
    """Price, post and tell for one piece of employers. Raises jobs.LeaseLost when another has it."""
    jobs.failpoint("late.before")
    from_id, to_id = lease.payload["from_id"], lease.payload["to_id"]
    with collector.paused(), transaction.atomic():
        by_employer = late_filings(from_id=from_id, to_id=to_id, on=lease.on)
        # Whoever prices the same employers at the same time waits here, and then finds what was written.
        employers = list(Employer.objects.filter(pk__in=by_employer).order_by("pk").select_for_update(no_key=True))
        found = _standing(from_id, to_id, lease.on)
        for employer in employers:
            for month, filings in by_employer[employer.pk].items():
                _assess(employer, month, filings, found)
        found.news += late_reminders.news(from_id=from_id, to_id=to_id, on=lease.on, declared=found.declared)
        late_reminders.close_cases(from_id=from_id, to_id=to_id, on=lease.on)
        jobs.failpoint("late.found")
        _write(found)
        late_crediting.open_runs(employers=list(by_employer), on=found.booked_on)
        data = {"charged": len(found.new_charges), "reversed": found.reversed, "told": len(found.news)}
        audit.record(actor=None, action="late.chunk", target=f"run:{lease.run_id}", data={"from_id": from_id, **data})
        lease.finish()
        jobs.failpoint("late.finished")
    jobs.failpoint("late.committed")


def _standing(from_id: int, to_id: int, on: date) -> Findings:
    charges = LateCharge.objects.filter(employer__gte=from_id, employer__lt=to_id, reversed_on=None)
    dividends = LateDividend.objects.filter(filing__employer__gte=from_id, filing__employer__lt=to_id, reversed_on=None)
    return Findings(
        charges={(one.employer_id, one.wage_month): one for one in charges},
        dividends={one.filing_id: one for one in dividends},
        declared=late_rates.declared(on=on),
        reference=reference(on),
        booked_on=max(on, days.first_open_day()),
        on=on,
    )


def _write(found: Findings) -> None:
    """Rows first: their ids are the natural keys of what is posted for them."""
    LateCharge.objects.bulk_create([row for row, _paid_on in found.new_charges])
    LateDividend.objects.bulk_create([row for row, _employer_id in found.new_dividends])
    acts = [_charged(row, paid_on, found.booked_on) for row, paid_on in found.new_charges]
    acts += [_lost(row, employer_id, found.booked_on) for row, employer_id in found.new_dividends]
    posting.post_many(acts)
    matters.open_many([*found.opened, *_excess(found.changed)], on=found.on)
    notify.tell(found.news, on=found.on)


def _excess(changed: Sequence[tuple[Employer, WageMonth]]) -> list[Opened]:
    """More may have been paid with a contribution than its charge came to, once the bank had said when: an officer gives it back."""
    paid = late_dues.months_paid(employers=[employer.pk for employer, _month in changed])
    known = [(employer, month) for employer, month in changed if (employer.pk, month.first_day) in paid]
    found = [(employer, month, late_dues.paid_beyond(employer_id=employer.pk, month=month)) for employer, month in known]
    return [
        Opened(kind=MatterKind.LATE_EXCESS, cause=f"excess:{one.pk}:{month}", reason=f"LATE_EXCESS {month}", employer=one, amount=amount)
        for one, month, amount in found
        if amount
    ]


def late_filings(*, from_id: int, to_id: int, on: date) -> Mapping[int, Mapping[WageMonth, Sequence[FilingPaid]]]:
    """Borang A of these employers that were paid whole, by `on`, after their due date, by employer and month; also those of which money was found
    later with an earlier date. Two queries."""
    settled = Filing.objects.filter(employer__gte=from_id, employer__lt=to_id, state__in=SETTLED, paid_on__lte=on)
    late_ones = settled.filter(wage_month__gte=arrears.earliest(), paid_on__gt=DUE)
    found = late_ones.order_by("employer_id", "wage_month", "number", "pk")
    by_employer: dict[int, dict[WageMonth, list[FilingPaid]]] = defaultdict(lambda: defaultdict(list))
    for one in arrears.paid_of(found):
        by_employer[one.filing.employer_id][WageMonth.of(one.filing.wage_month)].append(one)
    return by_employer


def _assess(employer: Employer, month: WageMonth, filings: Sequence[FilingPaid], found: Findings) -> None:
    """The month as it stands now against what was priced before; nothing where its payments are the same, or were in time."""
    paid = arrears.written(filings)
    standing = found.charges.get((employer.pk, month.first_day))
    if standing is not None and standing.paid == paid:
        return
    charge = late.charge(contribution_month=month.contribution_month, paid=_paid(filings), on=found.on, declared=found.declared)
    if standing is None and not charge.amount:
        return
    found.changed.append((employer, month))
    if standing is not None:
        late_remissions.fall(standing, booked_on=found.booked_on)
        _reverse(standing, EntryKind.LATE_CHARGE, employer, found)
    if charge.amount:
        given = {"amount": charge.amount, "paid": paid, "reference": found.reference, "reckoned_on": found.on}
        row = LateCharge(employer=employer, wage_month=month.first_day, **given)
        found.new_charges.append((row, max(one.paid_on for one in _paid(filings))))
    lost = sum((_assess_dividend(one, month, employer, found) for one in filings), start=money.ZERO)
    found.news.append(late_news.of_charge(employer, month, before=standing, charge=charge.amount, dividend=lost, on=found.on))


def _paid(filings: Sequence[FilingPaid]) -> list[late.Paid]:
    return [late.Paid(part.amount, part.paid_on) for one in filings for part in one.parts if part.paid_on]


def _assess_dividend(one: FilingPaid, month: WageMonth, employer: Employer, found: Findings) -> Decimal:
    """The dividend that the employer owes for one Borang A; what stands where its day is the same, or its members have it."""
    assert one.paid_on is not None  # noqa: S101 - paid whole
    standing = found.dividends.get(one.filing.pk)
    if standing is not None and standing.paid_on == one.paid_on:
        return standing.amount
    paid = late.Paid(one.filing.total, one.paid_on)
    amount = late.late_dividend(contribution_month=month.contribution_month, paid=paid, on=found.on, declared=found.declared).amount
    if standing is not None and standing.credited_on is not None:
        reason = f"LATE_CREDITED {one.filing.pk} {standing.amount:.2f} {amount:.2f}"
        cause = f"latedividend:{standing.pk}"
        found.opened.append(Opened(kind=MatterKind.LATE_CREDITED, cause=cause, reason=reason, employer=employer, amount=standing.amount))
        return standing.amount
    if standing is not None:
        _reverse(standing, EntryKind.LATE_DIVIDEND, employer, found)
    if amount:
        given = {"amount": amount, "paid_on": one.paid_on, "reference": found.reference, "reckoned_on": found.on}
        found.new_dividends.append((LateDividend(filing=one.filing, **given), employer.pk))
    return amount


def _reverse(standing: LateCharge | LateDividend, kind: EntryKind, employer: Employer, found: Findings) -> None:
    entry = balances.entries_with(HolderKind.EMPLOYER, employer.pk, kind, [standing.pk])[standing.pk]
    posting.reverse(entry.entry_id, booked_on=found.booked_on)
    standing.reversed_on = found.booked_on
    standing.save(update_fields=["reversed_on"])
    found.reversed += 1


def reference(on: date) -> str:
    """The laws by which lateness is priced on a day."""
    return f"{late.LAW.reference(on)} {declared.LAW.reference(on)}"


def _charged(row: LateCharge, paid_on: date, booked_on: date) -> posting.Act:
    """The employer owes the charge, which is the fund's (s. 49)."""
    sen = to_sen(row.amount)
    legs = (posting.Leg(posting.employer(row.employer_id, "LATE_CHARGE"), -sen), posting.Leg(posting.fund("LATE_CHARGE_INCOME"), sen))
    return posting.Act(kind=EntryKind.LATE_CHARGE, ref=row.pk, part=0, booked_on=booked_on, value_date=paid_on, legs=legs)


def _lost(row: LateDividend, employer_id: int, booked_on: date) -> posting.Act:
    """The employer owes the dividend (s. 45(3)); the fund's expense is less by as much, since the fund gives it to the members."""
    sen = to_sen(row.amount)
    legs = (posting.Leg(posting.employer(employer_id, "DIVIDEND_DUE"), -sen), posting.Leg(posting.fund("DIVIDEND_EXPENSE"), sen))
    return posting.Act(kind=EntryKind.LATE_DIVIDEND, ref=row.pk, part=0, booked_on=booked_on, value_date=row.paid_on, legs=legs)
