"""The due table: what the calendar demands of each scheduled programme, opened once whatever beat does (reliability.md C-9, C-10)."""

import logging
from datetime import date, timedelta

from django.db import transaction

from kwsp_portal.jobs import calendar, engine, outage, registry
from kwsp_portal.jobs.models import Due

log = logging.getLogger(__name__)


@calendar.on_each_day
def look(on: date | None = None) -> int:
    """Write down what fell due to a business date (None: as it is now), open its runs, and return how many were opened.

    Days on which nobody looked are caught up, each with its own date. Two at once do the work once.
    """
    _write_down(on)
    return sum(open_one(due_id) for due_id in Due.objects.filter(run=None).order_by("due_on", "id").values_list("pk", flat=True))


def _write_down(on: date | None) -> None:
    with transaction.atomic():
        row = calendar.locked()
        to = row.business_date if on is None else min(on, row.business_date)
        dues = []
        while row.looked_to < to:
            row.looked_to += timedelta(days=1)
            dues += _falling_due(row.looked_to)
        Due.objects.bulk_create(dues, ignore_conflicts=True)
        calendar.save(row)


def _falling_due(day: date) -> list[Due]:
    periods = ((name, schedule.when(day)) for name, schedule in registry.schedules.items())
    return [Due(programme=name, period=period, due_on=day) for name, period in periods if period is not None]


def open_one(due_id: int) -> bool:
    """Open the run of one due row; if its chunks cannot be planned the reason stays there, the next look tries again, and others go on."""
    try:
        with transaction.atomic():
            due = Due.objects.select_for_update(skip_locked=True).filter(pk=due_id, run=None).first()
            schedule = None if due is None else registry.schedules.get(due.programme)
            if due is None or schedule is None:
                return False
            chunks = schedule.plan(due.period, due.due_on)
            due.run = engine.open_run(programme=due.programme, period=due.period, chunks=chunks, on=due.due_on)
            due.error = ""
            due.save(update_fields=["run", "error"])
    except Exception as error:
        if outage.is_behind(error):
            raise
        log.exception("due %s could not be opened", due_id)
        Due.objects.filter(pk=due_id, run=None).update(error=f"{type(error).__name__}: {error}"[:2000])
        return False
    return True
