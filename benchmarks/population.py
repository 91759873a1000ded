"""`manage.py demo_data` in a database of its own: 1,000,000 members with 40,000 employers and one month within five minutes.

Measured at a tenth of that, to its last commit (the check of the ledger after it is benchmarks.checking's); KWSP_BENCH_POPULATION names another
size, as `1000000x40000x1`. The floor is COPY of the same rows, as PostgreSQL wrote them, into the same tables with their indexes, over
two connections: no triggers, no foreign keys, no CHECK or exclusion constraints, no rules, no people drawn.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks import database, harness

NAME = "kwsp_bench_population"
SIZE = os.environ.get("KWSP_BENCH_POPULATION", "100000x4000x1")
MEMBERS_A_SECOND = 1_000_000 / 300
ROWS_A_SECOND = 16_000
"""Of longer histories, by what crediting alone does (docs/benchmarks.md)."""
CONNECTIONS = 2
_SAID = re.compile(r"([\d,]+) members, ([\d,]+) employers, ([\d,]+) filings with ([\d,]+) rows .* in ([\d.]+) s")
_TABLES = (
    *("members_member", "members_citizenshipperiod", "employers_employer", "employers_employment", "employers_representative", "identity_user"),
    *("documents_storedfile", "contributions_filing", "contributions_filingrow", "contributions_filinglog", "contributions_payment"),
    *("contributions_paymentmessage", "audit_auditevent", "jobs_run", "jobs_chunk"),
    *("ledger_account", "ledger_balance", "ledger_entry", "ledger_posting"),
)
_EXCLUSIONS = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'x' AND conrelid::regclass::text LIKE 'floor_%'"


def measure() -> list[harness.Figure]:
    """The command once, then its floor on the rows that it made."""
    members, employers, months = (int(part) for part in SIZE.split("x"))
    with _database_of_its_own() as environ:
        said, peak = _made(environ, members, employers, months)
        print(said)
        floor = _floor(environ["DATABASE_OWNER_URL"])
    made = _SAID.search(said)
    assert made is not None, said
    people, rows, seconds = int(made[1].replace(",", "")), int(made[4].replace(",", "")), float(made[5])
    what = f"demo_data, {members:,} members x {employers:,} employers x {months}"
    note = f"{people / seconds:,.0f} members/s, {rows / seconds:,.0f} rows/s; load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors"
    goal = members / MEMBERS_A_SECOND + max(0, rows - members) / ROWS_A_SECOND
    return [
        harness.Figure(what, seconds, goal, note=note),
        harness.Figure("the same beside COPY of its rows", seconds, 8, floor),
        harness.Figure("peak memory of its largest process", peak, 400, unit="MiB"),
    ]


@contextmanager
def _database_of_its_own() -> Iterator[dict[str, str]]:
    """A fresh, migrated database as the environment of a command names it; dropped at the end."""
    urls = {variable: os.environ[variable] for variable in database.URLS if variable in os.environ}
    maintenance = urlunsplit(urlsplit(urls["DATABASE_OWNER_URL"])._replace(path="/postgres"))
    database.drop(maintenance, NAME)
    with database.owner(maintenance) as cursor:
        cursor.execute(f"CREATE DATABASE {NAME}")
    own = {variable: urlunsplit(urlsplit(url)._replace(path=f"/{NAME}")) for variable, url in urls.items()}
    environ = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "kwsp_portal.settings.dev"}
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, env={**environ, "KWSP_DB_ROLE": "owner"})
        yield environ
    finally:
        database.drop(maintenance, NAME)


def _made(environ: dict[str, str], members: int, employers: int, months: int) -> tuple[str, float]:
    """What the command said, and the most memory in MiB that one of its processes took."""
    command = [sys.executable, "manage.py", "demo_data", *(f"--{name}={value}" for name, value in
               (("members", members), ("employers", employers), ("months", months)))]  # fmt: skip
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, env=environ, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    assert process.returncode == 0, said
    return said, usage.ru_maxrss / 1024


def _floor(url: str) -> float:
    """Seconds of COPY of every row that the command wrote."""
    with tempfile.TemporaryDirectory() as folder:
        with database.owner(url) as cursor:
            for table in _TABLES:
                cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING INDEXES)")
                with Path(folder, table).open("w") as file:
                    cursor.copy_expert(f"COPY {table} TO STDOUT", file)
            cursor.execute(_EXCLUSIONS)
            for table, name in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        waiting = sorted(_TABLES, key=lambda table: Path(folder, table).stat().st_size)
        began = time.perf_counter()
        with ThreadPoolExecutor(CONNECTIONS) as copiers:
            list(copiers.map(lambda _: _copy(url, Path(folder), waiting), range(CONNECTIONS)))
        return time.perf_counter() - began


def _copy(url: str, folder: Path, waiting: list[str]) -> None:
    """One table after the other, the largest first, until none waits."""
    with database.owner(url) as cursor:
        while waiting:
            table = waiting.pop()
            with (folder / table).open() as file:
                cursor.copy_expert(f"COPY floor_{table} FROM STDIN", file, 1 << 17)
