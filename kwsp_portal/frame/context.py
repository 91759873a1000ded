"""What the page frame needs on every page; error pages too, so nothing here may fail or insist."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kwsp_portal.common import clock
from kwsp_portal.frame import nav


def portal(request: HttpRequest) -> dict[str, Any]:
    """`demo`, `business_date`, `nav`, `acting_for`, `reference`, `csp_nonce`. Lazy where it asks the database.

    `acting_for` is empty here; an employer's page sets the name of the employer it acts for over it.
    """
    return {
        "demo": settings.DEMO,
        "business_date": SimpleLazyObject(clock.business_date),
        "nav": SimpleLazyObject(lambda: nav.items(request)),
        "acting_for": "",
        "reference": getattr(request, "request_id", ""),
        "csp_nonce": str(getattr(request, "csp_nonce", "")),
    }
