"""Officers' pages on payments that no rule decides: the list by age, and one with what is behind it and what may be done."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages as notes
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import MatterAction, MatterKind, PaymentState
from contributions.models import PaymentMatter
from contributions.selectors import matters as selectors
from contributions.services import matters as services
from contributions.services import refunds
from kwsp_portal.common import clock
from members.identity.enums import Role
from members.identity.gates import officer_required

READERS = (*sorted(services.OFFICERS), Role.AUDITOR, Role.ADMINISTRATOR)
NOT_ALLOWED = {
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: pegawai lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini.")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis apa yang anda dapati, supaya keputusan ini difahami kemudian")),
    "WRONG_KIND": (409, gettext_lazy("Keputusan ini bukan untuk perkara jenis ini.")),
    "BANK_SILENT": (503, gettext_lazy("Bank tidak menjawab. Tiada apa-apa yang diubah. Cuba sebentar lagi.")),
    "NOT_CONFIRMED": (409, gettext_lazy("Bank tidak mengesahkan bahawa ia mengambil amaun lain bagi pesanan ini. Tiada apa-apa yang diubah.")),
}


@officer_required(*READERS)
@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """The open ones, the oldest first; closed ones at `?closed=1`."""
    closed = request.GET.get("closed") == "1"
    asked = request.GET.get("kind", "")
    kind = asked if asked in set(MatterKind) else ""
    counts, on = selectors.kinds(closed=closed), clock.business_date()
    page = selectors.matters_page(closed=closed, kind=kind, number=request.GET.get("page"))
    context = {
        "page": page,
        "lines": [(found, labels.MATTER[found.kind], labels.DECISION[found.decision], _age(found, on)) for found in page],
        "chips": [(one.value, labels.MATTER[one], counts[one]) for one in MatterKind if one in counts],
        "all": sum(counts.values()),
        "kind": kind,
        "closed": closed,
        "waiting": selectors.waiting(on=on),
    }
    return render(request, "contributions/matters.html", context)


@officer_required(*READERS)
@require_safe
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter: the payment, what the bank said, what was done, what may be done."""
    return _page(request, access.matter_for(pk), forms.MatterForm())


@officer_required(*sorted(services.OFFICERS))
@require_POST
def matter_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it, or close it with a decision and its reason."""
    found = access.matter_for(pk)
    name = request.POST.get("action", "")
    if name != "take" and name not in DECISIONS:
        raise BadRequest("action: expected take, note, suspend, approve or refuse")
    form = forms.MatterForm(None if name == "take" else request.POST)
    if form.is_bound and not form.is_valid():
        return _page(request, found, form, status=422)
    action = MatterAction.TAKE if name == "take" else MatterAction.CLOSE
    try:
        if name == "take":
            services.take(matter_id=found.pk, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
        else:
            DECISIONS[name](found.pk, form.cleaned_data["comment"], request.user)
    except services.NotAllowed as error:
        fresh = access.matter_for(pk)
        if not (error.code == "WRONG_STATE" and selectors.did_last(matter=fresh, action=action, by=request.user)):  # type: ignore[arg-type]
            status, words = NOT_ALLOWED[error.code]
            return _page(request, fresh, form, status=status, refused=str(words), form_errors=True)
    notes.success(request, str(labels.MATTER_ACTION[action]))
    return HttpResponseRedirect(reverse("staff:matter", args=[found.pk]))


def _note(pk: int, comment: str, by: Any) -> None:
    services.note(matter_id=pk, comment=comment, by=by, on=clock.business_date())


def _suspend(pk: int, comment: str, by: Any) -> None:
    refunds.suspend(matter_id=pk, comment=comment, by=by, on=clock.business_date(), at=clock.now())


def _approve(pk: int, comment: str, by: Any) -> None:
    refunds.decide(matter_id=pk, approved=True, comment=comment, by=by, on=clock.business_date())


def _refuse(pk: int, comment: str, by: Any) -> None:
    refunds.decide(matter_id=pk, approved=False, comment=comment, by=by, on=clock.business_date())


DECISIONS: dict[str, Callable[[int, str, Any], None]] = {"note": _note, "suspend": _suspend, "approve": _approve, "refuse": _refuse}


def _page(request: HttpRequest, found: PaymentMatter, form: forms.MatterForm, *, status: int = 200, **more: Any) -> HttpResponse:
    payment = found.payment
    is_open = found.closed_on is None
    context = {
        "matter": found,
        "kind": labels.MATTER[found.kind],
        "label": labels.DECISION[found.decision],
        "age": _age(found, clock.business_date()),
        "payment": payment,
        "paid_with": labels.paid_with(payment.method, payment.bank_code) if payment else "",
        "number_label": labels.NUMBER[payment.method] if payment else "",
        "payment_label": labels.of_payment(payment.method, payment.state) if payment else None,
        "said": list(payment.messages.order_by("-pk")[:20]) if payment else [],
        "log": [(entry, labels.MATTER_ACTION[entry.action]) for entry in found.log.select_related("by")],
        "may": is_open and getattr(request.user, "role", "") in services.OFFICERS,
        "own": found.owner_id == request.user.pk,
        "is_refund": found.kind == MatterKind.REFUND,
        "may_suspend": found.kind == MatterKind.CONTRADICTS
        and payment is not None
        and payment.state not in (PaymentState.APPROVED, PaymentState.DIFFERS),
        "form": form,
    }
    return render(request, "contributions/matter.html", {**context, **more}, status=status)


def _age(found: PaymentMatter, on: date) -> int:
    """Days from its opening to its end, or to today."""
    return max(0, ((found.closed_on or on) - found.opened_on).days)
