"""The account of an institution or a lender that is paid straight: given anew by the member, or at a counter, where an officer asks for another with
the documents or after the bank has sent the money back; compared with the document at the desk."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kwsp_portal.common import clock
from kwsp_portal.documents import services as documents
from members import forms as members_forms
from members.identity.gates import member_required, officer_required
from withdrawals import access, forms, labels
from withdrawals.enums import Action, State
from withdrawals.models import Application
from withdrawals.selectors import creditors as selectors
from withdrawals.services import creditors, moves
from withdrawals.services.moves import OFFICERS, NotAllowed
from withdrawals.views import applying, counter, desk, places, words


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, number: str) -> HttpResponse:
    """The member names another account, or an order."""
    return _again(request, access.application_for(request.user, number))  # type: ignore[arg-type]


@counter.of_a_member
@require_http_methods(["GET", "HEAD", "POST"])
def at_counter(request: HttpRequest, found: Application) -> HttpResponse:
    """The same for who stands there."""
    return _again(request, found)


@officer_required(*sorted(OFFICERS))
@require_POST
def check(request: HttpRequest, pk: int, creditor: int) -> HttpResponse:
    """The officer has compared it with the document."""
    found, by = access.any_application(pk), request.user
    try:
        creditors.check(application_id=found.pk, creditor_id=creditor, by=by, on=clock.business_date())  # type: ignore[arg-type]
    except NotAllowed as error:
        return desk.not_allowed(request, found, error)
    messages.success(request, _("Akaun penerima ditandakan disemak."))
    return HttpResponseRedirect(reverse("staff:withdrawal", args=[pk]) + "#dokumen")


def _again(request: HttpRequest, found: Application) -> HttpResponse:
    """Where it is to go now; then the documents are sent with it, or what came back is asked for again, under a code or a notice."""
    by: Any = request.user
    if not creditors.may_give(found) or not {Action.ANSWER, Action.RENEW} & set(moves.allowed(found, by)):
        return places.go(request, "withdrawal", found.number)
    standing = selectors.current(found)
    sent: Any = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    back, refused = found.state == State.RETURNED, ""
    form = (forms.CreditorAgainForm if back else forms.CreditorForm)(*sent, initial=applying.creditor_initial(found, standing))
    if form.is_bound and form.is_valid():
        try:
            asked: Any = {"version": applying.version_of(request), "given": form.given(), "by": by}
            asked["paper"] = form.paper() if isinstance(form, forms.CreditorAgainForm) else None
            creditors.give(application_id=found.pk, on=clock.business_date(), **asked)
        except documents.NotAPaper as error:
            form.add_error("papers", members_forms.paper_words(error))
        except NotAllowed as error:
            if error.code in ("WRONG_STATE", "NOTHING_BACK"):
                return places.go(request, "withdrawal", found.number)
            found.refresh_from_db(fields=["version"])
            refused = words.not_allowed(error)[1]
        else:
            return places.go(request, "withdrawal_renew" if back else "withdrawal_answer", found.number)
    wrong = bool(form.is_bound and form.errors) or bool(refused)
    context = {
        "space": places.space(request),
        "found": found,
        "name": labels.KINDS[found.kind],
        "creditor_name": selectors.name(found),
        "reason": selectors.refusal_of(found),
        "back": back,
        "form": form,
        "refused": refused,
        "form_errors": wrong,
    }
    return render(request, "withdrawals/creditor.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)
