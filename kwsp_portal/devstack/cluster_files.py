"""Files of a PostgreSQL cluster: its settings, and the locks that a killed server leaves."""

import shutil
import signal
from pathlib import Path

from kwsp_portal.devstack import process
from kwsp_portal.devstack.errors import DevstackError
from kwsp_portal.devstack.folder import SETTING

SETTINGS = "kwsp.conf"

COMMON = """\
# Written at each start by kwsp_portal.devstack: changes here are lost.
max_connections = 200
shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%q%u@%d '
log_checkpoints = off
log_lock_waits = on
log_autovacuum_min_duration = -1
"""

SCRATCH = """\
# Test data: a power cut may take it. A killed server still loses no commit: that would take synchronous_commit = off.
fsync = off
full_page_writes = off
"""


def settings(*, host: str, port: int, durable: bool, received_by: str = "") -> str:
    """The text of kwsp.conf. `host` is a socket folder (absolute) or an address; commits wait for the receiver of WAL named."""
    if host.startswith("/"):
        folder = '"' + host.replace('"', '""') + '"'
        listen = [
            "listen_addresses = ''",
            f"unix_socket_directories = {quoted(folder)}",
            "unix_socket_permissions = 0700",
        ]
    else:
        listen = [f"listen_addresses = {quoted(host)}", "unix_socket_directories = ''"]
    received = [f"synchronous_standby_names = {quoted(received_by)}", "wal_keep_size = 256MB"] if received_by else []
    return COMMON + "\n".join([*listen, f"port = {port}", *received]) + "\n" + ("" if durable else SCRATCH)


def quoted(text: str) -> str:
    """A value of postgresql.conf, quoted."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def copy_readable(source: Path, target: Path) -> None:
    """Copies a tree so that every account can read and run it, whatever the caller's umask."""
    shutil.copytree(source, target, symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    target.parent.chmod(0o755)


def initdb_failed(said: str, *, folder: Path) -> DevstackError:
    """One line for a failed initdb; a full disk gets its remedy."""
    if "No space left on device" in said:
        return DevstackError(f"The disk of {folder} is full: free some space, or set {SETTING} to a folder on another disk.")
    reasons = [line for line in said.splitlines() if "error" in line or "FATAL" in line]
    return DevstackError(f"PostgreSQL cannot make its cluster: {' '.join(reasons) or said.strip()}")


def clear_stale_locks(data: Path, socket_lock: Path) -> None:
    """Removes the locks of a server that is gone, and ends one that outlived its supervisor.

    Only for who holds the run folder's lock. PostgreSQL takes a zombie, or any process that has
    since got the same pid, for a living server and refuses to start; so we look closer.
    """
    for lock in (data / "postmaster.pid", socket_lock):
        pid = _pid_in(lock)
        if pid is None:
            continue
        if process.is_alive(pid) and process.program_of(pid) == "postgres" and process.works_in(pid, data):
            process.end(pid, first=signal.SIGINT, seconds=30)
        if not (process.is_alive(pid) and process.works_in(pid, data)):
            lock.unlink(missing_ok=True)


def drop(data: Path) -> None:
    """Removes a cluster that was never put in its place."""
    if data.exists():
        shutil.rmtree(data)


def _pid_in(lock: Path) -> int | None:
    """The pid on a lock file's first line; None where there is no file or no number."""
    try:
        first = lock.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
        return abs(int(first))
    except (FileNotFoundError, ValueError):
        return None
