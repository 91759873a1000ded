"""Restoring a cluster: a base backup and the archived WAL after it, into a new folder, recovered and proved by a server of its own.

Nothing that lives is touched. The server listens on a socket in a closed folder and trusts whoever can reach that, so no password of
the old cluster is needed.
"""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg2
from django.utils.translation import gettext_lazy as _

from kwsp_portal.devstack import process
from kwsp_portal.devstack.account import Account
from kwsp_portal.frame.backups import facts, manifest, programs, wal
from kwsp_portal.frame.backups.addresses import Params
from kwsp_portal.frame.backups.manifest import Manifest
from kwsp_portal.frame.backups.proving import Proof, prove
from kwsp_portal.frame.backups.restoring_dump import connected
from kwsp_portal.frame.backups.store import Backup
from kwsp_portal.frame.backups.trouble import Trouble, of_system

Say = Callable[[Any, str], None]
OWN_FILES: Final = ("postmaster.pid", "postmaster.opts")
ASK_SECONDS: Final = 0.2
STOP_SECONDS: Final = 120


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where to, which archive (None: only what the base itself holds), and up to which moment (None: the end)."""

    into: Path
    archive: Path | None
    until: datetime | None


def recover(backup: Backup, *, target: Target, say: Say) -> Proof:
    """A cluster in `into`, stopped and ready to be started there. Raises Trouble, and then `into` is as it was."""
    content = backup.manifest()
    into = target.into
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise Trouble(_("%(into)s tidak kosong: beri folder baharu atau kosong; pangkalan data yang hidup tidak ditimpa."), into=into)
    account = Account.for_postgres()
    server = _server_for(content, account)
    _check(backup, content, target, account)
    new = into.with_name(f"{into.name}.restoring")
    try:
        shutil.rmtree(new, ignore_errors=True)
        _copy(backup, new, account)
        (new / "recovery.signal").touch(mode=0o600)
        account.give(new / "recovery.signal", mode=0o600)
        say(_("memulihkan dengan WAL daripada"), str(target.archive or backup.path))
        with _running(server, new, target, account) as params, connected({**params, "user": "kwsp_app", "dbname": content.database}):
            proof = prove(content, backup, exactly=False)
        if into.exists():
            into.rmdir()
        new.rename(into)
    except OSError as error:
        raise of_system(error, place=into) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return proof


def _server_for(content: Manifest, account: Account) -> Path:
    """`postgres` of exactly the backup's version, which the account may run."""
    server = programs.find("postgres", major=content.major)
    if programs.version_of(server) != content.major:
        raise Trouble(
            _("PostgreSQL: dijumpai versi %(found)s, dijangka %(expected)s: sandaran base hanya dipulihkan dengan versi yang sama."),
            found=programs.version_of(server),
            expected=content.major,
        )
    if account.run([server, "--version"]).returncode != 0:
        raise Trouble(
            _("Akaun %(account)s tidak dapat menjalankan %(program)s: tetapkan %(setting)s kepada folder program yang boleh dicapainya."),
            **{"account": account.name, "program": server, "setting": programs.SETTING},
        )
    return server


def _check(backup: Backup, content: Manifest, target: Target, account: Account) -> None:
    """The backup is whole, known to this code, and the archive can be read and goes on from it."""
    unknown = sorted(set(content.migrations) - facts.on_disk())
    if unknown:
        raise Trouble(
            _("Sandaran ini daripada portal yang lebih baharu: migrasi %(found)s tidak dikenali. Pulihkan dengan versi itu (%(portal)s)."),
            found=", ".join(unknown[:5]),
            portal=content.portal,
        )
    manifest.check_files(backup.path, content.files)
    programs.run(programs.find("pg_verifybackup", major=content.major), "--quiet", backup.path / "base")
    if target.archive is None:
        if target.until is not None:
            raise Trouble(_("--until memerlukan arkib WAL: tetapkan KWSP_WAL_ARCHIVE."))
        return
    if not target.archive.is_dir() or not account.reaches(target.archive, rights="rx"):
        raise Trouble(
            _("Arkib WAL %(archive)s tiada atau tidak boleh dibaca oleh akaun %(account)s. Tanpa arkib: --no-archive."),
            archive=target.archive,
            account=account.name or os.geteuid(),
        )
    wal.check_reaches(target.archive, str((content.wal or {}).get("first")))


def _copy(backup: Backup, new: Path, account: Account) -> None:
    """The base, as the account's own, 0700 and 0600."""
    shutil.copytree(backup.path / "base", new, symlinks=True)
    (new / "backup_manifest").unlink(missing_ok=True)
    for name in OWN_FILES:
        (new / name).unlink(missing_ok=True)
    for path in [new, *new.rglob("*")]:
        if not path.is_symlink():
            account.give(path, mode=0o700 if path.is_dir() else 0o600)


@contextmanager
def _running(server: Path, data: Path, target: Target, account: Account) -> Iterator[Params]:
    """A server that has recovered and takes writes; within the block it answers at these parameters."""
    with tempfile.TemporaryDirectory(prefix="kwsp-restore-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        account.give(place, mode=0o700)
        (place / "pg_hba.conf").write_text("local all all trust\n", encoding="ascii")
        account.give(place / "pg_hba.conf", mode=0o600)
        log = place / "log"
        with log.open("w", encoding="utf-8") as said:
            started = subprocess.Popen(
                [str(server), "-D", str(data), *(f"--{name}={value}" for name, value in _settings(place, target).items())],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                preexec_fn=process.dies_with_parent(signal.SIGINT),
                **account.popen(),
            )
        params = {"host": str(place), "user": "kwsp_app"}
        try:
            _wait_for_recovery(started, params, log)
            yield params
        finally:
            started.send_signal(signal.SIGINT)
            _ended(started)


def _settings(place: Path, target: Target) -> dict[str, str]:
    """What differs from the cluster's own settings, until the recovery is over. Nobody waits for a receiver here."""
    fetch = "false"
    if target.archive is not None:
        path = shlex.quote(str(target.archive)).replace("%", "%%")
        fetch = f'test -f {path}/%f && cp {path}/%f "%p" || cp {path}/%f{wal.PARTIAL} "%p"'
    chosen = {
        "restore_command": fetch,
        "recovery_target_timeline": "latest",
        "recovery_target_action": "promote",
        "listen_addresses": "",
        "unix_socket_directories": str(place),
        "hba_file": str(place / "pg_hba.conf"),
        "synchronous_standby_names": "",
        "hot_standby": "off",
        "logging_collector": "off",
        "fsync": "on",
        "full_page_writes": "on",
        "port": "5432",
    }
    return chosen | ({"recovery_target_time": target.until.isoformat(sep=" ")} if target.until else {})


def _wait_for_recovery(started: "subprocess.Popen[bytes]", params: Params, log: Path) -> None:
    """With hot_standby off nobody is let in before the recovery is over; it may take as long as it takes."""
    while True:
        if started.poll() is not None:
            said = log.read_text(encoding="utf-8", errors="replace")
            reasons = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line] or said.splitlines()[-3:]
            raise Trouble(_("Pemulihan tidak selesai: %(reason)s"), reason=" ".join(reasons))
        try:
            psycopg2.connect(**params, dbname="postgres").close()
        except psycopg2.OperationalError:
            process.wait_until(lambda: started.poll() is not None, seconds=ASK_SECONDS)
        else:
            return


def _ended(started: "subprocess.Popen[bytes]") -> None:
    try:
        started.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
