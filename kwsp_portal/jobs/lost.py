"""Chunks whose worker vanished: found by their locks, given to others at once, parked only if they are what kills workers.

A lease is also a session lock of PostgreSQL, named by its token, which ends with the worker's connection whatever ended that. Where
PostgreSQL was restarted all locks are gone while the workers may live: they are fenced by the token as ever, and nothing is counted.
"""

from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

MAX_LOST: Final = 5
"""Losses in a row after which a chunk is parked as what kills its workers, if other chunks got through meanwhile and none of those had
lost a worker too. Chance does not pick one chunk five times; what kills workers from outside (a deployment, a machine that fails)
hits several, which are done on a later try and so speak for this one."""

MAX_LOST_AT_ALL: Final = 15
"""Losses in a row after which a chunk is parked whatever happened to others. With the pauses that is five minutes."""

LONGEST_PAUSE: Final = 30
"""Seconds. A chunk that lost its worker once is free at once; later ones wait 2, 4, 8, 16, 30 s and come after all others of their run."""

VANISHED: Final = "pekerja hilang / the worker vanished"

# The snapshot of `running` is older than what pg_locks tells, and the locks are taken before their leases are committed and freed after
# the chunks' next state is: so a lease seen without its lock is over. What happened to the row since then is told by its token.
_FREE: Final = """
WITH running AS MATERIALIZED (
    SELECT id, lease_token, lease_until, leased_at FROM jobs_chunk WHERE state = 'RUNNING'
), held AS MATERIALIZED (
    SELECT (classid::bigint << 32) | objid::bigint AS lock FROM pg_locks
     WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
), lost AS MATERIALIZED (
    SELECT id, lease_token, leased_at >= pg_postmaster_start_time() AS counts FROM running
     WHERE lease_until < clock_timestamp() OR ('x' || left(replace(lease_token::text, '-', ''), 16))::bit(64)::bigint NOT IN (SELECT lock FROM held)
), locked AS MATERIALIZED (
    SELECT chunk.id, lost.counts, chunk.losses + lost.counts::int AS losses
      FROM jobs_chunk AS chunk JOIN lost ON lost.id = chunk.id AND lost.lease_token = chunk.lease_token
     WHERE chunk.state = 'RUNNING' FOR UPDATE OF chunk SKIP LOCKED)
UPDATE jobs_chunk AS chunk
   SET state = 'WAITING', lease_token = NULL, lease_until = NULL, losses = locked.losses,
       suspect_since = CASE WHEN locked.counts THEN coalesce(chunk.suspect_since, clock_timestamp()) ELSE chunk.suspect_since END,
       not_before = CASE WHEN locked.counts AND locked.losses > 1
                         THEN clock_timestamp() + least(%(longest)s, 2 ^ (locked.losses - 1)) * interval '1 second' END
  FROM locked WHERE chunk.id = locked.id
RETURNING chunk.id, chunk.losses
"""

_PARK: Final = """
UPDATE jobs_chunk AS chunk SET state = 'DEAD', error = %(reason)s, not_before = NULL
 WHERE id = ANY(%(suspects)s) AND (losses >= %(at_all)s OR (
       EXISTS (SELECT FROM jobs_chunk AS other WHERE other.state = 'DONE' AND other.done_at > chunk.suspect_since)
       AND NOT EXISTS (SELECT FROM jobs_chunk AS other WHERE other.state = 'DONE' AND other.done_at > chunk.suspect_since AND other.losses > 0)))
"""


@dataclass(frozen=True)
class Freed:
    """Counts: chunks that others may take now, and chunks parked as what kills their workers."""

    freed: int = 0
    parked: int = 0


def free() -> Freed:
    """Free every chunk whose lease is over or whose worker vanished. Never waits for a worker that is just finishing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FREE, {"longest": LONGEST_PAUSE})
        losses = dict(cursor.fetchall())
        suspects = [chunk_id for chunk_id, times in losses.items() if times >= MAX_LOST]
        if not suspects:
            return Freed(freed=len(losses))
        cursor.execute(_PARK, {"reason": VANISHED, "suspects": suspects, "at_all": MAX_LOST_AT_ALL})
        return Freed(freed=len(losses) - cursor.rowcount, parked=cursor.rowcount)
