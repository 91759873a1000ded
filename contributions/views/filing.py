"""Borang A in the browser: upload, watch, check, submit, approve or return, discard."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from contributions import access, forms, labels, problems
from contributions.enums import FilingAction, FilingState
from contributions.models import Filing
from contributions.selectors import filings as selectors
from contributions.services import crediting, moves, reading, template
from contributions.services import filing as services
from contributions.views import shared
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.common.periods import PeriodError, WageMonth
from members.identity.gates import representative_required

PROGRAMMES = {FilingState.RECEIVED: reading.PROGRAMME, FilingState.PAID: crediting.PROGRAMME}


@representative_required
@require_safe
def filings(request: HttpRequest) -> HttpResponse:
    employer = shared.employer_of(request)
    state = request.GET.get("state", "")
    state = state if state in set(FilingState) else ""
    page = Paginator(selectors.filings_of(employer=employer, state=state), 20).get_page(request.GET.get("page"))
    lines = [(filing, labels.FILING[filing.state]) for filing in page]
    states = [(value, labels.FILING[value].words, value == state) for value in FilingState]
    return render(
        request, "contributions/filings.html", {"acting_for": employer.name, "page": page, "lines": lines, "states": states, "state": state}
    )


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_new(request: HttpRequest) -> HttpResponse:
    employer, on = shared.employer_of(request), clock.business_date()
    months = selectors.choosable_months(employer=employer, on=on)
    chosen = _month_of(request.POST.get("wage_month") or request.GET.get("wage_month")) or WageMonth.of(on).previous()
    if chosen not in months:
        months = [chosen, *months]
    context: dict[str, Any] = {
        "acting_for": employer.name,
        "month": chosen,
        "due_date": chosen.due_date,
        "late": on > chosen.due_date,
        "template_url": f"{reverse('employer:template')}?wage_month={chosen}",
    }
    may = services.may_prepare(employer=employer, by=request.user)
    if request.method != "POST":
        form = forms.UploadForm(months=months, initial={"wage_month": str(chosen)})
        return render(request, "contributions/filing_new.html", {**context, "form": form, "may": may})
    form = forms.UploadForm(request.POST, request.FILES, months=months)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            filing = services.upload(
                employer=employer,
                wage_month=form.cleaned_data["wage_month"],
                name=upload.name,
                content=upload.read(),
                by=request.user,
                on=on,
            )
        except services.FileRefused as error:
            for problem in error.problems:
                form.add_error(problems.field_of(problem), problems.sentence(problem))
            context["earlier"] = _earlier(employer, error.problems)
        except moves.NotAllowed as error:
            return shared.refused(request, "contributions/filing_new.html", {**context, "form": form, "may": may}, error)
        else:
            return HttpResponseRedirect(reverse("employer:filing", args=[filing.pk]))
    return render(request, "contributions/filing_new.html", {**context, "form": form, "may": may}, status=422)


def _month_of(text: str | None) -> WageMonth | None:
    try:
        return WageMonth.parse(text or "")
    except PeriodError:
        return None


def _earlier(employer: Employer, found: Any) -> Filing | None:
    """The filing that a refusal names, so that the page can link to it."""
    number = next((problem["detail"].get("filing") for problem in found if problem.get("detail")), None)
    return Filing.objects.filter(employer=employer, pk=int(number)).first() if number else None


@representative_required
@require_safe
def filing(request: HttpRequest, pk: int) -> HttpResponse:
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    if request.headers.get("X-Fragment") == "progress":
        return JsonResponse(_progress(found))
    return render(request, "contributions/filing.html", _filing_context(request, employer, found))


def _progress(found: Filing) -> dict[str, Any]:
    programme = PROGRAMMES.get(FilingState(found.state))
    progress = selectors.progress_of(programme=programme, filing=found) if programme else None
    if progress is None:
        return {"done": 0, "total": 0, "finished": programme is None}
    return {"done": progress.done, "total": progress.total, "finished": False}


def _filing_context(request: HttpRequest, employer: Employer, found: Filing) -> dict[str, Any]:
    month = WageMonth.of(found.wage_month)
    programme = PROGRAMMES.get(FilingState(found.state))
    faulty = found.state == FilingState.FAULTY
    rows = selectors.bad_rows_of(filing=found) if faulty else selectors.rows_of(filing=found)
    page = Paginator(rows, selectors.ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "acting_for": employer.name,
        "filing": found,
        "month": month,
        "due_date": month.due_date,
        "new_url": f"{reverse('employer:filing_new')}?wage_month={month}",
        "label": labels.FILING[found.state],
        "progress": selectors.progress_of(programme=programme, filing=found) if programme else None,
        "may": {action.value.lower(): True for action in moves.allowed(filing=found, by=request.user)},  # type: ignore[arg-type]
        "page": page,
        "bad": [(row, [(problem, problems.sentence(problem)) for problem in row.problems]) for row in page] if faulty else [],
        "refusals": [problems.sentence(problem) for problem in found.refusal or []],
        "log": [(entry, labels.ACTION[entry.action]) for entry in selectors.log_of(filing=found)],
        "payments": [(payment, labels.PAYMENT[payment.state]) for payment in selectors.payments_of(filing=found)],
        "returned": found.log.filter(action=FilingAction.RETURN).last() if found.state == FilingState.RETURNED else None,
        "own": found.prepared_by_id == request.user.pk,
    }


@representative_required
@require_safe
def filing_row(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """One employee's line, and why its shares are what they are."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    row = access.row_for(found, line)
    context = {
        "acting_for": employer.name,
        "filing": found,
        "row": row,
        "month": WageMonth.of(found.wage_month),
        "why": selectors.why_shares(row=row),
        "sentences": [problems.sentence(problem) for problem in row.problems],
    }
    return render(request, "contributions/filing_row.html", context)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the answers, declare, send for approval."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    context = {
        "acting_for": employer.name,
        "filing": found,
        "month": WageMonth.of(found.wage_month),
        "comparison": selectors.comparison(filing=found),
        "may": FilingAction.SUBMIT in moves.allowed(filing=found, by=request.user),  # type: ignore[arg-type]
    }
    form = forms.SubmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.submit(filing_id=found.pk, by=request.user, declaration=True, on=clock.business_date())
        except moves.NotAllowed as error:
            return shared.refused(request, "contributions/filing_submit.html", {**context, "form": form}, error)
        return HttpResponseRedirect(reverse("employer:filing", args=[found.pk]))
    status = 422 if request.method == "POST" else 200
    return render(request, "contributions/filing_submit.html", {**context, "form": form}, status=status)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The approver's page: the filing beside last month's, approve, or return with a comment."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    page = Paginator(selectors.rows_of(filing=found), selectors.ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "acting_for": employer.name,
        "filing": found,
        "month": WageMonth.of(found.wage_month),
        "comparison": selectors.comparison(filing=found),
        "page": page,
        "own": found.prepared_by_id == request.user.pk,
        "may": FilingAction.APPROVE in moves.allowed(filing=found, by=request.user),  # type: ignore[arg-type]
    }
    returning = request.POST.get("action") == "return"
    form = forms.ReturnForm(request.POST if returning else None)
    if request.method == "POST":
        on = clock.business_date()
        try:
            if not returning:
                services.approve(filing_id=found.pk, by=request.user, on=on)
            elif form.is_valid():
                services.return_to_maker(filing_id=found.pk, by=request.user, comment=form.cleaned_data["comment"], on=on)
            else:
                return render(request, "contributions/filing_decide.html", {**context, "form": form}, status=422)
        except moves.NotAllowed as error:
            return shared.refused(request, "contributions/filing_decide.html", {**context, "form": form}, error)
        return HttpResponseRedirect(reverse("employer:filing", args=[found.pk]))
    return render(request, "contributions/filing_decide.html", {**context, "form": form})


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then discard: the month is free for another file."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    may = FilingAction.DISCARD in moves.allowed(filing=found, by=request.user)  # type: ignore[arg-type]
    context = {"acting_for": employer.name, "filing": found, "month": WageMonth.of(found.wage_month), "may": may}
    if request.method == "POST":
        try:
            services.discard(filing_id=found.pk, by=request.user, on=clock.business_date())
        except moves.NotAllowed as error:
            return shared.refused(request, "contributions/filing_discard.html", context, error)
        return HttpResponseRedirect(reverse("employer:filing_new") + f"?wage_month={WageMonth.of(found.wage_month)}")
    return render(request, "contributions/filing_discard.html", context)


@representative_required
@require_GET
def template_csv(request: HttpRequest) -> HttpResponse:
    """The CSV of ruling 12, filled with the people on record."""
    employer = shared.employer_of(request)
    month = _month_of(request.GET.get("wage_month")) or WageMonth.of(clock.business_date()).previous()
    response = HttpResponse(template.csv_for(employer=employer, wage_month=month), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="borang-a-{employer.number}-{month}.csv"'
    return response
