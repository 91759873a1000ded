"""How much a member could take now: all kinds at a glance, one with every reason, and the beginning of an application."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kwsp_portal.common import clock
from members import access as members_access
from members.identity.gates import member_required
from members.models import Member
from members.selectors import cooling
from withdrawals import explanations, kinds, labels
from withdrawals.enums import Channel, KindCode
from withdrawals.selectors import applications, estimates, guides
from withdrawals.selectors.estimates import Estimate
from withdrawals.services import drafts
from withdrawals.views import words


@member_required
@require_safe
def estimate(request: HttpRequest) -> HttpResponse:
    """Every kind with how much now, or all that stands in the way."""
    member, on = members_access.member_for(request.user), clock.business_date()  # type: ignore[arg-type]
    found = [
        (one, labels.KINDS[one.kind.code], slug_of(one.kind.code), explanations.reasons(one.refusals))
        for one in estimates.of_member(member=member, on=on)
    ]
    possible = [line for line in found if line[0].possible]
    context = {
        "member": member,
        "on": on,
        "possible": possible,
        "others": [line for line in found if not line[0].possible],
        "needs_account": any(line[0].needs_account for line in possible),
    }
    return render(request, "withdrawals/estimate.html", context)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def kind(request: HttpRequest, slug: str) -> HttpResponse:
    """One kind: how much now and why, what it asks for; a POST begins an application, or goes on with the one begun."""
    member, on = members_access.member_for(request.user), clock.business_date()  # type: ignore[arg-type]
    code = code_of(slug)
    if request.method == "POST":
        found = drafts.begin(member=member, kind=code, by=request.user, on=on)  # type: ignore[arg-type]
        return redirect("member:withdrawal_guide", found.number)
    one = estimates.of_kind(member=member, kind=code, on=on)
    return render(request, "withdrawals/kind.html", {"member": member, "on": on, **_shown(member, one, on)})


def code_of(slug: str) -> KindCode:
    """The kind of an address. Raises Http404."""
    code = next((one for one in kinds.OF if slug_of(one) == slug), None)
    if code is None:
        raise Http404
    return code


def slug_of(code: str) -> str:
    """`age-50` for AGE_50."""
    return code.lower().replace("_", "-")


def _shown(member: Member, one: Estimate, on: date) -> dict[str, Any]:
    elsewhere = guides.by_another_way(Channel.ONLINE)
    return {
        "estimate": one,
        "kind": one.kind,
        "name": labels.KINDS[one.kind.code],
        "for_what": labels.FOR_WHAT[one.kind.code],
        "slug": slug_of(one.kind.code),
        "reasons": explanations.reasons(one.refusals),
        "charges": words.charged(one.result.charges, on),
        "why": explanations.explained(one.result.steps),
        "documents": [(labels.DOCUMENT[paper.code], paper) for paper in one.result.documents if paper.code not in elsewhere],
        "draft": applications.draft_of(member=member, kind=one.kind.code),
        "waits": cooling.seen(member, at=clock.now()),
    }
