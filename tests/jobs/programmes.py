"""A programme whose only effect is a row in a table of the suite, so that "exactly once" can be counted. Worker processes import it too."""

from django.db import connection, transaction

from kwsp_portal import jobs
from kwsp_portal.jobs import registry

EFFECT = "jobs_test_effect"
GATE = 470047
"""The advisory lock that a chunk with `gate` waits for in the middle of its transaction, so that it can be met there."""


def write_effect(lease: jobs.Lease) -> None:
    """One row for the chunk, in the transaction that finishes the lease."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {EFFECT} (run_id, chunk_no) VALUES (%s, %s)", [lease.run_id, lease.chunk_no])
            if lease.payload.get("gate"):
                cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [GATE])
        jobs.failpoint("work.written")
        lease.finish()


if "test_effect" not in registry.programmes:
    jobs.programme("test_effect", lease_seconds=30)(write_effect)
