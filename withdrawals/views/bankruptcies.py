"""A member's bankruptcy at the counter: what is recorded, a proposal with its paper, and the supervisor's decision."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from kwsp_portal.documents import services as documents
from members import access as members_access
from members import forms as members_forms
from members import labels as members_labels
from members.enums import ProposalState
from members.models import Member
from members.services import proposals, queue
from members.views import desk
from members.views import queue as members_queue
from withdrawals import access, forms
from withdrawals.models import Bankruptcy
from withdrawals.selectors import bankruptcies as selectors
from withdrawals.services import bankruptcies as services

WRONG_DAYS: Final = {
    "FROM_FUTURE": ("from_date", _("Ditemui hari yang akan datang, dijangka hari ini atau sebelumnya")),
    "TO_FUTURE": ("to_date", _("Ditemui hari yang akan datang, dijangka hari ini atau sebelumnya")),
    "TO_BEFORE": ("to_date", _("Ditemui hari sebelum ia bermula, dijangka hari itu atau selepasnya")),
}
FIELD_OF: Final = {"REASON_MISSING": "reason"}


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def bankruptcy(request: HttpRequest, number: str) -> HttpResponse:
    """What is recorded of a member; a POST proposes what is to be. Who came without a search is asked for the reason first."""
    member = members_access.member_numbered(number)
    if desk.reason_of(request) is None:
        return redirect(f"{reverse('counter:search')}?reason=1")
    if request.method != "POST":
        return _page(request, member, forms.BankruptcyForm())
    form = forms.BankruptcyForm(request.POST, request.FILES)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        asked: Any = {"member": member, "by": request.user, "on": clock.business_date(), "at": clock.now()}
        try:
            made = services.propose(**asked, **form.said())
        except services.WrongDays as error:
            form.add_error(*WRONG_DAYS[error.code])
        except documents.NotAPaper as error:
            form.add_error("papers", members_forms.paper_words(error))
        except proposals.NotAllowed as error:
            code, words = desk.NOT_ALLOWED[error.code]
            status = HTTPStatus(code)
            form.add_error(FIELD_OF.get(error.code), str(words))
        else:
            messages.success(request, str(_("Dihantar kepada penyelia. Status muflis belum berubah.")))
            return redirect("counter:bankruptcy_proposal", made.pk)
    return _page(request, member, form, status=status)


@desk.counter_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: the supervisor approves or refuses it, an officer may put it away."""
    return members_queue.decided(request, pk, access.bankruptcy_for, _proposal, services.decide)


@desk.counter_required
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Its paper, always as an attachment; the trail says who took it."""
    found = access.bankruptcy_for(pk)
    return downloads.stored(request, found.document, target=found, subjects=[found.member])


def _page(request: HttpRequest, member: Member, form: forms.BankruptcyForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    desk.seen(request, member)
    found = selectors.of_member(member)
    context = {
        "member": member,
        "form": form,
        "bankrupt": selectors.is_bankrupt(member, on=clock.business_date()),
        "lines": [(one, members_labels.PROPOSAL_STATES[ProposalState(one.state)]) for one in found],
    }
    return render(request, "withdrawals/counter/bankruptcy.html", context, status=status)


def _proposal(
    request: HttpRequest, found: Bankruptcy, form: members_forms.RefusalForm, *, status: int = HTTPStatus.OK, refused: str = ""
) -> HttpResponse:
    desk.seen(request, found.member)
    may = queue.allowed(proposal=found, by=request.user)  # type: ignore[arg-type]
    context = {
        "found": found,
        "label": members_labels.PROPOSAL_STATES[ProposalState(found.state)],
        "may": {state.value: True for state in may},
        "own": found.proposed_by_id == request.user.pk,
        "form": form,
        "refused": refused,
        "form_errors": status != HTTPStatus.OK,
    }
    return render(request, "withdrawals/counter/bankruptcy_proposal.html", context, status=status)
