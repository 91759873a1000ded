"""What an employer does about paying its arrears in instalments: asks for a plan under a code, accepts the one that KWSP offers, takes it back.

What officers do: instalment_desk. What the calendar does: instalment_days. Nothing of it moves money or changes what is owed.
"""

from datetime import date, datetime

from django.db import transaction

from contributions.enums import PlanAction, PlanState
from contributions.models import InstalmentPlan
from contributions.selectors import instalments as selectors
from contributions.services import instalment_moves as moves
from contributions.services import instalment_news, leave
from contributions.services.instalment_moves import NotAllowed, Wanted
from employers.models import Employer
from kwsp_portal.notify import services as notify
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User


def check_ask(*, employer: Employer, wanted: Wanted, by: User, on: date) -> selectors.Draft:
    """What `ask` would write, so that no code is used in vain. Raises NotAllowed."""
    code, details = _why_not_asked(employer, wanted, by, on)
    if code:
        raise moves.refused(employer, PlanAction.ASK, by, code, **details)
    return moves.draft_of(employer, wanted, on=on)


def ask(*, employer: Employer, wanted: Wanted, by: User, approval: Approval, on: date, at: datetime) -> InstalmentPlan:
    """Ask KWSP for a plan. The same terms sent twice by one person are one plan. Raises NotAllowed, tac.Refused."""
    with transaction.atomic():
        held = Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)
        standing = selectors.open_of(held)
        if standing is not None and is_asked(standing, wanted, by):
            return standing
        draft = check_ask(employer=held, wanted=wanted, by=by, on=on)
        shown = leave.to_ask_for_plan(held, wanted=wanted, quoted=draft.quoted)
        tac.spend(approval=approval, user=by, purpose=Purpose.EMPLOYER_APPROVAL, shown=shown, at=at)
        made = InstalmentPlan.objects.create(employer=held, asked_by=by, asked_on=on)
        moves.write(made, wanted, draft, by=by, on=on)
        moves.entered(made, PlanAction.ASK, by, before="", on=on, comment=wanted.reason.strip())
    return made


def accept(*, plan_id: int, by: User, approval: Approval, on: date, at: datetime) -> InstalmentPlan:
    """Accept the terms that two officers have agreed to: from now on its instalments fall due. Raises NotAllowed, tac.Refused."""
    with transaction.atomic():
        found = moves.locked(plan_id)
        _demand_acceptable(found, by, on)
        terms = selectors.terms_of(found)
        tac.spend(approval=approval, user=by, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_accept_plan(found, terms), at=at)
        found.accepted_by, found.accepted_on = by, on
        moves.move(found, PlanAction.ACCEPT, by, on=on)
        notify.tell([instalment_news.of_plan(instalment_news.RUNNING, found, terms)], on=on)
    return found


def check_accept(*, plan_id: int, by: User, on: date) -> None:
    """Whether `accept` would do it now. Raises NotAllowed."""
    with transaction.atomic():
        _demand_acceptable(moves.locked(plan_id), by, on)


def withdraw(*, plan_id: int, by: User, on: date) -> InstalmentPlan:
    """Take back what was asked, or decline what is offered: what is owed stays owed. Raises NotAllowed."""
    with transaction.atomic():
        found = moves.locked(plan_id)
        moves.move(found, PlanAction.WITHDRAW, by, on=on)
    return found


def is_asked(found: InstalmentPlan, wanted: Wanted, by: User) -> bool:
    """Whether this very person has asked for just this, and nobody has answered: a second click."""
    if found.state != PlanState.ASKED or found.asked_by_id != by.pk or found.terms.count() != 1:
        return False
    return moves.are_terms(selectors.terms_of(found), wanted)


def _why_not_asked(employer: Employer, wanted: Wanted, by: User, on: date) -> tuple[str, dict[str, str]]:
    if not moves.may_act(employer, by, on=on):
        return "NO_RIGHT", {}
    if selectors.open_of(employer) is not None:
        return "OPEN_ALREADY", {}
    return moves.why_not_wanted(employer, wanted, on=on)


def _demand_acceptable(found: InstalmentPlan, by: User, on: date) -> None:
    moves.demand(found, PlanAction.ACCEPT, by, on=on)
    if selectors.terms_of(found).first_on < on:
        raise moves.refused(found, PlanAction.ACCEPT, by, "FIRST_DAY_PAST")


__all__ = ["NotAllowed", "Wanted", "accept", "ask", "check_accept", "check_ask", "is_asked", "withdraw"]
