"""The one place that changes a filing's state: look up the table, ask the right, write the log and the audit."""

from datetime import date

from django.db.models.functions import Now

from contributions import workflow
from contributions.enums import FilingAction, FilingState, Who
from contributions.models import Filing, FilingLog
from contributions.services import figures
from employers import access as employers_access
from employers.enums import ApprovalFlow, Right
from employers.models import Employer
from kwsp_portal.audit import services as audit
from members.identity.models import User


class NotAllowed(Exception):
    """Why an act on a filing or an election is refused. `code`: WRONG_STATE, NO_RIGHT, OWN_WORK, DECLARATION_MISSING, COMMENT_MISSING; for
    rows ROWS_LEFT, NOTHING_GOOD, FILED_TWICE, FILED_CHANGED, ROW_CHANGED, LAW_CHANGED, NOTHING_LEFT, NO_REMEDY, TWICE; for a refund NOT_FREE; for
    the elections in it or for an election itself ELECTIONS_CHANGED, TOO_LATE, MONTH_FILED and FACTS_CHANGED."""

    def __init__(self, code: str, **details: str) -> None:
        self.code = code
        self.details = details
        super().__init__(code)


def locked(filing_id: int) -> Filing:
    """The filing, kept from every other move until the open transaction ends. Raises Filing.DoesNotExist."""
    return Filing.objects.select_for_update(of=("self",), no_key=True).select_related("employer").get(pk=filing_id)


def check(*, filing: Filing, action: FilingAction, by: User | None, on: date) -> workflow.Move:
    """The move of the table, if `by` may make it now; None stands for the system. Raises NotAllowed.

    The page asks the same question through `allowed`, so that it never shows what the service would refuse.
    """
    rights = frozenset() if by is None else employers_access.rights_of(by, filing.employer, on=on)
    return _checked(filing, action, by, rights)


def allowed(*, filing: Filing, by: User, on: date) -> frozenset[FilingAction]:
    """What `by` may do with the filing as it stands."""
    rights = employers_access.rights_of(by, filing.employer, on=on)
    possible = set()
    for action in workflow.actions_from(FilingState(filing.state)):
        try:
            _checked(filing, action, by, rights)
        except NotAllowed:
            continue
        possible.add(action)
    return frozenset(possible)


def demand(*, filing: Filing, action: FilingAction, by: User | None, on: date) -> workflow.Move:
    """`check` for somebody who wants it done: the audit keeps the refusal."""
    try:
        return check(filing=filing, action=action, by=by, on=on)
    except NotAllowed as error:
        why = {"code": error.code, "state": filing.state}
        audit.record_refusal(actor=by, action=_audited(action), target=f"filing:{filing.pk}", data=why, subjects=[filing.employer])
        raise


def move(*, filing: Filing, action: FilingAction, by: User | None, on: date, comment: str = "", follows: bool = False) -> None:
    """Move a filing that the caller has `locked`, in the caller's transaction, its flow with it. Raises NotAllowed, which the audit keeps.

    A move that `follows` from another act of `by`, for which the right was asked, asks no other: who cancels a month's Borang A puts its drafts away.
    """
    step = workflow.MOVES[FilingState(filing.state), action] if follows else demand(filing=filing, action=action, by=by, on=on)
    before, more = filing.state, list[str]()
    filing.state = step.to
    if step.to is FilingState.RETURNED and filing.suspended_total:
        # Whether unmatched rows are paid into suspense is asked each time that they are handed in.
        more = figures.add_up(filing)
    filing.save(update_fields=["state", "flow", *more])
    FilingLog.objects.create(filing=filing, action=action, from_state=before, to_state=step.to, by=by, comment=comment, on=on, at=Now())
    audit.record(
        actor="portal" if by is None else by,
        action=_audited(action),
        target=f"filing:{filing.pk}",
        data={"on": str(on)},
        subjects=[filing.employer],
        before={"state": str(before)},
        after={"state": step.to.value},
    )


def refused(filing_id: int, action: FilingAction, by: User, code: str) -> NotAllowed:
    """The refusal of an act that lacks something, to be raised by the caller; the audit has it."""
    audit.record_refusal(actor=by, action=_audited(action), target=f"filing:{filing_id}", data={"code": code}, subjects=whose(filing_id))
    return NotAllowed(code)


def whose(filing_id: int) -> list[Employer]:
    """The employer whose filing it is, as the trail's subjects; nobody where there is no such filing."""
    return list(Employer.objects.filter(filings=filing_id))


def _checked(filing: Filing, action: FilingAction, by: User | None, rights: frozenset[Right]) -> workflow.Move:
    move = workflow.MOVES.get((FilingState(filing.state), action))
    if move is None or (filing.assessed and action in workflow.EMPLOYERS_OWN):
        raise NotAllowed("WRONG_STATE", state=str(filing.state), action=action.value)
    if (by is None) != (move.who is Who.SYSTEM):
        raise NotAllowed("NO_RIGHT")
    if by is None:
        return move
    if workflow.NEEDED[move.who] not in rights:
        raise NotAllowed("NO_RIGHT")
    if move.who is Who.OTHER_APPROVER and filing.flow == ApprovalFlow.CHECKED and _made_by(filing, by):
        raise NotAllowed("OWN_WORK")
    return move


def _made_by(filing: Filing, by: User) -> bool:
    """Whether `by` prepared the filing, ever declared its file correct, had it read again or mended a row: with a checker nobody approves their
    own work."""
    own_acts = FilingLog.objects.filter(filing__file=filing.file_id, action__in=[FilingAction.SUBMIT, FilingAction.REREAD], by=by)
    return by.pk == filing.prepared_by_id or own_acts.exists() or bool(filing.mended and filing.mendings.filter(by=by).exists())


def _audited(action: FilingAction) -> str:
    return f"filing.{action.lower()}"
