"""What PostgreSQL holds for the desk: a declared relative stays as declared and ends once; a payment is ordered for what was planned or for less."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON withdrawals_officerrelative FROM kwsp_app;
GRANT UPDATE (ended_on, why_ended) ON withdrawals_officerrelative TO kwsp_app;
GRANT UPDATE (amount) ON withdrawals_withdrawalpayment TO kwsp_app;

CREATE FUNCTION withdrawals_relative_ends_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.ended_on IS NOT NULL THEN
        RAISE EXCEPTION 'relative %: found another end, expected the one of %', OLD.id, OLD.ended_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'officer_relative_ends_once';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION withdrawals_payment_never_grows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.amount > OLD.amount OR NEW.amount <> OLD.amount AND OLD.state <> 'PLANNED' THEN
        RAISE EXCEPTION 'payment %: found % sen after %, expected less, and only when it is ordered', OLD.id, NEW.amount, OLD.amount
            USING ERRCODE = 'check_violation', CONSTRAINT = 'withdrawal_payment_never_grows';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION withdrawals_relative_ends_once(), withdrawals_payment_never_grows() FROM PUBLIC;

CREATE TRIGGER officer_relative_ends_once BEFORE UPDATE ON withdrawals_officerrelative
    FOR EACH ROW EXECUTE FUNCTION withdrawals_relative_ends_once();
CREATE TRIGGER withdrawal_payment_never_grows BEFORE UPDATE ON withdrawals_withdrawalpayment
    FOR EACH ROW EXECUTE FUNCTION withdrawals_payment_never_grows();
ALTER TABLE withdrawals_officerrelative ENABLE ALWAYS TRIGGER officer_relative_ends_once;
ALTER TABLE withdrawals_withdrawalpayment ENABLE ALWAYS TRIGGER withdrawal_payment_never_grows;
"""
BACKWARDS = """
DROP FUNCTION withdrawals_relative_ends_once() CASCADE;
DROP FUNCTION withdrawals_payment_never_grows() CASCADE;
REVOKE UPDATE (amount) ON withdrawals_withdrawalpayment FROM kwsp_app;
GRANT UPDATE, DELETE ON withdrawals_officerrelative TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("withdrawals", "0030_officer_relatives"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
