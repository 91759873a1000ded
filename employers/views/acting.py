"""For which employer a request is."""

from django.http import HttpRequest

from employers import access
from employers.models import Employer
from kwsp_portal.common import clock

CHOSEN = "employer_number"
"""Session key: the employer that somebody who serves several has chosen."""


def employer_of(request: HttpRequest) -> Employer:
    """The employer the signed-in representative acts for. Raises Http404."""
    return access.employer_for(request.user, request.session.get(CHOSEN), on=clock.business_date())  # type: ignore[arg-type]
