"""Who holds an incentive and got an employer's contribution: told, daily, by business date; i-Suri ends with it (rates/incentive.yaml,
employer_ends). Who has reached the age or the lifetime cap of an incentive is told by the same look (incentive_ends).

i-Saraan is set aside month by month and goes on: the member is told once for a row of such months. Who draws a pension keeps it.

All months of a registration are looked at each day: a row that is matched out of suspense, or moved to whose it is, counts from the month in which it
was paid, however long ago. Of what was told already nothing is told, or locked, again.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Min

from contributions.enums import IncentiveScheme, Occupation, RegistrationEnd
from contributions.models import IncentiveRegistration
from contributions.rules.incentive import LAW
from contributions.selectors import incentive_facts
from contributions.services import incentive_ends, registering
from contributions.services import registering_news as news
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Notice
from members.models import Member

PROGRAMME: Final = "incentive_watch"
CHUNK: Final = 5_000
_LOOKED_AT: Final = ("scheme", "occupation", "first", "last", "ended_why", "member__birth_date", "member__died_on")


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
    known = IncentiveRegistration.objects.filter(pk__gte=from_id, pk__lt=to_id, last=None, first__lte=on).select_related("member")
    standing = {found.member_id: found for found in known.only(*_LOOKED_AT)}
    if not standing:
        return {"told": 0, "ended": 0}
    over = incentive_ends.found(list(standing.values()), on=on)
    # Whether a month is the first of a row, the one before it says.
    since = WageMonth.of(min(found.first for found in standing.values())).previous()
    months = incentive_facts.employer_months(sorted(standing), since.first_day, on)
    came = {member: found for member, found in ((member, _came(standing[member], found)) for member, found in months.items()) if found}
    said = _said(list(came))
    new = [member for member, found in came.items() if any((member, news.set_aside_cause(standing[member], month)) not in said for month in found)]
    # The members in order, then their registrations as they stand behind the locks
    held = list(Member.objects.select_for_update(no_key=True).filter(pk__in=new).order_by("pk"))
    told, ended = list(over), 0
    theirs = [standing[member.pk].pk for member in held]
    for found in IncentiveRegistration.objects.filter(pk__in=theirs, last=None).select_related("member").order_by("pk"):
        if found.scheme == IncentiveScheme.ISURI:
            registering.end(found, why=RegistrationEnd.EMPLOYER, last=on, by=None, on=on, month=came[found.member_id][0])
            ended += 1
        else:
            told += [news.set_aside(found, month) for month in came[found.member_id]]
    notify.tell(told, on=on)
    return {"told": len(told), "ended": ended}


def _came(found: IncentiveRegistration, months: Set[WageMonth]) -> list[WageMonth]:
    """The months with an employer's contribution that the member is to hear of: all that end i-Suri, and the first of each row of i-Saraan's."""
    counts = sorted(month for month in months if month >= WageMonth.of(found.first) and _counts(found, month))
    return counts if found.scheme == IncentiveScheme.ISURI else [month for month in counts if month.previous() not in months]


def _said(members: Sequence[int]) -> Set[tuple[int, str]]:
    """By member the causes of which they were told before. One query, none for nobody."""
    found = Notice.objects.filter(whose=Whose.MEMBER, whose_id__in=members, code=news.SET_ASIDE)
    return set(found.values_list("whose_id", "cause")) if members else set()


def _counts(found: IncentiveRegistration, month: WageMonth) -> bool:
    """Whether the law of the month has an employer's contribution stand in the way of this one."""
    if found.scheme == IncentiveScheme.ISARAAN and found.occupation == Occupation.PENSIONABLE:
        return False
    return bool(LAW.at(f"{found.scheme.lower()}.employer_ends", month.last_day).value)
