"""Telling the portal what became of its messages: a signed POST, several reports at once."""

import hashlib
import hmac
import http.client
import json
from collections.abc import Sequence
from datetime import datetime
from urllib import error, request

from django.conf import settings

from kwsp_portal.demophone.models import Report


class _NoRedirect(request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


_opener = request.build_opener(request.ProxyHandler({}), _NoRedirect())


def body_of(reports: Sequence[Report]) -> bytes:
    """As the portal reads it."""
    said = [{"id": one.message.reference, "key": one.message.key, "status": one.status, "at": one.at.isoformat(), "reason": ""} for one in reports]
    return json.dumps({"reports": said}).encode()


def signature(body: bytes, *, at: datetime, key: str) -> str:
    """Over the moment and the body, so that an old report cannot be sent again later."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={hmac.new(key.encode(), moment.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def report(reports: Sequence[Report], *, at: datetime, forged: bool) -> str:
    """The portal's answer in a word: `OK`, an HTTP status, or why there was none."""
    body = body_of(reports)
    signed = signature(body, at=at, key="not the key" if forged else settings.REPORT_KEY)
    message = request.Request(  # noqa: S310 - the address is the operator's setting
        f"{settings.PORTAL_URL}/sms/reports/", data=body, headers={"Content-Type": "application/json", "X-Signature": signed}, method="POST"
    )
    try:
        with _opener.open(message, timeout=settings.PORTAL_TIMEOUT):
            return "OK"
    except error.HTTPError as refused:
        refused.close()
        return f"HTTP {refused.code}"
    except (OSError, http.client.HTTPException) as fault:
        return type(fault).__name__
