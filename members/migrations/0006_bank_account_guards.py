"""What PostgreSQL holds for bank accounts, whatever the portal's role tries: what was asked is written once, nothing goes backwards, what ended stays
so, and where money may go, since when and in whose name, changes only by another row."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON members_bankaccount FROM kwsp_app;
GRANT UPDATE (state, due_at, tries, answered_at, holder, match, why, since, cooling_until, decided_by_id, ended_at, former_id) ON members_bankaccount
    TO kwsp_app;

CREATE FUNCTION members_bank_account_goes_forward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = format('bank_account_goes_forward: %s to %s is refused', OLD.state, NEW.state);
END $$;
REVOKE ALL ON FUNCTION members_bank_account_goes_forward() FROM PUBLIC;

CREATE TRIGGER bank_account_goes_forward BEFORE UPDATE ON members_bankaccount FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL OR NEW.tries < OLD.tries
          OR (OLD.state = 'REVIEW' AND NEW.state = 'ASKED')
          OR (OLD.state = 'CURRENT' AND (NEW.state NOT IN ('CURRENT', 'REPLACED', 'CANCELLED')
              OR (NEW.since, NEW.cooling_until, NEW.holder, NEW.match, NEW.decided_by_id, NEW.former_id)
                 IS DISTINCT FROM (OLD.since, OLD.cooling_until, OLD.holder, OLD.match, OLD.decided_by_id, OLD.former_id)))
          OR (OLD.state <> 'CURRENT' AND NEW.state IN ('REPLACED', 'CANCELLED')))
    EXECUTE FUNCTION members_bank_account_goes_forward();
ALTER TABLE members_bankaccount ENABLE ALWAYS TRIGGER bank_account_goes_forward;
"""
BACKWARDS = """
DROP FUNCTION members_bank_account_goes_forward() CASCADE;
GRANT UPDATE, DELETE ON members_bankaccount TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0005_bank_accounts"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
