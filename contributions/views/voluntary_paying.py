"""A member pays a voluntary contribution: says what and for whom, reads it once more, is taken to the bank, comes back to a receipt."""

from collections.abc import Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import PaymentMethod, PaymentState, ReturnState
from contributions.models import Payment, VoluntaryReturn
from contributions.services import enquiry, moves, parts, voluntary_money
from contributions.services import payment as payments
from contributions.services import voluntary as services
from contributions.views import to_bank
from contributions.views.doubts import no_incentive
from kwsp_portal.bank import accounts, limits
from kwsp_portal.bank.fpx import codes
from kwsp_portal.bank.fpx.client import Bank
from kwsp_portal.bank.fpx.messages import Model
from kwsp_portal.common import clock
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.templatetags import formats
from members import access as members_access
from members import labels as members_labels
from members.identity.gates import member_required
from members.models import Member

_FIELD: Final = {
    **dict.fromkeys(("ABOVE_CEILING", "FPX_BELOW_MINIMUM", "FPX_ABOVE_MAXIMUM"), "amount"),
    **dict.fromkeys(("MEMBER_DIED", "MEMBER_TOO_OLD", "MEMBER_FOREIGN"), "number"),
    "NOT_REGISTERED": "kind",
}
"""Beside which field a refusal is said; the others stand for the whole."""
_AMOUNTS: Final = frozenset({"amount", "room", "ceiling"})
_OF_ANOTHER: Final = gettext_lazy(
    "Jumlah ini melebihi apa yang tinggal di bawah had tahun ini bagi ahli itu. Kurangkan jumlahnya, atau tanya ahli itu."
)
_UNKNOWN: Final = gettext_lazy("Ditemui %(found)s, dijangka nombor ahli yang ada. Semak nombor itu dengan ahli yang anda bayar.")
_TOO_MANY: Final = gettext_lazy("Terlalu banyak nombor ahli ditanya dalam sehari. Cuba lagi selepas %(until)s.")


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def voluntary_pay(request: HttpRequest) -> HttpResponse:
    """The form; a POST shows what was said once more, and a POST of that makes the order and takes the payer to the bank."""
    payer, on = _member(request), clock.business_date()
    listed = to_bank.bank_list(Model.B2C)
    if request.method != "POST":
        asked = {name: request.GET[name] for name in ("kind", "whom", "number", "amount") if name in request.GET}
        return _form_page(request, payer, forms.VoluntaryForm(banks=listed or (), on=on, initial={"whom": forms.SELF, **asked}), listed)
    form = forms.VoluntaryForm(request.POST, banks=listed or (), on=on)
    if "change" in request.POST:
        return _form_page(request, payer, forms.VoluntaryForm(banks=listed or (), on=on, initial=request.POST.dict()), listed)
    if listed is None or not form.is_valid():
        return _form_page(request, payer, form, listed, status=HTTPStatus.SERVICE_UNAVAILABLE if listed is None else HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        whom = _whom(request, payer, form)
        if whom is None:
            return _form_page(request, payer, form, listed, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return _confirmed(request, whom, form) if "confirm" in request.POST else _check_page(request, payer, whom, form, listed)
    except services.TooMany as error:
        form.add_error("number", str(_TOO_MANY) % {"until": formats.moment(error.until)})
        return _form_page(request, payer, form, listed, status=HTTPStatus.TOO_MANY_REQUESTS)
    except services.NotPayable as error:
        waiting = _say(form, error.refusals)
        return _form_page(request, payer, form, listed, status=HTTPStatus.CONFLICT if waiting else HTTPStatus.UNPROCESSABLE_ENTITY, waiting=waiting)


@member_required
@require_safe
def voluntary_go(request: HttpRequest, order_no: str) -> HttpResponse:
    """The form that takes the payer to the bank; sent by a script, or by its button."""
    found = access.voluntary_payment_for(_member(request), order_no)
    back_url = reverse("member:voluntary_payment", args=[order_no])
    if found.state != PaymentState.SENT or found.method == PaymentMethod.DDA:
        return HttpResponseRedirect(back_url)
    return to_bank.form_page(request, found, back_url=back_url)


@member_required
@require_safe
def voluntary_payment(request: HttpRequest, order_no: str) -> HttpResponse:
    """The receipt, or where the payment stands. May be bookmarked, printed, loaded again."""
    payer = _member(request)
    found = access.voluntary_payment_for(payer, order_no)
    if request.headers.get("X-Fragment") == "progress":
        return JsonResponse({"done": 0, "total": 0, "finished": found.state != request.GET.get("seen")})
    if "back" in request.GET:
        with translation.override(request.session.get(to_bank.LANGUAGE) or translation.get_language()):
            return HttpResponseRedirect(reverse("member:voluntary_payment", args=[order_no]))
    return _payment_page(request, payer, found)


@member_required
@require_POST
def voluntary_ask(request: HttpRequest, order_no: str) -> HttpResponse:
    """Ask the bank now instead of waiting for the sweep."""
    found, at = access.voluntary_payment_for(_member(request), order_no), clock.now()
    asked_about = found.state in parts.IN_FLIGHT and found.method != PaymentMethod.DDA
    if asked_about and (found.asked_at is None or at - found.asked_at >= to_bank.QUESTION_PAUSE):
        enquiry.enquire(payment_id=found.pk, on=clock.business_date(), at=at)
    return HttpResponseRedirect(reverse("member:voluntary_payment", args=[order_no]))


@member_required
@require_POST
def voluntary_cancel(request: HttpRequest, order_no: str) -> HttpResponse:
    """Put away an order that never reached the bank; the bank is asked first."""
    payer = _member(request)
    found = access.voluntary_payment_for(payer, order_no)
    try:
        if found.state in parts.IN_FLIGHT:
            enquiry.cancel(order_no=order_no, by=request.user, on=clock.business_date(), at=clock.now())  # type: ignore[arg-type]
    except (payments.PaymentRefused, moves.NotAllowed) as error:
        words = _(payments.WORDS.get(str(error), payments.WORDS["AT_THE_BANK"]))
        return _payment_page(request, payer, access.voluntary_payment_for(payer, order_no), refused=words, status=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(reverse("member:voluntary_payment", args=[order_no]))


def _member(request: HttpRequest) -> Member:
    return members_access.member_for(request.user)  # type: ignore[arg-type]


def _whom(request: HttpRequest, payer: Member, form: forms.VoluntaryForm) -> Member | None:
    """The member who is paid for; None where the number is nobody's, which the form then says. Raises TooMany."""
    number = form.cleaned_data["number"]
    if number in ("", payer.number):
        return payer
    found = services.payee(number=number, by=request.user, at=clock.now())  # type: ignore[arg-type]
    if found is None:
        form.add_error("number", str(_UNKNOWN) % {"found": number})
    return found


def _confirmed(request: HttpRequest, whom: Member, form: forms.VoluntaryForm) -> HttpResponse:
    """Raises NotPayable."""
    asked = form.cleaned_data
    given: dict[str, Any] = {"by": request.user, "on": clock.business_date(), "at": clock.now()}
    made = services.start(member=whom, kind=asked["kind"], amount=asked["amount"], bank_code=asked["bank"], **given)
    request.session[to_bank.LANGUAGE] = translation.get_language()
    return HttpResponseRedirect(reverse("member:voluntary_go", args=[made.order_no]))


def _check_page(request: HttpRequest, payer: Member, whom: Member, form: forms.VoluntaryForm, listed: Sequence[Bank]) -> HttpResponse:
    """What was said, before anything is made of it. Raises NotPayable."""
    asked, on = form.cleaned_data, clock.business_date()
    services.check(member=whom, payer=payer, kind=asked["kind"], amount=asked["amount"], on=on)
    context = {
        "member": payer,
        "whom": whom,
        "name": whom.name if whom == payer else services.masked(whom.name),
        "own": whom == payer,
        "doubt": no_incentive(member=whom, kind=asked["kind"], on=on, told=whom == payer),
        "kind": labels.VOLUNTARY_KIND[asked["kind"]],
        "hint": labels.voluntary_hint(asked["kind"], on),
        "amount": asked["amount"],
        "bank": next(one.name for one in listed if one.code == asked["bank"]),
        "fields": [(name, request.POST.get(name, "")) for name in forms.VoluntaryForm.base_fields],
    }
    return render(request, "members/voluntary_check.html", context)


def _say(form: forms.VoluntaryForm, refusals: Sequence[Refusal]) -> Payment | None:
    """Each refusal beside its field, without a figure of another member's; the order that is still open, where there is one."""
    waiting = None
    other = form.cleaned_data.get("whom") == forms.OTHER
    for refusal in refusals:
        if refusal.code == "PAYMENT_IN_FLIGHT":
            waiting = Payment.objects.filter(order_no=refusal.details["order_no"]).first()
        field = _FIELD.get(refusal.code)
        said = str(_OF_ANOTHER) if other and refusal.code == "ABOVE_CEILING" else words_of(refusal)
        form.add_error("whom" if field == "number" and not other else field, said)
    return waiting


def words_of(refusal: Refusal) -> str:
    """Why somebody cannot be paid for, with its figures."""
    if refusal.code not in labels.VOLUNTARY_REFUSALS:
        return payments.words_of(refusal)
    figures = {name: formats.money(Decimal(text)) if name in _AMOUNTS else text for name, text in refusal.details.items()}
    return str(labels.VOLUNTARY_REFUSALS[refusal.code]) % figures


def _form_page(
    request: HttpRequest,
    payer: Member,
    form: forms.VoluntaryForm,
    listed: Sequence[Bank] | None,
    *,
    status: int = HTTPStatus.OK,
    waiting: Payment | None = None,
) -> HttpResponse:
    on = clock.business_date()
    context = {
        "member": payer,
        "form": form,
        "unreachable": listed is None,
        "offline": [bank.name for bank in listed or () if not bank.online],
        "room": services.room(member=payer, on=on),
        "year": on.year,
        "limit": limits.limit_at(payer=limits.Payer.PERSON, on=on),
        "waiting": waiting,
        "form_errors": status >= HTTPStatus.BAD_REQUEST,
    }
    return render(request, "members/voluntary_pay.html", context, status=status)


def _payment_page(request: HttpRequest, payer: Member, found: Payment, *, refused: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    asked = found.voluntary
    assert asked is not None  # noqa: S101 - access gives no other
    own = asked.member_id == payer.pk
    context = {
        "member": payer,
        "payment": found,
        "asked": asked,
        "own": own,
        "payer_name": _payer_name(payer, found),
        "name": asked.member.name if own else services.masked(asked.member.name),
        "kind": labels.VOLUNTARY_KIND[asked.kind],
        "label": labels.of_payment(found.method, found.state),
        "monthly": found.method == PaymentMethod.DDA,
        "paid_with": labels.paid_with(found.method, found.bank_code),
        "number_label": labels.NUMBER[found.method],
        "reason": _(codes.meaning(found.response_code).words) if found.response_code else "",
        "brought": getattr(found, "brought", None),
        "returned": [_returned(one) for one in found.returned.filter(payer=payer, counter_payer=None).select_related("payer").order_by("pk")],
        "look_every": to_bank.SECONDS_BETWEEN_LOOKS.get(PaymentState(found.state), 0),
        "refused": refused,
        "form_errors": bool(refused),
    }
    return render(request, "members/voluntary_payment.html", context, status=status)


def _payer_name(payer: Member, found: Payment) -> str:
    """The own name, or that of who stood at a counter, as somebody else may see it."""
    name = voluntary_money.paid_by(found)
    return name if name == payer.name else services.masked(name)


def _returned(back: VoluntaryReturn) -> dict[str, Any]:
    """What goes back, and how that money is on the way."""
    payout = voluntary_money.payout_of(back)
    return {
        "amount": back.amount,
        "label": labels.RETURN[back.state],
        "why": labels.RETURN_WHY[back.why],
        "payout": payout,
        "payout_bank": accounts.name(payout.bank) if payout else "",
        "payout_reason": members_labels.NOT_PAID_OUT.get(payout.reason, "") if payout else "",
        "wants_account": back.state in (ReturnState.HELD, ReturnState.RETURNED) and voluntary_money.account_for(back, at=clock.now()) is None,
    }
