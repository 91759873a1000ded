"""A foreigner who is new on a wage list, by passport; who is like a member of the same country is asked about first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contributions import access, forms
from contributions.models import WageList, WageListRow
from contributions.services import hiring
from contributions.services.wage_lists import NotPossible
from contributions.views import shared
from contributions.views.wage_lists import STATUS, list_facts, said
from kwsp_portal.common import clock
from members import labels
from members.identity.gates import representative_required
from members.services.registering import NotRegistrable

FIELD_OF = {
    "FIRST_DAY_AFTER": "first_day",
    "FIRST_DAY_BEFORE": "first_day",
    "ALREADY_EMPLOYED": "first_day",
    "IDENTITY_FORM": "identity_number",
    "PASSPORT_COUNTRY": "identity_country",
    "BIRTH_DATE_RANGE": "birth_date",
    "NAME_EMPTY": "name",
}
"""The field of the form that a refusal belongs to."""
ASKED = "PASSPORT_PERHAPS_KNOWN"


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def wage_list_foreigner(request: HttpRequest, pk: int) -> HttpResponse:
    """Found by passport, or a member from now on."""
    found = access.wage_list_for(shared.employer_of(request), pk)
    if request.method != "POST":
        return _page(request, found, forms.ForeignerForm())
    form = forms.ForeignerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        row, enrolled = _hired(request, found, form)
    except NotPossible as error:
        return _refused(request, found, form, error)
    except NotRegistrable as error:
        for refusal in error.refusals:
            form.add_error(FIELD_OF.get(refusal.code), labels.refusal(refusal))
        return _page(request, found, form, status=422)
    words = _("%(name)s kini ahli dengan nombor %(number)s.") if enrolled else _("%(name)s sudah ahli, nombor %(number)s.")
    messages.success(request, words % {"name": row.member.name, "number": row.member.number})
    return _to_row(found, row)


def _hired(request: HttpRequest, found: WageList, form: forms.ForeignerForm) -> hiring.Hired:
    typed = form.cleaned_data
    passport = hiring.Passport(typed["identity_country"], typed["identity_number"], typed["name"], typed["birth_date"], typed["sex"])
    return hiring.hire_foreigner(
        wage_list_id=found.pk,
        passport=passport,
        first_day=typed["first_day"],
        consent=typed["consent"],
        another=form.says_another(),
        by=request.user,  # type: ignore[arg-type]
        on=clock.business_date(),
        at=clock.now(),
    )


def _refused(request: HttpRequest, found: WageList, form: forms.ForeignerForm, error: NotPossible) -> HttpResponse:
    typed = form.cleaned_data
    if error.code == "ON_LIST":
        there = found.rows.filter(member__identity_country=typed["identity_country"], member__identity_number=typed["identity_number"]).first()
        if there is not None:
            # A second click: the person is on the list.
            return _to_row(found, there)
    if error.code in FIELD_OF:
        form.add_error(FIELD_OF[error.code], said(error))
        return _page(request, found, form, status=422)
    if error.code == ASKED:
        return _page(request, found, _asked_about(form), status=409, refused=said(error), asked=True)
    return _page(request, found, form, status=STATUS.get(error.code, 422), refused=said(error))


def _asked_about(form: forms.ForeignerForm) -> forms.ForeignerForm:
    """What was typed, with the question for this passport and no answer to it yet."""
    return forms.ForeignerForm({**form.data.dict(), "about": form.paper, "another": ""})  # type: ignore[attr-defined]


def _page(
    request: HttpRequest, found: WageList, form: forms.ForeignerForm, *, status: int = 200, refused: str = "", asked: bool = False
) -> HttpResponse:
    context = {**list_facts(request, found), "form": form, "refused": refused, "asked": asked, "form_errors": status != 200}
    return render(request, "contributions/wage_list_foreigner.html", context, status=status)


def _to_row(found: WageList, row: WageListRow) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("employer:wage_row", args=[found.pk, row.pk]))
