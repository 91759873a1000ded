"""What a manifest says of a database, read in one snapshot."""

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from kwsp_portal.jobs import calendar
from members.ledger import work as ledger


@dataclass(frozen=True, kw_only=True)
class Facts:
    business_date: date
    last_booked: date | None
    entries: int
    migrations: list[str]
    server: dict[str, Any]


@contextmanager
def snapshot() -> Iterator[tuple[Facts, str]]:
    """The facts, and the name of a snapshot that shows a `pg_dump` exactly the same; it lasts as long as the block."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
        yield read(), name


def read() -> Facts:
    return Facts(
        business_date=calendar.current(),
        last_booked=ledger.last_booked_day(),
        entries=entries(),
        migrations=sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        server=_server(),
    )


def entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry")
        return int(cursor.fetchone()[0])


def _server() -> dict[str, Any]:
    """Version, system identifier and the locale that the database must have again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, (SELECT system_identifier::text FROM pg_control_system()), "
            "pg_encoding_to_char(encoding), to_jsonb(d)::text FROM pg_database d WHERE datname = current_database()"
        )
        version, system, encoding, row = cursor.fetchone()
    found = json.loads(row)
    return {
        "version": version,
        "system": system,
        "encoding": encoding,
        "provider": found["datlocprovider"],
        "collate": found["datcollate"],
        "ctype": found["datctype"],
        "locale": found.get("datlocale") or found.get("daticulocale"),
    }


def portal_version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def on_disk() -> set[str]:
    """The migrations that this code knows."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
