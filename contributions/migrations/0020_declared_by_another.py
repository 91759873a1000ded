"""Nobody approves what they declared correct or had read again: the logs are asked when the approver is written.

That the approver is not who prepared it stands on the row (filing_approved_by_another, election_approved_by_another); who else made it what it is
stands in its log, where it cannot be changed. Where the employer chose to do without a checker, neither asks.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION contributions_filing_declared_by_another() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM contributions_filinglog l
         WHERE l.filing_id IN (SELECT NEW.id UNION SELECT f.id FROM contributions_filing f WHERE f.file_id = NEW.file_id)
           AND l.action IN ('SUBMIT', 'REREAD') AND l.by_id = NEW.approved_by_id)
    THEN
        RAISE check_violation USING MESSAGE = format('filing_declared_by_another: filing %s was declared or read again by its approver', NEW.id);
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION contributions_filing_declared_by_another() FROM PUBLIC;
CREATE TRIGGER declared_by_another BEFORE UPDATE OF approved_by_id ON contributions_filing
    FOR EACH ROW WHEN (NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id AND NEW.flow = 'CHECKED')
    EXECUTE FUNCTION contributions_filing_declared_by_another();
ALTER TABLE contributions_filing ENABLE ALWAYS TRIGGER declared_by_another;

-- Once for all elections of a file. An approved one is never updated again, so that whatever is approved here was approved now.
CREATE FUNCTION contributions_election_declared_by_another() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own bigint;
BEGIN
    SELECT m.id INTO own FROM moved m JOIN contributions_electionlog l ON l.election_id = m.id AND l.by_id = m.approved_by_id
     WHERE l.action = 'SUBMIT' AND m.flow = 'CHECKED' LIMIT 1;
    IF own IS NOT NULL THEN
        RAISE check_violation USING MESSAGE = format('election_declared_by_another: election %s was declared by its approver', own);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_election_declared_by_another() FROM PUBLIC;
CREATE TRIGGER declared_by_another AFTER UPDATE ON contributions_election
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION contributions_election_declared_by_another();
ALTER TABLE contributions_election ENABLE ALWAYS TRIGGER declared_by_another;
"""
BACKWARDS = """
DROP TRIGGER declared_by_another ON contributions_filing;
DROP FUNCTION contributions_filing_declared_by_another();
DROP TRIGGER declared_by_another ON contributions_election;
DROP FUNCTION contributions_election_declared_by_another();
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0019_mending_guards")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
