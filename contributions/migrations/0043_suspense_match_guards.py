"""What PostgreSQL holds for rows in suspense that are matched: it begins with a row that was paid for nobody, of its employer and amount, by the flow
that the employer had chosen; what was said stays as it was, and its outcome is written once."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_suspensematch FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, comment, posted_on, edition_id) ON contributions_suspensematch TO kwsp_app;

CREATE FUNCTION contributions_suspense_match_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'PROPOSED' OR NOT EXISTS (
        SELECT FROM contributions_filingrow r JOIN contributions_filing f ON f.id = r.filing_id
         WHERE r.id = NEW.row_id AND r.status = 'UNMATCHED' AND f.state = 'CREDITED' AND f.employer_id = NEW.employer_id
           AND r.employer_share + r.employee_share = NEW.amount)
    THEN
        RAISE EXCEPTION 'match of row %: found %, expected PROPOSED of a row that was paid for nobody, of its employer and amount',
            NEW.row_id, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'suspense_match_begins';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION contributions_suspense_match_is_final() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('suspense_match_is_final: match %s has the state %s', OLD.id, OLD.state);
END $$;
REVOKE ALL ON FUNCTION contributions_suspense_match_begins(), contributions_suspense_match_is_final() FROM PUBLIC;

CREATE TRIGGER suspense_match_begins AFTER INSERT ON contributions_suspensematch
    FOR EACH ROW EXECUTE FUNCTION contributions_suspense_match_begins();
CREATE TRIGGER suspense_match_is_final BEFORE UPDATE ON contributions_suspensematch FOR EACH ROW WHEN (OLD.state <> 'PROPOSED')
    EXECUTE FUNCTION contributions_suspense_match_is_final();
CREATE TRIGGER flow_as_chosen_new BEFORE INSERT ON contributions_suspensematch
    FOR EACH ROW WHEN (NEW.flow <> 'CHECKED') EXECUTE FUNCTION contributions_flow_as_chosen();
ALTER TABLE contributions_suspensematch ENABLE ALWAYS TRIGGER suspense_match_begins;
ALTER TABLE contributions_suspensematch ENABLE ALWAYS TRIGGER suspense_match_is_final;
ALTER TABLE contributions_suspensematch ENABLE ALWAYS TRIGGER flow_as_chosen_new;
"""
BACKWARDS = """
DROP TRIGGER flow_as_chosen_new ON contributions_suspensematch;
DROP FUNCTION contributions_suspense_match_begins() CASCADE;
DROP FUNCTION contributions_suspense_match_is_final() CASCADE;
GRANT UPDATE, DELETE ON contributions_suspensematch TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0042_suspense_matches"), ("ledger", "0016_suspense_matches"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
