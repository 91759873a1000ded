"""An officer at a counter looks for employers: counted and in the trail, as looking for people is."""

from datetime import datetime
from typing import Final

from employers import selectors
from employers.models import Employer
from kwsp_portal import audit
from members.enums import LookupReason
from members.identity.models import User
from members.services import lookup

VIEW: Final = "employer.view"
WAY: Final = "EMPLOYER"


def look_up(*, text: str, reason: LookupReason, by: User, at: datetime, ip: str | None = None) -> list[Employer]:
    """Raises members.services.registering.NoRight, lookup.TooMany; searches for people and for employers count together."""
    with lookup.searching(reason=reason, by=by, at=at, ip=ip):
        found = selectors.employers_found(text)
        audit.record(actor=by, action="counter.search", data={"reason": reason.value, "way": WAY, "found": len(found)}, ip=ip)
    return found
