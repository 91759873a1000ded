"""What programs call: handing a message over, and asking what became of it. The key of the call is the caller's proof."""

import hmac
import json
import re
import time
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from kwsp_portal.common import clock
from kwsp_portal.demophone import outbox, services
from kwsp_portal.demophone.enums import Answer, Channel, Reporting
from kwsp_portal.demophone.models import Behaviour, Message
from kwsp_portal.demophone.services import Asked, OtherMessage

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_KEY: Final = re.compile(r"[A-Za-z0-9-]{8,80}")
LONGEST: Final = 4000
SERVER_ERRORS: Final = {Answer.DOWN: HTTPStatus.SERVICE_UNAVAILABLE, Answer.BUSY: HTTPStatus.TOO_MANY_REQUESTS}


class Malformed(Exception):
    """The call cannot be read; the message says what was found and expected."""


@require_POST
def messages(request: HttpRequest) -> HttpResponse:
    """Take a message: 202 with our reference; the same key again: 200 with the same reference."""
    if not _may_call(request):
        return _error(HTTPStatus.UNAUTHORIZED, "WRONG_KEY")
    try:
        asked = _read(request.body)
    except Malformed as fault:
        return _error(HTTPStatus.BAD_REQUEST, "MALFORMED", str(fault))
    try:
        first = services.known(asked)
        return _accepted(first, HTTPStatus.OK) if first else _answer(asked, services.how_for(asked.to))
    except OtherMessage as other:
        return JsonResponse({"code": "OTHER_MESSAGE", "id": other.first.reference}, status=HTTPStatus.CONFLICT)


@require_GET
def message(request: HttpRequest, key: str) -> HttpResponse:
    """What became of a message, by the caller's key."""
    if not _may_call(request):
        return _error(HTTPStatus.UNAUTHORIZED, "WRONG_KEY")
    found = Message.objects.filter(key=key).first()
    return _accepted(found, HTTPStatus.OK) if found else _error(HTTPStatus.NOT_FOUND, "UNKNOWN")


def _answer(asked: Asked, how: Behaviour) -> HttpResponse:
    """As the provider behaves now."""
    if how.answer in SERVER_ERRORS:
        return _error(SERVER_ERRORS[Answer(how.answer)], how.answer)
    if how.answer == Answer.REFUSE:
        return _error(HTTPStatus.UNPROCESSABLE_ENTITY, "NUMBER_BLOCKED")
    if how.answer == Answer.SILENT:
        time.sleep(settings.SILENCE_SECONDS)
        return _error(HTTPStatus.GATEWAY_TIMEOUT, how.answer)
    taken = services.take(asked, how, at=clock.now())
    if how.reporting == Reporting.FIRST:
        outbox.report_first(taken)
    outbox.wake()
    if how.answer == Answer.TAKEN_SILENTLY:
        time.sleep(settings.SILENCE_SECONDS)
        return _error(HTTPStatus.GATEWAY_TIMEOUT, how.answer)
    if how.answer == Answer.GARBLED:
        return HttpResponse("<html>", content_type="text/html", status=HTTPStatus.OK)
    return _accepted(taken, HTTPStatus.ACCEPTED)


def _may_call(request: HttpRequest) -> bool:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return scheme == "Bearer" and hmac.compare_digest(key.encode(), settings.KEY.encode())


def _read(body: bytes) -> Asked:
    """Raises Malformed."""
    try:
        said: Any = json.loads(body)
        asked = Asked(
            key=str(said["key"]),
            channel=Channel(said["channel"]),
            to=str(said["to"]),
            subject=str(said.get("subject", ""))[:200],
            text=str(said["text"]),
            valid_until=datetime.fromisoformat(said["valid_until"]) if said.get("valid_until") else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Malformed(f"found {type(fault).__name__}, expected key, channel, to, text") from fault
    if not _KEY.fullmatch(asked.key):
        raise Malformed("key: expected 8 to 80 letters, digits and dashes")
    if asked.channel == Channel.SMS and not _E164.fullmatch(asked.to):
        raise Malformed("to: expected a number such as +60123456789")
    if not asked.text or len(asked.text) > LONGEST:
        raise Malformed(f"text: expected 1 to {LONGEST} signs")
    if asked.valid_until is not None and asked.valid_until.tzinfo is None:
        raise Malformed("valid_until: expected a moment with its time zone")
    return asked


def _accepted(taken: Message, status: HTTPStatus) -> HttpResponse:
    return JsonResponse({"id": taken.reference, "state": taken.state.lower()}, status=status)


def _error(status: HTTPStatus, code: str, detail: str = "") -> HttpResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status)
