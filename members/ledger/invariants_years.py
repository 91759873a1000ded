"""The invariants of closed years, as SQL (members/ledger/invariants_sql.py)."""

GUARDS = (
    "ledger_closed_year_append_only",
    "ledger_dividend_due_append_only",
    "ledger_dividend_settled_append_only",
    "ledger_entry_back_valued",
    "ledger_opening_append_only",
    "ledger_opening_of_closed",
    "ledger_year_closes",
)
"""The triggers of migrations/0005_years.py and 0013_dividends_settled.py."""

CHECKS: dict[str, str] = {
    # Every opening, and every year in which an account moved though it has no opening after it: that is wrong too, unless its openings
    # are just being stored. `later` is the first version that is not wholly in the opening, `earned` the sen-days of the year before it.
    "opening_matches_postings": """
        WITH closed AS (SELECT min(year) AS first, max(year) AS last FROM ledger_closed_year),
        moved AS (
            SELECT account_id, date_part('year', booked_on)::int AS booked_in, date_part('year', value_date)::int AS valued_in,
                sum(amount_sen)::bigint AS sen, min(version) AS first, max(version) AS last, min(booked_on) AS day,
                sum(amount_sen * (make_date(date_part('year', value_date)::int + 1, 1, 1) - value_date)) AS earned
            FROM ledger_posting AS posting JOIN ledger_entry AS entry ON entry.id = entry_id
            WHERE version IS NOT NULL AND EXISTS (SELECT FROM ledger_closed_year)
            GROUP BY account_id, booked_in, valued_in
        ),
        changed AS (
            SELECT account_id, year, sum(booked)::bigint AS booked, sum(valued)::bigint AS valued, sum(back)::bigint AS back, sum(earned) AS earned,
                bool_or(opened) AS opened, min(first) AS first, max(last) AS last, min(day) AS day
            FROM (
                SELECT account_id, booked_in + 1 AS year, sen AS booked, CASE WHEN valued_in = booked_in THEN sen ELSE 0 END AS valued,
                    0 AS back, CASE WHEN valued_in = booked_in THEN earned ELSE 0 END AS earned, false AS opened,
                    CASE WHEN valued_in <= booked_in THEN first END AS first, last, day
                FROM moved
                UNION ALL
                SELECT account_id, valued_in + 1, 0, sen, 0, earned, false, CASE WHEN valued_in > booked_in THEN first END, NULL, NULL
                FROM moved WHERE valued_in <> booked_in
                UNION ALL SELECT account_id, year + 1, 0, 0, amount_sen, -sen_days, false, NULL, NULL, NULL FROM ledger_dividend_due
                UNION ALL SELECT account_id, year, 0, 0, 0, 0, true, NULL, NULL, NULL FROM ledger_opening
            ) AS each_change
            GROUP BY account_id, year
        ),
        stood AS (
            SELECT account_id, year, opened, (sum(booked) OVER until)::bigint AS booked, (sum(valued) OVER until)::bigint - back AS valued,
                (make_date(year, 1, 1) - make_date(year - 1, 1, 1)) * (sum(valued) OVER until - valued) + earned AS earned,
                max(last) OVER until AS last,
                min(day) OVER until AS day, max(year) FILTER (WHERE opened) OVER until AS opening_of,
                min(first) OVER (PARTITION BY account_id ORDER BY year DESC RANGE UNBOUNDED PRECEDING EXCLUDE GROUP) AS later
            FROM changed WINDOW until AS (PARTITION BY account_id ORDER BY year)
        )
        SELECT 'account ' || stood.account_id || ' on 1 January ' || stood.year,
            CASE WHEN coalesce(booked_sen, 0) <> booked THEN coalesce(booked_sen, 0) - booked WHEN valued_sen <> valued THEN valued_sen - valued
                ELSE coalesce(sen_days - earned, 0) END
        FROM stood CROSS JOIN closed
        JOIN ledger_account AS account ON account.id = stood.account_id
        LEFT JOIN ledger_opening AS opening ON opening.account_id = stood.account_id AND opening.year = opening_of
        WHERE (stood.opened OR stood.year BETWEEN closed.first + 1 AND closed.last) AND stood.year <= closed.last + 1
            AND (coalesce(booked_sen, 0) <> booked OR (dividend_to <> '' AND coalesce(valued_sen, 0) <> valued)
                OR (stood.opened AND (from_version > later OR last_version < stood.last OR first_booked IS DISTINCT FROM stood.day
                    OR sen_days <> earned)))""",
    "dividend_due_complete": """
        SELECT 'dividend due ' || due.id || ' of account ' || due.account_id || ' for ' || due.year, due.amount_sen
        FROM ledger_dividend_due AS due
        LEFT JOIN ledger_posting AS posting ON posting.account_id = due.account_id AND posting.version = due.version
        LEFT JOIN ledger_entry AS entry ON entry.id = posting.entry_id
        WHERE (due.entry_id, due.amount_sen, due.value_date) IS DISTINCT FROM (posting.entry_id, posting.amount_sen, entry.value_date)
            OR due.sen_days <> due.amount_sen * (make_date(due.year, 12, 31) - greatest(due.value_date, make_date(due.year, 1, 1)) + 1)
            OR due.year > (SELECT max(year) FROM ledger_closed_year)
            OR (due.year > extract(year FROM due.value_date) AND NOT EXISTS (
                SELECT FROM ledger_dividend_due AS before
                WHERE before.account_id = due.account_id AND before.version = due.version AND before.year = due.year - 1
            ))
        UNION ALL
        SELECT 'posting ' || posting.id || ' of account ' || posting.account_id || ' valued in ' || closed.year, posting.amount_sen
        FROM ledger_entry AS entry
        JOIN ledger_closed_year AS closed ON entry.value_date <= make_date(closed.year, 12, 31) AND entry.posted_at > closed.closed_at
        JOIN ledger_posting AS posting ON posting.entry_id = entry.id
        JOIN ledger_account AS account ON account.id = posting.account_id AND dividend_to <> ''
        LEFT JOIN ledger_dividend_due AS due
            ON due.account_id = posting.account_id AND due.version = posting.version AND due.year = closed.year
        WHERE due.id IS NULL AND EXISTS (SELECT FROM ledger_closed_year)""",
}
