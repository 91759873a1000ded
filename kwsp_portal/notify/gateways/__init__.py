"""Ways out of the house. A gateway takes one message and says what became of it; it never raises for what the other side does."""

from datetime import datetime
from typing import NamedTuple, Protocol


class Outgoing(NamedTuple):
    """What a provider needs. `key` makes a second call harmless; after `expires_at` it shall not deliver any more."""

    key: str
    to: str
    subject: str
    body: str
    expires_at: datetime | None


class Taken(NamedTuple):
    """The provider has it, under its own reference."""

    reference: str = ""


class Refused(NamedTuple):
    """It will never take this one."""

    reason: str


class NotNow(NamedTuple):
    """Nobody knows whether it was taken: call again, with the same key. `down`: the others would fare no better now."""

    reason: str
    down: bool = False


Outcome = Taken | Refused | NotNow


class Gateway(Protocol):
    """Made for one batch, and closed after it."""

    def send(self, message: Outgoing) -> Outcome: ...

    def close(self) -> None: ...
