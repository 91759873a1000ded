"""Headers of every answer, the language of a page, and the outbox thread."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kwsp_portal.demobank import outbox, texts

Next = Callable[[HttpRequest], HttpResponse]


class Headers:
    """A strict content policy without inline code; pages are not kept by caches or shown in frames."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        back = "".join(f" {url}" for url in (settings.RETURN_URL, settings.M2U_RETURN_URL) if not url.startswith("/"))
        self.policy = (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action 'self'{back}"
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Content-Security-Policy"] = self.policy
        response["X-Content-Type-Options"] = "nosniff"
        response["X-Frame-Options"] = "DENY"
        response["Referrer-Policy"] = "same-origin"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        return response


class Language:
    """`?lang=en` travels with every link; without it the portal's own language cookie, else Malay."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wished = (request.GET.get("lang"), request.COOKIES.get("django_language"), texts.DEFAULT)
        request.language = next(one for one in wished if one in texts.LANGUAGES)  # type: ignore[attr-defined]
        return self.get_response(request)


class Outbox:
    """The thread lives in the process that answers requests, however the server forked it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        outbox.ensure_running()
        return self.get_response(request)
