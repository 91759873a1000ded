"""docker-compose.yml against the code: no Docker engine is needed to see that they fit each other."""

import importlib.util
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from kwsp_portal.devstack import keys, receiver, roles
from kwsp_portal.devstack.folder import PROJECT, RunFolder
from kwsp_portal.devstack.postgres import SUPERUSER, Postgres
from kwsp_portal.devstack.secrets_file import SecretsFile
from kwsp_portal.devstack.supervisor import Supervisor

from .conftest import Scene

TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PORTAL = ("web", "worker", "messenger", "beat")
ONCE = ("keys", "migrate", "backup")
OPERATORS = ("receiver", "backup")
SETTINGS = "".join(
    (PROJECT / "kwsp_portal" / f"{name}.py").read_text(encoding="utf-8")
    for name in ("settings/base", "demobank/settings", "demophone/settings", "demojpn/settings")
)


def words(service: str) -> str:
    command = SERVICES[service].get("command", [])
    return command if isinstance(command, str) else " ".join(command)


def test_every_process_that_the_code_needs_is_a_service() -> None:
    assert set(SERVICES) == {"web", "worker", "messenger", "beat", "bank", "phone", "jpn", "postgres", "redis", "receiver", *ONCE}


def test_every_lasting_service_has_a_health_check_and_comes_up_again() -> None:
    for name in set(SERVICES) - set(ONCE):
        assert SERVICES[name]["healthcheck"]["test"], name
        assert SERVICES[name]["restart"] == "unless-stopped", name


def test_dependencies_name_services_and_wait_for_what_these_can_say() -> None:
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if needed in ONCE else "service_healthy"
            assert (needed in SERVICES, how["condition"]) == (True, wanted), f"{name} -> {needed}"


def test_everything_that_touches_the_database_waits_for_the_migrations() -> None:
    for name in PORTAL:
        assert {"migrate", "postgres", "redis", "keys"} <= SERVICES[name]["depends_on"].keys()


def test_volumes_are_declared_and_used() -> None:
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    named = {volume for volume in used if not volume.startswith(".")}
    assert named == set(COMPOSE["volumes"])
    for path in used - named:
        assert (PROJECT / path).exists(), path


def test_every_variable_is_explained_in_the_example_and_no_secret_has_a_default() -> None:
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (PROJECT / ".env.example").read_text(encoding="utf-8"), re.M))
    asked = re.findall(r"(?<!\$)\$\{([A-Z_]+)(:[?-])?([^}]*)\}", TEXT)

    assert {name for name, _, _ in asked} == set(example)
    for name, mark, default in asked:
        if name.endswith(("PASSWORD", "KEY")):
            assert (mark, default, example[name]) == (":?", "", ""), name


def test_a_payer_finds_the_bank_with_the_settings_of_the_example() -> None:
    """The bank's pages are under the portal's own address in the demo only; elsewhere FPX_BROWSER_URL says where they are."""
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (PROJECT / ".env.example").read_text(encoding="utf-8"), re.M))

    assert "FPX_BROWSER_URL" in SERVICES["web"]["environment"]
    assert example["FPX_BROWSER_URL"].startswith("https://") or example["DJANGO_SETTINGS_MODULE"] == "kwsp_portal.settings.dev"


def test_every_environment_name_is_read_by_the_settings() -> None:
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', SETTINGS)) | {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "DATABASE_OWNER_URL"}

    for name in (*PORTAL, *OPERATORS, "migrate", "bank", "phone", "jpn"):
        assert set(SERVICES[name]["environment"]) <= read, name


def test_web_workers_and_beat_share_one_environment_without_the_owners_password() -> None:
    environments = [SERVICES[name]["environment"] for name in PORTAL]

    assert all(one == environments[0] for one in environments)
    assert not [name for name in ("OWNER", "REPLICATION", "ADMIN") if name in str(environments[0])]
    assert SERVICES["migrate"]["environment"]["KWSP_DB_ROLE"] == "owner"


def test_backups_and_the_archive_of_wal_are_volumes_that_only_operators_see() -> None:
    for name in OPERATORS:
        environment, volumes = SERVICES[name]["environment"], SERVICES[name]["volumes"]
        assert f"wal-archive:{environment['KWSP_WAL_ARCHIVE']}" in volumes
        assert SERVICES[name]["profiles"], "not part of a plain `up`"
    assert f"backups:{SERVICES['backup']['environment']['KWSP_BACKUP_DIR']}" in SERVICES["backup"]["volumes"]
    assert not [name for name in PORTAL if "wal-archive" in str(SERVICES[name]) or "backups" in str(SERVICES[name])]
    assert all(f"/srv/{folder}" in (PROJECT / "Dockerfile").read_text(encoding="utf-8") for folder in ("wal", "backups"))


def test_postgres_waits_for_the_receiver_only_when_it_is_told_to_and_by_the_receivers_name() -> None:
    assert "synchronous_standby_names=${KWSP_SYNCHRONOUS:-}" in words("postgres")
    assert f"KWSP_SYNCHRONOUS={receiver.NAME}" in TEXT


def test_addresses_name_services_and_the_ports_they_listen_on() -> None:
    listens = {"postgres": "5432", "redis": "6379", "bank": "8001", "phone": "8002", "jpn": "8003", "web": "8000"}

    for host, port in re.findall(r"(?:@|http://)([a-z]+):(\d+)", TEXT):
        assert listens[host] == port, host
    assert "0.0.0.0:8001" in words("bank")
    assert "0.0.0.0:8002" in words("phone")
    assert "0.0.0.0:8003" in words("jpn")
    assert "0.0.0.0:8000" in (PROJECT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", re.findall(r"(kwsp_portal[a-z_.]*):application|--app, (kwsp_portal)", TEXT))
def test_programs_that_are_started_exist(module: tuple[str, str]) -> None:
    assert importlib.util.find_spec("".join(module)) is not None


def test_the_bank_cannot_read_the_portals_key_nor_the_portal_the_banks() -> None:
    volumes = {name: " ".join(SERVICES[name].get("volumes", [])) for name in (*PORTAL, "bank")}

    assert "seller-keys" not in volumes["bank"]
    assert not any("bank-keys" in volumes[name] for name in PORTAL)
    assert not {"DATABASE_URL", "CELERY_BROKER_URL"} & SERVICES["bank"]["environment"].keys()


def test_the_phone_has_the_two_keys_that_it_shares_with_the_portal_and_nothing_else_of_it() -> None:
    given, portal = (SERVICES[name]["environment"] for name in ("phone", "web"))

    assert not {"DATABASE_URL", "CELERY_BROKER_URL", "ENCRYPTION_KEYS"} & given.keys()
    assert (given["DEMOPHONE_KEY"], given["DEMOPHONE_REPORT_KEY"]) == tuple(
        SERVICES["web"]["environment"][name] for name in ("SMS_KEY", "SMS_REPORT_KEY")
    )
    assert given["SECRET_KEY"] != SERVICES["web"]["environment"]["SECRET_KEY"]


def test_only_web_is_reachable_and_from_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])


def test_keys_made_apart_fit_each_other_and_stay(tmp_path: Path) -> None:
    seller, bank = tmp_path / "seller", tmp_path / "bank"
    seller.mkdir()
    bank.mkdir()

    keys.ensure_apart(seller, bank)
    first = (seller / "seller.key").read_bytes()
    keys.ensure_apart(seller, bank)

    assert sorted(path.name for path in seller.iterdir()) == ["bank.crt", "seller.key"]
    assert sorted(path.name for path in bank.iterdir()) == ["bank.key", "seller.crt"]
    assert (seller / "seller.key").read_bytes() == first


RIGHTS = """
SELECT r.rolname, r.rolsuper, r.rolcreaterole, r.rolcanlogin, r.rolreplication, pg_get_userbyid(d.datdba) = r.rolname,
       has_database_privilege(r.rolname, 'kwsp', 'CONNECT'), has_database_privilege(r.rolname, 'kwsp', 'CREATE'),
       has_database_privilege(r.rolname, 'kwsp', 'TEMPORARY'), r.rolcreatedb
  FROM pg_roles r, pg_database d WHERE d.datname = 'kwsp' AND r.rolname LIKE 'kwsp_%' AND NOT r.rolsuper ORDER BY 1
"""


def rights_in(postgres: Postgres) -> list[tuple[object, ...]]:
    connection = postgres.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute(RIGHTS)
            return list(cursor.fetchall())
    finally:
        connection.close()


def test_the_init_script_makes_the_same_roles_as_make_run(scene: Scene, open_place: Path) -> None:
    found = {}

    async def story(supervisor: Supervisor) -> None:
        for name in ("by-script", "by-devstack"):
            folder = RunFolder(open_place / name)
            folder.open()
            secrets = SecretsFile(folder.secrets)
            postgres = Postgres(folder, secrets, durable=False)
            postgres.prepare_files()
            program = postgres.program()
            await supervisor.start(program)
            if name == "by-script":
                environ = {
                    "PATH": f"{Path(program.command[0]).parent}:{os.environ['PATH']}",
                    "PGHOST": postgres.address.host,
                    "PGPASSWORD": secrets.get("postgres"),
                    "POSTGRES_USER": SUPERUSER,
                    **{f"KWSP_{role}_PASSWORD": f"it's {role}" for role in ("OWNER", "APP", "AUDIT", "BACKUP")},
                }
                subprocess.run(["sh", PROJECT / "docker" / "postgres-init.sh"], env=environ, check=True, stdout=subprocess.DEVNULL)
            else:
                roles.create(postgres, secrets, databases=False)
            found[name] = rights_in(postgres)
            await supervisor.stop_all()

    scene.run(story)
    assert found["by-script"] == found["by-devstack"]
    assert [row[0] for row in found["by-script"]] == sorted((*roles.ROLES, roles.BACKUP))
