"""On the way to the bank and back, for whoever pays."""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from contributions.enums import PaymentState
from contributions.models import Payment
from contributions.services import payment as services
from contributions.services import ways
from kwsp_portal.bank import banks, conf
from kwsp_portal.bank.fpx.client import Bank
from kwsp_portal.bank.fpx.errors import FpxError
from kwsp_portal.bank.fpx.messages import Model

LANGUAGE: Final = "bank_language"
"""Session key: in which language the payer left for the bank, whose way back has one address for all."""
QUESTION_PAUSE: Final = timedelta(seconds=5)
"""However often the button is pressed, the bank is asked no more often than this."""
SECONDS_BETWEEN_LOOKS: Final = {PaymentState.SENT: 2, PaymentState.PENDING: 30}


def bank_list(model: Model = Model.B2B1) -> list[Bank] | None:
    """The banks that FPX lists now for companies, or for persons; None when it cannot be asked."""
    try:
        return conf.fpx().bank_list(model)
    except FpxError:
        return None


def form_page(request: HttpRequest, payment: Payment, *, back_url: str, **more: Any) -> HttpResponse:
    """The form that takes the payer to the bank; sent by a script, or by its button."""
    form = ways.bank_of(payment.method).authorisation_request(services.order_of(payment))
    context = {
        "payment": payment,
        "bank_name": banks.name(payment.bank_code),
        "bank_url": f"{form.url}?lang={translation.get_language()}",
        "fields": form.fields,
        "back_url": back_url,
        **more,
    }
    response = render(request, "contributions/payment_go.html", context)
    target = urlsplit(form.url)
    if target.netloc:
        # Only this page may send a form to another host, and only to the bank's.
        response._csp_update = {"form-action": [f"{target.scheme}://{target.netloc}"]}  # type: ignore[attr-defined]
    return response
