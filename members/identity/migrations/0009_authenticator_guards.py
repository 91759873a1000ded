"""What PostgreSQL holds for authenticator apps: a time step and a recovery code are used once, and an app that was removed stays so."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON identity_authenticator, identity_recoverycode FROM kwsp_app;
GRANT UPDATE (secret, confirmed_at, last_step, removed_at) ON identity_authenticator TO kwsp_app;
GRANT UPDATE (used_at) ON identity_recoverycode TO kwsp_app;

CREATE TRIGGER authenticator_goes_forward BEFORE UPDATE ON identity_authenticator FOR EACH ROW
    WHEN (OLD.removed_at IS NOT NULL OR NEW.last_step < OLD.last_step) EXECUTE FUNCTION identity_tac_goes_forward();
CREATE TRIGGER recovery_code_goes_forward BEFORE UPDATE ON identity_recoverycode FOR EACH ROW
    WHEN (OLD.used_at IS NOT NULL) EXECUTE FUNCTION identity_tac_goes_forward();
ALTER TABLE identity_authenticator ENABLE ALWAYS TRIGGER authenticator_goes_forward;
ALTER TABLE identity_recoverycode ENABLE ALWAYS TRIGGER recovery_code_goes_forward;
"""
BACKWARDS = """
DROP TRIGGER authenticator_goes_forward ON identity_authenticator;
DROP TRIGGER recovery_code_goes_forward ON identity_recoverycode;
GRANT UPDATE, DELETE ON identity_authenticator, identity_recoverycode TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0008_authenticators"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
