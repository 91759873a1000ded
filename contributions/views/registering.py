"""i-Saraan and i-Suri of who is signed in (/member/i-saraan/): what is held, every condition, registering, cancelling."""

from collections.abc import Iterable, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contributions import forms, labels
from contributions.enums import IncentiveScheme, Occupation
from contributions.explanations_incentive import CONDITIONS, OCCUPATIONS
from contributions.models import IncentiveRegistration
from contributions.rules.incentive_who import Condition
from contributions.selectors import registrations as selectors
from contributions.selectors.registrations import Offer
from contributions.services import registering as services
from kwsp_portal.common import clock, rates
from kwsp_portal.templatetags import formats
from members import access, explanations
from members.identity.gates import member_required
from members.identity.sessions import address_of
from members.models import Member

ISURI: Final = "isuri"
"""What the button sends that registers a listed woman for i-Suri again."""


class Row(NamedTuple):
    """One condition on a page: its words, whether it is met, by what provision, and what is assumed. `chosen`: the form below meets it."""

    code: str
    words: str | Promise
    met: bool
    provision: str
    assumed: str
    chosen: bool = False


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def isaraan(request: HttpRequest) -> HttpResponse:
    """What the member holds; who holds nothing registers."""
    member = access.member_for(request.user)  # type: ignore[arg-type]
    if request.method != "POST":
        return _page(request, member, forms.RegisterForm())
    if request.POST.get("action") == ISURI:
        return _listed(request, member)
    form = forms.RegisterForm(request.POST)
    if not form.is_valid():
        return _page(request, member, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    by: Any = request.user
    try:
        found = services.register(member=member, asked=form.asked, by=by, on=clock.business_date(), ip=address_of(request))
    except services.NotAllowed as error:
        return _refused(request, member, form, error)
    return _done(request, found)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def isaraan_cancel(request: HttpRequest) -> HttpResponse:
    """Asked once more; cancelling what is cancelled changes nothing."""
    member, on = access.member_for(request.user), clock.business_date()  # type: ignore[arg-type]
    found = selectors.open_of(member)
    if request.method != "POST":
        if found is None:
            return redirect("member:isaraan")
        context = {"member": member, "found": found, "scheme": labels.SCHEME[found.scheme], "last": max(on, found.first)}
        return render(request, "members/isaraan_cancel.html", context)
    by: Any = request.user
    try:
        ended = services.cancel(member=member, by=by, on=on, ip=address_of(request))
    except services.NotAllowed as error:
        return _refused(request, member, forms.RegisterForm(), error)
    figures = {"scheme": labels.SCHEME[ended.scheme], "last": formats.day(ended.last)}
    messages.success(request, _("%(scheme)s dibatalkan: ia berakhir pada %(last)s.") % figures)
    return redirect("member:isaraan")


def rows(conditions: Sequence[Condition], *, chosen: Sequence[str] = ()) -> list[Row]:
    """Conditions as a page has them; `chosen` are those that the form below meets."""
    language = get_language() or "ms"
    found = []
    for one in conditions:
        reason = rates.assumption(one.assumed).reason if one.assumed else None
        provision = "; ".join(dict.fromkeys(text.in_language(language) for text in rates.citations(one.citation)))
        assumed = reason.in_language(language) if reason else ""
        found.append(Row(one.code, CONDITIONS[one.code], one.met, provision, assumed, one.code in chosen))
    return found


def offer_context(offer: Offer, *, work_known: bool = False) -> dict[str, Any]:
    """What a page shows before anybody registers: the work is chosen on it, unless it is known. With an employer's contribution of the month who
    draws a pension may (`pension_only`), and nobody else."""
    chosen = ("OPTED_IN",) if work_known else ("OPTED_IN", "OCCUPATION")
    blocked = {one.code for one in offer.unmet} - set(chosen)
    return {
        "offer": offer,
        "conditions": rows(offer.conditions, chosen=chosen),
        "may": offer.not_in_force is None and blocked <= {"NO_EMPLOYER"},
        "pension_only": blocked == {"NO_EMPLOYER"},
        "not_in_force": explanations.not_in_force_words(offer.not_in_force) if offer.not_in_force else "",
    }


def history(found: Iterable[IncentiveRegistration], on: date) -> list[tuple[IncentiveRegistration, Any, Any, Any, Any, bool]]:
    """Registrations with their words, and whether each holds today."""
    return [
        (
            one,
            labels.SCHEME[one.scheme],
            work_words(one),
            labels.REGISTERED_AT[one.registered_at],
            labels.REGISTRATION_END.get(one.ended_why, ""),
            one.first <= on and (one.last is None or on <= one.last),
        )
        for one in found
    ]


def work_words(found: IncentiveRegistration) -> str | Promise:
    """The work, as it was chosen or written."""
    if found.occupation == Occupation.OTHER:
        return found.other_work
    return OCCUPATIONS[Occupation(found.occupation)] if found.occupation in OCCUPATIONS else ""


def _page(request: HttpRequest, member: Member, form: forms.RegisterForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    on = clock.business_date()
    found = list(selectors.of_member(member))
    held = next((one for one in found if one.last is None), None)
    context: dict[str, Any] = {"member": member, "on": on, "held": held, "form": form, "history": history(found, on)}
    if held is not None:
        stands = selectors.as_it_stands(member, held, on=on)
        context |= offer_context(stands, work_known=True) | {
            "scheme": labels.SCHEME[held.scheme],
            "work": work_words(held),
            "is_isuri": held.scheme == IncentiveScheme.ISURI,
        }
    else:
        offers = selectors.offers(member, found, on=on)
        context |= offer_context(offers[IncentiveScheme.ISARAAN])
        context["isuri_offered"] = offers[IncentiveScheme.ISURI].good
    return render(request, "members/isaraan.html", {**context, **more}, status=status)


def _listed(request: HttpRequest, member: Member) -> HttpResponse:
    by: Any = request.user
    try:
        found = services.register_listed(member=member, by=by, on=clock.business_date(), ip=address_of(request))
    except services.NotAllowed as error:
        return _refused(request, member, forms.RegisterForm(), error)
    return _done(request, found)


def _done(request: HttpRequest, found: IncentiveRegistration) -> HttpResponse:
    figures = {"scheme": labels.SCHEME[found.scheme], "first": formats.day(found.first)}
    messages.success(request, _("Pendaftaran %(scheme)s berjaya: ia bermula pada %(first)s.") % figures)
    return redirect("member:isaraan")


def _refused(request: HttpRequest, member: Member, form: forms.RegisterForm, error: services.NotAllowed) -> HttpResponse:
    status, words = labels.REGISTERING_REFUSALS[error.code]
    return _page(request, member, form, status=status, refused=said(error, words), form_errors=True)


def said(error: services.NotAllowed, words: str | Promise) -> str:
    """The refusal, with the conditions that are not met."""
    lacking = "; ".join(str(CONDITIONS[one.code]) for one in error.unmet)
    return f"{words} {lacking}".strip()
