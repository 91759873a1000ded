"""The engine's own batches, for `manage.py run_batch`."""

from collections.abc import Mapping
from datetime import date

from kwsp_portal.audit import sealer
from kwsp_portal.common import clock
from kwsp_portal.jobs import due, registry, sweeper

registry.periodic("audit.seal", 60, lambda: sealer.turn(at=clock.now()))


@registry.batch("sweep")
def sweep(on: date) -> Mapping[str, int]:
    """Work everything that is free, in this process, without Redis."""
    return sweeper.sweep().counts()


@registry.batch("look")
def look(on: date) -> Mapping[str, int]:
    """Open the runs that fell due to a date, and no further than the business date."""
    return {"opened": due.look(on)}
