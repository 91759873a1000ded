"""Officers' pages on instalment plans: the list, and one with its terms as they stand, which one officer writes and another approves."""

from typing import Any, Final

from django.contrib import messages as notes
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import PlanAction, PlanState
from contributions.models import InstalmentPlan
from contributions.selectors import instalments as selectors
from contributions.services import instalment_desk as services
from contributions.services import instalment_moves as moves
from contributions.services.instalment_moves import OFFICERS, NotAllowed
from contributions.views.instalments import facts, put, said
from contributions.views.matters import READERS
from kwsp_portal import audit
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity.gates import officer_required
from members.views import desk

DONE: Final = {
    "propose": gettext_lazy("Syarat dicadangkan. Pegawai lain meluluskannya."),
    "approve": gettext_lazy("Pelan diluluskan dan ditawarkan kepada majikan."),
    "return": gettext_lazy("Syarat dipulangkan untuk ditulis semula."),
    "refuse": gettext_lazy("Pelan tidak diluluskan; majikan dimaklumkan."),
}
OUTCOME: Final = {
    "propose": PlanAction.PROPOSE,
    "approve": PlanAction.APPROVE,
    "return": PlanAction.RETURN,
    "refuse": PlanAction.REFUSE,
}


@officer_required(*READERS)
@require_safe
def instalment_plans(request: HttpRequest) -> HttpResponse:
    """All of them, those that wait for an officer first; of one employer at `?employer=`, in one state at `?state=`."""
    number, asked = request.GET.get("employer", "").strip(), request.GET.get("state", "")
    state = asked if asked in set(PlanState) else ""
    counts = selectors.states_of(selectors.plans(employer_number=number))
    page = selectors.page_of(selectors.plans(employer_number=number, state=state), request.GET.get("page"))
    context = {
        "page": page,
        "lines": [(found, selectors.terms_of(found), labels.PLAN[found.state]) for found in page],
        "chips": [(one.value, labels.PLAN[one].words, counts[one]) for one in PlanState if one in counts],
        "all": sum(counts.values()),
        "state": state,
        "number": number,
    }
    desk.listed(request, "instalment_plans", len(page))
    return render(request, "contributions/instalment_plans_all.html", context)


@officer_required(*READERS)
@require_safe
def instalment_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan, as it stands."""
    return _page(request, access.any_instalment_plan(pk))


@officer_required(*sorted(OFFICERS))
@require_POST
def instalment_plan_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Write terms; approve another's, send them back, or refuse the plan. A second click finds it done."""
    found, name = access.any_instalment_plan(pk), request.POST.get("action", "")
    if name not in OUTCOME:
        raise BadRequest(f"action: expected {', '.join(OUTCOME)}")
    seen = request.POST.get("seen", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 6):
        raise BadRequest("seen: expected the number of the terms")
    form: Any = _terms_form(found, request.POST) if name == "propose" else forms.PlanDecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        _act(request, pk, name, form, int(seen))
    except NotAllowed as error:
        if not (error.code in ("WRONG_STATE", "OWN_WORK", "TERMS_CHANGED") and _did(found, name, form, request)):
            return _refused(request, pk, name, form, error)
    else:
        notes.success(request, str(DONE[name]))
    return HttpResponseRedirect(reverse("staff:instalment_plan", args=[pk]))


def _act(request: HttpRequest, pk: int, name: str, form: Any, seen: int) -> None:
    given: dict[str, Any] = {"plan_id": pk, "by": request.user, "on": clock.business_date()}
    if name == "propose":
        services.propose(**given, wanted=form.wanted, seen=seen)
    elif name == "approve":
        services.approve(**given, seen=seen, comment=form.cleaned_data["comment"])
    elif name == "return":
        services.send_back(**given, comment=form.cleaned_data["comment"])
    else:
        services.refuse(**given, comment=form.cleaned_data["comment"])


def _did(found: InstalmentPlan, name: str, form: Any, request: HttpRequest) -> bool:
    """Whether the last thing done is just this, in these words, by this person."""
    last = found.log.order_by("-pk")[0]
    if (last.action, last.by_id) != (OUTCOME[name], request.user.pk):
        return False
    return moves.are_terms(selectors.terms_of(found), form.wanted) if name == "propose" else last.comment == form.cleaned_data["comment"]


def _refused(request: HttpRequest, pk: int, name: str, form: Any, error: NotAllowed) -> HttpResponse:
    found = access.any_instalment_plan(pk)
    if name == "propose":
        return _page(request, found, form=form, **put(form, error))
    return _page(request, found, form=form, status=labels.PLAN_REFUSALS[error.code][0], refused=said(error))


def _terms_form(found: InstalmentPlan, data: Any = None) -> forms.PlanForm:
    """The terms that count, with the months of which anything is owed now."""
    on, terms = clock.business_date(), selectors.terms_of(found)
    owed = selectors.owed_of(employer=found.employer, on=on, paid_on=lambda _month: on)
    form = forms.PlanForm(data, months=[(one.month, one.total) for one in owed.values()], initial={"count": terms.count, "first_on": terms.first_on})
    form.initial["months"] = [str(WageMonth.of(month)) for month in terms.months.values_list("wage_month", flat=True)]
    return form


def _page(request: HttpRequest, found: InstalmentPlan, *, form: Any = None, status: int = 200, refused: str = "") -> HttpResponse:
    on, terms = clock.business_date(), selectors.terms_of(found)
    by: Any = request.user
    audit.record(actor=by, action="instalment.view", target=found, subjects=[found.employer], ip=desk.address_of(request))
    may = moves.allowed(found, by, on=on)
    proposing = form if isinstance(form, forms.PlanForm) else _terms_form(found) if PlanAction.PROPOSE in may else None
    context = {
        "label": labels.PLAN[found.state],
        "may": {action.lower(): True for action in may},
        "own": found.state == PlanState.PROPOSED and moves.why_not(found, PlanAction.APPROVE, by, on=on) == "OWN_WORK",
        "proposing": proposing,
        "deciding": form if isinstance(form, forms.PlanDecisionForm) else forms.PlanDecisionForm(),
        "form": form,
        "log": [(one, labels.PLAN_ACTION[one.action], labels.PLAN_LAPSED.get(one.comment, one.comment)) for one in selectors.log_of(found)],
        "all_terms": found.terms.select_related("by").order_by("number"),
        "refused": refused,
        "form_errors": status != 200,
        **facts(found, terms, on=on),
    }
    return render(request, "contributions/instalment_plan_of.html", context, status=status)
