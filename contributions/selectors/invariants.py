"""What must be true between what is filed and paid and what the ledger has of it; run by `manage.py check_ledger`.

Each check is one query that returns (what, amount in sen) for every row that breaks it. They answer for every sen of the clearing
accounts that contributions use: CONTRIBUTION_CLEARING belongs to filings that are approved and not yet credited, FPX_CLEARING and DDA_CLEARING to
approved payments that no settlement has matched yet.
"""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from collections.abc import Iterator
from functools import partial
from typing import Final

from django.db import connection

from contributions.enums import FilingState, MatchState, PaymentMethod, PaymentState, ReceiptState, RefundState, RowStatus
from contributions.selectors import invariants_assessments as assessed
from contributions.selectors import invariants_corrections as corrected
from contributions.selectors import invariants_counter as counter
from contributions.selectors import invariants_credit as credit
from contributions.selectors import invariants_incentives as incentives
from contributions.selectors import invariants_instalments as in_instalments
from contributions.selectors import invariants_late as late
from contributions.selectors import invariants_matches as matched
from contributions.selectors import invariants_overpayments as overpaid
from contributions.selectors import invariants_voluntary as voluntary
from contributions.selectors import invariants_wrong_credits as moved
from members.enums import PayoutKind, PayoutState
from members.ledger import invariants
from members.ledger.enums import EntryKind, HoldKind, HoldState

_PAID: Final = f"('{FilingState.PAID}', '{FilingState.CREDITED}')"
_TAKEN: Final = f"('{PaymentState.APPROVED}', '{PaymentState.DIFFERS}')"
_PROMISED: Final = "FPX_CLEARING', 'DDA_CLEARING"
"""Accounts on which lies what banks have promised and not paid over."""
_EXPECTED: Final = f"{_PROMISED}', 'RECEIPT_CLEARING', 'COUNTER_CLEARING"
"""And what bank agents and KWSP's own counters took."""
_OWED: Final = f"('{FilingState.APPROVED}', '{FilingState.PAID}', '{FilingState.CREDITED}')"


def _legs(kind: EntryKind, code: str, only: str = "") -> str:
    """One row for each act of the kind that met the account (several codes: one of them): its ref and the sen."""
    return f"""(SELECT e.ref, sum(p.amount_sen) AS sen FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
        JOIN ledger_account a ON a.id = p.account_id AND a.code IN ('{code}') WHERE e.kind = {kind:d} AND e.part = 0 {only} GROUP BY e.ref)"""


def _balance(code: str) -> str:
    return f"(SELECT coalesce(sum(amount_sen), 0) FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id WHERE a.code = '{code}')"


_DUE: Final = _legs(EntryKind.FILING_DUE, "CONTRIBUTION_CLEARING", "AND NOT EXISTS (SELECT FROM ledger_entry x WHERE x.reverses = e.id)")
_CREDITED: Final = _legs(EntryKind.CONTRIBUTION, "CONTRIBUTION_CLEARING")

CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "approved_filing_is_due_once": (
        f"""SELECT 'filing ' || coalesce(f.id, due.ref) || ' ' || coalesce(f.state, 'absent'),
                   coalesce(f.employer_total + f.employee_total, 0) - coalesce(due.sen, 0)
              FROM contributions_filing f FULL JOIN {_DUE} due ON due.ref = f.id
             WHERE (f.state IN {_OWED}) IS TRUE <> (due.ref IS NOT NULL)
                OR due.sen <> f.employer_total + f.employee_total""",
        (),
    ),
    "filing_total_is_its_rows": (
        f"""SELECT 'filing ' || f.id, f.employer_total + f.employee_total - coalesce(sum(r.employer_share + r.employee_share), 0)
              FROM contributions_filing f LEFT JOIN contributions_filingrow r ON r.filing_id = f.id AND r.status <> '{RowStatus.LEFT_OUT}'
             WHERE f.state IN {_OWED} GROUP BY f.id
            HAVING f.employer_total + f.employee_total <> coalesce(sum(r.employer_share + r.employee_share), 0)
                OR f.rows_total <> count(r.id)""",
        (),
    ),
    "row_is_credited_once": (
        f"""SELECT 'row ' || coalesce(r.id, c.ref) || ' of filing ' || coalesce(f.id || ' ' || f.state, 'none'),
                   coalesce(r.employer_share + r.employee_share, 0) + coalesce(c.sen, 0)
              FROM (contributions_filingrow r JOIN contributions_filing f
                    ON f.id = r.filing_id AND f.state IN {_OWED} AND r.status <> '{RowStatus.LEFT_OUT}')
              FULL JOIN {_CREDITED} c ON c.ref = r.id
             WHERE c.ref IS NOT NULL AND ((f.state IN {_PAID}) IS NOT TRUE OR r.employer_share + r.employee_share + c.sen <> 0)
                OR f.state = '{FilingState.CREDITED}' AND r.employer_share + r.employee_share > 0 AND c.ref IS NULL""",
        (),
    ),
    # Which row an amount was credited for is row_is_credited_once's to say.
    "contribution_clearing_is_owed_to_rows": (
        f"""SELECT 'contribution clearing', {_balance("CONTRIBUTION_CLEARING")} - owed.sen
              FROM (SELECT (SELECT coalesce(sum(employer_total + employee_total), 0) FROM contributions_filing WHERE state IN {_OWED})
                         + (SELECT coalesce(sum(p.amount_sen), 0) FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
                            JOIN ledger_account a ON a.id = p.account_id AND a.code = 'CONTRIBUTION_CLEARING'
                            WHERE e.kind = {EntryKind.CONTRIBUTION:d} AND e.part = 0) AS sen) owed
             WHERE {_balance("CONTRIBUTION_CLEARING")} <> owed.sen""",
        ("CONTRIBUTION_CLEARING",),
    ),
    "approved_payment_is_posted_once": (
        f"""SELECT 'payment ' || coalesce(p.id, e.ref) || ' ' || coalesce(p.state, 'absent'), coalesce(p.amount, 0) + coalesce(e.sen, 0)
              FROM (SELECT * FROM contributions_payment WHERE method <> '{PaymentMethod.CREDIT}') p
              FULL JOIN {_legs(EntryKind.PAYMENT, _EXPECTED)} e ON e.ref = p.id
             WHERE (p.state IN {_TAKEN}) IS TRUE <> (e.ref IS NOT NULL) OR e.sen <> -coalesce(p.debited, p.amount)""",
        (),
    ),
    "receipt_is_posted_once": (
        f"""SELECT 'receipt ' || coalesce(r.id, e.ref) || ' ' || coalesce(r.state, 'absent'), coalesce(r.amount, 0) + coalesce(e.sen, 0)
              FROM (SELECT id, state, amount FROM contributions_receipt WHERE state = '{ReceiptState.SUSPENDED}') r
              FULL JOIN {_legs(EntryKind.RECEIPT, "RECEIPT_CLEARING")} e ON e.ref = r.id
             WHERE r.id IS NULL OR e.ref IS NULL OR e.sen <> -r.amount""",
        (),
    ),
    "receipt_pays_its_amount": (
        f"""SELECT 'receipt ' || r.id || ' ' || r.state, r.amount - coalesce(p.amount, 0)
              FROM contributions_receipt r FULL JOIN (SELECT * FROM contributions_payment WHERE method = '{PaymentMethod.RECEIPT}') p
                ON p.id = r.payment_id LEFT JOIN contributions_filing f ON f.id = p.filing_id
             WHERE p.id IS NOT NULL AND (r.id IS NULL OR r.amount <> p.amount OR r.employer_id <> f.employer_id OR NOT p.counts)
                OR (r.state = '{ReceiptState.PAID}') <> (p.id IS NOT NULL)""",
        (),
    ),
    "open_receipt_has_its_matter": (
        f"""SELECT 'receipt ' || r.id, r.amount FROM contributions_receipt r
            WHERE (r.state = '{ReceiptState.OPEN}') <> EXISTS (SELECT FROM contributions_paymentmatter m
                   WHERE m.cause = 'receipt:' || r.id AND m.closed_on IS NULL)""",
        (),
    ),
    "receipt_file_is_its_receipts": (
        """SELECT 'receipt file ' || f.number, f.amount - coalesce(sum(r.amount), 0)
             FROM contributions_receiptfile f LEFT JOIN contributions_receipt r ON r.file_id = f.id
            GROUP BY f.id HAVING f.amount <> coalesce(sum(r.amount), 0) OR f.receipts_total <> count(r.id)""",
        (),
    ),
    # What is left is each receipt whose money the portal has booked and no row of a settlement has matched.
    "receipt_clearing_is_booked_receipts": (
        f"""SELECT 'receipt clearing', {_balance("RECEIPT_CLEARING")} + booked.sen
              FROM (SELECT coalesce(sum(amount), 0) AS sen FROM contributions_receipt
                     WHERE state IN ('{ReceiptState.PAID}', '{ReceiptState.SUSPENDED}')
                       AND NOT EXISTS (SELECT FROM contributions_settlementrow s WHERE s.receipt_id = contributions_receipt.id)) booked
             WHERE {_balance("RECEIPT_CLEARING")} + booked.sen <> 0""",
        ("RECEIPT_CLEARING",),
    ),
    "payment_went_where_it_counts": (
        f"""SELECT 'payment ' || p.id || ' ' || p.state, coalesce(p.debited, p.amount)
              FROM contributions_payment p JOIN ledger_entry e ON e.kind = {EntryKind.PAYMENT:d} AND e.part = 0 AND e.ref = p.id
              JOIN ledger_posting l ON l.entry_id = e.id JOIN ledger_account a ON a.id = l.account_id AND a.code NOT IN ('{_EXPECTED}')
              JOIN contributions_filing f ON f.id = p.filing_id
             WHERE (p.method <> '{PaymentMethod.CREDIT}' OR l.amount_sen > 0) AND (a.holder_id <> f.employer_id
                OR a.code NOT IN ('CREDIT', 'SUSPENSE', 'PART_PAID', 'CONTRIBUTION_DUE', 'LATE_CHARGE', 'DIVIDEND_DUE')
                OR (a.code = 'CREDIT') <> (p.state = '{PaymentState.APPROVED}' AND NOT p.counts)
                OR (a.code = 'SUSPENSE') <> (p.state = '{PaymentState.DIFFERS}')
                OR a.code = 'PART_PAID' AND p.parts = 1)""",
        (),
    ),
    "part_paid_is_parts_that_wait": (
        f"""SELECT 'employer ' || coalesce(held.holder_id, waiting.employer_id), coalesce(held.sen, 0) - coalesce(waiting.sen, 0)
              FROM (SELECT a.holder_id, sum(p.amount_sen) AS sen FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id
                     WHERE a.code = 'PART_PAID' GROUP BY 1) held
              FULL JOIN (SELECT f.employer_id, sum(p.amount - p.late) AS sen
                      FROM contributions_payment p JOIN contributions_filing f ON f.id = p.filing_id
                     WHERE p.counts AND p.late < p.amount AND f.state NOT IN {_PAID} GROUP BY 1) waiting ON waiting.employer_id = held.holder_id
             WHERE coalesce(held.sen, 0) <> coalesce(waiting.sen, 0)""",
        (),
    ),
    "parts_are_of_one_plan": (
        """SELECT 'filing ' || filing_id, sum(amount - late) FROM contributions_payment WHERE counts AND late < amount AND filing_id IS NOT NULL
            GROUP BY filing_id HAVING count(DISTINCT parts) > 1 OR count(*) > max(parts)""",
        (),
    ),
    "refund_is_held": (
        f"""SELECT 'refund ' || coalesce(r.id, h.ref) || ' ' || coalesce(r.state, 'absent'), coalesce(r.amount, 0) - coalesce(h.amount_sen, 0)
              FROM contributions_refund r
              FULL JOIN (SELECT h.id, h.ref, h.amount_sen, EXISTS (SELECT FROM ledger_hold o WHERE o.placed_id = h.id) AS ended,
                                max(h.id) OVER (PARTITION BY h.ref) AS last FROM ledger_hold h
                          WHERE h.kind = {HoldKind.REFUND:d} AND h.state = '{HoldState.PLACED}') h ON h.ref = r.id
             WHERE r.id IS NULL OR h.ref IS NULL OR h.amount_sen <> r.amount OR h.last <> r.hold_id
                OR h.ended <> (h.id <> h.last OR r.state IN ('{RefundState.REFUSED}', '{RefundState.SENT}', '{RefundState.PAID}'))""",
        (),
    ),
    "refund_is_as_its_payout": (
        f"""SELECT 'refund ' || coalesce(r.id, o.ref) || ' ' || coalesce(r.state, 'absent'), coalesce(r.amount, 0) - coalesce(o.amount, 0)
              FROM contributions_refund r FULL JOIN (SELECT DISTINCT ON (ref) ref, state, amount FROM members_payout
                    WHERE kind = '{PayoutKind.REFUND}' ORDER BY ref, attempt DESC) o ON o.ref = r.id
             WHERE r.id IS NULL AND o.ref IS NOT NULL OR o.amount <> r.amount
                OR (r.state IN ('{RefundState.SENT}', '{RefundState.PAID}')) AND r.state IS DISTINCT FROM o.state
                OR o.state IN ('{PayoutState.SENT}', '{PayoutState.PAID}') AND o.state <> r.state""",
        (),
    ),
    "paid_filing_has_its_payment": (
        f"""SELECT 'filing ' || f.id || ' ' || f.state, f.employer_total + f.employee_total - coalesce(sum(e.sen), 0) - coalesce(parts.sen, 0)
              FROM contributions_filing f LEFT JOIN contributions_payment p ON p.filing_id = f.id
              LEFT JOIN {_legs(EntryKind.PAYMENT, "CONTRIBUTION_DUE")} e ON e.ref = p.id
              LEFT JOIN {_legs(EntryKind.PARTS_COMPLETE, "CONTRIBUTION_DUE")} parts ON parts.ref = f.id
             WHERE f.state IN {_OWED} GROUP BY f.id, parts.sen
            HAVING coalesce(sum(e.sen), 0) + coalesce(parts.sen, 0)
                   <> CASE WHEN f.state IN {_PAID} THEN f.employer_total + f.employee_total ELSE 0 END""",
        (),
    ),
    "settled_row_is_posted_once": (
        f"""SELECT 'settlement row ' || coalesce(r.id, e.ref), coalesce(r.amount, 0) - coalesce(e.sen, 0)
              FROM (SELECT id, amount FROM contributions_settlementrow WHERE payment_id IS NOT NULL OR receipt_id IS NOT NULL) r
              FULL JOIN {_legs(EntryKind.SETTLEMENT, _EXPECTED)} e ON e.ref = r.id
             WHERE r.id IS NULL OR e.ref IS NULL OR e.sen <> r.amount""",
        (),
    ),
    "settled_row_agrees_with_its_payment": (
        f"""SELECT 'settlement row ' || r.id, r.amount - coalesce(p.debited, p.amount)
              FROM contributions_settlementrow r JOIN contributions_payment p ON p.id = r.payment_id
             WHERE p.state NOT IN {_TAKEN} OR r.order_no <> p.order_no OR r.fpx_id <> p.fpx_id OR r.amount <> coalesce(p.debited, p.amount)""",
        (),
    ),
    "settled_row_agrees_with_its_receipt": (
        f"""SELECT 'settlement row ' || r.id, r.amount - t.amount
              FROM contributions_settlementrow r JOIN contributions_receipt t ON t.id = r.receipt_id
             WHERE t.state NOT IN ('{ReceiptState.PAID}', '{ReceiptState.SUSPENDED}') OR r.order_no <> t.number OR r.fpx_id <> t.agent
                OR r.amount <> t.amount""",
        (),
    ),
    "settlement_file_is_its_rows": (
        """SELECT 'settlement of ' || f.on, f.amount - coalesce(sum(r.amount), 0)
             FROM contributions_settlementfile f LEFT JOIN contributions_settlementrow r ON r.file_id = f.id
            GROUP BY f.id HAVING f.amount <> coalesce(sum(r.amount), 0) OR f.rows_total <> count(r.id)""",
        (),
    ),
    "open_settlement_row_has_its_matter": (
        """SELECT 'settlement row ' || r.id, r.amount FROM contributions_settlementrow r
            WHERE r.payment_id IS NULL AND r.receipt_id IS NULL
              AND NOT EXISTS (SELECT FROM contributions_paymentmatter m WHERE m.cause = 'row:' || r.id)""",
        (),
    ),
    # What is left on FPX_CLEARING is each of the approved payments that no row of a settlement has matched.
    "fpx_clearing_is_approved_payments": (
        f"""SELECT 'fpx clearing', {_balance("FPX_CLEARING")} + paid.sen
              FROM (SELECT coalesce(sum(coalesce(debited, amount)), 0) AS sen FROM contributions_payment p WHERE state IN {_TAKEN}
                     AND method IN ('{PaymentMethod.FPX}', '{PaymentMethod.MAYBANK2U}')
                     AND NOT EXISTS (SELECT FROM contributions_settlementrow r WHERE r.payment_id = p.id)) paid
             WHERE {_balance("FPX_CLEARING")} + paid.sen <> 0""",
        ("FPX_CLEARING",),
    ),
    "debit_clearing_is_approved_debits": (
        f"""SELECT 'debit clearing', {_balance("DDA_CLEARING")} + paid.sen
              FROM (SELECT coalesce(sum(coalesce(debited, amount)), 0) AS sen FROM contributions_payment p WHERE state IN {_TAKEN}
                     AND method = '{PaymentMethod.DDA}' AND NOT EXISTS (SELECT FROM contributions_settlementrow r WHERE r.payment_id = p.id)) paid
             WHERE {_balance("DDA_CLEARING")} + paid.sen <> 0""",
        ("DDA_CLEARING",),
    ),
    "collection_is_its_debits": (
        """SELECT 'collection of ' || c.on, c.amount - coalesce(sum(p.amount), 0)
             FROM contributions_collection c LEFT JOIN contributions_payment p ON p.collection_id = c.id
            GROUP BY c.id HAVING c.amount <> coalesce(sum(p.amount), 0) OR c.rows_total <> count(p.id)
                OR c.answered_at IS NOT NULL AND count(p.id) FILTER (WHERE p.state IN ('SENT', 'PENDING')) > 0""",
        (),
    ),
    **credit.CHECKS,
    **corrected.CHECKS,
    **moved.CHECKS,
    **matched.CHECKS,
    **overpaid.CHECKS,
    **in_instalments.CHECKS,
    # One way only: what lies there for somebody past the age of credits is another matter.
    "unmatched_row_lies_in_suspense": (
        f"""SELECT 'row ' || r.id || ' of filing ' || f.id, r.employer_share + r.employee_share - coalesce(s.sen, 0)
              FROM contributions_filingrow r JOIN contributions_filing f ON f.id = r.filing_id AND f.state = '{FilingState.CREDITED}'
              LEFT JOIN {_legs(EntryKind.CONTRIBUTION, "SUSPENSE")} s ON s.ref = r.id
             WHERE r.status = '{RowStatus.UNMATCHED}' AND s.sen IS DISTINCT FROM r.employer_share + r.employee_share""",
        (),
    ),
    "suspended_is_its_unmatched_rows": (
        f"""SELECT 'filing ' || f.id, f.suspended_total - coalesce(sum(r.employer_share + r.employee_share), 0)
              FROM contributions_filing f LEFT JOIN contributions_filingrow r ON r.filing_id = f.id AND r.status = '{RowStatus.UNMATCHED}'
             WHERE f.state IN {_OWED} GROUP BY f.id HAVING f.suspended_total <> coalesce(sum(r.employer_share + r.employee_share), 0)""",
        (),
    ),
    **late.CHECKS,
    **voluntary.CHECKS,
    **counter.CHECKS,
    # What a row tops up is its member's own of that month, and is topped up once; of what stood then, corrections may have made something else since.
    "row_tops_up_what_was_paid_once": (
        f"""SELECT 'row ' || r.id || ' of filing ' || r.filing_id, r.employer_share + r.employee_share
              FROM contributions_filingrow r JOIN contributions_filing f ON f.id = r.filing_id AND f.state IN {_OWED}
              LEFT JOIN contributions_filingrow b ON b.id = r.tops_up_id AND (b.status = '{RowStatus.VALID}' AND b.member_id = r.member_id
                        OR b.status = '{RowStatus.UNMATCHED}' AND EXISTS (SELECT FROM contributions_suspensematch m
                            WHERE m.row_id = b.id AND m.state = '{MatchState.POSTED}' AND m.member_id = r.member_id))
              LEFT JOIN contributions_filing g ON g.id = b.filing_id AND g.employer_id = f.employer_id AND g.wage_month = f.wage_month
                        AND g.state IN {_PAID}
             WHERE r.tops_up_id IS NOT NULL AND r.status = '{RowStatus.VALID}'
               AND (g.id IS NULL OR r.wages <= b.wages OR EXISTS (
                    SELECT FROM contributions_filingrow o JOIN contributions_filing h ON h.id = o.filing_id AND h.state IN {_OWED}
                     WHERE o.tops_up_id = r.tops_up_id AND o.status = '{RowStatus.VALID}' AND o.id <> r.id))""",
        (),
    ),
    **assessed.CHECKS,
    **incentives.CHECKS,
    "shares_are_whole_ringgit": (
        """SELECT 'row ' || id || ' of filing ' || filing_id, employer_share + employee_share FROM contributions_filingrow
            WHERE status = 'VALID' AND (employer_share % 100 <> 0 OR employee_share % 100 <> 0)""",
        (),
    ),
}

_BY_INDEX: Final = frozenset({"row_is_credited_once", "contribution_clearing_is_owed_to_rows"})
"""Those that look at every act: walking the indexes side by side takes three fifths of the time that hashing does."""


def register() -> None:
    """Hand the checks to the ledger's own."""
    for name, (sql, clears) in CHECKS.items():
        invariants.register(f"contributions.{name}", partial(_ask, sql, by_index=name in _BY_INDEX), clears=clears)


WHOLE: Final = "SET LOCAL enable_nestloop = off"
"""Each check reads its tables from end to end. While PostgreSQL has no statistics of a register that was just made, it believes them small and would
join them row by row, which takes minutes for some thousand rows."""


def _ask(sql: str, *, by_index: bool) -> Iterator[invariants.Finding]:
    with connection.cursor() as cursor:
        cursor.execute(invariants.BY_INDEX if by_index else WHOLE)
        cursor.execute(sql)
        found = cursor.fetchall()
        cursor.execute(invariants.BY_PLAN)
    for what, amount_sen in found:
        yield invariants.Finding(what, int(amount_sen))
