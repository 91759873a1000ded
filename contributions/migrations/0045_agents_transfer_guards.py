"""Of a settlement row the receipt that it settles is written once, as its payment is (migration 0025)."""

from django.db import migrations

FORWARDS = """
GRANT UPDATE (receipt_id) ON contributions_settlementrow TO kwsp_app;
CREATE FUNCTION contributions_settlement_row_has_its_receipt() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('settlement_row_has_its_receipt: row %s settles receipt %s', OLD.id, OLD.receipt_id);
END $$;
REVOKE ALL ON FUNCTION contributions_settlement_row_has_its_receipt() FROM PUBLIC;
CREATE TRIGGER settlement_row_has_its_receipt BEFORE UPDATE ON contributions_settlementrow FOR EACH ROW
    WHEN (OLD.receipt_id IS NOT NULL AND OLD.receipt_id IS DISTINCT FROM NEW.receipt_id)
    EXECUTE FUNCTION contributions_settlement_row_has_its_receipt();
ALTER TABLE contributions_settlementrow ENABLE ALWAYS TRIGGER settlement_row_has_its_receipt;
"""
BACKWARDS = """
DROP TRIGGER settlement_row_has_its_receipt ON contributions_settlementrow;
DROP FUNCTION contributions_settlement_row_has_its_receipt();
REVOKE UPDATE (receipt_id) ON contributions_settlementrow FROM kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0044_agents_transfers"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
