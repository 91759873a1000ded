"""One person on a wage list: wages, bonus, unpaid leave, the last day; and somebody more on the list."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contributions import access, forms
from contributions.models import WageList, WageListRow
from contributions.selectors import wage_lists as selectors
from contributions.services import hiring
from contributions.services import wage_lists as services
from contributions.services.wage_lists import NotPossible, Written
from contributions.views import shared
from contributions.views.wage_lists import LONGEST_SEARCH, STATUS, barred, list_facts, plain, said
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity.gates import representative_required

FIELD_OF = {
    "WAGES_TOO_LARGE": "wages",
    "BONUS_ABOVE_WAGES": "bonus",
    "LAST_DAY_MISSING": "last_day",
    "LAST_DAY_AFTER": "last_day",
    "LAST_DAY_BEFORE": "last_day",
    "NOT_WORKING": "last_day",
    "FILED_LATER": "last_day",
}
HIRE_FIELD_OF = {"IDENTITY_FORM": "identity_number", "FIRST_DAY_AFTER": "first_day", "FIRST_DAY_BEFORE": "first_day", "ALREADY_EMPLOYED": "first_day"}
"""The field of the form that a refusal belongs to."""


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def wage_row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Everything about one person in the month; or take them off the list."""
    found = access.wage_list_for(shared.employer_of(request), pk)
    one = access.wage_row_for(found, row)
    if request.method != "POST":
        return _row_page(request, found, one, forms.WageRowForm(initial=_initial(one)))
    if request.POST.get("action") == "remove":
        return _remove(request, found, one)
    form = forms.WageRowForm(request.POST)
    if not form.is_valid():
        return _row_page(request, found, one, form, status=422)
    typed = form.cleaned_data
    written = Written(
        row_id=one.pk,
        version=typed["version"],
        standing=typed["standing"],
        wages=typed["wages"],
        bonus=typed["bonus"] or Decimal(0),
        last_day=typed["last_day"],
        leaving=typed["leaving"],
    )
    try:
        outcome = services.write(wage_list_id=found.pk, rows=[written], by=request.user, on=clock.business_date(), at=clock.now())  # type: ignore[arg-type]
    except NotPossible as error:
        return _row_page(request, found, one, form, status=STATUS.get(error.code, 422), refused=said(error))
    for refusal in outcome.refused.values():
        form.add_error(FIELD_OF.get(refusal.code), said(refusal))
        return _row_page(request, found, one, form, status=422)
    if outcome.changed:
        fresh = access.wage_row_for(found, row)
        words = _("Rakan sekerja mengubah baris ini sementara anda menulis. Yang terkini ditunjukkan di bawah; yang anda tulis tidak disimpan.")
        return _row_page(request, found, fresh, forms.WageRowForm(initial=_initial(fresh)), status=409, refused=words)
    messages.success(request, _("%(name)s: disimpan.") % {"name": one.member.name})
    return _to_list(found)


def _initial(row: WageListRow) -> dict[str, Any]:
    return {
        "version": row.version,
        "standing": row.standing,
        "wages": plain(row),
        "bonus": f"{row.bonus:.2f}" if row.bonus else "",
        "last_day": row.last_day,
        "leaving": row.leaving,
    }


def _row_page(
    request: HttpRequest, found: WageList, row: WageListRow, form: forms.WageRowForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    (line,) = selectors.lines_of([row], employer=found.employer, wage_month=WageMonth.of(found.wage_month))
    facts = {**list_facts(request, found), "row": row, "line": line, "barred": barred(line.refusal), "form": form}
    return render(request, "contributions/wage_row.html", {**facts, "refused": refused, "form_errors": status != 200}, status=status)


def _remove(request: HttpRequest, found: WageList, row: WageListRow) -> HttpResponse:
    try:
        services.remove(wage_list_id=found.pk, row_id=row.pk, by=request.user, on=clock.business_date(), at=clock.now())  # type: ignore[arg-type]
    except NotPossible as error:
        form = forms.WageRowForm(initial=_initial(row))
        return _row_page(request, found, row, form, status=STATUS.get(error.code, 422), refused=said(error))
    words = _("%(name)s dikeluarkan daripada senarai. Rekod pekerjaannya tidak berubah.")
    messages.success(request, words % {"name": row.member.name})
    return _to_list(found)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def wage_list_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody more on the list: of the employer's people of the month who are not on it."""
    found = access.wage_list_for(shared.employer_of(request), pk)
    if request.method == "POST" and request.POST.get("action") == "hire":
        return _hire(request, found)
    refused, status = "", 200
    if request.method == "POST":
        member = selectors.on_record(wage_list=found, number=request.POST.get("member", "")[:8])
        try:
            if member is None:
                raise NotPossible("NOT_ON_RECORD")
            row = services.add(wage_list_id=found.pk, member=member, by=request.user, on=clock.business_date(), at=clock.now())  # type: ignore[arg-type]
            return HttpResponseRedirect(reverse("employer:wage_row", args=[found.pk, row.pk]))
        except NotPossible as error:
            there = found.rows.filter(member=member).first() if error.code == "ON_LIST" else None
            if there is not None:
                # A second click, or a colleague was quicker.
                return HttpResponseRedirect(reverse("employer:wage_row", args=[found.pk, there.pk]))
            refused, status = said(error), STATUS.get(error.code, 422)
    return _add_page(request, found, forms.HireForm(), refused=refused, status=status)


def _add_page(request: HttpRequest, found: WageList, form: forms.HireForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    text = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\0", "")
    people = selectors.on_record_beside(wage_list=found, text=text)
    context = {**list_facts(request, found), "people": people, "text": text, "form": form, "refused": refused, "form_errors": status != 200}
    return render(request, "contributions/wage_list_add.html", context, status=status)


def _hire(request: HttpRequest, found: WageList) -> HttpResponse:
    """Somebody new, by identity number and name; JPN is asked about who is no member yet."""
    form = forms.HireForm(request.POST)
    if not form.is_valid():
        return _add_page(request, found, form, status=422)
    typed = form.cleaned_data
    try:
        row, enrolled = hiring.hire(
            wage_list_id=found.pk,
            number=typed["identity_number"],
            name=typed["name"],
            first_day=typed["first_day"],
            consent=typed["consent"],
            by=request.user,  # type: ignore[arg-type]
            on=clock.business_date(),
            at=clock.now(),
        )
    except NotPossible as error:
        there = found.rows.filter(member__identity_number=typed["identity_number"]).first() if error.code == "ON_LIST" else None
        if there is not None:
            # A second click: the person is on the list.
            return HttpResponseRedirect(reverse("employer:wage_row", args=[found.pk, there.pk]))
        if error.code not in HIRE_FIELD_OF:
            return _add_page(request, found, form, refused=said(error), status=STATUS.get(error.code, 422))
        form.add_error(HIRE_FIELD_OF[error.code], said(error))
        return _add_page(request, found, form, status=422)
    words = _("%(name)s kini ahli dengan nombor %(number)s.") if enrolled else _("%(name)s sudah ahli, nombor %(number)s.")
    messages.success(request, words % {"name": row.member.name, "number": row.member.number})
    return HttpResponseRedirect(reverse("employer:wage_row", args=[found.pk, row.pk]))


def _to_list(found: WageList) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("employer:wage_list", args=[found.pk]))
