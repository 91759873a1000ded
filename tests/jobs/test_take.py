"""Taking a chunk takes one, however PostgreSQL chooses to do it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction

from kwsp_portal import jobs
from kwsp_portal.jobs import engine
from kwsp_portal.jobs.enums import ChunkState
from kwsp_portal.jobs.models import Chunk, Run
from tests.conftest import owner_connection
from tests.jobs import programmes
from tests.jobs.threads import at_once

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


def opened(period: str, chunks: int = 1, programme: str = "test_effect") -> Run:
    return jobs.open_run(programme=programme, period=period, chunks=[{}] * chunks, on=ON)


def taken_runs(number: int) -> list[str]:
    leases = [jobs.take() for _ in range(number)]
    return [lease.period for lease in leases if lease]


@pytest.mark.django_db(transaction=True)
def test_what_somebody_waits_for_is_taken_before_a_long_run_and_otherwise_the_oldest_first(register: Callable[..., None]) -> None:
    register("a_million", print)
    register("a_payment", print, urgency=2)
    opened("long", 3, "a_million")
    opened("later", 1, "a_million")
    assert taken_runs(1) == ["long"]

    opened("paid", 2, "a_payment")

    assert taken_runs(6) == ["paid", "paid", "long", "long", "later"]


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_last_chunk_is_just_being_taken_does_not_hide_the_next() -> None:
    opened("first")
    opened("second")

    with transaction.atomic():
        assert taken_runs(1) == ["first"]
        assert at_once(1, lambda _: taken_runs(2)) == [["second"]]


@pytest.mark.django_db(transaction=True)
def test_open_runs_are_walked_in_order_and_no_further_than_needed() -> None:
    """However many runs are open, the first that serves ends the search, and an index gives their order and their chunks': no sort of them all."""
    for number in range(40):
        opened(str(number), 2)

    with transaction.atomic(), connection.cursor() as cursor:
        # What the planner believes of so small a table hangs on when it was last analysed.
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + engine._NEXT_RUN, {"names": ["test_effect"], "busy": []})
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "using chunk_open on jobs_chunk" in plan
    assert "Sort" not in plan
    assert "loops=40" not in plan
