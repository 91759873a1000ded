"""How a filing moves: (state, action) -> (next state, who). What is not in the table cannot happen."""

from typing import NamedTuple

from contributions.enums import FilingAction as A
from contributions.enums import FilingState as S
from contributions.enums import Who


class Move(NamedTuple):
    to: S
    who: Who


MOVES: dict[tuple[S, A], Move] = {
    (S.RECEIVED, A.READ_READY): Move(S.READY, Who.SYSTEM),
    (S.RECEIVED, A.READ_FAULTY): Move(S.FAULTY, Who.SYSTEM),
    (S.RECEIVED, A.READ_REFUSED): Move(S.UNREADABLE, Who.SYSTEM),
    (S.READY, A.SUBMIT): Move(S.SUBMITTED, Who.PREPARER),
    (S.RETURNED, A.SUBMIT): Move(S.SUBMITTED, Who.PREPARER),
    (S.SUBMITTED, A.APPROVE): Move(S.APPROVED, Who.OTHER_APPROVER),
    (S.SUBMITTED, A.RETURN): Move(S.RETURNED, Who.OTHER_APPROVER),
    (S.UNREADABLE, A.DISCARD): Move(S.DISCARDED, Who.PREPARER),
    (S.FAULTY, A.DISCARD): Move(S.DISCARDED, Who.PREPARER),
    (S.READY, A.DISCARD): Move(S.DISCARDED, Who.PREPARER),
    (S.RETURNED, A.DISCARD): Move(S.DISCARDED, Who.PREPARER),
    (S.APPROVED, A.PAY): Move(S.APPROVED, Who.PAYER),
    (S.APPROVED, A.RECEIVE_PAYMENT): Move(S.PAID, Who.SYSTEM),
    (S.PAID, A.FINISH_CREDITING): Move(S.CREDITED, Who.SYSTEM),
}

CLOSED = frozenset({S.UNREADABLE, S.DISCARDED})
"""States that leave the month free for another filing."""


def actions_from(state: S) -> frozenset[A]:
    """The actions that the table knows for a state."""
    return frozenset(action for (from_state, action) in MOVES if from_state == state)
