"""Two officers decide about an instalment plan: one writes its terms, or changes them; another, who wrote none of them, approves or refuses."""

from datetime import date

from django.db import transaction

from contributions.enums import PlanAction
from contributions.models import InstalmentPlan
from contributions.selectors import instalments as selectors
from contributions.services import instalment_moves as moves
from contributions.services import instalment_news
from contributions.services.instalment_moves import NotAllowed, Wanted
from kwsp_portal.notify import services as notify
from members.identity.models import User


def propose(*, plan_id: int, wanted: Wanted, seen: int, by: User, on: date) -> InstalmentPlan:
    """Put terms forward: the employer's own, or others. `seen` is the number of the terms that the officer looked at. Raises NotAllowed."""
    with transaction.atomic():
        found = moves.locked(plan_id)
        moves.demand(found, PlanAction.PROPOSE, by, on=on)
        _demand_seen(found, PlanAction.PROPOSE, seen, by)
        code, details = moves.why_not_wanted(found.employer, wanted, on=on)
        if code:
            raise moves.refused(found, PlanAction.PROPOSE, by, code, **details)
        moves.write(found, wanted, moves.draft_of(found.employer, wanted, on=on), by=by, on=on)
        moves.move(found, PlanAction.PROPOSE, by, on=on, comment=wanted.reason)
    return found


def approve(*, plan_id: int, seen: int, comment: str, by: User, on: date) -> InstalmentPlan:
    """Another officer agrees to the terms that they saw: the employer may accept them until the first day. Raises NotAllowed."""
    with transaction.atomic():
        found = moves.locked(plan_id)
        moves.demand(found, PlanAction.APPROVE, by, on=on)
        _demand_seen(found, PlanAction.APPROVE, seen, by)
        terms = selectors.terms_of(found)
        if terms.first_on < on:
            raise moves.refused(found, PlanAction.APPROVE, by, "FIRST_DAY_PAST")
        found.approved_by, found.approved_on = by, on
        moves.move(found, PlanAction.APPROVE, by, on=on, comment=comment)
        notify.tell([instalment_news.of_plan(instalment_news.OFFERED, found, terms)], on=on)
    return found


def send_back(*, plan_id: int, comment: str, by: User, on: date) -> InstalmentPlan:
    """Another officer does not agree: terms are to be written anew. Raises NotAllowed."""
    with transaction.atomic():
        found = moves.locked(plan_id)
        moves.move(found, PlanAction.RETURN, by, on=on, comment=comment)
    return found


def refuse(*, plan_id: int, comment: str, by: User, on: date) -> InstalmentPlan:
    """No plan, with a reason that the employer reads. Raises NotAllowed."""
    with transaction.atomic():
        found = moves.locked(plan_id)
        moves.move(found, PlanAction.REFUSE, by, on=on, comment=comment)
        notify.tell([instalment_news.of_plan(instalment_news.REFUSED, found, selectors.terms_of(found), comment=comment.strip())], on=on)
    return found


def _demand_seen(found: InstalmentPlan, action: PlanAction, seen: int, by: User) -> None:
    """Nobody decides about terms that another officer has changed meanwhile."""
    if selectors.terms_of(found).number != seen:
        raise moves.refused(found, action, by, "TERMS_CHANGED")


__all__ = ["NotAllowed", "approve", "propose", "refuse", "send_back"]
