"""The supervisor's queue: what waits, what was decided, and one proposal with what it changes."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kwsp_portal import phones
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.templatetags import formats
from members import access, forms, labels
from members.enums import ProposalKind, ProposalState, Seen
from members.models import CounterProposal
from members.selectors import bank_accounts, counter
from members.services import correcting, proposals, registering
from members.services import queue as services
from members.views import desk

ACTS = {"approve": ProposalState.APPROVED, "refuse": ProposalState.REFUSED, "withdraw": ProposalState.WITHDRAWN}


@desk.counter_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """By state; what waits comes first, the oldest first."""
    asked = request.GET.get("state", ProposalState.PROPOSED.value)
    state = asked if asked in set(ProposalState) else ""
    page = counter.proposals_page(state=state, number=request.GET.get("page"))
    elsewhere = services.elsewhere(state) if page.number == 1 else []
    desk.listed(request, "counter_queue", len(page) + sum(len(lines) for _of, lines in elsewhere))
    context = {
        "page": page,
        "lines": [(one, labels.PROPOSAL_KINDS[one.kind], labels.PROPOSAL_STATES[one.state]) for one in page],
        "elsewhere": [(of, [(one, labels.PROPOSAL_STATES[one.state]) for one in lines]) for of, lines in elsewhere],
        "chips": [(one.value, labels.PROPOSAL_STATES[one].words) for one in ProposalState],
        "state": state,
        "names": bank_accounts.to_compare().count(),
    }
    return render(request, "members/counter/queue.html", context)


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """What is changed, why, what was seen, what follows; the supervisor approves or refuses, an officer may put it away."""
    found = access.proposal_for(pk)
    if request.method != "POST":
        return _page(request, found, forms.RefusalForm())
    name = request.POST.get("action", "")
    if name not in ACTS:
        raise BadRequest("action: expected approve, refuse or withdraw")
    form = forms.RefusalForm(request.POST if name == "refuse" else None)
    if form.is_bound and not form.is_valid():
        return _page(request, found, form, status=422)
    if found.state == ACTS[name] and found.decided_by_id == request.user.pk:
        return HttpResponseRedirect(reverse("counter:proposal", args=[pk]))
    try:
        _act(request, found, name, form)
    except proposals.NotAllowed as error:
        status, words = desk.NOT_ALLOWED[error.code]
        return _page(request, access.proposal_for(pk), form, status=status, refused=str(words))
    except registering.NotRegistrable as error:
        return _page(request, found, form, status=409, refused=" ".join(labels.refusal(one) for one in error.refusals))
    messages.success(request, str(labels.PROPOSAL_STATES[ACTS[name]].words))
    return HttpResponseRedirect(reverse("counter:proposal", args=[pk]))


def decided(
    request: HttpRequest,
    pk: int,
    proposal_for: Callable[[int], Any],
    page: Callable[..., HttpResponse],
    decide: Callable[..., object],
    not_allowed: Mapping[str, tuple[int, Any]] = desk.NOT_ALLOWED,
) -> HttpResponse:
    """The page of a proposal of another part, `proposal_for` its number; a POST lets `decide` approve, refuse or put it away."""
    found = proposal_for(pk)
    if request.method != "POST":
        return page(request, found, forms.RefusalForm())
    name = request.POST.get("action", "")
    if name not in ACTS:
        raise BadRequest("action: expected approve, refuse or withdraw")
    form = forms.RefusalForm(request.POST if name == "refuse" else None)
    if form.is_bound and not form.is_valid():
        return page(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = {"proposal_id": pk, "by": request.user, "on": clock.business_date(), "at": clock.now()}
    try:
        decide(**asked, state=ACTS[name], comment=form.cleaned_data["comment"] if form.is_bound else "")
    except proposals.NotAllowed as error:
        status, words = not_allowed[error.code]
        return page(request, proposal_for(pk), form, status=status, refused=str(words))
    messages.success(request, str(labels.PROPOSAL_STATES[ACTS[name]].words))
    return HttpResponseRedirect(request.path)


@desk.counter_required
@require_safe
def document(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A paper of a proposal, always as an attachment."""
    proposal = access.proposal_for(pk)
    found = proposal.documents.filter(pk=file).first()
    if found is None:
        raise Http404
    return downloads.stored(request, found, target=proposal, subjects=[proposal.member])


def _act(request: HttpRequest, found: CounterProposal, name: str, form: forms.RefusalForm) -> None:
    asked: dict[str, Any] = {"proposal_id": found.pk, "by": request.user, "on": clock.business_date(), "at": clock.now()}
    match name:
        case "approve":
            services.approve(**asked)
        case "refuse":
            services.refuse(**asked, comment=form.cleaned_data["comment"])
        case _:
            services.withdraw(**asked)


def _page(request: HttpRequest, found: CounterProposal, form: forms.RefusalForm, *, status: int = 200, refused: str = "") -> HttpResponse:
    on = clock.business_date()
    desk.seen(request, found.member)
    may = {state.value: True for state in services.allowed(proposal=found, by=request.user)}  # type: ignore[arg-type]
    correction = found.kind == ProposalKind.CORRECTION
    check = found.identity_check
    context = {
        "proposal": found,
        "kind": labels.PROPOSAL_KINDS[ProposalKind(found.kind)],
        "label": labels.PROPOSAL_STATES[ProposalState(found.state)],
        "changes": _changes(found),
        "risks": [labels.RISKS[risk] for risk in found.risks],
        "effects": correcting.effects(member=found.member, before=found.before, after=found.after, on=on) if correction else [],
        "documents": found.documents.defer("content"),
        "check": check,
        "seen": [labels.SEEN[Seen(code)] for code in check.seen],
        "thumb": labels.THUMBS[check.thumb],
        "may": may,
        "own": found.proposed_by_id == request.user.pk,
        "form": form,
        "refused": refused,
        "form_errors": status != 200,
    }
    return render(request, "members/counter/proposal.html", context, status=status)


def _changes(found: CounterProposal) -> list[tuple[Any, list[str], list[str]]]:
    """Field by field, before and after; only what differs."""
    names = [name for name in labels.FIELDS if name in found.after and found.before.get(name) != found.after[name]]
    return [(labels.FIELDS[name], _shown(name, found.before.get(name)), _shown(name, found.after[name])) for name in names]


def _shown(name: str, value: Any) -> list[str]:
    """Identity numbers in full, for the paper is compared with them; telephones by their last digits."""
    if name == "identity_number" and value:
        return [formats.ic(value)]
    if name == "phone" and value:
        return [phones.masked(value)]
    return labels.record_words(name, value)
