"""A lease: the right of one worker to one chunk, until a moment of the database's clock, proved by a token."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection

from kwsp_portal.jobs.failpoints import failpoint


class LeaseLost(Exception):
    """Another worker holds the chunk now: whatever this one wrote must roll back (reliability.md C-14)."""


class Parked(Exception):
    """Raised by a programme whose chunk can never succeed: it is parked at once with this reason, without further attempts."""


def lock_of(token: UUID) -> int:
    """The number of the session lock that goes with a lease: the first 64 bits of its token, so that no two leases ever meet."""
    return int.from_bytes(token.bytes[:8], signed=True)


@dataclass
class Lease:
    """What a programme is given: the payload of its chunk, and the means to report, renew and finish.

    `on` is the run's business date. `attempt` counts from 1. The token is the fence: once another worker took the chunk, `progress`
    and `finish` raise LeaseLost. The session lock only tells others early that this worker is gone.
    """

    chunk_id: int
    chunk_no: int
    run_id: int
    programme: str
    period: str
    on: date
    payload: dict[str, Any]
    token: UUID
    attempt: int
    lease_seconds: float
    finished: bool = field(default=False, init=False)
    _depth: int = field(init=False, repr=False)
    _session: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._depth = len(connection.atomic_blocks)
        self._session = connection.connection

    def progress(self, done: int, total: int) -> None:
        """Store how far the chunk is and renew the lease, seen by everybody at once.

        Call it outside `transaction.atomic()`: inside, nobody would see it before the end, and the row stays locked.
        """
        if len(connection.atomic_blocks) > self._depth:
            raise RuntimeError("lease.progress() was called inside transaction.atomic(); call it before or after the transaction")
        self._hold()
        self._fenced(
            "progress_done = %s, progress_total = %s, lease_until = clock_timestamp() + %s * interval '1 second'",
            [min(done, total), total, self.lease_seconds],
        )

    def renew(self) -> None:
        """Keep the chunk for another lease, in whatever transaction is open."""
        self._hold()
        self._fenced("lease_until = clock_timestamp() + %s * interval '1 second'", [self.lease_seconds])

    def finish(self) -> None:
        """Mark the chunk done inside the transaction that writes its work: both commit, or neither does. Raises LeaseLost."""
        if len(connection.atomic_blocks) <= self._depth:
            raise RuntimeError("lease.finish() was called outside transaction.atomic(); the work and its end must commit together")
        failpoint("jobs.before_finish")
        self._fenced(
            "state = 'DONE', done_at = clock_timestamp(), error = '', lease_token = NULL, lease_until = NULL, progress_done = progress_total",
            [],
        )
        self.finished = True
        failpoint("jobs.after_finish")

    def has_session(self) -> bool:
        """The connection that holds the lease's lock is still there."""
        return connection.connection is not None and connection.connection is self._session and not connection.connection.closed

    def let_go(self) -> None:
        """Free the lock and the session's time limits, after the chunk's next state is committed. A session that ended freed both itself."""
        if self.has_session():
            with contextlib.suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute(
                    "RESET statement_timeout; RESET lock_timeout; RESET idle_in_transaction_session_timeout; SELECT pg_advisory_unlock(%s)",
                    [lock_of(self.token)],
                )

    def _hold(self) -> None:
        """Take the lock again where the programme's work has come to another connection than the lease was taken on."""
        if not self.has_session():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [lock_of(self.token)])
            self._session = connection.connection

    def _fenced(self, changes: str, values: Sequence[Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE jobs_chunk SET {changes} WHERE id = %s AND lease_token = %s AND state = 'RUNNING'",  # noqa: S608 -- fixed texts of this class
                [*values, self.chunk_id, self.token],
            )
            if cursor.rowcount != 1:
                raise LeaseLost(f"{self.programme} {self.period} chunk {self.chunk_no}: the lease is no longer ours")
