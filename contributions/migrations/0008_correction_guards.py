"""What PostgreSQL holds for corrections.

Who moved a correction is written once. Of a correction the portal may change its state and what goes with it, of its lines only what became of them:
the figures that one officer proposed are those that the other approved and that are posted.
"""

from django.db import migrations

TABLES = "contributions_correctionlog, contributions_correction, contributions_correctedfiling, contributions_correctionline"

FORWARDS = f"""
REVOKE UPDATE, DELETE ON {TABLES} FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, posted_on) ON contributions_correction TO kwsp_app;
GRANT UPDATE (open) ON contributions_correctedfiling TO kwsp_app;
GRANT UPDATE (state, refusal) ON contributions_correctionline TO kwsp_app;
"""
BACKWARDS = f"GRANT UPDATE, DELETE ON {TABLES} TO kwsp_app;"


class Migration(migrations.Migration):
    dependencies = [("contributions", "0007_corrections"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
