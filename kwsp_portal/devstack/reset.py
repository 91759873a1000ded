"""`make reset`: stops what runs in the run folder and drops the folder, but for backups: those are never dropped with the data."""

import os
import shutil
import signal
from contextlib import ExitStack
from pathlib import Path

from kwsp_portal.devstack import cluster_files, locks, process
from kwsp_portal.devstack.errors import DevstackError, explain
from kwsp_portal.devstack.folder import MARKER, NESTED, SETTING, RunFolder
from kwsp_portal.devstack.leftovers import Children

STOP_SECONDS = 120


def reset(folder: RunFolder) -> list[str]:
    """Drops the run folder with the nested ones; what was done, line by line."""
    if not folder.root.exists():
        return [f"there is no {folder.root}"]
    if not (folder.root / MARKER).exists():
        raise DevstackError(f"{folder.root} was not made by the stack: remove it yourself, or set {SETTING}.")
    nested = [RunFolder(folder.root / name) for name in NESTED if (folder.root / name / MARKER).exists()]
    done = []
    with ExitStack() as held:
        for part in (*nested, folder):
            owner = held.enter_context(locks.owner_lock(part))
            done += _stop(part, owner)
        kept = _drop(folder)
    return [*done, f"dropped {folder.root}" + (f"; the backups stay in {kept}" if kept else "")]


def _stop(folder: RunFolder, owner: locks.FileLock) -> list[str]:
    """Takes the owner's lock, after asking the one who holds it to stop; then ends leftovers."""
    done = []
    if not owner.take():
        pid, words = locks.owner_of(owner)
        if pid:
            os.kill(pid, signal.SIGTERM)
        if not process.wait_until(owner.take, seconds=STOP_SECONDS, every=0.1):
            raise DevstackError(f"process {pid} ({words}) does not stop: end it, then `make reset` again.")
        done.append(f"stopped process {pid} ({words})")
    done += [f"ended {name}" for name in Children(folder.children).end_leftovers()]
    data = folder.postgres / "data"
    if data.exists():
        cluster_files.clear_stale_locks(data, folder.postgres / "socket" / ".s.PGSQL.5432.lock")
    return done


def _drop(folder: RunFolder) -> Path | None:
    """The folder of backups, if there are any: then it stays, and the mark that the run folder is ours."""
    try:
        if not (folder.backups.is_dir() and any(folder.backups.glob("*/manifest.json"))):
            shutil.rmtree(folder.root)
            return None
        for path in folder.root.iterdir():
            if path.is_dir() and path != folder.backups:
                shutil.rmtree(path)
            elif path.is_file() and path.name != MARKER:
                path.unlink()
    except OSError as error:
        raise explain(error) from error
    return folder.backups
