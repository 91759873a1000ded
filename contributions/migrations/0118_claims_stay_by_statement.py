"""That a claim stays its run's and its member's is looked at with its other moves, once for all rows of a statement.

A trigger of rows before an UPDATE fetches and locks every row once more, whether or not its condition holds: a fifth of the UPDATE that credits ten
thousand claims (docs/benchmarks.md). The statement's look is as strong, and sees a changed id, which the other did not.
"""

from django.db import migrations

MOVE = """
CREATE OR REPLACE FUNCTION contributions_incentive_claims_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    strays boolean;
    skips boolean;
BEGIN
    SELECT bool_or(now.id IS NULL OR was.run_id <> now.run_id OR was.member_id <> now.member_id),
           bool_or(CASE WHEN was.state = now.state
                            THEN (was.reason, was.account, was.credited_on) IS DISTINCT FROM (now.reason, now.account, now.credited_on)
                        ELSE r.state <> 'RECEIVED'
                            OR (was.state, now.state) NOT IN (('RECEIVED', 'CREDITED'), ('CLAIMED', 'RECEIVED'), ('CLAIMED', 'REFUSED'))
                            OR now.state = 'CREDITED' AND now.credited_on < r.credits_from END
                   OR was.appealed_on IS NOT NULL AND (was.appeal, was.appealed_by_id, was.appealed_on) IS DISTINCT FROM
                      (now.appeal, now.appealed_by_id, now.appealed_on))
      INTO strays, skips
      FROM was LEFT JOIN now USING (id) LEFT JOIN contributions_incentiverun r ON r.id = now.run_id;
    IF strays THEN
        RAISE EXCEPTION 'incentive claims: found another id, run or member than before, expected them to stay'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_claims_stay';
    END IF;
    IF skips THEN
        RAISE EXCEPTION 'incentive claims: found a state that does not come next, or before its day, expected the next one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_claims_move';
    END IF;
    RETURN NULL;
END $$;
DROP FUNCTION contributions_incentive_claims_stay() CASCADE;
"""
MOVE_BACK = """
CREATE OR REPLACE FUNCTION contributions_incentive_claims_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    IF EXISTS (SELECT FROM was JOIN now USING (id) JOIN contributions_incentiverun r ON r.id = now.run_id
                WHERE was.state <> now.state AND ((was.state, now.state) NOT IN (('CLAIMED', 'RECEIVED'), ('CLAIMED', 'REFUSED'),
                      ('RECEIVED', 'CREDITED')) OR r.state <> 'RECEIVED')
                   OR was.state <> now.state AND now.state = 'CREDITED' AND now.credited_on < r.credits_from
                   OR was.state = now.state AND (was.reason, was.account, was.credited_on) IS DISTINCT FROM (now.reason, now.account, now.credited_on)
                   OR was.appealed_on IS NOT NULL AND (was.appeal, was.appealed_by_id, was.appealed_on) IS DISTINCT FROM
                      (now.appeal, now.appealed_by_id, now.appealed_on)) THEN
        RAISE EXCEPTION 'incentive claims: found a state that does not come next, or before its day, expected the next one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_claims_move';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION contributions_incentive_claims_stay() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'incentive claim %: found another run or member than before, expected them to stay', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_claims_stay';
END $$;
REVOKE ALL ON FUNCTION contributions_incentive_claims_stay() FROM PUBLIC;
CREATE TRIGGER incentive_claims_stay BEFORE UPDATE ON contributions_incentiveclaim FOR EACH ROW
    WHEN (OLD.run_id <> NEW.run_id OR OLD.member_id <> NEW.member_id) EXECUTE FUNCTION contributions_incentive_claims_stay();
ALTER TABLE contributions_incentiveclaim ENABLE ALWAYS TRIGGER incentive_claims_stay;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0117_lateness_leads_somewhere")]
    operations = [migrations.RunSQL(MOVE, MOVE_BACK)]
