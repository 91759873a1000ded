"""Withdrawals at a counter (/counter/members/<number>/withdrawals/): for a member who stands there, and what came by post. The guide is the member's;
in place of the phone's code stands the print on the notice, or the form that was scanned in."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kwsp_portal.bank import accounts
from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members import access as members_access
from members import forms as members_forms
from members import labels as members_labels
from members.enums import IdentityKind, Thumb
from members.models import Member
from members.selectors import bank_accounts
from members.services import checking, payouts
from members.views import desk
from withdrawals import access, explanations, forms, kinds, labels
from withdrawals.enums import Action, Channel, ConfirmedBy, KindCode, Payee, State
from withdrawals.models import Application
from withdrawals.models.applications import notice_code
from withdrawals.selectors import applications as selectors
from withdrawals.selectors import creditors, estimates
from withdrawals.selectors.guides import Guide
from withdrawals.services import applying, confirming, drafts, moves, renewing
from withdrawals.services.confirming import Notice
from withdrawals.views import answering, papers, words
from withdrawals.views import applying as guide

POST: Final = "post"
"""`?by=post`: what is begun came by post."""


def of_a_member(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page about one application at a counter. Who came without a search is asked for the reason first; each look is in the member's log."""

    @desk.counter_required
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, number: str, **more: Any) -> HttpResponseBase:
        found = access.at_counter(number)
        if desk.reason_of(request) is None:
            return redirect(f"{reverse('counter:search')}?reason=1")
        desk.seen(request, found.member)
        return view(request, found, **more)

    return opened


@desk.counter_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdrawals(request: HttpRequest, number: str) -> HttpResponse:
    """What the member can apply for, by which way, and what was applied for; a POST begins an application, or goes on with the one begun."""
    member, on = members_access.member_numbered(number), clock.business_date()
    if desk.reason_of(request) is None:
        return redirect(f"{reverse('counter:search')}?reason=1")
    desk.seen(request, member)
    channel = Channel.POST if request.GET.get("by") == POST else Channel.COUNTER
    known = estimates.of_member(member=member, on=on, channel=channel)
    offered = [one for one in known if _offered(one, channel)]
    form = forms.BeginForm(
        request.POST if request.method == "POST" else None,
        kinds=[(one.kind.code.value, _choice(one, channel)) for one in offered],
        by_post=channel is Channel.POST,
    )
    status = HTTPStatus.OK
    if form.is_bound:
        answer = _begun(request, member, form, channel)
        if not isinstance(answer, HTTPStatus):
            return answer
        status = answer
    others = [(labels.KINDS[one.kind.code], explanations.reasons(one.refusals)) for one in known if one not in offered]
    account = bank_accounts.current(member)
    context = {
        "member": member,
        "on": on,
        "by_post": channel is Channel.POST,
        "form": form,
        "offered": offered,
        "bankrupt": bool(known) and known[0].facts.bankrupt,
        "needs_account": account is None and any(one.needs_account for one in offered),
        "others": others,
        "account": bank_accounts.name_of(account) if account else "",
        "lines": [
            (one, labels.KINDS[one.kind], labels.STATE[one.state], labels.CHANNEL[Channel(one.channel)])
            for one in selectors.at_counter(member=member)
        ],
    }
    return render(request, "withdrawals/counter/withdrawals.html", context, status=status)


@of_a_member
@require_safe
def application(request: HttpRequest, found: Application) -> HttpResponse:
    """One application, as the database has it, and what may be done with it here."""
    if found.state == State.DRAFT:
        return guide.to_first_open(request, found)
    return _page(request, found)


@of_a_member
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, found: Application, step: str) -> HttpResponse:
    """One page of the guide."""
    return guide.step_of(request, found, step, check=_check)


@of_a_member
@require_POST
def discard(request: HttpRequest, found: Application) -> HttpResponse:
    """Throw a draft away."""
    return guide.discard_of(request, found)


@of_a_member
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, found: Application) -> HttpResponse:
    """Papers that were asked for, brought to the counter or sent by post; another account among it is confirmed on a notice."""
    wrong = creditors.asked_anew(found)
    if request.method == "POST" and "code" not in request.POST and wrong is not None and wrong.ended_on is not None:
        return redirect("counter:withdrawal_answer_notice", found.number)
    return answering.answer_of(request, found)


@desk.counter_required
@require_safe
def document(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """A paper as it is kept, always as an attachment; the trail says who took it."""
    return papers.document_of(request, access.at_counter(number), pk)


@desk.counter_required
@require_safe
def document_small(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A small picture of a paper, made by us, on a page whose look is in the member's log."""
    return papers.thumbnail_of(access.at_counter(number), pk)


@of_a_member
@require_POST
def document_remove(request: HttpRequest, found: Application, pk: int) -> HttpResponse:
    """Take a file away."""
    return papers.remove_from(request, found, pk)


def _offered(one: estimates.Estimate, channel: Channel) -> bool:
    """Whether it can be begun. What came by post is asked of the day on which it came, so that all that takes this way may be begun."""
    if channel is Channel.POST:
        return not one.closed and channel in one.kind.channels(one.facts)
    return one.possible


def _choice(one: estimates.Estimate, channel: Channel) -> str:
    name = str(labels.KINDS[one.kind.code])
    return name if channel is Channel.POST else _("%(kind)s: sehingga %(most)s") % {"kind": name, "most": formats.money(one.result.most)}


def _begun(request: HttpRequest, member: Member, form: forms.BeginForm, channel: Channel) -> HttpResponse | HTTPStatus:
    """To the guide; the status of the page that is shown again where nothing was begun."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    asked: Any = {"member": member, "kind": form.cleaned_data["kind"], "by": request.user, "on": clock.business_date(), "channel": channel}
    try:
        found = drafts.begin(**asked, received_on=form.cleaned_data.get("received_on"))
    except moves.NotAllowed as error:
        status, said = words.not_allowed(error)
        form.add_error("received_on" if error.code == "RECEIVED_ON" else None, said)
        return HTTPStatus(status)
    return guide.to_first_open(request, found)


def _check(request: HttpRequest, at: Guide, step: str) -> HttpResponse:
    """The notice: all answers as the member confirms them; and what the officer holds in their hands."""
    found, now = at.found, clock.now()
    account = at.account if found.payee == Payee.ACCOUNT else None
    digest = confirming.digest_of(applying.shown(found, account))
    posted = found.channel == Channel.POST
    maker: type[django_forms.Form] = forms.PostedForm if posted else members_forms.CheckForm
    form = maker(request.POST if request.method == "POST" else None)
    refused = ""
    if form.is_bound and form.is_valid():
        answer = _submitted(request, at, form, digest, now)
        if isinstance(answer, HttpResponse):
            return answer
        refused = answer
    member = found.member
    shown = {
        **guide.check_context(at, now),
        **notice_context(request, member, digest, now),
        "member": member,
        "posted": posted,
        "by_form": member.identity_kind != IdentityKind.MYKAD and at.kind.form,
        "waits": guide.waits(account, now),
    }
    wrong = bool(form.errors) or bool(refused)
    return guide.page(request, at, step, "withdrawals/counter/notice.html", form, refused=refused, form_errors=wrong, **shown)


def _submitted(request: HttpRequest, at: Guide, form: django_forms.Form, digest: str, now: datetime) -> HttpResponse | str:
    """The way on once it is handed in; the words of a refusal, or none, where the page is shown again. The reader is asked for this notice, once all
    else is in order."""
    found, by = at.found, request.user
    if isinstance(form, members_forms.CheckForm) and not desk.of_register(form, found.member):
        return ""
    sent = request.POST.get("notice", "")
    if sent != digest:
        return words.not_allowed(moves.refused(found, Action.SUBMIT, by, "NOTICE"))[1]  # type: ignore[arg-type]
    seen = desk.checked(request, form, found.member, at=now, anew=True) if isinstance(form, members_forms.CheckForm) else None
    try:
        applying.submit(
            application_id=found.pk,
            version=guide.version_of(request),
            approval=Notice(digest=sent, checklist=seen),
            by=by,  # type: ignore[arg-type]
            on=clock.business_date(),
            at=now,
        )
    except checking.Incomplete as error:
        for field, said in members_forms.missing_words(error.codes):
            form.add_error(field, str(said))
        return ""
    except moves.NotAllowed as error:
        if error.code == "WRONG_STATE":
            return redirect("counter:withdrawal", found.number)
        if error.code == "PAPERS_MISSING":
            lacking = ", ".join(str(labels.DOCUMENT[code]) for code in error.details["papers"].split(", "))
            return _("Belum dimuat naik: %(missing)s") % {"missing": lacking}
        return words.not_allowed(error)[1]
    except applying.NotEligible as error:
        return " ".join(one.words for one in explanations.reasons(error.refusals))
    messages.success(request, _("Permohonan %(number)s dihantar.") % {"number": found.number})
    return redirect("counter:withdrawal", found.number)


def notice_context(request: HttpRequest, member: Member, digest: str, now: datetime) -> dict[str, Any]:
    """What every notice shows: whose it is, its code, and what the reader said once it was asked."""
    thumb = desk.thumb_of(request, member.identity_number, at=now) if request.method == "POST" else Thumb.NOT_ASKED
    return {
        "paper": members_labels.paper(member.identity_kind, member.identity_country),
        "digest": digest,
        "code": notice_code(digest),
        "has_thumb": member.identity_kind in checking.THUMBED,
        "thumb": members_labels.THUMBS[thumb] if thumb is not Thumb.NOT_ASKED else None,
    }


def _page(request: HttpRequest, found: Application) -> HttpResponse:
    page = selectors.page_of(found)
    kind = kinds.OF[KindCode(found.kind)]
    may = moves.allowed(found, request.user)  # type: ignore[arg-type]
    context = {
        "found": found,
        "name": labels.KINDS[found.kind],
        "label": labels.STATE[found.state],
        "channel": labels.CHANNEL[Channel(found.channel)],
        "answers": words.answers(kind, found.particulars),
        "charges": words.charged(page.charges, clock.business_date()),
        "payee": words.payee(found.payee),
        "order_bank": accounts.name(payouts.ORDER_BANK),
        "creditor": creditors.words(found, creditors.current(found)),
        "account_name": bank_accounts.name_of(found.account) if found.account else "",
        "reason": page.reason,
        "confirmed": [(labels.CONFIRMED_ACT[one.act], labels.CONFIRMED[ConfirmedBy(one.way)], one.code) for one in found.confirmations.all()],
        "orders": page.orders,
        "papers": [(one, labels.DOCUMENT[one.code]) for one in page.papers],
        "log": [(entry, words.acted(entry)) for entry in page.log],
        "creditor_refusal": creditors.refusal_of(found),
        "may_answer": Action.ANSWER in may,
        "may_cancel": Action.CANCEL in may and kind.cancellable,
        "may_appeal": Action.APPEAL in may,
        "may_renew": Action.RENEW in may and renewing.waits(found),
    }
    return render(request, "withdrawals/counter/application.html", context)
