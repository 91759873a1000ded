"""A database of the benchmarks' own, beside the one that DATABASE_URL names: migrated, with a register of a million members and nothing else.

It is kept and used again, since it takes minutes to make: each benchmark works in a copy (`fresh`) and leaves nothing to the next. Nothing in the
given database is read or changed.
"""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit, urlunsplit

import django
import environ
import psycopg2
from psycopg2 import errors

NAME = "kwsp_bench"
MEMBERS = 1_000_000
URLS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_AUDIT_URL")
FIRST_NUMBER = 10_000_000

# Members born from 1970 to 2000, every tenth no citizen; the identity number is made of birth date and serial.
_REGISTER = """
INSERT INTO members_member (id, number, name, name_key, identity_kind, identity_number, birth_date, sex, religion, phone, address, home_address,
                            member_since)
SELECT n, lpad((%(first)s + n)::text, 8, '0'), 'PEKERJA NOMBOR ' || n, 'PEKERJANOMBOR' || n, 'MYKAD',
       to_char(born, 'YYMMDD') || lpad((n %% 1000000)::text, 6, '0'), born, CASE WHEN n %% 2 = 0 THEN 'FEMALE' ELSE 'MALE' END, 'UNKNOWN',
       '', '', '', DATE '2015-01-01'
  FROM generate_series(1, %(members)s) AS n, LATERAL (SELECT DATE '1970-01-01' + (n * 7 %% 11000)::int AS born) AS birth;
INSERT INTO members_citizenshipperiod (member_id, status, from_date)
SELECT id, CASE WHEN id %% 10 = 0 THEN 'NON_CITIZEN' ELSE 'CITIZEN' END, birth_date FROM members_member;
SELECT setval(pg_get_serial_sequence('members_member', 'id'), %(members)s);
"""


def prepare(*, members: int = MEMBERS) -> None:
    """Make the database if it is not there, point this process at it, start Django. Call before importing models; then work in a `fresh` copy.

    A register of fewer members is a database of its own: the large one takes minutes, and the others want it whole.
    """
    name = NAME if members == MEMBERS else f"{NAME}_{members}"
    maintenance = _at(os.environ["DATABASE_OWNER_URL"], "postgres")
    with owner(maintenance) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        there = cursor.fetchone() is not None
    for variable in URLS:
        if variable in os.environ:
            os.environ[variable] = _at(os.environ[variable], name)
    if there and _worked_in():
        drop(maintenance, name)
        there = False
    if not there:
        with owner(maintenance) as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    _migrate()
    _fill(members)
    start()


def _at(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _worked_in() -> bool:
    """Whether it holds more than its register, as benchmarks of earlier versions left it: then it is made anew."""
    with owner_of_bench() as cursor:
        cursor.execute("SELECT to_regclass('employers_employer') IS NOT NULL")
        if cursor.fetchone() == (False,):
            return False
        cursor.execute("SELECT EXISTS (SELECT FROM employers_employer)")
        return bool(cursor.fetchone() == (True,))


def start() -> None:
    """Start Django on whatever database the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kwsp_portal.settings.dev")
    django.setup()


def _migrate() -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, env={**os.environ, "KWSP_DB_ROLE": "owner"})


def _fill(members: int) -> None:
    with owner_of_bench() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM members_member WHERE id = %s)", [members])
        if cursor.fetchone() == (True,):
            return
        cursor.execute("BEGIN")
        cursor.execute(_REGISTER, {"first": FIRST_NUMBER, "members": members})
        cursor.execute("COMMIT")
        cursor.execute("VACUUM ANALYZE members_member")
        cursor.execute("VACUUM ANALYZE members_citizenshipperiod")


@contextmanager
def fresh(name: str, *, empty: bool = False) -> Iterator[None]:
    """Points this process at a fresh database, after `start`, and drops it at the end: a ledger forgets nothing.

    A copy of the one that was prepared, or migrated from nothing where it is to be `empty`.
    """
    django_db = importlib.import_module("django.db")
    django_db.connections.close_all()
    before = django_db.connection.settings_dict["NAME"]
    urls = {variable: os.environ[variable] for variable in URLS if variable in os.environ}
    prepared = urlsplit(urls["DATABASE_OWNER_URL"]).path[1:]
    maintenance = _at(urls["DATABASE_OWNER_URL"], "postgres")
    drop(maintenance, name)
    with owner(maintenance) as cursor:
        cursor.execute(f"CREATE DATABASE {name}" + ("" if empty else f" TEMPLATE {prepared} STRATEGY FILE_COPY"))
    for variable, url in urls.items():
        os.environ[variable] = _at(url, name)
    django_db.connection.settings_dict["NAME"] = name
    try:
        if empty:
            _migrate()
        yield
    finally:
        django_db.connections.close_all()
        django_db.connection.settings_dict["NAME"] = before
        os.environ.update(urls)
        drop(maintenance, name)


def drop(maintenance: str, name: str) -> None:
    """Drops a database if it is there, with the sessions in it. Not by FORCE: see tests/conftest.py."""
    with owner(maintenance) as cursor:
        for attempt in range(10):
            try:
                cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL", [name])
                cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            except errors.ObjectInUse:
                if attempt == 9:
                    raise
            else:
                return


def owner_of_bench() -> "AbstractContextManager[psycopg2.extensions.cursor]":
    """A cursor as kwsp_owner in the benchmarks' database, after `prepare`."""
    return owner(os.environ["DATABASE_OWNER_URL"])


def backend() -> int:
    """The process of PostgreSQL that serves this process, after `start`. It works alone from now on, so that its seconds are all there are."""
    connection = importlib.import_module("django.db").connection
    connection.ensure_connection()
    connection.close_at = None  # however long the work takes, nobody takes another connection for its age
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        found: int = cursor.fetchone()[0]
    return found


@contextmanager
def owner(url: str) -> "Iterator[psycopg2.extensions.cursor]":
    """A cursor as kwsp_owner on a connection of its own, each statement committed."""
    place = environ.Env.db_url_config(url)
    host = place["HOST"] or place.get("OPTIONS", {}).get("host")
    connection = psycopg2.connect(dbname=place["NAME"], user=place["USER"], password=place["PASSWORD"], host=host, port=place["PORT"] or None)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
