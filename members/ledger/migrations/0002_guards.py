"""PostgreSQL itself keeps the ledger: balanced entries, whole in one statement; nothing changed, nothing deleted; least rights.

How an entry comes in. Its legs go in first, all in one statement (COPY or INSERT), then the entries of exactly those legs, in one
statement, in the same transaction.
1. `ledger_posting_whole` looks at all legs of the statement: each entry's sum is zero and it has two legs or more; each account exists,
   and a leg has a version exactly where its account has a balance row. It leaves one row in `ledger_unfinished`: the digest of the entry ids.
2. `ledger_entry_whole` looks at all entries of the statement: it takes that row away, or refuses: an entry without legs, or with other
   legs than those of one statement. An entry that is reversed must exist.
3. A deferred constraint trigger on `ledger_unfinished`, one row a statement and not one a leg, refuses the commit while the row is
   there: legs without their entry. A second statement of legs for a known entry ends there too, since that entry cannot be made again.

All triggers are ENABLE ALWAYS: session_replication_role does not lift them. The functions run as kwsp_owner with a fixed search_path, and
nobody else may attach them to a table of their own. The planner is told to look things up by index: a transition table has no statistics,
and a plan made for two legs is used again for twenty thousand.
"""

from django.db import migrations

GUARD = """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS"""

TABLES = """
ALTER TABLE ledger_balance SET (fillfactor = 60);

CREATE UNLOGGED TABLE ledger_unfinished (
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    entries bytea NOT NULL,
    PRIMARY KEY (transaction, entries)
);
"""

POSTINGS = """
CREATE FUNCTION ledger_posting_whole() RETURNS trigger AS_GUARD $$
DECLARE
    ids bigint[];
    funds bigint[];
    wrong bigint;
BEGIN
    SELECT array_agg(entry_id ORDER BY entry_id), min(entry_id) FILTER (WHERE total <> 0 OR legs < 2)
    INTO ids, wrong
    FROM (SELECT entry_id, sum(amount_sen) AS total, count(*) AS legs FROM new_rows GROUP BY entry_id) AS entries;
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'ledger: entry %: found legs that do not balance in this statement, expected two or more with the sum 0', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_posting_whole';
    END IF;
    SELECT coalesce(array_agg(id), '{}') INTO funds FROM ledger_account WHERE holder_kind = 'FUND';
    SELECT account_id INTO wrong
    FROM new_rows
    WHERE (version IS NULL) <> (account_id = ANY (funds))
        OR (version IS NOT NULL AND NOT EXISTS (SELECT FROM ledger_account WHERE ledger_account.id = new_rows.account_id))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger: account %: found a leg for it, expected an account that exists, with a version unless it is the fund''s', wrong
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_posting_account';
    END IF;
    INSERT INTO ledger_unfinished (entries) VALUES (sha256(array_send(ids)));
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_posting_whole AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_posting_whole();
"""

ENTRIES = """
CREATE FUNCTION ledger_entry_whole() RETURNS trigger AS_GUARD $$
DECLARE
    ids bigint[];
    wrong bigint;
BEGIN
    SELECT array_agg(id ORDER BY id) INTO ids FROM new_rows;
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    DELETE FROM ledger_unfinished WHERE transaction = pg_current_xact_id() AND entries = sha256(array_send(ids));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'ledger: entries % to %: found no legs, expected exactly theirs, of one statement before',
            ids[1], ids[cardinality(ids)]
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_whole';
    END IF;
    SELECT new_rows.reverses INTO wrong
    FROM new_rows LEFT JOIN ledger_entry AS reversed ON reversed.id = new_rows.reverses AND reversed.id <> new_rows.id
    WHERE new_rows.reverses IS NOT NULL AND reversed.id IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger: found a reversal of entry %, expected one that exists', wrong
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_entry_reverses';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_whole AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_whole();

CREATE FUNCTION ledger_finished() RETURNS trigger AS_GUARD $$
BEGIN
    IF EXISTS (SELECT FROM ledger_unfinished WHERE transaction = NEW.transaction AND entries = NEW.entries) THEN
        RAISE EXCEPTION 'ledger: found legs whose entry never came, expected it in the same transaction'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_finished';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_finished AFTER INSERT ON ledger_unfinished
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_finished();
"""

# The codes here repeat members/ledger/chart.py; a test compares them.
BALANCES = """
CREATE FUNCTION ledger_balance_new() RETURNS trigger AS_GUARD $$
DECLARE
    wrong bigint;
BEGIN
    SELECT new_rows.account_id INTO wrong
    FROM new_rows JOIN ledger_account AS account ON account.id = new_rows.account_id
    WHERE account.holder_kind = 'FUND' OR new_rows.balance_sen <> 0 OR new_rows.held_sen <> 0 OR new_rows.version <> 0
        OR new_rows.floored <> (account.code NOT IN ('CONTRIBUTION_DUE', 'LATE_CHARGE', 'DIVIDEND_DUE'))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger: account %: found a new balance that is not empty or not as the chart says', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balance_new';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_balance_new AFTER INSERT ON ledger_balance
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_balance_new();
"""

HOLDS = """
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

CREATE TRIGGER ledger_hold_end BEFORE INSERT ON ledger_hold
    FOR EACH ROW WHEN (NEW.state <> 'PLACED') EXECUTE FUNCTION ledger_hold_end();
"""

APPEND_ONLY = """
CREATE FUNCTION ledger_append_only() RETURNS trigger AS_GUARD $$
BEGIN
    RAISE EXCEPTION 'ledger: found % of %, expected rows to be added only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_posting_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_hold_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_hold
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_account_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_balance_kept BEFORE UPDATE OF account_id, floored OR DELETE OR TRUNCATE ON ledger_balance
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
"""

FUNCTIONS = POSTINGS + ENTRIES + BALANCES + HOLDS + APPEND_ONLY

RIGHTS = """
REVOKE ALL ON ledger_account, ledger_balance, ledger_entry, ledger_posting, ledger_hold, ledger_unfinished FROM PUBLIC, kwsp_app;
GRANT SELECT, INSERT ON ledger_account, ledger_balance, ledger_entry, ledger_posting, ledger_hold TO kwsp_app;
GRANT UPDATE (balance_sen, held_sen, version) ON ledger_balance TO kwsp_app;
REVOKE EXECUTE ON FUNCTION ledger_posting_whole(), ledger_entry_whole(), ledger_finished(), ledger_balance_new(), ledger_hold_end(),
    ledger_append_only() FROM PUBLIC;
"""

TRIGGERS = (
    ("ledger_posting", "ledger_posting_whole"),
    ("ledger_entry", "ledger_entry_whole"),
    ("ledger_unfinished", "ledger_finished"),
    ("ledger_balance", "ledger_balance_new"),
    ("ledger_hold", "ledger_hold_end"),
    ("ledger_entry", "ledger_entry_append_only"),
    ("ledger_posting", "ledger_posting_append_only"),
    ("ledger_hold", "ledger_hold_append_only"),
    ("ledger_account", "ledger_account_append_only"),
    ("ledger_balance", "ledger_balance_kept"),
)
ALWAYS = "".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger};\n" for table, trigger in TRIGGERS)

UNDO = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_account, ledger_balance, ledger_entry, ledger_posting, ledger_hold TO kwsp_app;\n"
    + "".join(f"DROP TRIGGER {trigger} ON {table};\n" for table, trigger in TRIGGERS)
    + "DROP TABLE ledger_unfinished;\n"
    + "DROP FUNCTION ledger_posting_whole(), ledger_entry_whole(), ledger_finished(), ledger_balance_new(), ledger_hold_end();\n"
    + "DROP FUNCTION ledger_append_only();\nALTER TABLE ledger_balance RESET (fillfactor);"
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(TABLES + FUNCTIONS.replace("AS_GUARD", GUARD) + RIGHTS + ALWAYS, UNDO)]
