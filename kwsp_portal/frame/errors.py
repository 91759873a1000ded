"""What is shown when something went wrong: a page in words for people, a problem document for programs. Never a trace."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from employers.views import acting
from kwsp_portal.frame import problems
from kwsp_portal.jobs import outage
from kwsp_portal.templatetags import formats
from members.ledger import posting
from members.services import own_record

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
MEBIBYTE = 1024 * 1024
RETRY_SECONDS = 15
"""After which a browser or a program should try again."""


def _answer(request: HttpRequest, *, status: int, template: str = "", detail: str = "", **context: object) -> HttpResponse:
    """`errors/<status>.html`, or for the API a problem with the same status."""
    if problems.is_api(request):
        return problems.response(request, status=status, detail=detail)
    response = render(request, template or f"errors/{status}.html", {"detail": detail, **context}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400. A body with more than a form can hold is 413, and a session that the database could not save 503, whatever Django calls it."""
    if _is_passing(exception):
        return server_error(request)
    if isinstance(exception, TOO_MUCH):
        return too_large(request)
    return _answer(request, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403: signed in, but in another role; or an officer at the own record, who is told so."""
    return _answer(request, status=403, template="errors/own_record.html" if isinstance(exception, own_record.OwnRecord) else "")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404: absent and foreign alike. Who acts for no employer any more is told so instead."""
    return _answer(request, status=404, template="errors/no_employer.html" if isinstance(exception, acting.NoEmployer) else "")


def day_closed(request: HttpRequest, closed: posting.DayClosed) -> HttpResponse:
    """409: what the person did belongs to a day that was closed meanwhile, as at midnight. Nothing was written; today it can be done."""
    days = {"found": formats.day(closed.found), "expected": formats.day(closed.expected)}
    detail = _("Lejar bagi %(found)s sudah ditutup. Tarikh terawal yang masih dibuka ialah %(expected)s.") % days
    return _answer(request, status=409, detail=detail)


def other_employer(request: HttpRequest, refused: acting.OtherEmployer) -> HttpResponse:
    """409: the form was shown for another employer than the one the session acts for now. Nothing was written."""
    detail = _("Halaman itu dibuka bagi majikan %(shown)s. Anda kini bertindak untuk %(now)s.")
    names = {"shown": refused.shown or "–", "now": f"{refused.now.number} {refused.now.name}"}
    return _answer(request, status=409, template="errors/other_employer.html", detail=detail % names)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: our fault, with the reference to quote; or a database that is away for a moment (503), with the advice to try again.

    Made without context processors: one of them may be what fell.
    """
    status = 503 if _is_passing(sys.exc_info()[1]) else 500
    if problems.is_api(request):
        response = problems.response(request, status=status)
    else:
        context = {"request": request, "reference": getattr(request, "request_id", ""), "demo": settings.DEMO}
        response = HttpResponse(loader.render_to_string(f"errors/{status}.html", context), status=status)
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _is_passing(error: BaseException | None) -> bool:
    """PostgreSQL is restarted, full, or ended a deadlock: the same request may well succeed in a moment."""
    return isinstance(error, OperationalError) or outage.is_behind(error)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: usually one that was open too long (CSRF_FAILURE_VIEW)."""
    return _answer(request, status=403, template="frame/public_csrf.html")


def too_large(request: HttpRequest, *, found: int | None = None) -> HttpResponse:
    """413 with found and expected."""
    return _answer(request, status=413, template="frame/public_too_large.html", detail=too_large_words(found))


def too_large_words(found: int | None) -> str:
    """How large it was, where that is known, and what is allowed."""
    limit = f"{settings.UPLOAD_MAX_BYTES / MEBIBYTE:.0f} MB"
    if found is None:
        return _("Borang yang dihantar terlalu besar. Had fail ialah %(limit)s.") % {"limit": limit}
    size = f"{found / MEBIBYTE:.1f} MB"
    return _("Fail yang dihantar bersaiz %(found)s. Had ialah %(limit)s.") % {"found": size, "limit": limit}


def method_not_allowed(request: HttpRequest, *, allowed: str) -> HttpResponse:
    """405 in words; `allowed` is the header Allow of the answer it takes the place of."""
    response = _answer(request, status=405)
    response.headers["Allow"] = allowed
    return response


def length_required(request: HttpRequest) -> HttpResponse:
    """411: a body that does not say how long it is could be of any size."""
    detail = _("Saiz permintaan tidak dinyatakan (pengepala Content-Length tiada).")
    return _answer(request, status=411, template="frame/public_too_large.html", detail=detail)
