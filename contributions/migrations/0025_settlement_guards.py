"""What PostgreSQL holds for settlements: a file is written once, and of a row only the payment that it settles, once."""

from django.db import migrations

TABLES = "contributions_settlementfile, contributions_settlementrow"

FORWARDS = f"""
REVOKE UPDATE, DELETE ON {TABLES} FROM kwsp_app;
GRANT UPDATE (payment_id) ON contributions_settlementrow TO kwsp_app;

CREATE FUNCTION contributions_settlement_row_is_settled() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('settlement_row_is_settled: row %s settles payment %s', OLD.id, OLD.payment_id);
END $$;
REVOKE ALL ON FUNCTION contributions_settlement_row_is_settled() FROM PUBLIC;
CREATE TRIGGER settlement_row_is_settled BEFORE UPDATE ON contributions_settlementrow FOR EACH ROW
    WHEN (OLD.payment_id IS NOT NULL AND OLD.payment_id IS DISTINCT FROM NEW.payment_id) EXECUTE FUNCTION contributions_settlement_row_is_settled();
ALTER TABLE contributions_settlementrow ENABLE ALWAYS TRIGGER settlement_row_is_settled;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = f"""
DROP TRIGGER settlement_row_is_settled ON contributions_settlementrow;
DROP FUNCTION contributions_settlement_row_is_settled();
GRANT UPDATE, DELETE ON {TABLES} TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0024_settlement")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
