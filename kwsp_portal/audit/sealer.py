"""The sealer: chains what is committed, and anchors the head of the chain outside the database.

Writers append plain rows and wait for nobody. `seq` is given when a row is inserted, so a long transaction's rows come to light behind later
ones: the sealer takes them when they are committed, at the end of the chain. What can still come to light is asked of PostgreSQL itself:
whoever inserts holds a lock on the table from before the number is taken until the end of the transaction. A number that is not there once all
those are gone who held that lock when it was passed, never will be: everything up to it is *decided*, and a row that turns up there later was
put in by force.
"""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from kwsp_portal.audit import anchors, chain
from kwsp_portal.audit.models import AuditEvent, Seal, Watch

BATCH: Final = 5_000
SECONDS: Final = 20.0
"""At most so long at a time: the rest comes in the next minute."""
AT_LEAST_EVERY: Final = timedelta(hours=1)
"""An anchor is written when the head or what is decided has moved, and this often when nothing has."""

_UNSEALED: Final = f"""
SELECT e.seq, {chain.CANONICAL} FROM audit_auditevent e
 WHERE e.seq > %s AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.seq = e.seq) ORDER BY e.seq LIMIT %s
"""  # noqa: S608 - a constant of ours
_WRITERS: Final = """
SELECT virtualtransaction FROM pg_locks
 WHERE locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND relation = 'audit_auditevent'::regclass AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()
"""


class Sealed(NamedTuple):
    """What one turn did. `left`: it ended before the work did."""

    rows: int = 0
    left: bool = False
    anchored: bool = False


class Head(NamedTuple):
    """The last seal; position 0 before the first."""

    position: int
    seq: int
    hash: bytes


def turn(*, at: datetime, limit_seconds: float = SECONDS) -> Sealed:
    """Seal what is committed, move on what is decided, anchor the head. Nothing where another sealer is at it."""
    with _alone() as mine:
        if not mine:
            return Sealed()
        watch = Watch.objects.get_or_create(id=1)[0]
        before = watch.decided
        over = watch.asked is not None and not set(watch.writers) & _writers()
        rows, left = _seal(watch.decided, limit_seconds)
        if over and not left:
            watch.decided, watch.asked, watch.writers = watch.asked or watch.decided, None, []
        if watch.asked is None and not left:
            # First the number and then who writes: whoever has taken a smaller one and is not done is seen.
            watch.asked = AuditEvent.objects.order_by("-seq").values_list("seq", flat=True).first()
            watch.writers = sorted(_writers())
        watch.looked_at = at
        watch.save()
        return Sealed(rows, left, _anchor(watch, at, moved=watch.decided != before))


def head() -> Head:
    """Where the chain ends."""
    last = Seal.objects.order_by("-position").values_list("position", "seq", "hash").first()
    return Head(0, 0, chain.GENESIS) if last is None else Head(last[0], last[1], bytes(last[2]))


def anchor_restored(*, at: datetime, note: str, end: Head) -> None:
    """Say outside that the database was put back to a backup that ends with this seal."""
    anchors.write(anchors.Anchor(at, anchors.RESTORED, end.position, end.seq, end.hash.hex(), 0, note))


def _anchor(watch: Watch, at: datetime, *, moved: bool) -> bool:
    end = head()
    due = moved or watch.anchored_at is None or watch.anchored != end.position or at - watch.anchored_at >= AT_LEAST_EVERY
    if not end.position or not due or not anchors.is_set():
        return False
    try:
        watch.error = anchors.write(anchors.Anchor(at, anchors.HEAD, end.position, end.seq, end.hash.hex(), watch.decided))
    except OSError as error:
        watch.error = f"{type(error).__name__}: {error}"[:500]
        watch.save()
        raise
    watch.anchored, watch.anchored_at = end.position, at
    watch.save()
    return True


def _seal(decided: int, limit_seconds: float) -> tuple[int, bool]:
    """Everything that is committed and has no seal yet, in chunks of their own transactions; how many, and whether some are left."""
    began, rows, after = time.monotonic(), 0, decided
    while True:
        sealed, after = _seal_some(after)
        rows += sealed
        if sealed < BATCH:
            return rows, False
        if time.monotonic() - began >= limit_seconds:
            return rows, True


def _seal_some(after: int) -> tuple[int, int]:
    """One chunk: how many, and the last number of it."""
    with transaction.atomic(), connection.cursor() as cursor:
        end = head()
        cursor.execute(_UNSEALED, [after, BATCH])
        found = cursor.fetchall()
        if not found:
            return 0, after
        previous, lines = end.hash, io.StringIO()
        for position, (seq, canonical) in enumerate(found, start=end.position + 1):
            previous = chain.link(previous, canonical)
            lines.write(f"{position}\t{seq}\t\\\\x{previous.hex()}\n")
        lines.seek(0)
        cursor.copy_expert("COPY audit_seal (position, seq, hash) FROM STDIN", lines)
    return len(found), found[-1][0]


def _writers() -> set[str]:
    """The transactions that have written to the trail, or are about to, and are not over."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS)
        return {name for (name,) in cursor.fetchall()}


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('audit.sealer'), 0)")
        mine: Any = cursor.fetchone()[0]
        try:
            yield bool(mine)
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('audit.sealer'), 0)")
