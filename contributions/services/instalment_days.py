"""The daily step of instalment plans: reminders before and after an instalment's day, plans that end, and offers that nobody accepted; once a day.

What is paid is read from what the acts of paying left. Who was told is known by the natural key of the notice, so that a day may be worked again.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction

from contributions.enums import PlanAction, PlanState
from contributions.models import InstalmentPlan, InstalmentTerms
from contributions.rules import instalments
from contributions.selectors import instalments as selectors
from contributions.selectors.instalments import Instalment
from contributions.services import instalment_moves as moves
from contributions.services import instalment_news as news
from contributions.workflow import PLAN_OPEN
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.notify import services as notify

PROGRAMME: Final = "instalment_plans"
CHUNK_PLANS: Final = 100


def plan(_period: str, _day: date) -> list[dict[str, Any]]:
    """The plans that are open, in pieces."""
    ids = list(InstalmentPlan.objects.filter(state__in=PLAN_OPEN).order_by("pk").values_list("pk", flat=True))
    return [{"plans": ids[start : start + CHUNK_PLANS]} for start in range(0, len(ids), CHUNK_PLANS)]


def by_hand(*, on: date) -> Mapping[str, int]:
    """Open the run of a day unless it was, and work what is free of it here; how many plans ended on it. May be repeated."""
    period = on.isoformat()
    jobs.open_run(programme=PROGRAMME, period=period, chunks=plan(period, on), on=on)
    counts = jobs.work_some(programmes=[PROGRAMME])
    ended = InstalmentPlan.objects.filter(ended_on=on)
    states = {"finished": PlanState.DONE, "broken": PlanState.BROKEN, "lapsed": PlanState.LAPSED}
    return {"done": counts.done, "failed": counts.failed, **{name: ended.filter(state=state).count() for name, state in states.items()}}


def work_chunk(*, lease: jobs.Lease) -> None:
    """Look at some plans. Raises jobs.LeaseLost when another has them."""
    jobs.failpoint("instalments.before")
    with transaction.atomic():
        told: list[notify.News] = []
        for pk in lease.payload["plans"]:
            told += _look_at(moves.locked(pk), lease.on)
        notify.tell(told, on=lease.on)
        audit.record(actor=None, action="instalment.chunk", target=f"run:{lease.run_id}", data={"told": len(told)})
        jobs.failpoint("instalments.found")
        lease.finish()
    jobs.failpoint("instalments.committed")


def _look_at(found: InstalmentPlan, on: date) -> list[notify.News]:
    """What a day does to one plan, which is locked; nothing where it has ended."""
    if found.state not in PLAN_OPEN:
        return []
    terms = selectors.terms_of(found)
    standing = selectors.standing_of(found, terms, on=on)
    waits = selectors.next_open(standing)
    if found.state == PlanState.RUNNING:
        return _run(found, terms, waits, on)
    if waits is None or (found.state == PlanState.OFFERED and terms.first_on < on):
        moves.move(found, PlanAction.LAPSE, None, on=on, comment="PAID" if waits is None else "NOT_ACCEPTED")
        return [news.of_plan(news.LAPSED_PAID if waits is None else news.LAPSED, found, terms)]
    return []


def _run(found: InstalmentPlan, terms: InstalmentTerms, waits: Instalment | None, on: date) -> list[notify.News]:
    if waits is None:
        moves.move(found, PlanAction.FINISH, None, on=on)
        return [news.of_plan(news.DONE, found, terms)]
    if on >= waits.broken_on:
        moves.move(found, PlanAction.BREAK, None, on=on)
        return [news.of_instalment(news.BROKEN, found, terms, waits, on=on)]
    if on > waits.due_on:
        return [news.of_instalment(news.MISSED, found, terms, waits, on=on)]
    if on >= instalments.reminded_from(waits.due_on):
        return [news.of_instalment(news.COMES, found, terms, waits, on=on)]
    return []
