"""Whose inbox a notice lies in, and what becomes of a message."""

from enum import StrEnum
from typing import NamedTuple


class Whose(StrEnum):
    """A member's, or an employer's (read by everybody who acts for it). The floor knows them by number only."""

    MEMBER = "MEMBER"
    EMPLOYER = "EMPLOYER"


class Inbox(NamedTuple):
    """A member's or employer's, by the id of its row."""

    whose: Whose
    whose_id: int


class Channel(StrEnum):
    """How a message leaves the house."""

    SMS = "SMS"
    EMAIL = "EMAIL"


class State(StrEnum):
    """QUEUED waits for a worker. SENT was taken by the provider; DELIVERED is what it reported. FAILED was given up, by us or by the
    provider. EXPIRED was not sent in time, or withdrawn, and is not sent any more. REFUSED will never be taken: the number, or too many for it."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    REFUSED = "REFUSED"
