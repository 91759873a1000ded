"""Officers' pages on what employers say they paid too much (KWSP 14): the list, one with its rows, and what two of them decide."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contributions import access, forms
from contributions.enums import CorrectionState, OverpaymentState
from contributions.models import Overpayment
from contributions.selectors import overpayments as selectors
from contributions.services import correction, overpayments
from contributions.services import overpayment_desk as services
from contributions.views.overpayments import context_of
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.views import desk

READERS: Final = (*sorted(correction.OFFICERS), Role.AUDITOR)
NOT_ALLOWED: Final = {
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_WORK": (403, gettext_lazy("Anda mencadangkan pengambilan balik ini. Pegawai lain mesti meluluskan atau menolaknya.")),
    "OWN_RECORD": (403, gettext_lazy("Anda sendiri ada dalam Borang A ini. Pegawai lain mesti membuatnya.")),
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: pegawai lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "REASON_MISSING": (422, gettext_lazy("Tulis sebab: ahli dan majikan membacanya")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis sebab: majikan membacanya")),
    "IN_CORRECTION": (409, gettext_lazy("Borang A ini ada dalam pembetulan lain yang belum selesai. Selesaikan atau tarik balik yang itu dahulu.")),
    "CHANGED": (
        409,
        gettext_lazy("Satu baris tidak lagi seperti dalam permohonan ini: ia dibetulkan, atau rekod orangnya berubah. Tolak dengan sebab itu."),
    ),
}
DONE: Final = {
    "put_forward": gettext_lazy("Dihantar kepada pegawai lain. Tiada apa-apa diambil balik sebelum pegawai itu meluluskannya."),
    "approve": gettext_lazy("Diluluskan: wang itu sedang diambil balik daripada ahli."),
    "refuse": gettext_lazy("Ditolak: majikan telah dimaklumkan."),
}


@officer_required(*READERS)
@require_safe
def overpayments_list(request: HttpRequest) -> HttpResponse:
    """All of them, those that wait for an officer first."""
    page = selectors.with_kwsp(number=request.GET.get("page"))
    desk.listed(request, "overpayments", len(page))
    lines = [(found, WageMonth.of(found.filing.wage_month), selectors.label_of(found)) for found in page]
    return render(request, "contributions/overpayments_all.html", {"page": page, "lines": lines})


@officer_required(*READERS)
@require_safe
def overpayment_of(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: its rows, its paper, what may be done."""
    found = access.any_overpayment(pk)
    desk.listed(request, "overpayments", found.rows.count())
    return _page(request, found)


@officer_required(*sorted(correction.OFFICERS))
@require_POST
def overpayment_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it forward, approve what another did, or refuse."""
    found, name = access.any_overpayment(pk), request.POST.get("action", "")
    if name not in DONE:
        raise BadRequest("action: expected put_forward, approve or refuse")
    forward = forms.PutForwardForm(request.POST if name == "put_forward" else None)
    refuse = forms.RefuseForm(request.POST if name == "refuse" else None)
    if any(form.is_bound and not form.is_valid() for form in (forward, refuse)):
        return _page(request, found, forward=forward, refuse=refuse, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    asked: dict[str, Any] = {"overpayment_id": pk, "by": request.user, "on": clock.business_date()}
    try:
        if name == "put_forward":
            services.put_forward(**asked, reason=forward.cleaned_data["reason"])
        elif name == "approve":
            services.approve(**asked)
        else:
            services.refuse(**asked, comment=refuse.cleaned_data["comment"])
    except overpayments.NotAllowed as error:
        fresh = access.any_overpayment(pk)
        if not (error.code == "WRONG_STATE" and _did_it(fresh, name, request)):
            status, words = NOT_ALLOWED[error.code]
            return _page(request, fresh, forward=forward, refuse=refuse, status=status, refused=str(words), form_errors=True)
    messages.success(request, str(DONE[name]))
    return HttpResponseRedirect(reverse("staff:overpayment", args=[pk]))


@officer_required(*READERS)
@require_safe
def overpayment_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper as it was uploaded, always as an attachment."""
    found = access.any_overpayment(pk)
    return downloads.stored(request, found.document, target=found, subjects=[found.filing.employer])


def _did_it(found: Overpayment, name: str, request: HttpRequest) -> bool:
    """Whether it stands where it does because this officer did this: the same act again is a second click."""
    by = request.user.pk
    if name == "refuse":
        return found.state == OverpaymentState.REFUSED and found.decided_by_id == by
    if found.correction is None:
        return False
    if name == "approve":
        return found.correction.state in (CorrectionState.APPROVED, CorrectionState.POSTED) and found.correction.decided_by_id == by
    return found.correction.prepared_by_id == by


def _page(
    request: HttpRequest,
    found: Overpayment,
    *,
    forward: forms.PutForwardForm | None = None,
    refuse: forms.RefuseForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    by: Any = request.user
    context = {
        **context_of(found),
        "may": dict.fromkeys(services.allowed(found=found, by=by), True),
        "own": found.correction is not None and found.correction.prepared_by_id == by.pk,
        "forward": forward or forms.PutForwardForm(),
        "refuse": refuse or forms.RefuseForm(),
    }
    return render(request, "contributions/overpayment_of.html", {**context, **more}, status=status)
