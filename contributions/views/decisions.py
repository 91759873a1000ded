"""What people decide about a filing: send it for approval, approve it or return it, discard it, have its file read again, say
which sheet of it is meant."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contributions import access, forms, problems
from contributions.enums import FilingAction
from contributions.models import Filing
from contributions.selectors import filings as selectors
from contributions.selectors import topped
from contributions.services import cancelling, leave, moves, sheets, supplement
from contributions.services import filing as services
from contributions.views import shared
from kwsp_portal.common import clock, money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import representative_required
from members.identity.tac_step import TacStep

CHOICES = {"approve": FilingAction.APPROVE, "return": FilingAction.RETURN}


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the answers, declare, send for approval."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    form = forms.SubmitForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "contributions/filing_submit.html", _submit_context(request, found, form))
    if not form.is_valid():
        return render(request, "contributions/filing_submit.html", _submit_context(request, found, form), status=422)
    try:
        services.submit(
            filing_id=found.pk,
            by=request.user,  # type: ignore[arg-type]
            declaration=True,
            apart=form.cleaned_data["apart"],
            suspense=form.cleaned_data["suspense"],
            on=clock.business_date(),
        )
    except moves.NotAllowed as error:
        fresh = access.filing_for(employer, pk)
        if not _second_click(request, fresh, FilingAction.SUBMIT, error):
            return shared.refused(request, "contributions/filing_submit.html", _submit_context(request, fresh, form), error)
    return _to_approval(request, access.filing_for(employer, pk))


def _submit_context(request: HttpRequest, found: Filing, form: forms.SubmitForm) -> dict[str, Any]:
    may = FilingAction.SUBMIT in moves.allowed(filing=found, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    count, sen = supplement.payable_unmatched(found) if may and found.rows_unmatched else (0, 0)
    return {
        **_facts(found, may),
        **shared.timing_of(WageMonth.of(found.wage_month), clock.business_date()),
        "form": form,
        "bad": found.rows_invalid + found.rows_unmatched,
        "payable": count,
        "payable_total": money.from_sen(sen),
        "topping": topped.topping_of(found) if may else None,
        "comparison": selectors.comparison(filing=found) if may else None,
    }


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The approver's page: the filing beside last month's, approve, or return with a comment."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    step = TacStep.of(request, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_approve(found))
    if request.method != "POST" or step.wanted():
        return _decide_page(request, found, step)
    action = CHOICES.get(request.POST.get("action", ""))
    if action is None:
        raise BadRequest("action: expected approve or return")
    form = forms.ReturnForm(request.POST if action == FilingAction.RETURN else None)
    if form.is_bound and not form.is_valid():
        return render(request, "contributions/filing_decide.html", _decide_context(request, found, form, step), status=422)
    try:
        _decide(request, found, action, form, step)
    except (moves.NotAllowed, tac.Refused) as error:
        fresh = access.filing_for(employer, pk)
        if _second_click(request, fresh, action, error):
            return _to(fresh)
        if isinstance(error, tac.Refused):
            step.refuse(error)
            return _decide_page(request, fresh, step)
        return shared.refused(request, "contributions/filing_decide.html", _decide_context(request, fresh, form, step), error)
    return _to(found)


def _decide(request: HttpRequest, found: Filing, action: FilingAction, form: forms.ReturnForm, step: TacStep) -> None:
    by, on, at = request.user, clock.business_date(), clock.now()
    if action == FilingAction.APPROVE:
        services.check_approval(filing_id=found.pk, by=by, on=on)  # type: ignore[arg-type]
        services.approve(filing_id=found.pk, by=by, approval=step.approval(at=at), on=on, at=at)  # type: ignore[arg-type]
    else:
        services.return_to_maker(filing_id=found.pk, by=by, comment=form.cleaned_data["comment"], on=on)  # type: ignore[arg-type]


def _decide_page(request: HttpRequest, found: Filing, step: TacStep) -> HttpResponse:
    """The page, after a code was sent where one was asked for by somebody who may approve."""
    if step.wanted() and FilingAction.APPROVE in moves.allowed(filing=found, by=request.user, on=clock.business_date()):  # type: ignore[arg-type]
        step.send(at=clock.now())
    context = _decide_context(request, found, forms.ReturnForm(), step)
    return render(request, "contributions/filing_decide.html", context, status=422 if step.refusal else 200)


def _decide_context(request: HttpRequest, found: Filing, form: forms.ReturnForm, step: TacStep) -> dict[str, Any]:
    allowed = moves.allowed(filing=found, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    page = selectors.rows_page(filing=found, number=request.GET.get("page"))
    return {
        "box": step.box(at=clock.now()),
        "form_errors": bool(step.refusal or form.errors),
        **_facts(found, FilingAction.APPROVE in allowed),
        "form": form,
        "comparison": selectors.comparison(filing=found),
        "topping": topped.topping_of(found),
        "page": page,
        **shared.approvers_of(request, found, may=allowed),
    }


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then discard: the month is free for another file."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    if request.method != "POST":
        return render(request, "contributions/filing_discard.html", _discard_context(request, found))
    try:
        services.discard(filing_id=found.pk, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except moves.NotAllowed as error:
        fresh = access.filing_for(employer, pk)
        if not _second_click(request, fresh, FilingAction.DISCARD, error):
            return shared.refused(request, "contributions/filing_discard.html", _discard_context(request, fresh), error)
    else:
        if found.number:
            words = _("Tambahan %(number)s bagi %(month)s telah dibuang. Borang A bulan itu tidak berubah.")
        else:
            words = _("Borang A %(month)s telah dibuang. Bulan ini terbuka untuk fail lain.")
        messages.success(request, words % {"month": formats.month(found.wage_month), "number": found.number})
    return _to_new(found)


def _discard_context(request: HttpRequest, found: Filing) -> dict[str, Any]:
    return _facts(found, FilingAction.DISCARD in moves.allowed(filing=found, by=request.user, on=clock.business_date()))  # type: ignore[arg-type]


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Who prepares takes a filing back that nobody has approved yet: asked once more, since the approver may be looking at it."""
    return _asked_once_more(request, pk, FilingAction.TAKE_BACK, "contributions/filing_take_back.html", services.take_back)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel what was approved and is not paid: asked once more."""
    return _asked_once_more(request, pk, FilingAction.CANCEL, "contributions/filing_cancel.html", cancelling.cancel)


def _asked_once_more(request: HttpRequest, pk: int, action: FilingAction, template: str, act: Callable[..., Filing]) -> HttpResponse:
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)

    def context(filing: Filing) -> dict[str, Any]:
        return _facts(filing, action in moves.allowed(filing=filing, by=request.user, on=clock.business_date()))  # type: ignore[arg-type]

    if request.method != "POST":
        return render(request, template, context(found))
    try:
        act(filing_id=found.pk, by=request.user, on=clock.business_date())
    except moves.NotAllowed as error:
        fresh = access.filing_for(employer, pk)
        if not _second_click(request, fresh, action, error):
            return shared.refused(request, template, context(fresh), error)
    return _to(found)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_reread(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then read the same file again with the register and the elections of today; from there as on the first reading."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    if request.method != "POST":
        return render(request, "contributions/filing_reread.html", _reread_context(request, found))
    try:
        return _to(services.reread(filing_id=found.pk, by=request.user, on=clock.business_date()))  # type: ignore[arg-type]
    except services.FileRefused as error:
        words = " ".join(f"{problems.sentence(problem)} {problems.mend(problem)}" for problem in error.problems)
        context = {**_reread_context(request, found), "refused": words}
        return render(request, "contributions/filing_reread.html", context, status=409)
    except moves.NotAllowed as error:
        fresh = access.filing_for(employer, pk)
        if _second_click(request, fresh, FilingAction.REREAD, error):
            return _to(fresh.reread_as)
        return shared.refused(request, "contributions/filing_reread.html", _reread_context(request, fresh), error)


def _reread_context(request: HttpRequest, found: Filing) -> dict[str, Any]:
    return _facts(found, FilingAction.REREAD in moves.allowed(filing=found, by=request.user, on=clock.business_date()))  # type: ignore[arg-type]


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Several sheets of the file may be the Borang A: which is it? The file is kept; whoever sent it, a colleague may say."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    form = forms.SheetForm(request.POST if request.method == "POST" else None, sheets=found.sheets or ())
    if request.method != "POST":
        return render(request, "contributions/filing_sheet.html", _sheet_context(request, found, form))
    if not form.is_valid():
        return render(request, "contributions/filing_sheet.html", _sheet_context(request, found, form), status=422)
    sheet = form.cleaned_data["sheet"]
    try:
        return _to(sheets.choose(filing_id=found.pk, sheet=sheet, by=request.user, on=clock.business_date()))  # type: ignore[arg-type]
    except moves.NotAllowed as error:
        fresh = access.filing_for(employer, pk)
        if error.code == "WRONG_STATE" and fresh.sheet == sheet:
            return _to(fresh)
        return shared.refused(request, "contributions/filing_sheet.html", _sheet_context(request, fresh, form), error)


def _sheet_context(request: HttpRequest, found: Filing, form: forms.SheetForm) -> dict[str, Any]:
    may = FilingAction.CHOOSE in moves.allowed(filing=found, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    return {**_facts(found, may), "form": form}


def _facts(found: Filing, may: bool) -> dict[str, Any]:
    """What each of these pages shows; where the act is not possible, how the filing stands instead."""
    context = {"acting_for": found.employer.name, "filing": found, "month": WageMonth.of(found.wage_month), "may": may}
    return context if may else {**context, **shared.present_state(found)}


def _second_click(request: HttpRequest, found: Filing, action: FilingAction, error: moves.NotAllowed | tac.Refused) -> bool:
    """Whether the act was refused only because the same person has done it already: then there is nothing to say but the outcome."""
    return error.code in {"WRONG_STATE", "USED", "SPENT"} and selectors.did_last(filing=found, action=action, by=request.user)  # type: ignore[arg-type]


def _to_approval(request: HttpRequest, found: Filing) -> HttpResponseRedirect:
    """Without a checker who handed it in and may approve goes on to do so; otherwise the filing waits."""
    may = moves.allowed(filing=found, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    return HttpResponseRedirect(reverse("employer:filing_decide", args=[found.pk])) if FilingAction.APPROVE in may else _to(found)


def _to(found: Filing) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("employer:filing", args=[found.pk]))


def _to_new(found: Filing) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('employer:filing_new')}?wage_month={WageMonth.of(found.wage_month)}")
