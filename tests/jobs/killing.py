"""Workers that end in the middle: between any two steps, or by kill -9 while they wait for a row that somebody holds."""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from kwsp_portal.jobs import failpoints
from tests.jobs.forks import ended, forked, starting_line
from tests.jobs.test_processes import until

ROOT = Path(__file__).resolve().parents[2]
ONCE_A_RUN = {"jobs.before_close", "jobs.closed"}


def steps_of(source: str) -> list[str]:
    """Every fail point that a worker of this module passes on its way, from the source: a new one is tried without being named."""
    sources = (source, "kwsp_portal/jobs/engine.py", "kwsp_portal/jobs/lease.py")
    return sorted({name for one in sources for name in re.findall(r'failpoint\("([a-z._]+)"\)', (ROOT / one).read_text())})


def dies_at(step: str, work: Callable[[], object]) -> None:
    """A process of its own does the work and is gone at this step of its second chunk."""

    def dies() -> None:
        with failpoints.armed(step, mode="exit", hit=1 if step in ONCE_A_RUN else 2):
            work()

    with forked(dies) as worker:
        assert ended(worker) == failpoints.KILLED


def killed_at_the_lock(work: Callable[[], object], held: "QuerySet[Any]") -> None:
    """A process of its own does the work until it waits for these rows, which somebody else holds; it is killed there and tells nobody."""
    with starting_line() as (wait, let_go), forked(lambda: (wait(), work(), 0)[2]) as worker:
        with transaction.atomic():
            assert list(held.select_for_update(of=("self",), no_key=True))
            let_go(1)
            until(somebody_waits)
            os.kill(worker, signal.SIGKILL)
        until(nobody_else_is_here)


def somebody_waits() -> bool:
    """For a lock. Not from pg_stat_activity, which stands still within a transaction."""
    return _asked("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")


def nobody_else_is_here() -> bool:
    return _asked(
        "SELECT NOT EXISTS (SELECT FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend')"
    )


def _asked(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone() == (True,)
