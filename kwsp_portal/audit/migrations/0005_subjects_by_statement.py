"""Whom acts touch, kept for a whole statement at once: a trigger of each row cost as much as the row, where a batch writes thousands."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION audit_keep_subjects_of_all() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO audit_subject (subject, seq) SELECT subject, seq FROM new_rows, unnest(subjects) AS subject;
    RETURN NULL;
END $$;
DROP TRIGGER audit_subjects ON audit_auditevent;
DROP FUNCTION audit_keep_subjects();
CREATE TRIGGER audit_subjects AFTER INSERT ON audit_auditevent
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_subjects_of_all();
ALTER TABLE audit_auditevent ENABLE ALWAYS TRIGGER audit_subjects;
REVOKE ALL ON FUNCTION audit_keep_subjects_of_all() FROM PUBLIC;
"""
BACKWARDS = """
CREATE FUNCTION audit_keep_subjects() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO audit_subject (subject, seq) SELECT subject, NEW.seq FROM unnest(NEW.subjects) AS subject;
    RETURN NULL;
END $$;
DROP TRIGGER audit_subjects ON audit_auditevent;
DROP FUNCTION audit_keep_subjects_of_all();
CREATE TRIGGER audit_subjects AFTER INSERT ON audit_auditevent
    FOR EACH ROW WHEN (NEW.subjects <> '{}') EXECUTE FUNCTION audit_keep_subjects();
ALTER TABLE audit_auditevent ENABLE ALWAYS TRIGGER audit_subjects;
REVOKE ALL ON FUNCTION audit_keep_subjects() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_seals")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
