"""What must be true between payments with the employer's own money, what they were made of and the ledger; part of selectors/invariants.py."""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from contributions.enums import CorrectionState, LineState, OverpaymentState, PaymentMethod, PaymentState, ReceiptState, RefundState
from members.ledger.enums import EntryKind

_USED: Final = f"""(SELECT u.payment_id, u.amount,
           CASE WHEN s.state = '{PaymentState.APPROVED}' OR coalesce(u.source_overpayment_id, u.source_correction_id) IS NOT NULL
                THEN 'CREDIT' ELSE 'SUSPENSE' END AS code
      FROM contributions_credituse u LEFT JOIN contributions_payment s ON s.id = u.source_payment_id)"""
_LEFT: Final = f"""(SELECT e.ref, a.holder_id, a.code, -sum(l.amount_sen) AS sen
      FROM ledger_entry e JOIN ledger_posting l ON l.entry_id = e.id AND l.amount_sen < 0 JOIN ledger_account a ON a.id = l.account_id
      JOIN contributions_payment p ON p.id = e.ref AND p.method = '{PaymentMethod.CREDIT}'
     WHERE e.kind = {EntryKind.PAYMENT:d} AND e.part = 0 GROUP BY 1, 2, 3)"""

CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "credit_payment_is_its_uses": (
        f"""SELECT 'payment ' || coalesce(p.id, u.payment_id) || ' ' || coalesce(p.state, 'absent'), coalesce(p.amount, 0) - coalesce(u.sen, 0)
              FROM (SELECT * FROM contributions_payment WHERE method = '{PaymentMethod.CREDIT}') p
              FULL JOIN (SELECT payment_id, sum(amount) AS sen FROM contributions_credituse GROUP BY 1) u ON u.payment_id = p.id
             WHERE p.id IS NULL OR NOT p.counts OR u.sen IS DISTINCT FROM p.amount""",
        (),
    ),
    "credit_payment_left_its_accounts": (
        f"""SELECT 'payment ' || coalesce(l.ref, u.payment_id) || ' on ' || coalesce(l.code, u.code), coalesce(l.sen, 0) - coalesce(u.sen, 0)
              FROM {_LEFT} l JOIN contributions_payment p ON p.id = l.ref
              JOIN contributions_filing f ON f.id = p.filing_id AND f.employer_id = l.holder_id
              FULL JOIN (SELECT payment_id, code, sum(amount) AS sen FROM {_USED} used GROUP BY 1, 2) u ON u.payment_id = l.ref AND u.code = l.code
             WHERE l.sen IS DISTINCT FROM u.sen""",
        (),
    ),
    "employer_s_money_is_used_once": (
        f"""SELECT 'payment ' || s.id || ' ' || s.state, coalesce(s.debited, s.amount) - used.sen - coalesce(r.amount, 0)
              FROM (SELECT source_payment_id AS id, sum(amount) AS sen FROM contributions_credituse GROUP BY 1) used
              JOIN contributions_payment s ON s.id = used.id
              LEFT JOIN contributions_refund r ON r.payment_id = s.id AND r.state <> '{RefundState.REFUSED}'
             WHERE used.sen + coalesce(r.amount, 0) > coalesce(s.debited, s.amount)
                OR NOT (s.state = '{PaymentState.APPROVED}' AND NOT s.counts OR s.state = '{PaymentState.DIFFERS}')
            UNION ALL
            SELECT 'receipt ' || s.id || ' ' || s.state, s.amount - used.sen
              FROM (SELECT source_receipt_id AS id, sum(amount) AS sen FROM contributions_credituse GROUP BY 1) used
              JOIN contributions_receipt s ON s.id = used.id WHERE used.sen > s.amount OR s.state <> '{ReceiptState.SUSPENDED}'
            UNION ALL
            SELECT 'overpayment ' || s.id || ' ' || s.state, s.amount - used.sen
              FROM (SELECT source_overpayment_id AS id, sum(amount) AS sen FROM contributions_credituse GROUP BY 1) used
              JOIN contributions_overpayment s ON s.id = used.id
             WHERE (used.sen <= s.amount AND s.state = '{OverpaymentState.OFFSET}') IS NOT TRUE
            UNION ALL
            SELECT 'correction ' || s.correction_id || ' of filing ' || s.filing_id, s.credit - used.sen
              FROM (SELECT source_correction_id AS id, sum(amount) AS sen FROM contributions_credituse GROUP BY 1) used
              JOIN contributions_correctedfiling s ON s.id = used.id WHERE (used.sen <= s.credit) IS NOT TRUE""",
        (),
    ),
    "correction_gives_the_credit_that_it_posted": (
        f"""SELECT 'correction ' || c.correction_id || ' of filing ' || c.filing_id, coalesce(c.credit, 0) - coalesce(less.sen, 0)
              FROM contributions_correctedfiling c JOIN contributions_correction o ON o.id = c.correction_id
              LEFT JOIN (SELECT l.correction_id, r.filing_id, sum(l.then_employer + l.then_employee - l.now_employer - l.now_employee) AS sen
                           FROM contributions_correctionline l JOIN contributions_filingrow r ON r.id = l.row_id
                          WHERE l.state = '{LineState.POSTED}' AND l.now_employer + l.now_employee < l.then_employer + l.then_employee
                          GROUP BY 1, 2) less
                ON less.correction_id = c.correction_id AND less.filing_id = c.filing_id AND o.state = '{CorrectionState.POSTED}'
               AND NOT EXISTS (SELECT FROM contributions_overpayment p WHERE p.correction_id = c.correction_id)
             WHERE c.credit IS DISTINCT FROM less.sen""",
        (),
    ),
}
