"""What PostgreSQL holds for payouts: what was ordered and what was sent are written once, a payout moves forwards only and stays in its file, and a
file that was answered is as it was answered.
"""

from django.db import migrations

TABLES = "members_payout, members_payoutfile"

FORWARDS = f"""
REVOKE UPDATE, DELETE ON {TABLES} FROM kwsp_app;
GRANT UPDATE (state, file_id, entry_id, reason, bank_id, paid_at, ended_on) ON members_payout TO kwsp_app;
GRANT UPDATE (sent_at, answer, answered_at) ON members_payoutfile TO kwsp_app;

CREATE FUNCTION members_payout_moves_forwards() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('payout_moves_forwards: payout %s from %s to %s', OLD.id, OLD.state, NEW.state);
END $$;
REVOKE ALL ON FUNCTION members_payout_moves_forwards() FROM PUBLIC;
CREATE TRIGGER payout_moves_forwards BEFORE UPDATE ON members_payout FOR EACH ROW
    WHEN (OLD.ended_on IS NOT NULL
          OR (OLD.state <> NEW.state
              AND (OLD.state, NEW.state) NOT IN (('ORDERED', 'SENT'), ('ORDERED', 'CANCELLED'), ('SENT', 'PAID'), ('SENT', 'RETURNED')))
          OR (OLD.file_id IS NOT NULL AND (OLD.file_id, OLD.entry_id) IS DISTINCT FROM (NEW.file_id, NEW.entry_id)))
    EXECUTE FUNCTION members_payout_moves_forwards();
ALTER TABLE members_payout ENABLE ALWAYS TRIGGER payout_moves_forwards;

CREATE FUNCTION members_payout_file_is_answered() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('payout_file_is_answered: the file of %s has its answer', OLD."on");
END $$;
REVOKE ALL ON FUNCTION members_payout_file_is_answered() FROM PUBLIC;
CREATE TRIGGER payout_file_is_answered BEFORE UPDATE ON members_payoutfile FOR EACH ROW WHEN (OLD.answered_at IS NOT NULL)
    EXECUTE FUNCTION members_payout_file_is_answered();
ALTER TABLE members_payoutfile ENABLE ALWAYS TRIGGER payout_file_is_answered;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = f"""
DROP TRIGGER payout_moves_forwards ON members_payout;
DROP FUNCTION members_payout_moves_forwards();
DROP TRIGGER payout_file_is_answered ON members_payoutfile;
DROP FUNCTION members_payout_file_is_answered();
GRANT UPDATE, DELETE ON {TABLES} TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0012_payouts"), ("ledger", "0015_payouts_and_lateness"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
