"""`/healthz` is the process, `/readyz` is what it needs (contract.md)."""

import os
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, connections
from django.test import Client

from kwsp_portal.devstack import process
from kwsp_portal.frame import health


def test_healthz_asks_nobody(client: Client) -> None:
    """No database mark: a query would fail."""
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.fixture
def broker_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.CHECKS, "broker", lambda: None)


@pytest.mark.django_db
def test_readyz_is_ok_when_all_is_there(client: Client, broker_answers: None) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "checks": {"database": "ok", "broker": "ok", "migrations": "ok", "archive": "ok"}},
    )


@pytest.mark.django_db
def test_readyz_names_the_broker_that_is_gone_and_does_not_wait_for_it(client: Client, settings: object) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    began = time.monotonic()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "broker": "failed", "migrations": "ok", "archive": "ok"}
    assert time.monotonic() - began < 3 * health.CONNECT_SECONDS


@pytest.mark.django_db
def test_readyz_names_the_database_that_is_gone(client: Client, broker_answers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {**connection.get_connection_params(), "port": "1", "host": "127.0.0.1"}
    monkeypatch.setattr(connections["default"], "get_connection_params", lambda: gone)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "failed", "broker": "ok", "migrations": "failed", "archive": "failed"}


@pytest.mark.django_db
def test_readyz_names_migrations_that_are_missing(client: Client, broker_answers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_expected", lambda: frozenset({("members", "0999_from_tomorrow")}))

    assert client.get("/readyz").json()["checks"]["migrations"] == "failed"


@pytest.fixture
def nobody_receives() -> Iterator[None]:
    """PostgreSQL waits for a receiver of WAL that is not there: the real setting, on the test's own server."""
    admin = psycopg2.connect(os.environ["DATABASE_ADMIN_URL"])
    admin.autocommit = True
    with closing(admin), admin.cursor() as cursor:

        def wait_for(name: str) -> None:
            cursor.execute("ALTER SYSTEM SET synchronous_standby_names = %s", [name])
            cursor.execute("SELECT pg_reload_conf()")
            process.wait_until(lambda: health._query("SELECT current_setting('synchronous_standby_names')")[0][0] == name, seconds=10)

        wait_for("kwsp_vault")
        try:
            yield
        finally:
            wait_for("")


@pytest.mark.django_db
def test_readyz_says_that_commits_wait_for_the_receiver_of_wal(client: Client, broker_answers: None, nobody_receives: None) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "broker": "ok", "migrations": "ok", "archive": "failed"}


@pytest.mark.parametrize(
    ("address", "client_address"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis+socket:///run/valkey.sock", "unix:///run/valkey.sock"),
        ("redis+socket:///run/valkey.sock?virtual_host=3", "unix:///run/valkey.sock?db=3"),
    ],
)
def test_celery_s_way_of_writing_the_broker_is_understood(
    settings: object, monkeypatch: pytest.MonkeyPatch, address: str, client_address: str
) -> None:
    asked: list[str] = []
    settings.CELERY_BROKER_URL = address  # type: ignore[attr-defined]
    monkeypatch.setattr(health.redis.Redis, "ping", lambda self: asked.append(self.connection_pool.connection_kwargs))

    health.broker()

    assert health.broker_address() == client_address
    assert asked
