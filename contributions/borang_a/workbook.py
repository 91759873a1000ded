"""An XLSX or XLS: measured here, read in a process of its own (workbook_process), its rows taken over as text."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from contributions.borang_a import archive, layout
from contributions.borang_a.kinds import Kind
from contributions.borang_a.problem import Code, FileProblem, Problem

_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-m", "contributions.borang_a.workbook_process")
_WAIT_SECONDS: Final = 60


class Sheet(NamedTuple):
    """A sheet that may be the one that is meant."""

    name: str
    rows: int
    hidden: bool


class SheetsAsked(Exception):
    """Several sheets may be meant, or only hidden ones: somebody has to say which."""

    def __init__(self, sheets: tuple[Sheet, ...]) -> None:
        self.sheets = sheets
        super().__init__(*(sheet.name for sheet in sheets))


class Book(NamedTuple):
    """The sheet that was read: the filled sheets that were not, its rows, and how many of them are hidden."""

    sheet: str
    others: tuple[str, ...]
    hidden: tuple[str, ...]
    rows: int
    hidden_rows: int
    decimal_comma: bool
    lines: tuple[bytes, ...]

    def records(self) -> Iterator[layout.Record]:
        """Number of the row in the sheet, its cells as text, and the code of each cell that is not what it shows."""
        for line in self.lines:
            for number, cells, odd in json.loads(line):
                yield number, cells, {int(place): Code(code) for place, code in odd.items()} if odd else layout.NOTHING_ODD


def measure(content: bytes, kind: Kind) -> None:
    """What can be said without unpacking anything. Raises FileProblem as archive's two functions do."""
    if kind is Kind.XLSX:
        archive.measure_xlsx(content)
    else:
        archive.measure_xls(content)


def read(content: bytes, kind: Kind, *, sheet: str = "") -> Book:
    """The sheet of that name, or the only one that can be meant. Raises FileProblem, and SheetsAsked where there is no name."""
    measure(content, kind)
    answer = _ask(content, sheet)
    head = json.loads(answer[0])
    if "problem" in head:
        problem = head["problem"]
        raise FileProblem(Problem(Code(problem["code"]), problem["column"], problem["found"], problem["expected"], problem["detail"]))
    if "ask" in head:
        raise SheetsAsked(tuple(Sheet(**found) for found in head["ask"]))
    return Book(
        head["sheet"],
        tuple(head["others"]),
        tuple(head["hidden"]),
        head["rows"],
        head["hidden_rows"],
        head["decimal_comma"],
        tuple(answer[1:-1]),
    )


def _ask(content: bytes, sheet: str) -> list[bytes]:
    """The lines that the process answers. One that is stopped at its limits, or stops by itself, is a file that cannot be unpacked."""
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "PATH": os.defpath}
    try:
        done = subprocess.run(
            _COMMAND,
            input=json.dumps(sheet).encode() + b"\n" + content,
            capture_output=True,
            env=environment,
            cwd=_ROOT,
            timeout=_WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileProblem(_stopped()) from error
    lines = done.stdout.splitlines()
    if done.returncode or not lines or b'"end"' not in lines[-1]:
        raise FileProblem(_stopped())
    return lines


def _stopped() -> Problem:
    return Problem(Code.UNPACKS_TOO_FAR, found=f"> {archive.MAX_MEMORY >> 20} MiB", expected=f"{archive.MAX_UNPACKED >> 20} MiB")
