"""Where the bank speaks to us. Its word is its signature, so there is neither session nor CSRF token here."""

import contextlib

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from contributions.models import Payment
from contributions.services import receiving
from kwsp_portal.bank.fpx import messages, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.common import clock
from members.identity.gates import public

ORDER_NO = "fpx_sellerExOrderNo"


@csrf_exempt
@public
@require_POST
def direct(request: HttpRequest) -> HttpResponse:
    """AC from server to server. Answered `OK` once it is on record, however often it comes; else it is sent again."""
    try:
        _receive(request, messages.Channel.DIRECT)
    except FpxRefused as refused:
        return HttpResponse(f"REFUSED {refused.code}", status=400, content_type="text/plain")
    return HttpResponse("OK", content_type="text/plain")


@csrf_exempt
@public
@require_POST
def indirect(request: HttpRequest) -> HttpResponse:
    """AC through the payer's browser: on to the order's page, which says what the bank itself has told us.

    That page asks who is looking, so even a message that is not believed may lead there.
    """
    with contextlib.suppress(FpxRefused):
        _receive(request, messages.Channel.INDIRECT)
    order_no = _named(request)
    if not Payment.objects.filter(order_no=order_no).exists():
        return HttpResponseRedirect(reverse("home"))
    return HttpResponseRedirect(reverse("employer:payment", args=[order_no]) + "?back")


def _named(request: HttpRequest) -> str:
    """The order number that a message names, believed or not; empty where there is none of the right form."""
    try:
        named = dict(wire.decode(request.body)).get(ORDER_NO, "")
    except FpxRefused:
        return ""
    return named if named.isascii() and named.isalnum() else ""


def _receive(request: HttpRequest, channel: messages.Channel) -> receiving.Outcome:
    return receiving.receive_body(body=request.body, channel=channel, on=clock.business_date(), at=clock.now())
