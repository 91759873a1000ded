"""The demo's phone: what was sent to whom, the newest first. `?format=json&to=+60…` is for programs (contract.md)."""

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kwsp_portal.notify.gateways import file
from members.identity import gates


@gates.public
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Messages that the file gateway wrote."""
    if not settings.DEMO:
        raise Http404
    # An unescaped + in an address is a blank.
    to = request.GET.get("to", "").replace(" ", "+")
    try:
        lines = [json.loads(line) for line in file.path().read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        lines = []
    found = [{name: line[name] for name in ("to", "text", "sent_at")} for line in reversed(lines) if to in ("", line["to"])]
    return JsonResponse(found, safe=False)
