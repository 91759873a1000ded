"""The guide: one matter a page, each saved by itself; at its end the answers once more, a declaration and the phone's code."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kwsp_portal.common import clock
from members.enums import Waits
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import member_required
from members.identity.tac_step import TacStep
from members.models import BankAccount
from members.selectors import bank_accounts, cooling
from withdrawals import access, explanations, forms, kinds, labels
from withdrawals.enums import KindCode, Payee, State
from withdrawals.kinds import asking
from withdrawals.kinds.base import Sort
from withdrawals.models import Application, CreditorAccount
from withdrawals.selectors import applications as selectors
from withdrawals.selectors import creditors as creditor_selectors
from withdrawals.selectors import guides
from withdrawals.selectors.guides import Guide
from withdrawals.services import applying, creditors, drafts, moves
from withdrawals.services.drafts import Said
from withdrawals.views import papers, places, words

_TITLES: Final = {
    guides.AMOUNT: "withdrawals/guide_amount.html",
    guides.PAYMENT: "withdrawals/guide_payment.html",
    guides.CREDITOR: "withdrawals/guide_creditor.html",
    guides.DOCUMENTS: "withdrawals/guide_documents.html",
    guides.CHECK: "withdrawals/guide_check.html",
}
Page = Callable[[HttpRequest, Guide, str], HttpResponse]
_PICKED: Final = {"true": True, "false": False}
BACK: Final = "check"
"""`?back=check`: whoever changes one answer comes straight back to all of them."""


@member_required
@require_safe
def guide(request: HttpRequest, number: str) -> HttpResponse:
    """To the first page that is not done."""
    found = _own(request, number)
    return to_first_open(request, found) if found.state == State.DRAFT else redirect("member:withdrawal", found.number)


def to_first_open(request: HttpRequest, found: Application) -> HttpResponse:
    """To the first page that is not done, of a draft that the caller may open."""
    return places.go(request, "withdrawal_step", found.number, guides.of_draft(found, on=clock.business_date()).first_open)


@member_required
@never_cache
@sensitive_post_parameters("tac")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """One page of the guide. A page before which another is not done leads to that one."""
    return step_of(request, _own(request, number), step)


def step_of(request: HttpRequest, found: Application, step: str, *, check: Page | None = None) -> HttpResponse:
    """One page of the guide of an application that the caller may open; `check` is the last one, where it is not the member's."""
    if found.state != State.DRAFT:
        return redirect(places.after(request, found))
    at = guides.of_draft(found, on=clock.business_date())
    if not at.may_open(step):
        return places.go(request, "withdrawal_step", found.number, at.first_open)
    shown = check if check is not None and step == guides.CHECK else _PAGES.get(step, _about)
    return shown(request, at, step)


@member_required
@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """What was handed in, and what happens next. May be bookmarked and loaded again."""
    found = _own(request, number)
    if found.state in (State.DRAFT, State.DISCARDED):
        return redirect("member:withdrawal_guide", found.number)
    on = clock.business_date()
    context = {
        "found": found,
        "name": labels.KINDS[found.kind],
        "account": bank_accounts.name_of(found.account) if found.account else "",
        "cancellable": kinds.OF[KindCode(found.kind)].cancellable,
        "decided_from": guides.by_rule_from(found, on=on),
        "status_from": selectors.status_from(found, on=on),
    }
    return render(request, "withdrawals/done.html", context)


@member_required
@require_POST
def discard(request: HttpRequest, number: str) -> HttpResponse:
    """Throw a draft away."""
    return discard_of(request, _own(request, number))


def discard_of(request: HttpRequest, found: Application) -> HttpResponse:
    """Throw away a draft that the caller may open."""
    try:
        drafts.discard(application_id=found.pk, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except moves.NotAllowed:
        return places.go(request, "withdrawal", found.number)
    return redirect(places.home(request, found))


def _about(request: HttpRequest, at: Guide, step: str) -> HttpResponse:
    """What the kind asks on a page. The questions that an answer of this page brings up come on the same page once it is saved."""
    place, given = int(step.removeprefix(guides.ABOUT)), at.found.particulars
    asked = asking.asked_of(at.kind, given, page=place)
    if request.method == "POST":
        # What another answer of this very page makes idle is not asked for any more.
        chosen = {
            one.name: _PICKED.get(text, text) for one in asked if one.choices or one.sort is Sort.YES for text in [request.POST.get(one.name, "")]
        }
        asked = [one for one in asking.asked_of(at.kind, {**given, **chosen}, page=place) if one in asked or one.name in request.POST]
    data = request.POST if request.method == "POST" else None
    form = forms.ParticularsForm(data, kind=at.kind.code, asked=asked, answers=at.found.particulars)
    refused: HttpResponse | str = ""
    if form.is_bound and form.is_valid():
        refused = _saved(request, at, step, Said(answers=form.answers()))
    return page(request, at, step, "withdrawals/guide_about.html", form, refused=refused) if isinstance(refused, str) else refused


def _amount(request: HttpRequest, at: Guide, step: str) -> HttpResponse:
    """How much: between the least and the most, by the rules. Where the rules say no to any amount, why."""
    everything = at.estimate
    assert at.facts is not None and everything is not None  # noqa: S101, PT018 - its page opens after all answers
    if at.barred:
        return page(request, at, step, "withdrawals/guide_barred.html", None, reasons=explanations.reasons(everything.refusals))
    initial = at.found.asked if at.found.asked is not None else everything.most
    form = forms.AmountForm(request.POST if request.method == "POST" else None, initial={"amount": f"{initial:.2f}"})
    refused: HttpResponse | str = ""
    if form.is_bound and form.is_valid():
        amount: Decimal = form.cleaned_data["amount"]
        refusals = kinds.evaluate(replace(at.facts, asked=amount)).refusals
        if not refusals:
            refused = _saved(request, at, step, Said(asked=amount))
            if isinstance(refused, HttpResponse):
                return refused
        for refusal in refusals:
            form.add_error("amount", explanations.reason(refusal).words)
    figures: dict[str, Any] = {
        "refused": refused,
        "most": everything.most,
        "least": everything.least,
        "charges": words.charged(everything.charges, at.facts.on),
    }
    return page(request, at, step, _TITLES[step], form, why=explanations.explained(everything.steps), **figures)


def _payment(request: HttpRequest, at: Guide, step: str) -> HttpResponse:
    """To which account, or in which other way where the kind leaves a choice."""
    choice = len(at.payees) > 1 or at.found.payee not in at.payees
    form = (
        forms.PayeeForm(request.POST if request.method == "POST" else None, payees=at.payees, initial={"payee": at.found.payee}) if choice else None
    )
    refused: HttpResponse | str = ""
    if form is not None and form.is_bound and form.is_valid():
        refused = _saved(request, at, step, Said(payee=form.cleaned_data["payee"]))
        if isinstance(refused, HttpResponse):
            return refused
    if form is None and request.method == "POST" and at.is_done(step):
        return redirect(_next(request, at, step))
    shown: dict[str, Any] = {"refused": refused, "account_name": bank_accounts.name_of(at.account) if at.account else ""}
    return page(request, at, step, _TITLES[step], form, **shown, needs_account=at.found.payee == Payee.ACCOUNT and at.account is None)


def _creditor(request: HttpRequest, at: Guide, step: str) -> HttpResponse:
    """The account of whom the member owes, as the document names it; or an order in its name."""
    standing = creditor_selectors.current(at.found)
    form = forms.CreditorForm(request.POST if request.method == "POST" else None, initial=creditor_initial(at.found, standing))
    refused = ""
    if form.is_bound and form.is_valid():
        try:
            given, by = form.given(), request.user
            creditors.give(application_id=at.found.pk, version=version_of(request), given=given, by=by, on=clock.business_date())  # type: ignore[arg-type]
        except moves.NotAllowed as error:
            if error.code != "CHANGED":
                return places.go(request, "withdrawal", at.found.number)
            at.found.refresh_from_db(fields=["version"])
            refused = words.not_allowed(error)[1]
        else:
            return redirect(_next(request, at, step))
    return page(request, at, step, _TITLES[step], form, refused=refused, creditor_name=creditor_selectors.name(at.found))


def creditor_initial(found: Application, standing: CreditorAccount | None) -> dict[str, str]:
    """What the form of a creditor's account begins with."""
    if standing is None:
        return {"holder": creditor_selectors.name(found)}
    return {"way": forms.CreditorForm.ACCOUNT, "bank": standing.bank, "account": str(standing.number), "holder": str(standing.holder)}


def _documents(request: HttpRequest, at: Guide, step: str) -> HttpResponse:
    """Every paper with its files; one file at a time is added to one of them."""
    if request.method == "POST" and "code" not in request.POST:
        if not at.lacking:
            return redirect(_next(request, at, step))
        missing = ", ".join(str(labels.DOCUMENT[paper.document.code]) for paper in at.lacking)
        refused = _("Belum dimuat naik: %(missing)s") % {"missing": missing}
        return page(request, at, step, _TITLES[step], None, lines=papers.lines(at.papers), refused=refused)
    form, refused = papers.added(request, at.found)
    if not refused:
        return (
            redirect(request.get_full_path())
            if request.method == "POST"
            else page(request, at, step, _TITLES[step], None, lines=papers.lines(at.papers))
        )
    return page(request, at, step, _TITLES[step], None, lines=papers.lines(at.papers, form), refused=refused)


def _check(request: HttpRequest, at: Guide, step: str) -> HttpResponse:
    """All answers, the declaration, and the code for just this amount and account."""
    now = clock.now()
    account = at.account if at.found.payee == Payee.ACCOUNT else None
    box = TacStep.of(request, purpose=Purpose.WITHDRAWAL, shown=applying.shown(at.found, account))
    form = forms.DeclarationForm(request.POST if request.method == "POST" else None)
    refused = ""
    if form.is_bound and form.is_valid():
        answer = _submitted(request, at, box, now)
        if isinstance(answer, HttpResponse):
            return answer
        refused = answer
    shown = {**check_context(at, now), "waits": waits(account, now)}
    wrong = bool(form.is_bound and form.errors) or bool(box.refusal) or bool(refused)
    return page(request, at, step, _TITLES[step], form, box=box.box(at=now), refused=refused, form_errors=wrong, **shown)


def check_context(at: Guide, now: datetime) -> dict[str, Any]:
    """What the last page says of all answers."""
    assert at.result is not None and at.facts is not None  # noqa: S101, PT018 - its page opens last
    account = at.account if at.found.payee == Payee.ACCOUNT else None
    return {
        "answers": words.answers(at.kind, at.found.particulars),
        "charges": words.charged(at.result.charges, at.facts.on),
        "account_name": bank_accounts.name_of(account) if account else "",
        "payee": words.payee(at.found.payee),
        "creditor": creditor_selectors.words(at.found, creditor_selectors.current(at.found)),
        "papers": papers.lines(at.papers),
        "held_at_once": at.kind.holds(at.facts),
    }


def _submitted(request: HttpRequest, at: Guide, box: TacStep, now: datetime) -> HttpResponse | str:
    """The way on once it is handed in; the words of a refusal, or none, where the page is shown again."""
    found, on = at.found, clock.business_date()
    try:
        if box.wanted():
            box.send(at=now)
            return ""
        approval = box.approval(at=now)
        version = version_of(request)
        applying.submit(application_id=found.pk, version=version, approval=approval, by=request.user, on=on, at=now)  # type: ignore[arg-type]
    except tac.Refused as refused:
        found.refresh_from_db()
        if found.state != State.DRAFT:
            return redirect("member:withdrawal_done", found.number)
        box.refuse(refused)
        return ""
    except moves.NotAllowed as error:
        if error.code == "WRONG_STATE":
            return redirect("member:withdrawal", found.number)
        return words.not_allowed(error)[1]
    except applying.NotEligible as error:
        return " ".join(one.words for one in explanations.reasons(error.refusals))
    return redirect("member:withdrawal_done", found.number)


_PAGES: Final[dict[str, Page]] = {
    guides.AMOUNT: _amount,
    guides.PAYMENT: _payment,
    guides.CREDITOR: _creditor,
    guides.DOCUMENTS: _documents,
    guides.CHECK: _check,
}


def _saved(request: HttpRequest, at: Guide, step: str, said: Said) -> HttpResponse | str:
    """The way on; why not where the draft is newer than the page, which is shown again with what was typed."""
    try:
        found = drafts.say(application_id=at.found.pk, version=version_of(request), said=said, by=request.user)  # type: ignore[arg-type]
    except moves.NotAllowed as error:
        if error.code != "CHANGED":
            return places.go(request, "withdrawal", at.found.number)
        at.found.refresh_from_db(fields=["version"])
        return words.not_allowed(error)[1]
    return redirect(_next(request, guides.of_draft(found, on=clock.business_date()), step))


def _next(request: HttpRequest, at: Guide, step: str) -> str:
    """Back to all answers for who came from there, or on; never past a page that is not done."""
    wished = guides.CHECK if request.GET.get("back") == BACK or step not in at.steps else at.after(step)
    return places.address(request, "withdrawal_step", at.found.number, wished if at.may_open(wished) else at.first_open)


def page(
    request: HttpRequest, at: Guide, step: str, template: str, form: django_forms.Form | None, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    names = words.steps(at.steps)
    before = at.steps[at.steps.index(step) - 1] if at.steps.index(step) else ""
    back_url = places.address(request, "withdrawal_step", at.found.number, before) if before else places.home(request, at.found)
    context = {
        "space": places.space(request),
        "found": at.found,
        "name": labels.KINDS[at.kind.code],
        "form": form,
        "stepper": names,
        "current": at.steps.index(step) + 1,
        "step_name": names[at.steps.index(step)],
        "back_url": back_url,
        "questions": _questions(at, form) if isinstance(form, forms.ParticularsForm) else (),
        "refused": "",
        **more,
    }
    wrong = bool(form is not None and form.is_bound and form.errors) or bool(context["refused"]) or bool(more.get("form_errors"))
    context["form_errors"] = wrong
    return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong and status == HTTPStatus.OK else status)


def waits(account: BankAccount | None, now: datetime) -> cooling.Cooling | None:
    """What makes money wait for the account; that the phone is new, the box of the code says."""
    until = account.cooling_until if account else None
    return cooling.Cooling(causes=((Waits.BANK_ACCOUNT, until),)) if until and until > now else None


def _questions(at: Guide, form: forms.ParticularsForm) -> list[tuple[django_forms.BoundField, Any]]:
    """Each question with what helps to answer it."""
    return [(form[one.name], labels.PARTICULARS[at.kind.code][one.name].hint) for one in form.asked]


def version_of(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _own(request: HttpRequest, number: str) -> Application:
    return access.application_for(request.user, number)  # type: ignore[arg-type]
