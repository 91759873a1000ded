"""`late_charges` of one day for 40,000 employers with twelve months each, every twentieth paid late: at most 4 x its floor, linear, < 300 MiB.
By seconds of processor.

Each month of each employer is a Borang A of one row's money and one approved payment, and each employer has somebody employed; nothing was priced
before. The floor is one sequential read of filings, payments, employments and employers, and COPY of what the day wrote into twins of the tables
with their indexes. Linear: a quarter of the employers first, in a copy of its own. In a copy of the benchmarks' database, dropped at the end.
KWSP_BENCH_EMPLOYERS: fewer.
"""

import importlib
import io
import os
import resource
from datetime import date
from typing import Any

from django.db import connection, transaction

from benchmarks import database, harness

EMPLOYERS = int(os.environ.get("KWSP_BENCH_EMPLOYERS", "40000"))
MONTHS = 12
ON = date(2026, 12, 31)
"""The last of the twelve wage months is November, whose month of contribution is over."""
COPY_NAME = "kwsp_bench_lateness"
MOST, MOST_MEMORY, MOST_GROWTH = 4, 300, 1.3
MIB = 1024
USER = "lewat0001"

# One of each is made by the models; the rest are its copies.
_MONTH = "(DATE '2025-12-01' + make_interval(months => n))::date"
_DUE = f"(({_MONTH} + interval '1 month')::date + 14)"
_PAID = f"(CASE WHEN (e.id * {MONTHS} + n) %% 20 = 0 THEN {_DUE} + 1 + (e.id %% 40)::int ELSE {_DUE} - 4 END)"
_PLACE = f"({MONTHS} * (e.id - %(first)s) + n)"
_WRITTEN = {
    "contributions_latecharge": "SELECT * FROM contributions_latecharge",
    "contributions_latedividend": "SELECT * FROM contributions_latedividend",
    "ledger_entry": "SELECT * FROM ledger_entry WHERE kind IN (SELECT unnest(%(kinds)s))",
    "ledger_posting": "SELECT p.* FROM ledger_posting p JOIN ledger_entry e ON e.id = entry_id WHERE kind IN (SELECT unnest(%(kinds)s))",
    "ledger_account": "SELECT * FROM ledger_account WHERE holder_kind = 'EMPLOYER'",
    "ledger_balance": "SELECT b.* FROM ledger_balance b JOIN ledger_account a ON a.id = account_id WHERE holder_kind = 'EMPLOYER'",
    "notify_notice": "SELECT * FROM notify_notice WHERE code LIKE 'LATE%%'",
}
"""What the day wrote, by table."""
_READ = (
    "SELECT count(*), sum(id), sum(paid_on - DATE '2000-01-01'), sum(employer_total) FROM contributions_filing",
    "SELECT count(*), sum(filing_id), sum(amount), max(paid_at) FROM contributions_payment",
    "SELECT count(*), sum(employer_id), sum(member_id), max(from_date) FROM employers_employment",
    "SELECT count(*), sum(id), max(number) FROM employers_employer",
)


def measure() -> list[harness.Figure]:
    """A quarter first, then all."""
    database.prepare()
    (small, _, _, _), (taken, floor, charges, grown) = (_measured(size) for size in (EMPLOYERS // 4, EMPLOYERS))
    name = f"late_charges, {EMPLOYERS:,} employers x {MONTHS} months, 5 % late: seconds of processor"
    return [
        harness.against(name, taken, MOST, floor, f"{charges:,} charges posted and told"),
        harness.Figure("late_charges, four times the employers against four times the seconds", taken.processor, MOST_GROWTH, 4 * small.processor),
        harness.Figure("late_charges, more memory at the most", grown, MOST_MEMORY, unit="MiB"),
    ]


def _measured(employers: int) -> tuple[harness.Spent, harness.Spent, int, float]:
    """Seconds of the batch and of its floor, how many charges it posted, and by how much the process grew."""
    with database.fresh(COPY_NAME):
        _history(employers)
        backend, before = database.backend(), _peak()
        read = sorted(harness.spent(_read, backend) for _ in range(3))[1]
        late_charges = importlib.import_module("contributions.services.late_charges")
        found: dict[str, int] = {}
        taken = harness.spent(lambda: found.update(late_charges.by_hand(on=ON)), backend)
        grown = _peak() - before
        assert (found["failed"], found["charges"]) == (0, _late(employers)), found
        written = _copying()
        _sound()
    return taken, read + written, found["charges"], grown


def _late(employers: int) -> int:
    return sum((pk * MONTHS + month) % 20 == 0 for pk in range(1, employers + 1) for month in range(MONTHS))


def _history(employers: int) -> None:
    """By the owner, with the guards off: what filing and paying cost is measured elsewhere."""
    filing, payment = _first()
    pk = {"first": filing.employer_id, "employers": employers}
    with database.owner_of_bench() as cursor:
        tables = ("employers_employer", "employers_employment", "contributions_filing", "contributions_payment")
        cursor.execute("".join(f"ALTER TABLE {table} DISABLE TRIGGER USER;" for table in tables))
        of_employer = {"id": "id + g", "number": "lpad((20000000 + g)::text, 8, '0')"}
        cursor.execute(_copies(filing.employer, of_employer, "generate_series(1, %(employers)s - 1) AS g"), pk)
        cursor.execute(
            "INSERT INTO employers_employment (employer_id, member_id, from_date, domestic)"
            " SELECT id, id - %(first)s + 1, DATE '2020-01-01', false FROM employers_employer",
            pk,
        )
        of_filing = {"id": f"{filing.pk} + 1 + {_PLACE}", "employer_id": "e.id", "wage_month": _MONTH, "paid_on": _PAID, "credited_on": _PAID}
        every = f"employers_employer AS e CROSS JOIN generate_series(0, {MONTHS - 1}) AS n"
        cursor.execute(_copies(filing, of_filing, every), pk)
        of_payment = {
            "id": f"{payment.pk} + 1 + {_PLACE}",
            "filing_id": f"{filing.pk} + 1 + {_PLACE}",
            "order_no": f"'B' || {_PLACE}",
            "fpx_id": f"'F' || {_PLACE}",
            "paid_at": f"{_PAID} + interval '2 hours'",
        }
        cursor.execute(_copies(payment, of_payment, every), pk)
        cursor.execute("DELETE FROM contributions_payment WHERE id = %s", [payment.pk])
        cursor.execute("DELETE FROM contributions_filing WHERE id = %s", [filing.pk])
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")


def _first() -> tuple[Any, Any]:
    """A credited Borang A with its payment."""
    identity = importlib.import_module("members.identity.models")
    contributions, employers = importlib.import_module("contributions.models"), importlib.import_module("employers.models")
    documents = importlib.import_module("kwsp_portal.documents.models")
    user = identity.User.objects.create(user_id=USER, role="REPRESENTATIVE", name="Penyedia Penanda Aras", activated_at="2026-01-01T00:00:00Z")
    employer = employers.Employer.objects.create(number="20000000", name="LEWAT SDN BHD", kind="PRIVATE", from_date=date(2015, 1, 1))
    file = documents.StoredFile.objects.create(name="x.csv", size=0, sha256="", content=b"", uploaded_by=user, uploaded_at="2026-01-01T00:00:00Z")
    day = date(2025, 12, 10)
    filing = contributions.Filing.objects.create(
        employer=employer,
        wage_month=date(2025, 11, 1),
        state="CREDITED",
        file=file,
        content_digest="x",
        rows_total=1,
        rows_valid=1,
        employer_total=756,
        employee_total=693,
        received_on=day,
        prepared_by=user,
        paid_on=day,
        credited_on=day,
    )
    payment = contributions.Payment.objects.create(
        filing=filing,
        order_no="B-",
        bank_code="MBB0228",
        amount=1449,
        state="APPROVED",
        counts=True,
        fpx_id="F-",
        paid_at="2025-12-10T02:00:00Z",
        started_by=user,
        started_on=day,
        started_at="2025-12-10T02:00:00Z",
    )
    return filing, payment


def _copies(row: Any, other: dict[str, str], every: str) -> str:
    """Copies of a row, with what is other in each."""
    columns = [field.column for field in row._meta.concrete_fields]
    values = ", ".join(other.get(name, f'one."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {row._meta.db_table} ({names}) SELECT {values} FROM {row._meta.db_table} AS one CROSS JOIN {every} WHERE one.id = {row.pk}"


def _copying() -> harness.Spent:
    """COPY of what the day wrote."""
    kinds = importlib.import_module("members.ledger.enums").EntryKind
    asked = {"kinds": [int(kinds.LATE_CHARGE), int(kinds.LATE_DIVIDEND)]}
    with database.owner_of_bench() as cursor:
        written = {table: _text(cursor, cursor.mogrify(query, asked).decode()) for table, query in _WRITTEN.items()}
        for table in written:
            cursor.execute(f"CREATE TABLE twin_{table} (LIKE {table} INCLUDING INDEXES)")

        def work() -> None:
            cursor.execute("BEGIN")
            for table, text in written.items():
                cursor.copy_expert(f"COPY twin_{table} FROM STDIN", io.StringIO(text))
            cursor.execute("COMMIT")

        return harness.spent(work, cursor.connection.get_backend_pid())


def _text(cursor: Any, query: str) -> str:
    found = io.StringIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT", found)
    assert found.getvalue(), query
    return found.getvalue()


def _read() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        for statement in _READ:
            cursor.execute(statement)
            cursor.fetchall()


def _peak() -> float:
    """The most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


def _sound() -> None:
    """The ledger has no finding, nor has what was priced."""
    charges = importlib.import_module("contributions.models").LateCharge.objects
    assert not charges.exclude(amount__gte=10, amount__lt=20).exists(), "RM1,449 paid at most 40 days late costs some ten ringgit"
    invariants = importlib.import_module("members.ledger.invariants")
    broken = [result for result in invariants.broken() if result.name in invariants.CHECKS or "late" in result.name]
    assert not broken, broken
