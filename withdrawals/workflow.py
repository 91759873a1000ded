"""How an application moves: (state, action) -> (next state, who). What is not in the table cannot happen. docs/withdrawals.md draws it."""

from typing import NamedTuple

from withdrawals.enums import Action, State, Who


class Move(NamedTuple):
    to: State
    who: Who


UNDECIDED = (State.SUBMITTED, State.IN_PROCESS, State.DOCUMENTS, State.SECOND)
UNPAID = (*UNDECIDED, State.APPROVED, State.RETURNED)
"""States in which money is held that no bank has been told to pay."""
OPEN = (*UNPAID, State.PAYING, State.ACTIVE)
ENDED = (State.PAID, State.REFUSED, State.CANCELLED, State.DISCARDED)

MOVES: dict[tuple[State, Action], Move] = {
    (State.DRAFT, Action.SUBMIT): Move(State.SUBMITTED, Who.MEMBER),
    (State.DRAFT, Action.DISCARD): Move(State.DISCARDED, Who.MEMBER),
    (State.SUBMITTED, Action.TAKE): Move(State.IN_PROCESS, Who.OFFICER),
    (State.IN_PROCESS, Action.TAKE): Move(State.IN_PROCESS, Who.OFFICER),
    (State.IN_PROCESS, Action.PUT_BACK): Move(State.SUBMITTED, Who.HOLDER),
    (State.IN_PROCESS, Action.ASK): Move(State.DOCUMENTS, Who.HOLDER),
    (State.DOCUMENTS, Action.ANSWER): Move(State.IN_PROCESS, Who.MEMBER),
    (State.IN_PROCESS, Action.APPROVE): Move(State.APPROVED, Who.HOLDER),
    (State.IN_PROCESS, Action.RECOMMEND): Move(State.SECOND, Who.HOLDER),
    (State.IN_PROCESS, Action.REFUSE): Move(State.REFUSED, Who.HOLDER),
    (State.DOCUMENTS, Action.REFUSE): Move(State.REFUSED, Who.HOLDER),
    (State.SECOND, Action.APPROVE): Move(State.APPROVED, Who.OTHER_OFFICER),
    (State.SECOND, Action.SEND_BACK): Move(State.IN_PROCESS, Who.OTHER_OFFICER),
    (State.SECOND, Action.REFUSE): Move(State.REFUSED, Who.OTHER_OFFICER),
    (State.SUBMITTED, Action.PASS): Move(State.APPROVED, Who.SYSTEM),
    **{(state, Action.TURN_DOWN): Move(State.REFUSED, Who.SYSTEM) for state in (*UNDECIDED, State.APPROVED)},
    **{(state, Action.CANCEL): Move(State.CANCELLED, Who.MEMBER) for state in (*UNPAID, State.ACTIVE)},
    **{(state, Action.STOP): Move(State.CANCELLED, Who.OFFICER) for state in (State.APPROVED, State.RETURNED, State.ACTIVE)},
    **{(state, Action.GIVE_WAY): Move(State.REFUSED, Who.SYSTEM) for state in UNPAID},
    **{(state, Action.SHRINK): Move(state, Who.SYSTEM) for state in UNPAID},
    (State.ACTIVE, Action.GIVE_WAY): Move(State.CANCELLED, Who.SYSTEM),
    (State.ACTIVE, Action.SHRINK): Move(State.ACTIVE, Who.SYSTEM),
    (State.APPROVED, Action.ORDER): Move(State.PAYING, Who.SYSTEM),
    (State.RETURNED, Action.ORDER): Move(State.PAYING, Who.SYSTEM),
    (State.PAYING, Action.PAY): Move(State.PAID, Who.SYSTEM),
    (State.PAYING, Action.RETURN): Move(State.RETURNED, Who.SYSTEM),
    (State.RETURNED, Action.ASK_ACCOUNT): Move(State.RETURNED, Who.OFFICER),
    **{(state, Action.RENEW): Move(state, Who.MEMBER) for state in (State.RETURNED, State.ACTIVE)},
    (State.APPROVED, Action.BEGIN): Move(State.ACTIVE, Who.SYSTEM),
    (State.ACTIVE, Action.FINISH): Move(State.PAID, Who.SYSTEM),
    (State.REFUSED, Action.APPEAL): Move(State.SUBMITTED, Who.MEMBER),
}
