"""Domestic helpers work in a home and are paid by a private person (seed 001): such an employment is a household's."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION employers_domestic_is_of_a_household() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM employers_employer WHERE id = NEW.employer_id AND kind = 'HOUSEHOLD') THEN
        RAISE check_violation USING MESSAGE = 'employment_domestic_of_a_household: a domestic helper is employed by a household only';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION employers_domestic_is_of_a_household() FROM PUBLIC;

CREATE TRIGGER employment_domestic BEFORE INSERT OR UPDATE ON employers_employment
    FOR EACH ROW WHEN (NEW.domestic) EXECUTE FUNCTION employers_domestic_is_of_a_household();
ALTER TABLE employers_employment ENABLE ALWAYS TRIGGER employment_domestic;
"""
BACKWARDS = """
DROP TRIGGER employment_domestic ON employers_employment;
DROP FUNCTION employers_domestic_is_of_a_household();
"""


class Migration(migrations.Migration):
    dependencies = [("employers", "0003_households")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
