"""Bulk work without Python's collector of cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Within the block no cycles are looked for: rows by the hundred thousand make none, and looking for them among all that the process
    keeps costs as much as the work (docs/ledger.md). Afterwards the collector is as it was."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
