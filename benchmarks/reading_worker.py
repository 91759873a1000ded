"""A worker process for benchmarks/reading.py: takes the one job that waits, and prints its seconds and its peak memory as JSON.

`cpu` are the seconds of processor of this process, of those it started and of its server process: the same on a busy machine.
"""

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
    server = _server_process()
    start, cpu = time.perf_counter(), _spent(server)
    engine.work_one(lease, counts)
    seconds, cpu = time.perf_counter() - start, _spent(server) - cpu
    filing = models.Filing.objects.get(pk=lease.payload["filing"])
    assert (filing.state, counts.done) == ("READY", 1), (filing.state, counts, filing.refusal)
    unpacking = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mib": peak_mib(), "unpacking_mib": unpacking, "rows": filing.rows_total}))


def _server_process() -> int:
    with importlib.import_module("django.db").connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _spent(server: int) -> float:
    """Seconds of processor so far."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    of_server = int(Path(f"/proc/{server}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    return time.process_time() + children.ru_utime + children.ru_stime + of_server


def peak_mib() -> float:
    """The high-water mark of this program's memory; unlike getrusage's it leaves out what the parent had."""
    found = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
