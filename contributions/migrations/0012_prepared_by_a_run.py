"""A correction is prepared by a run: until its end it is PREPARING, and only then may lines and figures come to it.

From then on nobody changes them, the portal's own role included: what one officer proposes is what the other approves and what is posted. Rows for
which the rules give nothing have a table of their own.
"""

import django.db.models.deletion
from django.db import migrations, models

import contributions.enums

STATES = ("PREPARING", "DRAFT", "PROPOSED", "APPROVED", "POSTED", "REFUSED", "WITHDRAWN", "NOTHING")
ACTIONS = ("FINISH_PREPARING", "FIND_NOTHING", "PROPOSE", "APPROVE", "REFUSE", "WITHDRAW", "FINISH_POSTING")
PARTS = ("correctedfiling", "correctionline", "unreckonedrow")
FIGURES = "lines_total, employer_difference, employee_difference"

GUARDS = f"""
REVOKE UPDATE, DELETE ON contributions_unreckonedrow FROM kwsp_app;
GRANT UPDATE ({FIGURES}, unreckoned_total) ON contributions_correction TO kwsp_app;
GRANT UPDATE ({FIGURES}) ON contributions_correctedfiling TO kwsp_app;

CREATE FUNCTION contributions_correction_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'PREPARING' AND (NEW.state = 'PREPARING'
        OR ROW(NEW.lines_total, NEW.employer_difference, NEW.employee_difference, NEW.unreckoned_total)
           IS DISTINCT FROM ROW(OLD.lines_total, OLD.employer_difference, OLD.employee_difference, OLD.unreckoned_total)) THEN
        RAISE EXCEPTION 'correction %: found new figures while it is %, expected them only while it is being prepared', OLD.id, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION contributions_corrected_filing_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF ROW(NEW.lines_total, NEW.employer_difference, NEW.employee_difference)
       IS DISTINCT FROM ROW(OLD.lines_total, OLD.employer_difference, OLD.employee_difference)
       AND NOT EXISTS (SELECT FROM contributions_correction WHERE id = OLD.correction_id AND state = 'PREPARING') THEN
        RAISE EXCEPTION 'correction %: found new figures of a filing, expected them only while it is being prepared', OLD.correction_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION contributions_correction_grows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT id, state FROM contributions_correction WHERE id IN (SELECT correction_id FROM new_rows) FOR SHARE LOOP
        IF found.state <> 'PREPARING' THEN
            RAISE EXCEPTION 'correction %: found new rows while it is %, expected them only while it is being prepared', found.id, found.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_stays';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_correction_stays(), contributions_corrected_filing_stays(), contributions_correction_grows() FROM PUBLIC;

CREATE TRIGGER correction_stays BEFORE UPDATE ON contributions_correction FOR EACH ROW EXECUTE FUNCTION contributions_correction_stays();
CREATE TRIGGER corrected_filing_stays BEFORE UPDATE ON contributions_correctedfiling
    FOR EACH ROW EXECUTE FUNCTION contributions_corrected_filing_stays();
ALTER TABLE contributions_correction ENABLE ALWAYS TRIGGER correction_stays;
ALTER TABLE contributions_correctedfiling ENABLE ALWAYS TRIGGER corrected_filing_stays;
"""  # noqa: S608 - fixed names of this file
GUARDS += "".join(
    f"""
CREATE TRIGGER correction_grows AFTER INSERT ON contributions_{part}
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION contributions_correction_grows();
ALTER TABLE contributions_{part} ENABLE ALWAYS TRIGGER correction_grows;
"""
    for part in PARTS
)
BACKWARDS = f"""
DROP FUNCTION contributions_correction_stays() CASCADE;
DROP FUNCTION contributions_corrected_filing_stays() CASCADE;
DROP FUNCTION contributions_correction_grows() CASCADE;
REVOKE UPDATE ({FIGURES}, unreckoned_total) ON contributions_correction FROM kwsp_app;
REVOKE UPDATE ({FIGURES}) ON contributions_correctedfiling FROM kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0011_reread"), ("jobs", "0001_rights")]
    operations = [
        migrations.RemoveField("correction", "unreckoned"),
        migrations.CreateModel(
            name="UnreckonedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.JSONField()),
                (
                    "correction",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="unreckoned", to="contributions.correction"
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contributions.filingrow"),
                ),
            ],
            options={
                "verbose_name": "baris tanpa angka daripada peraturan",
                "verbose_name_plural": "baris tanpa angka daripada peraturan",
                "ordering": ("row_id",),
                "constraints": [models.UniqueConstraint(fields=("correction", "row"), name="unreckoned_row_once")],
            },
        ),
        migrations.RemoveConstraint("correction", "correction_state_known"),
        migrations.RemoveConstraint("correctionlog", "correction_log_action_known"),
        migrations.AlterField(
            "correction",
            "state",
            models.CharField(choices=[(state, state) for state in STATES], default=contributions.enums.CorrectionState["PREPARING"], max_length=10),
        ),
        migrations.AlterField("correctionlog", "action", models.CharField(choices=[(action, action) for action in ACTIONS], max_length=20)),
        migrations.AddConstraint(
            "correction", models.CheckConstraint(condition=models.Q(("state__in", list(STATES))), name="correction_state_known")
        ),
        migrations.AddConstraint(
            "correctionlog", models.CheckConstraint(condition=models.Q(("action__in", list(ACTIONS))), name="correction_log_action_known")
        ),
        migrations.RunSQL(GUARDS, BACKWARDS),
    ]
