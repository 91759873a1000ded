"""What the page frame needs on every page; error pages too, so nothing here may fail or insist."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kwsp_portal.common import clock
from kwsp_portal.frame import nav
from members.identity import drafts
from members.identity.middleware import seconds_left


def portal(request: HttpRequest) -> dict[str, Any]:
    """`demo`, `business_date`, `nav`, `session_left`, `draft`, `acting_for`, `reference`, `csp_nonce`. Lazy where it asks the database.

    `acting_for` is empty here; an employer's page sets the name of the employer it acts for over it.
    """
    return {
        "demo": settings.DEMO,
        "business_date": SimpleLazyObject(clock.business_date),
        "nav": SimpleLazyObject(lambda: nav.items(request)),
        "acting_for": "",
        "session_left": SimpleLazyObject(lambda: seconds_left(request)),
        "draft": SimpleLazyObject(lambda: _draft(request)),
        "reference": getattr(request, "request_id", ""),
        "csp_nonce": str(getattr(request, "csp_nonce", "")),
    }


def _draft(request: HttpRequest) -> str:
    """Whether what was typed on this page waits (WAITING) or has been filled in (FILLED)."""
    if not hasattr(request, "session") or not drafts.waiting(request):
        return ""
    return "FILLED" if drafts.ASKED in request.GET else "WAITING"
