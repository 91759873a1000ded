"""What PostgreSQL holds for who paid at a counter: written once, with the receipt and before anything goes back, of another than the member; and what
goes back of such a receipt goes to them."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_counterpayer FROM kwsp_app;

CREATE FUNCTION contributions_counter_payer_comes_with_it() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM contributions_counterreceipt r LEFT JOIN contributions_payment p ON p.id = r.payment_id
                     LEFT JOIN contributions_voluntaryorder o ON o.id = p.voluntary_id
                    WHERE r.id = NEW.receipt_id AND r.payer_name <> '' AND NEW.member_id IS DISTINCT FROM r.member_id
                      AND (r.payment_id IS NULL OR o.payer_id = coalesce(NEW.member_id, r.member_id))
                      AND NOT EXISTS (SELECT FROM contributions_voluntaryreturn b WHERE b.payment_id = r.payment_id)) THEN
        RAISE EXCEPTION 'counter receipt %: found a payer who is the member, unlike its order, or late, expected another than the member, at once',
            NEW.receipt_id USING ERRCODE = 'check_violation', CONSTRAINT = 'counter_payer_comes_with_it';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION contributions_voluntary_return_has_its_payer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE whose bigint;
BEGIN
    SELECT y.id INTO whose FROM contributions_counterpayer y JOIN contributions_counterreceipt r ON r.id = y.receipt_id
     WHERE r.payment_id = NEW.payment_id AND y.member_id IS NULL;
    -- Two officers may find that another paid what they undo.
    IF NEW.counter_payer_id IS DISTINCT FROM whose AND (NEW.why <> 'REVERSED' OR NEW.counter_payer_id IS NOT NULL) THEN
        RAISE EXCEPTION 'voluntary return of payment %: found the counter payer %, expected %', NEW.payment_id, NEW.counter_payer_id, whose
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voluntary_return_has_its_payer';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION contributions_counter_receipt_is_its_payment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Of cash the payer is written after the receipt, and compared then.
    IF NOT EXISTS (SELECT FROM contributions_payment p JOIN contributions_voluntaryorder o ON o.id = p.voluntary_id
                    WHERE p.id = NEW.payment_id AND p.method = 'COUNTER' AND p.amount = NEW.amount
                      AND o.member_id = NEW.member_id AND o.kind = NEW.kind
                      AND (TG_OP = 'INSERT' OR o.payer_id = coalesce(
                            (SELECT y.member_id FROM contributions_counterpayer y WHERE y.receipt_id = NEW.id), NEW.member_id))) THEN
        RAISE EXCEPTION 'counter receipt %: found payment % of another member, payer, kind or amount, expected its own', NEW.id, NEW.payment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counter_receipt_is_its_payment';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION contributions_counter_payer_comes_with_it(), contributions_voluntary_return_has_its_payer() FROM PUBLIC;

CREATE TRIGGER counter_payer_comes_with_it AFTER INSERT ON contributions_counterpayer
    FOR EACH ROW EXECUTE FUNCTION contributions_counter_payer_comes_with_it();
CREATE TRIGGER voluntary_return_has_its_payer BEFORE INSERT ON contributions_voluntaryreturn
    FOR EACH ROW EXECUTE FUNCTION contributions_voluntary_return_has_its_payer();
ALTER TABLE contributions_counterpayer ENABLE ALWAYS TRIGGER counter_payer_comes_with_it;
ALTER TABLE contributions_voluntaryreturn ENABLE ALWAYS TRIGGER voluntary_return_has_its_payer;
"""
BACKWARDS = """
DROP FUNCTION contributions_counter_payer_comes_with_it() CASCADE;
DROP FUNCTION contributions_voluntary_return_has_its_payer() CASCADE;
CREATE OR REPLACE FUNCTION contributions_counter_receipt_is_its_payment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM contributions_payment p JOIN contributions_voluntaryorder o ON o.id = p.voluntary_id
                    WHERE p.id = NEW.payment_id AND p.method = 'COUNTER' AND p.amount = NEW.amount
                      AND o.member_id = NEW.member_id AND o.kind = NEW.kind) THEN
        RAISE EXCEPTION 'counter receipt %: found payment % of another member, kind or amount, expected its own', NEW.id, NEW.payment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counter_receipt_is_its_payment';
    END IF;
    RETURN NEW;
END $$;
GRANT UPDATE, DELETE ON contributions_counterpayer TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0122_counter_payers")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
