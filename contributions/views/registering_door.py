"""i-Saraan without an i-Akaun (/i-saraan/): who it is, the code, then conditions, work and declaration. The session holds what was asked; the address
holds nothing, and no answer tells a stranger whether somebody exists."""

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from contributions import forms, labels
from contributions.enums import IncentiveScheme
from contributions.selectors import registrations as selectors
from contributions.services import registering as services
from contributions.services import registering_door
from contributions.views import registering as signed_in
from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members.identity import asks, gates, tac
from members.identity.enums import Role
from members.identity.forms import TacForm
from members.identity.models import Approval, Challenge
from members.identity.origins import origin_of
from members.identity.sessions import address_of
from members.models import Member

SESSION: Final = "incentive_door"
"""Session key: from where it was asked, the number of the code, and of the approval once it was right. Never what was typed."""
DONE: Final = "incentive_done"


@gates.public
@never_cache
@sensitive_post_parameters("identity", "number")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Who it is. The answer is the same for everybody."""
    user: Any = request.user
    if user.is_authenticated:
        return redirect("member:isaraan" if user.role == Role.MEMBER else "home")
    form = forms.RegisterDoorForm(request.POST) if request.method == "POST" else forms.RegisterDoorForm()
    if form.is_bound and form.is_valid():
        try:
            challenge = registering_door.ask(
                identity=form.cleaned_data["identity"],
                number=form.cleaned_data["number"],
                at=clock.now(),
                ip=address_of(request),
                browser=request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""),
            )
        except asks.TooMany as many:
            until = {"until": formats.moment(many.until)}
            form.add_error(None, _("Terlalu banyak permintaan. Cuba lagi mulai %(until)s, atau pergi ke kaunter KWSP.") % until)
        else:
            request.session.flush()
            request.session[SESSION] = {"origin": origin_of(address_of(request)), "challenge": challenge.pk}
            return redirect("isaraan:code")
    return render(request, "contributions/isaraan_start.html", {"form": form}, status=422 if form.is_bound else 200)


@gates.public
@never_cache
@sensitive_post_parameters("tac", "number")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code. A decoy's page is this page, and its answers are these answers."""
    asked = request.session.get(SESSION)
    if not asked:
        return redirect("isaraan:start")
    challenge = Challenge.objects.select_related("user").get(pk=asked["challenge"])
    form = TacForm(request.POST) if request.method == "POST" else TacForm()
    if form.is_bound:
        typed, number = request.POST.get("tac", ""), request.POST.get("number", "")
        try:
            approval = tac.verify(challenge=challenge, user=challenge.user, digits=typed, number=number, at=clock.now(), ip=address_of(request))
        except tac.Refused as refused:
            form.full_clean()
            form.add_error("number" if refused.code == "NUMBER" else "tac", asks.words(refused))
        else:
            request.session.cycle_key()
            request.session[SESSION] = {**asked, "approval": approval.pk}
            return redirect("isaraan:register")
    context = {
        "form": form,
        "challenge": challenge,
        "over": clock.now() >= challenge.valid_until,
        "ask_number": "number" in form.errors or bool(form["number"].value()),
    }
    return render(request, "contributions/isaraan_code.html", context, status=422 if form.is_bound else 200)


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Conditions, work, declaration: for as long as the code's approval holds."""
    asked: dict[str, Any] = request.session.get(SESSION) or {}
    approval = Approval.objects.select_related("user").filter(pk=int(asked.get("approval", 0)), spent_at=None, expires_at__gt=clock.now()).first()
    if approval is None:
        return redirect("isaraan:done" if request.session.get(DONE) else "isaraan:start")
    member = Member.objects.get(user=approval.user_id)
    form = forms.RegisterForm(request.POST if request.method == "POST" else None)
    refused, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            found = services.register_by_code(
                approval=approval,
                shown=registering_door.shown(asked["origin"]),
                asked=form.asked,
                on=clock.business_date(),
                at=clock.now(),
                ip=address_of(request),
            )
        except services.NotAllowed as error:
            status, words = labels.REGISTERING_REFUSALS[error.code]
            refused = signed_in.said(error, words)
        except tac.Refused:
            return redirect("isaraan:start")
        else:
            request.session.flush()
            request.session[DONE] = {"first": found.first.isoformat(), "number": found.pk}
            return redirect("isaraan:done")
    return _page(request, member, approval, form, refused, status)


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD"])
def done(request: HttpRequest) -> HttpResponse:
    """What holds from now on; it says no name."""
    told = request.session.get(DONE)
    if not told:
        return redirect("isaraan:start")
    return render(request, "contributions/isaraan_done.html", {"first": date.fromisoformat(told["first"]), "number": told["number"]})


def _page(request: HttpRequest, member: Member, approval: Approval, form: forms.RegisterForm, refused: str, status: int) -> HttpResponse:
    on, held = clock.business_date(), selectors.open_of(member)
    context: dict[str, Any] = {"form": form, "held": held, "until": approval.expires_at, "refused": refused, "form_errors": bool(refused)}
    if held is not None:
        offer = selectors.as_it_stands(member, held, on=on)
        context |= signed_in.offer_context(offer, work_known=True) | {"scheme": labels.SCHEME[held.scheme]}
        context["is_isuri"] = held.scheme == IncentiveScheme.ISURI
    else:
        context |= signed_in.offer_context(selectors.offer(member, IncentiveScheme.ISARAAN, occupation=None, on=on))
    return render(request, "contributions/isaraan_register.html", context, status=status)
