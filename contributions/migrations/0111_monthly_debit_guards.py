"""What PostgreSQL holds for a person's monthly debit: its next day only moves on, and a debit is of its own member and kind and bank, and never
more than was agreed.
"""

from django.db import migrations

FORWARDS = """
GRANT UPDATE (next_on) ON contributions_mandate TO kwsp_app;

CREATE FUNCTION contributions_mandate_next_day_moves_on() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'mandate %: found % after %, expected a later day', OLD.id, NEW.next_on, OLD.next_on
        USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_next_day_moves_on';
END $$;
CREATE TRIGGER mandate_next_day_moves_on BEFORE UPDATE ON contributions_mandate FOR EACH ROW
    WHEN (OLD.next_on IS NOT NULL AND (NEW.next_on IS NULL OR NEW.next_on < OLD.next_on))
    EXECUTE FUNCTION contributions_mandate_next_day_moves_on();

CREATE FUNCTION contributions_monthly_debit_is_as_agreed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM contributions_mandate m JOIN contributions_voluntaryorder o ON o.id = NEW.voluntary_id
         WHERE m.id = NEW.mandate_id AND m.member_id = o.payer_id AND m.member_id = o.member_id AND m.kind = o.kind
           AND NEW.amount <= m.ceiling AND NEW.bank_code = m.bank
    ) THEN
        RAISE EXCEPTION 'payment %: found a debit of % under mandate %, expected its own member, kind and bank and no more than was agreed',
            NEW.order_no, NEW.amount, NEW.mandate_id USING ERRCODE = 'check_violation', CONSTRAINT = 'monthly_debit_is_as_agreed';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION contributions_mandate_next_day_moves_on(), contributions_monthly_debit_is_as_agreed() FROM PUBLIC;
CREATE TRIGGER monthly_debit_is_as_agreed BEFORE INSERT ON contributions_payment FOR EACH ROW
    WHEN (NEW.method = 'DDA' AND NEW.voluntary_id IS NOT NULL) EXECUTE FUNCTION contributions_monthly_debit_is_as_agreed();
ALTER TABLE contributions_mandate ENABLE ALWAYS TRIGGER mandate_next_day_moves_on;
ALTER TABLE contributions_payment ENABLE ALWAYS TRIGGER monthly_debit_is_as_agreed;
"""
BACKWARDS = """
DROP FUNCTION contributions_mandate_next_day_moves_on() CASCADE;
DROP FUNCTION contributions_monthly_debit_is_as_agreed() CASCADE;
REVOKE UPDATE (next_on) ON contributions_mandate FROM kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0110_monthly_debits")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
