"""Officers' pages on payments that no rule decides: the list by age, and one with what is behind it and what may be done."""

from collections.abc import Callable
from datetime import date
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
from contributions.enums import MatterAction, MatterKind, PaymentState, VoluntaryKind
from contributions.models import PaymentMatter, PaymentMatterLog, Receipt
from contributions.selectors import instalments, return_payees
from contributions.selectors import matters as selectors
from contributions.services import matters as services
from contributions.services import receipt_acts, receipt_filing, receipt_voluntary, refund_accounts, refunds, voluntary_money
from contributions.views import assessments, shared
from kwsp_portal import audit
from kwsp_portal.bank import accounts, agents
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.views import desk

READERS = (*sorted(services.OFFICERS), Role.AUDITOR, Role.ADMINISTRATOR)
RECEIPT_ACTS = ("assign", "to_member", "pay", "into_suspense", "give_back")
"""What may be done with a receipt: its form says also whose it is and of which month or kind."""
NOT_ALLOWED = {
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: pegawai lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini.")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis apa yang anda dapati, supaya keputusan ini difahami kemudian")),
    "WRONG_KIND": (409, gettext_lazy("Keputusan ini bukan untuk perkara jenis ini.")),
    "BANK_SILENT": (503, gettext_lazy("Bank tidak menjawab. Tiada apa-apa yang diubah. Cuba sebentar lagi.")),
    "NO_EMPLOYER": (422, gettext_lazy("No. Majikan: tiada majikan dengan nombor itu. Tulis lapan angka, seperti dalam daftar.")),
    "NO_MEMBER": (422, gettext_lazy("No. Ahli: tiada ahli dengan nombor itu. Tulis lapan angka, seperti dalam daftar.")),
    "NOTHING_WAITS": (409, gettext_lazy("Tiada Borang A yang diluluskan dan belum dibayar dengan jumlah yang sama bagi majikan dan bulan ini.")),
    "NOT_PROPOSED": (409, gettext_lazy("Bayaran balik ini dicadangkan oleh seorang pegawai dahulu, kemudian diluluskan oleh pegawai lain.")),
    "SAME_OFFICER": (403, gettext_lazy("Anda yang mencadangkannya. Pegawai lain yang meluluskannya.")),
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
    desk.listed(request, "payment_matters", len(page))
    context = {
        "page": page,
        "lines": [(found, labels.MATTER[found.kind], labels.DECISION[found.decision], _age(found, on)) for found in page],
        "chips": [(one.value, labels.MATTER[one], counts[one]) for one in MatterKind if one in counts],
        "all": sum(counts.values()),
        "kind": kind,
        "closed": closed,
        "waiting": selectors.waiting(on=on),
        "plans_wait": instalments.how_many_wait(),
        "payees_wait": return_payees.waiting(),
        "sees_assessments": getattr(request.user, "role", "") in assessments.READERS,
    }
    return render(request, "contributions/matters.html", context)


@officer_required(*READERS)
@require_safe
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter: the payment, what the bank said, what was done, what may be done."""
    found = access.matter_for(pk)
    receipt = receipt_acts.of_matter(found)
    return _page(request, found, _form_of(receipt)(initial=_initial(receipt)))


@officer_required(*sorted(services.OFFICERS))
@require_POST
def matter_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it, or close it with a decision and its reason."""
    found = access.matter_for(pk)
    name = request.POST.get("action", "")
    if name not in ("take", *RECEIPT_ACTS, *DECISIONS):
        raise BadRequest(f"action: expected take, {', '.join((*DECISIONS, *RECEIPT_ACTS))}")
    form = _form_of(receipt_acts.of_matter(found))(None if name == "take" else request.POST)
    month = shared.month_of(request.POST.get("wage_month", "").strip())
    if form.is_bound and form.is_valid() and name == "assign" and month is None:
        form.add_error("wage_month" if "wage_month" in form.fields else None, _("Bulan upah: tulis tahun dan bulan, seperti 2026-10"))
    if form.is_bound and form.is_valid() and name == "to_member" and not form.cleaned_data.get("kind"):
        form.add_error("kind" if "kind" in form.fields else None, _("Pilih jenis caruman"))
    if form.is_bound and not form.is_valid():
        return _page(request, found, form, status=422)
    action = {"take": MatterAction.TAKE, "propose": MatterAction.PROPOSE}.get(name, MatterAction.CLOSE)
    try:
        if name == "take":
            services.take(matter_id=found.pk, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
        elif name in RECEIPT_ACTS:
            _decide_receipt(found.pk, name, form.cleaned_data, month, request.user)
        else:
            DECISIONS[name](found.pk, form.cleaned_data["comment"], request.user)
    except services.NotAllowed as error:
        fresh = access.matter_for(pk)
        if not (error.code == "WRONG_STATE" and selectors.did_last(matter=fresh, action=action, by=request.user)):  # type: ignore[arg-type]
            status, words = NOT_ALLOWED[error.code]
            return _page(request, fresh, form, status=status, refused=str(words), form_errors=True)
    notes.success(request, str(labels.MATTER_ACTION[action]))
    return HttpResponseRedirect(reverse("staff:matter", args=[found.pk]))


def _form_of(receipt: Receipt | None) -> type[forms.MatterForm]:
    if receipt is None:
        return forms.MatterForm
    return forms.VoluntaryReceiptForm if receipt.kind else forms.ReceiptForm


def _decide_receipt(pk: int, name: str, typed: dict[str, Any], month: WageMonth | None, by: Any) -> None:
    """`month` is there where it is asked for."""
    said: dict[str, Any] = {"matter_id": pk, "comment": typed["comment"], "by": by, "on": clock.business_date()}
    number = str(typed.get("employer_number", "")).strip()
    if name == "assign" and month is not None:
        receipt_acts.assign(number=number, month=month, **said)
    elif name == "to_member":
        whose = str(typed["member_number"]).strip()
        receipt_voluntary.assign(number=whose, kind=VoluntaryKind(typed["kind"]), at=clock.now(), **said)
    elif name == "pay":
        receipt_acts.pay_waiting(at=clock.now(), **said)
    elif name == "into_suspense":
        receipt_acts.suspend(number=number, **said)
    else:
        receipt_acts.give_back(**said)


def _note(pk: int, comment: str, by: Any) -> None:
    services.note(matter_id=pk, comment=comment, by=by, on=clock.business_date())


def _suspend(pk: int, comment: str, by: Any) -> None:
    refunds.suspend(matter_id=pk, comment=comment, by=by, on=clock.business_date(), at=clock.now())


def _propose(pk: int, comment: str, by: Any) -> None:
    refunds.propose(matter_id=pk, comment=comment, by=by, on=clock.business_date())


def _approve(pk: int, comment: str, by: Any) -> None:
    refunds.decide(matter_id=pk, approved=True, comment=comment, by=by, on=clock.business_date())


def _refuse(pk: int, comment: str, by: Any) -> None:
    refunds.decide(matter_id=pk, approved=False, comment=comment, by=by, on=clock.business_date())


DECISIONS: dict[str, Callable[[int, str, Any], None]] = {
    "note": _note,
    "suspend": _suspend,
    "propose": _propose,
    "approve": _approve,
    "refuse": _refuse,
}


def _page(request: HttpRequest, found: PaymentMatter, form: forms.MatterForm, *, status: int = 200, **more: Any) -> HttpResponse:
    payment = found.payment
    is_open = found.closed_on is None
    _seen(request, found)
    context = {
        "matter": found,
        "kind": labels.MATTER[found.kind],
        "reason": labels.reason(found.reason),
        "label": labels.DECISION[found.decision],
        "age": _age(found, clock.business_date()),
        "payment": payment,
        "paid_by": voluntary_money.paid_by(payment) if payment and payment.voluntary else "",
        "paid_with": labels.paid_with(payment.method, payment.bank_code) if payment else "",
        "number_label": labels.NUMBER[payment.method] if payment else "",
        "payment_label": labels.of_payment(payment.method, payment.state) if payment else None,
        "said": list(payment.messages.order_by("-pk")[:20]) if payment else [],
        "log": [(entry, labels.MATTER_ACTION[entry.action], _comment(entry)) for entry in found.log.select_related("by")],
        "may": is_open and getattr(request.user, "role", "") in services.OFFICERS,
        "own": found.owner_id == request.user.pk,
        **_of_refund(found, request.user),
        "may_suspend": found.kind == MatterKind.CONTRADICTS
        and payment is not None
        and payment.state not in (PaymentState.APPROVED, PaymentState.DIFFERS),
        "for_heirs": voluntary_money.is_for_heirs(found),
        "payee_url": _payee_url(found) if is_open and getattr(request.user, "role", "") in services.OFFICERS else "",
        "form": form,
        "assess_url": _assess_url(found) if is_open and getattr(request.user, "role", "") in services.OFFICERS else "",
        **_of_receipt(found),
    }
    return render(request, "contributions/matter.html", {**context, **more}, status=status)


def _comment(entry: PaymentMatterLog) -> str:
    """What an officer wrote; what the portal opened it for, in words."""
    return str(entry.comment) if entry.by_id else labels.reason(entry.comment)


def _seen(request: HttpRequest, found: PaymentMatter) -> None:
    """Whose matter an officer looked at is in that employer's log: called by what makes the page, so that one shown after a mistake is seen, too."""
    receipt, payment, by = receipt_acts.of_matter(found), found.payment, request.user
    ip, target = desk.address_of(request), f"paymentmatter:{found.pk}"
    behind = (found.employer, *((receipt.employer, receipt.member) if receipt else ()), *(payment.whose if payment else ()))
    whose = sorted({one.subject for one in behind if one})
    audit.record(actor=by, action="matter.view", target=target, data={"kind": found.kind}, subjects=whose, ip=ip)  # type: ignore[arg-type]


def _assess_url(found: PaymentMatter) -> str:
    """Where the month that was not filed is assessed."""
    if found.kind != MatterKind.NOT_FILED or found.employer is None:
        return ""
    return f"{reverse('staff:assessment_new')}?employer={found.employer.number}&wage_month={found.cause.rpartition(':')[2]}"


def _payee_url(found: PaymentMatter) -> str:
    """Where it is said to whom the money that goes back is paid."""
    if found.kind != MatterKind.VOLUNTARY_BACK:
        return ""
    return reverse("staff:return_payee_new", args=[voluntary_money.return_of(found)])


def _of_refund(found: PaymentMatter, user: Any) -> dict[str, Any]:
    """The refund that a matter is about: who proposed it, where it would go, and what became of it."""
    refund = refunds.of_matter(found)
    if refund is None:
        return {"refund": None}
    account = refund_accounts.current_of(refund.payment.borang_a.employer_id)
    return {
        "refund": refund,
        "refund_label": labels.REFUND[refund.state],
        "proposed_here": refund.proposed_by_id == user.pk,
        "account": account,
        "account_bank": accounts.name(account.bank) if account else "",
    }


def _initial(receipt: Receipt | None) -> dict[str, str]:
    """Whose the receipt is taken to be, for the officer to mend."""
    if receipt is None:
        return {}
    if receipt.kind:
        return {"member_number": receipt.member.number if receipt.member else receipt.member_number, "kind": receipt.kind}
    number = receipt.employer.number if receipt.employer else receipt.employer_number
    return {"employer_number": number, "wage_month": f"{receipt.month:%Y-%m}"}


def _of_receipt(found: PaymentMatter) -> dict[str, Any]:
    """The receipt that a matter is about, and the Borang A that it would pay."""
    receipt = receipt_acts.of_matter(found)
    if receipt is None:
        return {"receipt": None}
    return {
        "receipt": receipt,
        "receipt_label": labels.of_receipt(receipt.state, receipt.kind),
        "voluntary_kind": labels.VOLUNTARY_KIND[receipt.kind] if receipt.kind else "",
        "agent": agents.name(receipt.agent),
        "mode": labels.MODE.get(receipt.mode, receipt.mode),
        "awaits": receipt_filing.awaits(receipt) if found.closed_on is None and not receipt.kind else None,
    }


def _age(found: PaymentMatter, on: date) -> int:
    """Days from its opening to its end, or to today."""
    return max(0, ((found.closed_on or on) - found.opened_on).days)
