"""What the ledger tells the business clock, and its errands."""

from datetime import date

from django.db.models import Max

from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.jobs import calendar
from members.ledger import days
from members.ledger.models import Entry


@calendar.floor
def last_booked_day() -> date | None:
    """The portal is never started on a day before this one (ruling 2)."""
    last: date | None = Entry.objects.aggregate(last=Max("booked_on"))["last"]
    return last


jobs.periodic("ledger.close_days", 60, lambda: days.close(on=clock.business_date()))
