"""Runs one command with the servers up: `make test`, `make bench`, `make manage`.

The first command in a run folder owns the servers; one that comes while it runs is a guest of
the same servers, and the owner stops them only when the last guest has left.
"""

import asyncio
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kwsp_portal.devstack import addresses, environment, locks, process
from kwsp_portal.devstack.errors import DevstackError, explain
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.postgres import free_port
from kwsp_portal.devstack.secrets_file import SecretsFile
from kwsp_portal.devstack.servers import Servers, inherited
from kwsp_portal.devstack.supervisor import Stopped
from kwsp_portal.devstack.terminal import Terminal

PATIENCE_SECONDS = 300
INTERRUPTED = 130


@dataclass(frozen=True)
class Session:
    """A command and what it needs.

    `scratch` data may be lost in a power cut and made anew; with `databases` the owner's role may make databases of its own;
    `archive` is where WAL is received.
    """

    folder: RunFolder
    command: Sequence[str]
    settings: str
    scratch: bool = False
    databases: bool = False
    archive: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> int:
        """The command's return code, as a shell has it. Raises DevstackError."""
        self.folder.open()
        deadline = time.monotonic() + PATIENCE_SECONDS
        with locks.owner_lock(self.folder) as owner:
            while not owner.take():
                with locks.guests_lock(self.folder) as guests:
                    found = addresses.read(self.folder) if guests.take(shared=True) else {}
                    if found:
                        return self._as_guest(found)
                if time.monotonic() > deadline:
                    pid, words = locks.owner_of(owner)
                    raise DevstackError(f"{self.folder.root} is in use by process {pid} ({words}), which does not get ready.")
                time.sleep(0.1)
            owner.note(f"{process.own_pid()} {' '.join(self.command)}")
            return asyncio.run(self._as_owner())

    def _environ(self, found: Mapping[str, str]) -> dict[str, str]:
        known = inherited()
        made = environment.portal(
            self.folder,
            SecretsFile(self.folder.secrets),
            inherited=known,
            addresses=found,
            settings=self.settings,
            port=environment.port_of(known),
            bank_port=free_port(),
            phone_port=free_port(),
        )
        return made | dict(self.extra)

    def _as_guest(self, found: Mapping[str, str]) -> int:
        popen = self._popen(found)
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: popen.terminate())
        try:
            return shell_code(popen.wait())
        finally:
            signal.signal(signal.SIGINT, previous)

    async def _as_owner(self) -> int:
        terminal = Terminal(self.folder.logs, programs=False)
        servers = Servers(self.folder, terminal, environ=inherited(), scratch=self.scratch, databases=self.databases, archive=self.archive)
        servers.supervisor.watch_signals()
        try:
            servers.end_leftovers()
            found = await servers.start() | servers.for_operators
            addresses.write(self.folder, found)
            code = await self._foreground(servers, found)
            await self._wait_for_guests(terminal)
        except Stopped:
            return INTERRUPTED
        except OSError as error:
            raise explain(error) from error
        finally:
            addresses.remove(self.folder)
            await servers.supervisor.stop_all()
        return code

    async def _foreground(self, servers: Servers, found: Mapping[str, str]) -> int:
        """The command with our terminal. A Ctrl-C there reaches it without our help."""
        popen = self._popen(found)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, lambda: None)
        loop.add_signal_handler(signal.SIGTERM, popen.terminate)
        loop.add_signal_handler(signal.SIGHUP, popen.terminate)
        code = shell_code(await servers.supervisor.ended(popen))
        servers.supervisor.watch_signals()
        return code

    def _popen(self, found: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                list(self.command),
                env=self._environ(found),
                preexec_fn=process.dies_with_parent(signal.SIGTERM),
            )
        except FileNotFoundError as error:
            raise DevstackError(f"There is no command '{self.command[0]}'.") from error

    async def _wait_for_guests(self, terminal: Terminal) -> None:
        with locks.guests_lock(self.folder) as guests:
            if not guests.take():
                terminal.say("another command still uses these servers: waiting for it to end")
                await asyncio.to_thread(guests.take, wait=True)


def shell_code(code: int) -> int:
    """A return code in a shell's manner: 128 and the number of the signal that killed it."""
    return 128 - code if code < 0 else code
