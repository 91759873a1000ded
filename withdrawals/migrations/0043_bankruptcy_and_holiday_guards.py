"""What PostgreSQL holds for bankruptcies and public holidays: written once, decided or taken back once."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON withdrawals_bankruptcy FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, decided_at, comment) ON withdrawals_bankruptcy TO kwsp_app;
REVOKE UPDATE, DELETE ON withdrawals_publicholiday FROM kwsp_app;
GRANT UPDATE (ended_on, ended_by_id, why_ended) ON withdrawals_publicholiday TO kwsp_app;

CREATE FUNCTION withdrawals_bankruptcy_decided_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'PROPOSED' THEN
        RAISE EXCEPTION 'bankruptcy %: found another decision after %, expected it to stay', OLD.id, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bankruptcy_decided_once';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION withdrawals_holiday_ends_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.ended_on IS NOT NULL THEN
        RAISE EXCEPTION 'public holiday %: found another end, expected the one of %', OLD.id, OLD.ended_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'public_holiday_ends_once';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION withdrawals_bankruptcy_decided_once(), withdrawals_holiday_ends_once() FROM PUBLIC;

CREATE TRIGGER bankruptcy_decided_once BEFORE UPDATE ON withdrawals_bankruptcy
    FOR EACH ROW EXECUTE FUNCTION withdrawals_bankruptcy_decided_once();
CREATE TRIGGER public_holiday_ends_once BEFORE UPDATE ON withdrawals_publicholiday
    FOR EACH ROW EXECUTE FUNCTION withdrawals_holiday_ends_once();
ALTER TABLE withdrawals_bankruptcy ENABLE ALWAYS TRIGGER bankruptcy_decided_once;
ALTER TABLE withdrawals_publicholiday ENABLE ALWAYS TRIGGER public_holiday_ends_once;
"""
BACKWARDS = """
DROP FUNCTION withdrawals_bankruptcy_decided_once() CASCADE;
DROP FUNCTION withdrawals_holiday_ends_once() CASCADE;
GRANT UPDATE, DELETE ON withdrawals_bankruptcy, withdrawals_publicholiday TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("withdrawals", "0042_bankruptcies_and_holidays"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
