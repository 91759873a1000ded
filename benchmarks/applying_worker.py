"""A web process for benchmarks: hands in applications with so many threads at once, as told by one JSON order a line. Run as a module."""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import django

ON = date(2026, 11, 10)
AT = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kwsp_portal.settings.dev")
    django.setup()

    from django.db import connection  # noqa: PLC0415 - Django is ready only now

    from kwsp_portal import urls  # noqa: F401, PLC0415 - what a web process that is up has loaded
    from members.identity.models import Approval  # noqa: PLC0415
    from withdrawals.models import Application  # noqa: PLC0415
    from withdrawals.services import applying  # noqa: PLC0415

    def connect() -> None:
        connection.ensure_connection()  # each thread has its own

    def submit(pair: tuple[int, int]) -> str:
        found = Application.objects.select_related("member__user").get(pk=pair[0])
        by = found.member.user
        assert by is not None
        approval = Approval.objects.get(pk=pair[1])
        return str(applying.submit(application_id=found.pk, version=found.version, approval=approval, by=by, on=ON, at=AT).state)

    threads: dict[int, ThreadPoolExecutor] = {}
    for line in sys.stdin:
        order = json.loads(line)
        count, pairs = order["threads"], [tuple(pair) for pair in order["pairs"]]
        pool = threads.setdefault(count, ThreadPoolExecutor(count, initializer=connect))
        began = time.perf_counter()
        states = list(pool.map(submit, pairs))
        print(json.dumps({"seconds": time.perf_counter() - began, "approved": states.count("APPROVED")}), flush=True)


if __name__ == "__main__":
    main()
