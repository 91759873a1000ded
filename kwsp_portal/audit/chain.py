"""What a seal is over: an event's canonical bytes, chained by SHA-256.

Sealer and verifier ask PostgreSQL for the same expression, written out in each query: a function kept in the database could be replaced by
whoever damages rows there.
"""

import hashlib
from typing import Final

CANONICAL: Final = (
    "json_build_array(e.seq, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor, e.actor_id, e.action, e.target, e.refused, "
    "e.data::text, e.ip::text, e.subjects)::text"
)
"""An event `e` as text: every column, the moment in microseconds since 1970. `seq` stands first, so that what follows it is the event alone."""

GENESIS: Final = bytes(32)
"""What stands before the first seal."""


def link(previous: bytes, canonical: str) -> bytes:
    """The hash of the seal that follows `previous`."""
    return hashlib.sha256(previous + canonical.encode()).digest()
