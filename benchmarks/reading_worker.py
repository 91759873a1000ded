"""A worker process for benchmarks/reading.py: takes the one job that waits, and prints its seconds and its peak memory as JSON."""

import importlib
import json
import re
import resource
import time
from pathlib import Path

import django


def main() -> None:
    django.setup()
    engine = importlib.import_module("kwsp_portal.jobs.engine")
    models = importlib.import_module("contributions.models")
    lease = engine.take(["read_filing"])
    counts = engine.Counts()
    start = time.perf_counter()
    engine.work_one(lease, counts)
    seconds = time.perf_counter() - start
    filing = models.Filing.objects.get(pk=lease.payload["filing"])
    assert (filing.state, counts.done) == ("READY", 1), (filing.state, counts, filing.refusal)
    unpacking = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mib": _peak_mib(), "unpacking_mib": unpacking, "rows": filing.rows_total}))


def _peak_mib() -> float:
    """The high-water mark of this program's memory; unlike getrusage's it leaves out what the parent had."""
    found = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
