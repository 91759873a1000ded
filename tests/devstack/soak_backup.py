"""The drill: PostgreSQL killed while it writes, its data folder thrown away, everything restored, and no acknowledged commit is missing.

KWSP_SOAK_ROUNDS rounds (5) on one archive, so that one recovery follows another; KWSP_SOAK_SEED for the same order once more.
`make soak ARGS="-k soak_backup"`.
"""

import json
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kwsp_portal.devstack import process
from kwsp_portal.devstack.folder import PROJECT, RunFolder

from .running import outside

PATIENCE = 300
ENTRIES = "SELECT ref FROM ledger_entry ORDER BY ref"
ASK = """import os, sys, psycopg2
cursor = psycopg2.connect(os.environ["DATABASE_URL"]).cursor()
cursor.execute(sys.argv[1])
print(*(row[0] for row in cursor.fetchall()))"""


class Site:
    """A run folder, and beside it, as on another disk, the archive of WAL, the backups and the journal of what was acknowledged."""

    def __init__(self, place: Path) -> None:
        self.folder = RunFolder(place / "run")
        self.vault, self.backups, self.journal = place / "vault", place / "backups", place / "journal"
        self.environ = outside() | {
            "KWSP_RUN_DIR": str(self.folder.root),
            "KWSP_WAL_ARCHIVE": str(self.vault),
            "KWSP_BACKUP_DIR": str(self.backups),
            "PYTHONWARNINGS": "ignore",
        }

    def start(self, *command: str) -> "subprocess.Popen[str]":
        devstack = [sys.executable, "-m", "kwsp_portal.devstack", *command]
        return subprocess.Popen(devstack, cwd=PROJECT, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, *command: str) -> str:
        """What a command of the stack printed; it must succeed."""
        started = self.start(*command)
        said = started.communicate(timeout=PATIENCE)[0]
        assert started.returncode == 0, said
        return said

    def manage(self, *arguments: str) -> str:
        return self.run("exec", "--", sys.executable, "manage.py", *arguments)

    def acknowledged(self) -> list[tuple[int, float, float]]:
        """Ref, began, ended of every commit that was acknowledged. A last line that the kill cut off never was."""
        whole = [line.split() for line in self.journal.read_text().splitlines(keepends=True) if line.endswith("\n")]
        return [(int(ref), float(began), float(ended)) for ref, began, ended in whole]

    def refs(self) -> set[int]:
        return {int(ref) for ref in self.run("exec", "--", sys.executable, "-c", ASK, ENTRIES).splitlines()[-1].split()}

    def pid_of(self, program: str) -> int:
        return int(json.loads(self.folder.children.read_text())[program][0])


@contextmanager
def writing(site: Site, seed: int) -> Iterator["subprocess.Popen[str]"]:
    """Servers and writers, until they are killed."""
    started = site.start("exec", "--", sys.executable, "-m", "tests.devstack.writers", str(site.journal), str(seed))
    try:
        assert started.stdout is not None
        assert any("writing" in line for line in started.stdout)
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate()
        alive = [pid for pid, *_ in json.loads(site.folder.children.read_text()).values()] if site.folder.children.exists() else []
        assert process.wait_until(lambda: not any(process.is_alive(pid) for pid in alive), seconds=60)


def crash(site: Site, chance: random.Random, owner: "subprocess.Popen[str]") -> str:
    """kill -9 of PostgreSQL, of its receiver a little before or after or not at all, and of the supervisor before it can mend anything."""
    receiver = chance.choice(("before", "after", "spared"))
    victims = [("postgres", site.pid_of("postgres"))]
    if receiver != "spared":
        victims.insert(0 if receiver == "before" else 1, ("receiver", site.pid_of("receiver")))
    os.kill(owner.pid, signal.SIGSTOP)
    for _, pid in victims:
        os.kill(pid, signal.SIGKILL)
        time.sleep(chance.random() / 10)
    owner.kill()
    return receiver


def test_the_data_folder_is_thrown_away_and_no_acknowledged_commit_is_missing(open_place: Path) -> None:
    seed = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
    chance = random.Random(seed)
    site = Site(open_place)
    site.run("exec", "--", "env", "KWSP_DB_ROLE=owner", sys.executable, "manage.py", "migrate", "--verbosity", "0")
    site.manage("set_business_date")
    site.manage("backup")
    before = 0
    for number in range(int(os.environ.get("KWSP_SOAK_ROUNDS", "5"))):
        again = chance.random() < 0.4
        with writing(site, number) as owner:
            time.sleep(1 + 3 * chance.random())
            if again:
                site.manage("backup")
                time.sleep(2 * chance.random())
            receiver = crash(site, chance, owner)
        shutil.rmtree(site.folder.postgres / "data")
        began = time.monotonic()
        said = site.run("recover", "latest-base")
        took = time.monotonic() - began
        acknowledged = {ref for ref, _, _ in site.acknowledged()}
        found = site.refs()
        print(  # noqa: T201
            f"seed {seed} round {number}: receiver {receiver}, {'base under load' if again else 'older base'}, {len(acknowledged):,} acknowledged, "
            f"{len(acknowledged - found)} missing, {len(found - acknowledged)} in doubt, restored in {took:.1f} s"
        )
        assert len(acknowledged) > before + 10, "nothing was written before the kill"
        before = len(acknowledged)
        assert acknowledged - found == set(), said
        assert len(found - acknowledged) <= 4 * (number + 1), "a thread has one commit on its way at most"
        site.manage("check_ledger")
    point_in_time(site, chance)


def entries_in(said: str) -> int:
    """How many entries a restore says there are."""
    return int(re.search(r"Dipulihkan: ([\d,]+) catatan", said)[1].replace(",", ""))  # type: ignore[index]


def point_in_time(site: Site, chance: random.Random) -> None:
    """A new cluster as at a moment of the last round, beside the living one: all that was acknowledged before it, nothing begun after."""
    lines = site.acknowledged()
    moment = chance.choice(lines[len(lines) // 2 :])[2]
    least, most = (sum(1 for line in lines if line[column] < moment) for column in (2, 1))
    oldest = sorted(path.name for path in site.backups.iterdir() if path.name.endswith("-base"))[0]
    until = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f"{moment % 1:.6f}"[1:] + "+00:00"

    said = site.manage("restore", oldest, "--into", str(site.folder.root.parent / "as-at"), "--until", until)

    found = entries_in(said)
    print(f"as at {until}: {found:,} entries, between {least:,} acknowledged before and {most:,} begun before")  # noqa: T201
    assert least <= found <= most + 4

    # The control: without the archive the same backup ends where it was taken, and the comparison above would see it.
    without = site.manage("restore", oldest, "--into", str(site.folder.root.parent / "without"), "--no-archive")
    assert entries_in(without) < least
