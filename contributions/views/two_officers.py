"""What one officer proposes another decides, over HTTP: withdraw the own, approve or refuse another's; the second click of the same act is none."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise

from contributions import forms
from contributions.enums import WrongCreditState
from kwsp_portal.common import clock

OUTCOME = {"approve": WrongCreditState.POSTED, "refuse": WrongCreditState.REFUSED, "withdraw": WrongCreditState.WITHDRAWN}
"""Where each act leaves a proposal."""


class Page(Protocol):
    """The page of one proposal, with its form as it was sent."""

    def __call__(self, request: HttpRequest, found: Any, form: forms.RefuseForm, *, status: int = ..., **more: Any) -> HttpResponse: ...


class Kind(NamedTuple):
    """A kind of proposal. `services` has approve, refuse, withdraw and NotAllowed, whose codes `refused` has words for, and calls a proposal's id
    `name`; `route` is its page, `done` what is said after each act."""

    services: Any
    name: str
    fetch: Callable[[int], Any]
    page: Page
    route: str
    done: Mapping[str, str | Promise]
    refused: Mapping[str, tuple[int, str | Promise]]


def decide(request: HttpRequest, pk: int, kind: Kind) -> HttpResponse:
    """The way back to its page, or that page with what was wrong. Raises Http404, BadRequest."""
    found, name = kind.fetch(pk), request.POST.get("action", "")
    if name not in kind.done:
        raise BadRequest("action: expected withdraw, approve or refuse")
    form = forms.RefuseForm(request.POST if name == "refuse" else None)
    if form.is_bound and not form.is_valid():
        return kind.page(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _act(request, pk, name, form, kind)
    except kind.services.NotAllowed as error:
        fresh = kind.fetch(pk)
        if not (error.code == "WRONG_STATE" and _did_it(fresh, name, request)):
            status, words = kind.refused[error.code]
            return kind.page(request, fresh, form, status=status, refused=str(words), form_errors=True)
    messages.success(request, str(kind.done[name]))
    return HttpResponseRedirect(reverse(kind.route, args=[pk]))


def _act(request: HttpRequest, pk: int, name: str, form: forms.RefuseForm, kind: Kind) -> None:
    asked: dict[str, Any] = {kind.name: pk, "by": request.user, "on": clock.business_date()}
    if name == "approve":
        kind.services.approve(**asked, at=clock.now())
    elif name == "refuse":
        kind.services.refuse(**asked, comment=form.cleaned_data["comment"])
    else:
        kind.services.withdraw(**asked)


def _did_it(found: Any, name: str, request: HttpRequest) -> bool:
    """Whether it stands where it does because this officer did this: the same act again is a second click."""
    by = found.proposed_by_id if name == "withdraw" else found.decided_by_id
    return found.state == OUTCOME[name] and by == request.user.pk
