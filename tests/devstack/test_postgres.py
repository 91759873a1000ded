"""The embedded PostgreSQL: roles, kills, stale locks, long and odd paths."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from kwsp_portal.devstack import cluster_files, process, roles
from kwsp_portal.devstack.account import Account
from kwsp_portal.devstack.errors import DevstackError
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.postgres import Postgres
from kwsp_portal.devstack.secrets_file import SecretsFile
from kwsp_portal.devstack.supervisor import Supervisor

from .conftest import Scene, until


def secrets_of(cluster: Postgres) -> SecretsFile:
    return SecretsFile(cluster.data.parent.parent / "secrets.json")


def one(url: str, query: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_each_role_signs_in_with_its_own_password_and_rights(scene: Scene, cluster: Postgres) -> None:
    secrets = secrets_of(cluster)

    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(cluster.program())
        roles.create(cluster, secrets, databases=False)
        roles.create(cluster, secrets, databases=False)
        urls = roles.urls(cluster, secrets)

        for variable, role in (("DATABASE_OWNER_URL", "kwsp_owner"), ("DATABASE_URL", "kwsp_app"), ("DATABASE_AUDIT_URL", "kwsp_audit")):
            assert one(urls[variable], "SELECT current_user") == role
            assert (
                one(urls[variable], f"SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = '{role}'")
                is False
            )
        assert one(urls["DATABASE_URL"], "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'kwsp'") == "kwsp_owner"
        one(urls["DATABASE_OWNER_URL"], "CREATE TABLE owned (n int)")
        for variable in ("DATABASE_URL", "DATABASE_AUDIT_URL"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                one(urls[variable], "CREATE TABLE mine (n int)")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                one(urls[variable], "SELECT n FROM owned")
        one(urls["DATABASE_URL"], "CREATE TEMPORARY TABLE staging (n int)")
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            one(urls["DATABASE_URL"].replace(secrets.get("kwsp_app"), "wrong"), "SELECT 1")
        assert one(urls["DATABASE_URL"], "SELECT datcollate || datlocale FROM pg_database WHERE datname = 'kwsp'") == "CC.UTF-8"

    scene.run(story)


def test_a_committed_row_outlives_a_killed_postmaster(scene: Scene, cluster: Postgres) -> None:
    secrets = secrets_of(cluster)

    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(cluster.program())
        roles.create(cluster, secrets, databases=False)
        url = roles.urls(cluster, secrets)["DATABASE_OWNER_URL"]
        one(url, "CREATE TABLE kept AS SELECT 42 AS n")
        first = supervisor.pid_of("postgres")
        assert first is not None

        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.pid_of("postgres") not in (None, first) and cluster.answers())

        assert one(url, "SELECT n FROM kept") == 42

    scene.run(story)
    assert "postgres ended (killed by SIGKILL); starting it again" in scene.text()


def test_it_starts_over_locks_that_name_a_stranger_or_a_zombie(scene: Scene, cluster: Postgres) -> None:
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    assert process.wait_until(lambda: not process.is_alive(zombie.pid), seconds=30)
    pid_file = cluster.data / "postmaster.pid"
    socket_lock = Path(cluster.address.host) / ".s.PGSQL.5432.lock"

    async def story(supervisor: Supervisor) -> None:
        for lock, pid in ((pid_file, os.getpid()), (socket_lock, zombie.pid)):
            lock.write_text(f"{pid}\n{cluster.data}\n")
            cluster.account.give(lock, mode=0o600)

        await supervisor.start(cluster.program())

        assert cluster.answers()

    scene.run(story)
    zombie.wait()


def test_a_server_that_outlived_its_supervisor_is_ended_before_the_next_start(scene: Scene, cluster: Postgres) -> None:
    orphan = subprocess.Popen(
        [str(part) for part in cluster.program().command], stderr=subprocess.DEVNULL, env={"LC_ALL": "C"}, **cluster.account.popen()
    )
    assert process.wait_until(cluster.answers, seconds=30)

    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(cluster.program())
        assert supervisor.pid_of("postgres") != orphan.pid
        assert orphan.wait(30) == 0

    scene.run(story)


def test_a_socket_path_that_is_too_long_becomes_a_loopback_port(scene: Scene, open_place: Path) -> None:
    folder = RunFolder(open_place / ("deep" * 25))
    folder.open()
    secrets = SecretsFile(folder.secrets)
    cluster = Postgres(folder, secrets, durable=False)
    cluster.prepare_files()

    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(cluster.program())
        roles.create(cluster, secrets, databases=True)
        assert one(roles.urls(cluster, secrets)["DATABASE_URL"], "SELECT host(inet_server_addr())") == "127.0.0.1"

    scene.run(story)
    assert cluster.address.host == "127.0.0.1"


def test_a_folder_out_of_reach_is_refused_in_one_line_that_names_the_setting(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Account, "reaches", lambda *_, **__: False)

    with pytest.raises(DevstackError, match="KWSP_RUN_DIR=") as refused:
        Postgres(folder, SecretsFile(folder.secrets)).prepare_files()

    assert "\n" not in str(refused.value)


def test_a_cluster_without_its_passwords_is_refused(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Account, "reaches", lambda *_, **__: True)
    (folder.postgres / "data").mkdir(parents=True)

    with pytest.raises(DevstackError, match="make reset"):
        Postgres(folder, SecretsFile(folder.secrets)).prepare_files()


def test_programs_that_the_account_cannot_read_are_copied_and_the_copy_runs(open_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = RunFolder(open_place / "copied")
    folder.open()
    cluster = Postgres(folder, SecretsFile(folder.secrets))
    monkeypatch.setattr(cluster, "usable", lambda install: False)

    programs = cluster.find_programs()

    assert programs.is_relative_to(folder.runtime)
    assert Account.for_postgres().run([programs / "postgres", "--version"]).stdout.startswith("postgres (PostgreSQL)")
    assert Account.for_postgres().run([programs / "initdb", "--version"]).returncode == 0


def test_a_full_disk_is_said_plainly() -> None:
    said = "creating directory ... initdb: error: could not write: No space left on device\n"

    error = cluster_files.initdb_failed(said, folder=Path("/here"))

    assert str(error).startswith("The disk of /here is full")
    assert "KWSP_RUN_DIR" in str(error)


def test_the_server_is_never_run_as_root() -> None:
    assert Account.for_postgres().uid != 0
