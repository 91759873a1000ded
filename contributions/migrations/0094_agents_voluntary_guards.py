"""What PostgreSQL holds for voluntary contributions that agents took: an officer may say whose a receipt is and of which kind;
it pays nobody else.

What the agent wrote stays: `member_number`, `amount` and `paid_at` are no columns that the portal may write again (migration 0031).
"""

from django.db import migrations

FORWARDS = """
GRANT UPDATE (member_id, kind) ON contributions_receipt TO kwsp_app;

CREATE FUNCTION contributions_receipt_pays_its_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM contributions_payment p JOIN contributions_voluntaryorder o ON o.id = p.voluntary_id
                    WHERE p.id = NEW.payment_id AND p.method = 'RECEIPT' AND p.amount = NEW.amount
                      AND o.member_id = NEW.member_id AND o.kind = NEW.kind) THEN
        RAISE EXCEPTION 'receipt %: found payment % of another member, kind or amount, expected its own', NEW.id, NEW.payment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_pays_its_member';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION contributions_receipt_pays_its_member() FROM PUBLIC;
CREATE TRIGGER receipt_pays_its_member BEFORE INSERT OR UPDATE ON contributions_receipt FOR EACH ROW
    WHEN (NEW.kind <> '' AND NEW.payment_id IS NOT NULL) EXECUTE FUNCTION contributions_receipt_pays_its_member();
ALTER TABLE contributions_receipt ENABLE ALWAYS TRIGGER receipt_pays_its_member;
"""
BACKWARDS = """
DROP FUNCTION contributions_receipt_pays_its_member() CASCADE;
REVOKE UPDATE (member_id, kind) ON contributions_receipt FROM kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0093_agents_voluntary"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
