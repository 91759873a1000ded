"""What every request passes: a reference, a language, a limit on what is sent, no copies of private pages."""

import contextlib
import ipaddress
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from employers.views import acting
from kwsp_portal.common import reference
from kwsp_portal.frame import errors
from members.ledger import posting

GetResponse = Callable[[HttpRequest], HttpResponse]

API_PREFIX: Final = "/api/"
API_PAGES: Final = "/api/docs/"
FILE_FORMS: Final = frozenset(
    {
        *("employer:filing_new", "employer:election_new", "employer:election_cancel", "employer:election_file_new"),
        *("counter:register", "counter:correct", "counter:employer"),
    }
)
"""Pages with a form for files."""
BANK_PREFIXES: Final = ("/fpx/", "/maybank2u/")
DRAIN_BYTES: Final = 512 * 1024 * 1024
DRAIN_SECONDS: Final = 30
DRAIN_CHUNK: Final = 1024 * 1024


class ClientAddress:
    """Behind a proxy (production): REMOTE_ADDR is the address that the proxy itself saw, the last in X-Forwarded-For.

    Otherwise everybody would share the proxy's address, and a stranger could lock anybody out by wrong passwords. Earlier entries
    are the person's own claim and are not read.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        with contextlib.suppress(ValueError):
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(last))
        return self.get_response(request)


class RequestId:
    """`request.request_id`, 12 letters a person can read to the counter; also the header X-Request-ID and in the log. Never taken from outside."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = reference_number = secrets.token_hex(6).upper()  # type: ignore[attr-defined]
        token, via = reference.current.set(reference_number), reference.via.set("")
        try:
            response = self.get_response(request)
        finally:
            reference.current.reset(token)
            reference.via.reset(via)
        response.headers["X-Request-ID"] = reference_number
        return response


class Policies:
    """Headers that Django has no setting for: no page of ours uses a camera, a place or a payment of the browser, and no other site embeds us."""

    HEADERS: Final = {
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class Language(LocaleMiddleware):
    """Pages: the address alone decides, Malay without a prefix (contract.md). The API: Accept-Language.

    The banks' way back (/fpx/, /maybank2u/) has one address only: there the language of the page last seen decides, which a cookie keeps.
    """

    def process_request(self, request: HttpRequest) -> None:
        path = request.path_info
        if _for_programs(path):
            language = translation.get_language_from_request(request)
        else:
            language = last_seen(request) if path.startswith(BANK_PREFIXES) else translation.get_language_from_path(path) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if _for_programs(request.path_info):
            patch_vary_headers(response, ("Accept-Language",))
        language = translation.get_language() or settings.LANGUAGE_CODE
        response.headers.setdefault("Content-Language", language)
        if _is_page(request, response) and language != last_seen(request):
            _remember(response, language)
        return response


def _for_programs(path: str) -> bool:
    """The API itself; its documentation is a page like others."""
    return path.startswith(API_PREFIX) and not path.startswith(API_PAGES)


def last_seen(request: HttpRequest) -> str:
    """The language of the page last seen, for where no address tells it; Malay for somebody new."""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _is_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    elsewhere = (API_PREFIX, *BANK_PREFIXES, "/demo/bank/", "/demo/phone/")
    return response.status_code == 200 and response.get("Content-Type", "").startswith("text/html") and not request.path_info.startswith(elsewhere)


def _remember(response: HttpResponseBase, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
    )


class WordsForWrongMethod:
    """Django answers a method that a page does not take with an empty 405; people get a page that says so."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content and request.method != "HEAD":
            return errors.method_not_allowed(request, allowed=response.get("Allow", ""))
        return response


class UploadLimit:
    """A body longer than UPLOAD_MAX_BYTES, or one that does not say its length, is refused before anything reads it (413, 411).

    What a browser is still sending is read and dropped, within limits: a browser whose connection is cut shows its own error
    and not our page. A page with a form for files is then shown again as by GET, with what was found and expected
    (`request.too_large`, which layout/base.html says); whoever may not open it gets the page of the refusal.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return errors.length_required(request)
        length = _content_length(request)
        if length > settings.UPLOAD_MAX_BYTES:
            _drain(request, length)
            return self._refused(request, length)
        return self.get_response(request)

    def _refused(self, request: HttpRequest, length: int) -> HttpResponse:
        if not _takes_files(request.path_info):
            return errors.too_large(request, found=length)
        request.too_large = errors.too_large_words(length)  # type: ignore[attr-defined]
        request.method = request.META["REQUEST_METHOD"] = "GET"
        request.META.update(CONTENT_LENGTH="0", CONTENT_TYPE="")
        response = self.get_response(request)
        if response.status_code != HTTPStatus.OK:
            del request.too_large  # type: ignore[attr-defined]
            return errors.too_large(request, found=length)
        response.status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return response


class Unreadable:
    """A NUL in an address is nobody's hand, and PostgreSQL keeps none: it is refused in words before anything is asked for it. What is typed into
    forms, their fields refuse; bytes that are no UTF-8 Django has replaced by then."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "\0" in unquote(request.META.get("QUERY_STRING", "")):
            return errors.bad_request(request, SuspiciousOperation("NUL"))
        return self.get_response(request)


def _takes_files(path: str) -> bool:
    try:
        return resolve(path).view_name in FILE_FORMS
    except Resolver404:
        return False


def _content_length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _drain(request: HttpRequest, length: int) -> None:
    """Read and forget at most DRAIN_BYTES for at most DRAIN_SECONDS."""
    stream, left, until = request.META.get("wsgi.input"), min(length, DRAIN_BYTES), time.monotonic() + DRAIN_SECONDS
    while stream is not None and left > 0 and time.monotonic() < until:
        piece = stream.read(min(DRAIN_CHUNK, left))
        if not piece:
            return
        left -= len(piece)


class PrivatePages:
    """What somebody sees signed in is kept by no browser, proxy or back button (ASVS 14.3.2)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if session is not None and SESSION_KEY in session:
            response.headers["Cache-Control"] = "no-store"
        return response


class ClosedDay:
    """A page that was asked for on one business day and books on the next finds its day closed, one of another employer than the session acts for
    its form refused: said in words, not as our fault."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, acting.OtherEmployer):
            return errors.other_employer(request, exception)
        return errors.day_closed(request, exception) if isinstance(exception, posting.DayClosed) else None
