"""What PostgreSQL holds for paying and remitting lateness: what is paid is written once, a dividend that the members have stays theirs, and a
remission is decided once.
"""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_paymentdue, contributions_lateremission FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, comment, reversed_on) ON contributions_lateremission TO kwsp_app;
GRANT UPDATE (credited_on) ON contributions_latedividend TO kwsp_app;

CREATE FUNCTION contributions_late_dividend_is_credited() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('late_dividend_is_credited: %s is the members'' since %s', OLD.id, OLD.credited_on);
END $$;
REVOKE ALL ON FUNCTION contributions_late_dividend_is_credited() FROM PUBLIC;
CREATE TRIGGER late_dividend_is_credited BEFORE UPDATE ON contributions_latedividend FOR EACH ROW WHEN (OLD.credited_on IS NOT NULL)
    EXECUTE FUNCTION contributions_late_dividend_is_credited();

CREATE FUNCTION contributions_late_remission_is_decided() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('late_remission_is_decided: remission %s is %s', OLD.id, OLD.state);
END $$;
REVOKE ALL ON FUNCTION contributions_late_remission_is_decided() FROM PUBLIC;
CREATE TRIGGER late_remission_is_decided BEFORE UPDATE ON contributions_lateremission FOR EACH ROW
    WHEN (OLD.state <> 'PROPOSED' AND ((OLD.state, OLD.decided_by_id, OLD.decided_on, OLD.comment)
        IS DISTINCT FROM (NEW.state, NEW.decided_by_id, NEW.decided_on, NEW.comment) OR OLD.reversed_on IS NOT NULL))
    EXECUTE FUNCTION contributions_late_remission_is_decided();
ALTER TABLE contributions_latedividend ENABLE ALWAYS TRIGGER late_dividend_is_credited;
ALTER TABLE contributions_lateremission ENABLE ALWAYS TRIGGER late_remission_is_decided;
"""
BACKWARDS = """
DROP TRIGGER late_dividend_is_credited ON contributions_latedividend;
DROP FUNCTION contributions_late_dividend_is_credited();
DROP TRIGGER late_remission_is_decided ON contributions_lateremission;
DROP FUNCTION contributions_late_remission_is_decided();
REVOKE UPDATE (credited_on) ON contributions_latedividend FROM kwsp_app;
GRANT UPDATE, DELETE ON contributions_paymentdue, contributions_lateremission TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0036_paying_lateness")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
