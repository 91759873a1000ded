"""A copy of the tree in which bugs are planted, and the suites run against it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import yaml

from tests.conftest import owner_connection

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENT = "docs/negative-controls.md"
LEFT_OUT = (".git", ".venv", ".run*", "__pycache__", ".*_cache", "node_modules", "screenshots")
PATIENCE_SECONDS = 900
MOST_FAILURES = 2


class Planted(NamedTuple):
    part: str
    bug: str
    file: str
    old: str
    new: str
    suites: tuple[str, ...]

    @property
    def migrates(self) -> bool:
        return "/migrations/" in self.file

    def times(self, root: Path) -> int:
        """How often the text stands in the file."""
        return (root / self.file).read_text(encoding="utf-8").count(self.old)


def all_planted() -> list[Planted]:
    parts = yaml.safe_load(Path(__file__).with_name("planted.yaml").read_text(encoding="utf-8"))
    return [Planted(part, **{**bug, "suites": tuple(bug["suites"].split())}) for part, bugs in parts.items() for bug in bugs]


class Copy:
    """The tree as it is, in another folder, and a migrated database that its suites begin with."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(PROJECT, root, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        self._template = f"test_sound_{os.getpid()}"
        with owner_connection("postgres") as owner, owner.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{self._template}"')
        url = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{self._template}").geturl()
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=root, env=os.environ | {"DATABASE_OWNER_URL": url, "DATABASE_URL": url, "KWSP_DB_ROLE": "owner"}, check=True)

    def close(self) -> None:
        with owner_connection("postgres") as owner, owner.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{self._template}"')
        shutil.rmtree(self.root.parent)

    @contextmanager
    def with_bug(self, planted: Planted) -> Iterator[None]:
        path = self.root / planted.file
        sound = path.read_text(encoding="utf-8")
        assert planted.times(self.root) == 1, planted
        path.write_text(sound.replace(planted.old, planted.new), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(sound, encoding="utf-8")

    def failures(self, suites: Sequence[str], *, migrate: bool = False) -> list[str]:
        """The first few tests that fail; an empty list where all pass. `migrate`: in a database made by the tree's own migrations."""
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rfE",
            "--tb=no",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            f"--maxfail={MOST_FAILURES}",
        ]
        environ = os.environ | {"KWSP_TEST_DB": f"test_planted_{os.getpid()}"}
        if not migrate:
            environ["KWSP_TEST_TEMPLATE"] = self._template
        done = subprocess.run([*command, *suites], cwd=self.root, env=environ, check=False, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        failed = re.findall(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
        # 0: all passed; 1: some failed. Anything else is no verdict on the bug.
        assert done.returncode == (1 if failed else 0), done.stdout[-3000:] + done.stderr[-3000:]
        return failed


def row(planted: Planted, failed: Sequence[str]) -> str:
    """A line of the table."""
    names = dict.fromkeys(re.sub(r"\[.*", "", node.removeprefix("tests/")) for node in failed)
    return f"| {planted.bug} | `{planted.file}` | {', '.join(f'`{name}`' for name in names)} |"
