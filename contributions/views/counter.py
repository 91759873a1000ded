"""A receipting counter takes a KWSP 6A(2) (/counter/receipts/): the form, the name masked to be confirmed, the receipt to print, a cheque's fate."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import BounceWhy, CounterMode, CounterReceiptState
from contributions.models import CounterPayer, CounterReceipt
from contributions.rules import counter as rules
from contributions.services import counter as services
from contributions.services import counter_drawers, counter_payers, voluntary, voluntary_money
from contributions.views import payees
from contributions.views.counter_drawers import NOT_ALLOWED, moment
from contributions.views.doubts import no_incentive
from kwsp_portal import phones
from kwsp_portal.bank import accounts, channels
from kwsp_portal.common import clock
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.models import Member
from members.views import desk

_FIELD: Final = {
    **dict.fromkeys(("ABOVE_CEILING", "COUNTER_ABOVE"), "amount"),
    **dict.fromkeys(("MEMBER_DIED", "MEMBER_TOO_OLD", "MEMBER_FOREIGN"), "number"),
    **dict.fromkeys(("COUNTER_NO_WAY", "COUNTER_CLOSED"), "mode"),
    "NOT_REGISTERED": "kind",
}
"""Beside which field a refusal is said."""


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_new(request: HttpRequest) -> HttpResponse:
    """The form; a POST shows what was said once more with the name masked, and a POST of that takes the money, once."""
    if request.method != "POST":
        return _form_page(request, forms.CounterPayForm.fresh())
    form = forms.CounterPayForm(request.POST)
    if "change" in request.POST:
        return _form_page(request, forms.CounterPayForm(initial=request.POST.dict()))
    if not form.is_valid():
        return _form_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        asked = _asked(request, form)
        if asked is None:
            return _form_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return _taken(request, asked, form) if "confirm" in request.POST else _check_page(request, asked, form)
    except counter_payers.NotTheirs as error:
        form.add_error("payer_account", str(labels.NOT_PAYER_S[error.code]))
        return _form_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except services.NotTakeable as error:
        _say(form, error)
        return _form_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except services.NotAllowed as error:
        status, refused = NOT_ALLOWED[error.code]
        return _form_page(request, form, status=status, refused=str(refused))


@desk.counter_required
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt, to print; of a cheque, what the bank did with it."""
    return _receipt_page(request, access.counter_receipt_for(number), forms.ChequeForm())


@officer_required(Role.SUPERVISOR)
@require_POST
def cheque_decide(request: HttpRequest, number: str) -> HttpResponse:
    """The bank has paid a cheque, or sent it back."""
    found, form, by = access.counter_receipt_for(number), forms.ChequeForm(request.POST), request.user
    if not form.is_valid():
        return _receipt_page(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    asked: dict[str, Any] = {"receipt_id": found.pk, "by": by, "on": clock.business_date(), "at": moment()}
    cleared = form.cleaned_data["action"] == "clear"
    try:
        if cleared:
            services.clear(**asked)
        else:
            services.bounce(**asked, why=BounceWhy(form.cleaned_data["why"]))
    except services.NotAllowed as error:
        fresh = access.counter_receipt_for(number)
        same = fresh.decided_by_id == by.pk and (fresh.state == CounterReceiptState.PAID) is cleared
        if not (error.code == "WRONG_STATE" and same):
            status, words = NOT_ALLOWED[error.code]
            return _receipt_page(request, fresh, form, status=status, refused=str(words))
    done = _("Cek dijelaskan; caruman itu dikreditkan sebentar lagi.") if cleared else _("Cek dipulangkan; ahli itu dan penulis cek diberitahu.")
    messages.success(request, done)
    return redirect("counter:receipt", number=number)


def _asked(request: HttpRequest, form: forms.CounterPayForm) -> services.Asked | None:
    """What stands on the form, with the payer's account as its bank names it; None where a number is nobody's, which the form then says. Raises
    NotTheirs."""
    said, by = form.cleaned_data, request.user
    found, payer = _member_of(form, "number"), _member_of(form, "payer_number")
    if form.errors or found is None:
        return None
    stranger = {name: said[f"payer_{name}"] for name in ("name", "identity", "phone", "bank", "account")}
    paid_by = counter_payers.Payer(name=payer.name, member=payer) if payer else counter_payers.Payer(**stranger) if said["payer_name"] else None
    if paid_by is not None:
        paid_by = counter_payers.named(paid_by, token=said["token"], whose=found, by=by)  # type: ignore[arg-type]
    return services.Asked(member=found, payer=paid_by, **{name: said[name] for name in ("kind", "amount", "mode", "cheque_number", "cheque_bank")})


def _member_of(form: forms.CounterPayForm, field: str) -> Member | None:
    """The member of the number in a field; None where there is none, which the form says of a number that was written."""
    number = form.cleaned_data[field]
    found = Member.objects.filter(number=number).first() if number else None
    if number and found is None:
        form.add_error(field, _("Ditemui %(found)s, dijangka nombor ahli yang ada. Semak nombor itu pada borang dan kad.") % {"found": number})
    return found


def _taken(request: HttpRequest, asked: services.Asked, form: forms.CounterPayForm) -> HttpResponse:
    """Raises NotTakeable, NotAllowed."""
    made = services.take(asked, token=form.cleaned_data["token"], by=request.user, at=moment())  # type: ignore[arg-type]
    payer = asked.payer.name if asked.payer else ""
    said = (asked.member.pk, asked.kind, asked.amount, asked.mode, asked.cheque_number, payer)
    if said != (made.member_id, made.kind, made.amount, made.mode, made.cheque_number, made.payer_name):
        messages.warning(request, _("Borang itu sudah menjadi resit ini. Apa yang diubah selepas itu tidak diterima: mulakan borang baharu baginya."))
    return redirect("counter:receipt", number=made.number)


def _check_page(request: HttpRequest, asked: services.Asked, form: forms.CounterPayForm) -> HttpResponse:
    """What was said, before anything is taken; who is looked at reads in the own log that they were. Raises NotTakeable, NotAllowed."""
    said, found, payer = form.cleaned_data, asked.member, asked.payer
    desk.seen(request, found, action="counter.payee")
    if payer and payer.member:
        desk.seen(request, payer.member, action="counter.payee")
    services.check(asked, by=request.user, at=moment())  # type: ignore[arg-type]
    context = {
        "whom": found,
        "name": voluntary.masked(found.name),
        "kind": labels.VOLUNTARY_KIND[said["kind"]],
        "hint": labels.voluntary_hint(said["kind"], clock.business_date()),
        "mode": labels.MODE[said["mode"]],
        "said": said,
        "doubt": no_incentive(member=found, kind=said["kind"], on=clock.business_date()),
        "cheque_bank": labels.cheque_bank(said["cheque_bank"]),
        "payer": payer,
        "payer_name": voluntary.masked(payer.name) if payer and payer.member else payer.name if payer else "",
        "back_to": _back_to(payer),
        "fields": [(name, request.POST.get(name, "")) for name in forms.CounterPayForm.base_fields],
    }
    return render(request, "contributions/counter_check.html", context)


def _back_to(payer: counter_payers.Payer | CounterPayer | None) -> str:
    """How what is above the ceiling goes back to who has no member number; nothing of a member, who has the own account."""
    if payer is None or payer.member is not None:
        return ""
    if not payer.bank:
        return _("Arahan Bayaran, diambil di cawangan KWSP dengan kad pengenalan")
    return f"{accounts.name(payer.bank)} •••• {str(payer.account)[-4:]}"


def _payer_told(found: CounterReceipt, payer: CounterPayer | None) -> str:
    """How who wrote a cheque and is no member hears what the bank did with it; empty of everybody else."""
    if payer is None or payer.member is not None or found.mode != CounterMode.CHEQUE:
        return ""
    if not payer.phone:
        return _("Tiada telefon diberi: beritahu pembayar dengan surat atau di kaunter")
    return _("SMS ke %(phone)s") % {"phone": phones.masked(payer.phone)}


def _say(form: forms.CounterPayForm, error: services.NotTakeable) -> None:
    for refusal in error.refusals:
        form.add_error(_FIELD.get(refusal.code), payees.words_of(refusal, labels.COUNTER_REFUSALS))


def _form_page(request: HttpRequest, form: forms.CounterPayForm, *, status: int = HTTPStatus.OK, refused: str = "") -> HttpResponse:
    by: Any = request.user
    held = counter_drawers.open_of(by)
    usable = held is not None and held.on == clock.business_date()
    if not usable and not refused and request.method != "POST":
        refused = str(NOT_ALLOWED["NO_DRAWER" if held is None else "OTHER_DAY"][1])
    context = {
        "form": form,
        "drawer": held,
        "usable": usable,
        "cash": _cash_limits(),
        "refused": refused,
        "form_errors": bool(refused) or bool(form.errors),
    }
    return render(request, "contributions/counter_receipt_new.html", context, status=status)


def _cash_limits() -> dict[str, Any]:
    """What the page says of cash, as channels.yaml has it for today."""
    try:
        found = next((way for kind in labels.VOLUNTARY_KIND if (way := rules.way(kind, CounterMode.CASH, moment()))), None)  # type: ignore[arg-type]
    except channels.ChannelsNotKnown:
        found = None
    return {"highest": found.highest, "closes": f"{found.closes:%H:%M}" if found.closes else ""} if found else {}


def _back(found: CounterReceipt) -> dict[str, Any] | None:
    """What of it went back above the ceiling, and how; None where nothing did."""
    back = found.payment.returned.order_by("pk").first() if found.payment else None
    if back is None:
        return None
    payout = voluntary_money.payout_of(back)
    order = voluntary_money.order_of(payout) if payout is not None else ""
    words = _("Arahan Bayaran %(number)s") % {"number": order} if order else ""
    if payout is not None and not order:
        words = f"{accounts.name(payout.bank)} {payout.masked}"
    return {"amount": back.amount, "why": labels.RETURN_WHY[back.why], "label": labels.RETURN_TO_PAYER[back.state], "by": words}


def _receipt_page(
    request: HttpRequest, found: CounterReceipt, form: forms.ChequeForm, *, status: int = HTTPStatus.OK, refused: str = ""
) -> HttpResponse:
    by: Any = request.user
    desk.seen(request, found.member, action="counter.receipt.view")
    payer = getattr(found, "payer", None)
    context = {
        "receipt": found,
        "payer_name": voluntary.masked(found.payer_name) if payer and payer.member else found.payer_name,
        "payer": payer,
        "back_to": _back_to(payer),
        "payer_told": _payer_told(found, payer),
        "back": _back(found),
        "brought": getattr(found.payment, "brought", None) if found.payment else None,
        "name": voluntary.masked(found.member.name),
        "kind": labels.VOLUNTARY_KIND[found.kind],
        "mode": labels.MODE[found.mode],
        "label": labels.COUNTER_RECEIPT[found.state],
        "cheque_bank": labels.cheque_bank(found.cheque_bank),
        "why": labels.BOUNCE.get(found.why, ""),
        "may_decide": found.state == CounterReceiptState.WAITS and by.role == Role.SUPERVISOR and found.drawer.officer_id != by.pk,
        "form": form,
        "held": counter_drawers.open_of(by),
        "refused": refused,
        "form_errors": bool(refused) or bool(form.errors),
    }
    return render(request, "contributions/counter_receipt.html", context, status=status)
