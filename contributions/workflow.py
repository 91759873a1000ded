"""How a filing, an election, a correction, a complaint, an assessment and an instalment plan move: (state, action) -> (next state, who).

What is not in the tables cannot happen.
"""

from typing import Final, NamedTuple

from contributions.enums import (
    AssessmentAction,
    AssessmentState,
    AssessmentWho,
    ComplaintAction,
    ComplaintState,
    CorrectionAction,
    CorrectionState,
    CorrectionWho,
    PlanAction,
    PlanState,
    PlanWho,
    Who,
)
from contributions.enums import ElectionState as E
from contributions.enums import FilingAction as A
from contributions.enums import FilingState as S
from employers.enums import Right


class Move(NamedTuple):
    to: S
    who: Who


MOVES: dict[tuple[S, A], Move] = {
    (S.RECEIVED, A.READ_READY): Move(S.READY, Who.SYSTEM),
    (S.RECEIVED, A.READ_FAULTY): Move(S.FAULTY, Who.SYSTEM),
    (S.RECEIVED, A.READ_REFUSED): Move(S.UNREADABLE, Who.SYSTEM),
    (S.RECEIVED, A.READ_ASKED): Move(S.ASKED, Who.SYSTEM),
    (S.ASKED, A.CHOOSE): Move(S.RECEIVED, Who.PREPARER),
    (S.ASKED, A.DISCARD): Move(S.DISCARDED, Who.PREPARER),
    (S.READY, A.SUBMIT): Move(S.SUBMITTED, Who.PREPARER),
    (S.RETURNED, A.SUBMIT): Move(S.SUBMITTED, Who.PREPARER),
    (S.FAULTY, A.SUBMIT): Move(S.SUBMITTED, Who.PREPARER),
    (S.SUBMITTED, A.TAKE_BACK): Move(S.RETURNED, Who.PREPARER),
    (S.SUBMITTED, A.APPROVE): Move(S.APPROVED, Who.OTHER_APPROVER),
    (S.SUBMITTED, A.RETURN): Move(S.RETURNED, Who.OTHER_APPROVER),
    (S.SUBMITTED, A.RECALL): Move(S.RETURNED, Who.ADMINISTRATOR),
    (S.UNREADABLE, A.DISCARD): Move(S.DISCARDED, Who.PREPARER),
    (S.FAULTY, A.DISCARD): Move(S.DISCARDED, Who.PREPARER),
    (S.READY, A.DISCARD): Move(S.DISCARDED, Who.PREPARER),
    (S.RETURNED, A.DISCARD): Move(S.DISCARDED, Who.PREPARER),
    (S.UNREADABLE, A.REREAD): Move(S.DISCARDED, Who.PREPARER),
    (S.FAULTY, A.REREAD): Move(S.DISCARDED, Who.PREPARER),
    (S.READY, A.REREAD): Move(S.DISCARDED, Who.PREPARER),
    (S.RETURNED, A.REREAD): Move(S.DISCARDED, Who.PREPARER),
    (S.FAULTY, A.MEND): Move(S.FAULTY, Who.PREPARER),
    (S.READY, A.MEND): Move(S.READY, Who.PREPARER),
    (S.RETURNED, A.MEND): Move(S.RETURNED, Who.PREPARER),
    (S.FAULTY, A.MEND_LAST): Move(S.READY, Who.PREPARER),
    (S.READY, A.UNDO_MEND): Move(S.FAULTY, Who.PREPARER),
    (S.APPROVED, A.CANCEL): Move(S.DISCARDED, Who.PAYER),
    (S.APPROVED, A.PAY): Move(S.APPROVED, Who.PAYER),
    (S.READY, A.TAKE_RECEIPT): Move(S.APPROVED, Who.SYSTEM),
    (S.APPROVED, A.RECEIVE_PAYMENT): Move(S.PAID, Who.SYSTEM),
    (S.PAID, A.FINISH_CREDITING): Move(S.CREDITED, Who.SYSTEM),
    # What an assessment is: its rows stand at once, what the employer had not handed in or approved gives way, and it is lifted with its assessment.
    (S.READY, A.ASSESS): Move(S.APPROVED, Who.SYSTEM),
    (S.FAULTY, A.ASSESS): Move(S.APPROVED, Who.SYSTEM),
    (S.ASKED, A.GIVE_WAY): Move(S.DISCARDED, Who.SYSTEM),
    (S.FAULTY, A.GIVE_WAY): Move(S.DISCARDED, Who.SYSTEM),
    (S.READY, A.GIVE_WAY): Move(S.DISCARDED, Who.SYSTEM),
    (S.RETURNED, A.GIVE_WAY): Move(S.DISCARDED, Who.SYSTEM),
    (S.SUBMITTED, A.GIVE_WAY): Move(S.DISCARDED, Who.SYSTEM),
    (S.APPROVED, A.LIFT): Move(S.DISCARDED, Who.SYSTEM),
}

EMPLOYERS_OWN = frozenset({A.CANCEL})
"""Actions on what the employer says, and not on what KWSP has assessed."""

CLOSED = frozenset({S.UNREADABLE, S.DISCARDED})
"""States that leave the month free for another filing."""

GAVE_BACK = frozenset({A.RETURN, A.RECALL, A.TAKE_BACK})
"""Actions that bring what was handed in back to who prepared it."""

STANDS = frozenset({S.APPROVED, S.PAID, S.CREDITED})
"""States in which the employer owes or has paid what the rows say: nothing that changes their rates is taken any more."""

HANDED_IN = STANDS | {S.SUBMITTED}
"""States in which the month is filed: who was forgotten is filed in a supplement."""


class ElectionMove(NamedTuple):
    to: E
    who: Who


ELECTION_MOVES: dict[tuple[E, A], ElectionMove] = {
    (E.DRAFT, A.SUBMIT): ElectionMove(E.SUBMITTED, Who.PREPARER),
    (E.RETURNED, A.SUBMIT): ElectionMove(E.SUBMITTED, Who.PREPARER),
    (E.SUBMITTED, A.APPROVE): ElectionMove(E.APPROVED, Who.OTHER_APPROVER),
    (E.SUBMITTED, A.RETURN): ElectionMove(E.RETURNED, Who.OTHER_APPROVER),
    (E.SUBMITTED, A.RECALL): ElectionMove(E.RETURNED, Who.ADMINISTRATOR),
    (E.DRAFT, A.DISCARD): ElectionMove(E.DISCARDED, Who.PREPARER),
    (E.RETURNED, A.DISCARD): ElectionMove(E.DISCARDED, Who.PREPARER),
}

ELECTION_OPEN = frozenset({E.DRAFT, E.SUBMITTED, E.RETURNED})
"""States of what is still on its way; one at a time of each kind for an employment."""


NEEDED: Final = {
    Who.PREPARER: Right.PREPARE,
    Who.OTHER_APPROVER: Right.APPROVE,
    Who.PAYER: Right.APPROVE,
    Who.ADMINISTRATOR: Right.ADMINISTER,
}
"""The right that a person needs."""


class CorrectionMove(NamedTuple):
    to: CorrectionState
    who: CorrectionWho


CORRECTION_MOVES: dict[tuple[CorrectionState, CorrectionAction], CorrectionMove] = {
    (CorrectionState.PREPARING, CorrectionAction.FINISH_PREPARING): CorrectionMove(CorrectionState.DRAFT, CorrectionWho.SYSTEM),
    (CorrectionState.PREPARING, CorrectionAction.FIND_NOTHING): CorrectionMove(CorrectionState.NOTHING, CorrectionWho.SYSTEM),
    (CorrectionState.PREPARING, CorrectionAction.WITHDRAW): CorrectionMove(CorrectionState.WITHDRAWN, CorrectionWho.OFFICER),
    (CorrectionState.DRAFT, CorrectionAction.PROPOSE): CorrectionMove(CorrectionState.PROPOSED, CorrectionWho.PREPARER),
    (CorrectionState.DRAFT, CorrectionAction.WITHDRAW): CorrectionMove(CorrectionState.WITHDRAWN, CorrectionWho.OFFICER),
    (CorrectionState.PROPOSED, CorrectionAction.WITHDRAW): CorrectionMove(CorrectionState.WITHDRAWN, CorrectionWho.PREPARER),
    (CorrectionState.PROPOSED, CorrectionAction.APPROVE): CorrectionMove(CorrectionState.APPROVED, CorrectionWho.OTHER_OFFICER),
    (CorrectionState.PROPOSED, CorrectionAction.REFUSE): CorrectionMove(CorrectionState.REFUSED, CorrectionWho.OTHER_OFFICER),
    (CorrectionState.APPROVED, CorrectionAction.FINISH_POSTING): CorrectionMove(CorrectionState.POSTED, CorrectionWho.SYSTEM),
}

CORRECTION_OPEN = frozenset({CorrectionState.PREPARING, CorrectionState.DRAFT, CorrectionState.PROPOSED, CorrectionState.APPROVED})
"""States in which a correction keeps its filings from any other."""


COMPLAINT_MOVES: dict[tuple[ComplaintState, ComplaintAction], ComplaintState] = {
    (ComplaintState.SENT, ComplaintAction.ADD): ComplaintState.SENT,
    (ComplaintState.SENT, ComplaintAction.WITHDRAW): ComplaintState.WITHDRAWN,
    (ComplaintState.SENT, ComplaintAction.TAKE): ComplaintState.TAKEN,
    (ComplaintState.TAKEN, ComplaintAction.ADD): ComplaintState.TAKEN,
    (ComplaintState.TAKEN, ComplaintAction.WITHDRAW): ComplaintState.WITHDRAWN,
    (ComplaintState.TAKEN, ComplaintAction.TAKE): ComplaintState.TAKEN,
    (ComplaintState.TAKEN, ComplaintAction.ANSWER): ComplaintState.TAKEN,
    (ComplaintState.TAKEN, ComplaintAction.TELL): ComplaintState.TAKEN,
    (ComplaintState.TAKEN, ComplaintAction.NAME): ComplaintState.TAKEN,
    (ComplaintState.TAKEN, ComplaintAction.RESOLVE): ComplaintState.RESOLVED,
    (ComplaintState.TAKEN, ComplaintAction.DECLINE): ComplaintState.DECLINED,
}
"""The member's acts and the inspector's; SEND makes it. Nothing is answered or told before somebody has taken it."""


class AssessmentMove(NamedTuple):
    to: AssessmentState
    who: AssessmentWho


_T, _D, _O = AssessmentState, AssessmentAction, AssessmentWho
ASSESSMENT_MOVES: dict[tuple[AssessmentState, AssessmentAction], AssessmentMove] = {
    (_T.DRAFT, _D.PROPOSE): AssessmentMove(_T.PROPOSED, _O.MAKER),
    (_T.DRAFT, _D.DISCARD): AssessmentMove(_T.DISCARDED, _O.OFFICER),
    (_T.PROPOSED, _D.TAKE_BACK): AssessmentMove(_T.DRAFT, _O.MAKER),
    (_T.PROPOSED, _D.RETURN): AssessmentMove(_T.DRAFT, _O.OTHER_OFFICER),
    (_T.PROPOSED, _D.SIGN): AssessmentMove(_T.SERVED, _O.OTHER_OFFICER),
    (_T.SERVED, _D.OBJECT): AssessmentMove(_T.OBJECTED, _O.EMPLOYER),
    (_T.OBJECTED, _D.UPHOLD): AssessmentMove(_T.UPHELD, _O.OTHER_OFFICER),
    (_T.SERVED, _D.WITHDRAW): AssessmentMove(_T.WITHDRAWN, _O.OTHER_OFFICER),
    (_T.OBJECTED, _D.WITHDRAW): AssessmentMove(_T.WITHDRAWN, _O.OTHER_OFFICER),
    (_T.UPHELD, _D.WITHDRAW): AssessmentMove(_T.WITHDRAWN, _O.OTHER_OFFICER),
    (_T.OBJECTED, _D.AMEND): AssessmentMove(_T.AMENDING, _O.OFFICER),
    (_T.AMENDING, _D.REPLACE): AssessmentMove(_T.REPLACED, _O.SYSTEM),
    (_T.AMENDING, _D.DROP_AMENDMENT): AssessmentMove(_T.OBJECTED, _O.SYSTEM),
}

ASSESSMENT_STANDS = frozenset({_T.SERVED, _T.OBJECTED, _T.UPHELD, _T.AMENDING})
"""States in which the employer owes what an assessment says, until it is paid."""

ASSESSMENT_WRITTEN = frozenset({_T.DRAFT, _T.PROPOSED})
"""States before it is served: nobody but officers knows of it."""


class PlanMove(NamedTuple):
    to: PlanState
    who: PlanWho


PLAN_MOVES: dict[tuple[PlanState, PlanAction], PlanMove] = {
    (PlanState.ASKED, PlanAction.PROPOSE): PlanMove(PlanState.PROPOSED, PlanWho.OFFICER),
    (PlanState.ASKED, PlanAction.REFUSE): PlanMove(PlanState.REFUSED, PlanWho.OFFICER),
    (PlanState.ASKED, PlanAction.WITHDRAW): PlanMove(PlanState.WITHDRAWN, PlanWho.EMPLOYER),
    (PlanState.ASKED, PlanAction.LAPSE): PlanMove(PlanState.LAPSED, PlanWho.SYSTEM),
    (PlanState.PROPOSED, PlanAction.PROPOSE): PlanMove(PlanState.PROPOSED, PlanWho.OFFICER),
    (PlanState.PROPOSED, PlanAction.RETURN): PlanMove(PlanState.ASKED, PlanWho.OTHER_OFFICER),
    (PlanState.PROPOSED, PlanAction.REFUSE): PlanMove(PlanState.REFUSED, PlanWho.OTHER_OFFICER),
    (PlanState.PROPOSED, PlanAction.APPROVE): PlanMove(PlanState.OFFERED, PlanWho.OTHER_OFFICER),
    (PlanState.PROPOSED, PlanAction.WITHDRAW): PlanMove(PlanState.WITHDRAWN, PlanWho.EMPLOYER),
    (PlanState.PROPOSED, PlanAction.LAPSE): PlanMove(PlanState.LAPSED, PlanWho.SYSTEM),
    (PlanState.OFFERED, PlanAction.ACCEPT): PlanMove(PlanState.RUNNING, PlanWho.EMPLOYER),
    (PlanState.OFFERED, PlanAction.WITHDRAW): PlanMove(PlanState.WITHDRAWN, PlanWho.EMPLOYER),
    (PlanState.OFFERED, PlanAction.LAPSE): PlanMove(PlanState.LAPSED, PlanWho.SYSTEM),
    (PlanState.RUNNING, PlanAction.FINISH): PlanMove(PlanState.DONE, PlanWho.SYSTEM),
    (PlanState.RUNNING, PlanAction.BREAK): PlanMove(PlanState.BROKEN, PlanWho.SYSTEM),
}

PLAN_OPEN = frozenset({PlanState.ASKED, PlanState.PROPOSED, PlanState.OFFERED, PlanState.RUNNING})
"""States that keep an employer from asking for another plan."""


def actions_from(state: S) -> frozenset[A]:
    """The actions that the table knows for a state."""
    return frozenset(action for (from_state, action) in MOVES if from_state == state)
