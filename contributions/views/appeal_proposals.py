"""An appeal of a refused incentive at the counter: the member's words and paper, proposed by an officer, and the supervisor's decision."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from contributions import access, forms, labels
from contributions.models import IncentiveAppeal, IncentiveClaim
from contributions.rules.incentive_steps import NAMES
from contributions.services import appeal_proposals as services
from contributions.services import incentive_appeals
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.documents import services as documents
from members import access as members_access
from members import forms as members_forms
from members import labels as members_labels
from members.enums import ProposalState
from members.services import proposals, queue
from members.views import desk
from members.views import queue as members_queue

FIELD_OF: Final = {"REASON_MISSING": "words"}
NOT_ALLOWED: Final = {
    **desk.NOT_ALLOWED,
    "NOT_REFUSED": (HTTPStatus.CONFLICT, _("Kerajaan tidak menolak tuntutan ini: tiada apa-apa untuk dirayu.")),
    "APPEALED": (HTTPStatus.CONFLICT, _("Rayuan tuntutan ini sudah direkodkan: ia dituntut semula dalam tuntutan separuh tahun berikutnya.")),
    "ANOTHER_WAITS": (HTTPStatus.CONFLICT, _("Rayuan tuntutan ini sudah dicadangkan dan menunggu penyelia.")),
}


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A refused claim of a member's, with what was proposed of it; a POST proposes an appeal. Who came without a search is asked for the reason
    first."""
    claim = _claim_of(number, pk)
    if desk.reason_of(request) is None:
        return redirect(f"{reverse('counter:search')}?reason=1")
    if request.method != "POST":
        return _page(request, claim, forms.AppealProposalForm())
    form = forms.AppealProposalForm(request.POST, request.FILES)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        asked: Any = {"claim_id": claim.pk, "by": request.user, "on": clock.business_date(), "at": clock.now()}
        try:
            made = services.propose(**asked, words=form.cleaned_data["words"], paper=form.cleaned_data["papers"][0])
        except documents.NotAPaper as error:
            form.add_error("papers", members_forms.paper_words(error))
        except proposals.NotAllowed as error:
            code, words = NOT_ALLOWED[error.code]
            status = HTTPStatus(code)
            form.add_error(FIELD_OF.get(error.code), str(words))
        else:
            messages.success(request, str(_("Dihantar kepada penyelia, dan ahli dimaklumkan.")))
            return redirect("counter:appeal_proposal", made.pk)
    return _page(request, claim, form, status=status)


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: the supervisor approves or refuses it, an officer may put it away."""
    return members_queue.decided(request, pk, access.incentive_appeal_for, _proposal, services.decide, NOT_ALLOWED)


@desk.counter_required
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Its paper, always as an attachment; the trail says who took it."""
    found = access.incentive_appeal_for(pk)
    return downloads.stored(request, found.document, target=found, subjects=[found.claim.member])


def _claim_of(number: str, pk: int) -> IncentiveClaim:
    """Raises Http404."""
    member = members_access.member_numbered(number)
    claim = access.incentive_claim_for(pk)
    if claim.member_id != member.pk:
        raise Http404
    return claim


def _page(request: HttpRequest, claim: IncentiveClaim, form: forms.AppealProposalForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    desk.seen(request, claim.member)
    known = services.of_claim(claim)
    context = {
        **_of_claim(claim),
        "form": form,
        "lines": [(one, members_labels.PROPOSAL_STATES[ProposalState(one.state)]) for one in known],
        "may": not incentive_appeals.hindrance(claim) and not any(one.state == ProposalState.PROPOSED for one in known),
        "form_errors": status != HTTPStatus.OK,
    }
    return render(request, "contributions/counter_appeal.html", context, status=status)


def _proposal(
    request: HttpRequest, found: IncentiveAppeal, form: members_forms.RefusalForm, *, status: int = HTTPStatus.OK, refused: str = ""
) -> HttpResponse:
    desk.seen(request, found.claim.member)
    context = {
        **_of_claim(found.claim),
        "found": found,
        "label": members_labels.PROPOSAL_STATES[ProposalState(found.state)],
        "may": {state.value: True for state in queue.allowed(proposal=found, by=request.user)},  # type: ignore[arg-type]
        "own": found.proposed_by_id == request.user.pk,
        "form": form,
        "refused": refused,
        "form_errors": status != HTTPStatus.OK,
    }
    return render(request, "contributions/counter_appeal_proposal.html", context, status=status)


def _of_claim(claim: IncentiveClaim) -> dict[str, Any]:
    label = labels.of_incentive_claim(claim.state, sent=True)
    return {"claim": claim, "member": claim.member, "name": NAMES[claim.run.scheme], "claim_label": label}  # type: ignore[index]
