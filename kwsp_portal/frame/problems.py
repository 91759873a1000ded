"""Errors of the API: RFC 9457 `application/problem+json` (contract.md), in the language asked for."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from kwsp_portal.api_problem import CONTENT_TYPE, Refused, document


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


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
    reference = getattr(context["request"], "request_id", "") if context.get("request") else ""
    if isinstance(known, Refused):
        answer.data = known.document(reference)
        for name, value in known.headers.items():
            answer[name] = value
    else:
        errors = list(_flatten(known.get_full_details())) if isinstance(known, exceptions.ValidationError) else []
        code = "INVALID" if errors else str(getattr(known.detail, "code", known.default_code)).upper()
        detail = "" if errors else str(known.detail)
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
