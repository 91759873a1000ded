"""The demo bank lives in a process of its own; the browser reaches it through this door, as it would a real bank's host.

Nothing of ours goes along but the language of the page: no cookie, no session, no signed-in person. What comes back is the bank's, with its own
Content-Security-Policy; a cookie of the bank's would be ours to keep, and is dropped.
"""

import http.client
import logging
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kwsp_portal.frame.middleware import last_seen
from members.identity import gates

log = logging.getLogger(__name__)

PAGES = "/demo/bank/"
"""Where the bank serves its browsers: under the same address as here, so that its links need no rewriting."""
LARGEST_BODY = 64 * 1024
LARGEST_ANSWER = 2 * 1024 * 1024
SENT_ON = ("Content-Type", "Accept", "Accept-Language")
GIVEN_BACK = ("Content-Type", "Location", "Content-Security-Policy", "Cache-Control", "Retry-After", "Content-Language", "Refresh")


@gates.public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def pass_on(request: HttpRequest, path: str) -> HttpResponse:
    """One request to the bank and its answer; a page in words (502) when the bank does not answer."""
    if not settings.DEMO:
        raise Http404
    if set(path.split("/")) & {".", ".."}:
        raise Http404
    if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        return render(request, "frame/public_too_large.html", {"detail": ""}, status=413)
    try:
        return _ask(request, path)
    except (OSError, http.client.HTTPException) as fault:
        log.warning("the demo bank does not answer: %s", type(fault).__name__)
        return render(request, "frame/public_bank_down.html", status=502)


def _ask(request: HttpRequest, path: str) -> HttpResponse:
    bank = urlsplit(settings.FPX["bank_url"])
    query = request.META.get("QUERY_STRING", "")
    target = f"{PAGES}{quote(path)}" + (f"?{query}" if query else "")
    headers = {name: request.headers[name] for name in SENT_ON if name in request.headers}
    language = translation.get_language_from_path(request.path_info) or last_seen(request)
    headers["Cookie"] = f"{settings.LANGUAGE_COOKIE_NAME}={language}"
    connection = http.client.HTTPConnection(bank.hostname or "127.0.0.1", bank.port, timeout=settings.FPX["timeout"])
    try:
        connection.request(request.method or "GET", target, body=request.body if request.method == "POST" else None, headers=headers)
        answer = connection.getresponse()
        response = HttpResponse(answer.read(LARGEST_ANSWER), status=answer.status)
        for name in GIVEN_BACK:
            value = answer.getheader(name)
            if value is not None:
                response.headers[name] = value
    finally:
        connection.close()
    return response
