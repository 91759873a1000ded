"""`Idempotency-Key`: whoever got no answer asks again with the same key, and the act is done once."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from contributions.services import answers
from employers.models import Employer
from kwsp_portal.api_problem import CONTENT_TYPE, Refused
from kwsp_portal.common import clock
from kwsp_portal.jobs.failpoints import failpoint
from members.identity.models import ApiToken

HEADER: Final = "Idempotency-Key"
FORM: Final = re.compile(r"[!-~]{1,200}")
REPLAYED: Final = "Idempotent-Replayed"
RETRY_SECONDS: Final = 2
PARAMETER: Final = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description=_("Satu kunci bagi satu tindakan, seperti UUID. Permintaan yang sama dengan kunci yang sama mendapat jawapan yang pertama."),
)

Done = tuple[int, Mapping[str, Any], Mapping[str, str]]
"""Status, body and headers of an act that was done."""


def answered(request: Request, *, employer: Employer, content: Mapping[str, Any], act: Callable[[], Done]) -> HttpResponse:
    """Do the act and keep its answer, or give the answer that its key had.

    What the services decided is kept, a refusal like an act: whoever mended its cause asks with another key. What was wrong with the request itself
    was said before and is not kept. Raises Refused for a key that is missing, stands for another request, or is at work.
    """
    user: Any = request.user
    asked = answers.Asked(employer, user, _token(request), key_of(request), str(request.method), request.path[:200], content)
    try:
        with transaction.atomic():
            kept = answers.claim(asked)
            given = kept or _done(request, asked, act)
    except answers.StillRunning:
        words = _("Permintaan dengan kunci ini masih berjalan. Cuba sekali lagi sebentar lagi dengan kunci yang sama.")
        raise Refused("KEY_IN_USE", str(words), headers={"Retry-After": str(RETRY_SECONDS)}) from None
    except answers.OtherRequest:
        words = _("Kunci ini sudah digunakan bagi permintaan lain: ditemui kandungan atau alamat yang berlainan, dijangka yang sama.")
        raise Refused("KEY_REUSED", str(words)) from None
    failpoint("api.answered")
    response = HttpResponse(given.body, status=given.status, headers=dict(given.headers))
    if kept:
        response[REPLAYED] = "true"
    return response


def _done(request: Request, asked: answers.Asked, act: Callable[[], Done]) -> answers.Answer:
    """The act and its answer, in one transaction; of a refused one nothing but the answer."""
    kind = "application/json"
    try:
        with transaction.atomic():
            status, body, more = act()
    except Refused as refused:
        kind, status, more = CONTENT_TYPE, refused.status_code, refused.headers
        body = refused.document(getattr(request, "request_id", ""))
    headers = {"Content-Type": kind, "Content-Language": translation.get_language() or "ms", **more}
    given = answers.Answer(status, headers, JSONRenderer().render(body))
    answers.keep(asked, given, at=clock.now())
    failpoint("api.kept")
    return given


def is_known(request: Request, *, employer: Employer) -> bool:
    """Whether the key has its answer already, so that nobody outside is asked in vain."""
    user: Any = request.user
    return answers.is_kept(employer=employer, user=user, key=key_of(request))


def key_of(request: Request) -> str:
    found = request.headers.get(HEADER, "")
    if not found:
        words = _("Pengepala Idempotency-Key: ditemui tiada, dijangka satu kunci bagi tindakan ini, seperti UUID.")
        raise Refused("KEY_REQUIRED", str(words), status=HTTPStatus.BAD_REQUEST)
    if FORM.fullmatch(found) is None:
        words = _("Pengepala Idempotency-Key: dijangka 1 hingga 200 aksara ASCII yang kelihatan.")
        raise Refused("KEY_FORM", str(words), status=HTTPStatus.BAD_REQUEST)
    return found


def _token(request: Request) -> ApiToken | None:
    return request.auth if isinstance(request.auth, ApiToken) else None
