"""The one transfer to Akaun Fleksibel (/member/initial-transfer/): what it would do, the code, and what it did."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock, money
from members import access, explanations
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import member_required
from members.identity.sessions import address_of
from members.identity.tac_step import TacStep
from members.models import Member
from members.services import initial_transfer
from members.services.initial_transfer import Preview

OVER = frozenset({"USED", "SPENT"})


@member_required
@never_cache
@sensitive_post_parameters("tac")
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest) -> HttpResponse:
    """Before and after, account by account; the code approves just these amounts."""
    member, on = access.member_for(request.user), clock.business_date()  # type: ignore[arg-type]
    found = initial_transfer.preview(member, on=on)
    step = TacStep.of(request, purpose=Purpose.INITIAL_TRANSFER, shown=initial_transfer.shown(found))
    if request.method == "POST":
        if found.done:
            return redirect("member:initial_transfer")
        if found.division:
            answer = _posted(request, member, step)
            if answer is not None:
                return answer
    wrong = bool(step.refusal) or (request.method == "POST" and found.refusal is not None)
    return render(request, "members/initial_transfer.html", _context(found, step), status=422 if wrong else 200)


def _posted(request: HttpRequest, member: Member, step: TacStep) -> HttpResponse | None:
    """The way on once it is made; None where the page is shown again."""
    at, on = clock.now(), clock.business_date()
    try:
        if step.wanted():
            step.send(at=at)
            return None
        initial_transfer.transfer(member=member, approval=step.approval(at=at), on=on, at=at, ip=address_of(request))
    except initial_transfer.NotAllowed:
        return redirect("member:initial_transfer")
    except tac.Refused as refused:
        if refused.code in OVER and initial_transfer.made(member):
            return redirect("member:initial_transfer")
        step.refuse(refused)
        return None
    return redirect("member:initial_transfer")


def _context(found: Preview, step: TacStep) -> dict[str, object]:
    on = clock.business_date()
    rows = [
        (explanations.account_name(code, on), money.from_sen(sen), money.from_sen(found.after[code] - sen), money.from_sen(found.after[code]))
        for code, sen in found.before.items()
    ]
    moved = found.done.amounts if found.done else {}
    return {
        "rows": rows,
        "total": money.from_sen(sum(found.before.values())),
        "moved": money.from_sen(found.total_sen),
        "last_day": initial_transfer.last_day(on) if found.division else None,
        "division": found.division,
        "why": explanations.explained(found.division.steps, explanations.transfer_words) if found.division else None,
        "refused": explanations.transfer_refusal_words(found.refusal) if found.refusal and not found.done else "",
        "done": found.done,
        "done_rows": [(explanations.account_name(code, on), money.from_sen(sen)) for code, sen in moved.items()],
        "box": step.box(at=clock.now()),
        "form_errors": bool(step.refusal),
    }
