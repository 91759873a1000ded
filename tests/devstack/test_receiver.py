"""The receiver of WAL: a commit waits for it, and is nowhere acknowledged without it; what it received goes on after a recovery."""

import threading
import time
from pathlib import Path

import psycopg2
import pytest

from kwsp_portal.devstack import cluster_files, receiver, recover, roles
from kwsp_portal.devstack.errors import DevstackError
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.locks import owner_lock
from kwsp_portal.devstack.postgres import Postgres
from kwsp_portal.devstack.secrets_file import SecretsFile
from kwsp_portal.devstack.supervisor import Supervisor

from .conftest import Scene, until


def test_a_commit_waits_for_the_receiver_and_no_time_limit_makes_it_look_done(scene: Scene, open_place: Path) -> None:
    folder = RunFolder(open_place / "received")
    folder.open()
    secrets = SecretsFile(folder.secrets)
    postgres = Postgres(folder, secrets, durable=False, received_by=receiver.NAME)
    postgres.prepare_files()
    archive = open_place / "archive"
    done: list[str] = []

    def commit(name: str) -> None:
        connection = psycopg2.connect(roles.urls(postgres, secrets)["DATABASE_OWNER_URL"], options="-c statement_timeout=300ms")
        with connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {name} ()")
        done.append(name)
        connection.close()

    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(postgres.program())
        receiver.ensure_slot(postgres)
        roles.create(postgres, secrets, databases=False)
        vault = receiver.Receiver(postgres, secrets, archive)
        vault.check_folder()
        program = vault.program()
        waiting = threading.Thread(target=commit, args=("early",))
        waiting.start()
        time.sleep(1)
        assert done == []

        await supervisor.start(program)

        await until(lambda: done == ["early"])
        first = supervisor.pid_of("receiver")
        commit("second")
        assert done == ["early", "second"]
        waiting.join()
        received = list((archive / receiver.system_identifier(postgres)).iterdir())
        assert [path.suffix for path in received] == [".partial"]
        assert first is not None

    scene.run(story)


def test_a_cluster_whose_wal_is_no_longer_received_keeps_no_slot(scene: Scene, cluster: Postgres) -> None:
    async def story(supervisor: Supervisor) -> None:
        await supervisor.start(cluster.program())
        receiver.ensure_slot(cluster)
        receiver.ensure_slot(cluster)

        receiver.drop_slot(cluster)

        connection = cluster.connect()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_replication_slots")
            assert cursor.fetchone()[0] == 0
        connection.close()

    scene.run(story)


def test_an_archive_that_cannot_be_written_is_refused_in_one_line(cluster: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(cluster.account), "reaches", lambda *_, **__: False)

    with pytest.raises(DevstackError, match="KWSP_WAL_ARCHIVE") as refused:
        receiver.Receiver(cluster, SecretsFile(tmp_path / "secrets"), tmp_path / "archive").check_folder()

    assert "\n" not in str(refused.value)


@pytest.fixture
def recovered(tmp_path: Path) -> tuple[Path, Path]:
    """A cluster on timeline 3, which left timeline 1 in its file 6 and 2 in its file 8, and its archive."""
    data, archive = tmp_path / "data", tmp_path / "archive"
    (data / "pg_wal").mkdir(parents=True)
    archive.mkdir()
    (data / "pg_wal" / "00000002.history").write_text("1\t0/6000158\tno recovery target specified\n")
    (data / "pg_wal" / "00000003.history").write_text("1\t0/6000158\tx\n\n2\t0/8000100\tbefore 2026-11-22\n")
    return data, archive


def files(archive: Path, *names: str) -> None:
    for name in names:
        (archive / name).touch()


def test_wal_of_a_future_that_was_given_up_is_set_aside(recovered: tuple[Path, Path]) -> None:
    data, archive = recovered
    stays = ["000000010000000000000005", "000000020000000000000006", "000000020000000000000007", "00000002.history"]
    goes = ["000000020000000000000008", "000000020000000000000009", "00000002000000000000000A.partial", "000000040000000000000008.partial"]
    files(archive, *stays, *goes)

    assert receiver.set_aside(archive, data) == goes

    assert sorted(path.name for path in archive.iterdir() if path.is_file()) == sorted(stays)
    assert sorted(path.name for path in (archive / "set-aside-before-timeline-00000003").iterdir()) == goes


def test_an_archive_that_ended_where_the_recovery_did_goes_on_as_it_is(recovered: tuple[Path, Path]) -> None:
    data, archive = recovered
    files(archive, "000000010000000000000005", "000000020000000000000007", "000000020000000000000008.partial")

    assert receiver.set_aside(archive, data) == []


def test_a_cluster_is_not_recovered_over_a_living_or_a_running_one(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Postgres, "prepare_programs", lambda self: Path("/nowhere"))
    (folder.postgres / "data").mkdir(parents=True)
    environ = {"KWSP_RUN_DIR": str(folder.root)}

    with pytest.raises(DevstackError, match="--replace"):
        recover.recover(environ, ["latest-base"], settings="x")
    with pytest.raises(DevstackError, match="is a dump of one database"):
        recover.recover(environ, ["20261122T041530Z-day-2026-11-22-dump"], settings="x")
    with owner_lock(folder) as owner:
        assert owner.take()
        with pytest.raises(DevstackError, match="stop that one first"):
            recover.recover(environ, ["latest-base"], settings="x")


def test_settings_name_the_receiver_only_where_there_is_one() -> None:
    without = cluster_files.settings(host="127.0.0.1", port=1, durable=True)
    received = cluster_files.settings(host="127.0.0.1", port=1, durable=True, received_by=receiver.NAME)

    assert "synchronous_standby_names" not in without
    assert f"synchronous_standby_names = '{receiver.NAME}'" in received
