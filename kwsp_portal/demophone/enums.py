"""The provider's words: states of a message, and the ways in which a provider may behave."""

from enum import StrEnum


class Channel(StrEnum):
    """What was handed over."""

    SMS = "SMS"
    EMAIL = "EMAIL"


class State(StrEnum):
    """WAITING is on its way; the others are its end. LOST is never heard of again."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    LOST = "LOST"


class Answer(StrEnum):
    """What the portal hears. NORMAL: taken. DOWN: 503. BUSY: 429. REFUSE: this number is never taken. SILENT: no answer, and nothing was taken.
    TAKEN_SILENTLY: no answer, though it was taken. GARBLED: an answer that nobody can read, though it was taken."""

    NORMAL = "NORMAL"
    DOWN = "DOWN"
    BUSY = "BUSY"
    REFUSE = "REFUSE"
    SILENT = "SILENT"
    TAKEN_SILENTLY = "TAKEN_SILENTLY"
    GARBLED = "GARBLED"


class Carriage(StrEnum):
    """What becomes of it on its way to the phone."""

    NORMAL = "NORMAL"
    LOSE = "LOSE"
    TWICE = "TWICE"
    FAIL = "FAIL"


class Reporting(StrEnum):
    """How the delivery report comes. FIRST: before the answer to the call. FORGED: signed with a wrong key, and no right one follows."""

    NORMAL = "NORMAL"
    FIRST = "FIRST"
    LATE = "LATE"
    NEVER = "NEVER"
    REPEATED = "REPEATED"
    FORGED = "FORGED"
