"""The whole portal in one run folder: what `make run` keeps alive until Ctrl-C."""

import asyncio
import socket
from collections.abc import Mapping

from kwsp_portal.devstack import addresses, environment, locks, portal_programs, process, receiver, sign_ins
from kwsp_portal.devstack.errors import DevstackError, explain
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.postgres import free_port
from kwsp_portal.devstack.programs import Program
from kwsp_portal.devstack.servers import Servers
from kwsp_portal.devstack.supervisor import Stopped
from kwsp_portal.devstack.terminal import Terminal


def run(environ: Mapping[str, str], *, settings: str) -> int:
    """Runs everything until a signal; 0 after a clean stop. Raises DevstackError in one line."""
    folder = RunFolder.choose(environ)
    port = environment.port_of(environ)
    folder.open()
    with locks.owner_lock(folder) as owner:
        if not owner.take():
            pid, words = locks.owner_of(owner)
            raise DevstackError(
                f"{folder.root} is in use by process {pid} ({words}): stop that one first, "
                "or set KWSP_RUN_DIR to another folder and PORT to another port."
            )
        owner.note(f"{process.own_pid()} make run, port {port}")
        return asyncio.run(Stack(folder, environ, settings=settings, port=port).run())


class Stack:
    """Servers, first-run steps and programs, in their order."""

    def __init__(self, folder: RunFolder, environ: Mapping[str, str], *, settings: str, port: int) -> None:
        self._folder = folder
        self._environ = environ
        self._settings = settings
        self._port = port
        self._terminal = Terminal(folder.logs)
        self._servers = Servers(folder, self._terminal, environ=environ, archive=environ.get(receiver.SETTING, ""))
        self._supervisor = self._servers.supervisor

    async def run(self) -> int:
        """Starts all, waits for a signal, stops all."""
        self._supervisor.watch_signals()
        self._servers.end_leftovers()
        refuse_taken(self._port)
        try:
            await self._start(await self._servers.start())
            await self._supervisor.stop_asked()
        except Stopped:
            self._terminal.say("stopped before everything was up")
        except OSError as error:
            raise explain(error) from error
        finally:
            addresses.remove(self._folder)
            await self._stop()
        return 0

    async def _stop(self) -> None:
        if self._supervisor.has_started():
            self._terminal.say("stopping")
            await self._supervisor.stop_all()
            self._terminal.say("stopped; the data stays")

    async def _start(self, found: Mapping[str, str]) -> None:
        bank_port, phone_port, jpn_port = free_port(), free_port(), free_port()
        portal = environment.portal(
            self._folder,
            self._servers.secrets,
            inherited=self._environ,
            addresses=found,
            settings=self._settings,
            port=self._port,
            bank_port=bank_port,
            phone_port=phone_port,
            jpn_port=jpn_port,
        )
        bank = environment.bank(self._folder, self._servers.secrets, inherited=self._environ, port=self._port)
        phone = environment.phone(self._folder, self._servers.secrets, inherited=self._environ, port=self._port)
        await self._prepare_data(portal)
        own_broker = "CELERY_BROKER_URL" not in self._environ
        serving = environment.serving(portal)
        await self._supervisor.start_together(
            portal_programs.bank(bank, port=bank_port),
            portal_programs.phone(phone, port=phone_port),
            portal_programs.register(environment.register(self._servers.secrets, inherited=self._environ), port=jpn_port),
            portal_programs.worker(serving, only_worker=own_broker),
            portal_programs.messenger(serving),
            portal_programs.web(serving, port=self._port),
            portal_programs.beat(serving, self._folder),
        )
        addresses.write(self._folder, {**found, **self._servers.for_operators})
        self._terminal.show(sign_ins.banner(f"http://127.0.0.1:{self._port}/"))

    async def _prepare_data(self, portal: Mapping[str, str]) -> None:
        """Migrations, the business date, and the demo's people where there are none yet."""
        await self._step(portal_programs.manage(portal, "migrate", "--verbosity", "0", as_owner=True))
        if portal.get("AS_AT"):
            await self._step(portal_programs.manage(portal, "set_business_date"))
        await self._step(portal_programs.manage(portal, "demo_data", "--if-empty"))

    async def _step(self, program: Program) -> None:
        """Runs a management command; its last line is the reason if it fails."""
        self._terminal.say(f"manage.py {program.name}")
        if await self._supervisor.step(program) != 0:
            raise DevstackError(f"manage.py {program.name}: {self._terminal.last(program.name)}")


def refuse_taken(port: int) -> None:
    """Raises DevstackError if somebody listens on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise DevstackError(f"Port {port} needs root's rights: choose one above 1023, such as PORT=8000.") from error
        except OSError as error:
            raise DevstackError(
                f"Port {port} is taken by another program: choose another, such as PORT={port + 1 if port < 65535 else 8000}."
            ) from error
