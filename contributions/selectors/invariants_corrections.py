"""What must be true between a correction, the rows it corrects and what the ledger has of it; part of contributions/selectors/invariants.py."""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from contributions.enums import CorrectionState, LineState
from members.ledger.enums import EntryKind

_POSTED: Final = f"l.state = '{LineState.POSTED}'"
_ADDS: Final = "(l.now_employer + l.now_employee - l.then_employer - l.then_employee)"
_ACTS: Final = (
    f"ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id AND e.kind = {EntryKind.CORRECTION:d} JOIN ledger_account a ON a.id = p.account_id"
)
_GOT: Final = "(a.holder_kind = 'MEMBER' OR a.code = 'SUSPENSE')"

CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "corrected_line_is_posted_once": (
        f"""SELECT 'correction line ' || coalesce(l.id, act.ref) || ' ' || coalesce(l.state, 'absent'), coalesce({_ADDS}, 0) - coalesce(act.sen, 0)
              FROM contributions_correctionline l
              FULL JOIN (SELECT e.ref, coalesce(sum(p.amount_sen) FILTER (WHERE {_GOT}), 0) AS sen FROM {_ACTS} WHERE e.part = 0 GROUP BY e.ref) act
                ON act.ref = l.id
             WHERE ({_POSTED} AND {_ADDS} <> 0) IS TRUE <> (act.ref IS NOT NULL) OR act.sen <> {_ADDS}""",
        (),
    ),
    # More is due from the employer, or the employer has a credit; the rest is the member's, or suspense where nothing may be credited.
    "correction_moves_its_own_people_s_money": (
        f"""SELECT 'correction line ' || l.id || ' on ' || a.holder_kind || ' ' || a.holder_id || ' ' || a.code, p.amount_sen
              FROM {_ACTS} JOIN contributions_correctionline l ON l.id = e.ref JOIN contributions_filingrow r ON r.id = l.row_id
              JOIN contributions_filing f ON f.id = r.filing_id
             WHERE NOT (a.holder_kind = 'MEMBER' AND a.holder_id = r.member_id
                OR a.holder_kind = 'EMPLOYER' AND a.holder_id = f.employer_id
                   AND a.code IN ('SUSPENSE', CASE WHEN {_ADDS} > 0 THEN 'CONTRIBUTION_DUE' ELSE 'CREDIT' END))""",
        (),
    ),
    "correction_starts_where_the_row_stood": (
        f"""SELECT 'correction line ' || id, then_employer + then_employee - stood_employer - stood_employee
              FROM (SELECT l.id, l.then_employer, l.then_employee,
                           coalesce(lag(l.now_employer) OVER w, r.employer_share) AS stood_employer,
                           coalesce(lag(l.now_employee) OVER w, r.employee_share) AS stood_employee
                      FROM contributions_correctionline l JOIN contributions_filingrow r ON r.id = l.row_id
                     WHERE {_POSTED} WINDOW w AS (PARTITION BY l.row_id ORDER BY l.id)) line
             WHERE then_employer <> stood_employer OR then_employee <> stood_employee""",
        (),
    ),
    # One that was withdrawn while it was being prepared has lines and never came to figures.
    "correction_is_whole": (
        f"""SELECT 'correction ' || c.id || ' ' || c.state, c.employer_difference + c.employee_difference - coalesce(sum({_ADDS}), 0)
              FROM contributions_correction c LEFT JOIN contributions_correctionline l ON l.correction_id = c.id
             WHERE c.state <> '{CorrectionState.PREPARING}' AND (c.state <> '{CorrectionState.WITHDRAWN}' OR c.lines_total > 0) GROUP BY c.id
            HAVING c.employer_difference <> coalesce(sum(l.now_employer - l.then_employer), 0)
                OR c.employee_difference <> coalesce(sum(l.now_employee - l.then_employee), 0) OR c.lines_total <> count(l.id)
                OR c.state = '{CorrectionState.POSTED}' AND count(l.id) FILTER (WHERE l.state = '{LineState.OPEN}') > 0
                OR c.state NOT IN ('{CorrectionState.APPROVED}', '{CorrectionState.POSTED}')
                   AND count(l.id) FILTER (WHERE l.state <> '{LineState.OPEN}') > 0""",
        (),
    ),
}
