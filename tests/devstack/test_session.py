"""Run folders, locks, and commands that run with the servers up."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import types
from pathlib import Path

import pytest

from kwsp_portal.devstack import addresses, cli, environment, locks, portal_programs, process, reset, servers, stack
from kwsp_portal.devstack.errors import DevstackError, explain
from kwsp_portal.devstack.folder import MARKER, PROJECT, RunFolder
from kwsp_portal.devstack.secrets_file import SecretsFile
from kwsp_portal.devstack.terminal import Terminal

from .running import outside

INSERT = """
import os, psycopg2
connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
with connection, connection.cursor() as cursor:
    cursor.execute("SELECT pg_advisory_xact_lock(1)")
    cursor.execute("CREATE TABLE IF NOT EXISTS visits (pid int)")
    cursor.execute("INSERT INTO visits VALUES (%s)", [os.getpid()])
    cursor.execute("SELECT count(*) FROM visits")
    print(cursor.fetchone()[0], os.environ["DATABASE_URL"])
"""


def start(name: str, base: Path, *command: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "kwsp_portal.devstack", name, "--", *command],
        cwd=PROJECT,
        env=outside() | {"KWSP_RUN_DIR": str(base)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_four_starts_at_once_make_one_cluster_with_four_good_addresses(open_place: Path) -> None:
    base = open_place / "four"

    commands = [start("test", base, sys.executable, "-c", INSERT) for _ in range(4)]
    ended = [(*command.communicate(timeout=50), command.returncode) for command in commands]

    assert [code for _, _, code in ended] == [0, 0, 0, 0], ended
    assert sorted(int(out.split()[0]) for out, _, _ in ended) == [1, 2, 3, 4]
    assert len({out.split()[1] for out, _, _ in ended}) == 1
    assert not (base / "test" / addresses.FILE).exists()


def test_a_command_gets_its_environment_and_gives_its_code(open_place: Path) -> None:
    base = open_place / "code"

    command = start("test", base, "sh", "-c", "env; exit 5")
    out, err = command.communicate(timeout=50)

    assert command.returncode == 5, err
    found = dict(line.partition("=")[::2] for line in out.splitlines())
    wanted = {
        *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_AUDIT_URL", "CELERY_BROKER_URL", "SECRET_KEY", "PORT"),
        *("FPX_BANK_URL", "FPX_SELLER_KEY", "FPX_BANK_CERT"),
    }
    assert wanted <= found.keys()
    assert found["KWSP_TEST"] == "1"
    assert found["DJANGO_SETTINGS_MODULE"] == "kwsp_portal.settings.test"
    assert found["KWSP_RUN_DIR"] == str(base / "test")
    assert Path(found["FPX_SELLER_KEY"]).stat().st_mode & 0o777 == 0o600
    assert (base / "test" / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_reset_stops_what_runs_and_drops_the_folder(open_place: Path) -> None:
    base = open_place / "dropped"
    command = start("test", base, sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)")
    assert command.stdout is not None
    assert command.stdout.readline() == "up\n"

    done = reset.reset(RunFolder(base))

    command.communicate(timeout=30)
    assert command.returncode == 128 + signal.SIGTERM
    assert any(line.startswith("stopped process") for line in done)
    assert not base.exists()


def test_reset_leaves_a_folder_alone_that_the_stack_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()

    with pytest.raises(DevstackError, match="was not made by the stack"):
        reset.reset(RunFolder(tmp_path))

    assert (tmp_path / "letters").exists()


def test_a_second_run_in_the_same_folder_is_refused_in_one_line(folder: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    with locks.owner_lock(folder) as owner:
        assert owner.take()
        owner.note("4711 make run, port 8000")

        with pytest.raises(DevstackError, match=r"is in use by process 4711 \(make run, port 8000\)") as refused:
            stack.run({"KWSP_RUN_DIR": str(folder.root)}, settings="x")

    assert "\n" not in str(refused.value)


def test_a_lock_of_a_process_that_is_gone_does_not_count(folder: RunFolder) -> None:
    holder = "import sys; from kwsp_portal.devstack import locks; from kwsp_portal.devstack.folder import RunFolder; from pathlib import Path\n"
    holder += "lock = locks.owner_lock(RunFolder(Path(sys.argv[1]))); assert lock.take(); lock.note('1 gone'); print('held', flush=True); input()"
    other = subprocess.Popen([sys.executable, "-c", holder, str(folder.root)], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with locks.owner_lock(folder) as owner:
        assert not owner.take()

        other.kill()
        other.communicate()

        assert owner.take()


def test_addresses_of_a_process_that_is_gone_do_not_count(folder: RunFolder) -> None:
    addresses.write(folder, {"DATABASE_URL": "postgres://x"})
    assert addresses.read(folder) == {"DATABASE_URL": "postgres://x"}
    path = folder.root / addresses.FILE

    path.write_text(path.read_text().replace(process.started_at(os.getpid()), "1"))

    assert addresses.read(folder) == {}


def test_a_taken_port_is_said_in_one_line_with_a_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        with pytest.raises(DevstackError, match=f"^Port {port} is taken by another program: choose another, such as PORT=[0-9]+.$"):
            stack.refuse_taken(port)

    stack.refuse_taken(port)


@pytest.mark.parametrize("text", ["0", "65536", "80a", "-1", "８０００", "8000.0"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(DevstackError, match="is no port"):
        environment.port_of({"PORT": text})


def test_no_port_means_8000() -> None:
    assert environment.port_of({}) == environment.port_of({"PORT": ""}) == 8000


def test_a_full_disk_is_refused_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: types.SimpleNamespace(free=5 * 1024**2))

    with pytest.raises(DevstackError, match="is full: 5 MiB are free and 600 MiB are needed; .*KWSP_RUN_DIR"):
        RunFolder(tmp_path / "run").open()


def test_a_full_disk_in_the_middle_is_said_plainly() -> None:
    assert str(explain(OSError(28, "No space left on device", "/x"))).startswith("The disk is full (/x): free some space")


def test_a_folder_that_holds_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter").touch()

    with pytest.raises(DevstackError, match="holds other things"):
        RunFolder(tmp_path).open()


def test_a_folder_that_another_start_is_just_making_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []

    def exists(path: Path) -> bool:
        """The first look comes a moment before the other start marks the folder and goes on in it."""
        if path.name == MARKER and not looked_at:
            looked_at.append(path)
            path.touch()
            (tmp_path / "logs").mkdir()
            return False
        return os.path.exists(path)

    monkeypatch.setattr(Path, "exists", exists)

    RunFolder(tmp_path).open()

    assert looked_at


def test_nested_folders_stand_inside_the_chosen_one() -> None:
    assert RunFolder.choose({}).root == PROJECT / ".run"
    assert RunFolder.choose({"KWSP_RUN_DIR": "/a"}, under="test").root == Path("/a/test")


def test_a_nested_folder_marks_the_outer_one_as_ours(tmp_path: Path) -> None:
    RunFolder(tmp_path / "outer" / "test").open()

    RunFolder(tmp_path / "outer").open()

    assert (tmp_path / "outer" / MARKER).exists()


def test_secrets_are_made_once_and_kept(folder: RunFolder) -> None:
    first = SecretsFile(folder.secrets).get("secret_key")

    assert len(first) == 64
    assert SecretsFile(folder.secrets).get("secret_key") == first
    assert SecretsFile(folder.secrets).get("other") != first


def test_real_servers_from_outside_are_taken_and_said(folder: RunFolder) -> None:
    with open(folder.root / "said", "w+", encoding="utf-8") as said:
        found = servers.given_databases({"DATABASE_URL": "postgres://a"}, Terminal(folder.logs, out=said))

    assert set(found.values()) == {"postgres://a"}
    assert set(found) == set(servers.DATABASE_URLS)
    assert "DATABASE_OWNER_URL and DATABASE_AUDIT_URL not set: DATABASE_URL is used there too" in (folder.root / "said").read_text()


def test_half_a_choice_of_servers_is_refused(folder: RunFolder) -> None:
    with pytest.raises(DevstackError, match="without DATABASE_URL"):
        servers.given_databases({"DATABASE_OWNER_URL": "postgres://a"}, Terminal(folder.logs))


def test_the_bank_gets_none_of_the_portals_secrets(folder: RunFolder) -> None:
    secrets = SecretsFile(folder.secrets)
    portal = environment.portal(
        folder, secrets, inherited={}, addresses={"DATABASE_URL": "postgres://a"}, settings="s", port=1, bank_port=2, phone_port=3
    )

    bank = environment.bank(folder, secrets, inherited={"DATABASE_URL": "postgres://a", "PATH": "/bin"}, port=1)

    assert bank["SECRET_KEY"] != portal["SECRET_KEY"]
    assert not {*servers.DATABASE_URLS, "CELERY_BROKER_URL", "FPX_SELLER_KEY"} & bank.keys()


def test_migrations_alone_run_as_the_owner() -> None:
    assert portal_programs.manage({}, "migrate", as_owner=True).environ["KWSP_DB_ROLE"] == "owner"
    assert "KWSP_DB_ROLE" not in portal_programs.manage({}, "demo_data").environ


def test_an_unknown_command_prints_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["dance"]) == 2
    assert "reset" in capsys.readouterr().err


def test_reset_never_drops_backups(open_place: Path) -> None:
    folder = RunFolder(open_place / "backed-up")
    folder.open()
    made = folder.backups / "20261122T041530Z-day-2026-11-22-dump"
    made.mkdir(parents=True)
    (made / "manifest.json").touch()
    (folder.root / "secrets.json").touch()

    done = reset.reset(folder)

    assert done[-1].endswith(f"the backups stay in {folder.backups}")
    assert sorted(path.name for path in folder.root.iterdir()) == ["backups", MARKER]
    folder.open()


def test_web_and_workers_are_given_no_address_that_changes_tables_or_copies_the_cluster() -> None:
    operators = {"DATABASE_OWNER_URL": "a", "DATABASE_ADMIN_URL": "b", "DATABASE_REPLICATION_URL": "c"}

    assert environment.serving({"DATABASE_URL": "d", **operators}) == {"DATABASE_URL": "d"}
