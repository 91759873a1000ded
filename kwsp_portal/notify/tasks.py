"""What Celery may ask of notify: bring out what is due. It carries nothing but its name: the words wait in PostgreSQL."""

from celery import shared_task

from kwsp_portal.jobs import doorbell, outage
from kwsp_portal.notify import delivery, services

_SECONDS = 30.0


@shared_task(name=services.DELIVER_TASK)
def deliver() -> None:
    """Deliver for half a minute at most, then ring again if there is more."""
    if outage.patiently(lambda: delivery.deliver(limit_seconds=_SECONDS))["left"]:
        doorbell.ring("messages", task=services.DELIVER_TASK)
