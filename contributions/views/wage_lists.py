"""A wage list in the browser: begun, written page by page, and put away. What becomes of it when it is done: views.handing_in."""

import re
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from contributions import access, forms, labels, problems
from contributions.borang_a import checks
from contributions.enums import WageListState, WageStanding
from contributions.models import WageList, WageListRow
from contributions.selectors import filings as filing_selectors
from contributions.selectors import wage_lists as selectors
from contributions.services import filing as filings
from contributions.services import handing_in
from contributions.services import wage_lists as services
from contributions.services.wage_lists import NotPossible, Written
from contributions.views import shared
from employers.enums import Leaving
from employers.labels import LEAVING
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.templatetags import formats
from kwsp_portal.templatetags.components import SummaryError
from members.identity.gates import representative_required

LONGEST_SEARCH: Final = 80
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
STATUS: Final = {
    "NO_RIGHT": 403,
    "OWN_WORK": 403,
    "NOT_OPEN": 409,
    "MONTH_TAKEN": 409,
    "FILING_GOES_ON": 409,
    "ANOTHER_OPEN": 409,
    "TOO_MANY": 429,
    "JPN_SILENT": 503,
}
"""Of refusals that are not about what was typed."""


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def wage_list_new(request: HttpRequest) -> HttpResponse:
    """Begin a list, or go on with the one that is open. It is asked for on the page of the month's Borang A."""
    if request.method != "POST":
        return _to_new(shared.month_of(request.GET.get("wage_month")))
    employer, on = shared.employer_of(request), clock.business_date()
    months = filing_selectors.choosable_months(employer=employer, on=on)
    asked = shared.month_of(request.POST.get("wage_month"))
    form = forms.WageListForm(request.POST, months=[*months, *([asked] if asked and asked not in months else [])])
    if not form.is_valid():
        return _back_to_new(request, asked, str(next(error for errors in form.errors.values() for error in errors)))
    try:
        found = services.begin(
            employer=employer,
            wage_month=form.cleaned_data["wage_month"],
            source=form.cleaned_data["source"],
            by=request.user,  # type: ignore[arg-type]
            on=on,
        )
    except NotPossible as error:
        return _back_to_new(request, asked, said(error))
    return HttpResponseRedirect(reverse("employer:wage_list", args=[found.pk]))


def _back_to_new(request: HttpRequest, month: WageMonth | None, words: str) -> HttpResponse:
    messages.error(request, words)
    return _to_new(month)


def _to_new(month: WageMonth | None) -> HttpResponseRedirect:
    """Where a list of the month begins."""
    asked = f"?wage_month={month}" if month else ""
    return HttpResponseRedirect(f"{reverse('employer:filing_new')}{asked}#without-file")


def said(error: NotPossible) -> str:
    """Why it is refused, with days as people write them."""
    figures = {name: formats.day(parse_date(text)) if _DAY.fullmatch(text) else text for name, text in error.details.items()}
    return str(labels.LIST_REFUSALS[error.code]) % {"found": "", "expected": "", **figures}


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def wage_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of a list, a page of them, to be written; with script each is saved as it is left."""
    employer = shared.employer_of(request)
    found = access.wage_list_for(employer, pk)
    if request.method != "POST":
        return render(request, "contributions/wage_list.html", list_page(request, employer, found))
    typed = _Typed(request, found)
    try:
        outcome = services.write(wage_list_id=found.pk, rows=typed.rows, by=request.user, on=clock.business_date(), at=clock.now())  # type: ignore[arg-type]
    except NotPossible as error:
        return _refused(request, employer, pk, error)
    for row_id, refusal in outcome.refused.items():
        typed.wrong[row_id] = said(refusal)
    for row_id in outcome.changed:
        typed.wrong[row_id] = _theirs(found, row_id)
        typed.kept.pop(row_id, None)
    if request.headers.get("X-Fragment") == "row":
        return _fragment(employer, access.wage_list_for(employer, pk), typed)
    if typed.wrong:
        fresh = access.wage_list_for(employer, pk)
        return render(request, "contributions/wage_list.html", list_page(request, employer, fresh, typed), status=422)
    if outcome.written:
        words = ngettext("%(count)s baris disimpan.", "%(count)s baris disimpan.", outcome.written)
        messages.success(request, words % {"count": formats.count(outcome.written)})
    return HttpResponseRedirect(request.get_full_path())


class _Typed:
    """What was typed into the rows of a page: rows to write, and beside which rows something is wrong; `kept` stays in their fields."""

    def __init__(self, request: HttpRequest, wage_list: WageList) -> None:
        self.rows: list[Written] = []
        self.wrong: dict[int, str] = {}
        self.kept: dict[int, str] = {}
        ids = [int(text) for text in request.POST.getlist("row")[: 4 * selectors.ROWS_A_PAGE] if text.isascii() and text.isdigit() and len(text) < 19]
        for row in wage_list.rows.filter(pk__in=ids):
            self._take(row, request.POST.get(f"wages-{row.pk}", ""), request.POST.get(f"was-{row.pk}", ""), request.POST.get(f"version-{row.pk}", ""))

    def _take(self, row: WageListRow, text: str, was: str, version: str) -> None:
        """Nothing where the field is as the page showed it: whoever did not touch it changed nothing."""
        if text.strip() == was.strip():
            return
        self.kept[row.pk] = text[:30]
        try:
            wages = forms.amount_of(text)
        except ValidationError as error:
            self.wrong[row.pk] = error.messages[0]
            return
        seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
        standing = WageStanding(row.standing)
        paid = WageStanding.WAGES if standing is WageStanding.UNPAID_LEAVE else standing
        leaving = Leaving(row.leaving) if row.leaving else None
        self.rows.append(Written(row_id=row.pk, version=seen, standing=paid, wages=wages, bonus=row.bonus, last_day=row.last_day, leaving=leaving))


def _theirs(wage_list: WageList, row_id: int) -> str:
    """What a colleague wrote meanwhile."""
    row = wage_list.rows.select_related("changed_by").filter(pk=row_id).first()
    if row is None or row.changed_by is None or row.changed_at is None:
        return _("Baris ini sudah dikeluarkan oleh rakan sekerja.")
    said = {"who": row.changed_by.name, "at": formats.moment(row.changed_at), "wages": formats.amount(row.wages) if row.wages is not None else "–"}
    return _("%(who)s mengubah baris ini pada %(at)s: upah RM %(wages)s. Yang anda tulis tidak disimpan; semak dan tulis semula.") % said


def _fragment(employer: Employer, found: WageList, typed: _Typed) -> JsonResponse:
    """The rows that were sent, for the page's script."""
    ids = {*typed.kept, *typed.wrong, *(one.row_id for one in typed.rows)}
    rows = list(found.rows.select_related("member", "wage_list").filter(pk__in=ids))
    lines = selectors.lines_of(rows, employer=employer, wage_month=WageMonth.of(found.wage_month))
    return JsonResponse(
        {"rows": [_as_json(line, typed) for line in lines], "blank": selectors.counts_of(found).blank}, status=422 if typed.wrong else 200
    )


def _as_json(line: selectors.Line, typed: _Typed) -> dict[str, Any]:
    row, shares = line.row, line.shares
    return {
        "id": row.pk,
        "version": row.version,
        "wages": plain(row),
        "employer": formats.amount(shares.employer) if shares else "–",
        "employee": formats.amount(shares.employee) if shares else "–",
        "barred": barred(line.refusal),
        "wrong": typed.wrong.get(row.pk, ""),
        "keep": row.pk in typed.wrong and row.pk in typed.kept,
        "said": _("Disimpan."),
    }


def plain(row: WageListRow) -> str:
    """The wages as a field shows them."""
    return "" if row.wages is None else f"{row.wages:.2f}"


def barred(refusal: Refusal | None) -> str:
    """Why the law lets nothing be contributed for somebody."""
    if refusal is None:
        return ""
    problem = checks.refused(refusal)
    return f"{problems.sentence(problem)} {problems.mend(problem)}"


def _refused(request: HttpRequest, employer: Employer, pk: int, error: NotPossible) -> HttpResponse:
    if request.headers.get("X-Fragment") == "row":
        return JsonResponse({"rows": [], "refused": said(error)}, status=STATUS.get(error.code, 422))
    context = {**list_page(request, employer, access.wage_list_for(employer, pk)), "refused": said(error), "form_errors": True}
    return render(request, "contributions/wage_list.html", context, status=STATUS.get(error.code, 422))


def list_page(request: HttpRequest, employer: Employer, found: WageList, typed: _Typed | None = None) -> dict[str, Any]:
    only, text = request.GET.get("only", ""), request.GET.get("q", "")[:LONGEST_SEARCH].replace("\0", "")
    page = selectors.rows_page(wage_list=found, only=only, text=text, number=request.GET.get("page"))
    lines = selectors.lines_of(list(page), employer=employer, wage_month=WageMonth.of(found.wage_month))
    counts = selectors.counts_of(found)
    wrong, kept = (typed.wrong, typed.kept) if typed else ({}, {})
    chips = (("", _("Semua"), counts.people), ("blank", _("Tanpa upah"), counts.blank), ("leave", _("Cuti tanpa gaji"), counts.leave))
    return {
        **list_facts(request, found),
        "page": page,
        "lines": [
            {
                "line": line,
                "row": line.row,
                "typed": kept.get(line.row.pk, plain(line.row)),
                "was": plain(line.row),
                "wrong": wrong.get(line.row.pk, ""),
            }
            | {"barred": barred(line.refusal), "leaving": labels_of_leaving(line.row)}
            for line in lines
        ],
        "counts": counts,
        "chips": [chip for chip in (*chips, ("left", _("Berhenti"), counts.left)) if chip[2] or chip[0] in ("", only)],
        "only": only if only in selectors.ONLY else "",
        "text": text,
        "wrong": [SummaryError(f"{line.row.member.name}: {wrong[line.row.pk]}", f"wages-{line.row.pk}") for line in lines if line.row.pk in wrong],
        "form_errors": bool(wrong),
    }


def list_facts(request: HttpRequest, found: WageList) -> dict[str, Any]:
    """What each page of a list shows: whose month it is, how it stands, and what whoever looks may do."""
    by, on = request.user, clock.business_date()
    open_one = found.state == WageListState.OPEN
    prepares = filings.may_prepare(employer=found.employer, by=by, on=on)  # type: ignore[arg-type]
    waits = found.state == WageListState.NIL_WAITS
    why_not = handing_in.may_decide_nil(wage_list=found, by=by, on=on) if waits else "NOT_OPEN"  # type: ignore[arg-type]
    again = found.state in (WageListState.NIL, WageListState.NIL_WAITS) or (found.filing is not None and found.filing.state in services.REOPENS)
    return {
        "acting_for": found.employer.name,
        "list": found,
        "month": WageMonth.of(found.wage_month),
        "new_url": f"{reverse('employer:filing_new')}?wage_month={WageMonth.of(found.wage_month)}",
        "label": labels.WAGE_LIST[found.state],
        "is_open": open_one,
        "may": prepares,
        "writes": open_one and prepares,
        "decides": not why_not,
        "own_work": why_not == "OWN_WORK",
        "reopens": prepares and not open_one and found.state != WageListState.DISCARDED and again,
        "colleague": selectors.colleague_at_work(found, by=by, at=clock.now()) if open_one else None,  # type: ignore[arg-type]
        "refused": "",
    }


def labels_of_leaving(row: WageListRow) -> str:
    """Why somebody left, in words."""
    return str(LEAVING[row.leaving]) if row.leaving else ""
