"""One identity is one user, by number and country; a MyKad and a MyPR of one number are one person's, as employers.services.identifying asks."""

from django.db import migrations

FORWARDS = """
CREATE OR REPLACE FUNCTION employers_identity_is_of_one_user() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Of two at once the second waits here; it sees the first one's row in the query that follows.
    PERFORM pg_advisory_xact_lock(hashtext('employers.identity'), hashtext(NEW.identity_number));
    IF EXISTS (
        SELECT FROM employers_appointment AS earlier
        JOIN employers_representative AS theirs ON theirs.id = earlier.representative_id
        WHERE earlier.identity_number = NEW.identity_number
          AND (earlier.identity_kind = NEW.identity_kind OR (earlier.identity_kind IN ('MYKAD', 'MYPR') AND NEW.identity_kind IN ('MYKAD', 'MYPR')))
          AND theirs.user_id <> (SELECT user_id FROM employers_representative WHERE id = NEW.representative_id)
          AND (
              earlier.identity_country = NEW.identity_country
              OR NEW.identity_country = 'XXX'
              -- A passport whose country was never recorded may be of any, until its holder was appointed with one that was.
              OR (
                  earlier.identity_country = 'XXX'
                  AND NOT EXISTS (
                      SELECT FROM employers_appointment AS recorded
                      JOIN employers_representative AS whose ON whose.id = recorded.representative_id
                      WHERE recorded.identity_number = NEW.identity_number AND recorded.identity_kind = 'PASSPORT'
                        AND recorded.identity_country <> 'XXX' AND whose.user_id = theirs.user_id
                  )
              )
          )
    ) THEN
        RAISE check_violation USING MESSAGE = 'appointment_identity_of_one_user: these papers are another user''s';
    END IF;
    RETURN NEW;
END $$;
"""
BACKWARDS = """
CREATE OR REPLACE FUNCTION employers_identity_is_of_one_user() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
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
"""


class Migration(migrations.Migration):
    dependencies = [("employers", "0015_passports_have_a_country")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
