"""`make recover`: the cluster of `make run` from a base backup and the archived WAL, after its data folder was lost.

The portal must not be running. manage.py restore makes and proves the new cluster; here it is given this run folder's passwords and
put in its place. A data folder that is still there stays beside it under another name.
"""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from kwsp_portal.devstack import cluster_files, environment, locks, process, receiver
from kwsp_portal.devstack.errors import DevstackError, explain
from kwsp_portal.devstack.folder import PROJECT, RunFolder
from kwsp_portal.devstack.leftovers import Children
from kwsp_portal.devstack.postgres import SUPERUSER, Postgres
from kwsp_portal.devstack.secrets_file import SecretsFile

REPLACE = "--replace"


def recover(environ: Mapping[str, str], arguments: Sequence[str], *, settings: str) -> int:
    """The return code of manage.py restore. Raises DevstackError in one line."""
    folder = RunFolder.choose(environ)
    folder.open()
    with locks.owner_lock(folder) as owner:
        if not owner.take():
            pid, words = locks.owner_of(owner)
            raise DevstackError(f"{folder.root} is in use by process {pid} ({words}): stop that one first.")
        owner.note(f"{process.own_pid()} recover")
        Children(folder.children).end_leftovers()
        try:
            return _recover(folder, environ, list(arguments), settings)
        except OSError as error:
            raise explain(error) from error


def _recover(folder: RunFolder, environ: Mapping[str, str], arguments: list[str], settings: str) -> int:
    replace = REPLACE in arguments
    asked = [argument for argument in arguments if argument != REPLACE] or ["latest-base"]
    if asked[0].endswith("-dump"):
        raise DevstackError(f'{asked[0]} is a dump of one database, not of the cluster: make manage ARGS="restore {asked[0]} --replace"')
    secrets = SecretsFile(folder.secrets)
    postgres = Postgres(folder, secrets)
    programs = postgres.prepare_programs()
    cluster_files.clear_stale_locks(postgres.data, postgres.socket_lock())
    if postgres.data.exists() and not replace:
        raise DevstackError(f"{postgres.data} is there: add {REPLACE} to put another cluster in its place (this one is kept beside it).")
    new = postgres.data.with_name("data.recovered")
    cluster_files.drop(new)
    made = environment.portal(
        folder, secrets, inherited=environ, addresses={}, settings=settings, port=environment.DEFAULT_PORT, bank_port=0, phone_port=0
    )
    command = [sys.executable, "manage.py", "restore", *asked, "--into", str(new)]
    code = subprocess.run(command, cwd=PROJECT, env=made | {"KWSP_POSTGRES_BIN": str(programs)}, check=False).returncode
    if code == 0:
        _give_password(postgres, new, secrets)
        archive = environ.get(receiver.SETTING, "")
        if archive:
            moved = receiver.set_aside(Path(archive).absolute() / receiver.identifier_of(postgres, new), new)
            print(f"kwsp: {len(moved)} files of WAL after that moment were set aside in {archive}" if moved else "kwsp: the archive of WAL goes on")
        _put_in_place(new, postgres.data)
    return code


def _give_password(postgres: Postgres, data: Path, secrets: SecretsFile) -> None:
    """The cluster may come from another run folder: its superuser gets this one's password (the others get theirs at each start)."""
    statement = f"ALTER ROLE {SUPERUSER} PASSWORD '{secrets.get('postgres')}'\n"
    command = [str(postgres.programs / "postgres"), "--single", "-D", str(data), "-c", "synchronous_standby_names=", "postgres"]
    outcome = subprocess.run(command, input=statement, capture_output=True, text=True, check=False, env={"LC_ALL": "C"}, **postgres.account.popen())
    if outcome.returncode != 0 or "ERROR" in outcome.stderr:
        raise DevstackError(f"The recovered cluster's superuser cannot be given its password: {outcome.stderr.strip()}")


def _put_in_place(new: Path, data: Path) -> None:
    if data.exists():
        kept = data.with_name(f"data.before-{time.strftime('%Y%m%dT%H%M%S')}")
        data.rename(kept)
        print(f"kwsp: the old cluster is kept as {kept}")
    new.rename(data)
    print(f"kwsp: the recovered cluster is {data}; `make run` starts the portal on it, `make manage ARGS=backup` makes a new base")
