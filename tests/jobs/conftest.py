from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from kwsp_portal import jobs
from kwsp_portal.jobs import doorbell, registry
from kwsp_portal.jobs.models import Chunk
from tests.conftest import owner_connection
from tests.jobs.programmes import EFFECT

Register = Callable[..., None]


@pytest.fixture(autouse=True)
def bell(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rings, heard here instead of at a broker."""
    rings: list[str] = []
    monkeypatch.setattr(doorbell, "_send", lambda programme, *_: rings.append(programme))
    return rings


@pytest.fixture(autouse=True)
def _nothing_else_falls_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the apps have scheduled is no part of what these tests count."""
    monkeypatch.setattr(registry, "schedules", {})


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Registers a programme for the time of a test."""

    def add(name: str, work: Any, **options: Any) -> None:
        monkeypatch.delitem(registry.programmes, name, raising=False)
        jobs.programme(name, **options)(work)
        work_of = registry.programmes.pop(name)
        monkeypatch.setitem(registry.programmes, name, work_of)

    return add


@pytest.fixture
def effects(transactional_db: None) -> Iterator[Callable[[], list[tuple[int, int]]]]:
    """The table that chunks of `test_effect` write to; call it for (chunk number, times), in order."""
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {EFFECT} (run_id bigint, chunk_no int)")

    def counted() -> list[tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT chunk_no, count(*) FROM {EFFECT} GROUP BY chunk_no ORDER BY chunk_no")
            return cursor.fetchall()

    yield counted
    connection.close()
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        cursor.execute(f"DROP TABLE {EFFECT}")


@pytest.fixture
def expire() -> Callable[[], None]:
    """Lets every lease be over, instead of waiting for it; and every pause before a next attempt."""

    def over() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {Chunk._meta.db_table} SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'")
            cursor.execute(f"UPDATE {Chunk._meta.db_table} SET not_before = NULL")

    return over
