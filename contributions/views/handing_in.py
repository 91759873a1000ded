"""A wage list that is done, in the browser: what it comes to, the Borang A that it becomes, or a month with nothing to contribute."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contributions import access, forms, problems
from contributions.enums import WageListState, WageStanding
from contributions.models import WageList
from contributions.selectors import wage_lists as selectors
from contributions.services import filing as filings
from contributions.services import handing_in as services
from contributions.services import wage_lists
from contributions.services.wage_lists import NotPossible
from contributions.views import shared
from contributions.views.wage_lists import STATUS, labels_of_leaving, list_facts, list_page, said
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members.identity.gates import representative_required

MOST_NAMED = 50


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def wage_list_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Check what the list comes to; then it becomes a Borang A, or the month is said to have nothing to contribute."""
    employer = shared.employer_of(request)
    found = access.wage_list_for(employer, pk)
    if request.method != "POST":
        return _done_page(request, found, forms.NilForm())
    if request.POST.get("action") == "nil":
        return _declare_nil(request, employer, found)
    try:
        filing = services.hand_in(wage_list_id=found.pk, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except NotPossible as error:
        fresh = access.wage_list_for(employer, pk)
        if error.code == "NOT_OPEN" and fresh.state == WageListState.FILED and fresh.filing is not None:
            # A second click, or a colleague's first: the Borang A is there.
            return HttpResponseRedirect(reverse("employer:filing", args=[fresh.filing.pk]))
        return _done_page(request, fresh, forms.NilForm(), refused=said(error), status=STATUS.get(error.code, 422))
    except filings.FileRefused as error:
        words = " ".join(f"{problems.sentence(problem)} {problems.mend(problem)}" for problem in error.problems)
        return _done_page(request, found, forms.NilForm(), refused=words, status=409)
    return HttpResponseRedirect(reverse("employer:filing", args=[filing.pk]))


def _declare_nil(request: HttpRequest, employer: Employer, found: WageList) -> HttpResponse:
    form = forms.NilForm(request.POST)
    if not form.is_valid():
        return _done_page(request, found, form, status=422)
    try:
        services.declare_nil(wage_list_id=found.pk, by=request.user, declaration=True, on=clock.business_date())  # type: ignore[arg-type]
    except NotPossible as error:
        fresh = access.wage_list_for(employer, found.pk)
        if error.code == "NOT_OPEN" and fresh.declared_by == request.user:
            return _to_list(fresh)
        return _done_page(request, fresh, form, refused=said(error), status=STATUS.get(error.code, 422))
    return _to_list(found)


def _done_page(request: HttpRequest, found: WageList, form: forms.NilForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    facts = list_facts(request, found)
    counts = selectors.counts_of(found)
    totals = selectors.totals_of(selectors.all_lines(found)) if facts["writes"] and not counts.blank else None
    context: dict[str, Any] = {
        **facts,
        "counts": counts,
        "totals": totals,
        "nothing": totals is not None and not totals.total,
        "nil": totals is not None and not totals.total and not found.adds,
        "hired": found.rows.filter(hired_on__isnull=False).select_related("member")[:MOST_NAMED],
        "left": [(row, labels_of_leaving(row)) for row in found.rows.filter(standing=WageStanding.LEFT).select_related("member")[:MOST_NAMED]],
        "on_leave": found.rows.filter(standing=WageStanding.UNPAID_LEAVE).select_related("member")[:MOST_NAMED],
        "form": form,
        "refused": refused,
        "form_errors": bool(refused or form.errors),
    }
    return render(request, "contributions/wage_list_done.html", context, status=status)


@representative_required
@require_POST
def wage_list_nil(request: HttpRequest, pk: int) -> HttpResponse:
    """An approver agrees that the month has nothing to contribute, or gives the list back with a reason."""
    employer = shared.employer_of(request)
    found = access.wage_list_for(employer, pk)
    action = request.POST.get("action", "")
    asked: dict[str, Any] = {"wage_list_id": found.pk, "by": request.user, "on": clock.business_date()}
    if action not in ("agree", "give_back"):
        raise BadRequest("action: expected agree or give_back")
    try:
        if action == "agree":
            services.agree_nil(**asked)
            messages.success(request, _("%(month)s: tiada caruman, dipersetujui.") % {"month": formats.month(found.wage_month)})
        else:
            services.give_back_nil(**asked, comment=request.POST.get("comment", "").replace("\0", "")[:500])
    except NotPossible as error:
        fresh = access.wage_list_for(employer, pk)
        if error.code == "NOT_OPEN" and action == "agree" and fresh.agreed_by == request.user:
            return _to_list(fresh)
        context = {**list_page(request, employer, fresh), "refused": said(error), "form_errors": True}
        return render(request, "contributions/wage_list.html", context, status=STATUS.get(error.code, 422))
    return _to_list(found)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def wage_list_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then put the list away."""
    employer = shared.employer_of(request)
    found = access.wage_list_for(employer, pk)
    facts = {**list_facts(request, found), "counts": selectors.counts_of(found)}
    if request.method != "POST":
        return render(request, "contributions/wage_list_discard.html", facts)
    try:
        wage_lists.discard(wage_list_id=found.pk, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except NotPossible as error:
        if not (error.code == "NOT_OPEN" and access.wage_list_for(employer, pk).state == WageListState.DISCARDED):
            context = {**facts, "refused": said(error), "form_errors": True}
            return render(request, "contributions/wage_list_discard.html", context, status=STATUS.get(error.code, 422))
    messages.success(request, _("Senarai upah %(month)s telah dibuang.") % {"month": formats.month(found.wage_month)})
    return HttpResponseRedirect(f"{reverse('employer:filing_new')}?wage_month={facts['month']}")


@representative_required
@require_POST
def wage_list_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a list that was handed in in vain, or take back that there is nothing to contribute."""
    found = access.wage_list_for(shared.employer_of(request), pk)
    try:
        wage_lists.reopen(wage_list_id=found.pk, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except NotPossible as error:
        if error.code != "NOT_OPEN":
            messages.error(request, said(error))
    return _to_list(found)


def _to_list(found: WageList) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("employer:wage_list", args=[found.pk]))
