"""Arrears in instalments, in the browser: the employer's plans, asking for one under a code, and the one with its terms, accepted or taken back."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contributions import access, forms, labels
from contributions.enums import PlanAction, PlanState
from contributions.models import InstalmentPlan, InstalmentTerms
from contributions.rules import instalments as rules
from contributions.selectors import instalments as selectors
from contributions.services import instalment_moves as moves
from contributions.services import instalments as services
from contributions.services import leave
from contributions.services.instalment_moves import NotAllowed, Wanted
from contributions.views import shared
from contributions.workflow import PLAN_OPEN
from employers.models import Employer
from kwsp_portal.common import clock, money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import representative_required
from members.identity.tac_step import TacStep

USUAL: Final = 3
"""Instalments that the form begins with."""
ON_FIELD: Final = {
    "REASON_MISSING": "reason",
    "NO_MONTHS": "months",
    "NOT_OWED": "months",
    "TOO_FEW": "months",
    "COUNT": "count",
    "FIRST_DAY": "first_on",
}
"""Refusals that a field of the form can mend."""
OVER: Final = frozenset({"USED", "SPENT"})
DONE: Final = {
    "accept": gettext_lazy("Pelan ansuran bermula. Kami memperingatkan anda sebelum setiap ansuran."),
    "withdraw": gettext_lazy("Ditarik balik. Tunggakan masih perlu dibayar."),
}
OUTCOME: Final = {"accept": PlanState.RUNNING, "withdraw": PlanState.WITHDRAWN}


def said(error: NotAllowed) -> str:
    """Why an act was refused, in words."""
    details = {name: _shown(name, text) for name, text in error.details.items()}
    if error.code == "FIRST_DAY":
        details = {name: formats.day(date.fromisoformat(text)) for name, text in error.details.items()}
    return str(labels.PLAN_REFUSALS[error.code][1]) % details


def put(form: forms.PlanForm, error: NotAllowed) -> dict[str, Any]:
    """The refusal beside the field that mends it, or at the top of the page; with its status."""
    status = labels.PLAN_REFUSALS[error.code][0]
    if error.code in ON_FIELD:
        form.add_error(ON_FIELD[error.code], said(error))
        return {"status": status}
    return {"status": status, "refused": said(error)}


def facts(plan: InstalmentPlan, terms: InstalmentTerms, *, on: date) -> dict[str, Any]:
    """What the employer's and the officers' page show of a plan. What its months come to now is asked while it is open."""
    live = plan.state in PLAN_OPEN
    standing = selectors.standing_of(plan, terms, on=on)
    return {
        "plan": plan,
        "terms": terms,
        "live": live,
        "running": plan.state == PlanState.RUNNING,
        "standing": standing,
        "next": selectors.next_open(standing) if live else None,
        "on": on,
    }


@representative_required
@require_safe
def instalment_plans(request: HttpRequest) -> HttpResponse:
    """All of the employer's, the newest first."""
    employer, on = shared.employer_of(request), clock.business_date()
    found = selectors.of_employer(employer)
    context = {
        "acting_for": employer.name,
        "lines": [(one, labels.PLAN_TO_EMPLOYER[one.state]) for one in found],
        "may_ask": moves.may_act(employer, request.user, on=on) and not any(one.state in PLAN_OPEN for one in found),  # type: ignore[arg-type]
    }
    return render(request, "contributions/instalment_plans.html", context)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def instalment_plan_new(request: HttpRequest) -> HttpResponse:
    """Which months, in how many instalments, from when and why; what each instalment would pay; sent under a code."""
    employer, on = shared.employer_of(request), clock.business_date()
    by: Any = request.user
    owed = selectors.owed_of(employer=employer, on=on, paid_on=lambda _month: on)
    months = [(one.month, one.total) for one in owed.values()]
    if not moves.may_act(employer, by, on=on) or len(months) < rules.LEAST:
        may = moves.may_act(employer, by, on=on)
        status = HTTPStatus.FORBIDDEN if not may and request.method == "POST" else HTTPStatus.OK
        words = "" if may else str(labels.PLAN_REFUSALS["NO_RIGHT"][1])
        return _new_page(request, employer, None, months=months, status=status, refused=words)
    form = forms.PlanForm(request.POST if request.method == "POST" else None, months=months, initial=_usual(len(months), on))
    if not form.is_bound:
        usual = Wanted(months=frozenset(owed), count=form.initial["count"], first_on=form.initial["first_on"], reason="-")
        return _new_page(request, employer, form, months=months, draft=moves.draft_of(employer, usual, on=on))
    if not form.is_valid():
        return _new_page(request, employer, form, months=months, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _asked(request, employer, form, months)


def _asked(request: HttpRequest, employer: Employer, form: forms.PlanForm, months: list[Any]) -> HttpResponse:
    """The form is in order: shown with what it comes to, the code sent, or the plan asked for."""
    by: Any = request.user
    wanted, on = form.wanted, clock.business_date()
    standing = selectors.open_of(employer)
    if standing is not None and services.is_asked(standing, wanted, by):
        return _to(standing)
    try:
        draft = services.check_ask(employer=employer, wanted=wanted, by=by, on=on)
    except NotAllowed as error:
        return _new_page(request, employer, form, months=months, **put(form, error))
    step = TacStep.of(request, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_ask_for_plan(employer, wanted=wanted, quoted=draft.quoted))
    shown: dict[str, Any] = {"months": months, "draft": draft, "step": step}
    if request.POST.get("action") == "reckon":
        return _new_page(request, employer, form, **shown)
    if step.wanted():
        step.send(at=clock.now())
        return _new_page(request, employer, form, status=422 if step.refusal else 200, **shown)
    try:
        made = services.ask(employer=employer, wanted=wanted, by=by, approval=step.approval(at=clock.now()), on=on, at=clock.now())
    except tac.Refused as refused:
        step.refuse(refused)
        return _new_page(request, employer, form, status=422, **shown)
    except NotAllowed as error:
        return _new_page(request, employer, form, months=months, **put(form, error))
    messages.success(request, _("Permintaan dihantar kepada KWSP. Anda dimaklumkan di peti masuk."))
    return _to(made)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def instalment_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: its instalments as they stand; accepted under a code, or taken back."""
    employer = shared.employer_of(request)
    found = access.instalment_plan_for(employer, pk)
    terms = selectors.terms_of(found)
    step = TacStep.of(request, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_accept_plan(found, terms))
    if request.method != "POST":
        return _page(request, found, step)
    name = "accept" if step.wanted() else request.POST.get("action", "")
    if name not in OUTCOME:
        raise BadRequest(f"action: expected {', '.join(OUTCOME)}")
    try:
        if not _done(request, pk, name, step):
            return _page(request, found, step, status=422 if step.refusal else 200)
    except tac.Refused as refused:
        if not (refused.code in OVER and _did(pk, name, request)):
            step.refuse(refused)
            return _page(request, found, step, status=422)
    except NotAllowed as error:
        if not (error.code == "WRONG_STATE" and _did(pk, name, request)):
            return _page(request, access.instalment_plan_for(employer, pk), None, status=labels.PLAN_REFUSALS[error.code][0], refused=said(error))
    else:
        messages.success(request, str(DONE[name]))
    return _to(found)


def _done(request: HttpRequest, pk: int, name: str, step: TacStep) -> bool:
    """Whether it was done; not where its code was asked for. Raises NotAllowed, tac.Refused."""
    given: dict[str, Any] = {"plan_id": pk, "by": request.user, "on": clock.business_date()}
    if name == "withdraw":
        services.withdraw(**given)
        return True
    services.check_accept(**given)
    if step.wanted():
        step.send(at=clock.now())
        return False
    services.accept(**given, approval=step.approval(at=clock.now()), at=clock.now())
    return True


def _did(pk: int, name: str, request: HttpRequest) -> bool:
    """Whether the plan stands where it does because this person did this: the same act again is a second click."""
    last = InstalmentPlan.objects.get(pk=pk).log.order_by("-pk")[0]
    return last.to_state == OUTCOME[name] and last.by_id == request.user.pk


def _usual(months: int, on: date) -> dict[str, Any]:
    """What the form begins with: a few instalments, the first in a month."""
    return {"count": min(USUAL, months), "first_on": min(rules.days(on, 2)[1], rules.first_days(on)[1])}


def _new_page(
    request: HttpRequest,
    employer: Employer,
    form: forms.PlanForm | None,
    *,
    months: list[Any],
    draft: selectors.Draft | None = None,
    step: TacStep | None = None,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    on = clock.business_date()
    nothing = leave.to_ask_for_plan(employer, wanted=Wanted(months=frozenset(), count=0, first_on=on, reason=""), quoted=money.ZERO)
    step = step or TacStep.of(request, purpose=Purpose.EMPLOYER_APPROVAL, shown=nothing)
    context = {
        "acting_for": employer.name,
        "form": form,
        "draft": draft,
        "months": months,
        "box": step.box(at=clock.now()),
        "most": min(rules.most(on), len(months)),
        "first_days": rules.first_days(on),
        "open_plan": selectors.open_of(employer),
        "refused": refused,
        "form_errors": status >= HTTPStatus.BAD_REQUEST,
    }
    return render(request, "contributions/instalment_plan_new.html", context, status=status)


def _page(request: HttpRequest, found: InstalmentPlan, step: TacStep | None, *, status: int = 200, refused: str = "") -> HttpResponse:
    on, terms = clock.business_date(), selectors.terms_of(found)
    may = moves.allowed(found, request.user, on=on)  # type: ignore[arg-type]
    answer = next((one for one in reversed(selectors.log_of(found)) if one.action == PlanAction.REFUSE), None)
    context = {
        "acting_for": found.employer.name,
        "label": labels.PLAN_TO_EMPLOYER[found.state],
        "log": [_told(one) for one in selectors.log_of(found) if one.action not in moves.OFFICE],
        "may_accept": PlanAction.ACCEPT in may and terms.first_on >= on,
        "may_withdraw": PlanAction.WITHDRAW in may,
        "may_pay": moves.may_act(found.employer, request.user, on=on),  # type: ignore[arg-type]
        "answer": answer.comment if answer else "",
        "box": step.box(at=clock.now()) if step else None,
        "refused": refused,
        "form_errors": status >= HTTPStatus.BAD_REQUEST,
        **facts(found, terms, on=on),
    }
    return render(request, "contributions/instalment_plan.html", context, status=status)


def _told(entry: Any) -> tuple[date, Any, str]:
    """The day, the act and its reason in words. What an officer said when approving is the office's own."""
    comment = "" if entry.action == PlanAction.APPROVE else str(labels.PLAN_LAPSED.get(entry.comment, entry.comment))
    return entry.on, labels.PLAN_ACTION[entry.action], comment


def _shown(name: str, text: str) -> str:
    return formats.month(WageMonth.parse(text)) if name == "month" else text


def _to(found: InstalmentPlan) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("employer:instalment_plan", args=[found.pk]))
