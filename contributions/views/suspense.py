"""Pages of suspense: an employer's own, and for officers those of every employer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contributions.selectors import matches
from contributions.selectors import suspense as selectors
from contributions.views import shared
from contributions.views.matters import READERS
from employers import access as employers_access
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common import clock
from members.identity.gates import officer_required, representative_required
from members.views import desk


@representative_required
@require_safe
def suspense(request: HttpRequest) -> HttpResponse:
    """What of the employer's money nobody is credited for."""
    employer = shared.employer_of(request)
    return render(request, "contributions/suspense.html", {"acting_for": employer.name, **_context(request, employer)})


@officer_required(*READERS)
@require_safe
def all_suspense(request: HttpRequest) -> HttpResponse:
    """Every employer with money in suspense, the longest first."""
    on = clock.business_date()
    lines = [(holder, max(0, (on - holder.since).days)) for holder in selectors.holders()]
    desk.listed(request, "suspense", len(lines))
    total = sum(holder.amount for holder, _age in lines)
    context = {"lines": lines, "total": total, "waiting": matches.waiting(by_officer=True)}
    return render(request, "contributions/suspense_all.html", context)


@officer_required(*READERS)
@require_safe
def suspense_of(request: HttpRequest, number: str) -> HttpResponse:
    """One employer's, as the employer has it; that an officer looked is in the employer's log."""
    employer = employers_access.employer_numbered(number)
    audit.record(actor=request.user, action="suspense.view", target=employer.subject, subjects=[employer])  # type: ignore[arg-type]
    return render(request, "contributions/suspense.html", {"officer": True, **_context(request, employer)})


def _context(request: HttpRequest, employer: Employer) -> dict[str, Any]:
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    items = selectors.items_of(employer, before=before)
    on = clock.business_date()
    return {
        "employer": employer,
        "total": selectors.total_of(employer),
        "lines": [(item, max(0, (on - item.booked_on).days)) for item in items],
        "older": items[-1].version if len(items) == selectors.LINES_A_PAGE and items[-1].version > 1 else None,
        "newer": before is not None,
    }
