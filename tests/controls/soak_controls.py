"""Negative controls: every planted bug is caught by a test of `make test` (`make soak ARGS="-k planted_bug"`).

KWSP_WRITE_DOCS=1 writes the table of docs/negative-controls.md anew, KWSP_WRITE_DOCS=new only the rows that it lacks; otherwise the tests
that it names must be among those that fail.
KWSP_SOAK_SHARE=2/5 takes every fifth bug from the second on, so that several may share the work.
"""

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controls.planting import DOCUMENT, PROJECT, Copy, Planted, all_planted, row

PLANTED = all_planted()
SHARE, OF = map(int, os.environ.get("KWSP_SOAK_SHARE", "1/1").split("/"))
WRITE = os.environ.get("KWSP_WRITE_DOCS", "")
_failed: dict[str, list[str]] = {}


def rows_of(document: Path) -> dict[str, str]:
    """The rows of the tables by bug."""
    lines = [line for line in document.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "`" in line]
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines}


assert PLANTED
CHOSEN = [planted for planted in PLANTED if WRITE != "new" or planted.bug not in rows_of(PROJECT / DOCUMENT)][SHARE - 1 :: OF]


@pytest.fixture(scope="module")
def copy() -> Iterator[Copy]:
    """At the end what failed is run on the sound tree, where it must pass: then it failed for the bug."""
    made = Copy(Path(tempfile.mkdtemp(prefix="kwsp-controls-")) / "tree")
    yield made
    nodes = sorted({node for failed in _failed.values() for node in failed})
    assert not nodes or made.failures(nodes) == []
    made.close()


@pytest.mark.parametrize("planted", CHOSEN, ids=lambda planted: f"{planted.part}: {planted.bug}")
def test_a_planted_bug_is_caught(copy: Copy, planted: Planted) -> None:
    with copy.with_bug(planted):
        failed = copy.failures(planted.suites, migrate=planted.migrates)

    line = row(planted, failed)
    print(line)  # noqa: T201
    assert failed, f"{planted.bug}: nothing in {planted.suites} noticed"
    _failed[planted.bug] = failed
    if WRITE:
        write(PROJECT / DOCUMENT, planted.bug, line)
    else:
        assert set(tests_in(rows_of(PROJECT / DOCUMENT)[planted.bug])) & set(tests_in(line))


def tests_in(line: str) -> list[str]:
    return re.findall(r"`([^`]+::[^`]+)`", line)


def write(document: Path, bug: str, line: str) -> None:
    """One row beside those that are there; the words before the first table stay. Others may be at it for their share."""
    with document.open("r+", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        head = held.read().partition("\n## ")[0]
        rows = rows_of(document) | {bug: line}
        tables = [
            f"\n## {part.capitalize()}\n\n| planted | where | caught by |\n|---|---|---|\n"
            + "".join(f"{rows[planted.bug]}\n" for planted in PLANTED if planted.part == part and planted.bug in rows)
            for part in dict.fromkeys(planted.part for planted in PLANTED)
        ]
        held.seek(0)
        held.truncate()
        held.write(head.rstrip() + "\n" + "".join(tables))
