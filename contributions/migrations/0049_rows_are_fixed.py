"""What PostgreSQL holds for a filing that was handed in, or put away: its rows and figures are what was declared and approved, and it goes forward
only. Of a file that was read no row comes later. Rows are asked for a whole statement at once."""

from django.db import migrations

FIXED = "'SUBMITTED', 'APPROVED', 'PAID', 'CREDITED', 'UNREADABLE', 'DISCARDED'"
FORWARDS = f"""
CREATE FUNCTION contributions_rows_are_fixed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT f.id, f.state INTO found FROM contributions_filing f WHERE f.id IN (SELECT filing_id FROM old_rows) AND f.state IN ({FIXED}) LIMIT 1;
    ELSE
        SELECT f.id, f.state INTO found FROM contributions_filing f
         WHERE f.id IN (SELECT filing_id FROM old_rows UNION SELECT filing_id FROM new_rows) AND f.state IN ({FIXED}) LIMIT 1;
    END IF;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'rows of filing %: found the state %, expected one in which they may change', found.id, found.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rows_are_fixed';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION contributions_rows_come_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found bigint;
BEGIN
    SELECT l.filing_id INTO found FROM contributions_filinglog l
     WHERE l.filing_id IN (SELECT filing_id FROM new_rows) AND l.action IN ('READ_READY', 'READ_FAULTY', 'READ_REFUSED') LIMIT 1;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'rows of filing %: found that its file was read, expected that its rows are there', found
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rows_come_once';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION contributions_filing_goes_forward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT (CASE OLD.state WHEN 'SUBMITTED' THEN NEW.state IN ('SUBMITTED', 'RETURNED', 'APPROVED', 'DISCARDED')
                           WHEN 'APPROVED' THEN NEW.state IN ('APPROVED', 'PAID', 'DISCARDED')
                           WHEN 'PAID' THEN NEW.state IN ('PAID', 'CREDITED')
                           WHEN 'UNREADABLE' THEN NEW.state IN ('UNREADABLE', 'DISCARDED')
                           ELSE NEW.state = OLD.state END) THEN
        RAISE EXCEPTION 'filing %: found % after %, expected a move forward', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'filing_goes_forward';
    END IF;
    IF NEW.state <> 'RETURNED'
       AND (OLD.employer_id, OLD.wage_month, OLD.file_id, OLD.content_digest, OLD.number, OLD.supplements_id, OLD.rows_total, OLD.rows_valid,
            OLD.rows_unmatched, OLD.rows_invalid, OLD.employer_total, OLD.employee_total, OLD.suspended_total)
           IS DISTINCT FROM
           (NEW.employer_id, NEW.wage_month, NEW.file_id, NEW.content_digest, NEW.number, NEW.supplements_id, NEW.rows_total, NEW.rows_valid,
            NEW.rows_unmatched, NEW.rows_invalid, NEW.employer_total, NEW.employee_total, NEW.suspended_total) THEN
        RAISE EXCEPTION 'filing %: found other figures in the state %, expected those that were handed in', OLD.id, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'filing_goes_forward';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION contributions_rows_are_fixed(), contributions_rows_come_once(), contributions_filing_goes_forward() FROM PUBLIC;

CREATE TRIGGER rows_are_fixed_changed AFTER UPDATE ON contributions_filingrow
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION contributions_rows_are_fixed();
CREATE TRIGGER rows_are_fixed_gone AFTER DELETE ON contributions_filingrow
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION contributions_rows_are_fixed();
CREATE TRIGGER rows_come_once AFTER INSERT ON contributions_filingrow
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION contributions_rows_come_once();
CREATE TRIGGER filing_goes_forward BEFORE UPDATE ON contributions_filing
    FOR EACH ROW WHEN (OLD.state IN ({FIXED})) EXECUTE FUNCTION contributions_filing_goes_forward();
ALTER TABLE contributions_filingrow ENABLE ALWAYS TRIGGER rows_are_fixed_changed;
ALTER TABLE contributions_filingrow ENABLE ALWAYS TRIGGER rows_are_fixed_gone;
ALTER TABLE contributions_filingrow ENABLE ALWAYS TRIGGER rows_come_once;
ALTER TABLE contributions_filing ENABLE ALWAYS TRIGGER filing_goes_forward;
"""  # noqa: S608 - fixed texts
BACKWARDS = """
DROP FUNCTION contributions_rows_are_fixed() CASCADE;
DROP FUNCTION contributions_rows_come_once() CASCADE;
DROP FUNCTION contributions_filing_goes_forward() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0048_topping_up_guards"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
