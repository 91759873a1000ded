"""Closing of days: what is booked stays as it was sealed, and a closed day takes nothing more.

`ledger_entry_timely` looks at all entries of a statement: it takes a shared advisory lock for the rest of the transaction, then refuses
what is booked on a closed day. `ledger_closing_next` takes the same lock alone before it lets a closing in: so whoever posts either has
committed before the day is closed, or sees that it is. The closer holds no other lock that a poster could want; its wait is short
(members.ledger.days). Only READ COMMITTED sees what was committed while it waited: other isolation levels may not post.

It also refuses the reversal of a reversal, and one that is booked before what it reverses.
"""

from django.db import migrations, models
from django.db.models import PROTECT
from django.db.models.functions import Now

GUARD = """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS"""

FUNCTIONS = """
CREATE FUNCTION ledger_entry_timely() RETURNS trigger AS_GUARD $$
DECLARE
    first date;
    reversals boolean;
    closed date;
    wrong bigint;
BEGIN
    SELECT min(booked_on), bool_or(reverses IS NOT NULL) INTO first, reversals FROM new_rows;
    IF first IS NULL THEN
        RETURN NULL;
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'ledger: found a transaction that is %, expected read committed', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger'), hashtext('days'));
    SELECT max(through) INTO closed FROM ledger_closing;
    IF first <= closed THEN
        RAISE EXCEPTION 'ledger: found an entry booked on %, expected % or later: the days before it are closed', first, closed + 1
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_day_open',
                DETAIL = to_char(first, 'YYYY-MM-DD') || to_char(closed + 1, ' YYYY-MM-DD');
    END IF;
    IF reversals THEN
        SELECT new_rows.id INTO wrong
        FROM new_rows JOIN ledger_entry AS reversed ON reversed.id = new_rows.reverses
        WHERE reversed.reverses IS NOT NULL OR reversed.booked_on > new_rows.booked_on
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'ledger: entry %: found the reversal of a reversal or of a later entry, expected another earlier one', wrong
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversal_timely';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_timely AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_timely();

CREATE FUNCTION ledger_closing_next() RETURNS trigger AS_GUARD $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger'), hashtext('days'));
    IF NEW.through <= (SELECT max(through) FROM ledger_closing) OR NOT EXISTS (SELECT FROM ledger_entry WHERE booked_on = NEW.through) THEN
        RAISE EXCEPTION 'ledger: found a closing of %, expected a later day than any before, on which something is booked', NEW.through
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_closing_next';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_closing_next BEFORE INSERT ON ledger_closing FOR EACH ROW EXECUTE FUNCTION ledger_closing_next();

CREATE FUNCTION ledger_seal_closed() RETURNS trigger AS_GUARD $$
BEGIN
    IF NEW.day > (SELECT max(through) FROM ledger_closing) IS NOT FALSE THEN
        RAISE EXCEPTION 'ledger: found a seal of %, expected a day that is closed', NEW.day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_seal_closed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_seal_closed BEFORE INSERT ON ledger_dayseal FOR EACH ROW EXECUTE FUNCTION ledger_seal_closed();

CREATE TRIGGER ledger_closing_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_closing
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_dayseal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_dayseal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_fundday_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_fundday
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();

REVOKE EXECUTE ON FUNCTION ledger_entry_timely(), ledger_closing_next(), ledger_seal_closed() FROM PUBLIC;
"""

# The moment of an entry, a hold, a closing and a seal is the database's own: kwsp_app has no right to name it.
RIGHTS = """
REVOKE ALL ON ledger_closing, ledger_dayseal, ledger_fundday FROM PUBLIC, kwsp_app;
GRANT SELECT ON ledger_closing, ledger_dayseal, ledger_fundday TO kwsp_app;
GRANT INSERT (through) ON ledger_closing TO kwsp_app;
GRANT INSERT (day, entries, entries_digest, postings, postings_digest, turnover_sen) ON ledger_dayseal TO kwsp_app;
GRANT INSERT (day, account_id, balance_sen) ON ledger_fundday TO kwsp_app;
REVOKE INSERT ON ledger_entry, ledger_posting, ledger_hold FROM kwsp_app;
GRANT INSERT (id, kind, ref, part, booked_on, value_date, reverses) ON ledger_entry TO kwsp_app;
GRANT INSERT (entry_id, account_id, amount_sen, version, balance_after_sen) ON ledger_posting TO kwsp_app;
GRANT INSERT (account_id, amount_sen, kind, ref, part, state, placed_id, entry_id, booked_on) ON ledger_hold TO kwsp_app;
"""

TRIGGERS = (
    ("ledger_entry", "ledger_entry_timely"),
    ("ledger_closing", "ledger_closing_next"),
    ("ledger_dayseal", "ledger_seal_closed"),
    ("ledger_closing", "ledger_closing_append_only"),
    ("ledger_dayseal", "ledger_dayseal_append_only"),
    ("ledger_fundday", "ledger_fundday_append_only"),
)
ALWAYS = "".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger};\n" for table, trigger in TRIGGERS)

UNDO = (
    "GRANT INSERT ON ledger_entry, ledger_posting, ledger_hold TO kwsp_app;\n"
    + "".join(f"DROP TRIGGER {trigger} ON {table};\n" for table, trigger in TRIGGERS)
    + "DROP FUNCTION ledger_entry_timely(), ledger_closing_next(), ledger_seal_closed();"
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_accounts_one_by_one")]
    operations = [
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("through", models.DateField(primary_key=True, serialize=False, verbose_name="Ditutup hingga")),
                ("at", models.DateTimeField(db_default=Now(), verbose_name="Pada")),
            ],
            options={"verbose_name": "penutupan hari", "verbose_name_plural": "penutupan hari"},
        ),
        migrations.CreateModel(
            name="DaySeal",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="Tarikh dibukukan")),
                ("entries", models.BigIntegerField(verbose_name="Catatan")),
                ("entries_digest", models.DecimalField(decimal_places=0, max_digits=40, verbose_name="Ringkasan catatan")),
                ("postings", models.BigIntegerField(verbose_name="Baris")),
                ("postings_digest", models.DecimalField(decimal_places=0, max_digits=40, verbose_name="Ringkasan baris")),
                ("turnover_sen", models.DecimalField(decimal_places=0, max_digits=40, verbose_name="Pusing ganti (sen)")),
                ("at", models.DateTimeField(db_default=Now(), verbose_name="Pada")),
            ],
            options={"verbose_name": "meterai hari", "verbose_name_plural": "meterai hari"},
        ),
        migrations.CreateModel(
            name="FundDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("balance_sen", models.BigIntegerField(verbose_name="Baki (sen)")),
                ("account", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="days", to="ledger.account")),
                ("seal", models.ForeignKey(db_column="day", on_delete=PROTECT, related_name="fund", to="ledger.dayseal")),
            ],
            options={
                "verbose_name": "baki dana pada akhir hari",
                "verbose_name_plural": "baki dana pada akhir hari",
                "constraints": [models.UniqueConstraint(fields=("account", "seal"), name="ledger_fundday_once")],
            },
        ),
        migrations.RunSQL(FUNCTIONS.replace("AS_GUARD", GUARD) + RIGHTS + ALWAYS, UNDO),
    ]
