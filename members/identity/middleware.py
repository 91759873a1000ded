"""How long a session lasts: idle and absolute, by the real clock, with a way back to where the person was (ASVS 7.3)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from kwsp_portal.common import clock
from members.identity import services, ways

GetResponse = Callable[[HttpRequest], HttpResponse]

POLLING_HEADER: Final = "X-Fragment"
"""A page that asks by itself how far a job is, is not a person at the keyboard: it never prolongs a session."""

GRAINS: Final = 20
"""`seen_at` is written at most 20 times an idle period: a session row is not rewritten by every click."""


class SessionLimits:
    """Ends sessions that are idle for SESSION_IDLE_SECONDS or older than SESSION_ABSOLUTE_SECONDS."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """Before LoginRequiredMiddleware asks who it is."""
        if SESSION_KEY not in request.session:
            return None
        now = clock.now()
        ended = why_ended(request, at=now)
        if ended and getattr(view, "csrf_exempt", False):
            # It acts for nobody who is signed in: what the bank sends through a payer's browser, the API. It goes on as a stranger's.
            request.user = AnonymousUser()
        elif ended:
            return _end(request, ended)
        elif POLLING_HEADER not in request.headers:
            _seen(request, at=now)
        return None


def why_ended(request: HttpRequest, *, at: datetime) -> str:
    """`absolute`, `idle`, or nothing. A session that does not say when it began is over."""
    moment = at.timestamp()
    if moment - request.session.get(services.STARTED_AT, 0) >= settings.SESSION_ABSOLUTE_SECONDS:
        return "absolute"
    if moment - request.session.get(services.SEEN_AT, 0) >= settings.SESSION_IDLE_SECONDS:
        return "idle"
    return ""


def _seen(request: HttpRequest, *, at: datetime) -> None:
    moment = int(at.timestamp())
    if moment - request.session[services.SEEN_AT] >= settings.SESSION_IDLE_SECONDS / GRAINS:
        request.session[services.SEEN_AT] = moment


def _end(request: HttpRequest, ended: str) -> HttpResponse:
    door = "admin:login" if request.user.is_authenticated and request.user.is_officer else "identity:sign_in"
    services.end_session(request, why=ended)
    query = QueryDict(mutable=True)
    query["ended"] = ended
    query["next"] = _way_back(request)
    return HttpResponseRedirect(f"{reverse(door)}?{query.urlencode()}")


def _way_back(request: HttpRequest) -> str:
    """The page somebody was on: for a form that was sent, the page that held the form."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referrer = urlsplit(request.headers.get("Referer", ""))
    page = referrer.path + (f"?{referrer.query}" if referrer.query else "")
    return ways.safe(request, page) if referrer.netloc == request.get_host() else ""
