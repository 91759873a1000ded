"""What the bank asks of the portal: the business date (ruling 2: simulators read the same clock), and an `OK`."""

import http.client
import json
import logging
from datetime import date, datetime
from urllib import error, request

from django.conf import settings

from kwsp_portal.common import clock
from kwsp_portal.demobank.enums import Way

_log = logging.getLogger(__name__)
_LARGEST_ANSWER = 64 * 1024
_DOORS = {Way.FPX: "/fpx/direct/", Way.MAYBANK2U: "/maybank2u/direct/"}


class _NoRedirect(request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


_opener = request.build_opener(request.ProxyHandler({}), _NoRedirect())


def transaction_time() -> datetime:
    """Now by the clock on the wall, on the portal's business date; on the bank's own date where the portal is silent."""
    now = clock.now().astimezone(clock.KL)
    return datetime.combine(_business_date() or now.date(), now.time().replace(microsecond=0), tzinfo=clock.KL)


def deliver(body: str, way: str) -> str:
    """Posts a direct AC or MC and gives the portal's answer in a word: `OK`, an HTTP status, or why there was none."""
    message = request.Request(  # noqa: S310 - the address is the operator's setting
        f"{settings.PORTAL_URL}{_DOORS[Way(way)]}",
        data=body.encode("ascii"),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        method="POST",
    )
    try:
        with _opener.open(message, timeout=settings.PORTAL_TIMEOUT) as response:
            answer = response.read(_LARGEST_ANSWER)
    except error.HTTPError as refused:
        refused.close()
        return f"HTTP {refused.code}"
    except (OSError, http.client.HTTPException) as fault:
        return type(fault).__name__
    return "OK" if answer.strip() == b"OK" else "HTTP 200 without OK"


def _business_date() -> date | None:
    try:
        with _opener.open(f"{settings.PORTAL_URL}/demo/clock/?format=json", timeout=settings.PORTAL_TIMEOUT) as response:
            return date.fromisoformat(json.loads(response.read(_LARGEST_ANSWER))["business_date"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as fault:
        _log.warning("the portal's clock cannot be read (%s): the bank's own date is used", type(fault).__name__)
        return None
