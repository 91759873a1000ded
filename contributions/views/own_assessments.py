"""An employer's pages on what KWSP assessed: the list, KWSP 7 with what paying it costs today, and an objection with documents."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages as notes
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contributions import access, forms_assessments, labels
from contributions.enums import AssessmentAction, FilingAction
from contributions.models import Assessment
from contributions.selectors import assessments as selectors
from contributions.services import assessment_moves, assessment_objections
from contributions.services import moves as filing_moves
from contributions.services.assessment_moves import NotAllowed
from contributions.views import shared
from contributions.views.assessments import form_context, said
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from members.identity.gates import representative_required


@representative_required
@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """What was served, the newest month first."""
    employer = shared.employer_of(request)
    page = selectors.page_of(selectors.served_to(employer=employer), request.GET.get("page"))
    lines = [
        (found, WageMonth.of(found.wage_month), labels.ASSESSMENT[found.state], labels.FILING[found.filing.state]) for found in page if found.filing
    ]
    return render(request, "contributions/own_assessments.html", {"acting_for": employer.name, "page": page, "lines": lines})


@representative_required
@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """KWSP 7 (Borang E), what paying it with KWSP 8 (Borang F) costs today, and what passed about it."""
    employer = shared.employer_of(request)
    found = access.assessment_for(employer, pk)
    if found.filing is None:
        raise Http404
    by: Any = request.user
    on = clock.business_date()
    context = {
        **form_context(found, back=reverse("employer:assessments")),
        "acting_for": employer.name,
        "filing_label": labels.FILING[found.filing.state],
        "said": [(entry, labels.ASSESSMENT_ACTION[entry.action]) for entry in selectors.said_to_employer(found)],
        "may_object": _may_object(found, by),
        "may_pay": FilingAction.PAY in filing_moves.allowed(filing=found.filing, by=by, on=on),
    }
    return render(request, "contributions/own_assessment.html", context)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_object(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it is not so, with the documents that show it. A second click finds it objected to."""
    employer = shared.employer_of(request)
    found = access.assessment_for(employer, pk)
    if request.method != "POST":
        return _page(request, found, forms_assessments.ObjectionForm())
    if request.FILES and "papers" not in request.FILES:
        raise BadRequest("papers: expected files")
    form = forms_assessments.ObjectionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    typed, by = form.cleaned_data, request.user
    try:
        assessment_objections.object_to(assessment_id=pk, **typed, by=by, on=clock.business_date())  # type: ignore[arg-type]
    except NotAllowed as error:
        fresh = access.assessment_for(employer, pk)
        last = fresh.log.order_by("-pk").first()
        if not (error.code == "WRONG_STATE" and last and last.action == AssessmentAction.OBJECT and last.by_id == by.pk):
            return _page(request, fresh, form, labels.ASSESSMENT_REFUSALS[error.code][0], refused=said(error))
    notes.success(request, _("Bantahan diterima. Pemeriksa menjawabnya di peti masuk anda."))
    return HttpResponseRedirect(reverse("employer:assessment", args=[pk]))


@representative_required
@require_safe
def assessment_paper(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    """A document of the own objection."""
    employer = shared.employer_of(request)
    found = access.assessment_for(employer, pk)
    kept = selectors.paper_of(found, paper)
    if kept is None:
        raise Http404
    return downloads.stored(request, kept.document, target=found, subjects=[employer])


def _may_object(found: Assessment, by: Any) -> bool:
    return not assessment_moves.why_not(found, AssessmentAction.OBJECT, by, on=clock.business_date()) and not assessment_objections.is_paid(found)


def _page(request: HttpRequest, found: Assessment, form: Any, status: int = 200, *, refused: str = "") -> HttpResponse:
    context = {
        "acting_for": found.employer.name,
        "found": found,
        "month": WageMonth.of(found.wage_month),
        "label": labels.ASSESSMENT[found.state],
        "may": _may_object(found, request.user),
        "form": form,
        "refused": refused,
        "form_errors": status != HTTPStatus.OK,
    }
    return render(request, "contributions/assessment_object.html", context, status=status)
