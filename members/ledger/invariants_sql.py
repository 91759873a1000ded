"""Invariants that need no pass over everything, as SQL, by name: each query returns (what, amount in sen) for
every row that breaks it, and a third column with the accounts that it concerns where there are any."""

# ruff: noqa: S608 - every text comes from this file

from members.ledger import invariants_years

GUARDS = (
    "ledger_account_append_only",
    "ledger_balance_kept",
    "ledger_balance_new",
    "ledger_closing_append_only",
    "ledger_closing_next",
    "ledger_dayseal_append_only",
    "ledger_checkrun_append_only",
    "ledger_entry_append_only",
    "ledger_entry_timely",
    "ledger_entry_whole",
    "ledger_finished",
    "ledger_freeze_append_only",
    "ledger_freeze_next",
    "ledger_fundday_append_only",
    "ledger_hold_append_only",
    "ledger_hold_end",
    "ledger_hold_follows",
    "ledger_hold_frozen",
    "ledger_hold_goes_on",
    "ledger_posting_append_only",
    "ledger_posting_whole",
    "ledger_seal_closed",
    *invariants_years.GUARDS,
)
"""The triggers of migrations/."""

_ACCOUNTS = "(SELECT array_agg(account_id) FROM ledger_posting WHERE version IS NOT NULL AND entry_id IN"

CHECKS: dict[str, str] = {
    "hold_ends_once": """
        SELECT 'hold ' || placed_id, sum(amount_sen), array_agg(account_id) FROM ledger_hold WHERE placed_id IS NOT NULL
        GROUP BY placed_id HAVING count(*) > 1""",
    "act_has_one_entry": f"""
        SELECT 'kind ' || kind || ' ref ' || ref || ' part ' || part, 0,
            {_ACCOUNTS} (SELECT id FROM ledger_entry AS entry WHERE (entry.kind, entry.ref, entry.part) = (twice.kind, twice.ref, twice.part)))
        FROM (SELECT kind, ref, part FROM ledger_entry GROUP BY kind, ref, part HAVING count(*) > 1) AS twice""",
    "entry_is_reversed_at_most_once": f"""
        SELECT 'entry ' || reverses, 0, {_ACCOUNTS} (twice.reverses))
        FROM (SELECT reverses FROM ledger_entry WHERE reverses IS NOT NULL GROUP BY reverses HAVING count(*) > 1) AS twice""",
    "reversal_mirrors_its_entry": """
        SELECT 'entry ' || reversal, sum(amount_sen), array_agg(account_id)
        FROM (
            SELECT reversal, account_id, sum(amount_sen) AS amount_sen
            FROM (
                SELECT id AS reversal, unnest(ARRAY[id, reverses]) AS entry_id FROM ledger_entry WHERE reverses IS NOT NULL
            ) AS both_entries JOIN ledger_posting USING (entry_id)
            GROUP BY reversal, account_id HAVING sum(amount_sen) <> 0
        ) AS uneven
        GROUP BY reversal""",
    "guards_are_in_place": f"""
        SELECT 'trigger ' || name, 0 FROM unnest('{{{",".join(GUARDS)}}}'::text[]) AS name
        WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled = 'A')
        UNION ALL
        SELECT 'kwsp_app may ' || privilege || ' ' || relation, 0
        FROM unnest('{{ledger_account,ledger_entry,ledger_posting,ledger_hold,ledger_closing,ledger_dayseal,ledger_fundday,ledger_freeze,
            ledger_checkrun,ledger_closed_year,ledger_opening}}'::text[]) AS relation,
            unnest('{{UPDATE,DELETE,TRUNCATE,TRIGGER}}'::text[]) AS privilege
        WHERE has_table_privilege('kwsp_app', relation, privilege)""",
    **invariants_years.CHECKS,
}
