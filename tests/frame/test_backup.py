"""`manage.py backup` and `manage.py restore` of a dump, against the real server: whole or not at all, and never over what lives."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import translation

from kwsp_portal.audit import sealer
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.devstack import process
from kwsp_portal.devstack.folder import PROJECT
from kwsp_portal.frame.backups import addresses, facts, making, manifest, programs, proving, restoring_dump, store, thinning
from kwsp_portal.frame.backups.trouble import Trouble
from members.ledger import chart, invariants, posting
from tests.audit.test_seals import by_force, write
from tests.conftest import drop_database, owner_connection
from tests.ledger.acts import DAY, contribution

pytestmark = pytest.mark.django_db(transaction=True)
RIGHTS = """
SELECT array_agg(line ORDER BY line) FROM (
    SELECT format('%s %s %s', relname, grantee::regrole, privilege_type)
    FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner))) WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')
    UNION ALL SELECT format('%s.%s %s %s', relname, attname, grantee::regrole, privilege_type)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, aclexplode(attacl) WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT format('%s %s %s', proname, grantee::regrole, privilege_type)
    FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT format('later %s %s %s', defaclobjtype, grantee::regrole, privilege_type) FROM pg_default_acl, aclexplode(defaclacl)
) AS granted (line)
"""
GUARDS = """
SELECT array_agg(line ORDER BY line)
FROM (SELECT format('%s %s %s', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal) AS guards (line)
"""


@pytest.fixture
def backups(settings: LazySettings, tmp_path: Path) -> Path:
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.WAL_ARCHIVE = ""
    return tmp_path / "backups"


@pytest.fixture(autouse=True)
def _umask_stays() -> Iterator[None]:
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Django's connection leads to a database that does not exist yet; whatever is made of it is gone again after the test."""
    before = connection.settings_dict["NAME"]
    name = f"{before}_fresh"
    connection.close()
    connection.settings_dict["NAME"] = name
    yield name
    connection.close()
    connection.settings_dict["NAME"] = before
    with owner_connection("postgres") as admin, admin.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}%"])
        for (left,) in cursor.fetchall():
            drop_database(left)


def said(name: str, *arguments: str, **options: object) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


def post(*refs: int) -> None:
    with transaction.atomic():
        posting.post_many([contribution(ref, member_id=ref) for ref in refs])


def one(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def databases(prefix: str) -> list[str]:
    with owner_connection("postgres") as admin, admin.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY 1", [f"{prefix}%"])
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def made(backups: Path, monkeypatch: pytest.MonkeyPatch) -> store.Backup:
    """A backup of a small ledger; other apps' checks of made-up references are left out."""
    ours = [result for result in invariants.names() if "clearing" not in result and "." not in result]
    monkeypatch.setattr(invariants, "_registered", {})
    monkeypatch.setattr(invariants, "_owned", set(chart.CLEARING))
    assert ours
    post(*range(1, 21))
    said("backup")
    return store.Store(backups).find("latest")


@pytest.fixture
def lost(made: store.Backup, request: pytest.FixtureRequest) -> tuple[store.Backup, str, dict[str, object]]:
    """The backup, the name of a database that is gone, and what stood in it."""
    stood = {query: one(query) for query in (RIGHTS, GUARDS)}
    return made, request.getfixturevalue("elsewhere"), stood


Lost = tuple[store.Backup, str, dict[str, object]]


def test_a_dump_comes_back_whole_with_rights_and_guards_and_says_the_last_booked_day(lost: Lost) -> None:
    made, name, stood = lost

    out = said("restore", made.name)

    assert "20 " in out
    assert str(DAY) in out
    assert databases(name) == [name]
    assert facts.entries() == 20
    assert {query: one(query) for query in stood} == stood
    assert one("SELECT current_user") == "kwsp_app"
    assert AuditEvent.objects.filter(action="backup.restore", target=f"backup:{made.name}").count() == 1
    post(21)
    assert facts.entries() == 21


def test_a_living_database_is_not_overwritten_and_is_kept_when_it_is_replaced(lost: Lost) -> None:
    made, name, _ = lost
    said("restore", "latest")
    post(21)

    with pytest.raises(CommandError, match="--replace"):
        said("restore", "latest")
    assert facts.entries() == 21
    out = said("restore", "latest-dump", replace=True)

    assert facts.entries() == 20
    kept = [other for other in databases(name) if other != name]
    assert [other.startswith(f"{name}_before_") for other in kept] == [True]
    assert kept[0] in out
    with restoring_dump.connected({**addresses.app(), "dbname": kept[0]}):
        assert facts.entries() == 21


def test_a_restore_that_finds_a_broken_ledger_changes_nothing(lost: Lost, monkeypatch: pytest.MonkeyPatch) -> None:
    _, name, _ = lost
    said("restore", "latest")
    post(21)
    wrong = invariants.Result("balance_is_sum", 1, [invariants.Finding("account 7", 5)])
    monkeypatch.setattr(proving.invariants, "run", lambda: [wrong])

    with pytest.raises(CommandError, match=r"balance_is_sum \(1: account 7\)"):
        said("restore", "latest", replace=True)

    assert databases(name) == [name]
    assert facts.entries() == 21


@pytest.fixture
def anchored(settings: LazySettings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHORS = {"folder": str(tmp_path / "anchors"), "url": "", "timeout": 2}


@pytest.mark.usefixtures("anchored")
def test_the_trail_of_a_restored_database_is_sound_and_says_what_was_given_up(lost: Lost) -> None:
    said("restore", "latest")
    write(5)
    sealer.turn(at=clock.now())
    said("backup")
    write(2)
    sealer.turn(at=clock.now())

    said("restore", "latest", replace=True)
    write(3)
    sealer.turn(at=clock.now())

    out = said("verify_audit")
    assert "1 anchors were given up by a restore" in out
    assert f"ok: {AuditEvent.objects.count()} sealed rows" in out


@pytest.mark.usefixtures("anchored")
def test_a_backup_with_a_damaged_trail_is_refused(lost: Lost) -> None:
    said("restore", "latest")
    write(5)
    sealer.turn(at=clock.now())
    damaged = AuditEvent.objects.latest("seq").seq
    by_force(f"UPDATE audit_auditevent SET actor = 'else' WHERE seq = {damaged}")
    said("backup")

    with pytest.raises(CommandError, match=f"verify_audit: row {damaged} is not what seal"):
        said("restore", "latest", replace=True)


def test_what_a_killed_restore_left_beside_the_database_is_dropped(lost: Lost) -> None:
    _, name, _ = lost
    with owner_connection("postgres") as admin, admin.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}_restoring_4711"')

    said("restore", "latest")

    assert databases(name) == [name]


def test_a_second_restore_at_the_same_time_is_refused(lost: Lost) -> None:
    _, name, _ = lost
    admin = addresses.connect({**addresses.admin(), "dbname": "postgres"})
    with admin.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('kwsp.restore'), hashtext(%s))", [name])

        with pytest.raises(CommandError, match="Another restore"):
            said("restore", "latest")

    admin.close()
    assert databases(name) == []


@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "manifest", "no manifest"])
def test_a_damaged_backup_is_named_before_anything_is_touched(lost: Lost, damage: str) -> None:
    made, name, _ = lost
    dump, description = made.path / making.DUMP_FILE, made.path / manifest.FILE
    content = dump.read_bytes()
    if damage == "flip":
        dump.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    elif damage == "cut":
        dump.write_bytes(content[:-1])
    elif damage == "gone":
        dump.unlink()
    elif damage == "manifest":
        description.write_text(description.read_text()[:-10])
    else:
        description.unlink()

    with pytest.raises(CommandError) as refused:
        said("restore", made.name)

    assert str(made.path) in str(refused.value)
    assert "Choose another backup" in str(refused.value)
    assert "Pilih sandaran lain" in str(refused.value)
    assert databases(name) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"migrations": ["ledger.0999_from_tomorrow"]}, "newer portal"),
        ({"server": {"version": 990001}}, "found version"),
        ({"format": 7}, "found format 7, expected 1"),
    ],
)
def test_a_backup_of_another_version_is_refused_with_what_is_expected(lost: Lost, change: dict[str, object], words: str) -> None:
    made, name, _ = lost
    path = made.path / manifest.FILE
    content = json.loads(path.read_text())
    for key, value in change.items():
        content[key] = content[key] | value if isinstance(value, dict) else content[key] + value if isinstance(value, list) else value
    path.write_text(json.dumps(content))

    with pytest.raises(CommandError, match=words):
        said("restore", made.name)

    assert databases(name) == []


def test_a_backup_of_fewer_migrations_is_brought_up_to_this_code(lost: Lost, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _, _ = lost
    path = made.path / manifest.FILE
    content = json.loads(path.read_text())
    content["migrations"] = content["migrations"][:-1]
    path.write_text(json.dumps(content))
    called: list[str] = []
    monkeypatch.setattr(restoring_dump, "call_command", lambda name, **_: called.append(f"{name} by {one('SELECT current_user')}"))

    said("restore", made.name)

    assert called == ["migrate by kwsp_owner"]


def test_an_unknown_name_lists_those_there_are(made: store.Backup) -> None:
    with pytest.raises(CommandError, match=f"tiada.*{made.name}") as refused:
        said("restore", "tiada")

    assert "No backup named tiada" in str(refused.value)


def test_files_are_closed_to_others_and_the_name_tells_time_and_business_date(made: store.Backup, backups: Path) -> None:
    content = made.manifest()

    assert made.name == f"{made.made_at:%Y%m%dT%H%M%SZ}-day-{content.business_date}-dump"
    assert {path.stat().st_mode & 0o777 for path in (backups, made.path)} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in made.path.iterdir()} == {0o600}
    assert (content.entries, content.last_booked, content.portal) == (20, str(DAY), "0.1.0")
    assert set(content.migrations) == facts.on_disk()
    assert made.name in said("backup", list=True)


def test_what_is_committed_during_the_dump_is_not_in_it_nor_in_its_manifest(backups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    post(1)
    real = programs.run

    def run(program: Path, *arguments: object, **options: object) -> str:
        if program.name == "pg_dump":
            with owner_connection(connection.settings_dict["NAME"]) as other, other.cursor() as cursor:
                cursor.execute("INSERT INTO django_session VALUES ('late', 'x', now())")
        return real(program, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(programs, "run", run)

    said("backup")

    dump = store.Store(backups).find("latest").path / making.DUMP_FILE
    assert "late" not in real(programs.find("pg_restore", major=18), "--data-only", "--table=django_session", "--file=-", dump)


@pytest.mark.parametrize("broken", ["pg_dump", "pg_restore"])
def test_a_backup_that_fails_leaves_nothing_and_removes_nothing(
    made: store.Backup, backups: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    real = programs.run

    def run(program: Path, *arguments: object, **options: object) -> str:
        if program.name == broken:
            raise programs.failure(program, f"{broken}: error: could not write: No space left on device", place=backups)
        return real(program, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(programs, "run", run)

    with pytest.raises(CommandError, match="is full: free some space"):
        said("backup")

    assert sorted(path.name for path in backups.iterdir()) == [".lock", made.name]


def test_a_full_disk_under_the_dump_itself_is_said_with_its_remedy(backups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full takes the place of a disk that fills up while pg_dump writes."""
    monkeypatch.setattr(making, "DUMP_FILE", "/dev/full")

    with pytest.raises(CommandError, match="is full: free some space"):
        said("backup")

    assert [path.name for path in backups.iterdir()] == [".lock"]


def test_a_role_that_may_not_read_everything_is_told_which_address_is_needed(backups: Path, settings: LazySettings) -> None:
    settings.DATABASE_OWNER_URL = ""

    with pytest.raises(CommandError, match="DATABASE_OWNER_URL must be") as refused:
        said("backup")

    assert "pg_dump" in str(refused.value)


def test_a_second_backup_at_the_same_time_is_refused(backups: Path) -> None:
    with store.Store(backups).opened(), pytest.raises(CommandError, match="Another backup is being made"):
        said("backup")


def test_what_a_killed_backup_left_is_removed_by_the_next(backups: Path) -> None:
    (backups / ".unfinished-4711").mkdir(parents=True)
    (backups / ".unfinished-4711" / "kwsp.dump").touch()

    said("backup")

    assert not list(backups.glob(".unfinished*"))


def test_a_base_without_its_address_and_a_restore_without_a_folder_say_what_is_missing(backups: Path, settings: LazySettings) -> None:
    settings.DATABASE_REPLICATION_URL = ""

    with pytest.raises(CommandError, match="DATABASE_REPLICATION_URL is not set"):
        said("backup", kind="base")


def test_wal_of_a_real_server_is_received_in_a_folder_of_the_cluster(backups: Path) -> None:
    system = str(one("SELECT system_identifier FROM pg_control_system()"))
    environ = os.environ | {"KWSP_WAL_ARCHIVE": str(backups), "PYTHONWARNINGS": "ignore"}
    receiver = subprocess.Popen([sys.executable, "manage.py", "receive_wal"], cwd=PROJECT, env=environ, stderr=subprocess.PIPE, text=True)
    try:
        received = process.wait_until(lambda: list((backups / system).glob("*.partial")) != [], seconds=60)
        assert received, receiver.stderr.read() if receiver.poll() is not None and receiver.stderr else ""
        assert one("SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'kwsp_vault' AND active") == 1
        assert (backups / system).stat().st_mode & 0o777 == 0o700
    finally:
        receiver.terminate()
        receiver.communicate(timeout=30)
        with closing(addresses.connect(addresses.admin())) as admin, admin.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = 'kwsp_vault' AND active")
            cursor.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'kwsp_vault'")


def test_no_password_stands_in_an_argument(backups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = programs.subprocess.run
    monkeypatch.setattr(
        programs, "subprocess", SimpleNamespace(run=lambda command, **options: seen.extend(map(str, command)) or real(command, **options), DEVNULL=-3)
    )

    said("backup")

    secret = addresses.owner()["password"]
    assert secret
    assert not [argument for argument in seen if secret in argument]


def test_the_program_of_the_servers_version_is_taken_before_a_newer_and_never_an_older(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = {tmp_path / "a": 15, tmp_path / "b": 19, tmp_path / "c": 18}
    monkeypatch.setattr(programs, "_candidates", lambda name: iter(versions))
    monkeypatch.setattr(programs, "version_of", versions.get)

    assert programs.find("pg_dump", major=18) == tmp_path / "c"
    assert programs.find("pg_dump", major=16) == tmp_path / "c"
    with pytest.raises(Trouble, match="found version 15, 18, 19, expected 20"):
        programs.find("pg_dump", major=20)


def test_trouble_is_said_in_both_languages() -> None:
    trouble = Trouble(translation.gettext_lazy("Tidak dijumpai"), name="x")

    assert str(trouble).splitlines() == ["Tidak dijumpai", "Not found"]


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_thinning_keeps_the_newest_the_last_of_each_day_and_of_each_month() -> None:
    made = [NOW - timedelta(hours=6 * number) for number in range(4 * 400)]

    gone = set(thinning.superfluous(made, now=NOW, keeping=thinning.Keeping(newest=3, days=30, months=12)))

    kept = sorted(set(made) - gone, reverse=True)
    assert kept[:3] == made[:3]
    daily = [moment for moment in kept if moment.date() > NOW.date() - timedelta(days=30)]
    assert {moment.date() for moment in daily} == {(NOW - timedelta(days=number)).date() for number in range(30)}
    monthly = [moment for moment in kept if moment.date() <= NOW.date() - timedelta(days=30)]
    assert [(moment.year, moment.month) for moment in monthly] == [*[(2026, month) for month in range(9, 0, -1)], (2025, 12)]
    assert all((moment + timedelta(hours=6)).month != moment.month for moment in monthly)


def test_thinning_never_removes_the_last_one_nor_what_comes_from_a_clock_ahead() -> None:
    keeping = thinning.Keeping(newest=0, days=0, months=0)
    old, ahead = NOW - timedelta(days=900), NOW + timedelta(days=1)

    assert thinning.superfluous([old], now=NOW, keeping=keeping) == []
    assert thinning.superfluous([old, ahead], now=NOW, keeping=keeping) == [old]
