"""Opening runs, taking chunks, working them, closing runs. PostgreSQL holds the work; Celery only rings (reliability.md section 7)."""

import contextlib
import json
import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, connection, transaction

from kwsp_portal.jobs import doorbell, lost, outage, registry, stopping
from kwsp_portal.jobs.enums import OPEN_CHUNKS, ChunkState, RunState
from kwsp_portal.jobs.failpoints import failpoint
from kwsp_portal.jobs.lease import Lease, LeaseLost, Parked, lock_of
from kwsp_portal.jobs.models import Chunk, Run

MAX_FAILURES: Final = 3
"""A chunk that raised this often is parked with its last reason."""

_REASON_LENGTH: Final = 2000
_BATCH_SIZE: Final = 1000

log = logging.getLogger(__name__)


@dataclass
class Counts:
    """What one call of `work_some` did; `left` when it ended before the work did."""

    done: int = 0
    failed: int = 0
    lost: int = 0
    left: bool = False

    @property
    def worked(self) -> int:
        return self.done + self.failed + self.lost


def open_run(*, programme: str, period: str, chunks: Sequence[registry.Payload], on: date) -> Run:
    """The one run of a programme for a period: made now with these chunks, or the one that exists, untouched.

    Safe from any number of threads and beats. Rings after commit. A run without chunks is over as soon as it is opened.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                'INSERT INTO jobs_run (programme, period, "on", state, error, urgency, chunk_count) VALUES (%s, %s, %s, %s, %s, %s, %s) '
                "ON CONFLICT (programme, period) DO NOTHING RETURNING id",
                [programme, period, on, RunState.OPEN, "", registry.urgency_of(programme), len(chunks)],
            )
            opened = cursor.fetchone() is not None
        run = Run.objects.get(programme=programme, period=period)
        if opened:
            pieces = (Chunk(run=run, chunk_no=number, payload=payload) for number, payload in enumerate(chunks, start=1))
            Chunk.objects.bulk_create(pieces, batch_size=_BATCH_SIZE)
            if chunks:
                doorbell.ring(programme, pieces=len(chunks))
            else:
                _close(run)
    return run


# The most urgent run with a chunk to give, the oldest of these first: no long run stands in front of what somebody waits for. OFFSET 0 and
# || '' have PostgreSQL walk the open runs in that order and stop at the first that serves, whatever it believes of their number.
_NEXT_RUN: Final = """
SELECT r.id
  FROM (SELECT id FROM jobs_run WHERE state = 'OPEN' AND programme || '' = ANY(%(names)s) AND id <> ALL(%(busy)s) ORDER BY urgency, id OFFSET 0) r
 WHERE (SELECT true FROM jobs_chunk c WHERE c.run_id = r.id AND c.state = 'WAITING'
           AND (c.not_before IS NULL OR c.not_before <= clock_timestamp()) ORDER BY c.losses, c.id LIMIT 1)
 LIMIT 1
"""

# MATERIALIZED: the choice is made once. As a subquery the planner may run it again for every chunk, and each run, finding the first
# chunk taken already, takes the next: one worker would then hold leases on chunks that it knows nothing of.
# The limits end a worker's transaction that was stopped with locks in its hands, so that those who wait for them go on (C-14).
_TAKE: Final = """
WITH free AS MATERIALIZED (
    SELECT c.id, r.programme, r.period, r."on"
      FROM jobs_chunk c JOIN jobs_run r ON r.id = c.run_id
     WHERE c.run_id = %(run)s AND c.state = 'WAITING' AND r.state = 'OPEN' AND (c.not_before IS NULL OR c.not_before <= clock_timestamp())
     ORDER BY c.losses, c.id FOR UPDATE OF c SKIP LOCKED LIMIT 1)
UPDATE jobs_chunk AS taken
   SET state = 'RUNNING', lease_token = %(token)s, leased_at = clock_timestamp(),
       lease_until = clock_timestamp() + lease.seconds * interval '1 second', attempts = attempts + 1, not_before = NULL
  FROM free JOIN unnest(%(names)s::text[], %(seconds)s::float[], %(idle)s::float[]) AS lease(name, seconds, idle) ON lease.name = free.programme
 WHERE taken.id = free.id
RETURNING taken.id, taken.chunk_no, taken.run_id, free.programme, free.period, free."on", taken.payload::text, taken.attempts, lease.seconds,
          pg_advisory_lock(%(lock)s), set_config('statement_timeout', ceil(lease.seconds * 1000)::text, false),
          set_config('lock_timeout', ceil(lease.seconds * 500)::text, false),
          set_config('idle_in_transaction_session_timeout', ceil(lease.idle * 1000)::text, false)
"""


def take(programmes: Collection[str] | None = None) -> Lease | None:
    """The next free chunk of these programmes (all this process knows, if None), under a lease; None when there is none.

    Takes what waits and then what a vanished worker left, never what another transaction is just taking.
    """
    known = [registry.programmes[name] for name in (registry.programmes if programmes is None else programmes)]
    lease = _take(known)
    if lease is None and lost.free().freed:
        lease = _take(known)
    return lease


def _take(known: Sequence[registry.Programme]) -> Lease | None:
    """Runs whose last free chunk somebody else is just taking are passed over."""
    token = uuid4()
    busy: list[int] = []
    values: dict[str, Any] = {
        "token": token,
        "lock": lock_of(token),
        "names": [one.name for one in known],
        "seconds": [one.lease_seconds for one in known],
        "idle": [one.idle_seconds for one in known],
        "busy": busy,
    }
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEXT_RUN, values)
            found = cursor.fetchone()
            if found is None:
                return None
            cursor.execute(_TAKE, {**values, "run": found[0]})
            taken = cursor.fetchone()
            if taken is not None:
                return _lease(token, *taken[:9])
            busy.append(found[0])


def _lease(token: UUID, *taken: Any) -> Lease:
    chunk_id, chunk_no, run_id, programme, period, on, payload, attempt, seconds = taken
    return Lease(
        chunk_id=chunk_id,
        chunk_no=chunk_no,
        run_id=run_id,
        programme=programme,
        period=period,
        on=on,
        payload=json.loads(payload),
        token=token,
        attempt=attempt,
        lease_seconds=seconds,
    )


def work_some(limit_seconds: float | None = None, programmes: Collection[str] | None = None) -> Counts:
    """Work chunks until none is free, the time is up or this worker is asked to end; a failing chunk never stops the others."""
    outage.renew_connection()
    lost.free()
    counts = Counts()
    began = time.monotonic()
    while not (limit_seconds is not None and counts.worked and time.monotonic() - began >= limit_seconds) and not stopping.asked():
        lease = take(programmes)
        if lease is None:
            return counts
        failpoint("jobs.taken")
        work_one(lease, counts)
    counts.left = True
    return counts


def work_one(lease: Lease, counts: Counts) -> None:
    """Work one leased chunk: done with its work, or put back with its reason, or parked.

    Raises outage.Away when the connection died: no fault of the chunk, which is free again as soon as its lock is seen to be gone.
    """
    try:
        if _work(lease, counts):
            close_if_over(lease.run_id)
    finally:
        lease.let_go()


def _work(lease: Lease, counts: Counts) -> bool:
    """False when the chunk is somebody else's by now."""
    try:
        registry.programmes[lease.programme].work(lease)
        if not lease.finished:
            raise RuntimeError(f"{lease.programme}: the work returned without lease.finish()")
    except LeaseLost as error:
        counts.lost += 1
        log.warning("%s", error)
        return False
    except (SystemExit, KeyboardInterrupt):
        _put_back(lease)
        raise
    except Exception as error:
        if outage.is_behind(error):
            raise outage.Away(f"{type(error).__name__}: {error}") from error
        log.exception("%s %s chunk %s failed, attempt %s", lease.programme, lease.period, lease.chunk_no, lease.attempt)
        if not _give_back(lease, error):
            counts.lost += 1
            return False
        counts.failed += 1
    else:
        counts.done += 1
        failpoint("jobs.committed")
    return True


def _put_back(lease: Lease) -> None:
    """The worker ends on request: the chunk is free at once, with nothing against it."""
    with contextlib.suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_chunk SET state = 'WAITING', lease_token = NULL, lease_until = NULL "
            "WHERE id = %s AND lease_token = %s AND state = 'RUNNING'",
            [lease.chunk_id, lease.token],
        )


def _give_back(lease: Lease, error: Exception) -> bool:
    """Store why, and let the chunk wait a little; parked after MAX_FAILURES, or at once by `Parked`. False: the lease was lost before."""
    reason = str(error) if isinstance(error, Parked) else f"{type(error).__name__}: {error}"
    first, second = registry.programmes[lease.programme].pauses
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_chunk SET failures = failures + 1, losses = 0, suspect_since = NULL, error = %s, lease_token = NULL, lease_until = NULL, "
            "state = CASE WHEN %s OR failures + 1 >= %s THEN 'DEAD' ELSE 'WAITING' END, "
            "not_before = clock_timestamp() + CASE failures WHEN 0 THEN %s::float ELSE %s::float END * interval '1 second' "
            "WHERE id = %s AND lease_token = %s AND state = 'RUNNING'",
            [reason[:_REASON_LENGTH] or type(error).__name__, isinstance(error, Parked), MAX_FAILURES, first, second, lease.chunk_id, lease.token],
        )
        return cursor.rowcount == 1


def close_if_over(run_id: int) -> bool:
    """Close the run if none of its chunks is open: DONE, or FAILED when one is parked. Exactly one caller does; True for that one.

    The hook of its programme runs in the same transaction; if it raises, the run stays open with the reason and the sweeper tries again.
    """
    if Chunk.objects.filter(run_id=run_id, state__in=OPEN_CHUNKS).exists():
        return False
    failpoint("jobs.before_close")
    try:
        with transaction.atomic():
            run = Run.objects.select_for_update(no_key=True).get(pk=run_id)
            over = run.state == RunState.OPEN and not run.chunks.filter(state__in=OPEN_CHUNKS).exists()
            if over:
                _close(run)
    except Exception as error:
        if outage.is_behind(error):
            raise
        log.exception("run %s could not be closed", run_id)
        reason = f"{type(error).__name__}: {error}"[:_REASON_LENGTH]
        Run.objects.filter(pk=run_id, state=RunState.OPEN).update(error=reason)
        return False
    failpoint("jobs.closed")
    return over


def _close(run: Run) -> None:
    """Inside a transaction that holds the run's row."""
    parked = run.chunks.filter(state=ChunkState.DEAD).exists()
    run.state = RunState.FAILED if parked else RunState.DONE
    run.error = ""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_run SET state = %s, error = '', finished_at = clock_timestamp() WHERE id = %s RETURNING finished_at", [run.state, run.pk]
        )
        run.finished_at = cursor.fetchone()[0]
    programme = registry.programmes.get(run.programme)
    hook = None if programme is None else (programme.on_failed if parked else programme.on_done)
    if hook is not None:
        hook(run)
