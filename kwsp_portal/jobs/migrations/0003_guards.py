"""The business clock never goes back (ruling 2), whoever writes."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION business_clock_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'jobs_businessclock: % is refused, the business date only moves forward', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.business_date - OLD.business_date < NEW.real_date - OLD.real_date OR NEW.real_date < OLD.real_date OR NEW.looked_to < OLD.looked_to THEN
        RAISE EXCEPTION 'jobs_businessclock: found %, expected % or later', NEW.business_date, OLD.business_date + (NEW.real_date - OLD.real_date)
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.moved_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER business_clock_forward BEFORE UPDATE ON jobs_businessclock
    FOR EACH ROW EXECUTE FUNCTION business_clock_moves_forward();
CREATE TRIGGER business_clock_stays BEFORE DELETE OR TRUNCATE ON jobs_businessclock
    FOR EACH STATEMENT EXECUTE FUNCTION business_clock_moves_forward();
ALTER TABLE jobs_businessclock ENABLE ALWAYS TRIGGER business_clock_forward;
ALTER TABLE jobs_businessclock ENABLE ALWAYS TRIGGER business_clock_stays;
"""

UNGUARD = """
DROP TRIGGER business_clock_stays ON jobs_businessclock;
DROP TRIGGER business_clock_forward ON jobs_businessclock;
DROP FUNCTION business_clock_moves_forward();
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_initial")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
