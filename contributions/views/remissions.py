"""Officers' pages on late payment charges: the list, and one with what is left of it, what is put forward to remit and what may be decided."""

import re
from typing import Any

from django.contrib import messages as notes
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import RemissionState
from contributions.models import LateCharge, LateRemission
from contributions.selectors import late_dues
from contributions.selectors import remissions as selectors
from contributions.services import late_remissions as services
from contributions.views.matters import READERS
from kwsp_portal import audit
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity.gates import officer_required
from members.views import desk

NOT_ALLOWED = {
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_WORK": (403, gettext_lazy("Anda sendiri yang mencadangkannya: penyelia lain yang memutuskannya.")),
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: pegawai lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "PROPOSED_ALREADY": (409, gettext_lazy("Satu cadangan bagi caj ini masih menunggu keputusan.")),
    "REASON_MISSING": (422, gettext_lazy("Tulis sebabnya, supaya keputusan ini difahami kemudian")),
    "AMOUNT": (
        422,
        gettext_lazy("Jumlah: ditemui RM %(found)s, dijangka lebih daripada RM 0.00 hingga baki caj yang belum dibayar, RM %(most)s."),
    ),
}
_ENDS = {"approve": RemissionState.APPROVED, "refuse": RemissionState.REFUSED, "withdraw": RemissionState.WITHDRAWN}
ACTS = ("propose", *_ENDS)
_NUMBER = re.compile("[0-9]{1,18}")


@officer_required(*READERS)
@require_safe
def late_charges(request: HttpRequest) -> HttpResponse:
    """The charges that stand; of one employer at `?employer=`."""
    number = request.GET.get("employer", "").strip()
    page = selectors.page_of(selectors.charges(employer_number=number), request.GET.get("page"))
    lines = [(one, WageMonth.of(one.wage_month), services.most(one)) for one in page]
    desk.listed(request, "late_charges", len(page))
    return render(request, "contributions/late_charges.html", {"page": page, "lines": lines, "number": number})


@officer_required(*READERS)
@require_safe
def late_charge_of(request: HttpRequest, pk: int) -> HttpResponse:
    """One charge."""
    return _page(request, access.late_charge_for(pk))


@officer_required(*sorted(services.PROPOSERS))
@require_POST
def late_charge_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Put forward to remit some of it, take that back, or decide about it. A second click finds it done."""
    charge, name = access.late_charge_for(pk), request.POST.get("action", "")
    if name not in ACTS:
        raise BadRequest(f"action: expected {', '.join(ACTS)}")
    form = (forms.RemissionForm if name == "propose" else forms.RemissionDecisionForm)(request.POST)
    if not form.is_valid():
        return _page(request, charge, form=form, status=422)
    try:
        _act(request, charge, name, form.cleaned_data)
    except services.NotAllowed as error:
        if not _did_it(request, charge, name, form.cleaned_data):
            status, words = NOT_ALLOWED[error.code]
            return _page(request, access.late_charge_for(pk), form=form, status=status, refused=str(words) % error.details, form_errors=True)
    notes.success(request, _("Cadangan remisi direkodkan.") if name == "propose" else _("Keputusan direkodkan."))
    return HttpResponseRedirect(reverse("staff:late_charge", args=[charge.pk]))


def _act(request: HttpRequest, charge: LateCharge, name: str, typed: dict[str, Any]) -> None:
    said: dict[str, Any] = {"by": request.user, "on": clock.business_date()}
    if name == "propose":
        services.propose(charge_id=charge.pk, amount=typed["amount"], reason=typed["reason"], **said)
        return
    found = _seen(request, charge)
    if name == "withdraw":
        services.withdraw(remission_id=found.pk, comment=typed["comment"], **said)
    else:
        services.decide(remission_id=found.pk, approved=name == "approve", comment=typed["comment"], **said)


def _seen(request: HttpRequest, charge: LateCharge) -> LateRemission:
    """The one that stood on the page: it may have been taken back since, and another put forward."""
    text = request.POST.get("remission", "")
    if not _NUMBER.fullmatch(text):
        raise BadRequest("remission: expected the number of what was put forward")
    return access.late_remission_of(charge, int(text))


def _did_it(request: HttpRequest, charge: LateCharge, name: str, typed: dict[str, Any]) -> bool:
    """Whether it stands as it does because this officer asked for just this: the same again is a second click."""
    if name == "propose":
        found = selectors.proposed(charge)
        asked = (request.user.pk, typed["amount"], typed["reason"].strip())
        return found is not None and (found.proposed_by_id, found.amount, found.reason) == asked
    found = _seen(request, charge)
    return (found.decided_by_id, found.state, found.comment) == (request.user.pk, _ENDS[name], typed["comment"])


def _page(request: HttpRequest, charge: LateCharge, *, form: Any = None, status: int = 200, **more: Any) -> HttpResponse:
    role, proposed = getattr(request.user, "role", ""), selectors.proposed(charge)
    mine = proposed is not None and proposed.proposed_by_id == request.user.pk
    by, target, data = request.user, f"latecharge:{charge.pk}", {"wage_month": str(WageMonth.of(charge.wage_month))}
    audit.record(actor=by, action="late_charge.view", target=target, data=data, subjects=[charge.employer], ip=desk.address_of(request))  # type: ignore[arg-type]
    left = services.most(charge)
    deciding = form if isinstance(form, forms.RemissionDecisionForm) else forms.RemissionDecisionForm()
    proposing = form if isinstance(form, forms.RemissionForm) else forms.RemissionForm(initial={"amount": f"{left:.2f}"})
    context = {
        "charge": charge,
        "month": WageMonth.of(charge.wage_month),
        "left": left,
        "remitted": late_dues.remitted(charge),
        "lines": [(one, labels.REMISSION[one.state]) for one in selectors.remissions_of(charge)],
        "proposed": proposed,
        "may_propose": role in services.PROPOSERS and proposed is None and charge.reversed_on is None and left > 0,
        "may_decide": role in services.DECIDERS and proposed is not None and not mine,
        "may_withdraw": mine,
        "proposing": proposing,
        "deciding": deciding,
        "form": form,
    }
    return render(request, "contributions/late_charge_of.html", {**context, **more}, status=status)
