"""What PostgreSQL holds for accounts of institutions and lenders: what was given stays, is checked once and ends once, and none is given to what has
ended."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON withdrawals_creditoraccount FROM kwsp_app;
GRANT UPDATE (checked_by_id, checked_on, ended_on) ON withdrawals_creditoraccount TO kwsp_app;

CREATE FUNCTION withdrawals_creditor_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.ended_on IS NOT NULL OR OLD.checked_by_id IS NOT NULL
       AND (OLD.checked_by_id, OLD.checked_on) IS DISTINCT FROM (NEW.checked_by_id, NEW.checked_on) THEN
        RAISE EXCEPTION 'creditor account %: found it changed after it was checked or had ended, expected it to stay', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'creditor_account_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION withdrawals_creditor_in_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.checked_by_id IS NOT NULL OR NOT EXISTS (SELECT FROM withdrawals_application AS application WHERE application.id = NEW.application_id
        AND application.payee = 'INSTITUTION' AND application.state IN ('DRAFT', 'RETURNED')) THEN
        RAISE EXCEPTION 'creditor account of application %: expected one that is paid straight, and a draft or sent back by the bank',
            NEW.application_id USING ERRCODE = 'check_violation', CONSTRAINT = 'creditor_account_in_time';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION withdrawals_creditor_stays(), withdrawals_creditor_in_time() FROM PUBLIC;

CREATE TRIGGER creditor_account_stays BEFORE UPDATE ON withdrawals_creditoraccount FOR EACH ROW EXECUTE FUNCTION withdrawals_creditor_stays();
CREATE TRIGGER creditor_account_in_time BEFORE INSERT ON withdrawals_creditoraccount FOR EACH ROW EXECUTE FUNCTION withdrawals_creditor_in_time();
ALTER TABLE withdrawals_creditoraccount ENABLE ALWAYS TRIGGER creditor_account_stays;
ALTER TABLE withdrawals_creditoraccount ENABLE ALWAYS TRIGGER creditor_account_in_time;
"""
BACKWARDS = """
DROP FUNCTION withdrawals_creditor_stays() CASCADE;
DROP FUNCTION withdrawals_creditor_in_time() CASCADE;
GRANT UPDATE, DELETE ON withdrawals_creditoraccount TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("withdrawals", "0053_creditor_accounts")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
