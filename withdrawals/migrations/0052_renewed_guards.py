"""What PostgreSQL holds for what is asked for again: only after a payout of this very payment that came back, and each such payout once."""

from django.db import migrations

FORWARDS = """
GRANT UPDATE (renewed_id) ON withdrawals_withdrawalpayment TO kwsp_app;

CREATE FUNCTION withdrawals_renewed_came_back() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.renewed_id IS NULL OR NEW.state <> 'RETURNED' OR NOT EXISTS (SELECT FROM members_payout AS payout WHERE payout.id = NEW.renewed_id
        AND payout.kind = 'WITHDRAWAL' AND payout.ref = NEW.id AND payout.state = 'RETURNED') OR NEW.renewed_id < OLD.renewed_id THEN
        RAISE EXCEPTION 'payment %: found it asked for again after payout %, expected one of it that came back', OLD.id, NEW.renewed_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'withdrawal_payment_renewed_came_back';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION withdrawals_renewed_came_back() FROM PUBLIC;

CREATE TRIGGER withdrawal_payment_renewed_came_back BEFORE UPDATE OF renewed_id ON withdrawals_withdrawalpayment
    FOR EACH ROW WHEN (NEW.renewed_id IS DISTINCT FROM OLD.renewed_id) EXECUTE FUNCTION withdrawals_renewed_came_back();
ALTER TABLE withdrawals_withdrawalpayment ENABLE ALWAYS TRIGGER withdrawal_payment_renewed_came_back;
"""
BACKWARDS = """
DROP FUNCTION withdrawals_renewed_came_back() CASCADE;
REVOKE UPDATE (renewed_id) ON withdrawals_withdrawalpayment FROM kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("withdrawals", "0051_renewed")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
