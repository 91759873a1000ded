"""What the frame's part of kwsp_portal.jobs is: the making of the demo's population, in the demo only."""

from django.conf import settings

from kwsp_portal import jobs
from kwsp_portal.frame.population import making

if settings.DEMO:
    # A market is one transaction of up to a minute, more on a busy machine; that its worker is gone is seen by the lock, not by these.
    @jobs.programme(making.PROGRAMME, urgency=9, lease_seconds=1_800, idle_seconds=600, pauses=(0, 0))
    def make_market(lease: jobs.Lease) -> None:
        """Make one market of the population."""
        making.make_market(lease=lease)
