"""Whom an act touches: in the row itself, and by a trigger in a table that finds the rows of one person or employer, the newest first.

The table belongs to the trigger alone: kwsp_app may read it and nothing more, so that no act can be hidden from the log of whom it touches.
Nobody looked rows up by `actor_id`: who acts is a subject, and that index goes.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

SUBJECTS = """
ALTER TABLE audit_auditevent ADD CONSTRAINT audit_subjects_named CHECK (
    subjects = '{}' OR array_to_string(subjects, ' ') ~ '^((member|employer):[0-9]{8}|user:[0-9]+)( ((member|employer):[0-9]{8}|user:[0-9]+))*$'
);
CREATE TABLE audit_subject (
    subject text NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (subject, seq)
);
CREATE FUNCTION audit_keep_subjects() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO audit_subject (subject, seq) SELECT subject, NEW.seq FROM unnest(NEW.subjects) AS subject;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_subjects AFTER INSERT ON audit_auditevent
    FOR EACH ROW WHEN (NEW.subjects <> '{}') EXECUTE FUNCTION audit_keep_subjects();
ALTER TABLE audit_auditevent ENABLE ALWAYS TRIGGER audit_subjects;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_subject
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
ALTER TABLE audit_subject ENABLE ALWAYS TRIGGER audit_no_change;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_subject FROM kwsp_app;
REVOKE ALL ON FUNCTION audit_keep_subjects() FROM PUBLIC;
"""

WITHOUT = """
DROP TRIGGER audit_subjects ON audit_auditevent;
DROP FUNCTION audit_keep_subjects();
DROP TABLE audit_subject;
ALTER TABLE audit_auditevent DROP CONSTRAINT audit_subjects_named;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_guards")]
    operations = [
        migrations.AddField(
            "auditevent",
            "subjects",
            django.contrib.postgres.fields.ArrayField(
                models.TextField(), blank=True, db_default=[], default=list, size=None, verbose_name="Pihak terlibat"
            ),
        ),
        migrations.RemoveIndex("auditevent", "audit_actor"),
        migrations.RunSQL(SUBJECTS, WITHOUT),
    ]
