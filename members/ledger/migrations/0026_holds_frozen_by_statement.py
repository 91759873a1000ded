"""Whether an account is frozen is asked once for all holds of a statement, as it is asked what they name (0024): row by row, a batch of Pengeluaran
Khas waited for it longer than for the rows (docs/benchmarks.md).

Refused is what was refused, under the same name, and the rows of the balances are locked as they were, now in the order of accounts, before anybody
looks: a freeze takes the same lock (0006), so either it has committed and is seen here, or it waits until the holds are there.
"""

from django.db import migrations

GUARD = """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS"""

# The planner looks through an array that it sees; this one it does not.
FORWARDS = """
DROP TRIGGER ledger_hold_frozen ON ledger_hold;
CREATE OR REPLACE FUNCTION ledger_hold_frozen() RETURNS trigger AS_GUARD $$
DECLARE
    ids bigint[];
    wrong bigint;
BEGIN
    SELECT array_agg(DISTINCT account_id) INTO ids FROM new_rows WHERE state <> 'RELEASED';
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM ledger_balance WHERE account_id = ANY ((SELECT ids)::bigint[]) ORDER BY account_id FOR NO KEY UPDATE;
    SELECT account_id INTO wrong FROM ledger_freeze AS begun
    WHERE account_id = ANY ((SELECT ids)::bigint[]) AND state = 'FROZEN'
        AND NOT EXISTS (SELECT FROM ledger_freeze AS lifted WHERE lifted.frozen_id = begun.id)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger: account %: found it frozen, expected one that is sound for a hold to be %', wrong,
            (SELECT min(state) FROM new_rows WHERE account_id = wrong AND state <> 'RELEASED')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_frozen';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_hold_frozen AFTER INSERT ON ledger_hold
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_frozen();
ALTER TABLE ledger_hold ENABLE ALWAYS TRIGGER ledger_hold_frozen;
"""
BACKWARDS = """
DROP TRIGGER ledger_hold_frozen ON ledger_hold;
CREATE OR REPLACE FUNCTION ledger_hold_frozen() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM ledger_balance WHERE account_id = NEW.account_id FOR NO KEY UPDATE;
    IF ledger_is_frozen(NEW.account_id) IS NOT NULL THEN
        RAISE EXCEPTION 'ledger: account %: found it frozen, expected one that is sound for a hold to be %', NEW.account_id, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_hold_frozen BEFORE INSERT ON ledger_hold
    FOR EACH ROW WHEN (NEW.state <> 'RELEASED') EXECUTE FUNCTION ledger_hold_frozen();
ALTER TABLE ledger_hold ENABLE ALWAYS TRIGGER ledger_hold_frozen;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0025_balances_by_statement")]
    operations = [migrations.RunSQL(FORWARDS.replace("AS_GUARD", GUARD), BACKWARDS)]
