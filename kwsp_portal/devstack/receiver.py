"""The receiver of WAL: with KWSP_WAL_ARCHIVE a commit is acknowledged only when its WAL is flushed in that folder too (RPO 0).

`pg_receivewal --synchronous` reads through a replication slot, so that PostgreSQL keeps what a stopped receiver has not fetched yet.
While there is none, commits wait; nothing that was acknowledged is ever only in the data folder.
"""

from pathlib import Path

from kwsp_portal.devstack.errors import DevstackError, explain
from kwsp_portal.devstack.postgres import Postgres
from kwsp_portal.devstack.programs import Program
from kwsp_portal.devstack.roles import BACKUP
from kwsp_portal.devstack.secrets_file import SecretsFile

SETTING = "KWSP_WAL_ARCHIVE"
SEGMENT_BYTES = 16 * 1024**2
NAME = "kwsp_vault"
"""Of the replication slot and, for synchronous_standby_names, of the receiver."""


class Receiver:
    """One receiver of one cluster, in a folder of the cluster's own: WAL of two clusters has the same file names."""

    def __init__(self, postgres: Postgres, secrets: SecretsFile, archive: Path) -> None:
        self._postgres = postgres
        self._secrets = secrets
        self._archive = archive

    def check_folder(self) -> None:
        """Makes the archive's folder. Raises DevstackError where PostgreSQL's account cannot write."""
        try:
            if not self._archive.exists():
                self._archive.mkdir(parents=True, mode=0o700)
                self._postgres.account.give(self._archive, mode=0o700)
        except OSError as error:
            raise explain(error) from error
        if not self._postgres.account.reaches(self._archive, rights="rwx"):
            raise DevstackError(
                f"The account '{self._postgres.account.name}', which runs PostgreSQL and receives its WAL, cannot write in {self._archive}: "
                f"set {SETTING} to a folder that it can."
            )

    def program(self) -> Program:
        """Ends when the connection does: the supervisor starts it again."""
        address = self._postgres.address
        folder = self._archive / system_identifier(self._postgres)
        return Program(
            name="receiver",
            command=[
                *(self._postgres.programs / "pg_receivewal", f"--directory={folder}", f"--slot={NAME}"),
                *("--synchronous", "--no-loop", "--no-password", "--status-interval=1"),
            ],
            environ={
                **{"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGAPPNAME": NAME},
                **{"PGHOST": address.host, "PGPORT": str(address.port), "PGUSER": BACKUP, "PGPASSWORD": self._secrets.get(BACKUP)},
            },
            account=self._postgres.account,
            prepare=lambda: self._prepare(folder),
            is_ready=self.is_synchronous,
        )

    def _prepare(self, folder: Path) -> None:
        if not folder.exists():
            folder.mkdir(mode=0o700)
            self._postgres.account.give(folder, mode=0o700)
        ensure_slot(self._postgres)

    def is_synchronous(self) -> bool:
        """True if PostgreSQL now waits for this receiver before it acknowledges a commit."""
        return bool(_ask(self._postgres, "SELECT count(*) FROM pg_stat_replication WHERE application_name = %s AND sync_state = 'sync'", NAME))


def set_aside(archive: Path, data: Path) -> list[str]:
    """After a recovery that ended before the archive does (an earlier moment was wanted): moves the WAL of the future that was given up.

    The receiver goes on from the last file it finds, which the new timeline must know. The names of what was moved.
    """
    history = max(data.glob("pg_wal/*.history"), key=lambda path: path.name, default=None)
    lines = [line.split() for line in history.read_text(encoding="ascii").splitlines() if line.strip()] if history else []
    if not lines or not archive.is_dir():
        return []
    high, low = (int(part, 16) for part in lines[-1][1].split("/"))
    last = f"{high:08X}{low // SEGMENT_BYTES:08X}"
    ancestors = {f"{int(line[0]):08X}" for line in lines}
    files = [path for path in archive.iterdir() if len(path.name.removesuffix(".partial")) == 24]
    given_up = sorted(path for path in files if path.name[8:24] >= last and not (path.name[:8] in ancestors and path.name[8:] == f"{last}.partial"))
    aside = archive / f"set-aside-before-timeline-{history.stem}" if history else archive
    for path in given_up:
        aside.mkdir(mode=0o700, exist_ok=True)
        path.rename(aside / path.name)
    return [path.name for path in given_up]


def ensure_slot(postgres: Postgres) -> None:
    """From here on PostgreSQL keeps all WAL until it was received."""
    _ask(
        postgres,
        "SELECT count(pg_create_physical_replication_slot(slot, true)) FROM (SELECT %s::name) AS wanted (slot) "
        "WHERE slot NOT IN (SELECT slot_name FROM pg_replication_slots)",
        NAME,
    )


def drop_slot(postgres: Postgres) -> None:
    """For a cluster whose WAL is no longer received: its slot would keep WAL until the disk is full."""
    _ask(postgres, "SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots WHERE slot_name = %s AND NOT active", NAME)


def identifier_of(postgres: Postgres, data: Path) -> str:
    """The system identifier of a cluster that does not run."""
    said = postgres.account.run([postgres.programs / "pg_controldata", "-D", data]).stdout
    return next(line.rpartition(":")[2].strip() for line in said.splitlines() if line.startswith("Database system identifier"))


def system_identifier(postgres: Postgres) -> str:
    return str(_ask(postgres, "SELECT system_identifier FROM pg_control_system() WHERE %s <> ''", NAME))


def _ask(postgres: Postgres, query: str, name: str) -> object:
    """The one value of a query. Raises DevstackError while the server does not answer."""
    connection = postgres.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, [name])
            return cursor.fetchone()[0]
    finally:
        connection.close()
