"""A CSV of 100,000 rows from the worker taking the job to READY: at most 10 x its floor, in at most 300 MiB.

The floor is COPY of the same rows into an indexed staging table (logged, as the rows of a filing are), and its join with the register of
1,000,000 members. The worker is a process of its own for each of the five filings; its memory is the kernel's high-water mark of it. In a copy of
the benchmarks' database, dropped at the end. KWSP_BENCH_ROWS: fewer.
"""

import csv
import importlib
import io
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from benchmarks import database, harness
from contributions.borang_a import layout
from contributions.rules import schedule
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship

ROWS = int(os.environ.get("KWSP_BENCH_ROWS", "100000"))
COPY_NAME = "kwsp_bench_reading"
ON = date(2026, 11, 10)
FIRST_MONTH = WageMonth(2026, 6)
EMPLOYER = "19999999"
MAX_MIB = 300

_EMPLOYED = """
INSERT INTO employers_employment (employer_id, member_id, from_date)
SELECT e.id, m.id, DATE '2020-01-01' FROM employers_employer e, members_member m WHERE e.number = %(number)s AND m.id <= %(rows)s
"""
_STAGING = """
DROP TABLE IF EXISTS staging;
CREATE TABLE staging (line serial PRIMARY KEY, number text, identity text, name text, wages numeric, employer numeric, employee numeric);
CREATE INDEX ON staging (number);
GRANT ALL ON staging, staging_line_seq TO PUBLIC;
"""
_COPY = "COPY staging (number, identity, name, wages, employer, employee) FROM STDIN (FORMAT csv, HEADER)"
_JOIN = (
    "SELECT count(m.birth_date), count(*) FILTER (WHERE m.identity_number = s.identity) FROM staging s JOIN members_member m ON m.number = s.number"
)


def measure() -> list[harness.Figure]:
    """Floor and worker in turn, five filings of five months."""
    database.prepare()
    with database.fresh(COPY_NAME):
        return _figures()


def _figures() -> list[harness.Figure]:
    firm, maker = employer()
    contents = [content_of(FIRST_MONTH.plus(number)) for number in range(harness.ROUNDS)]
    floors, seconds, memory = [], [], []
    for number, content in enumerate(contents):
        send(firm, maker, FIRST_MONTH.plus(number), content)
        floors.append(floor(content))
        worked = work()
        seconds.append(harness.Spent(worked["seconds"], worked["cpu"]))
        memory.append(worked["mib"])
    taken, least = middle(seconds), middle(floors)
    note = f"{ROWS / taken.clock:,.0f} rows/s; {by_processor(taken, least)}"
    return [
        harness.Figure(f"a CSV of {ROWS:,} rows to READY", taken.clock, 10, least.clock, note=note),
        harness.Figure("peak memory of the worker that reads it", max(memory), MAX_MIB, unit="MiB"),
    ]


def middle(found: Sequence[harness.Spent]) -> harness.Spent:
    """Both medians."""
    return harness.Spent(statistics.median(one.clock for one in found), statistics.median(one.processor for one in found))


def by_processor(taken: harness.Spent, least: harness.Spent) -> str:
    """The ratio in seconds of processor, which says the same where others work on the machine."""
    return f"by processor {taken.processor:.2f} s, {taken.processor / least.processor:.2f} x"


def employer(number: str = EMPLOYER, rows: int = ROWS) -> tuple[Any, Any]:
    """A new employer with a maker and so many people."""
    employers, identity = importlib.import_module("employers.models"), importlib.import_module("members.identity.models")
    employer = employers.Employer.objects.create(number=number, name="PENANDA ARAS SDN BHD", kind="PRIVATE", from_date=date(2015, 1, 1))
    with database.owner_of_bench() as cursor:
        cursor.execute(_EMPLOYED, {"number": number, "rows": rows})
        cursor.execute("VACUUM ANALYZE employers_employment")
    maker, _ = identity.User.objects.get_or_create(
        user_id="penandaaras", defaults={"role": "REPRESENTATIVE", "name": "Penanda Aras", "activated_at": "2026-01-01T00:00:00Z"}
    )
    employers.Representative.objects.create(employer=employer, user=maker, role="MAKER", appointed_on=ON)
    return employer, maker


def content_of(month: WageMonth, rows: int = ROWS) -> bytes:
    """A Borang A of the register's first members with the shares of the schedule, different wages each month."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(layout.COLUMNS)
    for n in range(1, rows + 1):
        born = date(1970, 1, 1) + timedelta(days=n * 7 % 11_000)
        citizenship = Citizenship.CITIZEN if n % 10 else Citizenship.NON_CITIZEN
        wages = Decimal(150_000 + (n * 3_701 + month.month * 977) % 2_400_000).scaleb(-2)
        shares = schedule.shares(schedule.EmployeeFacts(month, wages, Decimal(0), citizenship, date(2015, 1, 1), born), schedule.CHOSEN)
        identity = f"{born:%y%m%d}-{n % 1_000_000 // 10_000:02d}-{n % 10_000:04d}"
        number = database.FIRST_NUMBER + n
        writer.writerow((f"{number:08d}", identity, f"Pekerja Nombor {n}", f"{wages:.2f}", f"{shares.employer:.0f}", f"{shares.employee:.0f}"))
    return text.getvalue().encode()


def send(employer: Any, maker: Any, month: WageMonth, content: bytes) -> None:
    filings = importlib.import_module("contributions.services.filing")
    filings.upload(employer=employer, wage_month=month, name="borang-a.csv", content=content, by=maker, on=ON)


def floor(content: bytes) -> harness.Spent:
    """COPY and join, as kwsp_app, with a fresh staging table."""
    with database.owner_of_bench() as cursor:
        cursor.execute(_STAGING)
    with connection.cursor() as cursor:

        def copy() -> None:
            cursor.copy_expert(_COPY, io.BytesIO(content))
            cursor.execute(_JOIN)
            assert cursor.fetchone()[0] == ROWS

        return harness.spent(copy, cursor.connection.get_backend_pid())


def work() -> dict[str, float]:
    """What the worker says of the one filing that waits."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.reading_worker"], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
