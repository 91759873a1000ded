"""An employer asks for the member number of one of its own people: in the trail, and not more often than payrolls need."""

import re
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from employers.models import Employer
from kwsp_portal import audit, turns
from kwsp_portal.audit.models import AuditEvent
from members.identity.models import User
from members.models import Member

HOUR: Final = timedelta(hours=1)
ACTION: Final = "employee.look_up"


class TooMany(Exception):
    """The person has looked up as many as an hour allows. `until`: when there may be another."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(str(until))


class Several(Exception):
    """Passports of two countries have that number: who is meant, the country says."""


def look_up(*, employer: Employer, identity_number: str, by: User, at: datetime, country: str = "", ip: str | None = None) -> Member | None:
    """Who works or worked for the employer under that number; None alike for a stranger and for nobody. `country`: of a passport. Raises Several.

    The trail has that it was asked and whether somebody was found, never what was typed; who was found reads it in the own log. Raises TooMany, and
    keeps that in the trail, too.
    """
    with turns.counted(errand=ACTION, name=str(by.pk), refused=TooMany):
        oldest = _oldest_that_counts(by)
        if oldest is not None and oldest > at - HOUR:
            audit.record_refusal(actor=by, action=ACTION, data={"code": "TOO_MANY"}, subjects=[employer], ip=ip)
            raise TooMany(oldest + HOUR)
        number = re.sub(r"[\s-]", "", identity_number).upper()
        own = Member.objects.filter(identity_number=number, employments__employer=employer).distinct().order_by("pk")
        several = list((own.filter(identity_country=country) if country else own)[:2])
        found = several[0] if len(several) == 1 else None
        audit.record(actor=by, action=ACTION, target=found, data={"found": found is not None}, subjects=[employer], ip=ip)
    if len(several) > 1:
        raise Several
    return found


def _oldest_that_counts(by: User) -> datetime | None:
    """When the look-up was that makes the next one too many; None while there were fewer."""
    mine = AuditEvent.objects.filter(actor_id=by.pk, action=ACTION, refused=False).order_by("-seq")
    allowed = settings.EMPLOYEE_LOOKUPS_AN_HOUR
    return mine.values_list("at", flat=True)[allowed - 1 : allowed].first()
