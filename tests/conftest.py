"""The harness: real PostgreSQL with the real roles. Tables are made by kwsp_owner; tests run as kwsp_app.

Without DATABASE_URL (`pytest tests/statute`) everything that needs a database errors out, and the rest runs.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from typing import Any

import environ
import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.utils import translation
from psycopg2 import errors

from kwsp_portal.audit import services as audit

MIGRATIONS = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "*/enums.py",
    "*/*/enums.py",
    "kwsp_portal/fields.py",
    "kwsp_portal/encryption.py",
    "requirements.lock",
    "tests/conftest.py",
)
OWNER = environ.Env.db_url_config(os.environ.get("DATABASE_OWNER_URL", "postgres:///kwsp"))


@contextmanager
def owner_connection(name: str) -> "Iterator[psycopg2.extensions.connection]":
    """A connection as kwsp_owner, for what tests do behind the portal's back."""
    host = OWNER["HOST"] or OWNER.get("OPTIONS", {}).get("host")
    owner = psycopg2.connect(dbname=name, user=OWNER["USER"], password=OWNER["PASSWORD"], host=host, port=OWNER["PORT"] or None)
    owner.autocommit = True
    try:
        yield owner
    finally:
        owner.close()


def pytest_collection_finish() -> None:
    """Programs and tests stay to the end: Python need not go through them for garbage again and again, a tenth of all processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database of its own for the run, named by KWSP_TEST_DB: a copy of KWSP_TEST_TEMPLATE, or of one that has all migrations. The suite then
    connects as kwsp_app."""
    name = os.environ.get("KWSP_TEST_DB", f"test_kwsp_{os.getpid()}")
    template = os.environ.get("KWSP_TEST_TEMPLATE", "")
    app = dict(settings.DATABASES["default"])
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _copy(template or make_template(), name)
        if not template:
            _connect_as({**_as_owner(), "NAME": name})
            emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        _connect_as({**app, "NAME": name})
        with owner_connection(name) as owner, owner.cursor() as cursor:
            _SCHEMA[name] = _schema(cursor)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
    drop_database(name)


def _as_owner() -> dict[str, object]:
    return {**settings.DATABASES["default"], **{key: OWNER[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}}


def template_name() -> str:
    """It changes with the migrations and with what they use."""
    made_of = sorted({path for pattern in MIGRATIONS for path in settings.BASE_DIR.glob(pattern)})
    mark = sha256(b"".join(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes() for path in made_of)).hexdigest()
    return f"kwsp_migrated_{mark[:16]}"


def make_template() -> str:
    """A migrated database that stays in the cluster until its name changes: migrations take longer than most runs. Django is left connected as the
    owner."""
    name = template_name()
    with owner_connection("postgres") as admin, admin.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('tests.template'))")
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'kwsp\\_migrated\\_%'")
        there = [row[0] for row in cursor.fetchall()]
        if name not in there:
            for old in there:
                drop_database(old)
            cursor.execute("CREATE DATABASE kwsp_migrated_half")
            _connect_as({**_as_owner(), "NAME": "kwsp_migrated_half"})
            call_command("migrate", verbosity=0, interactive=False)
            _number_tables_apart()
            connection.close()
            cursor.execute(f'ALTER DATABASE kwsp_migrated_half RENAME TO "{name}"')
    return name


def _number_tables_apart() -> None:
    """Each table counts from a number of its own: no test passes or fails because two of them happened to give the same number, or a small one."""
    with connection.cursor() as cursor:
        # Not the numbers that mean something: of members, of employers, of rows of the trail.
        cursor.execute(
            "SELECT d.objid::regclass::text FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
            " WHERE d.deptype = 'i' AND a.attname = 'id' ORDER BY 1"
        )
        for place, (sequence,) in enumerate(cursor.fetchall()):
            cursor.execute(f"ALTER SEQUENCE {sequence} START {100_000 + 1_000 * place} RESTART")


def _copy(template: str, name: str) -> None:
    drop_database(name)
    with owner_connection("postgres") as admin, admin.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


_SESSIONS_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL"


def drop_database(name: str) -> None:
    """With the sessions that tests left behind. Not by FORCE: that asks for the right to end autovacuum's worker as well, which kwsp_owner has not;
    DROP DATABASE alone ends that worker itself, and waits five seconds for whoever is on their way out."""
    with owner_connection("postgres") as admin, admin.cursor() as cursor:
        for attempt in range(10):
            try:
                cursor.execute(_SESSIONS_END, [name])
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            except errors.ObjectInUse:
                if attempt == 9:
                    raise
            else:
                return


def _connect_as(values: dict[str, object]) -> None:
    connection.close()
    settings.DATABASES["default"].update(values)
    connection.settings_dict.update(values)


def _empty_tables(self: TransactionTestCase) -> None:
    """Django would TRUNCATE as kwsp_app, which may not: the owner empties them, with the guards off for one transaction.

    A thread or process that a test left behind may still hold a lock: it is given a moment, then its connection is ended.
    """
    connections.close_all()
    name = connection.settings_dict["NAME"]
    with owner_connection(name) as owner, owner.cursor() as cursor:
        for attempt in range(5):
            try:
                _empty(cursor)
                break
            except (errors.DeadlockDetected, errors.LockNotAvailable):
                cursor.execute("ROLLBACK")
                if attempt:
                    _end_other_connections(name)
        else:
            _empty(cursor)
        left = sorted(_schema(cursor) ^ _SCHEMA[name])
    assert not left, f"this test leaves the schema otherwise than it found it: {left}"


_SCHEMA: dict[str, set[str]] = {}
"""As migrations left it, by the database's name."""


def _schema(cursor: "psycopg2.extensions.cursor") -> set[str]:
    """Guards and whether they are on, constraints, indexes, and who may what: damage that a test planted would be met by whichever test follows."""
    cursor.execute(
        "SELECT format('guard %s of %s: %s', tgname, tgrelid::regclass, tgenabled) FROM pg_trigger WHERE NOT tgisinternal"
        " UNION ALL SELECT format('constraint %s of %s: %s', conname, conrelid::regclass, convalidated) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
        " UNION ALL SELECT format('%s %s: %s', relkind, relname, relacl) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    )
    return {row[0] for row in cursor.fetchall()}


COUNTERS_ANEW = """
SELECT setval(seqrelid, seqstart, false)
FROM pg_sequence JOIN pg_depend ON objid = seqrelid AND classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
WHERE attname <> 'id' AND refobjid <> ALL (%s::regclass[]) AND pg_sequence_last_value(seqrelid) IS NOT NULL
"""
"""As TRUNCATE RESTART IDENTITY does, but for ids: the bank and whoever else outlives a test would take its row for an earlier test's."""
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
DELETES, TRUNCATES = 8, 32
"""Bits of pg_trigger.tgtype."""
LARGE_BYTES = 4 * 1024 * 1024


def _empty(cursor: "psycopg2.extensions.cursor") -> None:
    """Rows of filled tables are deleted, which takes a third of a TRUNCATE of all: most tests fill a fifth of the tables with a few rows each."""
    cursor.execute("SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    sizes = {f'"{name}"': size for name, size in cursor.fetchall() if name not in KEPT}
    # Sizes are known without a look at the tables, which a new connection does not know yet.
    used = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table, size in sizes.items() if size]
    filled = []
    if used:
        cursor.execute(" UNION ALL ".join(used))
        filled = [row[0] for row in cursor.fetchall()]
    cursor.execute("BEGIN")
    cursor.execute("SET LOCAL lock_timeout = '5s'")
    if sum(sizes.values()) > LARGE_BYTES:
        _truncate(cursor, list(sizes))
    elif filled:
        _delete(cursor, filled)
    cursor.execute(COUNTERS_ANEW, [list(KEPT)])
    cursor.execute("COMMIT")


def _delete(cursor: "psycopg2.extensions.cursor", tables: list[str]) -> None:
    """In any order: references are looked at when all rows are gone, and before the guards can be put back."""
    with _unguarded(cursor, tables, DELETES):
        cursor.execute("; ".join(["SET CONSTRAINTS ALL DEFERRED", *(f"DELETE FROM {table}" for table in tables), "SET CONSTRAINTS ALL IMMEDIATE"]))


def _truncate(cursor: "psycopg2.extensions.cursor", tables: list[str]) -> None:
    with _unguarded(cursor, tables, TRUNCATES):
        cursor.execute(f"TRUNCATE {', '.join(tables)}")


@contextmanager
def _unguarded(cursor: "psycopg2.extensions.cursor", tables: list[str], event: int) -> Iterator[None]:
    """Guards against the event are off inside."""
    cursor.execute(
        "SELECT format('ALTER TABLE %%s %%%%s TRIGGER %%I', tgrelid::regclass, tgname) FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgtype & %s <> 0 AND tgrelid = ANY (%s::regclass[])",
        [event, tables],
    )
    guards = [row[0] for row in cursor.fetchall()]
    if guards:
        cursor.execute("; ".join(guard % "DISABLE" for guard in guards))
    yield
    if guards:
        cursor.execute("; ".join(guard % "ENABLE ALWAYS" for guard in guards))


def _end_other_connections(name: str) -> None:
    """kwsp_app may end its own role's connections."""
    app = psycopg2.connect(**connection.get_connection_params())
    app.autocommit = True
    with closing(app), app.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
            [name],
        )


UNDEFINED = "«undefined: "
"""What settings.test writes for a word that nobody gave."""
TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _pages_know_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page of ours that any test is shown asks for a word that its view does not give, not even inside an attribute. (Django's admin does.)"""
    asked = Client.request

    def request(self: Client, **more: Any) -> Any:
        response = asked(self, **more)
        ours = "/admin/" not in response.request["PATH_INFO"]
        if ours and response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            page = response.content.decode(errors="replace")
            assert UNDEFINED not in page, (response.request["PATH_INFO"], page[page.index(UNDEFINED) :][:80])
        return response

    monkeypatch.setattr(Client, "request", request)


@pytest.fixture(autouse=True)
def _malay() -> None:
    """A request leaves its language active in the thread: each test begins in the portal's own."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _refusals_end_with_their_test(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is kept on a connection of its own and would outlive a test that only rolls back: there it shares the test's."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (marker is not None and marker.kwargs.get("transaction"))
    # Many tests come to the database through a fixture only, without the mark.
    if not commits and (marker is not None or "db" in request.fixturenames):
        monkeypatch.setattr(audit, "_insert_apart", lambda event: event.save(force_insert=True))
