"""The portal's roles and its database in an embedded cluster.

`kwsp_owner` owns the database and runs migrations; `kwsp_app` serves requests and jobs; `kwsp_audit` reads the reporting views.
What each may do to a table is granted by migrations. `kwsp_backup` copies the cluster and its WAL, and can connect to no database.
"""

from typing import Any

from psycopg2 import sql

from kwsp_portal.devstack.postgres import SUPERUSER, Postgres
from kwsp_portal.devstack.secrets_file import SecretsFile

DATABASE = "kwsp"
OWNER, APP, AUDIT = ROLES = ("kwsp_owner", "kwsp_app", "kwsp_audit")
BACKUP = "kwsp_backup"


def create(postgres: Postgres, secrets: SecretsFile, *, databases: bool) -> None:
    """Makes what is missing; may run at every start. With `databases` the owner may make more
    databases, as a test run does. Waits for no WAL receiver: that one signs in as a role made here."""
    connection = postgres.connect()
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = local")
            for role in (*ROLES, BACKUP):
                _role(cursor, role, secrets.get(role))
            cursor.execute(sql.SQL("ALTER ROLE {} {}").format(sql.Identifier(OWNER), sql.SQL("CREATEDB" if databases else "NOCREATEDB")))
            _database(cursor)
    finally:
        connection.close()


def _role(cursor: Any, role: str, password: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    cursor.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD %s").format(
            sql.SQL(verb), sql.Identifier(role), sql.SQL("REPLICATION" if role == BACKUP else "NOREPLICATION")
        ),
        [password],
    )


def _database(cursor: Any) -> None:
    """The database: the owner's; the two others may connect, and the app may stage in temporary tables."""
    name, owner, app, audit = (sql.Identifier(n) for n in (DATABASE, *ROLES))
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    if not cursor.fetchone():
        cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    cursor.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, app))
    cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, audit))


def urls(postgres: Postgres, secrets: SecretsFile) -> dict[str, str]:
    """The portal's three addresses under their environment variables."""
    variables = {"DATABASE_OWNER_URL": OWNER, "DATABASE_URL": APP, "DATABASE_AUDIT_URL": AUDIT}
    return {variable: postgres.address.url(user=role, password=secrets.get(role), database=DATABASE) for variable, role in variables.items()}


def operator_urls(postgres: Postgres, secrets: SecretsFile) -> dict[str, str]:
    """The two addresses for backup and restore; web and workers are never given them."""
    admin = postgres.address.url(user=SUPERUSER, password=secrets.get("postgres"), database="postgres")
    replication = postgres.address.url(user=BACKUP, password=secrets.get(BACKUP), database=DATABASE)
    return {"DATABASE_ADMIN_URL": admin, "DATABASE_REPLICATION_URL": replication}
