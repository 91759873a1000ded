"""The last day of a year is closed though nothing is booked on it, and a dividend of closed years leaves the trigger of dividend due early.

A day is closed on which something is booked: so nobody closes days that never were. A year of which nothing is booked on or after its 31 December
(few members; the demo's clock moved ahead) was never closed by that. Its 31 December is taken where something is booked in that year.

What is valued in years that are open is no dividend due. `ledger_entry_back_valued` knew it only after it had looked at every leg of such entries:
of all dividends, which are booked in the year after the one they are of. It takes its lock as before, and looks at the last closed year first.
"""

from django.db import migrations

GUARD = """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS"""

CLOSING = """
CREATE OR REPLACE FUNCTION ledger_closing_next() RETURNS trigger AS_GUARD $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger'), hashtext('days'));
    IF NEW.through <= (SELECT max(through) FROM ledger_closing) OR NOT (
        EXISTS (SELECT FROM ledger_entry WHERE booked_on = NEW.through) OR YEAR_END
    ) THEN
        RAISE EXCEPTION 'ledger: found a closing of %, expected a later day than any before, on which something is booked', NEW.through
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_closing_next';
    END IF;
    RETURN NEW;
END $$;
"""
YEAR_END = """NEW.through = make_date(extract(year FROM NEW.through)::integer, 12, 31)
        AND EXISTS (SELECT FROM ledger_entry WHERE booked_on BETWEEN make_date(extract(year FROM NEW.through)::integer, 1, 1) AND NEW.through)"""

BACK_VALUED = """
CREATE OR REPLACE FUNCTION ledger_entry_back_valued() RETURNS trigger AS_GUARD $$
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
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger.years'), 0);
    SELECT max(year) INTO closed FROM ledger_closed_year;
EARLY    INSERT INTO ledger_dividend_due (account_id, entry_id, year, version, amount_sen, value_date, sen_days)
    SELECT account.id, entry.id, due.year, posting.version, posting.amount_sen, entry.value_date,
        posting.amount_sen * (make_date(due.year, 12, 31) - greatest(entry.value_date, make_date(due.year, 1, 1)) + 1)
    FROM new_rows AS entry
    JOIN ledger_posting AS posting ON posting.entry_id = entry.id
    JOIN ledger_account AS account ON account.id = posting.account_id AND account.dividend_to <> ''
    CROSS JOIN LATERAL generate_series(extract(year FROM entry.value_date)::integer, closed) AS due (year)
    ORDER BY account.id, due.year, posting.version;
    RETURN NULL;
END $$;
"""
EARLY = """    IF closed IS NULL OR extract(year FROM earliest) > closed THEN
        RETURN NULL;
    END IF;
"""

FORWARDS = (CLOSING.replace("YEAR_END", YEAR_END) + BACK_VALUED.replace("EARLY", EARLY)).replace("AS_GUARD", GUARD)
BACKWARDS = (CLOSING.replace("YEAR_END", "false") + BACK_VALUED.replace("EARLY", "")).replace("AS_GUARD", GUARD)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0013_dividends_settled")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
