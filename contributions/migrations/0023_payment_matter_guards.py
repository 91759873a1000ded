"""What PostgreSQL holds for payments and the matters about them.

An order keeps what was asked of the bank; what the bank finally took (00) is never taken back. What was done about a matter is written once, and one
that is closed stays closed. Approved payments of before count for their filing where the ledger has them as that.
"""

from django.db import migrations

TABLES = "contributions_payment, contributions_paymentmatter, contributions_paymentmatterlog, contributions_refund"

FORWARDS = f"""
UPDATE contributions_payment p SET counts = true
 WHERE state = 'APPROVED' AND EXISTS (SELECT FROM ledger_entry e JOIN ledger_posting l ON l.entry_id = e.id
       JOIN ledger_account a ON a.id = l.account_id WHERE e.kind = 2 AND e.ref = p.id AND a.code = 'CONTRIBUTION_DUE');

REVOKE UPDATE, DELETE ON {TABLES} FROM kwsp_app;
GRANT UPDATE (state, response_code, fpx_id, paid_at, asked_at, finished_at, counts, debited) ON contributions_payment TO kwsp_app;
GRANT UPDATE (owner_id, decision, closed_by_id, closed_on) ON contributions_paymentmatter TO kwsp_app;
GRANT UPDATE (state, hold_id, decided_by_id, decided_on) ON contributions_refund TO kwsp_app;

CREATE FUNCTION contributions_payment_is_final() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('payment_is_final: payment %s has the state %s', OLD.id, OLD.state);
END $$;
REVOKE ALL ON FUNCTION contributions_payment_is_final() FROM PUBLIC;
CREATE TRIGGER payment_is_final BEFORE UPDATE ON contributions_payment FOR EACH ROW WHEN (OLD.state IN ('APPROVED', 'DIFFERS')
    AND (OLD.state, OLD.response_code, OLD.fpx_id, OLD.paid_at, OLD.finished_at, OLD.counts, OLD.debited, OLD.amount, OLD.filing_id)
        IS DISTINCT FROM
        (NEW.state, NEW.response_code, NEW.fpx_id, NEW.paid_at, NEW.finished_at, NEW.counts, NEW.debited, NEW.amount, NEW.filing_id))
    EXECUTE FUNCTION contributions_payment_is_final();

CREATE FUNCTION contributions_payment_matter_is_closed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('payment_matter_is_closed: matter %s was closed on %s', OLD.id, OLD.closed_on);
END $$;
REVOKE ALL ON FUNCTION contributions_payment_matter_is_closed() FROM PUBLIC;
CREATE TRIGGER payment_matter_is_closed BEFORE UPDATE ON contributions_paymentmatter FOR EACH ROW WHEN (OLD.closed_on IS NOT NULL)
    EXECUTE FUNCTION contributions_payment_matter_is_closed();
ALTER TABLE contributions_payment ENABLE ALWAYS TRIGGER payment_is_final;
ALTER TABLE contributions_paymentmatter ENABLE ALWAYS TRIGGER payment_matter_is_closed;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = f"""
DROP TRIGGER payment_is_final ON contributions_payment;
DROP FUNCTION contributions_payment_is_final();
DROP TRIGGER payment_matter_is_closed ON contributions_paymentmatter;
DROP FUNCTION contributions_payment_matter_is_closed();
GRANT UPDATE, DELETE ON {TABLES} TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0022_payment_matters"), ("ledger", "0009_payments_in_parts"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
