"""What PostgreSQL holds for charges and dividends of lateness: written once, and reversed once."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_latecharge, contributions_latedividend FROM kwsp_app;
GRANT UPDATE (reversed_on) ON contributions_latecharge, contributions_latedividend TO kwsp_app;

CREATE FUNCTION contributions_lateness_is_reversed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('lateness_is_reversed: %s %s was reversed on %s', TG_TABLE_NAME, OLD.id, OLD.reversed_on);
END $$;
REVOKE ALL ON FUNCTION contributions_lateness_is_reversed() FROM PUBLIC;
CREATE TRIGGER lateness_is_reversed BEFORE UPDATE ON contributions_latecharge FOR EACH ROW WHEN (OLD.reversed_on IS NOT NULL)
    EXECUTE FUNCTION contributions_lateness_is_reversed();
CREATE TRIGGER lateness_is_reversed BEFORE UPDATE ON contributions_latedividend FOR EACH ROW WHEN (OLD.reversed_on IS NOT NULL)
    EXECUTE FUNCTION contributions_lateness_is_reversed();
ALTER TABLE contributions_latecharge ENABLE ALWAYS TRIGGER lateness_is_reversed;
ALTER TABLE contributions_latedividend ENABLE ALWAYS TRIGGER lateness_is_reversed;
"""
BACKWARDS = """
DROP TRIGGER lateness_is_reversed ON contributions_latecharge;
DROP TRIGGER lateness_is_reversed ON contributions_latedividend;
DROP FUNCTION contributions_lateness_is_reversed();
GRANT UPDATE, DELETE ON contributions_latecharge, contributions_latedividend TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0034_lateness")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
