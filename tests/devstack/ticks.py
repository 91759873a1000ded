"""`python -m tests.devstack.ticks`: in a portal that runs, one paid filing of the demo's people after another, each awaited until it is credited.

A line for each: `began ended` (seconds of the machine's clock). Whatever is away meanwhile, the next one is begun as soon as it can be.
"""

import time
from itertools import count

import django

ASK_SECONDS = 0.05
GIVE_UP_SECONDS = 120


def tick(number: int) -> None:
    """Pays for the next month and waits for the worker. Raises OperationalError while the database is away."""
    run_id = large_filing.pay(FIRST.plus(number))
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while Run.objects.values_list("state", flat=True).get(pk=run_id) != RunState.DONE:
        if time.monotonic() > deadline:
            print(f"run {run_id} was not credited in {GIVE_UP_SECONDS} s", flush=True)  # noqa: T201
            return
        time.sleep(ASK_SECONDS)


def main() -> None:
    large_filing.register(0)
    for number in count():
        began = time.time()
        close_old_connections()
        try:
            tick(number)
        except (DatabaseError, InterfaceError) as error:
            if not outage.is_behind(error):
                raise
            connection.close()
            time.sleep(ASK_SECONDS)
        else:
            print(f"{began:.3f} {time.time():.3f}", flush=True)  # noqa: T201


if __name__ == "__main__":
    django.setup()
    from django.db import DatabaseError, InterfaceError, close_old_connections, connection

    from kwsp_portal.common.periods import WageMonth
    from kwsp_portal.jobs import outage
    from kwsp_portal.jobs.enums import RunState
    from kwsp_portal.jobs.models import Run
    from tests.contributions import large_filing

    FIRST = WageMonth(2019, 1)
    main()
