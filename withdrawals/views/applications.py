"""A member's applications: the list; one with its history, payments and papers; cancelling, appealing, asking again for what came back."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from kwsp_portal.bank import accounts
from kwsp_portal.common import clock
from members import access as members_access
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import member_required
from members.identity.tac_step import TacStep
from members.selectors import bank_accounts
from members.services import payouts
from withdrawals import access, explanations, forms, kinds, labels
from withdrawals.enums import Action, Channel, KindCode, Payee, State
from withdrawals.models import Application
from withdrawals.selectors import applications as selectors
from withdrawals.selectors import creditors, guides
from withdrawals.services import afterwards, applying, moves, renewing
from withdrawals.views import estimating, words
from withdrawals.workflow import UNDECIDED


@member_required
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """The own ones, the newest first, and the way to how much could be taken."""
    member = members_access.member_for(request.user)  # type: ignore[arg-type]
    on = clock.business_date()
    found = [
        (one, labels.KINDS[one.kind], labels.standing(one.state, told=selectors.status_from(one, on=on) is None))
        for one in selectors.of_member(member=member)
    ]
    return render(request, "withdrawals/applications.html", {"member": member, "lines": found})


@member_required
@never_cache
@require_safe
def application(request: HttpRequest, number: str) -> HttpResponse:
    """One application, as the database has it."""
    found = _own(request, number)
    if found.state == State.DRAFT:
        return redirect("member:withdrawal_guide", found.number)
    return _page(request, found)


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Take it back, once it was read what that means."""
    found = _own(request, number)
    if request.method == "POST":
        try:
            afterwards.cancel(application_id=found.pk, by=request.user, on=clock.business_date(), at=clock.now())  # type: ignore[arg-type]
        except moves.NotAllowed as error:
            status, refused = words.not_allowed(error)
            return _page(request, _own(request, number), refused=refused, status=status)
        return redirect("member:withdrawal", number)
    if Action.CANCEL not in _may(found, request):
        return redirect("member:withdrawal", number)
    return render(request, "withdrawals/cancel.html", {"found": found, "name": labels.KINDS[found.kind]})


@member_required
@never_cache
@sensitive_post_parameters("tac")
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, number: str) -> HttpResponse:
    """Ask again for what came back: the same way, or to the own account in place of an Arahan Bayaran."""
    found, on = _own(request, number), clock.business_date()
    if Action.RENEW not in _may(found, request):
        return redirect("member:withdrawal", number)
    if creditors.refusal_of(found):
        return redirect("member:withdrawal_creditor", number)
    ways, now = renewing.ways(found, on=on), clock.now()
    form = forms.RenewForm(request.POST or None, ways=[(one, labels.AGAIN[one]) for one in ways], initial={"to": ways[0]})
    box = TacStep.of(request, purpose=Purpose.WITHDRAWAL, shown=renewing.shown(found, ways[0])) if renewing.needs_code(found) else None
    refused = ""
    if form.is_bound and form.is_valid():
        answer = _renewed(request, found, form.cleaned_data["to"], box, now)
        if isinstance(answer, HttpResponse):
            return answer
        refused = answer
    account = renewing.account_for(found, Payee.ACCOUNT)
    wrong = bool(form.is_bound and form.errors) or bool(refused) or bool(box and box.refusal)
    context = {
        "found": found,
        "name": labels.KINDS[found.kind],
        "amount": renewing.total(found),
        "account_name": bank_accounts.name_of(account) if account else "",
        "creditor": creditors.words(found, creditors.current(found)),
        "own": Payee.ACCOUNT in ways,
        "form": form,
        "box": box.box(at=now) if box else None,
        "refused": refused,
        "form_errors": wrong,
    }
    return render(request, "withdrawals/renew.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _renewed(request: HttpRequest, found: Application, to: Payee, box: TacStep | None, now: datetime) -> HttpResponse | str:
    """The way on; the words of a refusal, or none, where the page is shown again."""
    try:
        if box is not None and box.wanted():
            box.send(at=now)
            return ""
        approval = box.approval(at=now) if box is not None else None
        by: Any = request.user
        renewing.renew(application_id=found.pk, to=to, by=by, on=clock.business_date(), at=now, approval=approval)
    except tac.Refused as error:
        if box is not None and renewing.waits(found):
            box.refuse(error)
            return ""
    except moves.NotAllowed as error:
        if error.code not in ("WRONG_STATE", "NOTHING_BACK", "ACCOUNT_ASKED"):
            return words.not_allowed(error)[1]
    return redirect("member:withdrawal", found.number)


@member_required
@never_cache
@sensitive_post_parameters("tac")
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """Why it should be looked at again, and the code for just this amount and the account as it is now."""
    found, now = _own(request, number), clock.now()
    if Action.APPEAL not in _may(found, request):
        return redirect("member:withdrawal", number)
    account = applying.account_for(found)
    box = TacStep.of(request, purpose=Purpose.WITHDRAWAL, shown=applying.shown(found, account))
    form = forms.AppealForm(request.POST if request.method == "POST" else None)
    refused = ""
    if form.is_bound and form.is_valid():
        answer = _appealed(request, found, form.cleaned_data["reason"], box, now)
        if isinstance(answer, HttpResponse):
            return answer
        refused = answer
    wrong = bool(form.is_bound and form.errors) or bool(box.refusal) or bool(refused)
    context = {
        "found": found,
        "name": labels.KINDS[found.kind],
        "account_name": bank_accounts.name_of(account) if account else "",
        "reason": selectors.page_of(found).reason,
        "holds": guides.holds(found, on=clock.business_date()),
        "form": form,
        "box": box.box(at=now),
        "refused": refused,
        "form_errors": wrong,
    }
    return render(request, "withdrawals/appeal.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _appealed(request: HttpRequest, found: Application, reason: str, box: TacStep, now: datetime) -> HttpResponse | str:
    """The way on; the words of a refusal, or none, where the page is shown again."""
    try:
        if box.wanted():
            box.send(at=now)
            return ""
        approval = box.approval(at=now)
        by: Any = request.user
        applying.appeal(application_id=found.pk, reason=reason, approval=approval, by=by, on=clock.business_date(), at=now)
    except tac.Refused as refused:
        found.refresh_from_db()
        if found.state == State.REFUSED:
            box.refuse(refused)
            return ""
    except moves.NotAllowed as error:
        if error.code != "WRONG_STATE":
            return words.not_allowed(error)[1]
    except applying.NotEligible as error:
        return " ".join(one.words for one in explanations.reasons(error.refusals))
    return redirect("member:withdrawal", found.number)


def _page(request: HttpRequest, found: Application, *, refused: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    page, on = selectors.page_of(found), clock.business_date()
    kind = kinds.OF[KindCode(found.kind)]
    may = _may(found, request)
    status_from = selectors.status_from(found, on=on)
    context = {
        "found": found,
        "page": page,
        "stopped_for": labels.STOPPED.get(page.stopped_for, ""),
        "name": labels.KINDS[found.kind],
        "label": labels.standing(found.state, told=status_from is None),
        "status_from": status_from,
        "changed_by": labels.CHANGED_BY.get(found.kind, ""),
        "slug": estimating.slug_of(found.kind),
        "decided_from": guides.by_rule_from(found, on=on) if found.state == State.SUBMITTED else None,
        "undecided": found.state in UNDECIDED,
        "late": bool(found.due_on and found.state in UNDECIDED and found.state != State.DOCUMENTS and on > found.due_on),
        "answers": words.answers(kind, found.particulars),
        "charges": words.charged(page.charges, on),
        "why": explanations.explained(page.steps),
        "payee": words.payee(found.payee),
        "order_bank": accounts.name(payouts.ORDER_BANK),
        "creditor": creditors.words(found, creditors.current(found)),
        "creditor_refusal": creditors.refusal_of(found),
        "account_name": bank_accounts.name_of(found.account) if found.account else "",
        "channel": labels.CHANNEL[Channel(found.channel)],
        "log": [(entry, words.acted(entry), entry.by_id == request.user.pk) for entry in page.log],
        "payments": [(one, labels.PAYMENT[one.state]) for one in page.payments],
        "papers": [(one, labels.DOCUMENT[one.code]) for one in page.papers],
        "may_cancel": Action.CANCEL in may,
        "may_appeal": Action.APPEAL in may,
        "may_answer": Action.ANSWER in may,
        "may_renew": Action.RENEW in may,
        "refused": refused,
        "form_errors": bool(refused),
    }
    return render(request, "withdrawals/application.html", context, status=status)


def _may(found: Application, request: HttpRequest) -> set[Action]:
    """What the member may do now, by what the services enforce."""
    allowed = set(moves.allowed(found, request.user))  # type: ignore[arg-type]
    allowed -= set() if renewing.waits(found) else {Action.RENEW}
    return allowed if kinds.OF[KindCode(found.kind)].cancellable else allowed - {Action.CANCEL}


def _own(request: HttpRequest, number: str) -> Application:
    return access.application_for(request.user, number)  # type: ignore[arg-type]
