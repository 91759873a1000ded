"""What each bad file of bad_files.py costs, in a process of its own: taken, and read to its end (`make soak ARGS="-k bad_input"`).

At most 5 s of processor and 300 MiB each, in it and in the process that unpacks. Prints a row for each.
"""

import json
import os
import re
import resource
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from contributions.borang_a.kinds import Kind, found_in
from contributions.services import filing as filings
from contributions.services.filing import FileRefused
from tests.contributions.bad_files import BAD, TOO_LARGE, Staff
from tests.contributions.conftest import OCTOBER, ON, Office, read_jobs
from tests.contributions.test_bad_input import staff

__all__ = ["staff"]
MOST_SECONDS, MOST_MIB = 5.0, 300
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.outcome != TOO_LARGE])
def test_a_bad_file_costs_little(name: str, office: Office, staff: Staff) -> None:  # noqa: F811 - the fixture above
    bad = BAD[name]
    content = bad.make(staff)

    found = _in_a_process_of_its_own(office, content, bad.name)

    kind = found_in(content) if content else Kind.CSV
    spent = f"{found['cpu']:.2f} s, {found['mib']:.0f} MiB, unpacking {found['unpacking']:.0f}"
    print(f"{name}: {found['outcome']}, {kind} {len(content):,} bytes, {spent}")  # noqa: T201
    assert found["outcome"] == bad.outcome
    assert found["cpu"] < MOST_SECONDS
    assert max(found["mib"], found["unpacking"]) < MOST_MIB


def _in_a_process_of_its_own(office: Office, content: bytes, name: str) -> dict[str, float]:
    connections.close_all()
    ends = os.pipe()
    if not (child := os.fork()):
        with os.fdopen(ends[1], "w") as said:
            json.dump(_spent(office, content, name), said)
        os._exit(0)
    os.close(ends[1])
    with os.fdopen(ends[0]) as heard:
        found: dict[str, float] = json.loads(heard.read() or "{}")
    os.waitpid(child, 0)
    return found


def _spent(office: Office, content: bytes, name: str) -> dict[str, object]:
    # The high-water mark begins anew: what the tests needed before is not counted.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    began = time.process_time()
    try:
        assert len(content) <= settings.UPLOAD_MAX_BYTES
        filing = filings.upload(employer=office.employer, wage_month=OCTOBER, name=name, content=content, by=office.maker, on=ON)
    except FileRefused:
        outcome = "refused"
    else:
        read_jobs()
        filing.refresh_from_db()
        outcome = str(filing.state)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert peak is not None
    cpu = time.process_time() - began + children.ru_utime + children.ru_stime
    # A process that is started is as large as this one for a moment: only what read a workbook is of interest.
    return {"outcome": outcome, "cpu": cpu, "mib": int(peak[1]) / 1024, "unpacking": children.ru_maxrss / 1024}
