"""What a member does at a counter with what was handed in: cancels it, asks again what was refused or came back, answers with another account of whom
they owe, under the print on a notice of just that, or by a letter with KWSP 3."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from kwsp_portal.documents import services as documents
from members import forms as members_forms
from members.models import BankAccount
from members.selectors import bank_accounts, cooling
from members.services import checking
from members.views import desk
from withdrawals import explanations, forms, kinds, labels
from withdrawals.enums import Action, DocumentCode, KindCode, Payee, State
from withdrawals.models import Application
from withdrawals.selectors import applications as selectors
from withdrawals.selectors import creditors, guides
from withdrawals.services import afterwards, applying, confirming, moves, renewing
from withdrawals.services.confirming import Notice
from withdrawals.views import counter, words

Serve = Callable[[Notice, datetime], Application]
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


@counter.of_a_member
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, found: Application) -> HttpResponse:
    """Take it back for who stands there."""
    if not kinds.OF[KindCode(found.kind)].cancellable:
        return redirect("counter:withdrawal", found.number)
    form = (forms.PostedCancelForm if _by_post(request) else forms.CounterCancelForm)(*_sent(request))

    def serve(notice: Notice, at: datetime) -> Application:
        by: Any = request.user
        return afterwards.cancel(application_id=found.pk, notice=notice, by=by, on=clock.business_date(), at=at)

    return _act(request, found, Action.CANCEL, form, found.account, serve)


@counter.of_a_member
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, found: Application) -> HttpResponse:
    """Ask again what was refused, in the words of who stands there."""
    form = (forms.PostedAppealForm if _by_post(request) else forms.CounterAppealForm)(*_sent(request))

    def serve(notice: Notice, at: datetime) -> Application:
        by: Any = request.user
        asked = {"application_id": found.pk, "reason": form.cleaned_data["reason"], "approval": notice}
        return applying.appeal(**asked, by=by, on=clock.business_date(), at=at)

    return _act(request, found, Action.APPEAL, form, applying.account_for(found), serve)


@counter.of_a_member
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, found: Application) -> HttpResponse:
    """Send what an officer asked for, with the account that who stands there has given in place of the wrong one."""
    wrong = creditors.asked_anew(found)
    if wrong is None or wrong.ended_on is None:
        return redirect("counter:withdrawal_answer", found.number)
    form = (forms.PostedCancelForm if _by_post(request) else forms.CounterCancelForm)(*_sent(request))

    def serve(notice: Notice, at: datetime) -> Application:
        by: Any = request.user
        return afterwards.answer(application_id=found.pk, notice=notice, by=by, on=clock.business_date(), at=at)

    more = {"creditor": creditors.words(found, creditors.current(found))}
    return _act(request, found, Action.ANSWER, form, found.account, serve, more=more)


@counter.of_a_member
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, found: Application) -> HttpResponse:
    """Ask again for what came back, for who stands there; `?to=ACCOUNT`: to the own account."""
    if not renewing.waits(found):
        return redirect("counter:withdrawal", found.number)
    if creditors.refusal_of(found):
        return redirect("counter:withdrawal_creditor", found.number)
    on = clock.business_date()
    ways = renewing.ways(found, on=on)
    to = next((one for one in ways if one == request.GET.get("to")), ways[0])
    form = (forms.PostedCancelForm if _by_post(request) else forms.CounterCancelForm)(*_sent(request))

    def serve(notice: Notice, at: datetime) -> Application:
        by: Any = request.user
        return renewing.renew(application_id=found.pk, to=to, notice=notice, by=by, on=on, at=at)

    account = renewing.account_for(found, to)
    more = {
        "amount": renewing.total(found),
        "to": to.value,
        "ways": [(one.value, labels.AGAIN[one]) for one in ways],
        "how": labels.AGAIN[to],
        "creditor": creditors.words(found, creditors.current(found)),
        "needs_account": to is Payee.ACCOUNT and account is None,
    }
    return _act(request, found, Action.RENEW, form, account, serve, told=renewing.shown(found, to), more=more)


def _by_post(request: HttpRequest) -> bool:
    return request.GET.get("by") == counter.POST


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _act(
    request: HttpRequest,
    found: Application,
    action: Action,
    form: forms.OnePaperForm,
    account: BankAccount | None,
    serve: Serve,
    *,
    told: dict[str, str] | None = None,
    more: Mapping[str, object] = _NOTHING,
) -> HttpResponse:
    """The notice, and what came of it; back to the application where nothing of the kind may be done any more."""
    if action not in moves.allowed(found, request.user):  # type: ignore[arg-type]
        return redirect("counter:withdrawal", found.number)
    now, refused, status = clock.now(), "", HTTPStatus.OK
    digest = confirming.digest_of_act(action, told or applying.shown(found, account))
    if form.is_bound:
        status, refused = HTTPStatus.UNPROCESSABLE_ENTITY, ""
        if form.is_valid() and (not isinstance(form, members_forms.CheckForm) or desk.of_register(form, found.member)):
            answer = _served(request, found, action, form, serve, now)
            if isinstance(answer, HttpResponse):
                return answer
            refused = answer
    context = {
        **counter.notice_context(request, found.member, digest, now),
        "found": found,
        "act": action.value,
        "by_post": _by_post(request),
        "name": labels.KINDS[found.kind],
        "account_name": bank_accounts.name_of(account) if account else "",
        "reason": selectors.page_of(found).reason if found.state == State.REFUSED else "",
        "holds": action is Action.APPEAL and guides.holds(found, on=clock.business_date()),
        "waits": cooling.of(found.member, at=now) if action is Action.APPEAL else None,
        "form": form,
        "refused": refused,
        "form_errors": bool(form.errors) or bool(refused),
        **more,
    }
    return render(request, "withdrawals/counter/act.html", context, status=status)


def _served(request: HttpRequest, found: Application, action: Action, form: forms.OnePaperForm, serve: Serve, now: datetime) -> HttpResponse | str:
    """The way on once it is done; the words of a refusal, or none, where the page is shown again."""
    checklist = desk.checked(request, form, found.member, at=now, anew=True) if isinstance(form, members_forms.CheckForm) else None
    received_on = form.cleaned_data.get("received_on")
    try:
        serve(Notice(digest=request.POST.get("notice", ""), checklist=checklist, form=form.paper(), received_on=received_on), now)
    except checking.Incomplete as error:
        for field, said in members_forms.missing_words(error.codes):
            form.add_error(field, str(said))
        return ""
    except documents.NotAPaper as error:
        form.add_error("papers", members_forms.paper_words(error))
        return ""
    except moves.NotAllowed as error:
        if error.code in ("WRONG_STATE", "NOTHING_BACK", "ACCOUNT_ASKED"):
            return redirect("counter:withdrawal", found.number)
        if error.code == "RECEIVED_ON":
            form.add_error("received_on", words.not_allowed(error)[1])
            return ""
        if error.code == "PAPERS_MISSING" and error.details["papers"] == DocumentCode.KWSP_3:
            form.add_error("papers", _("Tanpa cap ibu jari pada pembaca, imbas Borang KWSP 3 (Pindaan) yang bercap ibu jari"))
            return ""
        return words.not_allowed(error)[1]
    except applying.NotEligible as error:
        return " ".join(one.words for one in explanations.reasons(error.refusals))
    messages.success(request, str(labels.ACTION[action]))
    return redirect("counter:withdrawal", found.number)
