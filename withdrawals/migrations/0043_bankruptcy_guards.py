"""What PostgreSQL holds for bankruptcies: written once, decided once."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON withdrawals_bankruptcy FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, decided_at, comment) ON withdrawals_bankruptcy TO kwsp_app;

CREATE FUNCTION withdrawals_bankruptcy_decided_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'PROPOSED' THEN
        RAISE EXCEPTION 'bankruptcy %: found another decision after %, expected it to stay', OLD.id, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bankruptcy_decided_once';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION withdrawals_bankruptcy_decided_once() FROM PUBLIC;

CREATE TRIGGER bankruptcy_decided_once BEFORE UPDATE ON withdrawals_bankruptcy
    FOR EACH ROW EXECUTE FUNCTION withdrawals_bankruptcy_decided_once();
ALTER TABLE withdrawals_bankruptcy ENABLE ALWAYS TRIGGER bankruptcy_decided_once;
"""
BACKWARDS = """
DROP FUNCTION withdrawals_bankruptcy_decided_once() CASCADE;
GRANT UPDATE, DELETE ON withdrawals_bankruptcy TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("withdrawals", "0042_bankruptcies"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
