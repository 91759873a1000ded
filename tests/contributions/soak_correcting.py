"""A hundred thousand rows computed again and corrected: how long it takes, how much memory, and that every line is posted once."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from contributions.enums import LineState
from contributions.models import CorrectionLine, Filing
from contributions.services import correcting, crediting, preparing
from contributions.services import correction as corrections
from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import calendar
from kwsp_portal.notify.models import Notice
from members.ledger import invariants
from tests.contributions import large_filing
from tests.contributions.correcting import officers
from tests.jobs.forks import ended, forked

ROWS = 100_000
ON = date(2026, 11, 12)


@contextmanager
def told(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    print(f"{what}: {took:.1f} s, {ROWS / took:,.0f} rows/s")  # noqa: T201


def a_worker(programme: str) -> None:
    """A process of its own that works this programme to its end and says what memory it came to; every chunk must succeed."""

    def work() -> int:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the high-water mark from here on
        before = memory("VmRSS")
        counts = jobs.work_some(programmes=[programme])
        print(f"  {counts.done} chunks; the worker had {before:,.0f} MB and came to {memory('VmHWM'):,.0f} MB", flush=True)  # noqa: T201
        return counts.failed

    with forked(work) as child:
        assert ended(child) == 0


def memory(line: str) -> float:
    """MB, as the kernel counts this process."""
    found = re.search(rf"{line}:\s+([0-9]+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_rows_computed_again_and_corrected(settings: object) -> None:
    settings.AS_AT = str(ON)  # type: ignore[attr-defined]
    calendar.forget()
    calendar.set_first(on=ON)
    large_filing.register(ROWS)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_citizenshipperiod (member_id, status, from_date) SELECT id, 'CITIZEN', birth_date FROM members_member; ANALYZE"
        )
    large_filing.pay(WageMonth(2026, 10))
    with told("credited"):
        a_worker(crediting.PROGRAMME)
    filing = Filing.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    out = StringIO()
    with told("recompute"), pytest.raises(SystemExit):
        call_command("recompute", "--filing", str(filing.pk), stdout=out)
    assert out.getvalue().count("\n") == ROWS + 4
    people = officers()
    with told("asked for"):
        made = corrections.prepare(filing_ids=[filing.pk], as_at=clock.business_date(), reason="x", by=people.supervisor, on=ON)
    with told("prepared by a worker"):
        a_worker(preparing.PROGRAMME)
    made.refresh_from_db()
    corrections.propose(correction_id=made.pk, by=people.supervisor, on=ON)
    corrections.approve(correction_id=made.pk, by=people.inspector, on=ON)
    with told(f"posted {made.lines_total:,} lines"):
        a_worker(correcting.PROGRAMME)

    assert CorrectionLine.objects.filter(state=LineState.POSTED).count() == made.lines_total
    assert Notice.objects.filter(whose="MEMBER").count() == made.lines_total
    with told("check_ledger"):
        assert [result.name for result in invariants.broken() if result.name != "contributions.shares_are_whole_ringgit"] == []
    assert made.difference != Decimal(0)
    calendar.forget()
