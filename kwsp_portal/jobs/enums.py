"""States of a run and of its chunks."""

from enum import StrEnum


class RunState(StrEnum):
    """OPEN is being worked; PAUSED hands out no chunk; DONE has every chunk done; FAILED has a parked one and no open one."""

    OPEN = "OPEN"
    PAUSED = "PAUSED"
    DONE = "DONE"
    FAILED = "FAILED"


class ChunkState(StrEnum):
    """WAITING may be taken; RUNNING is under a lease; DONE is committed with its work; DEAD is parked with its reason."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    DEAD = "DEAD"


OPEN_CHUNKS = (ChunkState.WAITING, ChunkState.RUNNING)
"""A run is over when none of its chunks is in one of these."""

URGENCY = 5
"""Of a programme that does not say: yearly and nightly work. Runs with a smaller number are worked first."""
