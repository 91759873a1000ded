"""The two servers of a run folder, and the addresses the portal finds them by."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from kwsp_portal.devstack import receiver, roles
from kwsp_portal.devstack.errors import DevstackError
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.leftovers import Children
from kwsp_portal.devstack.postgres import Postgres
from kwsp_portal.devstack.secrets_file import SecretsFile
from kwsp_portal.devstack.supervisor import Supervisor
from kwsp_portal.devstack.terminal import Terminal
from kwsp_portal.devstack.valkey import Valkey

DATABASE_URLS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_AUDIT_URL")


class Servers:
    """Starts the embedded servers unless the environment names real ones."""

    def __init__(
        self, folder: RunFolder, terminal: Terminal, *, environ: Mapping[str, str], scratch: bool = False, databases: bool = False, archive: str = ""
    ) -> None:
        self.folder = folder
        self.secrets = SecretsFile(folder.secrets)
        self.terminal = terminal
        self.children = Children(folder.children)
        self.supervisor = Supervisor(terminal, self.children)
        self.for_operators: dict[str, str] = {}
        """Addresses for backup and restore, beside those that `start` gives."""
        self._environ = environ
        self._scratch = scratch
        self._databases = databases
        self._archive = archive

    def end_leftovers(self) -> None:
        """Ends what a killed run left; only for who holds the owner's lock."""
        leftovers = self.children.end_leftovers()
        if leftovers:
            self.terminal.say(f"the last run did not stop cleanly; ended its {', '.join(leftovers)}")

    async def start(self) -> dict[str, str]:
        """Starts what is needed; the addresses by environment variable."""
        self.supervisor.watch_children()
        return await self._database() | await self._broker()

    async def _database(self) -> dict[str, str]:
        given = given_databases(self._environ, self.terminal)
        if given:
            return given
        postgres = Postgres(self.folder, self.secrets, durable=not self._scratch, received_by=receiver.NAME if self._archive else "")
        await asyncio.to_thread(postgres.prepare_files, announce=self.terminal.say)
        await self.supervisor.start(postgres.program())
        await self._received(postgres)
        self.for_operators = roles.operator_urls(postgres, self.secrets)
        return roles.urls(postgres, self.secrets)

    async def _received(self, postgres: Postgres) -> None:
        """Roles, and the receiver of WAL: its slot before anything else is written, itself before anybody waits for it."""
        await asyncio.to_thread(receiver.ensure_slot if self._archive else receiver.drop_slot, postgres)
        await asyncio.to_thread(roles.create, postgres, self.secrets, databases=self._databases)
        if self._archive:
            vault = receiver.Receiver(postgres, self.secrets, Path(self._archive).absolute())
            await asyncio.to_thread(vault.check_folder)
            await self.supervisor.start(await asyncio.to_thread(vault.program))
            self.terminal.say(f"WAL is received in {self._archive}: a commit is acknowledged when it stands there too")

    async def _broker(self) -> dict[str, str]:
        given = self._environ.get("CELERY_BROKER_URL", "")
        if given:
            self.terminal.say("CELERY_BROKER_URL is set: the embedded Valkey stays off")
            return {"CELERY_BROKER_URL": given}
        valkey = Valkey(self.folder, self.secrets, durable=not self._scratch)
        await self.supervisor.start(valkey.program())
        return {"CELERY_BROKER_URL": valkey.url}


def given_databases(environ: Mapping[str, str], terminal: Terminal) -> dict[str, str]:
    """The addresses of a real server from outside; empty if DATABASE_URL is not set.

    Raises DevstackError where only one of the other two is set: half a choice is a mistake.
    """
    url = environ.get("DATABASE_URL", "")
    others = {name: environ.get(name, "") for name in DATABASE_URLS[1:]}
    if not url:
        if any(others.values()):
            raise DevstackError("DATABASE_OWNER_URL or DATABASE_AUDIT_URL is set without DATABASE_URL.")
        return {}
    terminal.say("DATABASE_URL is set: the embedded PostgreSQL stays off")
    missing = [name for name, value in others.items() if not value]
    if missing:
        terminal.say(f"{' and '.join(missing)} not set: DATABASE_URL is used there too")
    return {"DATABASE_URL": url} | {name: value or url for name, value in others.items()}


def without_empty(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without variables that are set to nothing (as `make run PORT=` does)."""
    return {name: value for name, value in environ.items() if value}


def inherited() -> dict[str, str]:
    return without_empty(os.environ)
