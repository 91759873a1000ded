"""Member numbers, and what PostgreSQL holds for acts at the counter.

What was seen, and what was proposed, is written once; of a proposal only the decision is added. Numbers come from a sequence, so that any number
of counters at once never give the same one; those given before (ruling 13) are passed over by members.services.registering.
"""

from django.db import migrations

WRITTEN_ONCE = "members_identitycheck, members_counterproposal, members_counterproposal_documents"

FORWARDS = f"""
REVOKE UPDATE, DELETE ON {WRITTEN_ONCE} FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, decided_at, comment) ON members_counterproposal TO kwsp_app;
CREATE SEQUENCE members_number START 40000001 MAXVALUE 99999999 NO CYCLE;
GRANT USAGE ON SEQUENCE members_number TO kwsp_app;
"""
BACKWARDS = f"""
DROP SEQUENCE members_number;
GRANT UPDATE, DELETE ON {WRITTEN_ONCE} TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0003_counter"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
