"""The part of a running portal that credits: both servers, worker and beat under the real supervisor (`python -m tests.devstack.lean`).

KWSP_RUN_DIR names its folder. Ready when its addresses are written; SIGTERM stops it.
"""

import asyncio
import os
import sys
from collections.abc import Mapping

from kwsp_portal.devstack import addresses, environment, locks, portal_programs, process
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.servers import Servers
from kwsp_portal.devstack.supervisor import Stopped
from kwsp_portal.devstack.terminal import Terminal

SETTINGS = "kwsp_portal.settings.dev"


async def run(folder: RunFolder, environ: Mapping[str, str]) -> None:
    servers = Servers(folder, Terminal(folder.logs), environ=environ)
    servers.supervisor.watch_signals()
    try:
        found = await servers.start()
        portal = portal_environment(folder, found, environ)
        assert await servers.supervisor.step(portal_programs.manage(portal, "migrate", "--verbosity", "0", as_owner=True)) == 0
        await servers.supervisor.start_together(portal_programs.worker(portal, only_worker=True), portal_programs.beat(portal, folder))
        addresses.write(folder, found)
        await servers.supervisor.stop_asked()
    except Stopped:
        pass
    finally:
        addresses.remove(folder)
        await servers.supervisor.stop_all()


def portal_environment(folder: RunFolder, found: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """What a process of this portal needs."""
    servers = Servers(folder, Terminal(folder.logs, programs=False), environ=environ)
    return environment.portal(folder, servers.secrets, inherited=environ, addresses=found, settings=SETTINGS, port=1, bank_port=1, phone_port=1)


def main() -> int:
    folder = RunFolder.choose(os.environ)
    folder.open()
    with locks.owner_lock(folder) as owner:
        assert owner.take()
        owner.note(f"{process.own_pid()} {__name__}")
        asyncio.run(run(folder, dict(os.environ)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
