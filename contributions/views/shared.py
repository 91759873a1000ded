"""What the employer's pages have in common."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contributions import labels, problems
from contributions.enums import ElectionState, FilingAction, FilingState
from contributions.models import Election, Filing, FilingRow
from contributions.problems.moves import NOT_ALLOWED as NOT_ALLOWED
from contributions.rules import value_date
from contributions.selectors import filings as selectors
from contributions.services import moves
from contributions.services.filing import MONTHS_AHEAD
from employers import access as employers_access
from employers import selectors as employers_selectors
from employers.enums import ApprovalFlow
from employers.views.acting import employer_of as employer_of
from kwsp_portal.common import clock
from kwsp_portal.common.periods import PeriodError, WageMonth


def month_of(text: str | None) -> WageMonth | None:
    """The month that an address or a field names; None for anything else, the last month of the calendar we know included."""
    try:
        month = WageMonth.parse(text or "")
        month.next()
    except PeriodError:
        return None
    return month


def timing_of(month: WageMonth, on: date) -> dict[str, Any]:
    """Whether a month filed today is `late`, or filed in advance (`ahead`), and from when its money earns, paid today."""
    earns = value_date.of_contribution(wage_month=month, paid_on=on)
    return {"late": on > month.due_date, "ahead": month > WageMonth.of(on), "earns_from": earns, "ahead_until": WageMonth.of(on).plus(MONTHS_AHEAD)}


def faults_of(row: FilingRow) -> dict[str, Any]:
    """A bad row with, for each fault, its column, what was found and expected, the sentence and how to mend it."""
    faults = [
        {
            "column": problems.column_name(problem["column"]),
            "found": problem["found"],
            "expected": problems.expected(problem),
            "sentence": problems.sentence(problem),
            "mend": problems.mend(problem),
        }
        for problem in row.problems
    ]
    return {"row": row, "faults": faults}


def present_state(found: Filing) -> dict[str, Any]:
    """What a page says about a filing on which its act is not possible now: its state, and who brought it there."""
    last = selectors.last_move(filing=found)
    return {"label": labels.FILING[found.state], "last": last, "last_words": labels.ACTION[last.action] if last else ""}


def approvers_of(request: HttpRequest, found: Filing | Election, *, may: Collection[FilingAction]) -> dict[str, Any]:
    """Whether it is the own work of who looks and may do this with it, and whether anybody there is who could approve it; who administers
    is shown where to mend that."""
    by, on = request.user, clock.business_date()
    nobody = False
    if found.flow == ApprovalFlow.CHECKED and found.state in (FilingState.SUBMITTED, ElectionState.SUBMITTED) and FilingAction.APPROVE not in may:
        made = {found.prepared_by_id, *found.log.filter(action=FilingAction.SUBMIT).values_list("by", flat=True)}
        if isinstance(found, Filing) and found.mended:
            made |= set(found.mendings.values_list("by", flat=True).distinct())
        nobody = not employers_selectors.could_approve(found.employer, on=on).exclude(user__in=made).exists()
    administers = nobody and employers_access.is_administrator(by, found.employer, on=on)  # type: ignore[arg-type]
    return {"own": found.prepared_by_id == by.pk, "nobody_else": nobody, "may_administer": administers}


def refused(request: HttpRequest, template: str, context: dict[str, Any], error: moves.NotAllowed) -> HttpResponse:
    """The page again, with why the act was refused at its top."""
    status, words = NOT_ALLOWED[error.code]
    more = {"refused": str(words), "form_errors": True, "stale": error.code == "ELECTIONS_CHANGED"}
    return render(request, template, {**context, **more}, status=status)
