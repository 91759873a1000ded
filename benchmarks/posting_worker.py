"""A worker's process for benchmarks: reads one JSON order a line, does it, answers with one line. Run as a module."""

import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import django

ON = date(2026, 11, 10)
CHUNK = 5_000
SEN = 144_900
PROGRAMME = "bench_post"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kwsp_portal.settings.dev")
    django.setup()

    from kwsp_portal import jobs  # noqa: PLC0415 - Django is ready only now
    from kwsp_portal.jobs import engine  # noqa: PLC0415
    from members.ledger import posting  # noqa: PLC0415

    def acts(first: int, end: int, part: int) -> Iterator[posting.Act]:
        clearing = posting.fund("CONTRIBUTION_CLEARING")
        for member_id in range(first, end):
            legs = (posting.Leg(clearing, -SEN), posting.Leg(posting.member(member_id, "PERSARAAN"), SEN))
            yield posting.Act(posting_kind, member_id, part, ON, ON, legs)

    posting_kind = posting.EntryKind.CONTRIBUTION

    @jobs.programme(PROGRAMME)
    def work(lease: jobs.Lease) -> None:
        posting.post_chunk(acts(**lease.payload), lease=lease)

    def post(first: int, end: int, part: int) -> None:
        for start in range(first, end, CHUNK):
            posting.post_many(acts(start, min(start + CHUNK, end), part))

    def run() -> None:
        counts = jobs.work_some(programmes=[PROGRAMME])
        assert (counts.failed, counts.lost) == (0, 0), counts

    def chunks(programme: str, count: int, nice: int = 0) -> None:
        """So many chunks of a programme, or fewer if there are no more; as nice as a process at work can be asked to be."""
        os.setpriority(os.PRIO_PROCESS, 0, max(nice, os.getpriority(os.PRIO_PROCESS, 0)))
        counts = engine.Counts()
        for _each in range(count):
            lease = engine.take([programme])
            if lease is None:
                break
            engine.work_one(lease, counts)
        assert (counts.failed, counts.lost) == (0, 0), counts

    def spin(times: int) -> None:
        total = 0
        for number in range(times):
            total += number * number % 7

    orders: dict[str, Any] = {"post": post, "run": run, "chunks": chunks, "spin": spin}
    for line in sys.stdin:
        order = json.loads(line)
        began = time.perf_counter()
        orders[order.pop("do")](**order)
        seconds = time.perf_counter() - began
        print(json.dumps({"seconds": seconds, "kib": peak_kib()}), flush=True)


def peak_kib() -> int:
    """The most memory this program had. getrusage would give that of the process it was started from, if that had more."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])


if __name__ == "__main__":
    main()
