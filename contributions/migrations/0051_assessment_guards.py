"""What PostgreSQL holds for assessments: rows are written while it is a draft, who signed what stays as it was, what ended has ended; a filing is the
employer's or KWSP's once and for all; what passed about an assessment is never changed."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_assessment, contributions_assessmentlog, contributions_assessmentpaper FROM kwsp_app;
GRANT UPDATE (state, source, file_id, filing_id, signed_by_id, signed_on) ON contributions_assessment TO kwsp_app;

CREATE FUNCTION contributions_assessment_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state IN ('REPLACED', 'WITHDRAWN', 'DISCARDED') THEN
        RAISE check_violation USING MESSAGE = format('assessment_stays: assessment %s is %s', OLD.id, OLD.state);
    END IF;
    IF OLD.filing_id IS NOT NULL
       AND (OLD.filing_id, OLD.signed_by_id, OLD.signed_on) IS DISTINCT FROM (NEW.filing_id, NEW.signed_by_id, NEW.signed_on) THEN
        RAISE check_violation USING MESSAGE = format('assessment_stays: assessment %s was signed', OLD.id);
    END IF;
    IF OLD.state <> 'DRAFT' AND (OLD.source, OLD.file_id) IS DISTINCT FROM (NEW.source, NEW.file_id) THEN
        RAISE check_violation USING MESSAGE = format('assessment_stays: assessment %s is no draft', OLD.id);
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION contributions_assessment_rows_stay() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.assessment_id ELSE NEW.assessment_id END;
    stands text := (SELECT state FROM contributions_assessment WHERE id = of);
BEGIN
    IF stands IS DISTINCT FROM 'DRAFT' OR (TG_OP = 'UPDATE' AND OLD.assessment_id <> NEW.assessment_id) THEN
        RAISE check_violation USING MESSAGE = format('assessment_rows_stay: assessment %s is %s', of, stands);
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION contributions_filing_source_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('filing_source_stays: filing %s is %s', OLD.id, OLD.source);
END $$;
REVOKE ALL ON FUNCTION contributions_assessment_stays(), contributions_assessment_rows_stay(), contributions_filing_source_stays() FROM PUBLIC;

CREATE TRIGGER assessment_stays BEFORE UPDATE ON contributions_assessment FOR EACH ROW EXECUTE FUNCTION contributions_assessment_stays();
CREATE TRIGGER assessment_rows_stay BEFORE INSERT OR UPDATE OR DELETE ON contributions_assessmentrow
    FOR EACH ROW EXECUTE FUNCTION contributions_assessment_rows_stay();
CREATE TRIGGER filing_source_stays BEFORE UPDATE OF source ON contributions_filing FOR EACH ROW WHEN (OLD.source <> NEW.source)
    EXECUTE FUNCTION contributions_filing_source_stays();
ALTER TABLE contributions_assessment ENABLE ALWAYS TRIGGER assessment_stays;
ALTER TABLE contributions_assessmentrow ENABLE ALWAYS TRIGGER assessment_rows_stay;
ALTER TABLE contributions_filing ENABLE ALWAYS TRIGGER filing_source_stays;
"""
BACKWARDS = """
DROP FUNCTION contributions_assessment_stays() CASCADE;
DROP FUNCTION contributions_assessment_rows_stay() CASCADE;
DROP FUNCTION contributions_filing_source_stays() CASCADE;
GRANT UPDATE, DELETE ON contributions_assessment, contributions_assessmentlog, contributions_assessmentpaper TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0050_assessments")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
