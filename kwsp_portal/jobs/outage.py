"""PostgreSQL gone for a while (restarted, failed over): nobody's fault, and no reason to stop (reliability.md C-15)."""

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

import psycopg2
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection

T = TypeVar("T")

PATIENCE_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.5

log = logging.getLogger(__name__)


_ENDED: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "25P04"})
"""Shut down, crashed, starting up, idle for too long: PostgreSQL's words for a connection that it ended or would not open."""


class Away(InterfaceError):
    """What failed because the connection to the database had died."""


def is_behind(error: BaseException | None) -> bool:
    """The error, or one that it came of, says that the connection died or could not be made.

    Asked of the error and not of the connection: leaving a transaction, Django has made a new one by the time anybody looks.
    """
    while error is not None:
        if isinstance(error, Away) or (isinstance(error, psycopg2.Error) and _ended(error)):
            return True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False


def _ended(error: psycopg2.Error) -> bool:
    if error.pgcode:
        return error.pgcode in _ENDED or error.pgcode.startswith("08")
    # Without a code it is libpq that speaks, of the connection (psycopg2 then says DatabaseError, if it has not seen yet that it is gone);
    # or psycopg2, of a connection that it has given up.
    if isinstance(error, psycopg2.OperationalError) or type(error) is psycopg2.DatabaseError:
        return True
    return isinstance(error, psycopg2.InterfaceError) and "connection" in str(error)


def renew_connection() -> None:
    """Drop a connection that died or is old, as Django does between requests; never one with an open transaction."""
    if not connection.in_atomic_block:
        close_old_connections()


def patiently(work: Callable[[], T], *, seconds: float = PATIENCE_SECONDS) -> T:
    """Do the work; when the database goes away meanwhile, wait until it is back and do it again from its beginning.

    The work must bear being begun twice. Raises what it raised when the database stays away for longer than `seconds`, or when it has
    gone away again and again for twice as long: the caller's next turn comes soon enough.
    """
    began = time.monotonic()
    while True:
        try:
            return work()
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or not is_behind(error) or time.monotonic() - began > 2 * seconds:
                raise
            log.warning("the database went away (%s: %s)", type(error).__name__, str(error).strip())
            _wait(time.monotonic() + seconds)


def _wait(deadline: float) -> None:
    """Until a connection can be made; raises what stands in the way when the time is over."""
    while True:
        connection.close()
        try:
            connection.ensure_connection()
        except OperationalError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return
