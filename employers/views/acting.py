"""For which employer a request is, and in which role."""

from typing import Any

from django.http import HttpRequest

from employers import access
from employers.enums import EmployerRole
from employers.models import Employer, Representative
from kwsp_portal.common import clock

CHOSEN = "employer_number"
"""Session key: the employer that somebody who serves several has chosen."""


def employer_of(request: HttpRequest) -> Employer:
    """The employer the signed-in representative acts for. Raises Http404. The request remembers the role, which the menu asks for."""
    user: Any = request.user
    found = access.representation_of(user, request.session.get(CHOSEN), on=clock.business_date())
    request.acting_as = found  # type: ignore[attr-defined]
    return found.employer


def is_administrators(request: HttpRequest) -> bool:
    """Whether the page is an administrator's; asks the database only where the view has not."""
    found: Representative | None = getattr(request, "acting_as", None)
    if found is not None:
        return found.role == EmployerRole.ADMINISTRATOR
    user: Any = request.user
    return access.administers(user, request.session.get(CHOSEN), on=clock.business_date())
