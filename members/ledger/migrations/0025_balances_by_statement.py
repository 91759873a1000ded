"""A new balance is of an account that exists: looked at with the chart, for a whole statement at once, since a batch opens accounts by the
thousand, and their foreign key, row by row at commit, cost as much as the rows. As strong as it was: the guard sees every statement, a balance never
goes to another account, and no account is ever deleted (0002)."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION ledger_balance_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    wrong bigint;{declared}
BEGIN
    SELECT new_rows.account_id{asked} INTO wrong{into}
    FROM new_rows {join} ledger_account AS account ON account.id = new_rows.account_id
    WHERE {first}account.holder_kind = 'FUND' OR new_rows.balance_sen <> 0 OR new_rows.held_sen <> 0 OR new_rows.version <> 0
        OR new_rows.floored <> (account.code NOT IN ('CONTRIBUTION_DUE', 'LATE_CHARGE', 'DIVIDEND_DUE'))
    LIMIT 1;{absent}
    IF FOUND THEN
        RAISE EXCEPTION 'ledger: account %: found a new balance that is not empty or not as the chart says', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balance_new';
    END IF;
    RETURN NULL;
END $$;
"""
ABSENT = """
    IF absent THEN
        RAISE EXCEPTION 'ledger: account %: found a balance of it, expected an account that exists', wrong
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_balance_account';
    END IF;"""
FORWARDS = GUARD.format(
    declared="\n    absent boolean;", asked=", account.id IS NULL", into=", absent", join="LEFT JOIN", first="account.id IS NULL OR ", absent=ABSENT
)
BACKWARDS = GUARD.format(declared="", asked="", into="", join="JOIN", first="", absent="")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0024_holds_by_statement")]
    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.AlterField(
            model_name="balance",
            name="account",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                primary_key=True,
                related_name="balance",
                serialize=False,
                to="ledger.account",
            ),
        ),
    ]
