"""Schema `report`: what the auditor's role reads and nobody writes (design/contract.md, reporting views).

The views belong to kwsp_owner and read with its rights; kwsp_audit sees them and no table. They stand in the frame because they
join every app. The messages of `notify` and the sealed chain of the audit log come with those parts.
"""

# ruff: noqa: S608 - every text comes from this file

from django.db import migrations

SOURCE = """
    CASE e.kind WHEN 1 THEN 'filing due' WHEN 2 THEN 'payment' WHEN 3 THEN 'contribution' WHEN 4 THEN 'reversal' WHEN 5 THEN 'payout'
        WHEN 6 THEN 'dividend' WHEN 7 THEN 'merge at 55' WHEN 8 THEN 'ring-fence' WHEN 9 THEN 'incentive' WHEN 10 THEN 'late charge'
        WHEN 11 THEN 'late dividend' ELSE 'kind ' || e.kind END || ' ' || e.ref || CASE WHEN e.part = 0 THEN '' ELSE ' part ' || e.part END
"""
NUMBER = "coalesce(m.number, r.number, CASE WHEN a.holder_kind = 'FUND' THEN 'FUND' END)"
HOLDERS = """
    LEFT JOIN members_member m ON a.holder_kind = 'MEMBER' AND m.id = a.holder_id
    LEFT JOIN employers_employer r ON a.holder_kind = 'EMPLOYER' AND r.id = a.holder_id
"""

FORWARDS = f"""
CREATE SCHEMA report;

CREATE VIEW report.ledger AS
SELECT p.id AS posting_id, e.id AS entry_id, {SOURCE} AS source, a.code AS account_code, lower(a.holder_kind) AS holder_kind,
       {NUMBER} AS holder_number, p.amount_sen, e.booked_on, e.value_date, e.posted_at, p.version
  FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_account a ON a.id = p.account_id {HOLDERS};

CREATE VIEW report.balances AS
SELECT a.code AS account_code, lower(a.holder_kind) AS holder_kind, {NUMBER} AS holder_number, b.balance_sen, b.held_sen, b.version
  FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id {HOLDERS}
UNION ALL
SELECT a.code, 'fund', 'FUND', (SELECT coalesce(sum(p.amount_sen), 0)::bigint FROM ledger_posting p WHERE p.account_id = a.id), 0, NULL
  FROM ledger_account a WHERE a.holder_kind = 'FUND';

CREATE VIEW report.payments AS
SELECT p.order_no, nullif(p.fpx_id, '') AS fpx_id, p.state, p.amount AS amount_sen, e.id AS credited_entry
  FROM contributions_payment p LEFT JOIN ledger_entry e ON e.kind = 2 AND e.ref = p.id AND e.part = 0;

CREATE VIEW report.runs AS
SELECT r.id AS run_id, r.programme, r.period, c.chunk_no, coalesce(c.state, r.state) AS state, c.attempts, c.lease_until
  FROM jobs_run r LEFT JOIN jobs_chunk c ON c.run_id = r.id;

CREATE VIEW report.activity AS
SELECT seq, at, actor, action, target AS object, NULL::text AS previous_hash, NULL::text AS hash FROM audit_auditevent;

REVOKE ALL ON SCHEMA report FROM PUBLIC;
GRANT USAGE ON SCHEMA report TO kwsp_audit;
GRANT SELECT ON ALL TABLES IN SCHEMA report TO kwsp_audit;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("audit", "0002_guards"),
        ("contributions", "0001_initial"),
        ("employers", "0001_initial"),
        ("jobs", "0003_guards"),
        ("ledger", "0002_guards"),
        ("members", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARDS, "DROP SCHEMA report CASCADE")]
