"""Drawers of receipting counters (/counter/drawers/): opening one, its receipts, the count, a supervisor's look;
and cheques that wait for the bank."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import DrawerState
from contributions.models import CounterDrawer
from contributions.selectors import counter as selectors
from contributions.services import counter_drawers as services
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.views import desk

NOT_ALLOWED: Final = {
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini. Minta penyelia.")),
    "NO_PLACE": (422, gettext_lazy("Pilih kaunter dalam senarai")),
    "ANOTHER_OPEN": (409, gettext_lazy("Anda masih mempunyai laci yang terbuka. Kira dan tutup yang itu dahulu.")),
    "NO_DRAWER": (409, gettext_lazy("Anda tiada laci yang terbuka. Buka laci dahulu, dengan wang permulaan yang dikira.")),
    "OTHER_DAY": (409, gettext_lazy("Laci anda dari hari lain masih terbuka. Kira dan tutup yang itu dahulu, kemudian buka laci hari ini.")),
    "WRONG_STATE": (409, gettext_lazy("Ini sudah dibuat: rakan sekerja mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "OWN_WORK": (403, gettext_lazy("Laci dikira oleh pegawai yang memegangnya, dan dilihat oleh penyelia lain. Begitu juga cek.")),
    "NOT_EXPLAINED": (422, gettext_lazy("Jumlah yang dikira berlainan daripada yang sepatutnya. Kira sekali lagi, atau tulis sebabnya.")),
}


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def drawers(request: HttpRequest) -> HttpResponse:
    """The officer's drawer, or the form that opens one; what waits for a supervisor."""
    if request.method != "POST":
        return _list(request, forms.DrawerForm())
    form = forms.DrawerForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    by: Any = request.user
    try:
        made = services.open_drawer(**form.cleaned_data, by=by, on=clock.business_date(), at=moment())
    except services.NotAllowed as error:
        status, words = NOT_ALLOWED[error.code]
        return _list(request, form, status=status, refused=str(words))
    messages.success(request, _("Laci dibuka dengan wang permulaan yang dikira."))
    return redirect("counter:drawer", pk=made.pk)


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def drawer(request: HttpRequest, pk: int) -> HttpResponse:
    """One drawer and its receipts; a POST of who has it is the closing count."""
    found = access.drawer_for(pk)
    if request.method != "POST":
        return _page(request, found)
    form = forms.CountForm(request.POST)
    if not form.is_valid():
        return _page(request, found, count=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    by: Any = request.user
    try:
        services.count(drawer_id=pk, **form.cleaned_data, by=by, at=moment())
    except services.NotAllowed as error:
        fresh = access.drawer_for(pk)
        same = fresh.officer_id == by.pk and fresh.counted == form.cleaned_data["counted"]
        if not (error.code == "WRONG_STATE" and same):
            return _refused(request, fresh, error, count=form)
    messages.success(request, _("Laci dikira dan ditutup. Penyelia melihat kiraan itu, kemudian wangnya ke bank."))
    return redirect("counter:drawer", pk=pk)


@officer_required(Role.SUPERVISOR)
@require_POST
def drawer_see(request: HttpRequest, pk: int) -> HttpResponse:
    """A supervisor has looked at the count."""
    found, form, by = access.drawer_for(pk), forms.SeeForm(request.POST), request.user
    if not form.is_valid():
        return _page(request, found, see=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        services.see(drawer_id=pk, note=form.cleaned_data["note"], by=by, on=clock.business_date())  # type: ignore[arg-type]
    except services.NotAllowed as error:
        fresh = access.drawer_for(pk)
        if not (error.code == "WRONG_STATE" and fresh.seen_by_id == by.pk):
            return _refused(request, fresh, error, see=form)
    messages.success(request, _("Kiraan dilihat; wangnya dicatat ke bank."))
    return redirect("counter:drawer", pk=pk)


@desk.counter_required
@require_safe
def cheques(request: HttpRequest) -> HttpResponse:
    """Cheques that wait for the bank, the oldest first, with their age."""
    page, on = selectors.cheques_page(request.GET.get("page")), clock.business_date()
    desk.listed(request, "counter_receipts", len(page))
    lines = [(one, labels.VOLUNTARY_KIND[one.kind], labels.cheque_bank(one.cheque_bank), (on - one.drawer.on).days) for one in page]
    return render(request, "contributions/counter_cheques.html", {"page": page, "lines": lines})


def moment() -> datetime:
    """Now by the clock on the wall, on the business date: the hour decides about cash, the day about the law."""
    return datetime.combine(clock.business_date(), clock.now().astimezone(KL).time(), tzinfo=KL)


def _refused(request: HttpRequest, found: CounterDrawer, error: services.NotAllowed, **which: Any) -> HttpResponse:
    status, words = NOT_ALLOWED[error.code]
    return _page(request, found, status=status, refused=str(words), **which)


def _list(request: HttpRequest, form: forms.DrawerForm, *, status: int = HTTPStatus.OK, refused: str = "") -> HttpResponse:
    by: Any = request.user
    context = {
        "form": form,
        "held": services.open_of(by),
        "today": clock.business_date(),
        "lines": [(one, labels.DRAWER[one.state]) for one in selectors.drawers_of(by)],
        "to_see": selectors.to_see(by),
        "cheques": selectors.cheques_waiting(),
        "refused": refused,
        "form_errors": bool(refused) or bool(form.errors),
    }
    return render(request, "contributions/counter_drawers.html", context, status=status)


def _page(
    request: HttpRequest,
    found: CounterDrawer,
    *,
    count: forms.CountForm | None = None,
    see: forms.SeeForm | None = None,
    status: int = HTTPStatus.OK,
    refused: str = "",
) -> HttpResponse:
    by: Any = request.user
    page = selectors.receipts_page(found, request.GET.get("page"))
    desk.listed(request, "counter_receipts", len(page))
    own = found.officer_id == by.pk
    context = {
        "drawer": found,
        "label": labels.DRAWER[found.state],
        "sums": selectors.sums_of(found),
        "page": page,
        "lines": [(one, labels.VOLUNTARY_KIND[one.kind], labels.MODE[one.mode], labels.COUNTER_RECEIPT[one.state]) for one in page],
        "may_take": own and found.state == DrawerState.OPEN and found.on == clock.business_date(),
        "may_count": own and found.state == DrawerState.OPEN,
        "may_see": by.role == Role.SUPERVISOR and not own and found.state == DrawerState.COUNTED,
        "count": count or forms.CountForm(),
        "see": see or forms.SeeForm(),
        "errors_of": see or count or forms.CountForm(),
        "refused": refused,
        "form_errors": status >= HTTPStatus.BAD_REQUEST,
    }
    return render(request, "contributions/counter_drawer.html", context, status=status)
