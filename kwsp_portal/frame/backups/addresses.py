"""Who connects to PostgreSQL for what, as libpq's parameters, from the environment's addresses.

The owner (DATABASE_OWNER_URL) dumps and restores; DATABASE_ADMIN_URL may make databases and end sessions (else the owner tries);
DATABASE_REPLICATION_URL may copy the cluster and its WAL. Each leads to the database that Django itself uses.
"""

from collections.abc import Mapping
from typing import Any, Final

import environ
import psycopg2
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _
from psycopg2.extensions import parse_dsn

from kwsp_portal.frame.backups.trouble import Trouble

Params = dict[str, str]

VARIABLES: Final = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "channel_binding": "PGCHANNELBINDING",
}
"""Programs get a password in their environment: an argument could be read by everybody on the machine."""


def owner() -> Params:
    return _parsed(settings.DATABASE_OWNER_URL)


def admin() -> Params:
    return _parsed(settings.DATABASE_ADMIN_URL or settings.DATABASE_OWNER_URL)


def app() -> Params:
    """As Django connects."""
    known = connection.settings_dict
    found = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "password": known["PASSWORD"], "dbname": known["NAME"]}
    options = {name: value for name, value in known.get("OPTIONS", {}).items() if name in VARIABLES}
    return {name: str(value) for name, value in {**found, **options}.items() if value}


def replication() -> Params:
    """Raises Trouble where no address is set."""
    if not settings.DATABASE_REPLICATION_URL:
        raise Trouble(_("DATABASE_REPLICATION_URL tidak ditetapkan: alamat peranan dengan hak REPLICATION diperlukan untuk sandaran jenis base."))
    return _parsed(settings.DATABASE_REPLICATION_URL)


def _parsed(url: str) -> Params:
    """libpq knows two of the schemes that django-environ reads."""
    if not url:
        return app()
    scheme, _colon, rest = url.partition("://")
    if scheme not in environ.Env.DB_SCHEMES or "postgresql" not in environ.Env.DB_SCHEMES[scheme]:
        raise Trouble(_("Alamat pangkalan data bermula dengan %(found)s, dijangka postgres://."), found=f"{scheme}://")
    return {**parse_dsn(f"postgresql://{rest}"), "dbname": str(connection.settings_dict["NAME"])}


def as_environment(params: Mapping[str, str]) -> dict[str, str]:
    return {VARIABLES[name]: value for name, value in params.items() if name in VARIABLES}


def connect(params: Mapping[str, str]) -> Any:
    """A connection outside Django, each statement its own transaction. Raises Trouble in libpq's words."""
    try:
        opened = psycopg2.connect(**params, connect_timeout=10)
    except psycopg2.OperationalError as error:
        raise unreachable(params, error) from error
    opened.autocommit = True
    return opened


def unreachable(params: Mapping[str, str], error: psycopg2.Error) -> Trouble:
    return Trouble(
        _("Tidak dapat menyambung sebagai %(user)s ke %(database)s: %(reason)s"),
        user=params.get("user", "-"),
        database=params.get("dbname", "-"),
        reason=" ".join(str(error).split()),
    )
