"""Questions who holds a number, answered and signed, and the page on which the register is told to behave otherwise. No person is kept here."""

import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from kwsp_portal.common import clock
from kwsp_portal.demojpn import people, texts
from kwsp_portal.jpn import wire

POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"


class Fault(StrEnum):
    """What becomes of the next questions. From NOT_FOUND on the answers are right ones about other people; from GARBLED on they are wrong answers;
    REPEATED is the answer to the question before, once more."""

    NONE = "NONE"
    LATE = "LATE"
    SILENT = "SILENT"
    REFUSED = "REFUSED"
    NOT_FOUND = "NOT_FOUND"
    ANOTHER_NAME = "ANOTHER_NAME"
    ANOTHER_BIRTH = "ANOTHER_BIRTH"
    DEAD = "DEAD"
    GARBLED = "GARBLED"
    REPEATED = "REPEATED"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    OLD = "OLD"


@dataclass(frozen=True)
class Behaviour:
    """`left`: for how many questions; None from now on. `asked` counts all of them."""

    fault: Fault = Fault.NONE
    left: int | None = None
    asked: int = 0
    token: str = field(default_factory=lambda: secrets.token_hex(16))


class Memory:
    """What the register was told, and its last answer, for all threads of the one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.behaviour = Behaviour()
        self.last = b"{}"

    def behave(self, fault: Fault, left: int | None) -> None:
        with self._lock:
            self.behaviour = replace(self.behaviour, fault=fault, left=left)

    def take(self) -> Fault:
        """What becomes of this question; one of the counted ones is used up."""
        with self._lock:
            now = self.behaviour
            over = now.left == 0
            self.behaviour = replace(now, asked=now.asked + 1, left=now.left - 1 if now.left else now.left)
        return Fault.NONE if over else now.fault

    def swap(self, answer: bytes) -> bytes:
        """Keep an answer, for the one before."""
        with self._lock:
            before, self.last = self.last, answer
        return before


MEMORY: Final = Memory()


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A strict content policy without scripts; nothing is kept by caches or shown in frames."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Security-Policy"] = POLICY
        response["X-Content-Type-Options"] = "nosniff"
        response["X-Frame-Options"] = "DENY"
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        return response

    return answer


@require_POST
def persons(request: HttpRequest) -> HttpResponse:
    """One question, server to server."""
    if not wire.is_signed(request.body, request.headers.get(wire.HEADER, ""), at=clock.now(), key=settings.KEY):
        return HttpResponse("", status=HTTPStatus.FORBIDDEN)
    try:
        asked = json.loads(request.body)
        key, number = str(asked["key"])[:40], str(asked["identity_number"])
    except (ValueError, KeyError, TypeError):
        return HttpResponse("", status=HTTPStatus.BAD_REQUEST)
    if not (number.isascii() and number.isdigit() and len(number) == 12):
        return HttpResponse("", status=HTTPStatus.BAD_REQUEST)
    fault = MEMORY.take()
    if fault is Fault.REFUSED:
        return HttpResponse("", status=HTTPStatus.SERVICE_UNAVAILABLE)
    if fault is Fault.SILENT:
        time.sleep(settings.SILENCE_SECONDS)
        return HttpResponse("", status=HTTPStatus.GATEWAY_TIMEOUT)
    if fault is Fault.LATE:
        time.sleep(settings.DELAY_SECONDS)
    return _answer(key, number, fault)


def _answer(key: str, number: str, fault: Fault) -> HttpResponse:
    """What the books say, as the fault spoils it on its way."""
    now = clock.now()
    person = None if fault is Fault.NOT_FOUND else people.holder_of(number, now.date())
    said: dict[str, Any] = {"key": key, "identity_number": number, "found": person is not None, **(person or {})}
    if person and fault is Fault.ANOTHER_NAME:
        said["name"] = "ORANG CONTOH LAIN"
    if person and fault is Fault.ANOTHER_BIRTH:
        said["birth_date"] = "1931-08-31"
    if person and fault is Fault.DEAD:
        said["alive"] = False
    body = json.dumps(said).encode()
    before = MEMORY.swap(body)
    if fault is Fault.REPEATED:
        body = before
    if fault is Fault.GARBLED:
        body = body[: len(body) // 2]
    at = now - timedelta(days=1) if fault is Fault.OLD else now
    response = HttpResponse(body, content_type="application/json")
    response[wire.HEADER] = wire.signature(body, at=at, key="not the key" if fault is Fault.BAD_SIGNATURE else settings.KEY)
    return response


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """How the register behaves; `?format=json` for programs, with the address to change it."""
    found = MEMORY.behaviour
    if request.GET.get("format") == "json":
        return JsonResponse({"action": f"/demo/jpn/behave/{found.token}/", "fault": found.fault, "left": found.left, "asked": found.asked})
    return _page(request)


@require_POST
def behave(request: HttpRequest, token: str) -> HttpResponse:
    """Answer so from now on, or the next `left` questions."""
    if token != MEMORY.behaviour.token:
        raise Http404
    left = request.POST.get("left", "").strip()
    known = request.POST.get("fault", "") in set(Fault)
    if not known or (left and not (left.isascii() and left.isdigit() and 0 < int(left[:6]) <= 1000)):
        return _page(request, wrong=True, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    MEMORY.behave(Fault(request.POST["fault"]), int(left) if left else None)
    response = HttpResponseRedirect("/demo/jpn/" + (f"?lang={request.GET['lang']}" if request.GET.get("lang") in texts.LANGUAGES else ""))
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def _page(request: HttpRequest, *, wrong: bool = False, status: int = HTTPStatus.OK) -> HttpResponse:
    wished = (request.GET.get("lang"), request.COOKIES.get("django_language"), texts.DEFAULT)
    language = next(one for one in wished if one in texts.LANGUAGES)
    found = MEMORY.behaviour
    words = texts.of(language)
    context = {
        "language": language,
        "other": texts.other(language),
        "words": words,
        "behaviour": found,
        "faults": [(one.value, words[f"fault_{one}"], one is found.fault) for one in Fault],
        "wrong": wrong,
    }
    return render(request, "demojpn/page.html", context, status=status)


@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


# Programs ask the register at its root; people see it under the portal's /demo/jpn/.
urlpatterns = [
    path("v1/persons", persons),
    path("demo/jpn/", show),
    path("demo/jpn/behave/<str:token>/", behave, name="behave"),
    path("demo/jpn/healthz", health),
]
