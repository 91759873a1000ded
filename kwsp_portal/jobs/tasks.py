"""What Celery may ask for: the bell (`work`), the due table (`look`) and the sweep. None carries anything but its name (C-16)."""

import socket

from celery import shared_task

from kwsp_portal.jobs import doorbell, due, engine, sweeper

_WORK_SECONDS = 60.0
_SWEEP_SECONDS = 10.0


@shared_task(name=doorbell.WORK_TASK)
def work() -> None:
    """Work what is free for about a minute, then ring again if there may be more."""
    sweeper.beat(socket.gethostname())
    if engine.work_some(_WORK_SECONDS).left:
        doorbell.ring()


@shared_task(name="kwsp_portal.jobs.tasks.look")
def look() -> None:
    """Write down what fell due and open its runs."""
    due.look()


@shared_task(name="kwsp_portal.jobs.tasks.sweep")
def sweep() -> None:
    """Finish what was left lying; if there is more than a few seconds' worth, ring for it."""
    sweeper.beat(socket.gethostname())
    if sweeper.sweep(limit_seconds=_SWEEP_SECONDS).work.left:
        doorbell.ring()
