"""What PostgreSQL holds for reversals of voluntary contributions: only what was credited and stands is taken back, what was proposed stays as it was,
and its outcome is written once."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_voluntaryreversal FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, comment) ON contributions_voluntaryreversal TO kwsp_app;

CREATE FUNCTION contributions_voluntary_reversal_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'PROPOSED' OR NOT EXISTS (SELECT FROM contributions_voluntarycontribution c
            WHERE c.id = NEW.contribution_id AND c.credited > 0 AND c.reversed_on IS NULL AND c.payment_id IS NOT NULL) THEN
        RAISE EXCEPTION 'reversal of voluntary contribution %: found %, expected PROPOSED of one that a payment brought, credited and not reversed',
            NEW.contribution_id, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'voluntary_reversal_begins';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION contributions_voluntary_reversal_is_final() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('voluntary_reversal_is_final: reversal %s has the state %s', OLD.id, OLD.state);
END $$;
REVOKE ALL ON FUNCTION contributions_voluntary_reversal_begins(), contributions_voluntary_reversal_is_final() FROM PUBLIC;

CREATE TRIGGER voluntary_reversal_begins AFTER INSERT ON contributions_voluntaryreversal
    FOR EACH ROW EXECUTE FUNCTION contributions_voluntary_reversal_begins();
CREATE TRIGGER voluntary_reversal_is_final BEFORE UPDATE ON contributions_voluntaryreversal FOR EACH ROW WHEN (OLD.state <> 'PROPOSED')
    EXECUTE FUNCTION contributions_voluntary_reversal_is_final();
ALTER TABLE contributions_voluntaryreversal ENABLE ALWAYS TRIGGER voluntary_reversal_begins;
ALTER TABLE contributions_voluntaryreversal ENABLE ALWAYS TRIGGER voluntary_reversal_is_final;
"""
BACKWARDS = """
DROP FUNCTION contributions_voluntary_reversal_begins() CASCADE;
DROP FUNCTION contributions_voluntary_reversal_is_final() CASCADE;
GRANT UPDATE, DELETE ON contributions_voluntaryreversal TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0120_voluntary_reversals"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
