"""Is the trail what was written? Every event against its seal, every seal against the one before it, the chain against its anchors.

Names each row that was changed, removed, put in, exchanged or cut off, as a stream in bounded memory. It reads in steps, while writers and
sealer go on.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.db import connection

from kwsp_portal.audit import anchors, chain, indexed
from kwsp_portal.audit.anchors import Anchor, Damaged
from kwsp_portal.audit.models import Watch

STEP: Final = 10_000
WINDOW: Final = 50_000
LATE: Final = timedelta(minutes=15)
"""A row that has no seal, or a seal that has no anchor, after this long speaks of a sealer that stands still."""

_SEALS: Final = f"""
SELECT s.position, s.seq, s.hash, e.canonical, e.at
  FROM (SELECT position, seq, hash FROM audit_seal WHERE position > %s ORDER BY position LIMIT %s) s
  LEFT JOIN LATERAL (SELECT {chain.CANONICAL} AS canonical, e.at FROM audit_auditevent e WHERE e.seq = s.seq) e ON true
 ORDER BY s.position
"""  # noqa: S608 - a constant of ours
_NO_SEAL: Final = """
SELECT e.seq FROM audit_auditevent e
 WHERE e.seq > %s AND e.seq <= %s AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.seq = e.seq) ORDER BY e.seq
"""
_WAITING: Final = """
SELECT count(*), min(e.at) FROM audit_auditevent e WHERE e.seq > %s AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.seq = e.seq)
"""


class Finding(NamedTuple):
    """`code`: CHANGED, EXCHANGED, REMOVED, INSERTED, SEAL_CHANGED, SEAL_REMOVED, CUT_OFF, REWRITTEN, ANCHOR, BEHIND, HIDDEN, LISTED."""

    code: str
    what: str


class Seen(NamedTuple):
    """A seal with its event; `canonical` is None where the event is gone."""

    position: int
    seq: int
    hash: bytes
    canonical: str | None
    at: datetime | None


class Doubt(NamedTuple):
    """A seal that does not fit its event. Which of the two was touched, the next seal tells: it was made from the hash that was true."""

    seen: Seen
    previous: bytes
    computed: bytes


class Verifier:
    """One verification. `findings` is read to its end; then `rows`, `last` and `given_up` are known.

    Without a moment nobody asks whether the sealer is late.
    """

    def __init__(self, *, folder: Path | None, at: datetime | None) -> None:
        self._folder, self._at = folder, at
        self._anchors = iter(()) if folder is None else anchors.binding(folder)
        self._next: Anchor | None = None
        self._decided, self._anchored = 0, 0
        self._rewritten = False
        self._changed: list[Doubt] = []
        self._unanchored: datetime | None = None
        self.rows, self.last, self.given_up = 0, 0, 0

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, in the order of the chain."""
        watched = Watch.objects.filter(id=1).values_list("decided", flat=True).first() or 0
        yield from self._advance()
        yield from self._chain()
        yield from self._cut_off()
        self._decided = max(self._decided, watched)
        yield from self._without_seal()
        yield from self._behind()
        yield from (Finding(code, what) for code, what in indexed.differences(until=self._decided))

    # The chain ------------------------------------------------------------------------------------------------

    def _chain(self) -> Iterator[Finding]:
        previous, expected, doubt = chain.GENESIS, 1, None
        known = True
        for seen in _seals():
            if seen.position != expected:
                yield from self._settled(doubt, None)
                yield Finding("SEAL_REMOVED", f"seals {expected} to {seen.position - 1} are missing: found {seen.position}, expected {expected}")
                doubt, known = None, False
            yield from self._settled(doubt, seen)
            doubt = None
            if seen.canonical is None:
                yield Finding("REMOVED", f"row {seen.seq} is gone; seal {seen.position} was made over it")
            elif known and (computed := chain.link(previous, seen.canonical)) != seen.hash:
                doubt = Doubt(seen, previous, computed)
            yield from self._compare(seen)
            previous, expected, known = seen.hash, seen.position + 1, True
            self.rows, self.last = self.rows + 1, seen.position
        yield from self._settled(doubt, None)
        yield from self._exchanged()

    def _settled(self, doubt: Doubt | None, after: Seen | None) -> Iterator[Finding]:
        """Event or seal: the seal after it was made from the hash that was true."""
        if doubt is None:
            return
        position, seq = doubt.seen.position, doubt.seen.seq
        if after is not None and after.canonical is not None and chain.link(doubt.computed, after.canonical) == after.hash:
            yield Finding("SEAL_CHANGED", f"seal {position} (of row {seq}) was changed: it does not follow from seal {position - 1}")
            return
        if len(self._changed) < STEP:
            self._changed.append(doubt)
        yield Finding("CHANGED", f"row {seq} is not what seal {position} was made over")

    def _exchanged(self) -> Iterator[Finding]:
        """Changed rows that hold what another one held."""
        bodies = {_body(doubt.seen.canonical): doubt.seen.seq for doubt in self._changed}
        if len(bodies) > STEP // 50:
            return
        for doubt in self._changed:
            for body, seq in bodies.items():
                if seq != doubt.seen.seq and chain.link(doubt.previous, f"[{doubt.seen.seq}, {body}") == doubt.seen.hash:
                    yield Finding("EXCHANGED", f"row {seq} holds what was row {doubt.seen.seq}")

    # The anchors ----------------------------------------------------------------------------------------------

    def _advance(self) -> Iterator[Finding]:
        """On to the next anchor that binds."""
        self._next = None
        for found, binds in self._anchors:
            if isinstance(found, Damaged):
                yield Finding("ANCHOR", f"anchors {found.file} line {found.line}: {found.why}")
            elif not binds:
                self.given_up += 1
            elif found.position:
                self._next = found
                return

    def _compare(self, seen: Seen) -> Iterator[Finding]:
        if seen.seq <= self._decided:
            yield Finding("INSERTED", f"row {seen.seq} was sealed as {seen.position}, after everything to row {self._decided} was done")
        while self._next is not None and self._next.position <= seen.position:
            anchor = self._next
            if anchor.position == seen.position:
                if anchor.hash != seen.hash.hex() and not self._rewritten:
                    self._rewritten = True
                    yield Finding("REWRITTEN", f"seal {seen.position} is not what was anchored at {anchor.at:%Y-%m-%d %H:%M:%S}; nor is what follows")
                self._decided = max(self._decided, anchor.decided)
            self._anchored = anchor.position
            yield from self._advance()
        if self._next is None and seen.position > self._anchored and self._unanchored is None:
            self._unanchored = seen.at

    def _cut_off(self) -> Iterator[Finding]:
        """What was anchored beyond the last seal."""
        first = self._next
        if first is None:
            return
        last = first
        while self._next is not None:
            last = self._next
            yield from self._advance()
        self._decided = max(self._decided, last.decided)
        yield Finding(
            "CUT_OFF", f"seals {self.last + 1} to {last.position} (row {last.seq}) were anchored at {last.at:%Y-%m-%d %H:%M:%S} and are gone"
        )

    # What has no seal -----------------------------------------------------------------------------------------

    def _without_seal(self) -> Iterator[Finding]:
        """Up to what is decided, every row has one."""
        for start in range(_first_seq() - 1, self._decided, WINDOW):
            with connection.cursor() as cursor:
                cursor.execute(_NO_SEAL, [start, min(start + WINDOW, self._decided)])
                found = [seq for (seq,) in cursor.fetchall()]
            for seq in found:
                yield Finding("INSERTED", f"row {seq} has no seal: it was put in, or its seal was taken away")

    def _behind(self) -> Iterator[Finding]:
        if self._at is None:
            return
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, [self._decided])
            waiting, since = cursor.fetchone()
        if waiting and self._at - since > LATE:
            yield Finding("BEHIND", f"{waiting} rows since {since:%Y-%m-%d %H:%M:%S} have no seal yet: the sealer stands still")
        if self._folder is not None and self._unanchored is not None and self._at - self._unanchored > LATE:
            yield Finding("BEHIND", f"seals after {self._anchored} have no anchor: the anchors were cut off, or cannot be written")


def _seals() -> Iterator[Seen]:
    """Every seal up to the last one as it is now."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_SEALS, [after, STEP])
            found: Sequence[Any] = cursor.fetchall()
        for position, seq, digest, canonical, at in found:
            yield Seen(position, seq, bytes(digest), canonical, at)
        if len(found) < STEP:
            return
        after = found[-1][0]


def _first_seq() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(seq), 1) FROM audit_auditevent")
        return int(cursor.fetchone()[0])


def _body(canonical: str | None) -> str:
    """An event without its number."""
    return (canonical or "").partition(", ")[2]
