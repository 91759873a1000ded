"""What PostgreSQL holds for a row that tops up another: it is the same person's, in another filing of the same employer and month, which is paid; it
has higher wages, and owes something beyond what stood. Asked for a whole statement at once, and only of such rows."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION contributions_row_tops_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    SELECT n.id, n.tops_up_id INTO found
      FROM new_rows n JOIN contributions_filing f ON f.id = n.filing_id
      LEFT JOIN contributions_filingrow b ON b.id = n.tops_up_id AND b.member_id = n.member_id AND b.status = 'VALID' AND b.wages < n.wages
      LEFT JOIN contributions_filing g ON g.id = b.filing_id AND g.id <> f.id AND g.employer_id = f.employer_id AND g.wage_month = f.wage_month
                AND g.state IN ('PAID', 'CREDITED')
     WHERE n.tops_up_id IS NOT NULL AND n.status = 'VALID'
       AND (g.id IS NULL OR f.number = 0 OR n.employer_share + n.employee_share <= 0
            OR n.employer_share + n.earlier_employer < 0 OR n.employee_share + n.earlier_employee < 0)
     LIMIT 1;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'row %: found that it tops up row %, expected a paid row of the same person and month with lower wages',
            found.id, found.tops_up_id USING ERRCODE = 'check_violation', CONSTRAINT = 'row_tops_up';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_row_tops_up() FROM PUBLIC;

CREATE TRIGGER row_tops_up_new AFTER INSERT ON contributions_filingrow
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION contributions_row_tops_up();
CREATE TRIGGER row_tops_up_changed AFTER UPDATE ON contributions_filingrow
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION contributions_row_tops_up();
ALTER TABLE contributions_filingrow ENABLE ALWAYS TRIGGER row_tops_up_new;
ALTER TABLE contributions_filingrow ENABLE ALWAYS TRIGGER row_tops_up_changed;
"""
BACKWARDS = "DROP FUNCTION contributions_row_tops_up() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("contributions", "0047_topping_up"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
