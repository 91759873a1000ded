"""Programs of the demo live in processes of their own; the browser reaches them through a door of ours, as it would another host.

Nothing of ours goes along but the language of the page: no cookie, no session, no signed-in person. What comes back is the program's, with its
own Content-Security-Policy; a cookie of its would be ours to keep, and is dropped.
"""

import http.client
import logging
from typing import Any, Final
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

LARGEST_BODY: Final = 64 * 1024
LARGEST_ANSWER: Final = 2 * 1024 * 1024
PATIENCE_SECONDS: Final = 10
SENT_ON = ("Content-Type", "Accept", "Accept-Language")
GIVEN_BACK = ("Content-Type", "Location", "Content-Security-Policy", "Cache-Control", "Retry-After", "Content-Language", "Refresh")


def _address(program: str) -> str:
    return str({"bank": settings.FPX["bank_url"], "phone": settings.NOTIFY["sms_url"], "jpn": settings.JPN["url"]}[program])


@gates.public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def pass_on(request: HttpRequest, program: str, path: str) -> HttpResponse:
    """One request to a program of the demo and its answer; a page in words (502) when it does not answer.

    A program serves its browsers under the same address as here, `/demo/<program>/`, so that its links need no rewriting.
    """
    if not settings.DEMO:
        raise Http404
    if set(path.split("/")) & {".", ".."}:
        raise Http404
    if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        return render(request, "frame/public_too_large.html", {"detail": ""}, status=413)
    try:
        return _ask(request, program, path)
    except (OSError, http.client.HTTPException) as fault:
        log.warning("the demo's %s does not answer: %s", program, type(fault).__name__)
        return render(request, f"frame/public_{program}_down.html", status=502)


def _ask(request: HttpRequest, program: str, path: str) -> HttpResponse:
    address = urlsplit(_address(program))
    query = request.META.get("QUERY_STRING", "")
    target = f"/demo/{program}/{quote(path)}" + (f"?{query}" if query else "")
    headers = {name: request.headers[name] for name in SENT_ON if name in request.headers}
    language = translation.get_language_from_path(request.path_info) or last_seen(request)
    headers["Cookie"] = f"{settings.LANGUAGE_COOKIE_NAME}={language}"
    connection: Any = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=PATIENCE_SECONDS)
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
