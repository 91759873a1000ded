"""What was elected for whom, in the browser: the list, one election and what is decided about it, its copy and its form."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from contributions import access, forms, labels
from contributions.enums import ElectionAct, ElectionKind, ElectionState, FilingAction
from contributions.models import Election
from contributions.models.elections import IRREVOCABLE
from contributions.selectors import elections as selectors
from contributions.services import election_effect, election_moves, leave, moves
from contributions.services import elections as services
from contributions.services import filing as filings
from contributions.services.election_checks import FORMS
from contributions.views import shared
from contributions.workflow import GAVE_BACK
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.gates import representative_required
from members.identity.tac_step import TacStep

ELECTIONS_A_PAGE = 25
LONGEST_SEARCH = 80
ACTS = {"submit": FilingAction.SUBMIT, "approve": FilingAction.APPROVE, "return": FilingAction.RETURN, "discard": FilingAction.DISCARD}
NOT_ALLOWED = {
    **shared.NOT_ALLOWED,
    "OWN_WORK": (403, _("Anda merekod atau menghantar pilihan ini. Orang lain mesti meluluskan atau memulangkannya.")),
    "TOO_LATE": (
        409,
        _("Bulan mulanya sudah lepas; pilihan tidak boleh berkuat kuasa ke belakang. Pulangkan atau buang, kemudian rekod semula."),
    ),
    "MONTH_FILED": (
        409,
        _(
            "Borang A bagi bulan mulanya atau bulan kemudian sudah diluluskan dengan orang ini, dan tidak berubah lagi. "
            "Pulangkan atau buang, kemudian rekod semula mulai bulan selepasnya."
        ),
    ),
    "FACTS_CHANGED": (
        409,
        _(
            "Rekod orang ini telah berubah sejak pilihan direkod, dan pilihan ini tidak dibenarkan lagi bagi bulan mulanya. "
            "Pulangkan atau buang; rekod semula menunjukkan apa yang menghalangnya."
        ),
    ),
}


@representative_required
@require_safe
def elections(request: HttpRequest) -> HttpResponse:
    employer = shared.employer_of(request)
    state, text = request.GET.get("state", ""), request.GET.get("q", "")[:LONGEST_SEARCH]
    state = state if state in set(ElectionState) else ""
    counts = selectors.states_of(employer=employer)
    page = Paginator(selectors.elections_of(employer=employer, state=state, text=text), ELECTIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "acting_for": employer.name,
        "page": page,
        "lines": [line_of(election) for election in page],
        "files": [
            (pk, name, [(labels.ELECTION[state], count) for state, count in states.items()])
            for pk, name, states in selectors.open_files(employer=employer)
        ],
        "chips": [(value, labels.ELECTION[value].words, counts.get(value, 0)) for value in ElectionState if counts.get(value) or value == state],
        "all": sum(counts.values()),
        "state": state,
        "text": text,
        "may_prepare": filings.may_prepare(employer=employer, by=request.user, on=clock.business_date()),  # type: ignore[arg-type]
    }
    return render(request, "contributions/elections.html", context)


def line_of(election: Election) -> dict[str, Any]:
    """An election with its words."""
    return {
        "election": election,
        "kind": labels.ELECTION_KIND[election.kind],
        "act": labels.ELECTION_ACT[election.act],
        "cancels": election.act == ElectionAct.CANCEL,
        "label": labels.ELECTION[election.state],
    }


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def election(request: HttpRequest, pk: int) -> HttpResponse:
    """One election: what it changes, what may be done with it, its history. Every decision about it is made here."""
    employer = shared.employer_of(request)
    found = access.election_for(employer, pk)
    step = TacStep.of(request, purpose=Purpose.ELECTION_APPROVAL, shown=leave.to_elect(found))
    if request.method != "POST":
        return _page(request, found, step)
    action = asked_for(request, step)
    form = form_of(action, request)
    if form is not None and not form.is_valid():
        return _page(request, found, step, form=form, status=422)
    try:
        if not _act(request, found, action, form, step):
            return _page(request, found, step)
    except (moves.NotAllowed, tac.Refused) as error:
        fresh = access.election_for(employer, pk)
        if not second_click(request, fresh, action, error):
            status, refused = said_of(error, step)
            return _page(request, fresh, step, form=form, refused=refused, status=status)
    return HttpResponseRedirect(reverse("employer:election", args=[pk]))


def asked_for(request: HttpRequest, step: TacStep) -> FilingAction:
    """What was asked for; a code is asked for to approve. Raises BadRequest."""
    action = FilingAction.APPROVE if step.wanted() else ACTS.get(request.POST.get("action", ""))
    if action is None:
        raise BadRequest("action: expected submit, approve, return or discard")
    return action


def form_of(action: FilingAction, request: HttpRequest) -> forms.ElectionSubmitForm | forms.ReturnForm | None:
    """What the act is asked about, as it was sent."""
    if action is FilingAction.SUBMIT:
        return forms.ElectionSubmitForm(request.POST)
    return forms.ReturnForm(request.POST) if action is FilingAction.RETURN else None


def second_click(request: HttpRequest, sample: Election | None, action: FilingAction, error: moves.NotAllowed | tac.Refused) -> bool:
    """Whether the act was refused only because the same person has done it already: then there is nothing to say but the outcome."""
    if sample is None or error.code not in {"WRONG_STATE", "USED", "SPENT"}:
        return False
    return selectors.did_last(election=sample, action=action, by=request.user)  # type: ignore[arg-type]


def said_of(error: moves.NotAllowed | tac.Refused, step: TacStep) -> tuple[int, str]:
    """Status and words of a refusal; what is wrong with a code its box says."""
    if isinstance(error, tac.Refused):
        step.refuse(error)
        return 422, ""
    status, words = NOT_ALLOWED[error.code]
    return status, str(words)


def _act(
    request: HttpRequest, found: Election, action: FilingAction, form: forms.ElectionSubmitForm | forms.ReturnForm | None, step: TacStep
) -> bool:
    """Whether it is done: a code that was asked for is on its way instead."""
    asked: dict[str, Any] = {"election_id": found.pk, "by": request.user, "on": clock.business_date()}
    match action:
        case FilingAction.SUBMIT:
            services.submit(**asked, declaration=True)
        case FilingAction.RETURN:
            services.return_to_maker(**asked, comment=form.cleaned_data["comment"] if form else "")
        case FilingAction.APPROVE:
            services.check_approval(**asked)
            if step.wanted():
                step.send(at=clock.now())
                return False
            services.approve(**asked, approval=step.approval(at=clock.now()), at=clock.now())
        case _:
            services.discard(**asked)
    return True


def _page(request: HttpRequest, found: Election, step: TacStep, *, form: Any = None, refused: str = "", status: int = 200) -> HttpResponse:
    status = 422 if step.refusal else status
    context = {**_context(request, found, form), "box": step.box(at=clock.now()), "refused": refused, "form_errors": status != HTTPStatus.OK}
    return render(request, "contributions/election.html", context, status=status)


def _context(request: HttpRequest, found: Election, form: Any = None) -> dict[str, Any]:
    on = clock.business_date()
    log = list(selectors.log_of(election=found))
    may = election_moves.allowed(election=found, by=request.user, on=on)  # type: ignore[arg-type]
    open_ones = (ElectionState.DRAFT, ElectionState.SUBMITTED, ElectionState.RETURNED)
    approved = found.state == ElectionState.APPROVED
    holds = approved and selectors.holds_now(election=found, month=max(WageMonth.of(on), WageMonth.of(found.from_month)))
    prepares = filings.may_prepare(employer=found.employer, by=request.user, on=on)  # type: ignore[arg-type]
    return {
        **line_of(found),
        "acting_for": found.employer.name,
        "month": WageMonth.of(found.from_month),
        "effect": election_effect.effect_of(found) if found.state in open_ones else None,
        "undone": [(row, WageMonth.of(row.from_month)) for row in election_effect.undone_by(found)] if found.state in open_ones else (),
        "may": {action.value.lower(): True for action in may},
        "log": [(entry, labels.ACTION[entry.action]) for entry in log],
        "returned": next((entry for entry in reversed(log) if entry.action in GAVE_BACK), None),
        **shared.approvers_of(request, found, may=may),
        "holds": holds,
        "irrevocable": found.kind in IRREVOCABLE,
        "may_cancel": holds and found.act == ElectionAct.ELECT and found.kind not in IRREVOCABLE and prepares,
        "may_again": prepares and found.state in (ElectionState.RETURNED, ElectionState.DISCARDED),
        "submit_form": form if isinstance(form, forms.ElectionSubmitForm) else forms.ElectionSubmitForm(),
        "return_form": form if isinstance(form, forms.ReturnForm) else forms.ReturnForm(),
    }


@representative_required
@require_safe
def election_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The employer's copy of an approved choice, KWSP 16 or 16B, to print and keep."""
    employer = shared.employer_of(request)
    found = access.election_for(employer, pk)
    if found.kind not in IRREVOCABLE or found.state != ElectionState.APPROVED:
        raise Http404
    context = {**line_of(found), "acting_for": employer.name, "paper": FORMS[ElectionKind(found.kind)], "month": WageMonth.of(found.from_month)}
    return render(request, "contributions/election_copy.html", context)


@representative_required
@require_safe
def election_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed form as it was uploaded, always as an attachment."""
    found = access.election_for(shared.employer_of(request), pk)
    if found.document is None:
        raise Http404
    return downloads.stored(request, found.document, target=found, subjects=[found.employer, found.member])
