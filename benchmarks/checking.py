"""check_ledger over a million members: at most 6 x one sequential read of postings and balances, and under 60 s.

A million members with one contribution each, a tenth of them with two: entries of two to four legs, most with four, filed, approved, paid
and credited as contributions know it; all days closed and sealed, a million entries in one of them. The floor reads every
column of all postings and balances once, by one process, in SQL. The ratio is that of the ledger's own checks; the minute is for all, those of
contributions included, which read a million rows of Borang A besides. Everything in a copy of the benchmarks' database, dropped at the end.
"""

import importlib
from datetime import date

from django.db import connection

from benchmarks import database, harness

FLOOR = (
    "SELECT count(*), sum(id), sum(entry_id), sum(account_id), sum(amount_sen), sum(version), sum(balance_after_sen) FROM ledger_posting",
    "SELECT count(*), sum(account_id), sum(balance_sen), sum(held_sen), sum(version), count(*) FILTER (WHERE floored) FROM ledger_balance",
)
CLOSE_ON = date(2026, 11, 22)

# Filings of 1,000 rows: a thousand of September, credited on one day, and a hundred of October for the first hundred thousand members.
_FILINGS = """
INSERT INTO employers_employer (number, name, kind, from_date)
SELECT '3' || lpad(n::text, 7, '0'), 'SEMAKAN ' || n, 'PRIVATE', DATE '2015-01-01' FROM generate_series(1, 1000) AS n;
"""
_ROWS = """
CREATE TEMPORARY TABLE one AS
SELECT n + (month - 9) * 1000 AS n, month, employer.id AS employer_id
FROM (VALUES (9, 1000), (10, 100)) AS months (month, filings), generate_series(1, filings) AS n
JOIN employers_employer AS employer ON employer.number = '3' || lpad(n::text, 7, '0');
INSERT INTO contributions_filing (employer_id, wage_month, state, file_id, content_digest, rows_total, rows_valid, rows_unmatched, rows_invalid,
    employer_total, employee_total, received_on, prepared_by_id, approved_on, paid_on, credited_on)
SELECT employer_id, make_date(2026, month, 1), 'CREDITED', %(file)s, n::text, 1000, 1000, 0, 0, 0, 0, day, %(maker)s, day, day, day
FROM one, LATERAL make_date(2026, month + 1, 10) AS day ORDER BY n;
INSERT INTO contributions_filingrow (filing_id, line, member_id, member_number, identity_number, name, wages, bonus, employer_share, employee_share,
    part, reference, citizenship, birth_date, member_since, status, problems)
SELECT filing.id, member.id, member.id, number, identity_number, name, 300000, 0, 39000 + member.id %% 97 * 100, 33000, 'A',
    'third_schedule@2025-10', 'CITIZEN', birth_date, member_since, 'VALID', '[]'
FROM one JOIN contributions_filing AS filing ON filing.content_digest = one.n::text AND filing.file_id = %(file)s
JOIN members_member AS member ON member.id > (one.n - 1) %% 1000 * 1000 AND member.id <= ((one.n - 1) %% 1000 + 1) * 1000
ORDER BY one.n, member.id;
UPDATE contributions_filing SET employer_total = shares.employer, employee_total = shares.employee
FROM (SELECT filing_id, sum(employer_share) AS employer, sum(employee_share) AS employee FROM contributions_filingrow GROUP BY filing_id) AS shares
WHERE id = filing_id AND file_id = %(file)s;
INSERT INTO contributions_payment (filing_id, order_no, method, bank_code, amount, state, fpx_id, response_code, paid_at, started_by_id, started_on,
    started_at, finished_at)
SELECT id, 'S' || id, 'FPX', 'TEST0021', employer_total + employee_total, 'APPROVED', 'S' || id, '00', now(), %(maker)s, paid_on, now(), now()
FROM contributions_filing WHERE file_id = %(file)s;
"""
_ACCOUNTS = """
ALTER TABLE ledger_balance DISABLE TRIGGER ledger_balance_new;
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'FUND', 0, code, DATE '2026-01-01', '' FROM unnest('{FPX_CLEARING,CONTRIBUTION_CLEARING}'::text[]) AS code ON CONFLICT DO NOTHING;
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'EMPLOYER', employer_id, 'CONTRIBUTION_DUE', DATE '2026-01-01', '' FROM one WHERE month = 9;
INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
SELECT 'MEMBER', id, code, DATE '2026-01-01', code FROM members_member, LATERAL unnest(
    CASE WHEN id % 10 = 0 THEN '{EMAS}' WHEN id % 10 = 1 THEN '{PERSARAAN,SEJAHTERA}' ELSE '{PERSARAAN,SEJAHTERA,FLEKSIBEL}' END::text[]
) AS code WHERE id <= 1000000 ORDER BY id;
ANALYZE ledger_account;
"""
# Every act with the legs it has; versions and balances follow from the order of the acts.
_ACTS = """
CREATE TEMPORARY TABLE act AS
SELECT nextval('ledger_entry_id_seq') AS id, kind, ref, day, holder_id, sen, member FROM (
    SELECT 1 AS kind, id AS ref, approved_on AS day, employer_id AS holder_id, employer_total + employee_total AS sen, false AS member
    FROM contributions_filing WHERE file_id = %(file)s
    UNION ALL
    SELECT 2, payment.id, paid_on, employer_id, amount, false
    FROM contributions_payment AS payment JOIN contributions_filing AS filing ON filing.id = filing_id WHERE file_id = %(file)s
    UNION ALL
    SELECT 3, row.id, credited_on, member_id, employer_share + employee_share, true
    FROM contributions_filingrow AS row JOIN contributions_filing AS filing ON filing.id = filing_id WHERE file_id = %(file)s
    ORDER BY 3, 1, 2
) AS acts;
CREATE TEMPORARY TABLE leg AS
SELECT act.id AS entry_id, account.id AS account_id, side * sen AS amount_sen, holder_kind <> 'FUND' AS versioned
FROM act JOIN (VALUES (1, 'CONTRIBUTION_DUE', -1), (1, 'CONTRIBUTION_CLEARING', 1), (2, 'FPX_CLEARING', -1), (2, 'CONTRIBUTION_DUE', 1),
    (3, 'CONTRIBUTION_CLEARING', -1)) AS side (of_kind, code, side) ON of_kind = kind
JOIN ledger_account AS account ON account.code = side.code
    AND (holder_kind = 'FUND' OR holder_kind = 'EMPLOYER' AND account.holder_id = act.holder_id)
UNION ALL
SELECT act.id, account.id, CASE code WHEN 'EMAS' THEN sen WHEN 'FLEKSIBEL' THEN sen * 10 / 100
        WHEN 'SEJAHTERA' THEN sen * CASE WHEN holder_id %% 10 = 1 THEN 30 ELSE 15 END / 100
        ELSE sen - CASE WHEN holder_id %% 10 = 1 THEN sen * 30 / 100 ELSE sen * 15 / 100 + sen * 10 / 100 END END, true
FROM act JOIN ledger_account AS account USING (holder_id) WHERE member AND holder_kind = 'MEMBER'
ORDER BY 1, 2;
INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen)
SELECT entry_id, account_id, amount_sen, CASE WHEN versioned THEN row_number() OVER chain END, CASE WHEN versioned THEN sum(amount_sen) OVER chain END
FROM leg WINDOW chain AS (PARTITION BY account_id ORDER BY entry_id) ORDER BY entry_id, account_id;
INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date) SELECT id, kind, ref, 0, day, day FROM act ORDER BY id;
INSERT INTO ledger_balance (account_id, balance_sen, held_sen, version, floored)
SELECT account_id, sum(amount_sen), 0, count(*), bool_or(code <> 'CONTRIBUTION_DUE')
FROM leg JOIN ledger_account AS account ON account.id = account_id WHERE versioned GROUP BY account_id ORDER BY account_id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE ledger_balance ENABLE ALWAYS TRIGGER ledger_balance_new;
"""


def measure() -> list[harness.Figure]:
    """Floor and checks in turn."""
    database.prepare()
    with database.fresh("kwsp_bench_checking"):
        build()
        invariants = importlib.import_module("members.ledger.invariants")
        taken_by_all = harness.once(_sound)
        others = dict(invariants._registered)
        invariants._registered.clear()
        floor, taken = harness.compare(_floor, _sound)
        invariants._registered.update(others)
        with connection.cursor() as cursor:
            cursor.execute("SELECT (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM ledger_posting), (SELECT count(*) FROM ledger_balance)")
            entries, postings, balances = cursor.fetchone()
    note = f"{len(invariants.CHECKS)} checks; {entries:,} entries, {postings:,} postings, {balances:,} balances"
    return [
        harness.Figure("check_ledger, 1,000,000 members", taken, 6, floor, note=note),
        harness.Figure("the same with those of contributions", taken_by_all, 60, note=f"{len(others)} more checks"),
    ]


def _sound() -> None:
    """Every check, and none finds anything."""
    broken = importlib.import_module("members.ledger.invariants").broken()
    assert not broken, broken


def build() -> None:
    """The ledger of a million members in the database that this process is pointed at, closed through its last day."""
    documents, identity = importlib.import_module("kwsp_portal.documents.models"), importlib.import_module("members.identity.models")
    maker = identity.User.objects.create(user_id="penyemak1", role="REPRESENTATIVE", name="Semakan", password="!")
    file = documents.StoredFile.objects.create(name="x.csv", size=0, sha256="", content=b"", uploaded_by=maker, uploaded_at="2026-11-10T00:00:00Z")
    with database.owner_of_bench() as cursor:
        cursor.execute("SET work_mem = '256MB'")
        for step in (_FILINGS, _ROWS, _ACCOUNTS, _ACTS):
            cursor.execute(step, None if "%(" not in step else {"file": file.pk, "maker": maker.pk})
        for table in ("contributions_filingrow", "ledger_account", "ledger_balance", "ledger_entry", "ledger_posting"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    importlib.import_module("members.ledger.days").close(on=CLOSE_ON)


def _floor() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        for statement in FLOOR:
            cursor.execute(statement)
        cursor.execute("RESET max_parallel_workers_per_gather")
