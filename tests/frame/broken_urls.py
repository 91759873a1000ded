"""Addresses that answer with each error, behind the portal's whole middleware."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from kwsp_portal import urls
from members.identity.gates import public


def _raising(error: Exception) -> object:
    def broken(request: HttpRequest) -> HttpResponse:
        raise error

    return public(broken)


def _saying(status: int) -> object:
    def saying(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x", status=status)

    return public(saying)


urlpatterns = [
    path("broken/400/", _raising(SuspiciousOperation("x"))),  # type: ignore[arg-type]
    path("broken/403/", _raising(PermissionDenied())),  # type: ignore[arg-type]
    path("broken/404/", _raising(Http404())),  # type: ignore[arg-type]
    path("broken/500/", _raising(RuntimeError("x"))),  # type: ignore[arg-type]
    path("broken/503/", _raising(OperationalError("server closed the connection unexpectedly"))),  # type: ignore[arg-type]
    *(path(f"broken/{status}/", _saying(status)) for status in (401, 413, 422, 429, 502)),  # type: ignore[arg-type]
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
