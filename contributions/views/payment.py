"""Paying a Borang A, what its lateness cost, or both: choose a way and a bank, be taken there, come back to a receipt."""

from collections.abc import Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import FilingAction, PaymentMethod, PaymentState, RefundState
from contributions.models import Filing, Payment
from contributions.selectors import credit, late_dues
from contributions.selectors import filings as selectors
from contributions.services import enquiry, mandates, moves, parts, paying_from_credit, refund_payouts, refunds, ways
from contributions.services import payment as services
from contributions.services.parts import Part
from contributions.views import pay_asked, shared, to_bank
from kwsp_portal.bank import accounts, limits
from kwsp_portal.bank.fpx import codes
from kwsp_portal.bank.fpx.client import Bank
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members import labels as members_labels
from members.enums import PayoutState
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import representative_required
from members.identity.tac_step import TacStep

AT_NO_BANK = (PaymentMethod.DDA, PaymentMethod.CREDIT)
"""Ways by which the payer is taken nowhere."""


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a bank; on POST an order is made and the payer taken there."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    asked = pay_asked.of(request, found)
    step = TacStep.of(request, purpose=Purpose.EMPLOYER_PAYMENT, shown=pay_asked.shown(found, asked))
    if request.method != "POST":
        return _pay_page(request, found, asked, step)
    form, listed = _form(None, (), asked, found), None
    try:
        check = paying_from_credit.check if asked.from_credit else services.check
        check(filing_id=found.pk, by=request.user, on=clock.business_date(), **pay_asked.to_start(asked))  # type: ignore[arg-type]
        listed = to_bank.bank_list()
        form = _form(request, listed, asked, found)
        if not form.is_valid():
            return _pay_page(request, found, asked, step, form=form, listed=listed, status=503 if listed is None else 422)
        if step.wanted():
            step.send(at=clock.now())
            return _pay_page(request, found, asked, step, form=form, listed=listed, status=422 if step.refusal else 200)
        payment = _start(request, found, asked, form.cleaned_data, step)
    except services.PaymentRefused as error:
        words = services.words_of(error.refusal)
        above = error.refusal.code == "FPX_ABOVE_MAXIMUM"
        return _pay_page(request, found, asked, step, form=form, listed=listed, status=409, refused=words, above=above)
    except tac.Refused as error:
        step.refuse(error)
        return _pay_page(request, found, asked, step, form=form, listed=listed, status=422)
    except moves.NotAllowed as error:
        status, lazy = shared.NOT_ALLOWED[error.code]
        return _pay_page(request, access.filing_for(employer, pk), asked, step, form=form, listed=listed, status=status, refused=str(lazy))
    if payment.method in AT_NO_BANK:
        return HttpResponseRedirect(reverse("employer:payment", args=[payment.order_no]))
    request.session[to_bank.LANGUAGE] = translation.get_language()
    return HttpResponseRedirect(reverse("employer:payment_go", args=[payment.order_no]))


def _start(request: HttpRequest, found: Filing, asked: pay_asked.Asked, chosen: dict[str, Any], step: TacStep) -> Payment:
    at = clock.now()
    given = {"approval": step.approval(at=at), "on": clock.business_date(), "at": at}
    if asked.from_credit:
        return paying_from_credit.start(filing_id=found.pk, by=request.user, **pay_asked.to_start(asked), **given)  # type: ignore[arg-type]
    way = {**pay_asked.to_start(asked), "method": chosen["method"], "bank_code": chosen["bank"], "collect_on": chosen["collect_on"]}
    return services.start(filing_id=found.pk, by=request.user, **way, **given)  # type: ignore[arg-type]


def _form(request: HttpRequest | None, listed: Sequence[Bank] | None, asked: pay_asked.Asked, found: Filing) -> forms.PayForm:
    """The ways that can be chosen now: FPX where it says its banks, direct debit under a mandate. And what of the lateness, with its price."""
    open_now = {PaymentMethod.FPX: listed is not None, PaymentMethod.DDA: mandates.active_of(found.employer) is not None}
    methods = [one for one in ways.offered(on=clock.business_date()) if open_now.get(one, True)]
    if (own := _own_money(found)) and own >= pay_asked.smallest(asked):
        methods.append(PaymentMethod.CREDIT)
    first, _last = services.collection_days(clock.business_date())
    late = [(kind.value, f"{labels.DUE[kind]}: {formats.money(amount)}") for kind, amount in late_dues.by_kind(asked.offered).items()]
    data = None if request is None else request.POST
    return forms.PayForm(data, methods=methods, banks=listed or (), late=late, alone=asked.part is None, initial={"collect_on": first})


def _own_money(found: Filing) -> Decimal:
    """What lies at the fund of the employer's own, and may be used, RM."""
    return credit.total(credit.sources_of(found.employer))


def _pay_page(
    request: HttpRequest,
    found: Filing,
    asked: pay_asked.Asked,
    step: TacStep,
    *,
    form: forms.PayForm | None = None,
    listed: list[Bank] | None = None,
    status: int = 200,
    refused: str = "",
    above: bool = False,
) -> HttpResponse:
    """The bank is asked for its list only where somebody may choose from it."""
    may = _may(request, found, asked)
    of = parts.of_filing(filing=found, on=clock.business_date())
    settled = asked.part is None
    payable = bool(asked.offered) if settled else any(part.open for part in of)
    if request.method != "POST" and may and payable:
        listed = to_bank.bank_list()
    context = {
        "acting_for": found.employer.name,
        "filing": found,
        "month": WageMonth.of(found.wage_month),
        "form": form or _form(None, listed, asked, found),
        "may": may,
        "parts": [(part, labels.of_payment(part.payment.method, part.payment.state) if part.payment else None) for part in of],
        "settled": settled,
        "payable": payable,
        "to_pay": asked.to_pay,
        "late": bool(asked.offered),
        "open_payment": None if payable else selectors.payment_in_flight(filing=found),
        "limit": limits.limit_at(payer=limits.Payer.COMPANY, on=clock.business_date()).highest,
        "unreachable": listed is None,
        "own_money": own if may and payable and (own := _own_money(found)) else None,
        "least": pay_asked.smallest(asked),
        "mandate": mandates.active_of(found.employer),
        "offline": [bank.name for bank in listed or () if not bank.online],
        "refused": refused,
        "above": above,
        "box": step.box(at=clock.now()),
        "form_errors": status >= HTTPStatus.BAD_REQUEST,
    }
    if not may:
        context |= shared.present_state(found)
    return render(request, "contributions/filing_pay.html", context, status=status)


@representative_required
@require_safe
def payment_go(request: HttpRequest, order_no: str) -> HttpResponse:
    """The form that takes the payer to the bank; sent by a script, or by its button."""
    employer = shared.employer_of(request)
    payment = access.payment_for(employer, order_no)
    if payment.method in AT_NO_BANK or payment.state != PaymentState.SENT or not _may_pay(request, payment):
        return HttpResponseRedirect(reverse("employer:payment", args=[order_no]))
    back_url = reverse("employer:payment", args=[order_no])
    return to_bank.form_page(request, payment, back_url=back_url, acting_for=employer.name, month=WageMonth.of(payment.borang_a.wage_month))


@representative_required
@require_safe
def payment(request: HttpRequest, order_no: str) -> HttpResponse:
    """The receipt, or where the payment stands. May be bookmarked, printed, loaded again."""
    employer = shared.employer_of(request)
    found = access.payment_for(employer, order_no)
    if request.headers.get("X-Fragment") == "progress":
        return JsonResponse({"done": 0, "total": 0, "finished": found.state != request.GET.get("seen")})
    if "back" in request.GET:
        with translation.override(request.session.get(to_bank.LANGUAGE) or translation.get_language()):
            return HttpResponseRedirect(reverse("employer:payment", args=[order_no]))
    return _payment_page(request, found)


def _payment_page(request: HttpRequest, found: Payment, *, refused: str = "", status: int = 200) -> HttpResponse:
    context = {**_receipt(request, found), "refused": refused, "form_errors": bool(refused)}
    return render(request, "contributions/payment.html", context, status=status)


def _receipt(request: HttpRequest, found: Payment) -> dict[str, Any]:
    approved = found.state == PaymentState.APPROVED
    return {
        "acting_for": found.borang_a.employer.name,
        "payment": found,
        "filing": found.filing,
        "month": WageMonth.of(found.borang_a.wage_month),
        "label": labels.of_payment(found.method, found.state),
        "paid_with": labels.paid_with(found.method, found.bank_code),
        "number_label": labels.NUMBER[found.method],
        "reason": _(codes.meaning(found.response_code).words) if found.response_code else "",
        "dues": [(labels.DUE[due.kind], due.amount) for due in found.dues.all()] if found.late else (),
        "is_second": approved and not found.counts,
        "made_of": credit.made_of(found) if found.method == PaymentMethod.CREDIT else (),
        "uses": credit.uses_of(found) if (beside := _is_beside(found)) else (),
        "left": credit.left_of(found) if beside else None,
        "waits_for": [] if not approved or found.parts == 1 else _open_parts(found),
        **_refund(found),
        "may_refund": refunds.may_apply(payment=found, by=request.user, on=clock.business_date()),  # type: ignore[arg-type]
        "is_debit": found.method == PaymentMethod.DDA,
        "look_every": to_bank.SECONDS_BETWEEN_LOOKS.get(PaymentState(found.state), 0),
        "may_pay": not approved and _may_pay(request, found),
    }


def _is_beside(found: Payment) -> bool:
    """Whether its money paid nothing, and is the employer's own."""
    return (found.state == PaymentState.APPROVED and not found.counts) or found.state == PaymentState.DIFFERS


def _refund(found: Payment) -> dict[str, Any]:
    """The last application to have it back, and how its money is on the way."""
    refund = found.refunds.order_by("-pk").first()
    if refund is None:
        return {"refund": None}
    payout = refund_payouts.payout_of(refund)
    waits = refund.state == RefundState.RETURNED or (refund.state == RefundState.APPROVED and payout is None)
    return {
        "refund": refund,
        "refund_label": labels.REFUND[refund.state],
        "payout": payout,
        "payout_bank": accounts.name(payout.bank) if payout else "",
        "payout_reason": members_labels.NOT_PAID_OUT.get(payout.reason, "") if payout else "",
        "wants_account": waits and not (payout and payout.state == PayoutState.ORDERED),
    }


def _open_parts(found: Payment) -> list[Part]:
    """What is not yet paid of the filing of which this paid a part."""
    return [part for part in parts.of_filing(filing=found.borang_a, on=clock.business_date()) if not part.paid] if found.counts else []


def _may_pay(request: HttpRequest, payment: Payment) -> bool:
    """Whether the person may still pay what this payment was to pay."""
    if payment.contribution:
        return FilingAction.PAY in moves.allowed(filing=payment.filing, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    return services.may_pay_late(filing=payment.filing, by=request.user, on=clock.business_date())  # type: ignore[arg-type]


def _may(request: HttpRequest, found: Filing, asked: pay_asked.Asked) -> bool:
    """Whether the person may pay the filing, or what its lateness cost where it is paid and that is open or on its way."""
    by, on = request.user, clock.business_date()
    if FilingAction.PAY in moves.allowed(filing=found, by=by, on=on):  # type: ignore[arg-type]
        return True
    flying = selectors.payment_in_flight(filing=found)
    open_ = bool(asked.offered) or (flying is not None and bool(flying.late))
    return open_ and services.may_pay_late(filing=found, by=by, on=on)  # type: ignore[arg-type]


@representative_required
@require_POST
def payment_ask(request: HttpRequest, order_no: str) -> HttpResponse:
    """Ask the bank now instead of waiting for the sweep."""
    employer = shared.employer_of(request)
    found, at = access.payment_for(employer, order_no), clock.now()
    if (
        found.method != PaymentMethod.DDA
        and found.state in parts.IN_FLIGHT
        and (found.asked_at is None or at - found.asked_at >= to_bank.QUESTION_PAUSE)
    ):
        enquiry.enquire(payment_id=found.pk, on=clock.business_date(), at=at)
    return HttpResponseRedirect(reverse("employer:payment", args=[order_no]))


@representative_required
@require_POST
def payment_cancel(request: HttpRequest, order_no: str) -> HttpResponse:
    """Put away an order that never reached the bank; the bank is asked first."""
    employer = shared.employer_of(request)
    found = access.payment_for(employer, order_no)
    try:
        if found.state in parts.IN_FLIGHT:
            enquiry.cancel(order_no=order_no, by=request.user, on=clock.business_date(), at=clock.now())  # type: ignore[arg-type]
    except services.PaymentRefused as error:
        return _payment_page(request, access.payment_for(employer, order_no), refused=_(services.WORDS[error.refusal.code]), status=409)
    except moves.NotAllowed as error:
        status, words = shared.NOT_ALLOWED[error.code]
        return _payment_page(request, found, refused=str(words), status=status)
    return HttpResponseRedirect(reverse("employer:payment", args=[order_no]))


@representative_required
@require_POST
def payment_refund(request: HttpRequest, order_no: str) -> HttpResponse:
    """Ask to have a second payment back."""
    employer = shared.employer_of(request)
    found = access.payment_for(employer, order_no)
    try:
        refunds.apply(order_no=order_no, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except moves.NotAllowed as error:
        status, words = shared.NOT_ALLOWED[error.code]
        return _payment_page(request, access.payment_for(employer, order_no), refused=str(words), status=status)
    messages.success(request, _("Permohonan bayaran balik diterima. Wang itu ditahan untuk anda sehingga pegawai memutuskannya."))
    return HttpResponseRedirect(reverse("employer:payment", args=[found.order_no]))
