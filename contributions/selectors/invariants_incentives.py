"""What must be true between a half-yearly run of an incentive, its claims, the Government's answer and the ledger; part of invariants.py.

What lies on GOVERNMENT_CLEARING belongs to claims that the Government has paid and members have not got yet: their run is the owner, its
`received_on` the age.
"""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from contributions.enums import ClaimAnswerState, IncentiveClaimState, IncentiveRunState
from members.ledger.enums import EntryKind

_CLEARING: Final = "SELECT id FROM ledger_account WHERE code = 'GOVERNMENT_CLEARING'"
_PAID: Final = f"('{IncentiveClaimState.RECEIVED}', '{IncentiveClaimState.CREDITED}')"
_ANSWERED: Final = f"('{IncentiveRunState.RECEIVED}', '{IncentiveRunState.CREDITED}')"


def _legs(kind: EntryKind) -> str:
    return f"""(SELECT e.ref, e.booked_on, sum(p.amount_sen) AS sen FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
        AND p.account_id IN ({_CLEARING}) WHERE e.kind = {kind:d} AND e.part = 0 GROUP BY e.ref, e.booked_on)"""


CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "incentive_claim_is_credited_once": (
        f"""SELECT 'incentive claim ' || coalesce(c.id, e.ref) || ' ' || coalesce(c.state, 'absent'), coalesce(c.amount, 0) + coalesce(e.sen, 0)
              FROM (SELECT * FROM contributions_incentiveclaim WHERE state = '{IncentiveClaimState.CREDITED}') c
              FULL JOIN {_legs(EntryKind.INCENTIVE)} e ON e.ref = c.id
             WHERE c.id IS NULL OR e.ref IS NULL OR c.amount + e.sen <> 0 OR c.credited_on <> e.booked_on""",
        (),
    ),
    "incentive_went_to_its_member": (
        f"""SELECT 'incentive claim ' || c.id, p.amount_sen
              FROM contributions_incentiveclaim c JOIN ledger_entry e ON e.kind = {EntryKind.INCENTIVE:d} AND e.part = 0 AND e.ref = c.id
              JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id AND a.code <> 'GOVERNMENT_CLEARING'
             WHERE c.state = '{IncentiveClaimState.CREDITED}' AND (a.holder_kind, a.holder_id, a.code) <> ('MEMBER', c.member_id, c.account)""",
        (),
    ),
    "incentive_run_is_its_claims": (
        f"""SELECT 'incentive run ' || r.id || ' ' || r.state, r.claimed - coalesce(sum(c.amount), 0)
              FROM contributions_incentiverun r LEFT JOIN contributions_incentiveclaim c ON c.run_id = r.id AND c.amount > 0
             WHERE r.state <> '{IncentiveRunState.OPEN}' GROUP BY r.id
            HAVING r.claimed <> coalesce(sum(c.amount), 0) OR r.claims <> count(c.id)
                OR coalesce(r.received, 0) <> coalesce(sum(c.amount) FILTER (WHERE c.state IN {_PAID}), 0)
                OR r.state IN {_ANSWERED} AND count(*) FILTER (WHERE c.state = '{IncentiveClaimState.CLAIMED}') > 0
                OR r.state NOT IN {_ANSWERED} AND count(*) FILTER (WHERE c.state <> '{IncentiveClaimState.CLAIMED}') > 0
                OR r.state = '{IncentiveRunState.CREDITED}' AND count(*) FILTER (WHERE c.state = '{IncentiveClaimState.RECEIVED}') > 0""",
        (),
    ),
    "government_s_answer_is_posted_once": (
        f"""SELECT 'answer ' || coalesce(a.id, e.ref) || ' ' || coalesce(a.state, 'absent'), coalesce(a.received, 0) - coalesce(e.sen, 0)
              FROM (SELECT * FROM contributions_claimanswer WHERE state = '{ClaimAnswerState.TAKEN}' AND received > 0) a
              FULL JOIN {_legs(EntryKind.INCENTIVE_RECEIVED)} e ON e.ref = a.id
             WHERE a.id IS NULL OR e.ref IS NULL OR a.received <> e.sen""",
        (),
    ),
    "government_clearing_is_received_claims": (
        f"""SELECT 'government clearing', found.sen - owed.sen
              FROM (SELECT coalesce(sum(amount_sen), 0) AS sen FROM ledger_posting WHERE account_id IN ({_CLEARING})) found,
                   (SELECT coalesce(sum(c.amount), 0) AS sen FROM contributions_incentiveclaim c
                      JOIN contributions_incentiverun r ON r.id = c.run_id AND r.received_on IS NOT NULL
                     WHERE c.state = '{IncentiveClaimState.RECEIVED}') owed
             WHERE found.sen <> owed.sen""",
        ("GOVERNMENT_CLEARING",),
    ),
}
