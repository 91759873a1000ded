"""For the machine that runs the portal: does the process answer, and has it all that it needs."""

import functools
import logging
from collections.abc import Callable
from typing import Any

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.identity import gates

CONNECT_SECONDS = 2
STATEMENT_MILLISECONDS = 2000

log = logging.getLogger(__name__)


class NotReady(Exception):
    """Something the portal needs does not answer as it should."""


@gates.public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nobody else: a broken database must not make the supervisor kill every process."""
    return JsonResponse({"status": "ok"})


@gates.public
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker, migrations, receiver of WAL: 200 when all are fine, else 503 with the parts that are not. Reasons go to the log only."""
    found = {name: _outcome(name, check) for name, check in CHECKS.items()}
    ready = all(outcome == "ok" for outcome in found.values())
    return JsonResponse({"status": "ok" if ready else "unavailable", "checks": found}, status=200 if ready else 503)


def _outcome(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except (psycopg2.Error, redis.RedisError, OSError, NotReady) as reason:
        log.warning("not ready: %s: %s", name, reason)
        return "failed"
    return "ok"


def _query(sql: str) -> list[tuple[Any, ...]]:
    """On a connection of its own with short limits: a hanging database must not hang the question."""
    params = {key: value for key, value in connection.get_connection_params().items() if key not in {"cursor_factory", "options", "connect_timeout"}}
    own = psycopg2.connect(**params, connect_timeout=CONNECT_SECONDS, options=f"-c statement_timeout={STATEMENT_MILLISECONDS}")
    try:
        with own.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    finally:
        own.close()


def database() -> None:
    _query("SELECT 1")


def broker_address() -> str:
    """Celery writes a socket as `redis+socket://`, redis-py as `unix://`."""
    address: str = settings.CELERY_BROKER_URL
    return address.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=")


def broker() -> None:
    with redis.Redis.from_url(broker_address(), socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS) as client:
        client.ping()


@functools.cache
def _expected() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def migrations() -> None:
    """Every migration on disk is applied."""
    missing = _expected() - set(_query("SELECT app, name FROM django_migrations"))
    if missing:
        raise NotReady(f"migrations not applied: {sorted(missing)}")


def archive() -> None:
    """Where commits wait for a receiver of WAL (docs/operations.md), there is one; and none of ours has waited long."""
    wanted, received, waiting = _query(
        "SELECT current_setting('synchronous_standby_names') <> '', (SELECT count(*) FROM pg_replication_slots WHERE active), "
        "(SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND state_change < clock_timestamp() - interval '5 seconds')"
    )[0]
    if wanted and (not received or waiting):
        raise NotReady(f"commits wait for the receiver of WAL: {received} receivers, {waiting} commits waiting")


CHECKS: dict[str, Callable[[], None]] = {"database": database, "broker": broker, "migrations": migrations, "archive": archive}
