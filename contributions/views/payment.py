"""Paying by FPX: choose a bank, be taken there, come back to a receipt."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import FilingAction, PaymentState
from contributions.models import Payment
from contributions.selectors import filings as selectors
from contributions.services import moves
from contributions.services import payment as services
from contributions.views import shared
from kwsp_portal.bank import banks, conf
from kwsp_portal.bank.fpx import codes
from kwsp_portal.bank.fpx.errors import FpxError
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity.gates import representative_required


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_pay(request: HttpRequest, pk: int) -> HttpResponse:
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    context: dict[str, Any] = {
        "acting_for": employer.name,
        "filing": found,
        "month": WageMonth.of(found.wage_month),
        "may": FilingAction.PAY in moves.allowed(filing=found, by=request.user),  # type: ignore[arg-type]
        "open_payment": selectors.payment_in_flight(filing=found),
    }
    try:
        listed = conf.fpx().bank_list()
    except FpxError:
        listed, context["unreachable"] = [], True
    form = forms.BankForm(request.POST or None, banks=listed)
    context.update(form=form, offline=[bank.name for bank in listed if not bank.online])
    if request.method == "POST" and form.is_valid():
        try:
            payment = services.start(
                filing_id=found.pk, bank_code=form.cleaned_data["bank"], by=request.user, on=clock.business_date(), at=clock.now()
            )
        except services.PaymentRefused as error:
            words = _(services.WORDS[error.refusal.code]) % error.refusal.details
            return render(request, "contributions/filing_pay.html", {**context, "refused": words, "form_errors": True}, status=409)
        except moves.NotAllowed as error:
            return shared.refused(request, "contributions/filing_pay.html", context, error)
        return HttpResponseRedirect(reverse("employer:payment_go", args=[payment.order_no]))
    status = 422 if request.method == "POST" else 200
    return render(request, "contributions/filing_pay.html", context, status=status)


@representative_required
@require_safe
def payment_go(request: HttpRequest, order_no: str) -> HttpResponse:
    """The form that takes the payer to the bank; sent by a script, or by its button."""
    employer = shared.employer_of(request)
    payment = access.payment_for(employer, order_no)
    if payment.state != PaymentState.SENT:
        return HttpResponseRedirect(reverse("employer:payment", args=[order_no]))
    form = conf.fpx().authorisation_request(services.order_of(payment))
    context = {"acting_for": employer.name, "payment": payment, "bank_name": banks.name(payment.bank_code), "bank_form": form}
    return render(request, "contributions/payment_go.html", context)


@representative_required
@require_safe
def payment(request: HttpRequest, order_no: str) -> HttpResponse:
    """The receipt, or where the payment stands. May be bookmarked, printed, loaded again."""
    employer = shared.employer_of(request)
    found = access.payment_for(employer, order_no)
    return render(request, "contributions/payment.html", _receipt(employer.name, found))


def _receipt(acting_for: str, found: Payment) -> dict[str, Any]:
    code = codes.meaning(found.response_code)
    return {
        "acting_for": acting_for,
        "payment": found,
        "filing": found.filing,
        "month": WageMonth.of(found.filing.wage_month),
        "label": labels.PAYMENT[found.state],
        "bank_name": banks.name(found.bank_code),
        "reason": _(code.words) if found.response_code else "",
        "credited_to": "CREDIT" if found.state == PaymentState.APPROVED and selectors.approved_payment(filing=found.filing) != found else "",
    }


@representative_required
@require_POST
def payment_ask(request: HttpRequest, order_no: str) -> HttpResponse:
    """Ask the bank now instead of waiting for the sweep."""
    employer = shared.employer_of(request)
    found = access.payment_for(employer, order_no)
    if found.state in services.IN_FLIGHT:
        services.enquire(payment_id=found.pk, on=clock.business_date(), at=clock.now())
    return HttpResponseRedirect(reverse("employer:payment", args=[order_no]))
