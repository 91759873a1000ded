"""How JPN is asked and answers: JSON, signed on both ways with a key that both sides have (HMAC-SHA-256 over the moment and the body)."""

import hashlib
import hmac
from datetime import datetime
from typing import Final

HEADER: Final = "X-Signature"
PATH: Final = "/v1/persons"
BELIEVED_SECONDS: Final = 300
"""How old a signed message may be: an answer that was kept is not an answer to a question of today."""


def signature(body: bytes, *, at: datetime, key: str) -> str:
    """`t=<seconds>,v1=<hex>`."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={_digest(moment, body, key)}"


def is_signed(body: bytes, header: str, *, at: datetime, key: str) -> bool:
    """Whether the message was signed with the key, and lately."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    moment = parts.get("t", "")
    if not (moment.isascii() and moment.isdigit() and len(moment) < 12 and abs(at.timestamp() - int(moment)) <= BELIEVED_SECONDS):
        return False
    return hmac.compare_digest(_digest(moment, body, key).encode(), parts.get("v1", "").encode())


def _digest(moment: str, body: bytes, key: str) -> str:
    return hmac.new(key.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
