"""Officers' pages on the Ministry's e-Kasih list: the files, one with every row's fate, bringing one, deciding on another's."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import EKasihState
from contributions.models import EKasihList
from contributions.selectors import ekasih as selectors
from contributions.services import ekasih as services
from kwsp_portal import ekasih
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.views import desk

READERS: Final = (*sorted(services.OFFICERS), Role.AUDITOR)
NOT_ALLOWED: Final = {
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_WORK": (403, gettext_lazy("Pegawai yang membawa fail ini tidak boleh meluluskannya, dan pegawai lain tidak boleh menariknya balik.")),
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: pegawai lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis sebab supaya pegawai yang membawa fail ini tahu apa yang perlu disemak")),
    "ANOTHER_RUNS": (409, gettext_lazy("Senarai lain sedang dilaksanakan. Cuba lagi selepas ia selesai.")),
    "OLDER": (409, gettext_lazy("Senarai yang lebih baharu sudah berkuat kuasa. Tolak yang ini.")),
}
DONE: Final = {
    "take": gettext_lazy("Diluluskan: senarai sedang dilaksanakan"),
    "refuse": gettext_lazy("Ditolak: tiada apa-apa berubah"),
    "withdraw": gettext_lazy("Ditarik balik: tiada apa-apa berubah"),
}
OUTCOME: Final = {"refuse": {EKasihState.REFUSED}, "withdraw": {EKasihState.WITHDRAWN}, "take": {EKasihState.TAKEN, EKasihState.FOLLOWED}}


@officer_required(*READERS)
@require_safe
def ekasih_lists(request: HttpRequest) -> HttpResponse:
    """The files, the last first, those of which nothing was read among them."""
    return _list(request, forms.EKasihFileForm())


@officer_required(*sorted(services.OFFICERS))
@require_POST
def ekasih_upload(request: HttpRequest) -> HttpResponse:
    """An officer brings a file; its own page says what it is."""
    form = forms.EKasihFileForm(request.POST, request.FILES)
    if form.is_valid():
        given, by = form.cleaned_data["file"], request.user
        if given.size > ekasih.LARGEST:
            form.add_error("file", labels.ekasih_fault("TOO_BIG", f"{ekasih.LARGEST // 1024 // 1024} MiB"))
        else:
            found = services.upload(name=given.name, content=given.read(), by=by, on=clock.business_date(), at=clock.now())  # type: ignore[arg-type]
            _say(request, found)
            return HttpResponseRedirect(reverse("staff:ekasih_list", args=[found.pk]))
    return _list(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@officer_required(*READERS)
@require_safe
def ekasih_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: how many rows of which fate, and each of them."""
    return _page(request, access.ekasih_list_for(pk), forms.RefuseForm())


@officer_required(*sorted(services.OFFICERS))
@require_POST
def ekasih_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the own, take or refuse another's."""
    found = access.ekasih_list_for(pk)
    name = request.POST.get("action", "")
    if name not in DONE:
        raise BadRequest("action: expected withdraw, take or refuse")
    form = forms.RefuseForm(request.POST if name == "refuse" else None)
    if form.is_bound and not form.is_valid():
        return _page(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    asked: dict[str, Any] = {"list_id": found.pk, "by": request.user, "on": clock.business_date()}
    try:
        if name == "refuse":
            services.refuse(**asked, comment=form.cleaned_data["comment"])
        else:
            {"take": services.take, "withdraw": services.withdraw}[name](**asked)
    except services.NotAllowed as error:
        fresh = access.ekasih_list_for(pk)
        if not (error.code == "WRONG_STATE" and _did_it(fresh, name, request)):
            status, words = NOT_ALLOWED[error.code]
            return _page(request, fresh, form, status=status, refused=str(words), form_errors=True)
    messages.success(request, str(DONE[name]))
    return HttpResponseRedirect(reverse("staff:ekasih_list", args=[found.pk]))


@officer_required(*READERS)
@require_safe
def ekasih_copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it came; that it was taken is in the log."""
    found = access.ekasih_list_for(pk)
    return downloads.stored(request, found.file, target=found, subjects=[])


def _say(request: HttpRequest, found: EKasihList) -> None:
    if found.state == EKasihState.UNREADABLE:
        messages.error(request, _("Tiada apa-apa daripada fail ini dibaca. Sebabnya di bawah."))
    elif found.state == EKasihState.WAITS and found.uploaded_by_id == request.user.pk:
        messages.success(request, _("Fail dibaca. Pegawai lain meluluskannya; barulah ia berkuat kuasa."))
    else:
        messages.info(request, _("Fail ini sudah ada. Keadaannya ditunjukkan di bawah."))


def _did_it(found: EKasihList, name: str, request: HttpRequest) -> bool:
    """Whether it stands where it does because this officer did this: the same act again is a second click."""
    by = found.uploaded_by_id if name == "withdraw" else found.decided_by_id
    return found.state in OUTCOME[name] and by == request.user.pk


def _list(request: HttpRequest, form: forms.EKasihFileForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    page = selectors.lists_page(request.GET.get("page"))
    may = getattr(request.user, "role", "") in services.OFFICERS
    context = {"page": page, "lines": [(one, labels.EKASIH[one.state]) for one in page], "form": form, "may": may}
    return render(request, "contributions/ekasih_lists.html", context, status=status)


def _page(request: HttpRequest, found: EKasihList, form: forms.RefuseForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    fate = request.GET.get("fate", "")
    page = selectors.rows_page(found, fate, request.GET.get("page"))
    desk.listed(request, "ekasih_rows", len(page))
    context = {
        "found": found,
        "label": labels.EKASIH[found.state],
        "fault": labels.ekasih_fault(found.fault, found.detail) if found.fault else "",
        "page": page,
        "lines": [(one, labels.EKASIH_FATE[one.fate]) for one in page],
        "fates": [(code, labels.EKASIH_FATE[code], count) for code, count in selectors.fates(found)],
        "fate": fate,
        "may": dict.fromkeys(services.allowed(found=found, by=request.user), True),  # type: ignore[arg-type]
        "own": found.uploaded_by_id == request.user.pk,
        "form": form,
    }
    return render(request, "contributions/ekasih_list.html", {**context, **more}, status=status)
