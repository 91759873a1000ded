"""One identity is one user: the papers of an appointment are not those of somebody else's."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION employers_identity_is_of_one_user() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Of two at once the second waits here; it sees the first one's row in the query that follows.
    PERFORM pg_advisory_xact_lock(hashtext('employers.identity'), hashtext(NEW.identity_kind || ':' || NEW.identity_number));
    IF EXISTS (
        SELECT FROM employers_appointment AS earlier
        JOIN employers_representative AS theirs ON theirs.id = earlier.representative_id
        WHERE earlier.identity_kind = NEW.identity_kind AND earlier.identity_number = NEW.identity_number
          AND theirs.user_id <> (SELECT user_id FROM employers_representative WHERE id = NEW.representative_id)
    ) THEN
        RAISE check_violation USING MESSAGE = 'appointment_identity_of_one_user: these papers are another user''s';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION employers_identity_is_of_one_user() FROM PUBLIC;

CREATE TRIGGER appointment_identity_of_one_user BEFORE INSERT OR UPDATE ON employers_appointment
    FOR EACH ROW EXECUTE FUNCTION employers_identity_is_of_one_user();
ALTER TABLE employers_appointment ENABLE ALWAYS TRIGGER appointment_identity_of_one_user;
"""
BACKWARDS = """
DROP TRIGGER appointment_identity_of_one_user ON employers_appointment;
DROP FUNCTION employers_identity_is_of_one_user();
"""


class Migration(migrations.Migration):
    dependencies = [("employers", "0013_identity_first")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
