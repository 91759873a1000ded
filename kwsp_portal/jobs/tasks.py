"""What Celery may ask for: the bell (`work`), the due table (`look`) and the sweep. None carries anything but its name (C-16).

Each may be begun again: when the database goes away meanwhile, the worker waits for it and goes on by itself (C-15).
"""

import socket

from celery import shared_task

from kwsp_portal.jobs import doorbell, due, engine, outage, sweeper

_WORK_SECONDS = 60.0
_SWEEP_SECONDS = 10.0


@shared_task(name=doorbell.WORK_TASK)
def work() -> None:
    """Work what is free for about a minute, then ring again if there may be more."""

    def some() -> engine.Counts:
        sweeper.beat(socket.gethostname())
        return engine.work_some(_WORK_SECONDS)

    if outage.patiently(some).left:
        doorbell.ring()


@shared_task(name="kwsp_portal.jobs.tasks.look")
def look() -> None:
    """Write down what fell due and open its runs."""
    outage.patiently(due.look)


@shared_task(name="kwsp_portal.jobs.tasks.sweep")
def sweep() -> None:
    """Finish what was left lying; if there is more than a few seconds' worth, ring for it."""

    def some() -> sweeper.Swept:
        sweeper.beat(socket.gethostname())
        return sweeper.sweep(limit_seconds=_SWEEP_SECONDS)

    if outage.patiently(some).work.left:
        doorbell.ring()
