"""Closed years: their openings, and what is posted into them afterwards. Guarded by PostgreSQL as the rest of the ledger.

A year is closed at one moment: its row goes into `ledger_closed_year` under an exclusive advisory lock. Entries valued in an earlier year
than they are booked in take the same lock shared, before they look: whatever came before the moment is in the year's figures, whatever
comes after it leaves its rows in `ledger_dividend_due`, and nothing is in both or in neither. Other entries take no lock.
Openings are checked by asking for a value of each account, which is never planned as a hash of all accounts (0003).
The rows of `ledger_dividend_due` are written by the trigger itself: kwsp_app has no right to write there, and cannot forget it.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now

GUARD = """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS"""

LOCK = "hashtext('ledger.years'), 0"
"""The two keys of the advisory lock."""

CLOSING = """
CREATE FUNCTION ledger_year_closes() RETURNS trigger AS_GUARD $$
DECLARE
    last integer;
BEGIN
    PERFORM pg_advisory_xact_lock(LOCK_KEYS);
    SELECT max(year) INTO last FROM ledger_closed_year;
    IF NEW.year <> last + 1 THEN
        RAISE EXCEPTION 'ledger: found %, expected the year % to be closed next', NEW.year, last + 1
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_year_closes';
    END IF;
    IF coalesce((SELECT max(through) FROM ledger_closing) < make_date(NEW.year, 12, 31), true) THEN
        RAISE EXCEPTION 'ledger: found days of % that are open, expected all of them closed', NEW.year
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_year_closes';
    END IF;
    NEW.closed_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_year_closes BEFORE INSERT ON ledger_closed_year FOR EACH ROW EXECUTE FUNCTION ledger_year_closes();
"""

BACK_VALUED = """
CREATE FUNCTION ledger_entry_back_valued() RETURNS trigger AS_GUARD $$
DECLARE
    earliest date;
    crosses boolean;
    closed integer;
BEGIN
    SELECT min(value_date), bool_or(value_date < booked_on AND extract(year FROM value_date) < extract(year FROM booked_on))
    INTO earliest, crosses FROM new_rows;
    SELECT max(year) INTO closed FROM ledger_closed_year;
    IF earliest IS NULL OR NOT (crosses OR coalesce(extract(year FROM earliest) <= closed, false)) THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(LOCK_KEYS);
    SELECT max(year) INTO closed FROM ledger_closed_year;
    INSERT INTO ledger_dividend_due (account_id, entry_id, year, version, amount_sen, value_date, sen_days)
    SELECT account.id, entry.id, due.year, posting.version, posting.amount_sen, entry.value_date,
        posting.amount_sen * (make_date(due.year, 12, 31) - greatest(entry.value_date, make_date(due.year, 1, 1)) + 1)
    FROM new_rows AS entry
    JOIN ledger_posting AS posting ON posting.entry_id = entry.id
    JOIN ledger_account AS account ON account.id = posting.account_id AND account.dividend_to <> ''
    CROSS JOIN LATERAL generate_series(extract(year FROM entry.value_date)::integer, closed) AS due (year)
    ORDER BY account.id, due.year, posting.version;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_back_valued AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_back_valued();
"""

OPENINGS = """
CREATE FUNCTION ledger_opening_of_closed() RETURNS trigger AS_GUARD $$
DECLARE
    wrong bigint;
BEGIN
    SELECT new_rows.account_id INTO wrong
    FROM new_rows
    WHERE new_rows.year - 1 > coalesce((SELECT max(year) FROM ledger_closed_year), 0)
        OR (
            SELECT account.dividend_to = '' FROM ledger_account AS account JOIN ledger_balance AS balance ON balance.account_id = account.id
            WHERE account.id = new_rows.account_id
        ) IS DISTINCT FROM (new_rows.valued_sen IS NULL)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger: account %: found an opening for it, expected an account with a balance and the year before closed', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_opening_of_closed';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_opening_of_closed AFTER INSERT ON ledger_opening
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_opening_of_closed();
"""

KEPT = ("ledger_closed_year", "ledger_opening", "ledger_dividend_due")
APPEND_ONLY = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();\n"
    for table in KEPT
)

RIGHTS = """
REVOKE ALL ON ledger_closed_year, ledger_opening, ledger_dividend_due FROM PUBLIC, kwsp_app;
GRANT SELECT ON ledger_closed_year, ledger_opening, ledger_dividend_due TO kwsp_app;
GRANT INSERT (year) ON ledger_closed_year TO kwsp_app;
GRANT INSERT ON ledger_opening TO kwsp_app;
REVOKE EXECUTE ON FUNCTION ledger_year_closes(), ledger_entry_back_valued(), ledger_opening_of_closed() FROM PUBLIC;
"""

TRIGGERS = (
    ("ledger_closed_year", "ledger_year_closes"),
    ("ledger_entry", "ledger_entry_back_valued"),
    ("ledger_opening", "ledger_opening_of_closed"),
    *((table, f"{table}_append_only") for table in KEPT),
)
ALWAYS = "".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger};\n" for table, trigger in TRIGGERS)

FORWARDS = (CLOSING + BACK_VALUED + OPENINGS).replace("AS_GUARD", GUARD).replace("LOCK_KEYS", LOCK) + APPEND_ONLY + RIGHTS + ALWAYS
UNDO = (
    "".join(f"DROP TRIGGER {trigger} ON {table};\n" for table, trigger in TRIGGERS)
    + "DROP FUNCTION ledger_year_closes(), ledger_entry_back_valued(), ledger_opening_of_closed();"
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_days")]
    operations = [
        migrations.CreateModel(
            name="ClosedYear",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="Tahun")),
                ("closed_at", models.DateTimeField(db_default=Now(), verbose_name="Ditutup pada")),
            ],
            options={"verbose_name": "tahun yang ditutup", "verbose_name_plural": "tahun yang ditutup", "db_table": "ledger_closed_year"},
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("account_id", "year", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.account", db_constraint=False, db_index=False, related_name="openings"
                    ),
                ),
                ("booked_sen", models.BigIntegerField(verbose_name="Baki pembuka (sen)")),
                ("valued_sen", models.BigIntegerField(null=True, verbose_name="Baki pembuka mengikut tarikh nilai (sen)")),
                ("from_version", models.IntegerField(verbose_name="Dari versi")),
                ("last_version", models.IntegerField(verbose_name="Hingga versi")),
                ("first_booked", models.DateField(null=True, verbose_name="Pertama dibukukan")),
                ("year", models.PositiveSmallIntegerField(verbose_name="Tahun")),
            ],
            options={"verbose_name": "baki pembuka", "verbose_name_plural": "baki pembuka"},
        ),
        migrations.CreateModel(
            name="DividendDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.account", db_constraint=False, db_index=False, related_name="+"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.entry", db_constraint=False, db_index=False, related_name="+"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="Tahun")),
                ("version", models.IntegerField(verbose_name="Versi")),
                ("amount_sen", models.BigIntegerField(verbose_name="Amaun (sen)")),
                ("value_date", models.DateField(verbose_name="Tarikh nilai")),
                ("sen_days", models.BigIntegerField(verbose_name="Sen-hari")),
            ],
            options={"verbose_name": "dividen yang terhutang", "verbose_name_plural": "dividen yang terhutang", "db_table": "ledger_dividend_due"},
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=Q(from_version__gt=0, last_version__gt=0, from_version__lte=F("last_version") + 1), name="ledger_opening_versions"
            ),
        ),
        migrations.AddConstraint(
            model_name="dividenddue",
            constraint=models.UniqueConstraint(fields=("account", "year", "version"), name="ledger_dividend_due_once"),
        ),
        migrations.RunSQL(FORWARDS, UNDO),
    ]
