"""What PostgreSQL holds for contributions.

Rows that are written once: who moved a filing (whoever declared it correct may not approve it), and what the bank said. Rows of a
filing lead to a filing and a member that exist: checked for a whole statement at once, since row-level foreign keys cost more than the
rows themselves (docs/benchmarks.md), and as strong as they are, since kwsp_app can delete neither filings nor members.
"""

from django.db import migrations

WRITTEN_ONCE = "contributions_filinglog, contributions_paymentmessage"
KEPT = "contributions_filing, members_member"

FORWARDS = f"""
REVOKE UPDATE, DELETE ON {WRITTEN_ONCE} FROM kwsp_app;
REVOKE DELETE ON {KEPT} FROM kwsp_app;

CREATE FUNCTION contributions_rows_lead_somewhere() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT filing_id FROM new_rows) n LEFT JOIN contributions_filing f ON f.id = n.filing_id WHERE f.id IS NULL) THEN
        RAISE foreign_key_violation USING MESSAGE = 'filing_row_of_a_filing: a row names a filing that does not exist';
    END IF;
    IF EXISTS (SELECT FROM new_rows n LEFT JOIN members_member m ON m.id = n.member_id WHERE n.member_id IS NOT NULL AND m.id IS NULL) THEN
        RAISE foreign_key_violation USING MESSAGE = 'filing_row_of_a_member: a row names a member who does not exist';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_rows_lead_somewhere() FROM PUBLIC;

CREATE TRIGGER rows_lead_somewhere_new AFTER INSERT ON contributions_filingrow
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION contributions_rows_lead_somewhere();
CREATE TRIGGER rows_lead_somewhere_changed AFTER UPDATE ON contributions_filingrow
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION contributions_rows_lead_somewhere();
ALTER TABLE contributions_filingrow ENABLE ALWAYS TRIGGER rows_lead_somewhere_new;
ALTER TABLE contributions_filingrow ENABLE ALWAYS TRIGGER rows_lead_somewhere_changed;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = f"""
DROP TRIGGER rows_lead_somewhere_new ON contributions_filingrow;
DROP TRIGGER rows_lead_somewhere_changed ON contributions_filingrow;
DROP FUNCTION contributions_rows_lead_somewhere();
GRANT UPDATE, DELETE ON {WRITTEN_ONCE} TO kwsp_app;
GRANT DELETE ON {KEPT} TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0001_initial"), ("jobs", "0001_rights"), ("members", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
