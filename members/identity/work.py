"""What the sweeper does for identity now and then (kwsp_portal.jobs)."""

from collections.abc import Mapping
from datetime import date

from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.notify import kinds
from members.identity import asks, drafts, email_changes, factors, invitations, notices, recovery, sessions, tac_limits, tac_messages

HOUR = 3600
DAY = 24 * HOUR

jobs.periodic("identity.tac", DAY, lambda: tac_limits.prune(at=clock.now()))
jobs.periodic("identity.drafts", HOUR, lambda: drafts.forget_old(at=clock.now()))
jobs.periodic("identity.sessions", HOUR, lambda: sessions.forget_lapsed(at=clock.now()))
tac_messages.register()
notices.register()
jobs.periodic("identity.recovery", DAY, lambda: asks.forget(at=clock.now()))
jobs.periodic("identity.emails", HOUR, lambda: email_changes.forget_expired(at=clock.now()))
for _code, _kind in (recovery.KINDS | factors.KINDS | email_changes.KINDS).items():
    kinds.register(_code, _kind)


@jobs.batch("expire_activations")
def expire_activations(on: date) -> Mapping[str, int]:
    """Invitations whose thirtieth day is over (ruling 28)."""
    return invitations.expire(on=on, at=clock.now())


jobs.periodic("identity.expire_activations", HOUR, lambda: expire_activations(clock.business_date()))
for _code, _kind in invitations.KINDS.items():
    kinds.register(_code, _kind)
