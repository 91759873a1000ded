"""The trail is written once: UPDATE, DELETE and TRUNCATE are refused by triggers that no session switch lifts, and kwsp_app has no such rights."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % is refused, the trail is append-only', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
ALTER TABLE audit_auditevent ENABLE ALWAYS TRIGGER audit_no_change;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_auditevent FROM kwsp_app;
"""

UNGUARD = """
DROP TRIGGER audit_no_change ON audit_auditevent;
DROP FUNCTION audit_is_append_only();
GRANT UPDATE, DELETE ON audit_auditevent TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
