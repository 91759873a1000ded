"""What the sweeper does for identity now and then (kwsp_portal.jobs)."""

from kwsp_portal import jobs
from kwsp_portal.common import clock
from members.identity import services

HOUR = 3600

jobs.periodic("identity.sessions", HOUR, lambda: services.forget_ended_sessions(at=clock.now()))
