"""Opening runs, taking chunks, working them, closing runs. PostgreSQL holds the work; Celery only rings (reliability.md section 7)."""

import json
import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import uuid4

from django.db import close_old_connections, connection, transaction

from kwsp_portal.jobs import doorbell, registry
from kwsp_portal.jobs.enums import OPEN_CHUNKS, ChunkState, RunState
from kwsp_portal.jobs.failpoints import failpoint
from kwsp_portal.jobs.lease import Lease, LeaseLost, Parked
from kwsp_portal.jobs.models import Chunk, Run

MAX_FAILURES: Final = 3
"""A chunk that raised this often is parked with its last reason."""

MAX_LOST: Final = 5
"""A chunk whose worker vanished this often is parked too: it may be what kills them. More patient than MAX_FAILURES, since
a worker is mostly killed by something else (a restart, a deployment) and the chunk is innocent."""

_REASON_LENGTH: Final = 2000
_BATCH_SIZE: Final = 1000

log = logging.getLogger(__name__)


@dataclass
class Counts:
    """What one call of `work_some` did; `left` when time ran out before the work did."""

    done: int = 0
    failed: int = 0
    lost: int = 0
    left: bool = False


def open_run(*, programme: str, period: str, chunks: Sequence[registry.Payload], on: date) -> Run:
    """The one run of a programme for a period: made now with these chunks, or the one that exists, untouched.

    Safe from any number of threads and beats. Rings after commit. A run without chunks is over as soon as it is opened.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                'INSERT INTO jobs_run (programme, period, "on", state, error) VALUES (%s, %s, %s, %s, %s) '
                "ON CONFLICT (programme, period) DO NOTHING RETURNING id",
                [programme, period, on, RunState.OPEN, ""],
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


# MATERIALIZED: the choice is made once. As a subquery the planner may run it again for every chunk, and each run, finding the first
# chunk taken already, takes the next: one worker would then hold leases on chunks that it knows nothing of.
_TAKE: Final = """
WITH free AS MATERIALIZED (
    SELECT c.id, r.programme, r.period, r."on"
      FROM jobs_chunk c JOIN jobs_run r ON r.id = c.run_id
     WHERE c.state IN ('WAITING', 'RUNNING') AND r.state = 'OPEN' AND r.programme = ANY(%(names)s)
       AND ((c.state = 'WAITING' AND (c.not_before IS NULL OR c.not_before <= clock_timestamp()))
            OR (c.state = 'RUNNING' AND c.lease_until < clock_timestamp()))
       AND c.failures < %(max_failures)s AND c.attempts - c.failures < %(max_lost)s
     ORDER BY c.id FOR UPDATE OF c SKIP LOCKED LIMIT 1)
UPDATE jobs_chunk AS taken
   SET state = 'RUNNING', lease_token = %(token)s, lease_until = clock_timestamp() + lease.seconds * interval '1 second',
       attempts = attempts + 1, not_before = NULL
  FROM free JOIN unnest(%(names)s::text[], %(seconds)s::float[]) AS lease(name, seconds) ON lease.name = free.programme
 WHERE taken.id = free.id
RETURNING taken.id, taken.chunk_no, taken.run_id, free.programme, free.period, free."on", taken.payload::text, taken.attempts, lease.seconds
"""


def take(programmes: Collection[str] | None = None) -> Lease | None:
    """The next free chunk of these programmes (all this process knows, if None), under a lease; None when there is none.

    Takes what waits and what a vanished worker left, never what another transaction is just taking.
    """
    known = [registry.programmes[name] for name in (registry.programmes if programmes is None else programmes)]
    token = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "token": token,
                "names": [one.name for one in known],
                "seconds": [one.lease_seconds for one in known],
                "max_failures": MAX_FAILURES,
                "max_lost": MAX_LOST,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    chunk_id, chunk_no, run_id, programme, period, on, payload, attempt, seconds = row
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


def renew_connection() -> None:
    """Drop a connection that died or is old, as Django does between requests (reliability.md C-15); never one with an open transaction."""
    if not connection.in_atomic_block:
        close_old_connections()


def work_some(limit_seconds: float | None = None, programmes: Collection[str] | None = None) -> Counts:
    """Work chunks until none is free or the time is up; a failing chunk never stops the others."""
    renew_connection()
    counts = Counts()
    began = time.monotonic()
    while lease := take(programmes):
        failpoint("jobs.taken")
        work_one(lease, counts)
        if limit_seconds is not None and time.monotonic() - began >= limit_seconds:
            counts.left = True
            break
    return counts


def work_one(lease: Lease, counts: Counts) -> None:
    """Work one leased chunk: done with its work, or put back with its reason, or parked."""
    try:
        registry.programmes[lease.programme].work(lease)
        if not lease.finished:
            raise RuntimeError(f"{lease.programme}: the work returned without lease.finish()")
    except LeaseLost as lost:
        counts.lost += 1
        log.warning("%s", lost)
        return
    except Exception as error:
        counts.failed += 1
        log.exception("%s %s chunk %s failed, attempt %s", lease.programme, lease.period, lease.chunk_no, lease.attempt)
        _give_back(lease, error)
    else:
        counts.done += 1
        failpoint("jobs.committed")
    close_if_over(lease.run_id)


def _give_back(lease: Lease, error: Exception) -> None:
    """Store why, and let the chunk wait a little; parked after MAX_FAILURES, or at once by `Parked`."""
    reason = str(error) if isinstance(error, Parked) else f"{type(error).__name__}: {error}"
    first, second = registry.programmes[lease.programme].pauses
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_chunk SET failures = failures + 1, error = %s, lease_token = NULL, lease_until = NULL, "
            "state = CASE WHEN %s OR failures + 1 >= %s THEN 'DEAD' ELSE 'WAITING' END, "
            "not_before = clock_timestamp() + CASE failures WHEN 0 THEN %s::float ELSE %s::float END * interval '1 second' "
            "WHERE id = %s AND lease_token = %s AND state = 'RUNNING'",
            [reason[:_REASON_LENGTH] or type(error).__name__, isinstance(error, Parked), MAX_FAILURES, first, second, lease.chunk_id, lease.token],
        )


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
