"""What PostgreSQL holds for receipting counters: a drawer goes forwards, its float and its officer stay, money is taken while it is open and on its
own day, and a cheque is decided once, by an officer who did not take it."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_counterdrawer, contributions_counterreceipt FROM kwsp_app;
GRANT UPDATE (state, expected, counted, said, counted_at, seen_by_id, seen_on, note) ON contributions_counterdrawer TO kwsp_app;
GRANT UPDATE (state, payment_id, decided_by_id, decided_on, why) ON contributions_counterreceipt TO kwsp_app;

CREATE FUNCTION contributions_drawer_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state = 'SEEN' OR (OLD.state, NEW.state) NOT IN (('OPEN', 'COUNTED'), ('COUNTED', 'SEEN')) THEN
        RAISE EXCEPTION 'drawer %: found % after %, expected a state that comes after it', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'drawer_moves';
    END IF;
    IF OLD.state = 'COUNTED' AND (OLD.expected, OLD.counted, OLD.said, OLD.counted_at)
            IS DISTINCT FROM (NEW.expected, NEW.counted, NEW.said, NEW.counted_at) THEN
        RAISE EXCEPTION 'drawer %: found another count, expected that of % to stay', OLD.id, OLD.counted_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'drawer_moves';
    END IF;
    IF OLD.state = 'OPEN' AND NEW.expected <> OLD.opening + (SELECT coalesce(sum(amount), 0) FROM contributions_counterreceipt
            WHERE drawer_id = OLD.id AND mode = 'CASH') THEN
        RAISE EXCEPTION 'drawer %: found % expected, which is not its float and its cash receipts', OLD.id, NEW.expected
            USING ERRCODE = 'check_violation', CONSTRAINT = 'drawer_moves';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION contributions_counter_receipt_is_taken() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE stands record;
BEGIN
    -- The drawer's row is held, so that a count at the same time has this receipt in it or refuses it.
    SELECT state, "on" INTO stands FROM contributions_counterdrawer WHERE id = NEW.drawer_id FOR SHARE;
    IF stands.state <> 'OPEN' OR stands."on" <> (NEW.taken_at AT TIME ZONE 'Asia/Kuala_Lumpur')::date THEN
        RAISE EXCEPTION 'drawer %: found money of % in a drawer of % that is %, expected an open one of the day',
            NEW.drawer_id, NEW.taken_at, stands."on", stands.state USING ERRCODE = 'check_violation', CONSTRAINT = 'counter_receipt_is_taken';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION contributions_counter_cheque_is_decided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'WAITS' THEN
        RAISE EXCEPTION 'counter receipt %: found % after %, expected it to stay', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counter_cheque_is_decided';
    END IF;
    IF NEW.decided_by_id = (SELECT officer_id FROM contributions_counterdrawer WHERE id = OLD.drawer_id) THEN
        RAISE EXCEPTION 'counter receipt %: found the officer who took the cheque, expected another', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counter_cheque_is_decided';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION contributions_counter_receipt_is_its_payment() RETURNS trigger
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
REVOKE ALL ON FUNCTION contributions_drawer_moves(), contributions_counter_receipt_is_taken(), contributions_counter_cheque_is_decided(),
    contributions_counter_receipt_is_its_payment() FROM PUBLIC;

CREATE TRIGGER drawer_moves BEFORE UPDATE ON contributions_counterdrawer FOR EACH ROW EXECUTE FUNCTION contributions_drawer_moves();
CREATE TRIGGER counter_receipt_is_taken BEFORE INSERT ON contributions_counterreceipt
    FOR EACH ROW EXECUTE FUNCTION contributions_counter_receipt_is_taken();
CREATE TRIGGER counter_cheque_is_decided BEFORE UPDATE ON contributions_counterreceipt
    FOR EACH ROW EXECUTE FUNCTION contributions_counter_cheque_is_decided();
CREATE TRIGGER counter_receipt_is_its_payment BEFORE INSERT OR UPDATE ON contributions_counterreceipt
    FOR EACH ROW WHEN (NEW.payment_id IS NOT NULL) EXECUTE FUNCTION contributions_counter_receipt_is_its_payment();
ALTER TABLE contributions_counterdrawer ENABLE ALWAYS TRIGGER drawer_moves;
ALTER TABLE contributions_counterreceipt ENABLE ALWAYS TRIGGER counter_receipt_is_taken;
ALTER TABLE contributions_counterreceipt ENABLE ALWAYS TRIGGER counter_cheque_is_decided;
ALTER TABLE contributions_counterreceipt ENABLE ALWAYS TRIGGER counter_receipt_is_its_payment;
"""
BACKWARDS = """
DROP FUNCTION contributions_drawer_moves() CASCADE;
DROP FUNCTION contributions_counter_receipt_is_taken() CASCADE;
DROP FUNCTION contributions_counter_cheque_is_decided() CASCADE;
DROP FUNCTION contributions_counter_receipt_is_its_payment() CASCADE;
GRANT UPDATE, DELETE ON contributions_counterdrawer, contributions_counterreceipt TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0095_counters"), ("ledger", "0022_counters"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
