"""What the frame's part of kwsp_portal.jobs is: the nightly verification of the trail, and in the demo the making of its population."""

from django.conf import settings

from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.frame import trail_check
from kwsp_portal.frame.population import making
from kwsp_portal.jobs import registry


@jobs.programme(trail_check.PROGRAMME, lease_seconds=trail_check.LEASE_SECONDS)
def verify_audit(lease: jobs.Lease) -> None:
    """The whole trail, each business day."""
    trail_check.check(lease=lease, at=clock.now())


jobs.schedule(trail_check.PROGRAMME, when=registry.daily)(trail_check.plan)

if settings.DEMO:
    # A market is one transaction of up to a minute, more on a busy machine; that its worker is gone is seen by the lock, not by these.
    @jobs.programme(making.PROGRAMME, urgency=9, lease_seconds=1_800, idle_seconds=600, pauses=(0, 0))
    def make_market(lease: jobs.Lease) -> None:
        """Make one market of the population."""
        making.make_market(lease=lease)
