"""What a hold names is looked at for a whole statement at once: a batch places and ends holds by the thousand, and a call and a foreign key of each
row cost as much as the row. Refused is what was refused, under the same name (0002); that the account exists is `ledger_hold_account` in place of its
foreign key. The hold that ends needs none: the guard compares with it. Neither accounts nor holds are ever deleted."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS"""

FORWARDS = """
CREATE FUNCTION ledger_hold_whole() RETURNS trigger AS_GUARD $$
DECLARE
    wrong bigint;
BEGIN
    SELECT account_id INTO wrong
    FROM new_rows WHERE (SELECT true FROM ledger_account WHERE ledger_account.id = new_rows.account_id) IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger: account %: found a hold on it, expected an account that exists', wrong
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_hold_account';
    END IF;
    SELECT placed_id INTO wrong
    FROM new_rows
    WHERE state <> 'PLACED' AND (
        SELECT true FROM ledger_hold AS placed
        WHERE placed.id = new_rows.placed_id AND placed.state = 'PLACED' AND placed.account_id = new_rows.account_id
            AND placed.amount_sen = new_rows.amount_sen AND placed.kind = new_rows.kind AND placed.ref = new_rows.ref AND placed.part = new_rows.part
    ) IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger: found the end of hold %, expected the same account, amount and key as when it was placed', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_end';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER ledger_hold_end ON ledger_hold;
DROP FUNCTION ledger_hold_end();
CREATE TRIGGER ledger_hold_end AFTER INSERT ON ledger_hold
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_whole();
ALTER TABLE ledger_hold ENABLE ALWAYS TRIGGER ledger_hold_end;
REVOKE EXECUTE ON FUNCTION ledger_hold_whole() FROM PUBLIC;
"""
BACKWARDS = """
CREATE FUNCTION ledger_hold_end() RETURNS trigger AS_GUARD $$
BEGIN
    PERFORM FROM ledger_hold AS placed
    WHERE placed.id = NEW.placed_id AND placed.state = 'PLACED' AND placed.account_id = NEW.account_id
        AND placed.amount_sen = NEW.amount_sen AND placed.kind = NEW.kind AND placed.ref = NEW.ref AND placed.part = NEW.part;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'ledger: found the end of hold %, expected the same account, amount and key as when it was placed', NEW.placed_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_end';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER ledger_hold_end ON ledger_hold;
DROP FUNCTION ledger_hold_whole();
CREATE TRIGGER ledger_hold_end BEFORE INSERT ON ledger_hold
    FOR EACH ROW WHEN (NEW.state <> 'PLACED') EXECUTE FUNCTION ledger_hold_end();
ALTER TABLE ledger_hold ENABLE ALWAYS TRIGGER ledger_hold_end;
REVOKE EXECUTE ON FUNCTION ledger_hold_end() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0022_counters")]
    operations = [
        migrations.RunSQL(FORWARDS.replace("AS_GUARD", GUARD), BACKWARDS.replace("AS_GUARD", GUARD)),
        migrations.AlterField(
            model_name="hold",
            name="account",
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="ledger.account"),
        ),
        migrations.AlterField(
            model_name="hold",
            name="placed",
            field=models.OneToOneField(
                blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="end", to="ledger.hold"
            ),
        ),
    ]
