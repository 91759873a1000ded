"""What PostgreSQL holds for receipts: a file is written once, a receipt keeps what the agent said, and what became of its money is final."""

from django.db import migrations

TABLES = "contributions_receiptfile, contributions_receipt"

FORWARDS = f"""
REVOKE UPDATE, DELETE ON {TABLES} FROM kwsp_app;
GRANT UPDATE (state, employer_id, wage_month, filing_id, payment_id) ON contributions_receipt TO kwsp_app;

CREATE FUNCTION contributions_receipt_is_final() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('receipt_is_final: receipt %s has the state %s', OLD.id, OLD.state);
END $$;
REVOKE ALL ON FUNCTION contributions_receipt_is_final() FROM PUBLIC;
CREATE TRIGGER receipt_is_final BEFORE UPDATE ON contributions_receipt FOR EACH ROW
    WHEN (OLD.state IN ('PAID', 'SUSPENDED', 'RETURNED')) EXECUTE FUNCTION contributions_receipt_is_final();
ALTER TABLE contributions_receipt ENABLE ALWAYS TRIGGER receipt_is_final;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = f"""
DROP TRIGGER receipt_is_final ON contributions_receipt;
DROP FUNCTION contributions_receipt_is_final();
GRANT UPDATE, DELETE ON {TABLES} TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0030_receipts"), ("ledger", "0012_receipts"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
