"""Crediting a filing of 100,000 rows, 5,000 to a chunk, by the worker as it is: at most 2.5 x its floor.

The floor is the same chunks as COPY of prepared entries and postings into tables with all indexes of the real ones, an UPDATE of the
balances from a temporary table, and a commit; no triggers, no foreign keys, no checks. The note gives the ratio to a harder floor,
whose UPDATE is told to go by index, as the ledger's own is. The worker reads the rows, splits each by law, locks, checks, posts under
the guards, records the act and ends its lease. All runs in a copy of the benchmarks' database, dropped at the end: a ledger forgets nothing.
"""

import importlib
import statistics
from datetime import date
from functools import partial
from typing import Any

from django.db import connection

from benchmarks import database, floor, harness
from kwsp_portal.common.periods import WageMonth

ROWS = 100_000
CHUNK = 5_000
ON = date(2026, 11, 10)
FIRST_MONTH = WageMonth(2026, 1)
COPY_NAME = "kwsp_bench_crediting"

_ROWS = """
INSERT INTO contributions_filingrow (filing_id, line, member_id, member_number, identity_number, name, wages, bonus, employer_share, employee_share,
    part, reference, citizenship, birth_date, member_since, status, problems)
SELECT %(filing)s, id, id, number, identity_number, name, 300000, 0, 39000 + id %% 97 * 100, 33000, 'A', 'third_schedule@2025-10', 'CITIZEN',
    birth_date, member_since, 'VALID', '[]'
FROM members_member WHERE id <= %(rows)s ORDER BY id
"""


def measure() -> list[harness.Figure]:
    """Floor and worker in turn, five filings of five months."""
    database.prepare()
    with database.fresh(COPY_NAME):
        filings = _filings()
        floors: dict[str, list[float]] = {floor.PLAIN: [], floor.BY_INDEX: []}
        seconds = []
        for number, filing in enumerate(filings):
            prepared = _prepared(filing, number)
            with database.owner_of_bench() as cursor:
                for kind, found in floors.items():
                    found.append(harness.once(partial(floor.run, cursor, kind, prepared)))
            seconds.append(harness.once(partial(_credit, filing)))
        _sound(len(filings))
    taken, plain, by_index = (statistics.median(each) for each in (seconds, floors[floor.PLAIN], floors[floor.BY_INDEX]))
    note = f"{ROWS / taken:,.0f} rows/s; {taken / by_index:.2f} x a floor that updates by index"
    return [harness.Figure(f"crediting {ROWS:,} rows, {CHUNK:,} to a chunk", taken, 2.5, plain, note=note)]


def _filings() -> list[Any]:
    """Paid filings of an employer with a hundred thousand people, whose accounts are open, and the floor's tables."""
    posting, identity = importlib.import_module("members.ledger.posting"), importlib.import_module("members.identity.models")
    employers = importlib.import_module("employers.models")
    employer = employers.Employer.objects.create(number="19999997", name="PENGKREDITAN SDN BHD", kind="PRIVATE", from_date=date(2015, 1, 1))
    maker = identity.User.objects.create(user_id="pengkreditan", role="REPRESENTATIVE", name="Pengkreditan", password="!")
    filings = [_filing(employer, maker, FIRST_MONTH.plus(number)) for number in range(harness.ROUNDS)]
    split_sen = importlib.import_module("members.rules.allocation").split_sen
    born = list(filings[0].rows.order_by("member_id").values_list("member_id", "birth_date"))
    for start in range(0, ROWS, CHUNK):
        refs = [posting.member(member_id, code) for member_id, day in born[start : start + CHUNK] for code, _ in split_sen(100_000, day, ON)]
        posting.accounts_for([posting.fund("CONTRIBUTION_CLEARING"), *refs], opened_on=ON)
    with database.owner_of_bench() as cursor:
        floor.make_tables(cursor)
        for table in ("contributions_filingrow", "ledger_account", "ledger_balance"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return filings


def _filing(employer: Any, maker: Any, month: WageMonth) -> Any:
    contributions, documents = importlib.import_module("contributions.models"), importlib.import_module("kwsp_portal.documents.models")
    file = documents.StoredFile.objects.create(name="x.csv", size=0, sha256="", content=b"", uploaded_by=maker, uploaded_at=f"{ON}T00:00:00Z")
    totals = {"rows_total": ROWS, "rows_valid": ROWS, "received_on": ON, "paid_on": ON, "approved_on": ON}
    filing = contributions.Filing.objects.create(
        employer=employer, wage_month=month.first_day, state="PAID", file=file, content_digest=str(month), prepared_by=maker, **totals
    )
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"filing": filing.pk, "rows": ROWS})
    return filing


def _prepared(filing: Any, number: int) -> list[floor.Prepared]:
    """The entries, postings and balances of each chunk as text for COPY, computed beforehand; every filing moves the accounts once."""
    split_sen = importlib.import_module("members.rules.allocation").split_sen
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder_id, code, id FROM ledger_account WHERE holder_id <= %s AND holder_kind <> 'EMPLOYER'", [ROWS])
        ids = {(holder_id, code): account_id for holder_id, code, account_id in cursor.fetchall()}
    rows = list(filing.rows.order_by("pk").values_list("pk", "member_id", "employer_share", "employee_share", "birth_date"))
    clearing = ids[0, "CONTRIBUTION_CLEARING"]
    chunks = []
    for start in range(0, ROWS, CHUNK):
        entries, postings, moves = [], [], []
        for row_id, member_id, employer_share, employee_share, born in rows[start : start + CHUNK]:
            sen = int((employer_share + employee_share) * 100)
            entries.append(f"{row_id}\t3\t{row_id}\t0\t{ON}\t{ON}\t\\N\n")
            postings.append(f"{row_id}\t{clearing}\t{-sen}\t\\N\t\\N\n")
            for code, part in split_sen(sen, born, ON):
                account_id = ids[member_id, code]
                postings.append(f"{row_id}\t{account_id}\t{part}\t{number + 1}\t{part * (number + 1)}\n")
                moves.append(f"{account_id}\t{part * (number + 1)}\t{number + 1}\n")
        chunks.append(("".join(postings), "".join(entries), "".join(moves)))
    return chunks


def _credit(filing: Any) -> None:
    """What a worker does with the run of one paid filing, from its first chunk to its end."""
    crediting, engine = importlib.import_module("contributions.services.crediting"), importlib.import_module("kwsp_portal.jobs.engine")
    with importlib.import_module("django.db").transaction.atomic():
        crediting.open_run(filing=filing, on=ON)
    counts = engine.work_some(programmes=[crediting.PROGRAMME])
    assert (counts.done, counts.failed, counts.lost) == (ROWS // CHUNK, 0, 0), counts


def _sound(filings: int) -> None:
    """Every row one entry; the ledger itself has no finding."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE kind = 3 AND ref IN (SELECT id FROM contributions_filingrow)")
        assert cursor.fetchone()[0] >= filings * ROWS
    invariants = importlib.import_module("members.ledger.invariants")
    broken = [result for result in invariants.broken() if result.name in invariants.CHECKS]  # these filings were never approved: no other checks
    assert not broken, broken
