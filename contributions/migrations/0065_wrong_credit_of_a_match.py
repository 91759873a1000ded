"""What was matched out of suspense to the wrong member is moved as any wrong credit: it begins with whom the match gave it to."""

from django.db import migrations

FORWARDS = """
CREATE OR REPLACE FUNCTION contributions_wrong_credit_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    holder bigint;
BEGIN
    SELECT coalesce((SELECT w.to_member_id FROM contributions_wrongcredit w
                      WHERE w.row_id = r.id AND w.state = 'POSTED' AND w.id <> NEW.id ORDER BY w.id DESC LIMIT 1),
                    CASE WHEN r.status = 'VALID' THEN r.member_id
                         ELSE (SELECT m.member_id FROM contributions_suspensematch m WHERE m.row_id = r.id AND m.state = 'POSTED') END) INTO holder
      FROM contributions_filingrow r JOIN contributions_filing f ON f.id = r.filing_id
     WHERE r.id = NEW.row_id AND f.state = 'CREDITED';
    IF holder IS NULL OR holder <> NEW.from_member_id OR NEW.state <> 'PROPOSED' THEN
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
"""
BACKWARDS = """
CREATE OR REPLACE FUNCTION contributions_wrong_credit_begins() RETURNS trigger
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
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0064_credit_use_guards"), ("contributions", "0043_suspense_match_guards")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
