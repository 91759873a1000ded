"""What an officer asks for of an application: papers, and another account of the institution or lender, handed in by the member or at a counter."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import member_required
from members.identity.tac_step import TacStep
from withdrawals import access, kinds, labels
from withdrawals.enums import Action
from withdrawals.models import Application
from withdrawals.selectors import applications as selectors
from withdrawals.selectors import creditors, guides
from withdrawals.selectors import facts as gathering
from withdrawals.services import afterwards, applying, moves
from withdrawals.views import papers, places, words


@member_required
@never_cache
@sensitive_post_parameters("tac")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """What an officer asks for: files are added one by one, and then sent; under a code where another account is among it."""
    return answer_of(request, access.application_for(request.user, number))  # type: ignore[arg-type]


def answer_of(request: HttpRequest, found: Application) -> HttpResponse:
    """What was asked for of an application that the caller may open."""
    if Action.ANSWER not in moves.allowed(found, request.user):  # type: ignore[arg-type]
        return places.go(request, "withdrawal", found.number)
    wrong = creditors.asked_anew(found)
    given = wrong is not None and wrong.ended_on is not None
    now, form, refused, box = clock.now(), None, "", None
    if given and places.space(request) != places.COUNTER:
        box = TacStep.of(request, purpose=Purpose.WITHDRAWAL, shown=applying.shown(found, found.account))
    if request.method == "POST" and "code" in request.POST:
        form, refused = papers.added(request, found)
        if not refused:
            return places.go(request, "withdrawal_answer", found.number)
    elif request.method == "POST":
        answered = _answered(request, found, box, now)
        if isinstance(answered, HttpResponse):
            return answered
        refused = answered
    failed = bool(refused) or bool(box and box.refusal)
    context = {
        "space": places.space(request),
        "found": found,
        "name": labels.KINDS[found.kind],
        "reason": selectors.page_of(found).reason,
        "lines": papers.lines(guides.papers_of(found, kinds.evaluate(gathering.of_application(found, on=clock.business_date()))), form),
        "wrong": wrong,
        "given": given,
        "creditor": creditors.words(found, creditors.current(found)),
        "box": box.box(at=now) if box is not None else None,
        "refused": refused,
        "form_errors": failed,
    }
    return render(request, "withdrawals/answer.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK)


def _answered(request: HttpRequest, found: Application, box: TacStep | None, now: datetime) -> HttpResponse | str:
    """The way on; the words of a refusal, or none, where the page is shown again."""
    try:
        if box is not None and box.wanted():
            box.send(at=now)
            return ""
        approval = box.approval(at=now) if box is not None else None
        by: Any = request.user
        afterwards.answer(application_id=found.pk, by=by, on=clock.business_date(), at=now, approval=approval)
    except tac.Refused as error:
        found.refresh_from_db()
        if box is not None and Action.ANSWER in moves.allowed(found, request.user):  # type: ignore[arg-type]
            box.refuse(error)
            return ""
    except moves.NotAllowed as error:
        return words.not_allowed(error)[1]
    return places.go(request, "withdrawal", found.number)
