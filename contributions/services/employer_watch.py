"""Who holds an incentive and got an employer's contribution: told, daily, by business date; i-Suri ends with it (rates/incentive.yaml,
employer_ends).

i-Saraan is set aside month by month and goes on: the member is told once for a row of such months. Who draws a pension keeps it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Min

from contributions.enums import IncentiveScheme, Occupation, RegistrationEnd
from contributions.models import IncentiveRegistration
from contributions.rules.incentive import LAW
from contributions.selectors import incentive_facts
from contributions.services import registering
from contributions.services import registering_news as news
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import services as notify
from members.models import Member

PROGRAMME: Final = "incentive_watch"
CHUNK: Final = 5_000
LOOKED_BACK: Final = 2
"""Months before the day's own that are looked at: what comes of a payment may be known a month later, and whether it is the first needs one more."""


def plan(_period: str, _day: date) -> Sequence[dict[str, Any]]:
    """Pieces of registrations by id, from the first there is."""
    ids = IncentiveRegistration.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ids["first"] is None:
        return []
    return [{"from_id": start, "to_id": start + CHUNK} for start in range(ids["first"], ids["last"] + 1, CHUNK)]


def work_chunk(*, lease: jobs.Lease) -> None:
    """Looks at one piece, tells and ends, and finishes the lease, in one transaction. Raises jobs.LeaseLost when another has it."""
    with transaction.atomic():
        figures = _watch(lease.payload["from_id"], lease.payload["to_id"], lease.on)
        audit.record(actor=None, action="incentive.watch", target=f"run:{lease.run_id}", data=figures)
        lease.finish()


def by_hand(*, on: date) -> Mapping[str, int]:
    """The run of a day, opened unless it was, and worked in this process; how many registrations ended."""
    jobs.open_run(programme=PROGRAMME, period=on.isoformat(), chunks=plan(on.isoformat(), on), on=on)
    done = jobs.work_some(programmes=[PROGRAMME])
    return {"failed": done.failed}


def _watch(from_id: int, to_id: int, on: date) -> Mapping[str, int]:
    this = WageMonth.of(on)
    standing = dict(
        IncentiveRegistration.objects.filter(pk__gte=from_id, pk__lt=to_id, last=None, first__lte=on)
        .order_by("member_id")
        .values_list("member_id", "pk")
    )
    months = incentive_facts.employer_months(list(standing), this.plus(-LOOKED_BACK).first_day, on)
    recent = {member: {month for month in found if month >= this.previous()} for member, found in months.items()}
    # The members in order, then their registrations as they stand behind the locks
    held = list(Member.objects.select_for_update(no_key=True).filter(pk__in=[pk for pk, found in recent.items() if found]).order_by("pk"))
    told, ended = [], 0
    for found in IncentiveRegistration.objects.filter(member__in=held, last=None, pk__in=standing.values()).select_related("member").order_by("pk"):
        came = sorted(month for month in recent[found.member_id] if month >= WageMonth.of(found.first) and _counts(found, month))
        if not came:
            continue
        if found.scheme == IncentiveScheme.ISURI:
            registering.end(found, why=RegistrationEnd.EMPLOYER, last=on, by=None, on=on, month=came[0])
            ended += 1
        else:
            told += [news.set_aside(found, month) for month in came if month.previous() not in months[found.member_id]]
    notify.tell(told, on=on)
    return {"told": len(told), "ended": ended}


def _counts(found: IncentiveRegistration, month: WageMonth) -> bool:
    """Whether the law of the month has an employer's contribution stand in the way of this one."""
    if found.scheme == IncentiveScheme.ISARAAN and found.occupation == Occupation.PENSIONABLE:
        return False
    return bool(LAW.at(f"{found.scheme.lower()}.employer_ends", month.last_day).value)
