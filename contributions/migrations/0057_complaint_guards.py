"""What PostgreSQL holds for complaints: what was said is written once, one that is closed stays closed and frees its months, and a month is of the
member and the employer of its complaint."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_complaint, contributions_complaintmonth, contributions_complaintlog, contributions_complaintpaper
    FROM kwsp_app;
GRANT UPDATE (state, owner_id, closed_on, named_by_id, named_on, named_why) ON contributions_complaint TO kwsp_app;

CREATE FUNCTION contributions_complaint_is_closed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('complaint_is_closed: complaint %s was closed on %s', OLD.id, OLD.closed_on);
END $$;
CREATE FUNCTION contributions_complaint_stays_named() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('complaint_stays_named: complaint %s was named on %s', OLD.id, OLD.named_on);
END $$;
CREATE FUNCTION contributions_complaint_frees_its_months() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE contributions_complaintmonth SET open = false WHERE complaint_id = NEW.id AND open;
    RETURN NULL;
END $$;
CREATE FUNCTION contributions_complaint_month_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT NEW.open OR NOT EXISTS (SELECT FROM contributions_complaint c WHERE c.id = NEW.complaint_id AND c.member_id = NEW.member_id
                                      AND c.employer_id = NEW.employer_id AND c.closed_on IS NULL) THEN
        RAISE EXCEPTION 'complaint month %: found member %, employer %, open %, expected those of its open complaint, open',
            NEW.wage_month, NEW.member_id, NEW.employer_id, NEW.open USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_month_begins';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_complaint_is_closed(), contributions_complaint_stays_named(), contributions_complaint_frees_its_months(),
    contributions_complaint_month_begins() FROM PUBLIC;

CREATE TRIGGER complaint_is_closed BEFORE UPDATE ON contributions_complaint FOR EACH ROW WHEN (OLD.closed_on IS NOT NULL)
    EXECUTE FUNCTION contributions_complaint_is_closed();
CREATE TRIGGER complaint_stays_named BEFORE UPDATE ON contributions_complaint FOR EACH ROW
    WHEN (OLD.named_on IS NOT NULL
          AND (OLD.named_by_id, OLD.named_on, OLD.named_why) IS DISTINCT FROM (NEW.named_by_id, NEW.named_on, NEW.named_why))
    EXECUTE FUNCTION contributions_complaint_stays_named();
CREATE TRIGGER complaint_frees_its_months AFTER UPDATE ON contributions_complaint FOR EACH ROW WHEN (NEW.closed_on IS NOT NULL)
    EXECUTE FUNCTION contributions_complaint_frees_its_months();
CREATE TRIGGER complaint_month_begins AFTER INSERT ON contributions_complaintmonth
    FOR EACH ROW EXECUTE FUNCTION contributions_complaint_month_begins();
ALTER TABLE contributions_complaint ENABLE ALWAYS TRIGGER complaint_is_closed;
ALTER TABLE contributions_complaint ENABLE ALWAYS TRIGGER complaint_stays_named;
ALTER TABLE contributions_complaint ENABLE ALWAYS TRIGGER complaint_frees_its_months;
ALTER TABLE contributions_complaintmonth ENABLE ALWAYS TRIGGER complaint_month_begins;
"""
BACKWARDS = """
DROP FUNCTION contributions_complaint_is_closed() CASCADE;
DROP FUNCTION contributions_complaint_stays_named() CASCADE;
DROP FUNCTION contributions_complaint_frees_its_months() CASCADE;
DROP FUNCTION contributions_complaint_month_begins() CASCADE;
GRANT UPDATE, DELETE ON contributions_complaint, contributions_complaintmonth, contributions_complaintlog, contributions_complaintpaper TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0056_complaints"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
