"""Where FPX and Maybank2u speak to us, each by doors of its own. Their word is their signature: there is neither session nor CSRF token here."""

import contextlib

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from contributions.enums import PaymentMethod
from contributions.models import Payment
from contributions.services import receiving
from kwsp_portal.bank.fpx import messages, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.maybank2u import messages as maybank2u
from kwsp_portal.common import clock
from members.identity.gates import public

ORDER_NO = {PaymentMethod.FPX: "fpx_sellerExOrderNo", PaymentMethod.MAYBANK2U: f"{maybank2u.PREFIX}orderNo"}
"""The field of a message that names the order."""


@csrf_exempt
@public
@require_POST
def direct(request: HttpRequest, method: PaymentMethod = PaymentMethod.FPX) -> HttpResponse:
    """AC or MC from server to server. Answered `OK` once it is on record, however often it comes; else it is sent again."""
    try:
        _receive(request, messages.Channel.DIRECT, method)
    except FpxRefused as refused:
        return HttpResponse(f"REFUSED {refused.code}", status=400, content_type="text/plain")
    return HttpResponse("OK", content_type="text/plain")


@csrf_exempt
@public
@require_POST
def indirect(request: HttpRequest, method: PaymentMethod = PaymentMethod.FPX) -> HttpResponse:
    """AC or MC through the payer's browser: on to the order's page, which says what the bank itself has told us.

    That page asks who is looking, so even a message that is not believed may lead there.
    """
    with contextlib.suppress(FpxRefused):
        _receive(request, messages.Channel.INDIRECT, method)
    order_no = _named(request, method)
    found = Payment.objects.filter(order_no=order_no).first()
    if found is None:
        return HttpResponseRedirect(reverse("home"))
    page = "member:voluntary_payment" if found.filing_id is None else "employer:payment"
    return HttpResponseRedirect(reverse(page, args=[order_no]) + "?back")


def _named(request: HttpRequest, method: PaymentMethod) -> str:
    """The order number that a message names, believed or not; empty where there is none of the right form."""
    try:
        named = dict(wire.decode(request.body)).get(ORDER_NO[method], "")
    except FpxRefused:
        return ""
    return named if named.isascii() and named.isalnum() else ""


def _receive(request: HttpRequest, channel: messages.Channel, method: PaymentMethod) -> receiving.Outcome:
    return receiving.receive_body(body=request.body, channel=channel, on=clock.business_date(), at=clock.now(), method=method)
