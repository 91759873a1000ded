"""What must be true between a person's payment, the voluntary contribution that it brought, its entries and what went back; part of invariants."""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from contributions.enums import PaymentMethod, PaymentState, ReturnState, ReturnWhy, ReversalCause, WrongCreditState
from contributions.rules import incentive
from members.enums import PayoutKind, PayoutState
from members.ledger.enums import EntryKind, HoldKind, HoldState

_GONE: Final = f"('{ReturnState.SENT}', '{ReturnState.PAID}')"


def _ceiling(year: str) -> str:
    """The ceiling of a year in sen, as the rate file has it."""
    cases = " ".join(f"WHEN {year} >= {one.start.year} THEN {one.value * 100}" for one in reversed(incentive.LAW["ceiling"].values))
    return f"CASE {cases} ELSE 0 END"


def _leg(kind: EntryKind, holder: str, part: int = 0) -> str:
    return f"""(SELECT e.ref, sum(p.amount_sen) AS sen, min(a.holder_id) AS holder, min(e.booked_on) AS booked_on
         FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
        JOIN ledger_account a ON a.id = p.account_id AND a.holder_kind = '{holder}' WHERE e.kind = {kind:d} AND e.part = {part} GROUP BY e.ref)"""


CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "person_payment_brings_one_contribution": (
        f"""SELECT 'payment ' || coalesce(p.id, c.payment_id) || ' ' || coalesce(p.state, 'absent'), coalesce(p.amount, 0) - coalesce(c.amount, 0)
              FROM (SELECT p.*, o.member_id, o.kind FROM contributions_payment p JOIN contributions_voluntaryorder o ON o.id = p.voluntary_id) p
              FULL JOIN (SELECT * FROM contributions_voluntarycontribution WHERE payment_id IS NOT NULL) c ON c.payment_id = p.id
             WHERE p.id IS NULL OR (p.state = '{PaymentState.APPROVED}') <> (c.id IS NOT NULL)
                OR (p.amount, p.member_id, p.kind) IS DISTINCT FROM (c.amount, c.member_id, c.kind) AND c.id IS NOT NULL""",
        (),
    ),
    # What was agreed is said once and for all; of what the ceiling left, less may be debited.
    "monthly_debit_is_as_agreed": (
        f"""SELECT 'payment ' || p.id, p.amount - coalesce(m.ceiling, 0)
              FROM contributions_payment p JOIN contributions_voluntaryorder o ON o.id = p.voluntary_id
              LEFT JOIN contributions_mandate m ON m.id = p.mandate_id
             WHERE p.method = '{PaymentMethod.DDA}'
               AND ((m.member_id, coalesce(m.whom_id, m.member_id), m.kind) IS DISTINCT FROM (o.payer_id, o.member_id, o.kind)
                    OR p.amount > m.ceiling)""",
        (),
    ),
    "voluntary_is_posted_once": (
        f"""SELECT 'voluntary contribution ' || coalesce(c.id, e.ref), coalesce(c.credited, 0) - coalesce(e.sen, 0)
              FROM (SELECT * FROM contributions_voluntarycontribution WHERE credited > 0 AND payment_id IS NOT NULL) c
              FULL JOIN {_leg(EntryKind.VOLUNTARY, "MEMBER")} e ON e.ref = c.id
             WHERE c.id IS NULL OR (e.sen, e.holder) IS DISTINCT FROM (c.credited, c.member_id)""",
        (),
    ),
    "voluntary_returned_is_posted_once": (
        f"""SELECT 'voluntary contribution ' || coalesce(c.id, e.ref), coalesce(c.returned, 0) - coalesce(e.sen, 0)
              FROM (SELECT c.id, c.returned, o.payer_id FROM contributions_voluntarycontribution c JOIN contributions_payment p ON p.id = c.payment_id
                      JOIN contributions_voluntaryorder o ON o.id = p.voluntary_id WHERE c.returned > 0) c
              FULL JOIN {_leg(EntryKind.VOLUNTARY_RETURNED, "PAYER")} e ON e.ref = c.id
             WHERE c.id IS NULL OR (e.sen, e.holder) IS DISTINCT FROM (c.returned, c.payer_id)""",
        (),
    ),
    # What is left is each contribution that came and that no worker has taken yet.
    "voluntary_clearing_is_what_waits": (
        """SELECT 'voluntary clearing', held.sen - waiting.sen
             FROM (SELECT coalesce(sum(p.amount_sen), 0) AS sen FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
                    WHERE a.code = 'VOLUNTARY_CLEARING') held,
                  (SELECT coalesce(sum(amount), 0) AS sen FROM contributions_voluntarycontribution
                    WHERE credited_on IS NULL AND payment_id IS NOT NULL) waiting
            WHERE held.sen <> waiting.sen""",
        ("VOLUNTARY_CLEARING",),
    ),
    "voluntary_within_the_ceiling": (
        f"""SELECT 'member ' || member_id || ' in ' || year, sum(credited) - {_ceiling("year")}
              FROM (SELECT member_id, extract(year FROM paid_on)::int AS year, credited FROM contributions_voluntarycontribution
                     WHERE reversed_on IS NULL) c
             GROUP BY member_id, year HAVING sum(credited) > {_ceiling("year")}""",
        (),
    ),
    "voluntary_return_is_what_was_not_credited": (
        """SELECT 'voluntary return of payment ' || coalesce(r.payment_id, due.id), coalesce(r.amount, 0) - coalesce(due.sen, 0)
             FROM (SELECT * FROM contributions_voluntaryreturn WHERE why <> 'REVERSED') r
             FULL JOIN (SELECT p.id, o.payer_id, coalesce(p.debited, c.returned) AS sen FROM contributions_payment p
                          JOIN contributions_voluntaryorder o ON o.id = p.voluntary_id
                          LEFT JOIN contributions_voluntarycontribution c ON c.payment_id = p.id
                         WHERE coalesce(p.debited, c.returned) > 0) due ON due.id = r.payment_id
            WHERE r.id IS NULL OR (due.sen, due.payer_id) IS DISTINCT FROM (r.amount, r.payer_id)""",
        (),
    ),
    # Undone whole, once, by two officers, on the day that the contribution has; and held for whom they found to have paid; or of
    # a recall, gone to the bank.
    "voluntary_reversal_is_posted_once": (
        f"""SELECT 'voluntary contribution ' || coalesce(c.id, e.ref), coalesce(c.credited, 0) + coalesce(e.sen, 0)
              FROM (SELECT * FROM contributions_voluntarycontribution WHERE reversed_on IS NOT NULL AND payment_id IS NOT NULL) c
              FULL JOIN {_leg(EntryKind.VOLUNTARY, "MEMBER", part=1)} e ON e.ref = c.id
              LEFT JOIN contributions_voluntaryreversal v ON v.contribution_id = coalesce(c.id, e.ref) AND v.state = '{WrongCreditState.POSTED}'
              LEFT JOIN {_leg(EntryKind.VOLUNTARY, "PAYER", part=1)} back ON back.ref = e.ref
              LEFT JOIN {_leg(EntryKind.VOLUNTARY, "FUND", part=1)} bank ON bank.ref = e.ref
              LEFT JOIN contributions_voluntaryreturn r ON r.payment_id = c.payment_id AND r.why = '{ReturnWhy.REVERSED}'
             WHERE c.id IS NULL OR v.id IS NULL OR (e.sen, e.holder, e.booked_on) IS DISTINCT FROM (-c.credited, c.member_id, c.reversed_on)
                OR (back.sen, back.holder) IS DISTINCT FROM (CASE v.cause WHEN '{ReversalCause.MISTAKE}' THEN c.credited END, v.payer_id)
                OR (r.amount, r.payer_id) IS DISTINCT FROM (CASE v.cause WHEN '{ReversalCause.MISTAKE}' THEN c.credited END, v.payer_id)
                OR bank.sen IS DISTINCT FROM CASE v.cause WHEN '{ReversalCause.RECALL}' THEN c.credited END
             UNION ALL
            SELECT 'voluntary reversal ' || v.id, c.credited FROM contributions_voluntaryreversal v
              JOIN contributions_voluntarycontribution c ON c.id = v.contribution_id
             WHERE v.state = '{WrongCreditState.POSTED}' AND c.reversed_on IS NULL
             UNION ALL
            SELECT 'voluntary return ' || r.id, r.amount FROM contributions_voluntaryreturn r
              JOIN contributions_voluntarycontribution c ON c.payment_id = r.payment_id
             WHERE r.why = '{ReturnWhy.REVERSED}' AND c.reversed_on IS NULL""",
        (),
    ),
    "payer_account_is_what_goes_back": (
        f"""SELECT 'member ' || coalesce(held.holder_id, due.payer_id), coalesce(held.sen, 0) - coalesce(due.sen, 0)
              FROM (SELECT a.holder_id, sum(p.amount_sen) AS sen FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id
                     WHERE a.holder_kind = 'PAYER' GROUP BY 1) held
              FULL JOIN (SELECT payer_id, sum(amount) AS sen FROM contributions_voluntaryreturn WHERE state NOT IN {_GONE} GROUP BY 1) due
                ON due.payer_id = held.holder_id
             WHERE coalesce(held.sen, 0) <> coalesce(due.sen, 0)""",
        (),
    ),
    "voluntary_return_is_held": (
        f"""SELECT 'voluntary return ' || coalesce(r.id, h.ref) || ' ' || coalesce(r.state, 'absent'),
                   coalesce(r.amount, 0) - coalesce(h.amount_sen, 0)
              FROM contributions_voluntaryreturn r
              FULL JOIN (SELECT h.id, h.ref, h.amount_sen, EXISTS (SELECT FROM ledger_hold e WHERE e.placed_id = h.id) AS ended,
                                max(h.id) OVER (PARTITION BY h.ref) AS last FROM ledger_hold h
                          WHERE h.kind = {HoldKind.VOLUNTARY_RETURN:d} AND h.state = '{HoldState.PLACED}') h ON h.ref = r.id
             WHERE r.id IS NULL OR h.ref IS NULL OR h.amount_sen <> r.amount OR h.last <> r.hold_id
                OR h.ended <> (h.id <> h.last OR r.state IN {_GONE})""",
        (),
    ),
    # Whom two officers named has it, and to the account that they saw: an order's number is the payee's own.
    "return_payee_is_paid_as_approved": (
        f"""SELECT 'return payee ' || y.id, coalesce(p.amount, 0) - r.amount FROM contributions_returnpayee y
              JOIN contributions_voluntaryreturn r ON r.id = y.returned_id LEFT JOIN members_payout p ON p.id = y.payout_id
             WHERE y.state = '{WrongCreditState.POSTED}' AND (p.kind, p.ref, p.amount, p.bank, p.ending) IS DISTINCT FROM
                   ('{PayoutKind.VOLUNTARY}', r.id, r.amount, coalesce(nullif(y.bank, ''), p.bank),
                    coalesce(nullif(y.ending, ''), right('0000' || y.id, 4)))""",
        (),
    ),
    "voluntary_return_is_as_its_payout": (
        f"""SELECT 'voluntary return ' || coalesce(r.id, p.ref) || ' ' || coalesce(r.state, 'absent'), coalesce(r.amount, 0) - coalesce(p.amount, 0)
              FROM contributions_voluntaryreturn r FULL JOIN (SELECT DISTINCT ON (ref) ref, state, amount FROM members_payout
                    WHERE kind = '{PayoutKind.VOLUNTARY}' ORDER BY ref, attempt DESC) p ON p.ref = r.id
             WHERE r.id IS NULL AND p.ref IS NOT NULL OR p.amount <> r.amount OR r.state IN {_GONE} AND r.state IS DISTINCT FROM p.state
                OR p.state IN ('{PayoutState.SENT}', '{PayoutState.PAID}') AND p.state <> r.state""",
        (),
    ),
}
