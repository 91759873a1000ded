"""The invariants as SQL, by name: each query returns (what, amount in sen) for every row that breaks it."""

from members.ledger import chart, invariants_years
from members.ledger.enums import EntryKind

GUARDS = (
    "ledger_account_append_only",
    "ledger_balance_kept",
    "ledger_balance_new",
    "ledger_closing_append_only",
    "ledger_closing_next",
    "ledger_dayseal_append_only",
    "ledger_entry_append_only",
    "ledger_entry_timely",
    "ledger_entry_whole",
    "ledger_finished",
    "ledger_fundday_append_only",
    "ledger_hold_append_only",
    "ledger_hold_end",
    "ledger_posting_append_only",
    "ledger_posting_whole",
    "ledger_seal_closed",
    *invariants_years.GUARDS,
)
"""The triggers of migrations/."""

CHECKS: dict[str, str] = {
    "entry_sums_to_zero": "SELECT 'entry ' || entry_id, sum(amount_sen) FROM ledger_posting GROUP BY entry_id HAVING sum(amount_sen) <> 0",
    "entry_has_two_legs": """
        SELECT 'entry ' || id || ' with ' || coalesce(legs, 0), 0
        FROM ledger_entry LEFT JOIN (SELECT entry_id, count(*) AS legs FROM ledger_posting GROUP BY entry_id) AS counted ON entry_id = id
        WHERE coalesce(legs, 0) < 2""",
    "leg_has_its_entry": """
        SELECT 'posting ' || posting.id || ' of entry ' || entry_id, amount_sen
        FROM ledger_posting AS posting LEFT JOIN ledger_entry AS entry ON entry.id = entry_id WHERE entry.id IS NULL""",
    "leg_has_its_account": """
        SELECT 'posting ' || posting.id || ' on account ' || account_id, amount_sen
        FROM ledger_posting AS posting LEFT JOIN ledger_account AS account ON account.id = account_id
        WHERE account.id IS NULL OR (holder_kind = 'FUND') <> (version IS NULL)""",
    "ledger_sums_to_zero": "SELECT 'all postings', sum(amount_sen) FROM ledger_posting HAVING sum(amount_sen) <> 0",
    "balance_is_sum_of_postings": """
        SELECT 'account ' || balance.account_id, balance_sen - coalesce(total, 0)
        FROM ledger_balance AS balance
        LEFT JOIN (SELECT account_id, sum(amount_sen) AS total FROM ledger_posting WHERE version IS NOT NULL GROUP BY account_id) AS summed
            ON summed.account_id = balance.account_id
        WHERE balance_sen <> coalesce(total, 0)""",
    "balance_is_last_balance_after": """
        SELECT 'account ' || balance.account_id, balance_sen - coalesce(balance_after_sen, 0)
        FROM ledger_balance AS balance
        LEFT JOIN ledger_posting AS posting ON posting.account_id = balance.account_id AND posting.version = balance.version
        WHERE balance_sen <> coalesce(balance_after_sen, 0)""",
    "versions_without_gap": """
        SELECT 'account ' || balance.account_id || ' at ' || balance.version || ': ' || coalesce(postings, 0) || ' to ' || coalesce(last, 0), 0
        FROM ledger_balance AS balance
        LEFT JOIN (
            SELECT account_id, count(*) AS postings, min(version) AS first, max(version) AS last
            FROM ledger_posting WHERE version IS NOT NULL GROUP BY account_id
        ) AS chain ON chain.account_id = balance.account_id
        WHERE (coalesce(postings, 0), coalesce(last, 0), coalesce(first, 1)) <> (balance.version, balance.version, 1)""",
    "balance_after_follows_the_one_before": """
        SELECT 'account ' || account_id || ' version ' || version, balance_after_sen - before - amount_sen
        FROM (
            SELECT account_id, version, amount_sen, balance_after_sen,
                lag(balance_after_sen, 1, 0::bigint) OVER (PARTITION BY account_id ORDER BY version) AS before
            FROM ledger_posting WHERE version IS NOT NULL
        ) AS chain
        WHERE balance_after_sen <> before + amount_sen""",
    "no_account_below_its_floor": "SELECT 'account ' || account_id, balance_sen FROM ledger_balance WHERE floored AND balance_sen < 0",
    "held_at_most_the_balance": """
        SELECT 'account ' || account_id, held_sen - balance_sen FROM ledger_balance
        WHERE held_sen < 0 OR (held_sen > 0 AND held_sen > balance_sen)""",
    "held_is_sum_of_open_holds": """
        SELECT 'account ' || balance.account_id, held_sen - coalesce(total, 0)
        FROM ledger_balance AS balance
        LEFT JOIN (
            SELECT placed.account_id, sum(placed.amount_sen) AS total
            FROM ledger_hold AS placed LEFT JOIN ledger_hold AS ended ON ended.placed_id = placed.id
            WHERE placed.state = 'PLACED' AND ended.id IS NULL GROUP BY placed.account_id
        ) AS held ON held.account_id = balance.account_id
        WHERE held_sen <> coalesce(total, 0)""",
    "hold_ends_once": """
        SELECT 'hold ' || placed_id, sum(amount_sen) FROM ledger_hold WHERE placed_id IS NOT NULL GROUP BY placed_id HAVING count(*) > 1""",
    "account_has_the_balance_row_of_its_kind": f"""
        SELECT 'account ' || id || ' ' || code, coalesce(balance_sen, 0)
        FROM ledger_account LEFT JOIN ledger_balance ON account_id = id
        WHERE (holder_kind = 'FUND') <> (account_id IS NULL)
            OR floored <> (code IN ({", ".join(f"'{kind.code}'" for kind in chart.KINDS if kind.floored)}))""",  # noqa: S608
    "act_has_one_entry": """
        SELECT 'kind ' || kind || ' ref ' || ref || ' part ' || part, 0 FROM ledger_entry GROUP BY kind, ref, part HAVING count(*) > 1""",
    "entry_is_reversed_at_most_once": """
        SELECT 'entry ' || reverses, 0 FROM ledger_entry WHERE reverses IS NOT NULL GROUP BY reverses HAVING count(*) > 1""",
    "reversal_mirrors_its_entry": """
        SELECT 'entry ' || reversal, sum(amount_sen)
        FROM (
            SELECT entry.id AS reversal, account_id, sum(amount_sen) AS amount_sen
            FROM ledger_entry AS entry JOIN ledger_posting ON entry_id IN (entry.id, reverses) WHERE reverses IS NOT NULL
            GROUP BY entry.id, account_id HAVING sum(amount_sen) <> 0
        ) AS uneven
        GROUP BY reversal""",
    # Borang A is filed in whole ringgit; its clearing account meets nothing else.
    "contributions_in_whole_ringgit": f"""
        SELECT 'entry ' || entry_id, amount_sen
        FROM ledger_account AS account JOIN ledger_posting AS posting ON account_id = account.id JOIN ledger_entry AS entry ON entry.id = entry_id
        WHERE holder_kind = 'FUND' AND code = 'CONTRIBUTION_CLEARING' AND kind IN ({EntryKind.FILING_DUE:d}, {EntryKind.CONTRIBUTION:d})
            AND amount_sen % 100 <> 0""",  # noqa: S608
    "guards_are_in_place": f"""
        SELECT 'trigger ' || name, 0 FROM unnest('{{{",".join(GUARDS)}}}'::text[]) AS name
        WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled = 'A')
        UNION ALL
        SELECT 'kwsp_app may ' || privilege || ' ' || relation, 0
        FROM unnest('{{ledger_account,ledger_entry,ledger_posting,ledger_hold,ledger_closing,ledger_dayseal,ledger_fundday,
                ledger_closed_year,ledger_opening}}'::text[]) AS relation,
            unnest('{{UPDATE,DELETE,TRUNCATE,TRIGGER}}'::text[]) AS privilege
        WHERE has_table_privilege('kwsp_app', relation, privilege)""",  # noqa: S608
    **invariants_years.CHECKS,
}
