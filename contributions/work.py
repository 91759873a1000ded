"""The programmes of contributions on kwsp_portal.jobs: each handler takes its chunk's payload and calls one service."""

from contributions.services import reading
from kwsp_portal.jobs import registry
from kwsp_portal.jobs.lease import Lease


@registry.programme(reading.PROGRAMME, on_failed=reading.give_up)
def read_filing(lease: Lease) -> None:
    """Read one uploaded Borang A."""
    reading.read(filing_id=lease.payload["filing"], lease=lease)
