"""What PostgreSQL holds for wrong credits: whose the row is now is whom it is taken from; no correction of the same filing is open beside it, and
none gets a line of a row that was or is to be moved; what was proposed stays as it was, and its outcome is written once."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_wrongcredit FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, comment, posted_on, edition_id) ON contributions_wrongcredit TO kwsp_app;

CREATE FUNCTION contributions_wrong_credit_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    holder bigint;
BEGIN
    SELECT coalesce((SELECT w.to_member_id FROM contributions_wrongcredit w
                      WHERE w.row_id = r.id AND w.state = 'POSTED' AND w.id <> NEW.id ORDER BY w.id DESC LIMIT 1), r.member_id) INTO holder
      FROM contributions_filingrow r JOIN contributions_filing f ON f.id = r.filing_id
     WHERE r.id = NEW.row_id AND r.status = 'VALID' AND f.state = 'CREDITED';
    IF holder IS DISTINCT FROM NEW.from_member_id OR NEW.state <> 'PROPOSED' THEN
        RAISE EXCEPTION 'wrong credit of row %: found % from member %, expected PROPOSED from the member who has it (%)',
            NEW.row_id, NEW.state, NEW.from_member_id, holder USING ERRCODE = 'check_violation', CONSTRAINT = 'wrong_credit_begins';
    END IF;
    IF EXISTS (SELECT FROM contributions_correctedfiling c JOIN contributions_filingrow r ON r.filing_id = c.filing_id
                WHERE r.id = NEW.row_id AND c.open) THEN
        RAISE EXCEPTION 'wrong credit of row %: found an open correction of its filing, expected none', NEW.row_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'wrong_credit_begins';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION contributions_wrong_credit_is_final() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('wrong_credit_is_final: wrong credit %s has the state %s', OLD.id, OLD.state);
END $$;
CREATE FUNCTION contributions_moved_row_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found bigint;
BEGIN
    SELECT n.row_id INTO found FROM new_rows n JOIN contributions_wrongcredit w ON w.row_id = n.row_id AND w.state IN ('PROPOSED', 'POSTED') LIMIT 1;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'correction: found row %, which is or is to be another member''s, expected rows that stand as they were filed', found
            USING ERRCODE = 'check_violation', CONSTRAINT = 'moved_row_stays';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_wrong_credit_begins(), contributions_wrong_credit_is_final(), contributions_moved_row_stays() FROM PUBLIC;

CREATE TRIGGER wrong_credit_begins AFTER INSERT ON contributions_wrongcredit
    FOR EACH ROW EXECUTE FUNCTION contributions_wrong_credit_begins();
CREATE TRIGGER wrong_credit_is_final BEFORE UPDATE ON contributions_wrongcredit FOR EACH ROW WHEN (OLD.state <> 'PROPOSED')
    EXECUTE FUNCTION contributions_wrong_credit_is_final();
CREATE TRIGGER moved_row_stays AFTER INSERT ON contributions_correctionline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION contributions_moved_row_stays();
ALTER TABLE contributions_wrongcredit ENABLE ALWAYS TRIGGER wrong_credit_begins;
ALTER TABLE contributions_wrongcredit ENABLE ALWAYS TRIGGER wrong_credit_is_final;
ALTER TABLE contributions_correctionline ENABLE ALWAYS TRIGGER moved_row_stays;
"""
BACKWARDS = """
DROP FUNCTION contributions_wrong_credit_begins() CASCADE;
DROP FUNCTION contributions_wrong_credit_is_final() CASCADE;
DROP FUNCTION contributions_moved_row_stays() CASCADE;
GRANT UPDATE, DELETE ON contributions_wrongcredit TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0040_wrong_credits"), ("ledger", "0015_payouts_and_lateness"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
