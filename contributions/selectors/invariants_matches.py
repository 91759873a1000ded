"""What must be true between a row in suspense, whose it was found to be and the ledger; part of contributions/selectors/invariants.py."""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from contributions.enums import MatchState, RowStatus
from members.ledger.enums import EntryKind

_POSTED: Final = f"(SELECT * FROM contributions_suspensematch WHERE state = '{MatchState.POSTED}')"


def _suspense(kind: EntryKind, part: int) -> str:
    """What each entry of the kind and part did to suspense, by ref."""
    return f"""(SELECT e.ref, e.booked_on, sum(p.amount_sen) AS sen FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
        JOIN ledger_account a ON a.id = p.account_id AND a.code = 'SUSPENSE' WHERE e.kind = {kind:d} AND e.part = {part} GROUP BY 1, 2)"""


CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "match_is_posted_once": (
        f"""SELECT 'match ' || coalesce(m.id, e.ref), coalesce(m.amount, 0) + coalesce(e.sen, 0)
              FROM {_POSTED} m FULL JOIN {_suspense(EntryKind.SUSPENSE_MATCH, 0)} e ON e.ref = m.id
             WHERE e.sen IS DISTINCT FROM -m.amount OR e.booked_on <> m.posted_on""",
        (),
    ),
    "match_moves_its_own_people_s_money": (
        f"""SELECT 'match ' || m.id || ' on ' || a.holder_kind || ' ' || a.holder_id || ' ' || a.code, p.amount_sen
              FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
              JOIN contributions_suspensematch m ON m.id = e.ref
             WHERE e.kind = {EntryKind.SUSPENSE_MATCH:d}
               AND NOT (a.holder_kind = 'MEMBER' AND a.holder_id = m.member_id AND p.amount_sen > 0
                     OR a.holder_kind = 'EMPLOYER' AND a.holder_id = m.employer_id AND a.code = 'SUSPENSE' AND p.amount_sen < 0)""",
        (),
    ),
    "match_is_of_a_row_in_suspense": (
        f"""SELECT 'match ' || m.id, m.amount - coalesce(s.sen, 0)
              FROM {_POSTED} m JOIN contributions_filingrow r ON r.id = m.row_id JOIN contributions_filing f ON f.id = r.filing_id
              LEFT JOIN {_suspense(EntryKind.CONTRIBUTION, 0)} s ON s.ref = m.row_id
             WHERE r.status <> '{RowStatus.UNMATCHED}' OR f.employer_id <> m.employer_id OR m.amount <> r.employer_share + r.employee_share
                OR s.sen IS DISTINCT FROM m.amount""",
        (),
    ),
    # The dividend of its lateness went along, or was credited to the member when it came later.
    "matched_row_leaves_no_dividend_behind": (
        f"""SELECT 'match ' || m.id, coalesce(s.sen, 0) + coalesce(e.sen, 0)
              FROM {_POSTED} m LEFT JOIN {_suspense(EntryKind.LATE_CREDIT, 0)} s ON s.ref = m.row_id
              LEFT JOIN {_suspense(EntryKind.SUSPENSE_MATCH, 1)} e ON e.ref = m.id WHERE coalesce(s.sen, 0) + coalesce(e.sen, 0) <> 0""",
        (),
    ),
}
