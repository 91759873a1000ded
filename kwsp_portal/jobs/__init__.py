"""Work that waits in PostgreSQL: runs, chunks with leases, the due table. `from kwsp_portal import jobs`, then `jobs.open_run(...)`.

The names below are the whole interface. They are fetched on first use, because models cannot be imported while Django still
loads this package as an app.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kwsp_portal.jobs.control import pause, resume, retry, retry_parked
    from kwsp_portal.jobs.doorbell import ring
    from kwsp_portal.jobs.due import look
    from kwsp_portal.jobs.engine import open_run, take, work_some
    from kwsp_portal.jobs.failpoints import failpoint
    from kwsp_portal.jobs.lease import Lease, LeaseLost, Parked
    from kwsp_portal.jobs.registry import batch, periodic, programme, schedule
    from kwsp_portal.jobs.sweeper import sweep

_HOMES: Final = {
    "control": ("pause", "resume", "retry", "retry_parked"),
    "doorbell": ("ring",),
    "due": ("look",),
    "engine": ("open_run", "take", "work_some"),
    "failpoints": ("failpoint",),
    "lease": ("Lease", "LeaseLost", "Parked"),
    "registry": ("batch", "periodic", "programme", "schedule"),
    "sweeper": ("sweep",),
}

__all__ = [
    "Lease",
    "LeaseLost",
    "Parked",
    "batch",
    "failpoint",
    "look",
    "open_run",
    "pause",
    "periodic",
    "programme",
    "resume",
    "retry",
    "retry_parked",
    "ring",
    "schedule",
    "sweep",
    "take",
    "work_some",
]


def __getattr__(name: str) -> Any:
    """The public name, from the module that holds it."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
