"""How an application moves: (state, action) -> (next state, who). What is not in the table cannot happen. docs/withdrawals.md draws it."""

from typing import NamedTuple

from withdrawals.enums import Action as A
from withdrawals.enums import State as S
from withdrawals.enums import Who


class Move(NamedTuple):
    to: S
    who: Who


UNDECIDED = (S.SUBMITTED, S.IN_PROCESS, S.DOCUMENTS, S.SECOND)
UNPAID = (*UNDECIDED, S.APPROVED, S.RETURNED)
"""States in which money is held that no bank has been told to pay."""
OPEN = (*UNPAID, S.PAYING, S.ACTIVE)
ENDED = (S.PAID, S.REFUSED, S.CANCELLED, S.DISCARDED)

MOVES: dict[tuple[S, A], Move] = {
    (S.DRAFT, A.SUBMIT): Move(S.SUBMITTED, Who.MEMBER),
    (S.DRAFT, A.DISCARD): Move(S.DISCARDED, Who.MEMBER),
    (S.SUBMITTED, A.TAKE): Move(S.IN_PROCESS, Who.OFFICER),
    (S.IN_PROCESS, A.TAKE): Move(S.IN_PROCESS, Who.OFFICER),
    (S.IN_PROCESS, A.PUT_BACK): Move(S.SUBMITTED, Who.HOLDER),
    (S.IN_PROCESS, A.ASK): Move(S.DOCUMENTS, Who.HOLDER),
    (S.DOCUMENTS, A.ANSWER): Move(S.IN_PROCESS, Who.MEMBER),
    (S.IN_PROCESS, A.APPROVE): Move(S.APPROVED, Who.HOLDER),
    (S.IN_PROCESS, A.RECOMMEND): Move(S.SECOND, Who.HOLDER),
    (S.IN_PROCESS, A.REFUSE): Move(S.REFUSED, Who.HOLDER),
    (S.DOCUMENTS, A.REFUSE): Move(S.REFUSED, Who.HOLDER),
    (S.SECOND, A.APPROVE): Move(S.APPROVED, Who.OTHER_OFFICER),
    (S.SECOND, A.SEND_BACK): Move(S.IN_PROCESS, Who.OTHER_OFFICER),
    (S.SECOND, A.REFUSE): Move(S.REFUSED, Who.OTHER_OFFICER),
    (S.SUBMITTED, A.PASS): Move(S.APPROVED, Who.SYSTEM),
    **{(state, A.TURN_DOWN): Move(S.REFUSED, Who.SYSTEM) for state in (*UNDECIDED, S.APPROVED)},
    **{(state, A.CANCEL): Move(S.CANCELLED, Who.MEMBER) for state in (*UNPAID, S.ACTIVE)},
    **{(state, A.GIVE_WAY): Move(S.REFUSED, Who.SYSTEM) for state in UNPAID},
    **{(state, A.SHRINK): Move(state, Who.SYSTEM) for state in UNPAID},
    (S.APPROVED, A.ORDER): Move(S.PAYING, Who.SYSTEM),
    (S.RETURNED, A.ORDER): Move(S.PAYING, Who.SYSTEM),
    (S.PAYING, A.PAY): Move(S.PAID, Who.SYSTEM),
    (S.PAYING, A.RETURN): Move(S.RETURNED, Who.SYSTEM),
    (S.APPROVED, A.BEGIN): Move(S.ACTIVE, Who.SYSTEM),
    (S.ACTIVE, A.FINISH): Move(S.PAID, Who.SYSTEM),
    (S.REFUSED, A.APPEAL): Move(S.SUBMITTED, Who.MEMBER),
}
