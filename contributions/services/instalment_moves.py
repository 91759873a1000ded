"""The one place that changes an instalment plan's state: look up the table, ask who it is, write the log and the trail. It also writes terms down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models.functions import Now

from contributions import workflow
from contributions.enums import PlanAction, PlanState, PlanWho
from contributions.models import InstalmentLog, InstalmentMonth, InstalmentPlan, InstalmentTerms
from contributions.rules import instalments
from contributions.selectors import instalments as selectors
from employers import access as employers_access
from employers.enums import Right
from employers.models import Employer
from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import WageMonth
from members.identity.enums import Role
from members.identity.models import User

OFFICERS: Final = frozenset({Role.INSPECTOR, Role.SUPERVISOR})
"""Who writes terms and who approves them. No step asks for a role of its own, but for another person."""
NOTHING: Final[Mapping[str, str]] = {}
WORDED: Final = frozenset({PlanAction.ASK, PlanAction.PROPOSE, PlanAction.RETURN, PlanAction.APPROVE, PlanAction.REFUSE})
"""Acts that say why."""
OFFICE: Final = frozenset({PlanAction.PROPOSE, PlanAction.RETURN})
"""Steps between officers, which are the office's own: in no log of the employer's."""


class NotAllowed(Exception):
    """Why an act on a plan is refused. `code`: NO_RIGHT, OWN_WORK, WRONG_STATE, REASON_MISSING, OPEN_ALREADY, NO_MONTHS, NOT_OWED, TOO_FEW, COUNT,
    FIRST_DAY, FIRST_DAY_PAST, TERMS_CHANGED. `details` say what was found and expected."""

    def __init__(self, code: str, **details: str) -> None:
        self.code, self.details = code, details
        super().__init__(code)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Terms as somebody would have them: which months, in how many monthly instalments, the first on which day, and why."""

    months: frozenset[WageMonth]
    count: int
    first_on: date
    reason: str


def are_terms(terms: InstalmentTerms, wanted: Wanted) -> bool:
    """Whether terms are just what somebody wants, to the reason: the same sent twice."""
    months = frozenset(WageMonth.of(month) for month in terms.months.values_list("wage_month", flat=True))
    return (months, terms.count, terms.first_on, terms.reason) == (wanted.months, wanted.count, wanted.first_on, wanted.reason.strip())


def locked(plan_id: int) -> InstalmentPlan:
    """The plan, its employer locked first: asking, deciding and the calendar meet there. Raises InstalmentPlan.DoesNotExist."""
    Employer.objects.select_for_update(of=("self",), no_key=True).get(instalment_plans=plan_id)
    return InstalmentPlan.objects.select_for_update(of=("self",), no_key=True).select_related("employer").get(pk=plan_id)


def allowed(found: InstalmentPlan, by: User, *, on: date) -> frozenset[PlanAction]:
    """What `by` may do with it as it stands; the page asks what the service enforces."""
    return frozenset(action for action in PlanAction if not why_not(found, action, by, on=on))


def why_not(found: InstalmentPlan, action: PlanAction, by: User | None, *, on: date) -> str:
    """The code of the refusal of a move, empty where it may be made. None stands for the calendar."""
    move = workflow.PLAN_MOVES.get((PlanState(found.state), action))
    if move is None:
        return "WRONG_STATE"
    if by is None or move.who is PlanWho.SYSTEM:
        return "" if by is None and move.who is PlanWho.SYSTEM else "NO_RIGHT"
    if move.who is PlanWho.EMPLOYER:
        return "" if may_act(found.employer, by, on=on) else "NO_RIGHT"
    if by.role not in OFFICERS:
        return "NO_RIGHT"
    wrote = move.who is PlanWho.OTHER_OFFICER and found.terms.filter(by=by).exists()
    return "OWN_WORK" if wrote else ""


def may_act(employer: Employer, by: User, *, on: date) -> bool:
    """Whether `by` asks for plans and accepts them for the employer: who approves and pays, the administrator included."""
    return Right.APPROVE in employers_access.rights_of(by, employer, on=on)


def demand(found: InstalmentPlan, action: PlanAction, by: User | None, *, on: date) -> None:
    """Raises NotAllowed, which the trail keeps."""
    code = why_not(found, action, by, on=on)
    if code:
        raise refused(found, action, by, code)


def move(found: InstalmentPlan, action: PlanAction, by: User | None, *, on: date, comment: str = "") -> InstalmentLog:
    """Move a plan that the caller has locked, in the caller's transaction, and write what else was set on it. Raises NotAllowed."""
    demand(found, action, by, on=on)
    if action in WORDED and not comment.strip():
        raise refused(found, action, by, "REASON_MISSING")
    before = found.state
    found.state = workflow.PLAN_MOVES[PlanState(before), action].to
    found.ended_on = None if found.state in workflow.PLAN_OPEN else on
    found.save(update_fields=["state", "approved_by", "approved_on", "accepted_by", "accepted_on", "ended_on"])
    return entered(found, action, by, before=str(before), on=on, comment=comment.strip())


def entered(found: InstalmentPlan, action: PlanAction, by: User | None, *, before: str, on: date, comment: str) -> InstalmentLog:
    """What was done, in its log and in the trail. The employer reads there what was decided, never what officers say to each other."""
    entry = InstalmentLog.objects.create(plan=found, action=action, from_state=before, to_state=found.state, by=by, comment=comment, on=on, at=Now())
    told = {} if action is PlanAction.APPROVE or not comment else {"reason": comment}
    audit.record(
        actor=by,
        action=f"instalment.{action.lower()}",
        target=found,
        data={"on": str(on), **told, **_figures(found)},
        subjects=[] if action in OFFICE else [found.employer],
        before={"state": before} if before else {},
        after={"state": str(found.state)},
    )
    return entry


def write(found: InstalmentPlan, wanted: Wanted, draft: selectors.Draft, *, by: User, on: date) -> InstalmentTerms:
    """Write terms down as the plan's next ones. In the caller's transaction, which has locked it and asked `why_not_wanted`."""
    given = {"count": wanted.count, "first_on": wanted.first_on, "reason": wanted.reason.strip(), "quoted": draft.quoted, "total": draft.total}
    terms = InstalmentTerms.objects.create(plan=found, number=found.terms.count() + 1, **given, by=by, on=on)
    InstalmentMonth.objects.bulk_create(
        InstalmentMonth(
            terms=terms,
            wage_month=line.month.first_day,
            instalment=line.instalment,
            due_on=line.due_on,
            contribution=line.then.contribution,
            charge=line.then.charge,
            dividend=line.then.dividend,
        )
        for line in draft.lines
    )
    return terms


def why_not_wanted(employer: Employer, wanted: Wanted, *, on: date) -> tuple[str, dict[str, str]]:
    """Why these terms cannot be written now, with what was found and expected; an empty code where they can."""
    owed = selectors.owed_of(employer=employer, on=on, paid_on=lambda _month: on)
    if not wanted.reason.strip():
        return "REASON_MISSING", {}
    if not wanted.months:
        return "NO_MONTHS", {}
    gone = sorted(wanted.months - owed.keys())
    if gone:
        return "NOT_OWED", {"month": str(gone[0])}
    if len(wanted.months) < instalments.LEAST:
        return "TOO_FEW", {"found": str(len(wanted.months)), "least": str(instalments.LEAST)}
    most = min(instalments.most(on), len(wanted.months))
    if not instalments.LEAST <= wanted.count <= most:
        return "COUNT", {"found": str(wanted.count), "least": str(instalments.LEAST), "most": str(most)}
    earliest, latest = instalments.first_days(on)
    if not earliest <= wanted.first_on <= latest:
        return "FIRST_DAY", {"found": str(wanted.first_on), "earliest": str(earliest), "latest": str(latest)}
    return "", {}


def draft_of(employer: Employer, wanted: Wanted, *, on: date) -> selectors.Draft:
    """What the terms come to, of months that are owed."""
    return selectors.drafted(employer=employer, months=wanted.months, count=wanted.count, first_on=wanted.first_on, on=on)


def refused(found: InstalmentPlan | Employer, action: PlanAction, by: User | None, code: str, /, **details: str) -> NotAllowed:
    """The refusal of an act, to be raised by the caller; the trail has it."""
    whose = found if isinstance(found, Employer) else found.employer
    audit.record_refusal(actor=by, action=f"instalment.{action.lower()}", target=found, data={"code": code}, subjects=[whose])
    return NotAllowed(code, **details)


def _figures(found: InstalmentPlan) -> dict[str, str]:
    terms = selectors.terms_of(found)
    return {"count": str(terms.count), "first_on": str(terms.first_on), "amount": f"{terms.total:.2f}"}
