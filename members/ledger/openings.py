"""Where a reading may start and end: the openings of closed years, as SQL that readers join to `ledger_account AS account`.

A reading from a day on starts at the account's latest opening of that year or before (`opening`, null where there is none: then from
its first posting), and one that ends in a closed year ends at the earliest opening after it (`bound`). An opening holds nothing that
the postings do not say: with and without it a reading is the same, only shorter.
"""

STARTS = """
    LEFT JOIN LATERAL (
        SELECT make_date(year, 1, 1) AS day, year, booked_sen, valued_sen, from_version, first_booked
        FROM ledger_opening WHERE account_id = account.id AND year <= %(from_year)s ORDER BY year DESC LIMIT 1
    ) AS opening ON true"""
"""`opening`: the latest of the year `from_year` or before."""

ENDS = """
    LEFT JOIN LATERAL (
        SELECT last_version, year, sen_days FROM ledger_opening WHERE account_id = account.id AND year > %(to_year)s ORDER BY year LIMIT 1
    ) AS bound ON true"""
"""`bound`: nothing booked in the year `to_year` or before is after its version; `sen_days` are those of the year before its own."""

WITHIN = """posting.account_id = account.id AND posting.version >= coalesce(opening.from_version, 1)
    AND posting.version <= coalesce(bound.last_version, 2147483647)"""
"""The postings that may belong to the reading, by index."""

BOOKED_SINCE = "booked_on >= coalesce(opening.day, '-infinity')"
"""What the opening does not hold, by booked days."""

VALUED_SINCE = "value_date >= coalesce(opening.day, '-infinity')"
"""What the opening does not hold, by value dates; what was valued before it and posted after it stands in ledger_dividend_due."""
