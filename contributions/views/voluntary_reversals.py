"""Officers' pages on credited voluntary contributions that are to be undone: found by order number, proposed, decided by another, the paper."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import WrongCreditState
from contributions.models import VoluntaryContribution, VoluntaryReversal
from contributions.selectors import voluntary_reversals as selectors
from contributions.services import correction, voluntary_money
from contributions.services import voluntary_reversals as services
from contributions.views import two_officers
from contributions.views.wrong_credits import lacks, parts_of
from kwsp_portal import audit
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.models import Member
from members.views import desk, reasons

READERS = (*sorted(correction.OFFICERS), Role.AUDITOR)
NOT_ALLOWED = {
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_WORK": (403, gettext_lazy("Anda mencadangkan pembalikan ini. Pegawai lain mesti meluluskan atau menolaknya.")),
    "OWN_RECORD": (403, gettext_lazy("Ahli atau pembayar caruman ini ialah anda. Pegawai lain mesti membuatnya.")),
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: pegawai lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "REASON_MISSING": (422, gettext_lazy("Tulis sebab: ahli membacanya")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis sebab supaya pegawai yang mencadangkannya tahu apa yang perlu disemak")),
    "NOT_CREDITED": (
        409,
        gettext_lazy("Ditemui caruman yang tidak dikreditkan, atau yang sudah dibalikkan; dijangka caruman yang telah dikreditkan kepada ahli."),
    ),
    "NO_BANK": (409, gettext_lazy("Caruman ini dibayar dengan tunai di kaunter: tiada bank yang boleh menarik baliknya.")),
    "NOT_SETTLED": (
        409,
        gettext_lazy("Bank belum membayar wang ini kepada KWSP, jadi tiada apa-apa yang boleh ditarik baliknya. Tunggu fail penyelesaian bank."),
    ),
    "PARTLY_RETURNED": (
        409,
        gettext_lazy(
            "Sebahagian bayaran ini sudah dipulangkan kepada pembayarnya. Bank menarik balik seluruhnya atau tidak langsung: selesaikan dengan bank."
        ),
    ),
    "ANOTHER_WAITS": (409, gettext_lazy("Cadangan lain bagi caruman ini sedang menunggu pegawai lain. Selesaikan yang itu dahulu.")),
    "NOT_IN_LEDGER": (
        409,
        gettext_lazy("Lejar tidak mempunyai wang caruman ini seperti yang dikreditkan, jadi tiada apa-apa boleh dibalikkan. Semak lejar dahulu."),
    ),
    "TOO_LOW": (
        409,
        gettext_lazy(
            "Wang itu tidak lagi ada dalam akaun ahli, atau dipegang bagi pengeluaran, jadi tiada apa-apa dicatat. Cadangan ini menunggu: luluskan "
            "apabila wangnya ada, atau tolak dengan sebab."
        ),
    ),
}
DONE = {
    "approve": gettext_lazy("Diluluskan dan dicatat: ahli dan pembayar dimaklumkan"),
    "refuse": gettext_lazy("Ditolak: tiada apa-apa dicatat"),
    "withdraw": gettext_lazy("Ditarik balik: tiada apa-apa dicatat"),
}


@officer_required(*READERS)
@require_safe
def voluntary_reversals(request: HttpRequest) -> HttpResponse:
    """All of them, those that wait for a second officer first; and the way to a new one, by the order number on the receipt."""
    form = forms.OrderNumberForm(request.GET if "order_no" in request.GET else None)
    if form.is_valid():
        asked = form.cleaned_data["order_no"]
        if VoluntaryContribution.objects.filter(payment__order_no=asked).exists():
            return HttpResponseRedirect(reverse("staff:voluntary_reversal_new", args=[asked]))
        form.add_error("order_no", _("Ditemui %(found)s, dijangka nombor pesanan caruman sukarela yang telah diterima") % {"found": asked})
    page = selectors.page_of(number=request.GET.get("page"))
    desk.listed(request, "voluntary_reversals", len(page))
    context = {
        "page": page,
        "lines": [_line(found) for found in page],
        "form": form,
        "may_propose": Role(request.user.role) in correction.OFFICERS,  # type: ignore[union-attr]
    }
    return render(request, "contributions/voluntary_reversals.html", context, status=422 if form.errors else 200)


@officer_required(*sorted(correction.OFFICERS))
@require_http_methods(["GET", "HEAD", "POST"])
def voluntary_reversal_new(request: HttpRequest, order_no: str) -> HttpResponse:
    """Why this contribution has to be undone, who paid it, and the paper that shows it."""
    of = access.voluntary_brought_by(order_no)
    proposes = request.method == "POST" and "number" in request.POST
    about = f"voluntarycontribution:{of.pk}"
    # Who sends the form after the time was over has said in it why.
    why = reasons.said(request, about, of.member.subject, at=clock.now())
    why = why or (request.POST.get("reason", "").replace("\0", "").strip() if proposes else "")
    if not why or (request.method == "POST" and not proposes):
        return reasons.ask(request, about, what=_("Caruman sukarela %(order_no)s") % {"order_no": order_no})
    _looked(request, of, why)
    paid_by = of.payment.voluntary.payer if of.payment and of.payment.voluntary else of.member
    first = {"number": paid_by.number}
    form = forms.VoluntaryReversalForm(request.POST, request.FILES) if proposes else forms.VoluntaryReversalForm(initial=first)
    status, refused = int(HTTPStatus.OK), ""
    if form.is_bound:
        found, status, refused = _proposed(request, of, form)
        if found is not None:
            return HttpResponseRedirect(reverse("staff:voluntary_reversal", args=[found.pk]))
    context = {**_of(of), "form": form, "refused": refused}
    return render(request, "contributions/voluntary_reversal_new.html", context, status=status)


@officer_required(*READERS)
@require_safe
def voluntary_reversal(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: the contribution, who gets it back, what would move, what may be done."""
    found = access.voluntary_reversal_for(pk)
    _looked(request, found.contribution, found.reason)
    return _page(request, found, forms.RefuseForm())


@officer_required(*sorted(correction.OFFICERS))
@require_POST
def voluntary_reversal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the own, approve or refuse another's."""
    return two_officers.decide(
        request, pk, two_officers.Kind(services, "reversal_id", access.voluntary_reversal_for, _page, "staff:voluntary_reversal", DONE, NOT_ALLOWED)
    )


@officer_required(*READERS)
@require_safe
def voluntary_reversal_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper as it was uploaded, always as an attachment."""
    found = access.voluntary_reversal_for(pk)
    whose = list(dict.fromkeys(member for member in (found.contribution.member, found.payer) if member is not None))
    return downloads.stored(request, found.document, target=found, subjects=whose)


def _looked(request: HttpRequest, of: VoluntaryContribution, why: str) -> None:
    """That the officer looked at the contribution, in the trail of whose it is and of who paid it."""
    seen: Any = request.user
    data = {"reason": why[:200], "order_no": of.payment.order_no if of.payment else ""}
    audit.record(
        actor=seen,
        action="voluntary.reversal.view",
        target=f"voluntarycontribution:{of.pk}",
        data=data,
        subjects=of.payment.whose if of.payment else [of.member],
    )


def _proposed(request: HttpRequest, of: VoluntaryContribution, form: forms.VoluntaryReversalForm) -> tuple[VoluntaryReversal | None, int, str]:
    """What was proposed; or the status, and the words that no field of the form has."""
    if not form.is_valid():
        return None, HTTPStatus.UNPROCESSABLE_ENTITY, ""
    asked = form.cleaned_data
    payer = Member.objects.filter(number=asked["number"]).first()
    if payer is None and not asked["recalled"]:
        form.add_error("number", _("Ditemui %(found)s, dijangka nombor ahli yang wujud dalam daftar") % {"found": asked["number"]})
        return None, HTTPStatus.UNPROCESSABLE_ENTITY, ""
    given = {"reason": asked["reason"], "document": asked["document"][0], "by": request.user, "on": clock.business_date()}
    try:
        return services.propose(contribution_id=of.pk, payer=payer, **given), HTTPStatus.FOUND, ""
    except services.NotAllowed as error:
        status, words = NOT_ALLOWED[error.code]
        return None, status, str(words)


def _page(request: HttpRequest, found: VoluntaryReversal, form: forms.RefuseForm, *, status: int = 200, **more: Any) -> HttpResponse:
    on, plan, missing = clock.business_date(), None, ""
    try:
        plan = services.plan_of(found, on=on) if found.state == WrongCreditState.PROPOSED else None
    except services.NotAllowed as error:
        missing = str(NOT_ALLOWED[error.code][1])
    context = {
        **_of(found.contribution),
        "found": found,
        "goes_to": services.goes_to(found),
        "label": labels.VOLUNTARY_REVERSAL[found.state],
        "missing": missing,
        "taken": parts_of(plan.taken, on) if plan else (),
        "short": [lacks(one) for one in plan.short] if plan else (),
        "may": dict.fromkeys(services.allowed(found=found, by=request.user), True),  # type: ignore[arg-type]
        "own": found.proposed_by_id == request.user.pk,
        "form": form,
    }
    return render(request, "contributions/voluntary_reversal.html", {**context, **more}, status=status)


def _of(of: VoluntaryContribution) -> dict[str, Any]:
    """What is to be undone, and who paid it: at a counter, who stood there."""
    payment = of.payment
    return {
        "of": of,
        "kind": labels.VOLUNTARY_KIND[of.kind],
        "paid_with": labels.paid_with(payment.method, payment.bank_code) if payment else "",
        "paid_by": voluntary_money.paid_by(payment) if payment else "",
        "stranger": voluntary_money.counter_payer_of(payment) if payment else None,
    }


def _line(found: VoluntaryReversal) -> tuple[VoluntaryReversal, Any, labels.Label, str]:
    kind, label = labels.VOLUNTARY_KIND[found.contribution.kind], labels.VOLUNTARY_REVERSAL[found.state]
    return found, kind, label, services.goes_to(found)
