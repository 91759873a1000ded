"""The invariants of accounts, as SQL. Two passes over all of them say which may be broken; those are looked at again, check by check.

The passes are exact: an account that they leave out breaks none of `CHECKS`. `CHAINS` follows the postings of each account in the order of versions:
each version is its place in the row and each running balance the one before and the amount; none is beyond the balance's version, and the
one at it is the balance. `ROWS` looks at each balance row beside its account. What is left is a balance whose version no posting has: then
`CHAINS` ended on fewer balances than `ROWS` counted, and `ENDLESS` finds it. Both passes walk indexes in order, nothing is sorted or hashed.
"""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from members.ledger import chart

_FLOORED: Final = ", ".join(f"'{kind.code}'" for kind in chart.KINDS if kind.floored)
_HELD: Final = """(
    SELECT placed.account_id, sum(placed.amount_sen) AS total
    FROM ledger_hold AS placed LEFT JOIN ledger_hold AS ended ON ended.placed_id = placed.id
    WHERE placed.state = 'PLACED' AND ended.id IS NULL GROUP BY placed.account_id
)"""

CHAINS: Final = """
SELECT count(*) FILTER (WHERE chain.version = balance.version AND balance_after_sen = balance_sen),
    array_agg(DISTINCT chain.account_id) FILTER (WHERE (follows AND (
        chain.version < balance.version OR (chain.version = balance.version AND balance_after_sen = balance_sen)
    )) IS NOT TRUE)
FROM (
    SELECT account_id, version, balance_after_sen,
        version = row_number() OVER chain AND balance_after_sen = lag(balance_after_sen, 1, 0::bigint) OVER chain + amount_sen AS follows
    FROM ledger_posting WHERE version IS NOT NULL WINDOW chain AS (PARTITION BY account_id ORDER BY version)
) AS chain
LEFT JOIN ledger_balance AS balance ON balance.account_id = chain.account_id
"""

ROWS: Final = f"""
SELECT count(*) FILTER (WHERE version > 0),
    array_agg(coalesce(account.id, balance.account_id)) FILTER (WHERE CASE
        WHEN holder_kind = 'FUND' THEN balance.account_id IS NULL
        ELSE floored = (code IN ({_FLOORED})) AND (balance_sen >= 0 OR NOT floored) AND held_sen = coalesce(held.total, 0)
            AND held_sen >= 0 AND (held_sen = 0 OR held_sen <= balance_sen) AND (version > 0 OR balance_sen = 0)
    END IS NOT TRUE)
FROM ledger_account AS account
FULL JOIN (ledger_balance AS balance LEFT JOIN {_HELD} AS held ON held.account_id = balance.account_id) ON balance.account_id = account.id
"""

ENDLESS: Final = """
SELECT array_agg(balance.account_id)
FROM ledger_balance AS balance
LEFT JOIN ledger_posting AS posting ON posting.account_id = balance.account_id AND posting.version = balance.version
WHERE balance.version > 0 AND (posting.id IS NULL OR balance_after_sen <> balance_sen)
"""

# Each returns (what, amount in sen, accounts) for the accounts `ids` that break it.
CHECKS: Final[dict[str, str]] = {
    "balance_is_sum_of_postings": """
        SELECT 'account ' || balance.account_id, balance_sen - coalesce(total, 0), ARRAY[balance.account_id]
        FROM ledger_balance AS balance
        LEFT JOIN (SELECT account_id, sum(amount_sen) AS total FROM ledger_posting WHERE version IS NOT NULL AND account_id = ANY(%(ids)s) GROUP BY 1)
            AS summed ON summed.account_id = balance.account_id
        WHERE balance.account_id = ANY(%(ids)s) AND balance_sen <> coalesce(total, 0)""",
    "balance_is_last_balance_after": """
        SELECT 'account ' || balance.account_id, balance_sen - coalesce(balance_after_sen, 0), ARRAY[balance.account_id]
        FROM ledger_balance AS balance
        LEFT JOIN ledger_posting AS posting ON posting.account_id = balance.account_id AND posting.version = balance.version
        WHERE balance.account_id = ANY(%(ids)s) AND balance_sen <> coalesce(balance_after_sen, 0)""",
    "versions_without_gap": """
        SELECT 'account ' || balance.account_id || ' at ' || balance.version || ': ' || coalesce(postings, 0) || ' to ' || coalesce(last, 0), 0,
            ARRAY[balance.account_id]
        FROM ledger_balance AS balance
        LEFT JOIN (
            SELECT account_id, count(*) AS postings, count(DISTINCT version) AS versions, min(version) AS first, max(version) AS last
            FROM ledger_posting WHERE version IS NOT NULL AND account_id = ANY(%(ids)s) GROUP BY account_id
        ) AS chain ON chain.account_id = balance.account_id
        WHERE balance.account_id = ANY(%(ids)s)
            AND (coalesce(postings, 0), coalesce(versions, 0), coalesce(last, 0), coalesce(first, 1))
                <> (balance.version, balance.version, balance.version, 1)""",
    "balance_after_follows_the_one_before": """
        SELECT 'account ' || account_id || ' version ' || version, balance_after_sen - before - amount_sen, ARRAY[account_id]
        FROM (
            SELECT account_id, version, amount_sen, balance_after_sen,
                lag(balance_after_sen, 1, 0::bigint) OVER (PARTITION BY account_id ORDER BY version) AS before
            FROM ledger_posting WHERE version IS NOT NULL AND account_id = ANY(%(ids)s)
        ) AS chain
        WHERE balance_after_sen <> before + amount_sen""",
    "no_account_below_its_floor": """
        SELECT 'account ' || account_id, balance_sen, ARRAY[account_id] FROM ledger_balance
        WHERE account_id = ANY(%(ids)s) AND floored AND balance_sen < 0""",
    "held_at_most_the_balance": """
        SELECT 'account ' || account_id, held_sen - balance_sen, ARRAY[account_id] FROM ledger_balance
        WHERE account_id = ANY(%(ids)s) AND (held_sen < 0 OR (held_sen > 0 AND held_sen > balance_sen))""",
    "held_is_sum_of_open_holds": f"""
        SELECT 'account ' || balance.account_id, held_sen - coalesce(total, 0), ARRAY[balance.account_id]
        FROM ledger_balance AS balance LEFT JOIN {_HELD} AS held ON held.account_id = balance.account_id
        WHERE balance.account_id = ANY(%(ids)s) AND held_sen <> coalesce(total, 0)""",
    "account_has_the_balance_row_of_its_kind": f"""
        SELECT 'account ' || coalesce(id, account_id) || ' ' || coalesce(code, 'absent'), coalesce(balance_sen, 0), ARRAY[coalesce(id, account_id)]
        FROM ledger_account FULL JOIN ledger_balance ON account_id = id
        WHERE coalesce(id, account_id) = ANY(%(ids)s)
            AND (id IS NULL OR (holder_kind = 'FUND') <> (account_id IS NULL) OR floored <> (code IN ({_FLOORED})))""",
    "leg_has_its_account": """
        SELECT 'posting ' || posting.id || ' on account ' || account_id, amount_sen, ARRAY[account_id]
        FROM ledger_posting AS posting LEFT JOIN ledger_account AS account ON account.id = account_id
        WHERE account_id = ANY(%(ids)s) AND (account.id IS NULL OR (holder_kind = 'FUND') <> (version IS NULL))
            AND NOT (holder_kind = 'FUND' AND version IS NULL)""",
}
