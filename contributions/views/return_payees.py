"""Officers' pages on what goes back of voluntary contributions and has nowhere to go: to whom it is paid, proposed and decided, the papers."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import PayeeBasis, WrongCreditState
from contributions.models import ReturnPayee, VoluntaryReturn
from contributions.selectors import return_payees as selectors
from contributions.services import correction, counter_payers, voluntary_money
from contributions.services import return_payees as services
from contributions.views import two_officers
from contributions.views.voluntary_reversals import NOT_ALLOWED as OF_REVERSALS
from kwsp_portal import audit
from kwsp_portal.bank import accounts
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.documents import services as documents
from members import forms as members_forms
from members import labels as members_labels
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.views import desk

READERS = (*sorted(correction.OFFICERS), Role.AUDITOR)
NOT_ALLOWED = {
    **{code: OF_REVERSALS[code] for code in ("NO_RIGHT", "WRONG_STATE", "COMMENT_MISSING")},
    "OWN_WORK": (403, gettext_lazy("Anda mencadangkan penerima ini. Pegawai lain mesti meluluskan atau menolaknya.")),
    "OWN_RECORD": (403, gettext_lazy("Pembayar atau penerima wang ini ialah anda. Pegawai lain mesti membuatnya.")),
    "RELATIVE": (403, gettext_lazy("Anda telah mengisytiharkan pembayar atau penerima ini sebagai saudara. Pegawai lain mesti membuatnya.")),
    "REASON_MISSING": (422, gettext_lazy("Tulis sebab: pegawai yang meluluskannya membacanya")),
    "PAPER_MISSING": (422, gettext_lazy("Lampirkan sijil kematian pembayar")),
    "PAID": (409, gettext_lazy("Wang ini sudah dibayar. Tiada apa-apa lagi yang boleh dibayar.")),
    "ON_ITS_WAY": (409, gettext_lazy("Wang ini sudah diarahkan atau dihantar ke bank. Tunggu jawapan bank.")),
    "ANOTHER_WAITS": (409, gettext_lazy("Cadangan lain bagi wang ini sedang menunggu pegawai lain. Selesaikan yang itu dahulu.")),
    "NOT_DEAD": (
        409,
        gettext_lazy(
            "Ditemui pembayar yang masih hidup dalam daftar, atau tarikh kematian selepas hari ini; dijangka pembayar yang telah meninggal dunia. "
            "Wang itu dibayar kepadanya sendiri."
        ),
    ),
    "DIED": (
        409,
        gettext_lazy("Pembayar telah meninggal dunia. Wang itu dibayar kepada pentadbir pusaka, waris atau penamanya, dengan sijil kematian."),
    ),
    "THE_DEAD": (422, gettext_lazy("Ditemui nombor pengenalan pembayar yang meninggal dunia; dijangka nombor penerima sendiri.")),
    "MEMBER_ACCOUNT": (409, gettext_lazy("Ahli memberi akaunnya sendiri, dalam i-Akaun atau di kaunter. Di sini hanya Arahan Bayaran.")),
    "HAS_ACCOUNT": (409, gettext_lazy("Ahli itu sudah mempunyai akaun bank yang boleh digunakan. Wang itu dihantar ke sana dengan sendirinya.")),
    "COOLING": (
        409,
        gettext_lazy("Butiran ahli ini baru diubah, jadi tiada wang keluar sehingga tempoh bertenang tamat. Cuba lagi selepas itu."),
    ),
}
DONE = {
    "approve": gettext_lazy("Diluluskan: wang itu dibayar dengan fail hari perniagaan berikutnya"),
    "refuse": gettext_lazy("Ditolak: wang itu masih disimpan"),
    "withdraw": gettext_lazy("Ditarik balik: wang itu masih disimpan"),
}


@officer_required(*READERS)
@require_safe
def return_payees(request: HttpRequest) -> HttpResponse:
    """All of them, those that wait for a second officer first; what waits for a payee; and the way to one by the order number of its payment."""
    form = forms.OrderNumberForm(request.GET if "order_no" in request.GET else None)
    if form.is_valid():
        asked = form.cleaned_data["order_no"]
        back = selectors.returns_of(asked).first()
        if back is not None:
            return HttpResponseRedirect(reverse("staff:return_payee_new", args=[back.pk]))
        form.add_error("order_no", _("Ditemui %(found)s, dijangka nombor pesanan yang sebahagian wangnya dipulangkan") % {"found": asked})
    page, without = selectors.page_of(number=request.GET.get("page")), list(selectors.without_payee())
    desk.listed(request, "return_payees", len(page) + len(without))
    context = {
        "page": page,
        "lines": [_line(found) for found in page],
        "without": [(back, payer_of(back), labels.RETURN_KEPT[back.state]) for back in without],
        "form": form,
        "may_propose": Role(request.user.role) in correction.OFFICERS,  # type: ignore[union-attr]
    }
    return render(request, "contributions/return_payees.html", context, status=422 if form.errors else 200)


@officer_required(*sorted(correction.OFFICERS))
@require_http_methods(["GET", "HEAD", "POST"])
def return_payee_new(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom this money is to be paid, as whom, why, and the papers that show it."""
    of = access.voluntary_return_for(pk)
    _looked(request, of)
    form, status, refused = _form(of, request), int(HTTPStatus.OK), ""
    if form.is_bound:
        found, status, refused = _proposed(request, of, form)
        if found is not None:
            return HttpResponseRedirect(reverse("staff:return_payee", args=[found.pk]))
    standing = of.payees.filter(state=WrongCreditState.PROPOSED).first()
    context = {**_of(of), "form": form, "refused": refused, "form_errors": bool(refused), "open": services.is_open(of), "standing": standing}
    return render(request, "contributions/return_payee_new.html", context, status=status)


@officer_required(*READERS)
@require_safe
def return_payee(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: the money, who has it, what may be done, what the bank did with it."""
    return _page(request, access.return_payee_for(pk), forms.RefuseForm())


@officer_required(*sorted(correction.OFFICERS))
@require_POST
def return_payee_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the own, approve or refuse another's."""
    return two_officers.decide(
        request, pk, two_officers.Kind(services, "payee_id", access.return_payee_for, _page, "staff:return_payee", DONE, NOT_ALLOWED)
    )


@officer_required(*READERS)
@require_safe
def return_payee_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper that says who has it, as it was uploaded, always as an attachment."""
    found = access.return_payee_for(pk)
    return downloads.stored(request, found.document, target=found, subjects=[found.returned.payer])


@officer_required(*READERS)
@require_safe
def return_payee_death(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The certificate of the payer's death, the same way."""
    found = access.return_payee_for(pk)
    if found.death_paper is None:
        raise Http404
    return downloads.stored(request, found.death_paper, target=found, subjects=[found.returned.payer])


def payer_of(of: VoluntaryReturn) -> str:
    """The name of whose money it is: who stood at a counter, or the member who paid."""
    return of.counter_payer.name if of.counter_payer is not None else of.payer.name


def _form(of: VoluntaryReturn, request: HttpRequest) -> forms.ReturnPayeeForm:
    stranger, sent = of.counter_payer, (request.POST, request.FILES) if request.method == "POST" else ()
    known = {"name": stranger.name, "identity": stranger.identity, "phone": stranger.phone} if stranger else {}
    return forms.ReturnPayeeForm(*sent, initial=known, bases=services.bases(of), in_register=stranger is None)


def _proposed(request: HttpRequest, of: VoluntaryReturn, form: forms.ReturnPayeeForm) -> tuple[ReturnPayee | None, int, str]:
    """What was proposed; or the status, and the words that no field of the form has."""
    if not form.is_valid():
        return None, HTTPStatus.UNPROCESSABLE_ENTITY, ""
    said: dict[str, Any] = form.cleaned_data
    by: Any = request.user
    try:
        asked = services.Asked(
            basis=said["basis"],
            payee=_payee(of, said, by),
            died_on=said.get("died_on"),
            reason=said["reason"],
            document=said["document"],
            death_paper=said.get("death_paper"),
        )
        return services.propose(returned_id=of.pk, asked=asked, by=by, on=clock.business_date(), at=clock.now()), HTTPStatus.FOUND, ""
    except counter_payers.NotTheirs as error:
        form.add_error("account", str(labels.NOT_PAYEE_S[error.code]))
    except documents.NotAPaper as error:
        form.add_error("document", members_forms.paper_words(error))
    except services.NotAllowed as error:
        status, words = NOT_ALLOWED[error.code]
        return None, status, str(words)
    return None, HTTPStatus.UNPROCESSABLE_ENTITY, ""


def _payee(of: VoluntaryReturn, said: dict[str, Any], by: Any) -> counter_payers.Payer | None:
    """With the account as its bank names it; None of a member who paid and lives. Raises NotTheirs."""
    if "name" not in said:
        return None
    payee = counter_payers.Payer(**{name: said[name] for name in ("name", "identity", "phone", "bank", "account")})
    return counter_payers.named(payee, token=said["token"], whose=of.payer, by=by)


def _page(request: HttpRequest, found: ReturnPayee, form: forms.RefuseForm, *, status: int = 200, **more: Any) -> HttpResponse:
    of, payout = found.returned, found.payout
    _looked(request, of)
    missing = services.why_not_now(found, on=clock.business_date(), at=clock.now()) if found.state == WrongCreditState.PROPOSED else ""
    context = {
        **_of(of),
        "found": found,
        "label": labels.RETURN_PAYEE[found.state],
        "basis": labels.PAYEE_BASIS[found.basis],
        "to": _to(found),
        "payout": payout,
        "payout_state": members_labels.PAYOUT[payout.state] if payout else "",
        "payout_reason": members_labels.NOT_PAID_OUT.get(payout.reason, "") if payout else "",
        "missing": str(NOT_ALLOWED[missing][1]) if missing else "",
        "may": dict.fromkeys(services.allowed(found=found, by=request.user), True),  # type: ignore[arg-type]
        "own": found.proposed_by_id == request.user.pk,
        "form": form,
        "again": found.payout is not None and found.payout.reason and services.is_open(of),
    }
    return render(request, "contributions/return_payee.html", {**context, **more}, status=status)


def _to(found: ReturnPayee) -> str:
    """Where it goes: the account as its bank named it, or the Arahan Bayaran, which has its number once it is ordered."""
    if found.bank:
        return f"{accounts.name(found.bank)} {found.masked}, {found.holder}"
    return _("Arahan Bayaran %(number)s") % {"number": found.order_number} if found.payout_id else _("Arahan Bayaran")


def _of(of: VoluntaryReturn) -> dict[str, Any]:
    """The money, whose it is, and how it went before."""
    payout, stranger = voluntary_money.payout_of(of), of.counter_payer
    last = payout if payout is not None and payout.reason else None
    return {
        "of": of,
        "payer_name": payer_of(of),
        "stranger": stranger,
        "died_on": of.payer.died_on if stranger is None else None,
        "why": labels.RETURN_WHY[of.why],
        "back_label": labels.RETURN_KEPT[of.state],
        "last": _back(last) if last is not None else "",
        "basis_payer": PayeeBasis.PAYER.value,
    }


def _back(payout: Any) -> str:
    """What came back last, and why."""
    order = voluntary_money.order_of(payout)
    to = _("Arahan Bayaran %(number)s") % {"number": order} if order else f"{accounts.name(payout.bank)} {payout.masked}"
    return f"{to}: {members_labels.NOT_PAID_OUT.get(payout.reason, payout.reason)}"


def _looked(request: HttpRequest, of: VoluntaryReturn) -> None:
    """That the officer looked at the money, in the trail of whose it is."""
    by: Any = request.user
    audit.record(
        actor=by,
        action="voluntary.return_payee.view",
        target=f"voluntaryreturn:{of.pk}",
        data={"order_no": of.payment.order_no},
        subjects=of.payment.whose,
        ip=desk.address_of(request),
    )


def _line(found: ReturnPayee) -> tuple[ReturnPayee, str, Any, labels.Label]:
    return found, payer_of(found.returned), labels.PAYEE_BASIS[found.basis], labels.RETURN_PAYEE[found.state]
