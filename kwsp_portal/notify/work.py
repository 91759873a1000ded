"""What the sweeper does for notify: what no bell and no messenger brought out, and `manage.py run_batch messages` without Redis."""

from collections.abc import Mapping
from datetime import date

from kwsp_portal import jobs
from kwsp_portal.notify import copies, delivery

SWEEP_SECONDS = 10
_LIMIT_SECONDS = 10.0

copies.register()
jobs.periodic("notify.deliver", SWEEP_SECONDS, lambda: delivery.deliver(limit_seconds=_LIMIT_SECONDS))


@jobs.batch("messages")
def messages(on: date) -> Mapping[str, int]:
    """Bring out every message that is due."""
    return delivery.deliver()
