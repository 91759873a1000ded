"""What PostgreSQL holds for refunds and the accounts they go to: nobody sends money out alone, a refund moves forwards, and an account that money
may go to changes only by another row. What one officer had approved before there were two is before the officers again; nothing of it was paid out.
"""

from django.db import migrations, models

ONE_OFFICER = """
INSERT INTO contributions_paymentmatter (kind, cause, payment_id, employer_id, amount, reason, opened_on, decision)
SELECT 'REFUND', 'refund:' || r.id, r.payment_id, f.employer_id, r.amount, 'REFUND ' || p.order_no, r.decided_on, ''
  FROM contributions_refund r JOIN contributions_payment p ON p.id = r.payment_id JOIN contributions_filing f ON f.id = p.filing_id
 WHERE r.state = 'APPROVED';
UPDATE contributions_refund SET state = 'APPLIED', decided_by_id = NULL, decided_on = NULL WHERE state = 'APPROVED';
SET CONSTRAINTS ALL IMMEDIATE;
"""
FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_refundaccount FROM kwsp_app;
GRANT UPDATE (state, due_at, tries, holder, why, since, ended_on) ON contributions_refundaccount TO kwsp_app;
GRANT UPDATE (proposed_by_id, proposed_on) ON contributions_refund TO kwsp_app;

CREATE FUNCTION contributions_refund_moves_forwards() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('refund_moves_forwards: refund %s from %s to %s', OLD.id, OLD.state, NEW.state);
END $$;
REVOKE ALL ON FUNCTION contributions_refund_moves_forwards() FROM PUBLIC;
CREATE TRIGGER refund_moves_forwards BEFORE UPDATE ON contributions_refund FOR EACH ROW
    WHEN (OLD.state IN ('PAID', 'REFUSED')
          OR (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (('APPLIED', 'PROPOSED'), ('APPLIED', 'REFUSED'), ('PROPOSED', 'APPROVED'),
              ('PROPOSED', 'REFUSED'), ('APPROVED', 'SENT'), ('SENT', 'PAID'), ('SENT', 'RETURNED'), ('RETURNED', 'SENT')))
          OR (OLD.proposed_by_id IS NOT NULL AND OLD.proposed_by_id IS DISTINCT FROM NEW.proposed_by_id)
          OR (OLD.decided_by_id IS NOT NULL AND OLD.decided_by_id IS DISTINCT FROM NEW.decided_by_id))
    EXECUTE FUNCTION contributions_refund_moves_forwards();
ALTER TABLE contributions_refund ENABLE ALWAYS TRIGGER refund_moves_forwards;

CREATE FUNCTION contributions_refund_account_goes_forward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('refund_account_goes_forward: account %s from %s to %s', OLD.id, OLD.state, NEW.state);
END $$;
REVOKE ALL ON FUNCTION contributions_refund_account_goes_forward() FROM PUBLIC;
CREATE TRIGGER refund_account_goes_forward BEFORE UPDATE ON contributions_refundaccount FOR EACH ROW
    WHEN (OLD.ended_on IS NOT NULL OR NEW.tries < OLD.tries
          OR (OLD.state = 'CURRENT' AND (NEW.state NOT IN ('CURRENT', 'ENDED') OR (NEW.since, NEW.holder) IS DISTINCT FROM (OLD.since, OLD.holder))))
    EXECUTE FUNCTION contributions_refund_account_goes_forward();
ALTER TABLE contributions_refundaccount ENABLE ALWAYS TRIGGER refund_account_goes_forward;
"""
BACKWARDS = """
DROP TRIGGER refund_moves_forwards ON contributions_refund;
DROP FUNCTION contributions_refund_moves_forwards();
DROP TRIGGER refund_account_goes_forward ON contributions_refundaccount;
DROP FUNCTION contributions_refund_account_goes_forward();
GRANT UPDATE, DELETE ON contributions_refundaccount TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0038_refund_payouts"), ("members", "0013_payout_guards"), ("jobs", "0001_rights")]
    operations = [
        migrations.RunSQL(ONE_OFFICER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["APPLIED", "REFUSED"]),
                    models.Q(
                        ("proposed_by__isnull", False),
                        ("proposed_on__isnull", False),
                        models.Q(("decided_by__isnull", True), models.Q(("decided_by", models.F("proposed_by")), _negated=True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="refund_two_officers",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
