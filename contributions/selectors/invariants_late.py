"""What must be true between charges and dividends of lateness, what was paid and remitted of them, and the ledger (see `invariants`)."""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from contributions.enums import DueKind, RemissionState
from kwsp_portal.jobs.enums import RunState
from members.ledger.enums import EntryKind


def _late(kind: EntryKind, code: str) -> str:
    """`_legs` of what is owed for lateness, and whether it was reversed."""
    return f"""(SELECT e.ref, p.amount_sen AS sen, EXISTS (SELECT FROM ledger_entry x WHERE x.reverses = e.id) AS reversed
        FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
        JOIN ledger_account a ON a.id = p.account_id AND a.code = '{code}' WHERE e.kind = {kind:d} AND e.part = 0)"""


def _paid(kind: DueKind, code: str) -> str:
    """What of each payment that counts is for dues of a kind, beside what its entry brought to the account."""
    return f"""SELECT 'payment ' || coalesce(due.payment_id, e.ref), coalesce(due.sen, 0) - coalesce(e.sen, 0)
              FROM (SELECT d.payment_id, sum(d.amount) AS sen FROM contributions_paymentdue d
                      JOIN contributions_payment p ON p.id = d.payment_id AND p.counts WHERE d.kind = '{kind}' GROUP BY 1) due
              FULL JOIN (SELECT e.ref, sum(l.amount_sen) AS sen FROM ledger_entry e JOIN ledger_posting l ON l.entry_id = e.id
                      JOIN ledger_account a ON a.id = l.account_id AND a.code = '{code}'
                     WHERE e.kind = {EntryKind.PAYMENT:d} AND e.part = 0 GROUP BY 1) e ON e.ref = due.payment_id
             WHERE due.sen IS DISTINCT FROM e.sen"""


CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "late_charge_is_posted_once": (
        f"""SELECT 'late charge ' || coalesce(c.id, e.ref), coalesce(c.amount, 0) + coalesce(e.sen, 0)
              FROM contributions_latecharge c FULL JOIN {_late(EntryKind.LATE_CHARGE, "LATE_CHARGE")} e ON e.ref = c.id
             WHERE e.sen IS DISTINCT FROM -c.amount OR e.reversed <> (c.reversed_on IS NOT NULL)""",
        (),
    ),
    "late_dividend_is_posted_once": (
        f"""SELECT 'late dividend ' || coalesce(d.id, e.ref), coalesce(d.amount, 0) + coalesce(e.sen, 0)
              FROM contributions_latedividend d FULL JOIN {_late(EntryKind.LATE_DIVIDEND, "DIVIDEND_DUE")} e ON e.ref = d.id
             WHERE e.sen IS DISTINCT FROM -d.amount OR e.reversed <> (d.reversed_on IS NOT NULL)""",
        (),
    ),
    "late_payment_is_its_dues": (
        """SELECT 'payment ' || p.id, p.late - coalesce(sum(d.amount), 0)
             FROM contributions_payment p LEFT JOIN contributions_paymentdue d ON d.payment_id = p.id
            GROUP BY p.id HAVING p.late <> coalesce(sum(d.amount), 0)""",
        (),
    ),
    "late_due_is_of_its_month": (
        """SELECT 'payment ' || p.id, d.amount
             FROM contributions_paymentdue d JOIN contributions_payment p ON p.id = d.payment_id JOIN contributions_filing f ON f.id = p.filing_id
             JOIN contributions_filing of ON of.id = d.filing_id
            WHERE (of.employer_id, of.wage_month) <> (f.employer_id, f.wage_month)""",
        (),
    ),
    "charge_paid_is_posted": (_paid(DueKind.CHARGE, "LATE_CHARGE"), ()),
    "late_dividend_paid_is_posted": (_paid(DueKind.DIVIDEND, "DIVIDEND_DUE"), ()),
    # While its run is open some rows have theirs and others not yet.
    "late_dividend_is_credited_whole": (
        f"""SELECT 'late dividend ' || coalesce(d.id::text, 'none') || ' of filing ' || coalesce(d.filing_id, c.filing_id),
                   coalesce(d.amount, 0) + coalesce(c.sen, 0)
              FROM (SELECT l.id, l.filing_id, l.amount, EXISTS (SELECT FROM jobs_run r WHERE r.programme = 'credit_late_dividend'
                           AND r.period = l.id::text AND r.state = '{RunState.DONE}') AS done
                      FROM contributions_latedividend l WHERE l.credited_on IS NOT NULL) d
              FULL JOIN (SELECT r.filing_id, sum(p.amount_sen) AS sen FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
                      JOIN ledger_account a ON a.id = p.account_id AND a.code = 'DIVIDEND_EXPENSE'
                      JOIN contributions_filingrow r ON r.id = e.ref WHERE e.kind = {EntryKind.LATE_CREDIT:d} AND e.part = 0 GROUP BY 1) c
                ON c.filing_id = d.filing_id
             WHERE d.id IS NULL OR -coalesce(c.sen, 0) > d.amount OR d.done AND coalesce(c.sen, 0) <> -d.amount""",
        (),
    ),
    "late_dividend_credited_is_paid": (
        f"""SELECT 'late dividend ' || l.id, l.amount - coalesce(sum(d.amount), 0)
              FROM contributions_latedividend l
              LEFT JOIN (contributions_paymentdue d JOIN contributions_payment p ON p.id = d.payment_id AND p.counts)
                ON d.filing_id = l.filing_id AND d.kind = '{DueKind.DIVIDEND}'
             WHERE l.credited_on IS NOT NULL GROUP BY l.id HAVING coalesce(sum(d.amount), 0) < l.amount""",
        (),
    ),
    "remission_is_posted_once": (
        f"""SELECT 'remission ' || coalesce(r.id, e.ref) || ' ' || coalesce(r.state, 'absent'), coalesce(r.amount, 0) - coalesce(e.sen, 0)
              FROM (SELECT * FROM contributions_lateremission WHERE state = '{RemissionState.APPROVED}') r
              FULL JOIN {_late(EntryKind.LATE_REMISSION, "LATE_CHARGE")} e ON e.ref = r.id
             WHERE e.sen IS DISTINCT FROM r.amount OR e.reversed <> (r.reversed_on IS NOT NULL)""",
        (),
    ),
    "remission_is_within_its_charge": (
        f"""SELECT 'late charge ' || c.id, sum(r.amount) - c.amount
              FROM contributions_latecharge c JOIN contributions_lateremission r ON r.charge_id = c.id AND r.state = '{RemissionState.APPROVED}'
             WHERE r.reversed_on IS NULL GROUP BY c.id HAVING sum(r.amount) > c.amount OR c.reversed_on IS NOT NULL""",
        (),
    ),
}
