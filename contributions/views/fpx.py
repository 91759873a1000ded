"""Where the bank speaks to us. Its word is its signature, so there is neither session nor CSRF token here."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from contributions.services import payment as services
from kwsp_portal.bank.fpx import messages, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.common import clock
from members.identity.gates import public


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
    """AC through the payer's browser: on to the receipt, which says what the bank itself has told us."""
    try:
        outcome = _receive(request, messages.Channel.INDIRECT)
    except FpxRefused:
        return HttpResponseRedirect(reverse("home"))
    if outcome.payment is None:
        return HttpResponseRedirect(reverse("home"))
    return HttpResponseRedirect(reverse("employer:payment", args=[outcome.payment.order_no]))


def _receive(request: HttpRequest, channel: messages.Channel) -> services.Outcome:
    return services.receive(pairs=wire.decode(request.body), channel=channel, on=clock.business_date(), at=clock.now())
