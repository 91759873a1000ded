"""Officers' pages on assessments: the list, a new one, its rows, a file of wages, what another officer decides, and KWSP 7 as it is served."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django.contrib import messages as notes
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms_assessments, labels, problems
from contributions.enums import AssessmentAction, AssessmentState, RowStatus
from contributions.models import Assessment
from contributions.selectors import assessments as selectors
from contributions.services import assessed_rows, assessment_moves, assessment_objections, assessment_signing
from contributions.services import assessments as services
from contributions.services.assessed_rows import Line
from contributions.services.assessment_moves import OFFICERS, NotAllowed
from employers.models import Employer
from kwsp_portal import audit
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from kwsp_portal.templatetags import formats
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.views import desk

READERS = (*sorted(OFFICERS), Role.AUDITOR)
ON_FIELD = {"NO_NAME": "name", "WAGES": "wages", "BONUS": "bonus", "MONTHS": "last", "NOT_DUE": "last", "MONTH": "first", "REASON_MISSING": "grounds"}
"""Refusals that a field of a form can mend."""
WRONG_SHOWN = 25
WITH_REASON = {"return", "uphold", "withdraw", "amend"}
ACTS = {"propose", "take_back", "discard", "sign", *WITH_REASON}


def said(error: NotAllowed) -> str:
    """Why an act was refused, in words."""
    details = {**error.details, **({"month": formats.month(WageMonth.parse(error.details["month"]))} if "month" in error.details else {})}
    if error.code == "NOT_DUE":
        details["expected"] = formats.day(date.fromisoformat(details["expected"]))
    return str(labels.ASSESSMENT_REFUSALS[error.code][1]) % details


@officer_required(*READERS)
@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first; of one employer at `?employer=`, in one state at `?state=`."""
    number, asked = request.GET.get("employer", "").strip(), request.GET.get("state", "")
    state = asked if asked in set(AssessmentState) else ""
    counts = selectors.states_of(selectors.assessments(employer_number=number))
    page = selectors.page_of(selectors.assessments(employer_number=number, state=state), request.GET.get("page"))
    context = {
        "page": page,
        "lines": [(found, WageMonth.of(found.wage_month), labels.ASSESSMENT[found.state]) for found in page],
        "chips": [(one.value, labels.ASSESSMENT[one].words, counts[one]) for one in AssessmentState if one in counts],
        "all": sum(counts.values()),
        "state": state,
        "number": number,
        "may_make": getattr(request.user, "role", "") in OFFICERS,
    }
    return render(request, "contributions/assessments.html", context)


@officer_required(*sorted(OFFICERS))
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_new(request: HttpRequest) -> HttpResponse:
    """Whose, for which months, from what, and why."""
    if request.method != "POST":
        month = request.GET.get("wage_month", "")
        return _new_page(
            request, forms_assessments.AssessmentForm(initial={"employer_number": request.GET.get("employer"), "first": month, "last": month})
        )
    form = forms_assessments.AssessmentForm(request.POST)
    if not form.is_valid():
        return _new_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    typed = form.cleaned_data
    employer = Employer.objects.filter(number=typed["employer_number"]).first()
    if employer is None:
        form.add_error(
            "employer_number", _("Ditemui %(found)s, dijangka nombor majikan yang wujud dalam daftar") % {"found": typed["employer_number"]}
        )
        return _new_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    given = {name: typed[name] for name in ("first", "last", "source", "grounds")}
    try:
        made = services.begin(employer=employer, **given, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except NotAllowed as error:
        made = selectors.begun(employer=employer, **given, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
        if not (error.code == "OPEN_ALREADY" and made):
            return _new_page(request, form, *_put(form, error))
    notes.success(request, _("%(count)s taksiran mula dibuat.") % {"count": len(made)})
    if len(made) == 1:
        return HttpResponseRedirect(reverse("staff:assessment", args=[made[0].pk]))
    return HttpResponseRedirect(f"{reverse('staff:assessments')}?employer={employer.number}&state={AssessmentState.DRAFT}")


@officer_required(*READERS)
@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: its rows with what they come to, and what may be done."""
    found = _seen(request, access.assessment_of(pk))
    return _page(request, found, forms_assessments.ReasonForm())


@officer_required(*sorted(OFFICERS))
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_row(request: HttpRequest, pk: int, place: int | None = None) -> HttpResponse:
    """One person of a draft: written, added where there is no `place`, or taken away."""
    found = _seen(request, access.assessment_of(pk))
    row = None if place is None else found.rows.filter(place=place).first()
    if place is not None and request.method == "POST" and request.POST.get("action") == "remove":
        return _removed(request, found, place, row)
    if place is not None and row is None:
        raise Http404
    if request.method != "POST":
        initial = {} if row is None else {**vars(row), "wages": _plain(row.wages), "bonus": _plain(row.bonus)}
        return _row_page(request, found, row, forms_assessments.AssessedRowForm(initial=initial))
    by: Any = request.user
    form = forms_assessments.AssessedRowForm(request.POST)
    try:
        if not form.is_valid():
            return _row_page(request, found, row, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        typed = {**form.cleaned_data, "bonus": form.cleaned_data["bonus"] or 0}
        services.write_row(assessment_id=pk, place=place, written=services.Written(**typed), by=by, on=clock.business_date())
    except NotAllowed as error:
        return _row_page(request, found, row, form, *_put(form, error))
    notes.success(request, _("%(name)s: disimpan.") % {"name": form.cleaned_data["name"]})
    return _to(found)


@officer_required(*sorted(OFFICERS))
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Inspected wages from a file, in place of the rows of a draft."""
    found = access.assessment_of(pk)
    if request.method != "POST":
        return _file_page(request, found, forms_assessments.AssessedFileForm())
    form = forms_assessments.AssessedFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    upload, by = form.cleaned_data["file"], request.user
    try:
        services.take_file(assessment_id=pk, name=upload.name, content=upload.read(), by=by, on=clock.business_date())  # type: ignore[arg-type]
    except NotAllowed as error:
        return _file_page(request, found, form, *_put(form, error))
    except services.FileRefused as error:
        for problem in error.problems:
            form.add_error("file", f"{problems.sentence(problem)} {problems.mend(problem)}")
        return _file_page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except services.RowsRefused as error:
        return _file_page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY, bad=error.problems)
    notes.success(request, _("Fail diambil: %(count)s baris.") % {"count": found.rows.count()})
    return _to(found)


@officer_required(*sorted(OFFICERS))
@require_POST
def assessment_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Put forward, take back, discard; sign or return another's; answer an objection. A second click finds it done."""
    found, name = access.assessment_of(pk), request.POST.get("action", "")
    if name not in ACTS:
        raise BadRequest(f"action: expected {', '.join(sorted(ACTS))}")
    form = forms_assessments.ReasonForm(request.POST if name in WITH_REASON else None)
    if form.is_bound and not form.is_valid():
        return _page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        done = _decide(request, pk, name, form)
    except NotAllowed as error:
        fresh = access.assessment_of(pk)
        if not (error.code == "WRONG_STATE" and _did_it(fresh, name, request)):
            status, _words = labels.ASSESSMENT_REFUSALS[error.code]
            return _page(request, fresh, form, status, refused=said(error))
        done = fresh
    notes.success(request, str(labels.ASSESSMENT_ACTION[AssessmentAction(name.upper())]))
    return _to(done)


@officer_required(*READERS)
@require_safe
def assessment_form(request: HttpRequest, pk: int) -> HttpResponse:
    """KWSP 7 as it is served, to be printed."""
    found = _seen(request, access.assessment_of(pk))
    if found.filing is None:
        raise Http404
    return render(request, "contributions/assessment_form.html", form_context(found, back=reverse("staff:assessment", args=[pk])))


@officer_required(*READERS)
@require_safe
def assessment_paper(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    """A document of the objection as it was uploaded, always as an attachment."""
    found = access.assessment_of(pk)
    kept = selectors.paper_of(found, paper)
    if kept is None:
        raise Http404
    return downloads.stored(request, kept.document, target=found, subjects=[found.employer])


def form_context(found: Assessment, *, back: str) -> dict[str, Any]:
    """What stands on KWSP 7 and KWSP 8: all rows, and what paying today costs."""
    assert found.filing is not None  # noqa: S101 - asked by the callers
    on = clock.business_date()
    return {
        "found": found,
        "filing": found.filing,
        "month": WageMonth.of(found.wage_month),
        "label": labels.ASSESSMENT[found.state],
        "rows": found.filing.rows.order_by("line"),
        "owed": selectors.owed_of(found, on=on),
        "on": on,
        "back_url": back,
    }


def _decide(request: HttpRequest, pk: int, name: str, form: forms_assessments.ReasonForm) -> Assessment:
    asked: dict[str, Any] = {"assessment_id": pk, "by": request.user, "on": clock.business_date()}
    if name in WITH_REASON:
        reason = form.cleaned_data["reason"]
        if name == "return":
            return services.give_back(**asked, comment=reason)
        return getattr(assessment_objections, name)(**asked, reason=reason)  # type: ignore[no-any-return]
    if name == "sign":
        total = _amount(request.POST.get("total", ""))
        return assessment_signing.sign(**asked, total=total)
    return getattr(services, name)(**asked)  # type: ignore[no-any-return]


def _removed(request: HttpRequest, found: Assessment, place: int, row: Any) -> HttpResponse:
    """Out of the draft; who is out of it already was taken out by the first click."""
    by: Any = request.user
    try:
        services.remove_row(assessment_id=found.pk, place=place, by=by, on=clock.business_date())
    except NotAllowed as error:
        form = forms_assessments.AssessedRowForm()
        return _row_page(request, found, row, form, *_put(form, error))
    return _to(found)


def _amount(text: str) -> Any:
    try:
        return forms_assessments.AmountField(max_length=30).clean(text)
    except forms_assessments.forms.ValidationError as error:
        raise BadRequest("total: expected an amount") from error


def _did_it(found: Assessment, name: str, request: HttpRequest) -> bool:
    """Whether it stands where it does because this officer did this: the same act again is a second click."""
    last = found.log.order_by("-pk").first()
    return last is not None and last.action == name.upper() and last.by_id == request.user.pk


def _seen(request: HttpRequest, found: Assessment) -> Assessment:
    """An officer looks at wages: it is in the trail, and in the employer's log once it is served."""
    by: Any = request.user
    audit.record(
        actor=by,
        action="assessment.view",
        target=found,
        data={"month": str(WageMonth.of(found.wage_month))},
        subjects=[found.employer] if found.filing_id else [],
        ip=desk.address_of(request),
    )
    return found


def _page(request: HttpRequest, found: Assessment, form: Any, status: int = 200, *, refused: str = "") -> HttpResponse:
    by: Any = request.user
    page = selectors.rows_page(assessment=found, number=request.GET.get("page"))
    written = found.filing_id is None
    every = list(assessed_rows.all_lines(found)) if written else []
    wrong = [line for line in every if line.row.wages is None or line.status is RowStatus.INVALID]
    context = {
        "found": found,
        "month": WageMonth.of(found.wage_month),
        "label": labels.ASSESSMENT[found.state],
        "source": labels.ASSESSMENT_SOURCE[found.source],
        "page": page,
        "lines": [_shown(line) for line in assessed_rows.lines_of(found, list(page))] if written else (),
        "rows": page if not written else (),
        "totals": assessed_rows.totals_of(every) if written else None,
        "wrong": [_shown(line) for line in wrong[:WRONG_SHOWN]],
        "more_wrong": max(len(wrong) - WRONG_SHOWN, 0),
        "log": [(entry, labels.ASSESSMENT_ACTION[entry.action]) for entry in selectors.log_of(found)],
        "may": {action.value.lower(): True for action in assessment_moves.allowed(found, by, on=clock.business_date())},
        "writes": found.state == AssessmentState.DRAFT and found.made_by_id == by.pk,
        "own": found.made_by_id == by.pk,
        "owed": selectors.owed_of(found, on=clock.business_date()),
        "replacement": found.replacements.exclude(state=AssessmentState.DISCARDED).first(),
        "form": form,
        "refused": refused,
        "form_errors": bool(refused),
    }
    return render(request, "contributions/assessment.html", context, status=status)


def _shown(line: Line) -> dict[str, Any]:
    faults = [(problems.sentence(problem), problems.mend(problem)) for problem in line.problems]
    return {"row": line.row, "line": line, "faults": faults, "nobody": line.status is RowStatus.UNMATCHED, "bad": line.status is RowStatus.INVALID}


def _new_page(request: HttpRequest, form: Any, status: int = 200, refused: str = "") -> HttpResponse:
    return render(
        request, "contributions/assessment_new.html", {"form": form, "refused": refused, "form_errors": status != HTTPStatus.OK}, status=status
    )


def _row_page(request: HttpRequest, found: Assessment, row: Any, form: Any, status: int = 200, refused: str = "") -> HttpResponse:
    writes = found.state == AssessmentState.DRAFT and found.made_by_id == request.user.pk
    context = {"found": found, "month": WageMonth.of(found.wage_month), "row": row, "form": form, "refused": refused, "writes": writes}
    return render(request, "contributions/assessment_row.html", {**context, "form_errors": status != HTTPStatus.OK}, status=status)


def _file_page(request: HttpRequest, found: Assessment, form: Any, status: int = 200, refused: str = "", *, bad: Any = ()) -> HttpResponse:
    shown = [(line, problems.column_name(one.column), one.found, problems.sentence(one), problems.mend(one)) for line, one in bad[:25]]
    writes = found.state == AssessmentState.DRAFT and found.made_by_id == request.user.pk
    context = {"found": found, "month": WageMonth.of(found.wage_month), "form": form, "refused": refused, "writes": writes}
    more = {"bad": shown, "bad_total": len(bad), "form_errors": status != HTTPStatus.OK}
    return render(request, "contributions/assessment_file.html", {**context, **more}, status=status)


def _put(form: Any, error: NotAllowed) -> tuple[int, str]:
    """The status of a refusal, and its words where no field of the form can have them."""
    status, _words = labels.ASSESSMENT_REFUSALS[error.code]
    field = ON_FIELD.get(error.code)
    if field in form.fields:
        form.add_error(field, said(error))
        return status, ""
    return status, said(error)


def _plain(amount: Any) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _to(found: Assessment) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("staff:assessment", args=[found.pk]))
