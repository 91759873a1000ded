"""What must be true between an application for what was paid too much, its correction, its hold and its payout; part of invariants.py."""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from contributions.enums import CorrectionState, LineState, OverpaymentState
from members.enums import PayoutKind, PayoutState
from members.ledger.enums import HoldKind, HoldState

_SENT: Final = f"('{OverpaymentState.SENT}', '{OverpaymentState.PAID}')"

CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "overpayment_is_what_came_back": (
        f"""SELECT 'overpayment ' || o.id || ' ' || o.state, coalesce(o.amount, 0) - coalesce(back.sen, 0)
              FROM contributions_overpayment o JOIN contributions_correction c ON c.id = o.correction_id
              LEFT JOIN LATERAL (SELECT sum(l.then_employer + l.then_employee - l.now_employer - l.now_employee) AS sen
                   FROM contributions_correctionline l WHERE l.correction_id = c.id AND l.state = '{LineState.POSTED}') back ON true
             WHERE c.state = '{CorrectionState.POSTED}'
               AND (o.state = '{OverpaymentState.APPLIED}' OR coalesce(o.amount, 0) <> coalesce(back.sen, 0))""",
        (),
    ),
    "overpayment_is_held": (
        f"""SELECT 'overpayment ' || coalesce(o.id, h.ref) || ' ' || coalesce(o.state, 'absent'), coalesce(o.amount, 0) - coalesce(h.amount_sen, 0)
              FROM (SELECT * FROM contributions_overpayment WHERE amount IS NOT NULL) o
              FULL JOIN (SELECT h.id, h.ref, h.amount_sen, EXISTS (SELECT FROM ledger_hold e WHERE e.placed_id = h.id) AS ended,
                                max(h.id) OVER (PARTITION BY h.ref) AS last FROM ledger_hold h
                          WHERE h.kind = {HoldKind.OVERPAYMENT:d} AND h.state = '{HoldState.PLACED}') h ON h.ref = o.id
             WHERE o.id IS NULL OR h.amount_sen <> o.amount
                OR o.state <> '{OverpaymentState.OFFSET}' AND (h.ref IS NULL OR h.last <> o.hold_id
                                                          OR h.ended <> (h.id <> h.last OR o.state IN {_SENT}))
                OR o.state = '{OverpaymentState.OFFSET}' AND NOT h.ended""",
        (),
    ),
    "overpayment_is_as_its_payout": (
        f"""SELECT 'overpayment ' || coalesce(o.id, p.ref) || ' ' || coalesce(o.state, 'absent'), coalesce(o.amount, 0) - coalesce(p.amount, 0)
              FROM contributions_overpayment o FULL JOIN (SELECT DISTINCT ON (ref) ref, state, amount FROM members_payout
                    WHERE kind = '{PayoutKind.OVERPAID}' ORDER BY ref, attempt DESC) p ON p.ref = o.id
             WHERE o.id IS NULL AND p.ref IS NOT NULL OR p.amount <> o.amount OR o.state IN {_SENT} AND o.state IS DISTINCT FROM p.state
                OR p.state IN ('{PayoutState.SENT}', '{PayoutState.PAID}') AND p.state <> o.state
                OR p.state = '{PayoutState.ORDERED}' AND o.state NOT IN ('{OverpaymentState.HELD}', '{OverpaymentState.RETURNED}')""",
        (),
    ),
}
