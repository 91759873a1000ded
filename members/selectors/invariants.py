"""What must be true between dividends, payouts and replacements and what the ledger has of them; run by `manage.py check_ledger`."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from django.db import connection

from members.enums import DividendKind, PayoutState, SubAccount
from members.ledger import invariants
from members.ledger.enums import EntryKind
from members.models.replacing import COUNTED

# ruff: noqa: S608 - every text comes from this file and from closed lists

_TAKEN: Final = f"'{PayoutState.SENT}', '{PayoutState.PAID}', '{PayoutState.RETURNED}'"


def _on_clearing(kind: EntryKind) -> str:
    """One row for each entry of the kind: what it put on PAYOUT_CLEARING, and whether it was reversed."""
    return f"""(SELECT entry.id, entry.ref, sum(posting.amount_sen) AS sen,
            EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses = entry.id) AS reversed
        FROM ledger_entry AS entry JOIN ledger_posting AS posting ON posting.entry_id = entry.id
        JOIN ledger_account AS account ON account.id = posting.account_id AND account.code = 'PAYOUT_CLEARING'
        WHERE entry.kind = {kind:d} AND entry.part = 0 GROUP BY entry.id)"""


_COUNTED: Final = ", ".join(f"{kind:d}" for kind in COUNTED)
_CLEARED: Final = _on_clearing(EntryKind.PAYOUT)
_SETTLED: Final = _on_clearing(EntryKind.PAYOUT_SETTLED)
CHECKS: Final = {
    # One pass over the rows and one over the entries of the kind: the fund's leg is what the members got.
    "dividend_has_its_entry": f"""
        WITH given AS (
            SELECT entry.ref, entry.value_date, sum(posting.amount_sen) FILTER (WHERE posting.version IS NOT NULL) AS sen
            FROM ledger_entry AS entry JOIN ledger_posting AS posting ON posting.entry_id = entry.id
            WHERE entry.kind = {EntryKind.DIVIDEND:d} AND entry.part = 0 GROUP BY entry.id
        )
        SELECT 'dividend ' || dividend.id, dividend.amount_sen - coalesce(given.sen, 0)
        FROM members_dividend AS dividend LEFT JOIN given ON given.ref = dividend.id
        WHERE given.sen IS DISTINCT FROM dividend.amount_sen
            OR (dividend.kind <> '{DividendKind.BEFORE}' AND given.value_date <> make_date(dividend.year + 1, 1, 1))""",
    "settled_due_has_its_dividend": """
        SELECT 'dividend due ' || settled.due_id, due.amount_sen
        FROM ledger_dividend_settled AS settled JOIN ledger_dividend_due AS due ON due.id = settled.due_id
        LEFT JOIN members_dividend AS dividend ON dividend.id = settled.ref
        WHERE settled.ref IS NOT NULL AND dividend.id IS NULL""",
    "payout_took_its_money_once": f"""
        SELECT 'payout ' || coalesce(payout.id, entry.ref) || ' ' || coalesce(payout.state, 'absent'),
            coalesce(payout.amount, 0) - coalesce(entry.sen, 0)
        FROM (SELECT id, state, amount, entry_id FROM members_payout WHERE state IN ({_TAKEN})) AS payout
        FULL JOIN {_CLEARED} AS entry ON entry.ref = payout.id
        WHERE entry.sen IS DISTINCT FROM payout.amount OR entry.id <> payout.entry_id
            OR entry.reversed <> (payout.state = '{PayoutState.RETURNED}')""",
    "paid_payout_is_settled_once": f"""
        SELECT 'payout ' || coalesce(payout.id, entry.ref), coalesce(payout.amount, 0) + coalesce(entry.sen, 0)
        FROM (SELECT id, amount FROM members_payout WHERE state = '{PayoutState.PAID}') AS payout
        FULL JOIN {_SETTLED} AS entry ON entry.ref = payout.id WHERE entry.sen IS DISTINCT FROM -payout.amount""",
    "ordered_payout_is_held": f"""
        SELECT 'payout ' || payout.id, payout.amount FROM members_payout AS payout CROSS JOIN LATERAL unnest(payout.holds) AS held
        WHERE payout.state = '{PayoutState.ORDERED}'
            AND EXISTS (SELECT FROM ledger_hold AS ended WHERE ended.placed_id = held AND ended.state <> 'MOVED')""",
    "payout_file_is_its_payouts": f"""
        SELECT 'payouts of ' || file.on, file.amount - coalesce(sum(payout.amount), 0)
        FROM members_payoutfile AS file LEFT JOIN members_payout AS payout ON payout.file_id = file.id
        GROUP BY file.id HAVING file.amount <> coalesce(sum(payout.amount), 0) OR file.rows_total <> count(payout.id)
            OR (file.answered_at IS NOT NULL AND count(payout.id) FILTER (WHERE payout.state = '{PayoutState.SENT}') > 0)""",
    # What lies on PAYOUT_CLEARING is each payout whose file the bank has not answered.
    "payout_clearing_is_sent_payouts": f"""
        SELECT 'payout clearing', found.sen - sent.sen
        FROM (SELECT coalesce(sum(posting.amount_sen), 0) AS sen FROM ledger_posting AS posting
                JOIN ledger_account AS account ON account.id = posting.account_id WHERE account.code = 'PAYOUT_CLEARING') AS found,
             (SELECT coalesce(sum(amount), 0) AS sen FROM members_payout WHERE state = '{PayoutState.SENT}') AS sent
        WHERE found.sen <> sent.sen""",
    # Each move is a leg of its own entry on an account of the order's member; from nothing else is an order made more or less.
    "replacement_is_what_was_posted": f"""
        SELECT 'replacement order ' || stands.id, stands.replaced - coalesce(moved.sen, 0)
        FROM members_replacementorder AS stands
        LEFT JOIN (
            SELECT move.order_id, sum(move.amount) FILTER (WHERE posted.sen * sign(move.amount) >= abs(move.amount)) AS sen
            FROM members_replacementmove AS move JOIN members_replacementorder AS its ON its.id = move.order_id
            LEFT JOIN LATERAL (
                SELECT sum(posting.amount_sen) AS sen FROM ledger_entry AS entry
                JOIN ledger_posting AS posting ON posting.entry_id = entry.id JOIN ledger_account AS account ON account.id = posting.account_id
                WHERE (entry.kind, entry.ref, entry.part, entry.booked_on) = (move.kind, move.ref, move.part, move.booked_on)
                    AND account.holder_kind = 'MEMBER' AND account.holder_id = its.member_id
                    AND (account.code = '{SubAccount.PERSARAAN}' OR move.amount < 0)
            ) AS posted ON true GROUP BY move.order_id
        ) AS moved ON moved.order_id = stands.id
        WHERE stands.replaced <> coalesce(moved.sen, 0)""",
    # While an order lacks something, nothing of a new contribution of its member goes elsewhere below 55.
    "open_replacement_takes_all": f"""
        SELECT 'entry ' || entry.id || ' of replacement order ' || stands.id, posting.amount_sen
        FROM members_replacementorder AS stands
        JOIN ledger_account AS account ON account.holder_kind = 'MEMBER' AND account.holder_id = stands.member_id
            AND account.code IN ('{SubAccount.SEJAHTERA}', '{SubAccount.FLEKSIBEL}')
        JOIN ledger_posting AS posting ON posting.account_id = account.id AND posting.amount_sen > 0
        JOIN ledger_entry AS entry ON entry.id = posting.entry_id AND entry.kind IN ({_COUNTED})
        WHERE stands.filled_on IS NULL AND entry.booked_on > stands.opened_on
            AND NOT EXISTS (SELECT FROM members_replacementmove AS back WHERE back.order_id = stands.id AND back.amount < 0)""",
}
_CLEARS: Final = {"payout_clearing_is_sent_payouts": ("PAYOUT_CLEARING",)}


WHOLE: Final = "SET LOCAL enable_nestloop = off"
"""Each check reads its tables from end to end; without statistics PostgreSQL would join them row by row."""


def register() -> None:
    """Make our checks known to the ledger (called once, by work.py)."""
    for name, sql in CHECKS.items():
        invariants.register(f"members.{name}", partial(_ask, sql), clears=_CLEARS.get(name, ()))


def _ask(sql: str) -> Iterator[invariants.Finding]:
    with connection.cursor() as cursor:
        cursor.execute(WHOLE)
        cursor.execute(sql)
        found = cursor.fetchall()
        cursor.execute(invariants.BY_PLAN)
    for what, sen in found:
        yield invariants.Finding(what, int(sen))
