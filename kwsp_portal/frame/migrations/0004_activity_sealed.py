"""`report.activity` with the chain: each row's hash and the one before it, both empty until the sealer has come to it."""

from django.db import migrations

SEALED = """
CREATE OR REPLACE VIEW report.activity AS
SELECT e.seq, e.at, e.actor, e.action, e.target AS object,
       CASE WHEN s.position = 1 THEN repeat('0', 64) ELSE encode(p.hash, 'hex') END AS previous_hash, encode(s.hash, 'hex') AS hash
  FROM audit_auditevent e LEFT JOIN audit_seal s ON s.seq = e.seq LEFT JOIN audit_seal p ON p.position = s.position - 1;
"""
PLAIN = """
CREATE OR REPLACE VIEW report.activity AS
SELECT seq, at, actor, action, target AS object, NULL::text AS previous_hash, NULL::text AS hash FROM audit_auditevent;
"""


class Migration(migrations.Migration):
    dependencies = [("frame", "0003_messages_in_reports"), ("audit", "0004_seals")]
    operations = [migrations.RunSQL(SEALED, PLAIN)]
