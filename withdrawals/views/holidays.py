"""Public holidays (/staff/holidays/): the list for who reads registers; an administrator enters them."""

from http import HTTPStatus
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kwsp_portal.common import clock
from members.identity.enums import ADMIN_READERS, Role
from members.identity.gates import officer_required
from withdrawals import access, forms
from withdrawals.selectors import holidays as selectors
from withdrawals.services import holidays as services

NOT_ALLOWED: Final = {
    "NO_RIGHT": (403, _("Hanya pentadbir sistem memasukkan cuti umum.")),
    "WEEKEND": (422, _("Ditemui Sabtu atau Ahad, dijangka Isnin hingga Jumaat: hujung minggu memang bukan hari bekerja")),
    "TAKEN": (409, _("Hari ini sudah dimasukkan dengan nama atau sumber lain. Tarik balik yang itu dahulu.")),
    "REASON_MISSING": (422, _("Tulis sebabnya")),
}


@officer_required(*sorted(ADMIN_READERS))
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    """All that were entered; a POST enters one."""
    by: Any = request.user
    form = forms.HolidayForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                services.enter(**form.cleaned_data, by=by, on=clock.business_date())
            except services.NotAllowed as error:
                code, words = NOT_ALLOWED[error.code]
                status = HTTPStatus(code)
                form.add_error("day" if error.code in ("WEEKEND", "TAKEN") else None, str(words))
            else:
                messages.success(request, str(_("Cuti umum dimasukkan. Tarikh yang sudah dijanjikan tidak berubah.")))
                return redirect("staff:holidays")
    return _page(request, form, status=status)


@officer_required(Role.ADMINISTRATOR)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """One was a mistake."""
    by: Any = request.user
    found = access.holiday_for(pk)
    form = forms.HolidayEndForm(request.POST, auto_id=f"holiday_{found.pk}_%s")
    if not form.is_valid():
        return _page(request, forms.HolidayForm(), ending=(found.pk, form), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    services.take_back(holiday_id=found.pk, reason=form.cleaned_data["reason"], by=by, on=clock.business_date())
    messages.success(request, str(_("Ditarik balik.")))
    return redirect("staff:holidays")


def _page(
    request: HttpRequest, form: forms.HolidayForm, *, ending: tuple[int, django_forms.Form] | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    by: Any = request.user
    pk, bound = ending or (0, None)
    lines = [(one, bound if one.pk == pk else forms.HolidayEndForm(auto_id=f"holiday_{one.pk}_%s")) for one in selectors.listed()]
    context = {"form": form, "lines": lines, "ending": bound, "may": by.role == Role.ADMINISTRATOR}
    return render(request, "withdrawals/desk/holidays.html", context, status=status)
