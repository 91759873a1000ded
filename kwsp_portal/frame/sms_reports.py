"""Where the SMS provider reports what became of messages. Its signature is its proof (kwsp_portal.notify.reports)."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kwsp_portal.common import clock
from kwsp_portal.notify import reports
from members.identity import gates

log = logging.getLogger(__name__)
LARGEST_BODY = 256 * 1024


@gates.public
@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """204 once it is written; 403 for what the provider did not sign; 400 for what nobody can read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        return _plain("too large", 413)
    try:
        said = reports.read(request.body, request.headers.get("X-Signature", ""), at=clock.now())
    except reports.Unsigned as fault:
        log.warning("a delivery report was refused: %s", fault)
        return _plain("not signed", 403)
    except reports.Unreadable as fault:
        log.warning("a delivery report cannot be read: %s", fault)
        return _plain(str(fault), 400)
    reports.apply(said, at=clock.now())
    return HttpResponse(status=204)


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, content_type="text/plain", status=status)
