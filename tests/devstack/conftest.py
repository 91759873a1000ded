"""A run folder that PostgreSQL's account can reach, and one started cluster for the whole module."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.leftovers import Children
from kwsp_portal.devstack.postgres import Postgres
from kwsp_portal.devstack.secrets_file import SecretsFile
from kwsp_portal.devstack.supervisor import Supervisor
from kwsp_portal.devstack.terminal import Terminal


@pytest.fixture(scope="module")
def open_place() -> Iterator[Path]:
    """A short folder that every account may pass (pytest's own tmp_path is closed to others)."""
    place = Path(tempfile.mkdtemp(prefix="kwsp-"))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """An opened run folder for tests that need no PostgreSQL."""
    made = RunFolder(tmp_path / "run")
    made.open()
    return made


class Scene:
    """A supervisor for one test, and what was said in it."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.said = open(folder.root / "terminal.txt", "w+", encoding="utf-8")  # noqa: SIM115
        self.terminal = Terminal(folder.logs, out=self.said)
        self.children = Children(folder.children)

    def run(self, story: Callable[[Supervisor], Awaitable[None]]) -> None:
        """Plays the story under a supervisor and stops everything after it."""

        async def play() -> None:
            supervisor = Supervisor(self.terminal, self.children)
            supervisor.watch_children()
            try:
                await asyncio.wait_for(story(supervisor), 60)
            finally:
                await supervisor.stop_all()

        try:
            asyncio.run(play())
        finally:
            self.said.flush()

    def text(self) -> str:
        return Path(self.said.name).read_text(encoding="utf-8")


@pytest.fixture
def scene(folder: RunFolder) -> Iterator[Scene]:
    made = Scene(folder)
    yield made
    made.said.close()


async def until(condition: Callable[[], object]) -> None:
    """Waits for a condition; the story's own time limit ends a wait that is in vain."""
    while not await asyncio.to_thread(condition):
        await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def cluster(open_place: Path) -> Postgres:
    """A made but not started cluster, in a folder whose name is as bad as names get."""
    folder = RunFolder(open_place / 'it\'s "a" run')
    folder.open()
    postgres = Postgres(folder, SecretsFile(folder.secrets), durable=False)
    postgres.prepare_files()
    return postgres
