"""A row that was matched out of suspense is topped up as any row of its member: by the match it is theirs."""

from django.db import migrations

FORWARDS = """
CREATE OR REPLACE FUNCTION contributions_row_tops_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    SELECT n.id, n.tops_up_id INTO found
      FROM new_rows n JOIN contributions_filing f ON f.id = n.filing_id
      LEFT JOIN contributions_filingrow b ON b.id = n.tops_up_id AND b.wages < n.wages
                AND (b.member_id = n.member_id AND b.status = 'VALID'
                     OR b.status = 'UNMATCHED' AND EXISTS (SELECT FROM contributions_suspensematch m
                         WHERE m.row_id = b.id AND m.state = 'POSTED' AND m.member_id = n.member_id))
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
"""
BACKWARDS = """
CREATE OR REPLACE FUNCTION contributions_row_tops_up() RETURNS trigger
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
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0065_wrong_credit_of_a_match"), ("contributions", "0048_topping_up_guards")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
