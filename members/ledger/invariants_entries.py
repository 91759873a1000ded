"""The invariants of entries and of closed days, as SQL. One pass over all entries with their legs says which may be broken, and adds up each day.

The pass is exact: an entry that it leaves out breaks none of `CHECKS`. It groups the legs by entry and walks both tables by index, in
order of entries and in ranges of their ids; then it groups by day: the seal of each day as it is now, and what each account of the fund moved.
"""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from members.ledger import seals
from members.ledger.enums import EntryKind

_WHOLE: Final = f"({EntryKind.FILING_DUE:d}, {EntryKind.CONTRIBUTION:d})"


def sweep(fund: dict[str, int], within: str) -> str:
    """The pass, for the fund's accounts by code: (day, suspect or null, entries, their digest, legs, their digest, turnover, sum, moved by each)."""
    ids = ", ".join(map(str, fund.values())) or "0"
    moved = "".join(f", sum(amount_sen) FILTER (WHERE account_id = {account_id}) AS moved_{account_id}" for account_id in fund.values())
    summed = "".join(f", sum(moved_{account_id})" for account_id in fund.values())
    return f"""
    SELECT booked_on, suspect, count(id), sum(entry_digest), coalesce(sum(legs), 0), coalesce(sum(digest), 0), coalesce(sum(turnover), 0), sum(total)
        {summed}
    FROM (
        SELECT posting.*, entry.id, booked_on, {seals.ENTRY_HASH} AS entry_digest, CASE
            WHEN entry.id IS NULL OR legs IS NULL OR legs < 2 OR total <> 0 OR strange OR (with_sen AND kind IN {_WHOLE})
            THEN coalesce(entry.id, entry_id) END AS suspect
        FROM (
            SELECT entry_id, count(*) AS legs, sum(amount_sen) AS total, sum({seals.POSTING_HASH}) AS digest,
                sum(amount_sen) FILTER (WHERE amount_sen > 0) AS turnover,
                count(*) FILTER (WHERE version IS NULL AND account_id NOT IN ({ids})) > 0 AS strange,
                count(*) FILTER (WHERE account_id = {fund.get("CONTRIBUTION_CLEARING", "NULL")} AND amount_sen % 100 <> 0) > 0 AS with_sen{moved}
            FROM ledger_posting AS posting WHERE entry_id {within} GROUP BY entry_id
        ) AS posting
        FULL JOIN (SELECT * FROM ledger_entry WHERE id {within}) AS entry ON entry.id = entry_id
    ) AS entries
    GROUP BY booked_on, suspect"""


_ACCOUNTS: Final = "array_agg(account_id) FILTER (WHERE version IS NOT NULL)"

# Each returns (what, amount in sen, accounts) for the entries `ids` that break it.
CHECKS: Final[dict[str, str]] = {
    "entry_sums_to_zero": f"""
        SELECT 'entry ' || entry_id, sum(amount_sen), {_ACCOUNTS} FROM ledger_posting WHERE entry_id = ANY(%(ids)s)
        GROUP BY entry_id HAVING sum(amount_sen) <> 0""",
    "entry_has_two_legs": f"""
        SELECT 'entry ' || entry.id || ' with ' || count(posting.id), 0, {_ACCOUNTS}
        FROM ledger_entry AS entry LEFT JOIN ledger_posting AS posting ON entry_id = entry.id WHERE entry.id = ANY(%(ids)s)
        GROUP BY entry.id HAVING count(posting.id) < 2""",
    "leg_has_its_entry": """
        SELECT 'posting ' || posting.id || ' of entry ' || entry_id, amount_sen, ARRAY[account_id]
        FROM ledger_posting AS posting LEFT JOIN ledger_entry AS entry ON entry.id = entry_id
        WHERE entry_id = ANY(%(ids)s) AND entry.id IS NULL""",
    "leg_has_its_account": """
        SELECT 'posting ' || posting.id || ' on account ' || account_id, amount_sen, ARRAY[account_id]
        FROM ledger_posting AS posting LEFT JOIN ledger_account AS account ON account.id = account_id
        WHERE entry_id = ANY(%(ids)s) AND (account.id IS NULL OR (holder_kind = 'FUND') <> (version IS NULL))""",
    # Borang A is filed in whole ringgit; its clearing account meets nothing else.
    "contributions_in_whole_ringgit": f"""
        SELECT 'entry ' || entry_id, amount_sen,
            (SELECT {_ACCOUNTS} FROM ledger_posting AS leg WHERE leg.entry_id = posting.entry_id)
        FROM ledger_posting AS posting JOIN ledger_account AS account ON account.id = account_id JOIN ledger_entry AS entry ON entry.id = entry_id
        WHERE entry_id = ANY(%(ids)s) AND holder_kind = 'FUND' AND code = 'CONTRIBUTION_CLEARING' AND kind IN {_WHOLE} AND amount_sen %% 100 <> 0""",
}
