"""What PostgreSQL holds for payees of what goes back: proposed while it waits, of a payer who has died or as the payer themselves; what was proposed
stays as it was; its outcome is written once, and where that is POSTED its payout is of this money, to this payee."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_returnpayee FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, comment, payout_id) ON contributions_returnpayee TO kwsp_app;

CREATE FUNCTION contributions_return_payee_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- A member is paid to the own account, which they give themselves; or by Arahan Bayaran.
    IF NEW.state <> 'PROPOSED' OR NOT EXISTS (SELECT FROM contributions_voluntaryreturn r JOIN members_member m ON m.id = r.payer_id
            WHERE r.id = NEW.returned_id AND r.state IN ('HELD', 'RETURNED')
              AND (r.counter_payer_id IS NOT NULL
                   OR CASE WHEN NEW.basis = 'PAYER' THEN m.died_on IS NULL AND NEW.bank = '' ELSE m.died_on IS NOT NULL END)
              AND NOT EXISTS (SELECT FROM members_payout p
                               WHERE p.kind = 'VOLUNTARY' AND p.ref = r.id AND p.state IN ('ORDERED', 'SENT', 'PAID'))) THEN
        RAISE EXCEPTION 'payee of voluntary return %: found % as %, expected PROPOSED of money that waits, of a payer who has died or as the payer',
            NEW.returned_id, NEW.state, NEW.basis USING ERRCODE = 'check_violation', CONSTRAINT = 'return_payee_begins';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION contributions_return_payee_is_final() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('return_payee_is_final: payee %s has the state %s', OLD.id, OLD.state);
END $$;
CREATE FUNCTION contributions_return_payee_is_paid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM members_payout p JOIN contributions_voluntaryreturn r ON r.id = NEW.returned_id
                    WHERE p.id = NEW.payout_id AND p.kind = 'VOLUNTARY' AND p.ref = r.id AND p.amount = r.amount AND p.state = 'ORDERED'
                      AND (NEW.bank = '' OR (p.bank, p.ending) = (NEW.bank, NEW.ending))) THEN
        RAISE EXCEPTION 'payee % of voluntary return %: found payout % of other money or to another account, expected its own, ordered now',
            NEW.id, NEW.returned_id, NEW.payout_id USING ERRCODE = 'check_violation', CONSTRAINT = 'return_payee_is_paid';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_return_payee_begins(), contributions_return_payee_is_final(), contributions_return_payee_is_paid() FROM PUBLIC;

CREATE TRIGGER return_payee_begins AFTER INSERT ON contributions_returnpayee
    FOR EACH ROW EXECUTE FUNCTION contributions_return_payee_begins();
CREATE TRIGGER return_payee_is_final BEFORE UPDATE ON contributions_returnpayee FOR EACH ROW WHEN (OLD.state <> 'PROPOSED')
    EXECUTE FUNCTION contributions_return_payee_is_final();
CREATE TRIGGER return_payee_is_paid AFTER UPDATE ON contributions_returnpayee FOR EACH ROW WHEN (NEW.state = 'POSTED')
    EXECUTE FUNCTION contributions_return_payee_is_paid();
ALTER TABLE contributions_returnpayee ENABLE ALWAYS TRIGGER return_payee_begins;
ALTER TABLE contributions_returnpayee ENABLE ALWAYS TRIGGER return_payee_is_final;
ALTER TABLE contributions_returnpayee ENABLE ALWAYS TRIGGER return_payee_is_paid;
"""
BACKWARDS = """
DROP FUNCTION contributions_return_payee_begins() CASCADE;
DROP FUNCTION contributions_return_payee_is_final() CASCADE;
DROP FUNCTION contributions_return_payee_is_paid() CASCADE;
GRANT UPDATE, DELETE ON contributions_returnpayee TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0128_return_payees"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
