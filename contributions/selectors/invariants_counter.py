"""What must be true between a counter's drawers, its receipts, their payments and what went to the bank; part of invariants."""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from contributions.enums import CounterMode, CounterReceiptState, DrawerState, PaymentMethod
from members.ledger.enums import EntryKind


def _leg(kind: EntryKind) -> str:
    return f"""(SELECT e.ref, sum(p.amount_sen) AS sen FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
        JOIN ledger_account a ON a.id = p.account_id AND a.code = 'COUNTER_CLEARING' WHERE e.kind = {kind:d} AND e.part = 0 GROUP BY e.ref)"""


_CASH: Final = f"""(SELECT drawer_id, sum(amount) AS sen FROM contributions_counterreceipt WHERE mode = '{CounterMode.CASH}' GROUP BY 1)"""
CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "counter_receipt_is_its_payment": (
        f"""SELECT 'counter receipt ' || coalesce(r.number, p.order_no) || ' ' || coalesce(r.state, 'absent'),
                   coalesce(r.amount, 0) - coalesce(p.amount, 0)
              FROM contributions_counterreceipt r
              FULL JOIN (SELECT * FROM contributions_payment WHERE method = '{PaymentMethod.COUNTER}') p ON p.id = r.payment_id
             WHERE r.id IS NULL OR (r.state = '{CounterReceiptState.PAID}') <> (p.id IS NOT NULL) OR p.amount <> r.amount
                OR p.order_no <> r.number""",
        (),
    ),
    "drawer_expects_its_receipts": (
        f"""SELECT 'drawer ' || d.id, d.expected - d.opening - coalesce(c.sen, 0)
              FROM contributions_counterdrawer d LEFT JOIN {_CASH} c ON c.drawer_id = d.id
             WHERE d.state <> '{DrawerState.OPEN}' AND d.expected <> d.opening + coalesce(c.sen, 0)""",
        (),
    ),
    "drawer_is_banked_once": (
        f"""SELECT 'drawer ' || coalesce(d.id, e.ref) || ' ' || coalesce(d.state, 'absent'), coalesce(d.sen, 0) - coalesce(e.sen, 0)
              FROM (SELECT id, state, counted - opening AS sen FROM contributions_counterdrawer
                     WHERE state = '{DrawerState.SEEN}' AND counted > opening) d
              FULL JOIN {_leg(EntryKind.COUNTER_BANKED)} e ON e.ref = d.id
             WHERE d.id IS NULL OR e.ref IS NULL OR e.sen <> d.sen""",
        (),
    ),
    "cheque_is_cleared_once": (
        f"""SELECT 'counter receipt ' || coalesce(r.number, e.ref::text), coalesce(r.amount, 0) - coalesce(e.sen, 0)
              FROM (SELECT id, number, amount FROM contributions_counterreceipt
                     WHERE mode = '{CounterMode.CHEQUE}' AND state = '{CounterReceiptState.PAID}') r
              FULL JOIN {_leg(EntryKind.CHEQUE_CLEARED)} e ON e.ref = r.id
             WHERE r.id IS NULL OR e.ref IS NULL OR e.sen <> r.amount""",
        (),
    ),
    # What is left is the cash of drawers that no supervisor has looked at, and of the others what was missing or too much.
    "counter_clearing_is_what_is_not_banked": (
        f"""SELECT 'counter clearing', held.sen + due.sen
              FROM (SELECT coalesce(sum(p.amount_sen), 0) AS sen FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
                     WHERE a.code = 'COUNTER_CLEARING') held,
                   (SELECT coalesce(sum(coalesce(c.sen, 0) - CASE WHEN d.state = '{DrawerState.SEEN}' THEN greatest(d.counted - d.opening, 0)
                           ELSE 0 END), 0) AS sen FROM contributions_counterdrawer d LEFT JOIN {_CASH} c ON c.drawer_id = d.id) due
             WHERE held.sen + due.sen <> 0""",
        ("COUNTER_CLEARING",),
    ),
}
