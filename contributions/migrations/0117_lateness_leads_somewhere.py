"""A late payment charge leads to an employer that exists, a dividend to a Borang A: looked for once for all rows of a statement.

Row by row, at the commit of the day's batch, the two foreign keys took longer than the COPY of the rows (docs/benchmarks.md). The statement's check
is as strong: kwsp_app can delete neither filings (0002) nor, from here on, employers, and a row stays with what it is of, whoever changes it.
"""

import django.db.models.deletion
from django.db import migrations, models

KEYS = (
    ("contributions_latecharge", "employer_id", "employers_employer", "late_charge_of_an_employer"),
    ("contributions_latedividend", "filing_id", "contributions_filing", "late_dividend_of_a_filing"),
)
LEADS = """
CREATE FUNCTION contributions_{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT {column} INTO wrong FROM new_rows WHERE (SELECT true FROM {to} WHERE {to}.id = new_rows.{column}) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = format('{name}: found a row of {column} %s, expected one that exists', wrong),
            CONSTRAINT = '{name}';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_{name}() FROM PUBLIC;
CREATE TRIGGER {name} AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION contributions_{name}();
CREATE TRIGGER lateness_stays BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (OLD.{column} <> NEW.{column}) EXECUTE FUNCTION contributions_lateness_stays();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};
ALTER TABLE {table} ENABLE ALWAYS TRIGGER lateness_stays;
"""
STAYS = """
CREATE FUNCTION contributions_lateness_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('lateness_stays: %s %s is of another than before, expected it to stay', TG_TABLE_NAME, OLD.id),
        CONSTRAINT = 'lateness_stays';
END $$;
REVOKE ALL ON FUNCTION contributions_lateness_stays() FROM PUBLIC;
"""
FORWARDS = (
    "REVOKE DELETE ON employers_employer FROM kwsp_app;"
    + STAYS
    + "".join(LEADS.format(table=table, column=column, to=to, name=name) for table, column, to, name in KEYS)
)
BACKWARDS = (
    "".join(f"DROP FUNCTION contributions_{name}() CASCADE;" for *_rest, name in KEYS)
    + "DROP FUNCTION contributions_lateness_stays() CASCADE; GRANT DELETE ON employers_employer TO kwsp_app;"
)


def _without(model: str, name: str, related: str, to: str) -> migrations.AlterField:
    on_delete = django.db.models.deletion.PROTECT
    key = models.ForeignKey(db_constraint=False, db_index=False, on_delete=on_delete, related_name=related, to=to)
    return migrations.AlterField(model_name=model, name=name, field=key)


class Migration(migrations.Migration):
    dependencies = [("contributions", "0116_drawers_that_wait"), ("employers", "0001_initial")]
    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        _without("latecharge", "employer", "late_charges", "employers.employer"),
        _without("latedividend", "filing", "late_dividends", "contributions.filing"),
    ]
