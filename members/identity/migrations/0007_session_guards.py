"""The register of sessions only goes on: who signed in from where is written once, an end stays. Known browsers are forgotten, never deleted."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON identity_usersession, identity_knowndevice FROM kwsp_app;
GRANT UPDATE (key_hash, seen_at, stepped_up_at, ended_at, why) ON identity_usersession TO kwsp_app;
GRANT UPDATE (browser, system, first_at, last_at, confirmed_at, forgotten_at) ON identity_knowndevice TO kwsp_app;

CREATE FUNCTION identity_session_goes_on() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = 'session_goes_on: a session that has ended does not begin again';
END $$;
REVOKE ALL ON FUNCTION identity_session_goes_on() FROM PUBLIC;
CREATE TRIGGER session_goes_on BEFORE UPDATE ON identity_usersession FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION identity_session_goes_on();
ALTER TABLE identity_usersession ENABLE ALWAYS TRIGGER session_goes_on;
"""
BACKWARDS = """
DROP FUNCTION identity_session_goes_on() CASCADE;
GRANT UPDATE, DELETE ON identity_usersession, identity_knowndevice TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_sessions"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
