"""An employer some months behind, its plan, and the officers who decide about it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from contributions.models import InstalmentPlan
from contributions.selectors import instalments as selectors
from contributions.services import instalment_days, instalment_desk, instalments
from contributions.services import leave as shown
from contributions.services.instalment_moves import Wanted
from kwsp_portal import jobs
from kwsp_portal.common.clock import KL
from kwsp_portal.common.periods import WageMonth
from members.identity.enums import Purpose, Role
from members.identity.models import User
from tests.contributions.conftest import Office
from tests.contributions.test_pages_corrections import officer
from tests.factories import leave

AUGUST, SEPTEMBER, OCTOBER = (WageMonth(2026, month) for month in (8, 9, 10))
BEHIND = (AUGUST, SEPTEMBER, OCTOBER)
TODAY, FIRST = date(2027, 1, 20), date(2027, 1, 31)
WHY = "Pelanggan utama lambat membayar kami"


@dataclass(frozen=True)
class Desk:
    """Two inspectors and a supervisor."""

    writer: User
    second: User
    third: User

    @classmethod
    def of_three(cls) -> "Desk":
        return cls(officer("pemeriksa07", Role.INSPECTOR), officer("pemeriksa08", Role.INSPECTOR), officer("penyelia07", Role.SUPERVISOR))

    def propose(self, plan: InstalmentPlan, by: User | None = None, seen: int | None = None, on: date = TODAY, **more: Any) -> InstalmentPlan:
        seen = plan.terms.count() if seen is None else seen
        return instalment_desk.propose(plan_id=plan.pk, wanted=wanted(**more), seen=seen, by=by or self.writer, on=on)

    def approve(self, plan: InstalmentPlan, by: User | None = None, seen: int | None = None, on: date = TODAY) -> InstalmentPlan:
        seen = plan.terms.count() if seen is None else seen
        return instalment_desk.approve(plan_id=plan.pk, seen=seen, comment="Setuju", by=by or self.second, on=on)


def moment(on: date) -> datetime:
    return datetime.combine(on, time(10, 0), KL)


def behind(office: Office) -> Office:
    """August, September and October approved and not paid."""
    for month in BEHIND:
        office.approved(wage_month=month)
    return office


def wanted(**more: Any) -> Wanted:
    return Wanted(**{"months": frozenset(BEHIND), "count": 2, "first_on": FIRST, "reason": WHY, **more})


def ask(office: Office, *, by: User | None = None, on: date = TODAY, **more: Any) -> InstalmentPlan:
    """As the page does once the code is typed."""
    asked, who = wanted(**more), by or office.checker
    draft = instalments.check_ask(employer=office.employer, wanted=asked, by=who, on=on)
    what = shown.to_ask_for_plan(office.employer, wanted=asked, quoted=draft.quoted)
    approval = leave.leave_for(user=who, purpose=Purpose.EMPLOYER_APPROVAL, shown=what, at=moment(on))
    return instalments.ask(employer=office.employer, wanted=asked, by=who, approval=approval, on=on, at=moment(on))


def offered(office: Office, desk: Desk, **more: Any) -> InstalmentPlan:
    """Asked, proposed as it was asked, and approved by another."""
    return desk.approve(desk.propose(ask(office, **more), **more))


def accept(plan: InstalmentPlan, office: Office, on: date = TODAY) -> InstalmentPlan:
    found = InstalmentPlan.objects.select_related("employer").get(pk=plan.pk)
    what = shown.to_accept_plan(found, selectors.terms_of(found))
    approval = leave.leave_for(user=office.checker, purpose=Purpose.EMPLOYER_APPROVAL, shown=what, at=moment(on))
    return instalments.accept(plan_id=plan.pk, by=office.checker, approval=approval, on=on, at=moment(on))


def running(office: Office, desk: Desk, **more: Any) -> InstalmentPlan:
    return accept(offered(office, desk, **more), office)


def run(on: date) -> None:
    """The step of a day, as a worker does it."""
    period = on.isoformat()
    jobs.open_run(programme=instalment_days.PROGRAMME, period=period, chunks=instalment_days.plan(period, on), on=on)
    counts = jobs.work_some(programmes=[instalment_days.PROGRAMME])
    assert counts.failed == 0


def state_of(plan: InstalmentPlan) -> str:
    return str(InstalmentPlan.objects.get(pk=plan.pk).state)
