"""How what an employer hands in is approved: by another than who prepared it, or by the same person, too (i-Akaun: with or without approval flow).

A choice holds for what is handed in after it. What waits for approval stays with the flow it began with or goes back to who prepared it, as the
administrator says; the apps whose work it is register themselves (`concerns`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from django.db import transaction
from django.utils.functional import Promise

from employers import access, selectors
from employers.enums import ApprovalFlow, UnderWay
from employers.models import Employer, FlowChoice
from employers.services import leave, news
from employers.services.people import NotAllowed, hold, refusals_kept, require_administrator
from kwsp_portal import audit
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User


class SendBack(Protocol):
    def __call__(self, *, employer: Employer, by: User, on: date) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Approvable:
    """What waits for an employer's approvals: its name on a page, how many there are, and how they go back to who prepared them."""

    words: str | Promise
    waiting: Callable[[Employer], int]
    send_back: SendBack


_KNOWN: Final[list[Approvable]] = []


def concerns(one: Approvable) -> None:
    """Have a choice of flow ask and move this, too."""
    _KNOWN.append(one)


def waiting(employer: Employer) -> list[tuple[str | Promise, int]]:
    """What waits for approval, by its name; nothing that is none."""
    counted = [(one.words, one.waiting(employer)) for one in _KNOWN]
    return [(words, count) for words, count in counted if count]


def check(*, employer: Employer, flow: ApprovalFlow, under_way: UnderWay, by: User, on: date) -> int:
    """How many wait for approval. Raises NotAllowed; UNDER_WAY where it was not said what becomes of them."""
    require_administrator(employer, by, on)
    if access.flow_of(employer.pk) == flow:
        raise NotAllowed("SAME_FLOW")
    count = sum(number for _words, number in waiting(employer))
    if (under_way is UnderWay.NONE) != (count == 0):
        raise NotAllowed("UNDER_WAY")
    return count


def choose(
    *,
    employer: Employer,
    flow: ApprovalFlow,
    under_way: UnderWay,
    by: User,
    approval: Approval,
    on: date,
    at: datetime,
    ip: str | None = None,
) -> FlowChoice:
    """From now on what is handed in is approved so; everybody who acts for the employer is told. Raises NotAllowed, tac.Refused."""
    with refusals_kept(employer, "employer.flow", by, ip), transaction.atomic():
        hold(employer)
        count = check(employer=employer, flow=flow, under_way=under_way, by=by, on=on)
        shown = leave.to_choose_flow(employer, flow=flow, under_way=under_way, count=count)
        tac.spend(approval=approval, user=by, purpose=Purpose.APPROVAL_FLOW, shown=shown, at=at)
        made = FlowChoice.objects.create(employer=employer, flow=flow, under_way=under_way, chosen_by=by, chosen_on=on)
        sides = {"before": {"flow": _other(flow).value}, "after": {"flow": flow.value}}
        data = {"under_way": under_way.value, "waiting": count}
        audit.record(actor=by, action="employer.flow", target=employer, data=data, ip=ip, **sides)
        if under_way is UnderWay.GOES_BACK:
            for one in _KNOWN:
                one.send_back(employer=employer, by=by, on=on)
        _tell(made, at)
    return made


def _other(flow: ApprovalFlow) -> ApprovalFlow:
    return ApprovalFlow.SINGLE if flow is ApprovalFlow.CHECKED else ApprovalFlow.CHECKED


def _tell(made: FlowChoice, at: datetime) -> None:
    """The employer's inbox, and the phones of all but who chose."""
    cause = f"flowchoice:{made.pk}"
    news.tell_of_flow(made, cause=cause)
    for person in selectors.acting_for(made.employer).exclude(user=made.chosen_by_id):
        news.tell_person(person, "FLOW_CHOSEN_SMS", cause=cause, at=at, by=made.chosen_by.name, flow=made.flow)
