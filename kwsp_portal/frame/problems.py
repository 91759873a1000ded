"""Errors of the API: RFC 9457 `application/problem+json` (contract.md), in the language asked for."""

import json
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

CONTENT_TYPE: Final = "application/problem+json"

TITLES: Final = {
    400: _("Permintaan tidak sah"),
    401: _("Log masuk diperlukan"),
    403: _("Tidak dibenarkan"),
    404: _("Tidak dijumpai"),
    405: _("Kaedah tidak dibenarkan"),
    406: _("Format jawapan tidak tersedia"),
    409: _("Bercanggah dengan keadaan semasa"),
    411: _("Saiz permintaan tidak dinyatakan"),
    413: _("Permintaan terlalu besar"),
    415: _("Jenis kandungan tidak disokong"),
    422: _("Permintaan tidak dapat diproses"),
    429: _("Terlalu banyak permintaan"),
    500: _("Ralat pada sistem kami"),
    503: _("Perkhidmatan tidak tersedia buat sementara"),
}


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def document(*, status: int, code: str = "", detail: str = "", errors: Sequence[dict[str, str]] = (), reference: str = "") -> dict[str, Any]:
    """The members of a problem. `code` is stable and for programs, `title` and `detail` are for people."""
    title = str(TITLES.get(status, HTTPStatus(status).phrase))
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code or HTTPStatus(status).name,
        "detail": detail or title,
    }
    if errors:
        found["errors"] = list(errors)
    if reference:
        found["reference"] = reference
    return found


def response(request: HttpRequest, *, status: int, code: str = "", detail: str = "", errors: Sequence[dict[str, str]] = ()) -> HttpResponse:
    """A problem outside DRF's views: handlers, middleware."""
    body = document(status=status, code=code, detail=detail, errors=errors, reference=getattr(request, "request_id", ""))
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=CONTENT_TYPE)


def handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. What it does not know is a 500, answered by `errors.server_error`."""
    answer = exception_handler(exc, context)
    if answer is None:
        return None
    known = _as_api_exception(exc)
    errors = list(_flatten(known.get_full_details())) if isinstance(known, exceptions.ValidationError) else []
    code = "INVALID" if errors else str(getattr(known.detail, "code", known.default_code)).upper()
    detail = "" if errors else str(known.detail)
    reference = getattr(context["request"], "request_id", "") if context.get("request") else ""
    answer.data = document(status=answer.status_code, code=code, detail=detail, errors=errors, reference=reference)
    answer.content_type = CONTENT_TYPE
    return answer


def _as_api_exception(exc: Exception) -> exceptions.APIException:
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    assert isinstance(exc, exceptions.APIException)  # noqa: S101 - DRF's own handler answers nothing else
    return exc


def _flatten(details: Any, field: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested details as `{field, code, detail}`; fields of nested objects are joined by dots."""
    match details:
        case {"message": message, "code": code}:
            yield {"field": field, "code": str(code).upper(), "detail": str(message)}
        case dict():
            for name, inside in details.items():
                path = "" if name == "non_field_errors" else str(name)
                yield from _flatten(inside, f"{field}.{path}".strip("."))
        case _:
            for inside in details:
                yield from _flatten(inside, field)
