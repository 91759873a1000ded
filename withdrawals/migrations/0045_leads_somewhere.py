"""What passed about an application and what the rules said of it lead to one that exists: looked at for a whole statement at once, in place of a
foreign key that a batch of thousands checks row by row at its commit. As strong as it was: kwsp_app can delete no application (0002)."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("withdrawals_applicationlog", "withdrawals_decision")
GUARD = """
CREATE FUNCTION withdrawals_leads_somewhere() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT application_id INTO wrong
    FROM new_rows WHERE (SELECT true FROM withdrawals_application WHERE withdrawals_application.id = new_rows.application_id) IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'application %: found a row of % about it, expected one that exists', wrong, TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'application_exists';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION withdrawals_leads_somewhere() FROM PUBLIC;
"""
FORWARDS = GUARD + "".join(
    f"""
CREATE TRIGGER leads_somewhere AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION withdrawals_leads_somewhere();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER leads_somewhere;
"""
    for table in TABLES
)
BACKWARDS = "DROP FUNCTION withdrawals_leads_somewhere() CASCADE;"


def _without(model: str, related: str) -> migrations.AlterField:
    key = models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name=related, to="withdrawals.application")
    return migrations.AlterField(model_name=model, name="application", field=key)


class Migration(migrations.Migration):
    dependencies = [("withdrawals", "0044_guards_ask_in_passing")]
    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        _without("applicationlog", "log"),
        _without("decision", "decisions"),
    ]
