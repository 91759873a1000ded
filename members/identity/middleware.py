"""How long a session lasts: idle and absolute, by the real clock, with a way back to where the person was (ASVS 7.3)."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from kwsp_portal import ways
from kwsp_portal.common import clock
from members.identity import devices, drafts, services, sessions
from members.identity.enums import SessionEnd
from members.identity.session_store import SessionStore

GetResponse = Callable[[HttpRequest], HttpResponse]

POLLING_HEADER: Final = "X-Fragment"
"""A page that asks by itself how far a job is, is not a person at the keyboard: it never prolongs a session."""

GRAINS: Final = 20
"""`seen_at` is written at most 20 times an idle period: a session row is not rewritten by every click."""


class Sessions(SessionMiddleware):
    """Django's, but for a click that is answered while another one of the same browser changes the session's key, or ends it: what this one did
    may stand, so it leads back to the page, which says how things are, and not to a 400 that says that nothing has changed."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            # What this one would have noted is not worth a 400.
            if not _follow(request, str(request.session.session_key)):
                return HttpResponseRedirect(_way_back(request) or reverse("home"))
            return super().process_response(request, response)


class SessionLimits:
    """Ends sessions that are idle for SESSION_IDLE_SECONDS or older than SESSION_ABSOLUTE_SECONDS, and says why one is gone that was ended
    from elsewhere."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """After a fault of ours the browser is sent no new key (Django's session middleware): then it keeps the one it has."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if key and not request.session.keys():
            _follow(request, key)
        response = self.get_response(request)
        if services.stepped_up(request) and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            sessions.step_up(request, at=clock.now())
        devices.attach(request, response)
        if SESSION_KEY in request.session and drafts.waiting(request):
            _offer_draft(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """Before LoginRequiredMiddleware asks who it is."""
        if SESSION_KEY not in request.session:
            return _gone(request) if getattr(view, "login_required", True) else None
        now = clock.now()
        ended = why_ended(request, at=now)
        if ended is None and POLLING_HEADER not in request.headers and not getattr(view, "by_itself", False):
            ended = _seen(request, at=now)
        if ended and getattr(view, "csrf_exempt", False):
            # It acts for nobody who is signed in: what the bank sends through a payer's browser, the API. It goes on as a stranger's.
            request.user = AnonymousUser()
        elif ended:
            return _end(request, ended, at=now)
        return None


def _follow(request: HttpRequest, key: str) -> bool:
    """A browser that sends the key of a moment ago goes on in its session, and is told the present key with the answer."""
    now = sessions.followed(request, key=key, at=clock.now())
    if now is not None:
        request.session = SessionStore(now)
        request.session.modified = True
    return now is not None


def why_ended(request: HttpRequest, *, at: datetime) -> SessionEnd | None:
    """ABSOLUTE, IDLE, or nothing. A session that does not say when it began is over."""
    moment = at.timestamp()
    if moment - request.session.get(services.STARTED_AT, 0) >= settings.SESSION_ABSOLUTE_SECONDS:
        return SessionEnd.ABSOLUTE
    if moment - request.session.get(services.SEEN_AT, 0) >= settings.SESSION_IDLE_SECONDS:
        return SessionEnd.IDLE
    return None


def seconds_left(request: HttpRequest) -> dict[str, int]:
    """For the page: how long this session lasts untouched (`idle`) and at all (`absolute`), from when on it is warned of, and the whole."""
    moment = clock.now().timestamp()
    idle = int(request.session.get(services.SEEN_AT, 0) + settings.SESSION_IDLE_SECONDS - moment)
    absolute = int(request.session.get(services.STARTED_AT, 0) + settings.SESSION_ABSOLUTE_SECONDS - moment)
    left, warn = max(0, min(idle, absolute)), min(settings.SESSION_WARN_SECONDS, settings.SESSION_IDLE_SECONDS // 2)
    return {"idle": left, "absolute": max(0, absolute), "warn": warn, "whole": settings.SESSION_IDLE_SECONDS, "before": max(1, left - warn)}


def _offer_draft(request: HttpRequest, response: HttpResponse) -> None:
    """A page that is asked for with its draft has its fields filled in; a form that was taken needs its draft no more."""
    if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
        drafts.discard(request, page=drafts.page_of(request.path_info))
    is_page = response.status_code == HTTPStatus.OK and response.get("Content-Type", "").startswith("text/html") and not response.streaming
    if request.method == "GET" and is_page and drafts.ASKED in request.GET:
        response.content = drafts.filled(request, response.content.decode(), at=clock.now()).encode()


def _seen(request: HttpRequest, *, at: datetime) -> SessionEnd | None:
    moment = int(at.timestamp())
    if moment - request.session[services.SEEN_AT] < settings.SESSION_IDLE_SECONDS / GRAINS:
        return None
    request.session[services.SEEN_AT] = moment
    return sessions.seen(request, at=at)


def _end(request: HttpRequest, why: SessionEnd, *, at: datetime) -> HttpResponse:
    is_officer = request.user.is_authenticated and request.user.is_officer
    if request.method == "POST" and request.user.is_authenticated and (page := _way_back(request)):
        drafts.keep(user=request.user, page=drafts.page_of(page), fields=drafts.sent(request), at=at)  # type: ignore[arg-type]
    services.end_session(request, why=why, at=at)
    return _to_door(request, why, is_officer=is_officer)


def _gone(request: HttpRequest) -> HttpResponse | None:
    """A cookie whose session is not there any more: somebody ended it, and who used it is told so once, on this click."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    found = sessions.why_gone(key) if key and not request.session.keys() else None
    if found is None:
        return None
    why, user = found
    request.session.flush()
    return _to_door(request, why, is_officer=user.is_officer) if why in sessions.FROM_ELSEWHERE else None


def _to_door(request: HttpRequest, why: SessionEnd, *, is_officer: bool) -> HttpResponse:
    query = QueryDict(mutable=True)
    query["ended"] = why.value.lower()
    query["next"] = _way_back(request)
    return HttpResponseRedirect(f"{reverse('admin:login' if is_officer else 'identity:sign_in')}?{query.urlencode()}")


def _way_back(request: HttpRequest) -> str:
    """The page somebody was on: for a form that was sent, the page that held the form."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referrer = urlsplit(request.headers.get("Referer", ""))
    page = referrer.path + (f"?{referrer.query}" if referrer.query else "")
    return ways.safe(request, page) if referrer.netloc == request.get_host() else ""
