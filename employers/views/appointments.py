"""What came of an appointment at the counter: the slip, the signed form, and what waits for a supervisor."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from employers import access, selectors
from employers.forms import PAPERS
from employers.labels import acts_as, who
from employers.models import Appointment, AppointmentProposal
from employers.services import appointment_queue, identifying, viewing
from employers.views.counter import NOT_ALLOWED
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.phones import masked
from kwsp_portal.templatetags import formats
from members import labels
from members.enums import ProposalState, Risk, Seen
from members.forms import RefusalForm
from members.identity import invitations
from members.selectors.counter import message_of
from members.services import proposals, queue
from members.views import desk

ACTS = {"approve": ProposalState.APPROVED, "refuse": ProposalState.REFUSED, "withdraw": ProposalState.WITHDRAWN}


@desk.counter_required
@require_safe
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent and how far it has come, and the slip in the representative's language."""
    found = access.appointment_for(pk)
    desk.seen(request, found.representative.employer, action=viewing.VIEW, subjects=[found.representative.user])
    message = message_of(found.invitation) if found.invitation else None
    context = {
        "appointment": found,
        "employer": found.representative.employer,
        "phone": masked(found.phone),
        "message": labels.MESSAGES[message.state] if message else None,
        "ended": invitations.why_ended(found.invitation, on=clock.business_date()) if found.invitation else "",
        "language": found.representative.user.language,
        "activate": request.build_absolute_uri("/activate/" if found.representative.user.language == "ms" else "/en/activate/"),
    }
    return render(request, "employers/counter/appointment.html", context)


@desk.counter_required
@require_safe
def appointment_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed form, always as an attachment."""
    found = access.appointment_for(pk)
    acting = found.representative
    return downloads.stored(request, found.document, target=found, subjects=[acting.employer, acting.user])


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is to be appointed, why a supervisor decides, what was seen; approve, refuse, or put it away."""
    found = access.appointment_proposal_for(pk)
    if request.method != "POST":
        return _page(request, found, RefusalForm())
    name = request.POST.get("action", "")
    if name not in ACTS:
        raise BadRequest("action: expected approve, refuse or withdraw")
    form = RefusalForm(request.POST if name == "refuse" else None)
    if form.is_bound and not form.is_valid():
        return _page(request, found, form, status=422)
    if not (found.state == ACTS[name] and found.decided_by_id == request.user.pk):
        try:
            _act(request, found, name, form)
        except proposals.NotAllowed as error:
            status, words = NOT_ALLOWED[error.code]
            return _page(request, access.appointment_proposal_for(pk), form, status=status, refused=str(words))
        messages.success(request, str(labels.PROPOSAL_STATES[ACTS[name]].words))
    done = access.appointment_proposal_for(pk).appointment_id
    return HttpResponseRedirect(reverse("counter:appointment", args=[done]) if done else request.path)


@desk.counter_required
@require_safe
def proposal_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed form of what waits, always as an attachment."""
    found = access.appointment_proposal_for(pk)
    return downloads.stored(request, found.document, target=found, subjects=[found.employer])


def _act(request: HttpRequest, found: AppointmentProposal, name: str, form: RefusalForm) -> None:
    asked: dict[str, Any] = {"proposal_id": found.pk, "by": request.user, "on": clock.business_date(), "at": clock.now()}
    match name:
        case "approve":
            appointment_queue.approve(**asked, ip=desk.address_of(request))
        case "refuse":
            appointment_queue.refuse(**asked, comment=form.cleaned_data["comment"])
        case _:
            appointment_queue.withdraw(**asked)


def _page(request: HttpRequest, found: AppointmentProposal, form: RefusalForm, *, status: int = 200, refused: str = "") -> HttpResponse:
    person = appointment_queue.known(found)
    desk.seen(request, found.employer, action=viewing.VIEW, subjects=[person] if person else [])
    known = person if Risk.OTHER_NAME.value in found.risks else None
    namesakes = identifying.namesakes(found.employer, appointment_queue.person_of(found)) if Risk.NAMESAKE.value in found.risks else []
    earlier = identifying.papers_of(found.chosen).first() if found.chosen and Risk.OTHER_PAPERS.value in found.risks else None
    context = {
        "proposal": found,
        "known_as": known.name if known else "",
        "chosen": who(found.chosen) if found.chosen else "",
        "roles": [acts_as(one) for one in selectors.roles_of(person)] if person else [],
        "namesakes": [(who(one), [acts_as(role) for role in selectors.roles_of(one)]) for one in namesakes],
        "earlier": _paper(earlier) if earlier else "",
        "employer": found.employer,
        "label": labels.PROPOSAL_STATES[ProposalState(found.state)],
        "person": person,
        "identity_kind": labels.paper(found.identity_kind, found.identity_country),
        "paper": PAPERS[found.form],  # type: ignore[index]
        "phone": masked(found.phone),
        "before": masked(found.before) if found.before else "",
        "risks": [labels.RISKS[risk] for risk in found.risks],
        "seen": [labels.SEEN[Seen(code)] for code in found.seen],
        "thumb": labels.THUMBS[found.thumb],
        "may": {state.value: True for state in queue.allowed(proposal=found, by=request.user)},  # type: ignore[arg-type]
        "own": found.proposed_by_id == request.user.pk,
        "form": form,
        "refused": refused,
        "form_errors": status != 200,
    }
    return render(request, "employers/counter/proposal.html", context, status=status)


def _paper(seen: Appointment) -> str:
    """An earlier paper, told apart from others by its last digits."""
    return f"{labels.paper(seen.identity_kind, seen.identity_country)} · {formats.masked_ic(seen.identity_number)}"
