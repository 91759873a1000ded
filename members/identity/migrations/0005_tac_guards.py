"""What PostgreSQL holds for transaction codes, whatever the portal's role tries.

A guess is written once. A try is never taken back, a used, burnt or spent one never freed, a code never given other digits, and a phone that has
ended stays so. Rows younger than 90 days cannot be deleted: the batch prunes the rest.
"""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON identity_tacphone, identity_challenge, identity_attempt, identity_approval, identity_meter, identity_standing FROM kwsp_app;
GRANT UPDATE (ended_at, ended_why) ON identity_tacphone TO kwsp_app;
GRANT UPDATE (tries, used_at, burnt_at) ON identity_challenge TO kwsp_app;
GRANT UPDATE (spent_at) ON identity_approval TO kwsp_app;
GRANT UPDATE (wrong) ON identity_meter TO kwsp_app;
GRANT UPDATE (wrong_in_a_row, blocked_at, forgiven_to, touched_at) ON identity_standing TO kwsp_app;
GRANT DELETE ON identity_challenge, identity_attempt, identity_approval, identity_meter, identity_standing TO kwsp_app;

CREATE FUNCTION identity_tac_goes_forward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = format('tac_goes_forward: %s of %s is refused', TG_OP, TG_TABLE_NAME);
END $$;
REVOKE ALL ON FUNCTION identity_tac_goes_forward() FROM PUBLIC;

CREATE TRIGGER tac_phone_goes_forward BEFORE UPDATE ON identity_tacphone FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION identity_tac_goes_forward();
CREATE TRIGGER tac_challenge_goes_forward BEFORE UPDATE ON identity_challenge FOR EACH ROW
    WHEN (NEW.tries < OLD.tries OR OLD.used_at IS NOT NULL OR OLD.burnt_at IS NOT NULL) EXECUTE FUNCTION identity_tac_goes_forward();
CREATE TRIGGER tac_attempt_goes_forward BEFORE UPDATE ON identity_attempt FOR EACH ROW EXECUTE FUNCTION identity_tac_goes_forward();
CREATE TRIGGER tac_approval_goes_forward BEFORE UPDATE ON identity_approval FOR EACH ROW
    WHEN (OLD.spent_at IS NOT NULL) EXECUTE FUNCTION identity_tac_goes_forward();
CREATE TRIGGER tac_meter_goes_forward BEFORE UPDATE ON identity_meter FOR EACH ROW
    WHEN (NEW.wrong < OLD.wrong) EXECUTE FUNCTION identity_tac_goes_forward();

CREATE TRIGGER tac_challenge_is_kept BEFORE DELETE ON identity_challenge FOR EACH ROW
    WHEN (OLD.issued_at > now() - interval '90 days') EXECUTE FUNCTION identity_tac_goes_forward();
CREATE TRIGGER tac_attempt_is_kept BEFORE DELETE ON identity_attempt FOR EACH ROW
    WHEN (OLD.kept_at > now() - interval '90 days') EXECUTE FUNCTION identity_tac_goes_forward();
CREATE TRIGGER tac_approval_is_kept BEFORE DELETE ON identity_approval FOR EACH ROW
    WHEN (OLD.made_at > now() - interval '90 days') EXECUTE FUNCTION identity_tac_goes_forward();
CREATE TRIGGER tac_standing_is_kept BEFORE DELETE ON identity_standing FOR EACH ROW
    WHEN (OLD.subject LIKE 'user:%' OR OLD.touched_at > now() - interval '90 days') EXECUTE FUNCTION identity_tac_goes_forward();
CREATE TRIGGER tac_meter_is_kept BEFORE DELETE ON identity_meter FOR EACH ROW
    WHEN (OLD.hour > extract(epoch FROM now() - interval '90 days') / 3600) EXECUTE FUNCTION identity_tac_goes_forward();

ALTER TABLE identity_tacphone ENABLE ALWAYS TRIGGER tac_phone_goes_forward;
ALTER TABLE identity_challenge ENABLE ALWAYS TRIGGER tac_challenge_goes_forward;
ALTER TABLE identity_attempt ENABLE ALWAYS TRIGGER tac_attempt_goes_forward;
ALTER TABLE identity_approval ENABLE ALWAYS TRIGGER tac_approval_goes_forward;
ALTER TABLE identity_meter ENABLE ALWAYS TRIGGER tac_meter_goes_forward;
ALTER TABLE identity_challenge ENABLE ALWAYS TRIGGER tac_challenge_is_kept;
ALTER TABLE identity_attempt ENABLE ALWAYS TRIGGER tac_attempt_is_kept;
ALTER TABLE identity_approval ENABLE ALWAYS TRIGGER tac_approval_is_kept;
ALTER TABLE identity_standing ENABLE ALWAYS TRIGGER tac_standing_is_kept;
ALTER TABLE identity_meter ENABLE ALWAYS TRIGGER tac_meter_is_kept;
"""
TABLES = "identity_tacphone, identity_challenge, identity_attempt, identity_approval, identity_meter, identity_standing"
BACKWARDS = f"""
DROP FUNCTION identity_tac_goes_forward() CASCADE;
GRANT UPDATE, DELETE ON {TABLES} TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_tac"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
