"""A claim leads to a run and a member that exist, looked for once for all rows of a statement.

Checked row by row, the two foreign keys took twice the time of the rows themselves (docs/benchmarks.md). The statement's check is as strong:
kwsp_app can delete neither runs nor members, and may not move a claim to another (migration 0090); whoever can is refused here.
"""

import django.db.models.deletion
from django.db import migrations, models

COME = """
CREATE OR REPLACE FUNCTION contributions_incentive_claims_come() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    {lead}IF EXISTS (SELECT FROM (SELECT DISTINCT run_id FROM fresh) came JOIN contributions_incentiverun r ON r.id = came.run_id
                WHERE r.state <> 'OPEN')
        OR EXISTS (SELECT FROM fresh WHERE state NOT IN ('CLAIMED', 'SET_OFF')) THEN
        RAISE EXCEPTION 'incentive claims: found some of a run that is reckoned, or not new, expected claims of an open run'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_claims_come_while_open';
    END IF;
    RETURN NULL;
END $$;
"""
LEAD = """IF EXISTS (SELECT FROM (SELECT DISTINCT run_id FROM fresh) came LEFT JOIN contributions_incentiverun r ON r.id = came.run_id
                WHERE r.id IS NULL) THEN
        RAISE foreign_key_violation USING MESSAGE = 'incentive_claim_of_a_run: a claim names a run that does not exist',
            CONSTRAINT = 'incentive_claim_of_a_run';
    END IF;
    IF EXISTS (SELECT FROM fresh LEFT JOIN members_member m ON m.id = fresh.member_id WHERE m.id IS NULL) THEN
        RAISE foreign_key_violation USING MESSAGE = 'incentive_claim_of_a_member: a claim names a member who does not exist',
            CONSTRAINT = 'incentive_claim_of_a_member';
    END IF;
    """
STAY = """
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
STAY_BACK = "DROP FUNCTION contributions_incentive_claims_stay() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("contributions", "0111_monthly_debit_guards"), ("members", "0001_initial")]
    operations = [
        migrations.RunSQL(COME.format(lead=LEAD), COME.format(lead="")),
        migrations.RunSQL(STAY, STAY_BACK),
        migrations.AlterField(
            model_name="incentiveclaim",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="found",
                to="contributions.incentiverun",
            ),
        ),
        migrations.AlterField(
            model_name="incentiveclaim",
            name="member",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="incentive_claims", to="members.member"
            ),
        ),
    ]
