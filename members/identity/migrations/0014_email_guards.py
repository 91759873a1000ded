"""What PostgreSQL holds for e-mail addresses: an address is written once and then only wiped, a proof and a wrong guess are never taken back, and an
address that is no longer the person's stays so."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON identity_emailaddress FROM kwsp_app;
GRANT UPDATE (address, salt, mac, tries, sendings, sent_at, verified_at, ended_at, ended_why) ON identity_emailaddress TO kwsp_app;

CREATE TRIGGER email_goes_forward BEFORE UPDATE ON identity_emailaddress FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL OR NEW.tries < OLD.tries OR NEW.sendings < OLD.sendings
          OR (OLD.verified_at IS NOT NULL AND (NEW.verified_at IS DISTINCT FROM OLD.verified_at OR NEW.mac <> OLD.mac))
          OR (NEW.address IS NOT NULL AND NEW.address IS DISTINCT FROM OLD.address))
    EXECUTE FUNCTION identity_tac_goes_forward();
ALTER TABLE identity_emailaddress ENABLE ALWAYS TRIGGER email_goes_forward;
"""
BACKWARDS = """
DROP TRIGGER email_goes_forward ON identity_emailaddress;
GRANT UPDATE, DELETE ON identity_emailaddress TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0013_emails"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
