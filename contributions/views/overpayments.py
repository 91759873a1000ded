"""What the employer paid too much, in the browser (KWSP 14): the list, a new application about a month, one of them and what is decided about it."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contributions import access, forms, labels
from contributions.enums import OverpaymentHow, OverpaymentState
from contributions.models import Overpayment
from contributions.rules import overpaying
from contributions.selectors import overpayments as selectors
from contributions.services import leave, overpayment_money
from contributions.services import overpayments as services
from contributions.services.overpayments import RowFault
from contributions.views import shared
from kwsp_portal.bank import accounts
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import representative_required
from members.identity.tac_step import TacStep

NOT_ALLOWED: Final = {
    **shared.NOT_ALLOWED,
    "OWN_WORK": (403, gettext_lazy("Anda menyediakan permohonan ini. Orang lain mesti meluluskan atau memulangkannya.")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis sebab supaya penyedia tahu apa yang perlu dibetulkan")),
    "REASON_MISSING": (422, gettext_lazy("Tulis apa yang berlaku, supaya pegawai KWSP boleh memeriksanya")),
    "NOT_CREDITED": (409, gettext_lazy("Hanya Borang A yang telah dikreditkan kepada ahli boleh dipohon balik.")),
    "TOO_LATE": (409, gettext_lazy("Permohonan mesti dihantar dalam masa dua tahun selepas bayaran; hari terakhirnya sudah lepas.")),
    "ON_ITS_WAY": (409, gettext_lazy("Wang ini sudah dihantar ke bank: cara pulangannya tidak boleh ditukar lagi.")),
    "NOT_FREE": (
        409,
        gettext_lazy(
            "Sebahagian kredit ini telah digunakan, ditahan untuk perkara lain, atau dibekukan: ia tidak boleh dihantar ke akaun bank lagi."
        ),
    ),
    "IN_CORRECTION": (409, gettext_lazy("Borang A ini sedang dibetulkan oleh KWSP. Cuba lagi selepas pembetulan itu selesai.")),
    "CHANGED": (
        409,
        gettext_lazy("Satu baris tidak lagi seperti dalam permohonan ini: ia dibetulkan sementara itu. Pulangkan atau buang, dan mohon semula."),
    ),
}
FAULTS: Final = {
    "UNKNOWN": gettext_lazy("%(number)s: tiada satu baris sah dengan nombor ahli ini dalam Borang A ini"),
    "TWICE": gettext_lazy("%(number)s: ditulis dua kali"),
    "ASKED": gettext_lazy("%(number)s: baris ini sudah ada dalam permohonan lain yang belum selesai"),
    "MOVED": gettext_lazy("%(number)s: caruman ini telah dikreditkan semula kepada ahli lain oleh KWSP"),
    "TOPPED_UP": gettext_lazy("%(number)s: gaji orang ini ditambah dalam Borang A tambahan bulan ini; mohon bagi Borang A tambahan itu"),
    "NOT_LESS": gettext_lazy("%(number)s: dengan gaji ini caruman ialah %(found)s, dijangka kurang daripada %(expected)s yang dikreditkan"),
    "NO_FIGURES": gettext_lazy("%(number)s: Jadual Ketiga tidak memberi angka bagi orang ini; tanya di mana-mana kaunter KWSP"),
}
DONE: Final = {
    "submit": gettext_lazy("Permohonan menunggu kelulusan."),
    "approve": gettext_lazy("Permohonan dihantar kepada KWSP."),
    "send_back": gettext_lazy("Permohonan dipulangkan kepada penyedia."),
    "discard": gettext_lazy("Permohonan dibuang."),
    "choose": gettext_lazy("Cara pulangan disimpan."),
}


@representative_required
@require_safe
def overpayments(request: HttpRequest) -> HttpResponse:
    employer = shared.employer_of(request)
    page = selectors.of_employer(employer, number=request.GET.get("page"))
    lines = [(found, WageMonth.of(found.filing.wage_month), selectors.label_of(found)) for found in page]
    return render(request, "contributions/overpayments.html", {"acting_for": employer.name, "page": page, "lines": lines})


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def overpayment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Which rows of a credited month asked for too much, and what wages were right."""
    employer = shared.employer_of(request)
    filing, on = access.filing_for(employer, pk), clock.business_date()
    start = {"rows": f"{request.GET['member']}, "} if request.GET.get("member", "").isdigit() else {}
    form = forms.OverpaymentForm(request.POST, request.FILES) if request.method == "POST" else forms.OverpaymentForm(initial=start)
    context = {
        "acting_for": employer.name,
        "filing": filing,
        "month": WageMonth.of(filing.wage_month),
        "form": form,
        "last_day": overpaying.last_day(filing.paid_on, asked_on=on) if filing.paid_on else None,
    }
    may, code = services.may_prepare(employer, request.user, on), services.why_not(filing, on)  # type: ignore[arg-type]
    if code or not may:
        status, words = NOT_ALLOWED[code or "NO_RIGHT"]
        status = status if request.method == "POST" else HTTPStatus.OK
        return render(request, "contributions/overpayment_new.html", {**context, "form": None, "refused": str(words)}, status=status)
    if form.is_bound and form.is_valid():
        made = _prepared(request, pk, form)
        if made is not None:
            return HttpResponseRedirect(reverse("employer:overpayment", args=[made.pk]))
    return render(request, "contributions/overpayment_new.html", context, status=422 if form.is_bound else 200)


def _prepared(request: HttpRequest, pk: int, form: forms.OverpaymentForm) -> Overpayment | None:
    """The draft; None where the form now says what is wrong."""
    asked, by = form.cleaned_data, request.user
    try:
        return services.prepare(
            filing_id=pk,
            why=asked["why"],
            how=asked["how"],
            reason=asked["reason"],
            right=asked["rows"],
            document=asked["document"][0],
            by=by,  # type: ignore[arg-type]
            on=clock.business_date(),
        )
    except services.BadRows as error:
        for words in _words(error.faults):
            form.add_error("rows", words)
    except services.NotAllowed as error:
        form.add_error(None, str(NOT_ALLOWED[error.code][1]))
    return None


def _words(faults: Iterable[RowFault]) -> list[str]:
    return [str(FAULTS[fault.code]) % fault._asdict() for fault in faults]


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def overpayment(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: its rows, where it stands, and what may be done with it."""
    employer = shared.employer_of(request)
    found = access.overpayment_for(employer, pk)
    step = _step(request, found)
    if request.method != "POST":
        return _page(request, found, forms.ReturnForm(), step)
    if step is not None and step.wanted():
        if "approve" in services.allowed(found=found, by=request.user, on=clock.business_date()):  # type: ignore[arg-type]
            step.send(at=clock.now())
        return _page(request, found, forms.ReturnForm(), step, status=422 if step.refusal else 200)
    name = request.POST.get("action", "")
    if name not in DONE:
        raise BadRequest("action: expected submit, approve, send_back, discard or choose")
    form = forms.ReturnForm(request.POST if name == "send_back" else None)
    if form.is_bound and not form.is_valid():
        return _page(request, found, form, step, status=422)
    try:
        _act(request, found, name, form, step)
    except tac.Refused as refused:
        if not (refused.code in ("USED", "SPENT") and _did_it(access.overpayment_for(employer, pk), name, request)):
            if step is not None:
                step.refuse(refused)
            return _page(request, found, form, step, status=422, form_errors=True)
    except services.NotAllowed as error:
        fresh = access.overpayment_for(employer, pk)
        if not (error.code == "WRONG_STATE" and _did_it(fresh, name, request)):
            status, words = NOT_ALLOWED[error.code]
            return _page(request, fresh, form, None, status=status, refused=str(words), form_errors=True)
    messages.success(request, str(DONE[name]))
    return HttpResponseRedirect(reverse("employer:overpayment", args=[pk]))


def _step(request: HttpRequest, found: Overpayment) -> TacStep | None:
    """The code of the checker, while there is something to send to KWSP."""
    if found.state != OverpaymentState.SUBMITTED:
        return None
    return TacStep.of(request, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_apply(found))


@representative_required
@require_safe
def overpayment_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper as it was uploaded, always as an attachment."""
    found = access.overpayment_for(shared.employer_of(request), pk)
    return downloads.stored(request, found.document, target=found, subjects=[found.filing.employer])


def _act(request: HttpRequest, found: Overpayment, name: str, form: forms.ReturnForm, step: TacStep | None) -> None:
    """Raises services.NotAllowed, tac.Refused."""
    asked: dict[str, Any] = {"overpayment_id": found.pk, "by": request.user, "on": clock.business_date()}
    if name == "send_back":
        services.send_back(**asked, comment=form.cleaned_data["comment"])
        return
    if name == "choose":
        how = request.POST.get("how", "")
        if how not in set(OverpaymentHow):
            raise BadRequest("how: expected REFUND or OFFSET")
        overpayment_money.choose(**asked, how=OverpaymentHow(how))
        return
    if name == "approve":
        services.check_approval(**asked)
        assert step is not None  # noqa: S101 - what can be approved has its code
        services.approve(**asked, approval=step.approval(at=clock.now()), at=clock.now())
        return
    {"submit": services.submit, "discard": services.discard}[name](**asked)


def _did_it(found: Overpayment, name: str, request: HttpRequest) -> bool:
    """Whether it stands where it does because this person did this: the same act again is a second click."""
    by = request.user.pk
    done = {
        "submit": found.state == OverpaymentState.SUBMITTED and found.submitted_by_id == by,
        "approve": found.applied_on is not None and found.approved_by_id == by,
        "send_back": found.state == OverpaymentState.DRAFT and bool(found.comment),
        "discard": found.state == OverpaymentState.DISCARDED,
        "choose": False,
    }
    return done[name]


def context_of(found: Overpayment) -> dict[str, Any]:
    """What the employer's page and the officers' show of it."""
    lines, payout = selectors.lines_of(found), overpayment_money.payout_of(found)
    return {
        "found": found,
        "month": WageMonth.of(found.filing.wage_month),
        "label": selectors.label_of(found),
        "why": labels.OVERPAYMENT_WHY[found.why],
        "how": labels.OVERPAYMENT_HOW[found.how],
        "rows": lines,
        "left": sum(line.left for line in lines),
        "payout": payout,
        "bank": accounts.name(payout.bank) if payout else "",
    }


def _page(request: HttpRequest, found: Overpayment, form: forms.ReturnForm, step: TacStep | None, *, status: int = 200, **more: Any) -> HttpResponse:
    on = clock.business_date()
    by: Any = request.user
    other = overpayment_money.may_choose(found, by, on)
    context = {
        **context_of(found),
        "acting_for": found.filing.employer.name,
        "may": dict.fromkeys(services.allowed(found=found, by=by, on=on), True),
        "box": step.box(at=clock.now()) if step else None,
        "other": other,
        "other_words": labels.OVERPAYMENT_HOW[other] if other else "",
        "own": request.user.pk in (found.prepared_by_id, found.submitted_by_id),
        "last_day": overpaying.last_day(found.filing.paid_on, asked_on=on) if found.filing.paid_on else None,
        "needs_account": overpayment_money.needs_account(found),
        "form": form,
    }
    return render(request, "contributions/overpayment.html", {**context, **more}, status=status)
