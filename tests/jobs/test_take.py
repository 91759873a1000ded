"""Taking a chunk takes one, however PostgreSQL chooses to do it."""

from datetime import date

import pytest
from django.db import connection

from kwsp_portal import jobs
from kwsp_portal.jobs.enums import ChunkState
from kwsp_portal.jobs.models import Chunk, Run
from tests.conftest import owner_connection
from tests.jobs import programmes

ON = date(2026, 11, 16)
assert programmes.EFFECT


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows_at_analyze", [0, 1, 2, 50])
def test_one_lease_takes_one_chunk_whatever_the_planner_believes(rows_at_analyze: int) -> None:
    """A planner that believes the table to hold a single row once joined it the other way round and took all chunks at once."""
    jobs.open_run(programme="test_effect", period="before", chunks=[{}] * rows_at_analyze, on=ON)
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE jobs_chunk")
        cursor.execute("VACUUM ANALYZE jobs_run")
    Chunk.objects.all().delete()
    Run.objects.all().delete()
    jobs.open_run(programme="test_effect", period="after", chunks=[{}, {}, {}], on=ON)

    taken = [jobs.take(["test_effect"]) for _ in range(4)]

    assert [lease and lease.chunk_no for lease in taken] == [1, 2, 3, None]
    assert len({lease.token for lease in taken if lease}) == 3
    assert set(Chunk.objects.values_list("state", "attempts")) == {(ChunkState.RUNNING, 1)}
