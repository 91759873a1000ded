"""The one place that changes an assessment's state: look up the table, ask who it is, write the log and the trail."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db.models.functions import Now

from contributions import workflow
from contributions.enums import AssessmentAction, AssessmentState, AssessmentWho
from contributions.models import Assessment, AssessmentLog
from employers import access as employers_access
from employers.enums import Right
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from members.identity.enums import Role
from members.identity.models import User

OFFICERS: Final = frozenset({Role.INSPECTOR, Role.SUPERVISOR})
"""Who makes, signs and answers. No step asks for a role of its own, but for another person."""
NOTHING: Final[Mapping[str, object]] = {}


class NotAllowed(Exception):
    """Why an act on an assessment is refused. `code`: NO_RIGHT, OWN_WORK, WRONG_STATE, REASON_MISSING, PAPER_MISSING; of the months MONTHS,
    NOT_DUE, MONTH, OPEN_ALREADY, BEING_READ; of the rows NO_ROWS, BLANK, BAD_ROWS, NOTHING_DUE, TOO_MANY, NO_NAME, WAGES, BONUS, ROW; of a file
    SHEETS; of what was signed CHANGED; of money PAYMENT_BEGUN. `details` say what was found and expected."""

    def __init__(self, code: str, **details: str) -> None:
        self.code, self.details = code, details
        super().__init__(code)


def locked(assessment_id: int) -> Assessment:
    """The assessment, its employer locked first: filing, paying and assessing a month meet there. Raises Assessment.DoesNotExist."""
    Employer.objects.select_for_update(of=("self",), no_key=True).get(assessments=assessment_id)
    found = Assessment.objects.select_for_update(of=("self",), no_key=True).select_related("employer", "made_by", "filing", "replaces")
    return found.get(pk=assessment_id)


def allowed(found: Assessment, by: User, *, on: date) -> frozenset[AssessmentAction]:
    """What `by` may do with it as it stands; the page asks what the service enforces."""
    return frozenset(action for action in AssessmentAction if not why_not(found, action, by, on=on))


def why_not(found: Assessment, action: AssessmentAction, by: User | None, *, on: date) -> str:
    """The code of the refusal of a move, empty where it may be made. None stands for what follows from an act on another assessment."""
    move = workflow.ASSESSMENT_MOVES.get((AssessmentState(found.state), action))
    if move is None:
        return "WRONG_STATE"
    if by is None or move.who is AssessmentWho.SYSTEM:
        return "" if by is None and move.who is AssessmentWho.SYSTEM else "NO_RIGHT"
    if move.who is AssessmentWho.EMPLOYER:
        return "" if Right.APPROVE in employers_access.rights_of(by, found.employer, on=on) else "NO_RIGHT"
    if by.role not in OFFICERS or (move.who is AssessmentWho.MAKER and found.made_by_id != by.pk):
        return "NO_RIGHT"
    return "OWN_WORK" if move.who is AssessmentWho.OTHER_OFFICER and found.made_by_id == by.pk else ""


def demand(found: Assessment, action: AssessmentAction, by: User | None, *, on: date) -> None:
    """Raises NotAllowed, which the trail keeps."""
    code = why_not(found, action, by, on=on)
    if code:
        raise refused(found, action, by, code)


def move(found: Assessment, action: AssessmentAction, by: User | None, *, on: date, comment: str = "") -> AssessmentLog:
    """Move an assessment that the caller has locked, in the caller's transaction, and write what else was set on it. Raises NotAllowed."""
    demand(found, action, by, on=on)
    before = found.state
    found.state = workflow.ASSESSMENT_MOVES[AssessmentState(before), action].to
    found.save(update_fields=["state", "filing", "signed_by", "signed_on"])
    entry = AssessmentLog.objects.create(
        assessment=found, action=action, from_state=before, to_state=found.state, by=by, comment=comment, on=on, at=Now()
    )
    record(found, action.value.lower(), by, {"reason": comment} if comment else {}, before={"state": str(before)}, after={"state": str(found.state)})
    return entry


def record(
    found: Assessment,
    act: str,
    by: User | None,
    data: Mapping[str, object] = NOTHING,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write an act into the trail. What an employer may not know of yet is in nobody's log but the officer's."""
    told = {"month": str(WageMonth.of(found.wage_month)), **data}
    whose = [] if found.state in (*workflow.ASSESSMENT_WRITTEN, AssessmentState.DISCARDED) else [found.employer]
    audit.record(actor=by, action=f"assessment.{act}", target=found, data=told, subjects=whose, before=before, after=after)


def refused(found: Assessment, action: AssessmentAction | str, by: User | None, code: str, /, **details: str) -> NotAllowed:
    """The refusal of an act, to be raised by the caller; the trail has it."""
    audit.record_refusal(actor=by, action=f"assessment.{action.lower()}", target=found, data={"code": code})
    return NotAllowed(code, **details)
