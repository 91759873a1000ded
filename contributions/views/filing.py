"""Borang A in the browser: the list, a new file, what became of it, one employee's line."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from contributions import access, explanations, forms, labels, problems
from contributions.borang_a import remedies
from contributions.borang_a.kinds import Kind
from contributions.borang_a.problem import Code
from contributions.enums import FilingAction, FilingState, RowStatus
from contributions.models import Filing
from contributions.problems import assumptions, causes
from contributions.selectors import corrections, explaining, mending, topped, wage_lists, wrong_credits
from contributions.selectors import filings as selectors
from contributions.services import crediting, moves, reading, template
from contributions.services import filing as services
from contributions.views import shared
from contributions.workflow import GAVE_BACK, HANDED_IN
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from members.identity.gates import representative_required
from members.ledger.enums import HolderKind

PROGRAMMES = {FilingState.RECEIVED: reading.PROGRAMME, FilingState.PAID: crediting.PROGRAMME}
FILINGS_A_PAGE = 20
STEPS = (_("Baca fail"), _("Semak dan hantar"), _("Luluskan"), _("Bayar"), _("Kreditkan"))
STEP_OF = {
    FilingState.RECEIVED: 1,
    FilingState.ASKED: 1,
    FilingState.UNREADABLE: 1,
    FilingState.FAULTY: 1,
    FilingState.READY: 2,
    FilingState.RETURNED: 2,
    FilingState.SUBMITTED: 3,
    FilingState.APPROVED: 4,
    FilingState.PAID: 5,
}
"""Where a filing stands on its way (from 1). What is credited or discarded has no way before it."""
TEMPLATES = {Kind.XLSX: "employer:template_xlsx", Kind.CSV: "employer:template", Kind.SDBA: "employer:template_sdba"}
MAY_CHANGE = (Code.NOTHING_DUE, Code.NOT_READ)
"""Refusals of a whole file that the same file may not meet again."""


@representative_required
@require_safe
def filings(request: HttpRequest) -> HttpResponse:
    employer = shared.employer_of(request)
    state = request.GET.get("state", "")
    state = state if state in set(FilingState) else ""
    counts = selectors.states_of(employer=employer)
    page = Paginator(selectors.filings_of(employer=employer, state=state), FILINGS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "acting_for": employer.name,
        "page": page,
        "lines": [(filing, labels.FILING[filing.state]) for filing in page],
        "chips": [(value, labels.FILING[value].words, counts.get(value, 0)) for value in FilingState if counts.get(value) or value == state],
        "all": sum(counts.values()),
        "state": state,
        "may_prepare": services.may_prepare(employer=employer, by=request.user, on=clock.business_date()),  # type: ignore[arg-type]
    }
    return render(request, "contributions/filings.html", context)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_new(request: HttpRequest) -> HttpResponse:
    """Choose the month, take the template, send the file."""
    employer = shared.employer_of(request)
    if request.method != "POST":
        return _new_page(request, employer, forms.UploadForm())
    form = forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _new_page(request, employer, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        filing = services.upload(
            employer=employer,
            wage_month=form.cleaned_data["wage_month"],
            name=upload.name,
            content=upload.read(),
            by=request.user,  # type: ignore[arg-type]
            on=clock.business_date(),
            adds=form.cleaned_data["adds"],
        )
    except services.FileRefused as error:
        return _new_page(request, employer, form, status=422, found=error.problems)
    except moves.NotAllowed as error:
        status, words = shared.NOT_ALLOWED[error.code]
        return _new_page(request, employer, forms.UploadForm(), status=status, refused=str(words))
    return HttpResponseRedirect(reverse("employer:filing", args=[filing.pk]))


def _new_page(
    request: HttpRequest, employer: Employer, form: forms.UploadForm, *, status: int = 200, found: Sequence[problems.Stored] = (), **more: Any
) -> HttpResponse:
    """The page of a new file; `found` is what is wrong with the one that was sent, said beside the month or the file."""
    on = clock.business_date()
    asked = request.POST.get("wage_month") if request.method == "POST" else request.GET.get("wage_month")
    month = shared.month_of(asked) or WageMonth.of(on).previous()
    months = selectors.choosable_months(employer=employer, on=on)
    if month not in months:
        months = [month, *months]
    held = selectors.filed_months(employer=employer, months=months)
    month_form = forms.MonthForm({"wage_month": str(month)}, months=months, held=held)
    for problem in found:
        at_fault = month_form if problems.field_of(problem) == "wage_month" else form
        at_fault.add_error(problems.field_of(problem), f"{problems.sentence(problem)} {problems.mend(problem)}")
    context = {
        "acting_for": employer.name,
        "form": form,
        "month_form": month_form,
        "form_errors": status != HTTPStatus.OK,
        "month": month,
        "holder": held.get(month),
        "holder_label": labels.FILING[held[month].state] if month in held else None,
        "gives_way": month in held and held[month].state in services.GIVES_WAY,
        "adds": month in held and held[month].state in HANDED_IN,
        "earlier": _earlier(employer, found),
        **shared.timing_of(month, on),
        "templates": [(kind, f"{reverse(TEMPLATES[kind])}?wage_month={month}") for kind in TEMPLATES],
        "may": services.may_prepare(employer=employer, by=request.user, on=clock.business_date()),  # type: ignore[arg-type]
        "liable": explanations.liable_wages(month),
        **_without_file(employer, month, adds=month in held and held[month].state in HANDED_IN),
        "columns": [(column, problems.column_name(column)) for column in forms.COLUMNS],
    }
    return render(request, "contributions/filing_new.html", {**context, **more}, status=status)


def _without_file(employer: Employer, month: WageMonth, *, adds: bool) -> dict[str, Any]:
    """The wage lists of the month, and the form that begins one; where the month is handed in, one of people who were left out."""
    found = wage_lists.open_lists(employer=employer, wage_month=month)
    begins = all(one.adds != adds for one in found)
    form = forms.WageListForm(months=[month], adds=adds, auto_id="list_%s")
    return {"wage_lists": [(one, labels.WAGE_LIST[one.state]) for one in found], "list_form": form if begins else None}


def _earlier(employer: Employer, found: Sequence[problems.Stored]) -> Filing | None:
    """The filing that a refusal names, so that the page can link to it."""
    number = next((problem["detail"]["filing"] for problem in found if "filing" in problem["detail"]), None)
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
    """For the page's script; `finished` when there is something new to show."""
    programme = PROGRAMMES.get(FilingState(found.state))
    if programme is None:
        return {"done": 0, "total": 0, "finished": True}
    progress = selectors.progress_of(programme=programme, filing=found)
    return {"done": progress.done, "total": progress.total, "finished": progress.dead > 0}


def _filing_context(request: HttpRequest, employer: Employer, found: Filing) -> dict[str, Any]:
    state = FilingState(found.state)
    programme = PROGRAMMES.get(state)
    number = request.GET.get("page")
    beside = selectors.beside(filing=found) if found.number or getattr(found, "has_supplements", True) else []
    faulty = state in (FilingState.FAULTY, FilingState.RETURNED) and found.rows_invalid + found.rows_unmatched > 0
    bad = mending.bad_rows_page(filing=found, number=number) if faulty else None
    log = list(selectors.log_of(filing=found))
    payments = list(selectors.payments_of(filing=found))
    month = WageMonth.of(found.wage_month)
    may = moves.allowed(filing=found, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    return {
        "acting_for": employer.name,
        "filing": found,
        "month": month,
        "new_url": f"{reverse('employer:filing_new')}?wage_month={month}",
        "label": labels.FILING[state],
        "steps": STEPS if state in STEP_OF else (),
        "step": STEP_OF.get(state, 0),
        "progress": selectors.progress_of(programme=programme, filing=found) if programme else None,
        "may": {action.value.lower(): True for action in may},
        "may_prepare": services.may_prepare(employer=employer, by=request.user, on=clock.business_date()),  # type: ignore[arg-type]
        "may_add": state in HANDED_IN and not found.number,
        "page": bad if bad is not None else selectors.rows_page(filing=found, number=number),
        "bad": [shared.faults_of(row) for row in bad or ()],
        "causes": [(code.value, causes.title(code), count, code in remedies.REMEDIES) for code, count in mending.causes_of(filing=found)]
        if faulty
        else (),
        "may_mend": FilingAction.MEND in may,
        "faulty": faulty,
        "beside": [(filing, labels.FILING[filing.state]) for filing in beside],
        "refusals": [(problems.sentence(problem), problems.mend(problem)) for problem in found.refusal or []],
        "assumed": assumptions.said(found.assumptions),
        "log": [(entry, labels.ACTION[entry.action]) for entry in log],
        "payments": [(payment, labels.PAYMENT[payment.state]) for payment in payments],
        "in_flight": next((payment for payment in payments if payment.state in selectors.IN_FLIGHT and payment.parts == 1), None),
        "returned": next((entry for entry in reversed(log) if entry.action in GAVE_BACK), None),
        **shared.approvers_of(request, found, may=may),
        "may_change": not found.refusal or any(problem["code"] in MAY_CHANGE for problem in found.refusal),
        "reread_as": Filing.objects.filter(rereads=found).first() if state == FilingState.DISCARDED else None,
        "corrections": corrections.of_filing(found) if state == FilingState.CREDITED else (),
    }


@representative_required
@require_safe
def filing_row(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """One employee's line, and why its shares are what they are."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    row = access.row_for(found, line)
    behind = explaining.behind(row, seen_by=HolderKind.EMPLOYER)
    context = {
        "acting_for": employer.name,
        "filing": found,
        "row": row,
        "month": WageMonth.of(found.wage_month),
        "shares": behind.shares,
        "corrected": behind.corrected,
        "topped_by": topped.topped_by(row),
        "moves": wrong_credits.of_row(row, posted=True),
        "faults": shared.faults_of(row)["faults"] if row.status != RowStatus.LEFT_OUT else (),
        "left_out": row.status == RowStatus.LEFT_OUT,
        "history": [(mend, labels.MENDING[mend.mending.kind], changes) for mend, changes in mending.history_of(row=row)],
        "may_mend": FilingAction.MEND in moves.allowed(filing=found, by=request.user, on=clock.business_date()),  # type: ignore[arg-type]
    }
    return render(request, "contributions/filing_row.html", context)


@representative_required
@require_safe
def template_file(request: HttpRequest, kind: Kind) -> HttpResponseBase:
    """A Borang A to fill (ruling 12), with the people on record, or with nobody for `?filled=no`. That it was taken is in the log."""
    employer, on = shared.employer_of(request), clock.business_date()
    month = shared.month_of(request.GET.get("wage_month")) or WageMonth.of(on).previous()
    filled = request.GET.get("filled") != "no"
    content = template.file_for(kind=kind, employer=employer, wage_month=month, on=on, filled=filled)
    name = f"borang-a-{employer.number}-{month}{'' if filled else '-kosong'}.{template.ENDINGS[kind]}"
    return downloads.handed_out(request, content, name=name, content_type=template.CONTENT_TYPES[kind], target=employer, subjects=[employer])
