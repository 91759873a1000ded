"""The doorbell: tells a Celery worker, after commit, that work waits. A lost ring is only late: the sweeper finds the work."""

import functools
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import celery
from django.db import transaction

WORK_TASK: Final = "kwsp_portal.jobs.tasks.work"
_QUIET_SECONDS: Final = 5.0
_MOST_BELLS: Final = 8
_ONE_SHORT_TRY: Final = {"max_retries": 0, "socket_connect_timeout": 1.0, "socket_timeout": 1.0}

log = logging.getLogger(__name__)
_quiet_until = 0.0


@contextmanager
def silent() -> Iterator[None]:
    """Within the block nothing rings from this process: for a command that works the chunks itself."""
    global _quiet_until
    before, _quiet_until = _quiet_until, float("inf")
    try:
        yield
    finally:
        _quiet_until = before


def ring(programme: str = "", *, pieces: int = 1, task: str = WORK_TASK) -> None:
    """After the commit of the open transaction (at once without one), ring for work. Never raises, whatever the broker does.

    Several pieces call several workers, if there are any: a bell too many finds nothing to do. `task`: whom to call, where it is not the engine.
    A transaction that rings the same bell ten thousand times rings it once.
    """
    bell = _bell(programme, min(pieces, _MOST_BELLS), task)
    connection = transaction.get_connection()
    savepoints = set(connection.savepoint_ids)
    # One that was hung up in this savepoint or around it rings whenever ours would.
    if not any(hung is bell and around <= savepoints for around, hung, _robust in connection.run_on_commit):
        transaction.on_commit(bell, robust=True)


@functools.cache
def _bell(programme: str, pieces: int, task: str) -> Callable[[], None]:
    """The same one for the same ring."""
    return lambda: _send(programme, pieces, task)


def _send(programme: str, bells: int, task: str) -> None:
    """One try. After a failure nobody tries for some seconds, so that a dead broker does not slow every request."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        with celery.current_app.connection_for_write() as broker:
            broker.transport_options = {**(broker.transport_options or {}), **_ONE_SHORT_TRY}
            for _ in range(bells):
                celery.current_app.send_task(task, connection=broker, retry=False, ignore_result=True, expires=600)
    except Exception as error:
        # kombu, redis and the socket each raise their own kinds; the work is in the database whatever happened here.
        _quiet_until = time.monotonic() + _QUIET_SECONDS
        log.warning("the bell for %s was not heard (%s: %s); the sweeper will find the work", programme or "work", type(error).__name__, error)
