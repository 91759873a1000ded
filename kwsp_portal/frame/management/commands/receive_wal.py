"""manage.py receive_wal: every byte of WAL into KWSP_WAL_ARCHIVE, for real servers (the embedded one has its receiver from `make run`)."""

import os
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy as _
from psycopg2.extras import PhysicalReplicationConnection

from kwsp_portal.devstack.receiver import NAME
from kwsp_portal.frame.backups import addresses, programs
from kwsp_portal.frame.backups.trouble import Trouble, of_system


class Command(BaseCommand):
    help = "Receives WAL until it is stopped; with synchronous_standby_names = 'kwsp_vault' commits wait for it (docs/operations.md)."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._become_receiver()
        except Trouble as trouble:
            raise CommandError(str(trouble)) from trouble

    def _become_receiver(self) -> None:
        """pg_receivewal takes this process' place; it ends with the connection, and whoever keeps services starts it again."""
        if not settings.WAL_ARCHIVE:
            raise Trouble(_("KWSP_WAL_ARCHIVE tidak ditetapkan: folder untuk WAL diperlukan, sebaik-baiknya pada cakera atau mesin lain."))
        params = addresses.replication()
        system, major = _identify(params)
        folder = Path(settings.WAL_ARCHIVE) / system
        try:
            os.umask(0o077)
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise of_system(error, place=folder) from error
        program = programs.find("pg_receivewal", major=major)
        environ = {**programs.plain(), **addresses.as_environment(params), "PGAPPNAME": NAME}
        programs.run(program, f"--slot={NAME}", "--create-slot", "--if-not-exists", "--no-password", environ=environ)
        self.stdout.write(f"{folder}")
        self.stdout.flush()
        chosen = (f"--directory={folder}", f"--slot={NAME}", "--synchronous", "--no-loop", "--no-password", "--status-interval=1")
        os.execve(program, [str(program), *chosen], environ)  # noqa: S606 - no shell is wanted


def _identify(params: addresses.Params) -> tuple[str, int]:
    """The cluster's system identifier and PostgreSQL's major version."""
    try:
        connection = psycopg2.connect(**params, connection_factory=PhysicalReplicationConnection, connect_timeout=10)
    except psycopg2.OperationalError as error:
        raise addresses.unreachable(params, error) from error
    try:
        with connection.cursor() as cursor:
            cursor.execute("IDENTIFY_SYSTEM")
            return str(cursor.fetchone()[0]), connection.server_version // 10000
    finally:
        connection.close()
