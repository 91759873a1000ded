"""Assessments as the pages list them, and what passed about one. What their rows come to: services.assessed_rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Sum

from contributions import workflow
from contributions.enums import AssessmentAction, AssessmentSource, AssessmentState
from contributions.models import Assessment, AssessmentLog, AssessmentPaper, AssessmentRow
from contributions.selectors import late_dues
from employers.models import Employer
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from members.identity.models import User

ASSESSMENTS_A_PAGE: Final = 25
ROWS_A_PAGE: Final = 25


def rows_page(*, assessment: Assessment, number: str | None) -> "Page[AssessmentRow]":
    return Paginator(assessment.rows.order_by("place"), ROWS_A_PAGE).get_page(number)


def assessments(*, employer_number: str = "", state: str = "") -> QuerySet[Assessment]:
    """For officers: of one employer or of all, the newest first."""
    found = Assessment.objects.select_related("employer", "made_by", "filing").order_by("-pk")
    if employer_number:
        found = found.filter(employer__number=employer_number)
    return found.filter(state=state) if state else found


def states_of(found: QuerySet[Assessment]) -> Mapping[str, int]:
    """How many stand in each state."""
    return dict(found.order_by().values_list("state").annotate(Count("pk")))


def begun(
    *, employer: Employer, first: WageMonth, last: WageMonth, source: AssessmentSource, grounds: str, by: User, on: date
) -> Sequence[Assessment]:
    """The drafts that this officer began with just these words today, one for each month: what a second click finds. Empty where one lacks."""
    same = {"employer": employer, "source": source, "grounds": grounds.strip(), "made_by": by, "made_on": on, "state": AssessmentState.DRAFT}
    found = Assessment.objects.filter(**same, wage_month__gte=first.first_day, wage_month__lte=last.first_day).order_by("wage_month")
    return list(found) if len(found) == len(list(first.through(last))) else []


def page_of(found: QuerySet[Assessment], number: str | None) -> "Page[Assessment]":
    return Paginator(found, ASSESSMENTS_A_PAGE).get_page(number)


def served_to(*, employer: Employer) -> QuerySet[Assessment]:
    """What the employer has been served, the newest month first; of what is being written they know nothing."""
    seen = [state for state in AssessmentState if state not in workflow.ASSESSMENT_WRITTEN and state != AssessmentState.DISCARDED]
    return Assessment.objects.filter(employer=employer, state__in=seen).select_related("filing").order_by("-wage_month", "-pk")


def log_of(assessment: Assessment) -> Sequence[AssessmentLog]:
    """Everything that was done, with its papers."""
    return list(assessment.log.select_related("by").prefetch_related("papers__document").order_by("pk"))


def said_to_employer(assessment: Assessment) -> Sequence[AssessmentLog]:
    """What passed between the employer and KWSP: the objection and its answer; who of the officers did what is the office's own."""
    told = (AssessmentAction.OBJECT, AssessmentAction.UPHOLD, AssessmentAction.WITHDRAW, AssessmentAction.AMEND)
    return [entry for entry in log_of(assessment) if entry.action in told]


def paper_of(assessment: Assessment, pk: int) -> AssessmentPaper | None:
    return AssessmentPaper.objects.filter(entry__assessment=assessment, pk=pk).select_related("document").first()


def owed_of(assessment: Assessment, *, on: date) -> Mapping[str, Any]:
    """What paying a served assessment today costs: the contribution that is not paid, the charge and the dividend by the rules of any late month."""
    filing = assessment.filing
    if filing is None:
        return {"contribution": money.ZERO, "dues": {}, "total": money.ZERO}
    paid = filing.payments.filter(counts=True).aggregate(all=Sum("amount"), late=Sum("late"))
    contribution = filing.total - ((paid["all"] or money.ZERO) - (paid["late"] or money.ZERO))
    stands = assessment.state in workflow.ASSESSMENT_STANDS
    dues = late_dues.by_kind(late_dues.open_of(filing=filing, paid_on=on, on=on)) if stands else {}
    left = contribution if stands else money.ZERO
    return {"contribution": left, "dues": dues, "total": left + sum(dues.values(), start=money.ZERO)}
