"""What the ledger tells the business clock, its errands, and the work of closing years."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Max

from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.jobs import calendar, registry
from kwsp_portal.jobs.models import Run
from members.ledger import days, nightly, years
from members.ledger.models import Entry


@calendar.floor
def last_booked_day() -> date | None:
    """The portal is never started on a day before this one (ruling 2)."""
    last: date | None = Entry.objects.aggregate(last=Max("booked_on"))["last"]
    return last


jobs.periodic("ledger.close_days", 60, lambda: days.close(on=clock.business_date()))


def _closed(run: Run) -> None:
    years.close_next(on=run.on)


@jobs.programme(years.PROGRAMME, lease_seconds=300, on_done=_closed)
def close_year(lease: jobs.Lease) -> None:
    """Store the openings of one range of accounts."""
    years.close_chunk(lease=lease)


@jobs.batch("close_years")
def close_years(on: date) -> Mapping[str, int]:
    """Close the oldest year that can be closed; the years after it follow by themselves."""
    return {"closed": years.close_next(on=on)}


jobs.periodic("ledger.years", 60, lambda: close_years(clock.business_date()))


@jobs.programme(nightly.PROGRAMME, lease_seconds=nightly.LEASE_SECONDS)
def check_ledger(lease: jobs.Lease) -> None:
    """Every invariant, each business day."""
    nightly.check(lease=lease, at=clock.now())


jobs.schedule(nightly.PROGRAMME, when=registry.daily)(nightly.plan)
