"""A CSV of 1,000,000 rows: taken by a process of its own, as the web server takes it, and read by a worker to READY, each in at most 300 MiB; linear
within 30 % from 100,000 rows, by the seconds of processor of worker and server process, which say the same on a busy machine. In a copy of the
benchmarks' database, dropped at the end. KWSP_BENCH_ROWS: a tenth of fewer."""

import importlib
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import database, harness, reading

ROWS = 10 * reading.ROWS
ROUNDS = 3
MOST = 1.3
MOST_SECONDS = 5
"""Of processor, for taking it: somebody waits for the page."""


def measure() -> list[harness.Figure]:
    """Three files of 100,000 rows and, between them, one of a million."""
    database.prepare()
    with database.fresh(reading.COPY_NAME):
        return _figures()


def _figures() -> list[harness.Figure]:
    small = [_small(reading.FIRST_MONTH.plus(number)) for number in range(ROUNDS)]
    taken, large = _large()
    small.append(_small(reading.FIRST_MONTH.plus(ROUNDS)))
    tenth = statistics.median(small)
    note = f"{large['seconds']:.0f} s on the clock, {ROWS / large['cpu']:,.0f} rows/s of processor"
    return [
        harness.Figure(f"a CSV of {ROWS:,} rows to READY against ten of {reading.ROWS:,} (processor)", large["cpu"], MOST, 10 * tenth, note=note),
        harness.Figure("peak memory of the worker that reads it", large["mib"], reading.MAX_MIB, unit="MiB"),
        harness.Figure("peak memory of the process that takes it", taken["mib"], reading.MAX_MIB, unit="MiB"),
        harness.Figure("seconds of processor for taking it", taken["cpu"], MOST_SECONDS, note=f"{taken['size'] / 2**20:.0f} MiB"),
    ]


def _small(month: "reading.WageMonth") -> float:
    firm, maker = reading.employer() if month == reading.FIRST_MONTH else _there(reading.EMPLOYER)
    reading.send(firm, maker, month, reading.content_of(month))
    return reading.work()["cpu"]


def _there(number: str) -> tuple[object, object]:
    employers, identity = importlib.import_module("employers.models"), importlib.import_module("members.identity.models")
    return employers.Employer.objects.get(number=number), identity.User.objects.get(user_id="penandaaras")


def _large() -> tuple[dict[str, float], dict[str, float]]:
    reading.employer("19999996", ROWS)
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        Path(file.name).write_bytes(reading.content_of(reading.FIRST_MONTH, ROWS))
        command = [sys.executable, "-m", "benchmarks.million_taker", "19999996", str(reading.FIRST_MONTH), file.name]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1]), reading.work()
