"""The invariants of accounts, as SQL. One pass over all of them says which may be broken; those are looked at again, check by check.

The pass is exact: an account that it leaves out breaks none of `CHECKS`. It walks accounts, balance rows and postings side by side by index, in
ranges of account ids, and sorts and hashes nothing. What it cannot meet is a balance row without an account: then it met fewer balance
rows than there are, and `STRAYS` finds them.
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


def sweep(within: str) -> str:
    """The pass over a range of ids: (balance rows met, suspects).

    Each posting is the first version, and its running balance is its amount, or it follows: the versions after the first less one
    are those of the postings before, and the running balances less the amounts are the running balances of those. So versions run from
    1 without a gap, whatever order PostgreSQL gathered them in; the last is the balance's. Most accounts have no second posting and gather nothing.
    """
    return f"""
    SELECT count(balance.account_id), array_agg(coalesce(account.id, chain.account_id)) FILTER (WHERE CASE
        WHEN holder_kind = 'FUND' THEN balance.account_id IS NULL AND chain.account_id IS NULL
        ELSE floored = (code IN ({_FLOORED})) AND (balance_sen >= 0 OR NOT floored) AND held_sen = coalesce(held.total, 0)
            AND held_sen >= 0 AND (held_sen = 0 OR held_sen <= balance_sen) AND version = coalesce(postings, 0)
            AND CASE
                WHEN postings IS NULL THEN balance_sen = 0
                WHEN postings = 1 THEN opening_sen = balance_sen
                ELSE places_before[1] = 1 AND places_before[2:] = places[:postings - 2] AND places[postings - 1] = version
                    AND sen_before[1] = opening_sen AND sen_before[2:] = sen[:postings - 2] AND sen[postings - 1] = balance_sen
            END
        END IS NOT TRUE)
    FROM (SELECT id, holder_kind, code FROM ledger_account WHERE id {within}) AS account
    LEFT JOIN ledger_balance AS balance ON balance.account_id = account.id AND balance.account_id {within}
    LEFT JOIN {_HELD} AS held ON held.account_id = account.id
    FULL JOIN (
        SELECT account_id, count(*) AS postings, min(balance_after_sen) FILTER (WHERE version = 1 AND balance_after_sen = amount_sen) AS opening_sen,
            array_agg(version - 1) FILTER (WHERE version > 1) AS places_before, array_agg(version) FILTER (WHERE version > 1) AS places,
            array_agg(balance_after_sen - amount_sen) FILTER (WHERE version > 1) AS sen_before,
            array_agg(balance_after_sen) FILTER (WHERE version > 1) AS sen
        FROM (SELECT * FROM ledger_posting WHERE version IS NOT NULL AND account_id {within} ORDER BY account_id, version) AS leg
        GROUP BY account_id
    ) AS chain ON chain.account_id = account.id"""


COUNTED: Final = "SELECT count(*) FROM ledger_balance"
STRAYS: Final = """
SELECT array_agg(account_id) FROM ledger_balance AS balance LEFT JOIN ledger_account AS account ON account.id = account_id WHERE account.id IS NULL
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
