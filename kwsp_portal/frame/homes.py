"""The first page of an employer and of a member: pages that show several apps at once."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from contributions import labels
from contributions.enums import ElectionState, FilingState
from contributions.explanations_incentive import CONDITIONS
from contributions.models import SuspenseMatch
from contributions.rules.incentive_steps import NAMES
from contributions.selectors import elections, filings, matches, registrations, savings, statement, wage_lists
from contributions.views import shared
from employers import access as employers_access
from employers.enums import Right
from kwsp_portal.common import clock
from members import access as members_access
from members.enums import SubAccount, Waits
from members.identity.gates import member_required, representative_required
from members.models import Member
from members.selectors import cooling, replacing
from members.services import initial_transfer

YEAR_DIGITS = 4


@representative_required
@require_safe
def employer_home(request: HttpRequest) -> HttpResponse:
    """The wage month due, its due date, what is unpaid, and what waits for this person."""
    employer, on = shared.employer_of(request), clock.business_date()
    summary = filings.employer_summary(employer=employer, by=request.user, on=on)  # type: ignore[arg-type]
    rights = employers_access.rights_of(request.user, employer, on=on)  # type: ignore[arg-type]
    matched = matches.waiting_for(employer=employer, by=request.user) if Right.APPROVE in rights else ()  # type: ignore[arg-type]
    context = {
        "acting_for": employer.name,
        "employer": employer,
        "summary": summary,
        "matches": len(matched),
        "matches_url": _of_matches(matched),
        "due": summary.due,
        "due_label": labels.FILING[summary.due.filing.state] if summary.due.filing else None,
        "supplements": [(filing, labels.FILING[filing.state]) for filing in summary.supplements],
        "months": [(line, labels.FILING[line.filing.state] if line.filing else None) for line in summary.months],
        "may_prepare": Right.PREPARE in rights,
        "may_approve": Right.APPROVE in rights,
        "new_url": reverse("employer:filing_new"),
        "due_new_url": f"{reverse('employer:filing_new')}?wage_month={summary.due.month}",
        "queue_url": f"{reverse('employer:filings')}?state={FilingState.SUBMITTED}",
        "elections": elections.waiting_for(employer=employer, by=request.user) if Right.APPROVE in rights else 0,  # type: ignore[arg-type]
        "nil_waiting": wage_lists.nil_waiting(employer=employer)[:3] if Right.APPROVE in rights else (),
        "elections_url": f"{reverse('employer:elections')}?state={ElectionState.SUBMITTED}",
        "returned_url": f"{reverse('employer:filings')}?state={FilingState.RETURNED}",
    }
    return render(request, "frame/employer_home.html", context)


def _of_matches(matched: Sequence[SuspenseMatch]) -> str:
    """Where they are decided: the one that waits, or the account that has them all."""
    if len(matched) == 1:
        return reverse("employer:suspense_row", args=[matched[0].row.filing_id, matched[0].row.line])
    return reverse("employer:suspense")


@member_required
@require_safe
def member_home(request: HttpRequest) -> HttpResponse:
    """Total savings, a card for each account that sum to it, the latest contributions, and whether the employer pays."""
    on = clock.business_date()
    member = members_access.member_for(request.user, marked=partial(registrations.marked, on=on))  # type: ignore[arg-type]
    page = savings.home_of(member=member, on=on)
    waits = cooling.seen(member, at=clock.now())
    context = {
        "member": member,
        "page": page,
        "waits": waits,
        "replacing": replacing.seen(member, on=on),
        "transfer_offered": initial_transfer.offered(member, on=on),
        "incentive": _of_incentive(member, on),
        "phone_waits": bool(waits and waits.by(Waits.PHONE)),
        "account_waits": bool(waits and waits.by(Waits.BANK_ACCOUNT)),
        "months": [(line, labels.tags_of(line.state, late=line.late)) for line in page.months],
    }
    return render(request, "members/home.html", context)


def _of_incentive(member: Member, on: date) -> dict[str, Any] | None:
    """What of an incentive waits for the member, in words."""
    found = registrations.waiting(member, on=on)
    if found is None:
        return None
    lacking = [CONDITIONS[one.code] for one in found.unmet]
    return {"listed": found.what is registrations.ToDo.LISTED, "scheme": NAMES[found.scheme], "last": date(on.year, 12, 31), "lacking": lacking}


@member_required
@require_safe
def member_account(request: HttpRequest, code: str) -> HttpResponse:
    """A year of one account: every line, the newest first, with its running balance."""
    member, on = members_access.member_for(request.user), clock.business_date()  # type: ignore[arg-type]
    if code not in set(SubAccount):
        raise Http404
    year = request.GET.get("year", "")
    page = statement.account_of(
        member=member,
        code=SubAccount(code),
        on=on,
        year=int(year) if year.isascii() and year.isdigit() and len(year) == YEAR_DIGITS else None,
        number=request.GET.get("page"),
    )
    if page is None:
        raise Http404
    return render(request, "members/account.html", {"member": member, "page": page})


@member_required
@require_safe
def member_contribution(request: HttpRequest, row_id: int) -> HttpResponse:
    """One contribution and why each of its figures is what it is."""
    member, on = members_access.member_for(request.user), clock.business_date()  # type: ignore[arg-type]
    page = savings.contribution_of(member=member, row_id=row_id, on=on)
    if page is None:
        raise Http404
    context = {"member": member, "page": page, "tags": labels.tags_of(page.standing.state, late=page.standing.late)}
    return render(request, "members/contribution.html", context)
