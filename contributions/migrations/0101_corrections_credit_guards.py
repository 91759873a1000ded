"""What PostgreSQL holds for what a correction took back and its employer uses: the credit is what the posted lines of that Borang A gave, written
once, no KWSP 14's; no more of it is used than there is. What was posted before is given now."""

# ruff: noqa: S608 - every text comes from this file and from those before it

from importlib import import_module

from django.db import migrations

LAST = import_module("contributions.migrations.0092_offset_pay_guards")

_RECEIPT = LAST._RECEIPT
BEFORE = LAST.AFTER
AFTER = BEFORE.replace(
    _RECEIPT,
    """    ELSIF NEW.source_correction_id IS NOT NULL THEN
        SELECT f.employer_id, c.credit INTO owned, remains FROM contributions_correctedfiling c JOIN contributions_filing f ON f.id = c.filing_id
         WHERE c.id = NEW.source_correction_id FOR NO KEY UPDATE OF c;
        remains := remains
            - coalesce((SELECT sum(u.amount) FROM contributions_credituse u WHERE u.source_correction_id = NEW.source_correction_id), 0);
"""
    + _RECEIPT,
)
_GIVEN = """
    SELECT sum(l.then_employer + l.then_employee - l.now_employer - l.now_employee)
      FROM contributions_correctionline l JOIN contributions_filingrow r ON r.id = l.row_id JOIN contributions_correction o ON o.id = l.correction_id
     WHERE l.correction_id = {correction} AND r.filing_id = {filing} AND l.state = 'POSTED' AND o.state = 'POSTED'
       AND l.now_employer + l.now_employee < l.then_employer + l.then_employee
       AND NOT EXISTS (SELECT FROM contributions_overpayment p WHERE p.correction_id = {correction})
"""
GUARD = f"""
GRANT UPDATE (credit) ON contributions_correctedfiling TO kwsp_app;
CREATE FUNCTION contributions_correction_credit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.credit IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.credit IS DISTINCT FROM OLD.credit AND (OLD.credit IS NOT NULL
        OR NEW.credit IS DISTINCT FROM ({_GIVEN.format(correction="NEW.correction_id", filing="NEW.filing_id")})) THEN
        RAISE EXCEPTION 'correction %: found a credit of % sen, expected once what its posted lines took back', NEW.correction_id, NEW.credit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_credit_as_posted';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_correction_credit() FROM PUBLIC;
CREATE TRIGGER correction_credit_as_posted AFTER INSERT OR UPDATE ON contributions_correctedfiling
    FOR EACH ROW EXECUTE FUNCTION contributions_correction_credit();
ALTER TABLE contributions_correctedfiling ENABLE ALWAYS TRIGGER correction_credit_as_posted;
"""
GIVEN = f"""
UPDATE contributions_correctedfiling AS c SET credit = found.sen
  FROM (SELECT h.id, ({_GIVEN.format(correction="h.correction_id", filing="h.filing_id")}) AS sen FROM contributions_correctedfiling h) found
 WHERE found.id = c.id AND found.sen IS NOT NULL;
"""
FORWARDS = GIVEN + AFTER + GUARD
BACKWARDS = "DROP FUNCTION contributions_correction_credit() CASCADE; REVOKE UPDATE (credit) ON contributions_correctedfiling FROM kwsp_app;" + BEFORE


class Migration(migrations.Migration):
    dependencies = [("contributions", "0100_corrections_credit_pays")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
