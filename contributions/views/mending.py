"""Mending a Borang A where it stands: one row, all rows of a cause, and taking a mend back."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels, problems
from contributions.borang_a import remedies
from contributions.borang_a.problem import Code
from contributions.enums import FilingAction, RowStatus
from contributions.models import Filing, FilingRow
from contributions.problems import causes
from contributions.selectors import mending as selectors
from contributions.services import mending as services
from contributions.services import moves, rechecking, row_changes
from contributions.views import shared
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members.identity.gates import representative_required


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def row_mend(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """The cells of a row, what is wrong beside each, checked again as soon as they are sent."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    row = access.row_for(found, line)
    if request.method != "POST":
        return _row_page(request, found, row, _form_of(row), row.problems)
    form = forms.RowForm(request.POST)
    if not form.is_valid():
        return _row_page(request, found, row, form, (), status=422)
    cells = {**form.cells, **(remedies.taken(row.problems) if "take" in request.POST else {})}
    try:
        after = services.mend_row(
            filing_id=pk,
            line=line,
            cells=cells,
            seen=form.cleaned_data["seen"],
            tops_up="tops_up" in request.POST,
            by=request.user,  # type: ignore[arg-type]
            on=clock.business_date(),
        )
    except services.StillWrong as wrong:
        typed = forms.RowForm({forms.CELLS[column]: text for column, text in cells.items()} | {"seen": row.mends})
        return _row_page(request, found, row, typed, wrong.problems, status=422)
    except moves.NotAllowed as error:
        return _refused_row(request, found, line, error)
    return _mended(request, found, after)


def _form_of(row: FilingRow) -> forms.RowForm:
    """The row as it stands, with its faults beside the cells: what the reader found is said as what is typed here would be."""
    cells = selectors.cells_of(row)
    return forms.RowForm({forms.CELLS[column]: text for column, text in cells.items()} | {"seen": row.mends})


def _row_page(
    request: HttpRequest, found: Filing, row: FilingRow, form: forms.RowForm, wrong: Any, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    if form.is_valid():
        for problem in wrong:
            form.add_error(forms.CELLS.get(problem["column"]), f"{problems.sentence(problem)} {problems.mend(problem)}")
    may = FilingAction.MEND in moves.allowed(filing=found, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    taken = remedies.taken(wrong)
    context = {
        "acting_for": found.employer.name,
        "filing": found,
        "row": row,
        "month": WageMonth.of(found.wage_month),
        "may": may,
        "form": form,
        "form_errors": status != 200,
        "taken": [(problems.column_name(column), expected) for column, expected in taken.items()] if may else [],
        "raised": _raised(wrong) if may else None,
        "left_out": row.status == RowStatus.LEFT_OUT,
        "refused": refused,
        **({} if may else shared.present_state(found)),
    }
    return render(request, "contributions/row_mend.html", context, status=status)


def _raised(wrong: Any) -> Mapping[str, str] | None:
    """The figures of the difference, where it is all that is to be said about the row."""
    return wrong[0]["detail"] if len(wrong) == 1 and wrong[0]["code"] == Code.WAGES_RAISED else None


def _refused_row(request: HttpRequest, found: Filing, line: int, error: moves.NotAllowed) -> HttpResponse:
    """The row as it is now, with why the act was refused."""
    fresh = access.filing_for(found.employer, found.pk)
    row = access.row_for(fresh, line)
    status, words = shared.NOT_ALLOWED[error.code]
    return _row_page(request, fresh, row, _form_of(row), row.problems, status=status, refused=str(words))


def _mended(request: HttpRequest, found: Filing, row: FilingRow) -> HttpResponse:
    """Where a mended row leads: to the next one that is bad, or to the filing when none is left."""
    words = (
        _("Baris %(line)s dibetulkan dan disemak.") if row.status == RowStatus.VALID else _("Baris %(line)s disimpan; orangnya masih tidak padan.")
    )
    messages.success(request, words % {"line": formats.count(row.line)})
    following = selectors.bad_rows(filing=found).filter(line__gt=row.line).values_list("line", flat=True).first()
    if following is not None and "next" in request.POST:
        return HttpResponseRedirect(reverse("employer:row_mend", args=[found.pk, following]))
    return _to(found)


@representative_required
@require_POST
def row_leave_out(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Leave one row out; its act can be undone."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    access.row_for(found, line)
    form = forms.ShownForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    try:
        services.leave_out(filing_id=pk, line=line, seen=seen, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except moves.NotAllowed as error:
        return _refused_row(request, found, line, error)
    messages.success(request, _("Baris %(line)s ditinggalkan. Ia boleh dikembalikan dalam senarai betulan.") % {"line": formats.count(line)})
    return _to(found)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_cause(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The rows of one cause; where one answer is right for all of them, what it would change, and the button that does it."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    if code not in causes.TITLES:
        raise Http404
    cause = Code(code)
    if request.method != "POST":
        return _cause_page(request, found, cause)
    form = forms.ShownForm(request.POST)
    if not form.is_valid():
        return _cause_page(request, found, cause, status=422)
    try:
        effect = services.apply_to_cause(
            filing_id=pk,
            code=cause,
            seen=form.cleaned_data["seen"],
            by=request.user,  # type: ignore[arg-type]
            on=clock.business_date(),
        )
    except moves.NotAllowed as error:
        status, words = shared.NOT_ALLOWED[error.code]
        return _cause_page(request, access.filing_for(employer, pk), cause, status=status, refused=str(words))
    done = ngettext("%(rows)s baris dibetulkan. Ini boleh dibatalkan.", "%(rows)s baris dibetulkan. Ini boleh dibatalkan.", effect.rows)
    messages.success(request, done % {"rows": formats.count(effect.rows)})
    return HttpResponseRedirect(reverse("employer:filing_mends", args=[pk]))


def _cause_page(request: HttpRequest, found: Filing, code: Code, *, status: int = 200, refused: str = "") -> HttpResponse:
    counts = dict(selectors.causes_of(filing=found))
    may = FilingAction.MEND in moves.allowed(filing=found, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    wanted = rechecking.of_cause(filing=found, code=code) if may and code in counts else None
    effect = row_changes.effect_of(filing=found, wanted=wanted[0], asked=wanted[1]) if wanted else None
    page = selectors.bad_rows_page(filing=found, number=request.GET.get("page"), code=code, count=counts.get(code, 0))
    bad = found.rows_unmatched + found.rows_invalid
    context = {
        "acting_for": found.employer.name,
        "filing": found,
        "month": WageMonth.of(found.wage_month),
        "title": causes.title(code),
        "code": code.value,
        "page": page,
        "bad": [shared.faults_of(row) for row in page],
        "may_mend": may,
        "remedy": remedies.REMEDIES[code].value if effect and effect.rows else "",
        "new_people": may and code in (Code.NUMBER_UNKNOWN, Code.IDENTITY_UNKNOWN) and code in counts,
        "effect": effect,
        "bad_now": bad,
        "bad_then": bad + effect.bad if effect else bad,
        "total_then": found.total + effect.total if effect else found.total,
        "refused": refused,
        "form_errors": status != 200,
    }
    return render(request, "contributions/filing_cause.html", context, status=status)


@representative_required
@require_safe
def filing_mends(request: HttpRequest, pk: int) -> HttpResponse:
    """Every act of mending, who did it and when; what may be taken back."""
    employer = shared.employer_of(request)
    return _mends_page(request, access.filing_for(employer, pk))


def _mends_page(request: HttpRequest, found: Filing, *, status: int = 200, refused: str = "") -> HttpResponse:
    page = selectors.acts_page(filing=found, number=request.GET.get("page"))
    context = {
        "acting_for": found.employer.name,
        "filing": found,
        "month": WageMonth.of(found.wage_month),
        "page": page,
        "acts": [(act, labels.MENDING[act.kind], causes.title(act.cause) if act.cause else "") for act in page],
        "left_out": selectors.left_out_page(filing=found, number=request.GET.get("out")),
        "may": FilingAction.MEND in moves.allowed(filing=found, by=request.user, on=clock.business_date()),  # type: ignore[arg-type]
        "refused": refused,
        "form_errors": status != 200,
    }
    return render(request, "contributions/filing_mends.html", context, status=status)


@representative_required
@require_POST
def mending_undo(request: HttpRequest, pk: int, mending_id: int) -> HttpResponse:
    """Take an act back."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    act = access.mending_for(found, mending_id)
    if not hasattr(act, "undone_by"):
        try:
            effect = services.undo(filing_id=pk, mending_id=act.pk, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
        except moves.NotAllowed as error:
            status, words = shared.NOT_ALLOWED[error.code]
            return _mends_page(request, access.filing_for(employer, pk), status=status, refused=str(words))
        done = _("%(rows)s baris kembali seperti sebelumnya.") % {"rows": formats.count(effect.rows)}
        kept = act.rows_total - effect.rows
        if kept:
            done += " " + _("%(rows)s baris kekal kerana dibetulkan sekali lagi selepas itu.") % {"rows": formats.count(kept)}
        messages.success(request, done)
    return HttpResponseRedirect(reverse("employer:filing_mends", args=[pk]))


def _to(found: Filing) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("employer:filing", args=[found.pk]))
