"""What must be true between a wrong credit, its row and what the ledger has of it; part of contributions/selectors/invariants.py."""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from contributions.enums import LineState, MatchState, WrongCreditState
from members.ledger.enums import EntryKind

_POSTED: Final = f"w.state = '{WrongCreditState.POSTED}'"
_ACTS: Final = (
    f"ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id AND e.kind = {EntryKind.WRONG_CREDIT:d} JOIN ledger_account a ON a.id = p.account_id"
)

CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "wrong_credit_is_posted_once": (
        f"""SELECT 'wrong credit ' || coalesce(w.id, act.ref) || ' ' || coalesce(w.state, 'absent'),
                   coalesce(w.employer_share + w.employee_share, 0) - coalesce(act.sen, 0)
              FROM contributions_wrongcredit w
              FULL JOIN (SELECT e.ref, e.booked_on, sum(p.amount_sen) FILTER (WHERE p.amount_sen > 0) AS sen FROM {_ACTS}
                          WHERE e.part = 0 GROUP BY e.ref, e.booked_on) act ON act.ref = w.id
             WHERE ({_POSTED}) IS TRUE <> (act.ref IS NOT NULL) OR act.booked_on <> w.posted_on OR act.sen > w.employer_share + w.employee_share""",
        (),
    ),
    # Whole: what the one loses and what the other gets differ from the amount only by what lay, or lies now, in the employer's suspense.
    "wrong_credit_moves_its_own_people_s_money": (
        f"""SELECT 'wrong credit ' || w.id, w.employer_share + w.employee_share
              FROM {_ACTS} JOIN contributions_wrongcredit w ON w.id = e.ref JOIN contributions_filingrow r ON r.id = w.row_id
              JOIN contributions_filing f ON f.id = r.filing_id
             GROUP BY w.id, f.employer_id
            HAVING bool_or(NOT (a.holder_kind = 'MEMBER' AND a.holder_id = w.from_member_id AND p.amount_sen < 0
                             OR a.holder_kind = 'MEMBER' AND a.holder_id = w.to_member_id AND p.amount_sen > 0
                             OR a.holder_kind = 'EMPLOYER' AND a.holder_id = f.employer_id AND a.code = 'SUSPENSE'))
                OR coalesce(sum(p.amount_sen) FILTER (WHERE a.holder_kind = 'MEMBER' AND a.holder_id = w.to_member_id), 0)
                   NOT IN (0, w.employer_share + w.employee_share)""",
        (),
    ),
    "wrong_credit_starts_where_the_row_was": (
        f"""SELECT 'wrong credit ' || id, employer_share + employee_share - stood
              FROM (SELECT w.id, w.from_member_id, w.employer_share, w.employee_share,
                           coalesce(lag(w.to_member_id) OVER (PARTITION BY w.row_id ORDER BY w.id), m.member_id, r.member_id) AS holder,
                           coalesce(l.now_employer + l.now_employee, r.employer_share + r.employee_share) AS stood
                      FROM contributions_wrongcredit w JOIN contributions_filingrow r ON r.id = w.row_id
                      LEFT JOIN contributions_suspensematch m ON m.row_id = r.id AND m.state = '{MatchState.POSTED}'
                      LEFT JOIN LATERAL (SELECT now_employer, now_employee FROM contributions_correctionline
                           WHERE row_id = r.id AND state = '{LineState.POSTED}' ORDER BY id DESC LIMIT 1) l ON true
                     WHERE {_POSTED}) w
             WHERE from_member_id IS DISTINCT FROM holder OR employer_share + employee_share <> stood""",
        (),
    ),
}
