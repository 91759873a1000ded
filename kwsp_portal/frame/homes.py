"""The first page of an employer and of a member: pages that show several apps at once."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from contributions import labels
from contributions.enums import FilingState
from contributions.selectors import filings, savings
from contributions.views import shared
from employers import access as employers_access
from employers.enums import Right
from kwsp_portal.common import clock
from members import access as members_access
from members.enums import SubAccount
from members.identity.gates import member_required, representative_required


@representative_required
@require_safe
def employer_home(request: HttpRequest) -> HttpResponse:
    """The wage month due, its due date, what is unpaid, and what waits for this person."""
    employer, on = shared.employer_of(request), clock.business_date()
    summary = filings.employer_summary(employer=employer, on=on)
    rights = employers_access.rights_of(request.user, employer)  # type: ignore[arg-type]
    context = {
        "acting_for": employer.name,
        "employer": employer,
        "summary": summary,
        "months": [(line, labels.FILING[line.filing.state] if line.filing else None) for line in summary.months],
        "due_label": labels.FILING[summary.due.filing.state] if summary.due.filing else None,
        "due_settled": summary.due.filing is not None and summary.due.filing.state in (FilingState.PAID, FilingState.CREDITED),
        "may_prepare": Right.PREPARE in rights,
        "may_approve": Right.APPROVE in rights,
        "new_url": f"{reverse('employer:filing_new')}?wage_month={summary.due.month}",
        "queue_url": f"{reverse('employer:filings')}?state={FilingState.SUBMITTED}",
        "returned_url": f"{reverse('employer:filings')}?state={FilingState.RETURNED}",
    }
    return render(request, "frame/employer_home.html", context)


@member_required
@require_safe
def member_home(request: HttpRequest) -> HttpResponse:
    """Total savings, a card for each account that sum to it, the latest contributions."""
    member, on = members_access.member_for(request.user), clock.business_date()  # type: ignore[arg-type]
    return render(request, "members/home.html", {"member": member, "page": savings.home_of(member=member, on=on)})


@member_required
@require_safe
def member_account(request: HttpRequest, code: str) -> HttpResponse:
    """One account: every posting, the newest first, with its running balance."""
    member, on = members_access.member_for(request.user), clock.business_date()  # type: ignore[arg-type]
    if code not in set(SubAccount):
        raise Http404
    page = savings.account_of(member=member, code=SubAccount(code), on=on, number=request.GET.get("page"))
    return render(request, "members/account.html", {"member": member, "page": page})


@member_required
@require_safe
def member_contribution(request: HttpRequest, row_id: int) -> HttpResponse:
    """One credited contribution and why each of its figures is what it is."""
    member = members_access.member_for(request.user)  # type: ignore[arg-type]
    page = savings.contribution_of(member=member, row_id=row_id)
    if page is None:
        raise Http404
    return render(request, "members/contribution.html", {"member": member, "page": page})
