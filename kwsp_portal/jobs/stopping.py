"""A worker that was asked to end (SIGTERM) ends after the chunk in hand: nothing is lost, nothing counted (reliability.md C-18).

Celery tells its main process only; the chunks are worked in its children, which look at one byte of memory that all of them share.
"""

import mmap

from celery.signals import worker_shutting_down

_asked = mmap.mmap(-1, 1)


def asked() -> bool:
    """True once this worker was asked to end: take no further chunk."""
    return _asked[0] != 0


@worker_shutting_down.connect
def ask(**_signal: object) -> None:
    """Let this process and its children end after what they have in hand."""
    _asked[0] = 1


def forget() -> None:
    """As if nobody had asked, for tests."""
    _asked[0] = 0
