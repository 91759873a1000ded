"""Forgotten: who it is and the phone, the code, then the new password. The session holds what was asked; the address holds nothing."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kwsp_portal import phones as numbers
from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members.identity import asks, gates, passwords, recovery, services, tac
from members.identity.forms import TacForm
from members.identity.forms_recovery import RecoverForm, RecoverPasswordForm
from members.identity.models import Approval, Challenge
from members.identity.origins import origin_of
from members.identity.recovery import Forgot

SESSION: Final = "recovery"
"""Session key: what was asked, the number of the code, and of the approval once it was right. Never what was typed."""


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Who it is and where the code goes. The answer is the same for everybody."""
    if request.user.is_authenticated:
        return redirect("home")
    form = RecoverForm(request.POST) if request.method == "POST" else RecoverForm(initial={"who": request.GET.get("who", "")})
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            challenge = recovery.ask(
                who=recovery.Who(typed["who"]),
                known_by=typed["known_by"],
                number=typed["number"],
                forgot=Forgot(typed["forgot"]),
                at=clock.now(),
                ip=_address(request),
                browser=request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""),
            )
        except recovery.TooMany as many:
            until = {"until": formats.moment(many.until)}
            form.add_error(None, _("Terlalu banyak permintaan. Cuba lagi mulai %(until)s, atau pergi ke kaunter KWSP.") % until)
        else:
            request.session.flush()
            kept = {"forgot": typed["forgot"], "origin": origin_of(_address(request)), "challenge": challenge.pk}
            request.session[SESSION] = {**kept, "to": numbers.masked(typed["number"])}
            return redirect("identity:recover_code")
    return render(request, "identity/recover.html", {"form": form}, status=422 if form.is_bound else 200)


@gates.public
@never_cache
@sensitive_post_parameters("tac", "number")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code. A decoy's page is this page, and its answers are these answers."""
    asked = request.session.get(SESSION)
    if not asked:
        return redirect("identity:recover")
    challenge = Challenge.objects.select_related("user").get(pk=asked["challenge"])
    form = TacForm(request.POST) if request.method == "POST" else TacForm()
    if form.is_bound:
        try:
            return _proven(request, challenge, asked)
        except tac.Refused as refused:
            form.full_clean()
            form.add_error("number" if refused.code == "NUMBER" else "tac", asks.words(refused))
    now = clock.now()
    context = {
        "form": form,
        "to": asked["to"],
        "challenge": challenge,
        "over": now >= challenge.valid_until,
        "ask_number": "number" in form.errors or bool(form["number"].value()),
    }
    return render(request, "identity/recover_code.html", context, status=422 if form.is_bound else 200)


@gates.public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """The User ID, and a new password for it."""
    asked = request.session.get(SESSION) or {}
    left = Approval.objects.select_related("user").filter(spent_at=None, expires_at__gt=clock.now(), user__is_active=True)
    approval = left.filter(pk=int(asked.get("approval", 0))).first()
    if approval is None:
        return redirect("identity:recover")
    form = RecoverPasswordForm(request.POST) if request.method == "POST" else RecoverPasswordForm()
    if form.is_bound and form.is_valid():
        try:
            broken = _change(request, approval, asked, form.cleaned_data["password"])
        except tac.Refused:
            return redirect("identity:recover")
        if not broken:
            return _done(request, approval.user.user_id, changed=True)
        for rule in broken:
            form.add_error("password", str(passwords.MENDED[rule]))
    own = list(map(passwords.simple, (approval.user.name, *approval.user.name.split(), approval.user.user_id)))
    context = {
        "form": form,
        "user_id": approval.user.user_id,
        "rules": passwords.WORDS.items(),
        "own": [p for p in own if len(p) >= passwords.OWN_SHORTEST],
    }
    return render(request, "identity/recover_password.html", context, status=422 if form.is_bound else 200)


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD"])
def done(request: HttpRequest) -> HttpResponse:
    """What is to be remembered, and the way in."""
    told: dict[str, Any] | None = request.session.get("recovered")
    if not told:
        return redirect("identity:sign_in")
    return render(request, "identity/recovered.html", told)


def _proven(request: HttpRequest, challenge: Challenge, asked: dict[str, Any]) -> HttpResponse:
    typed, number = request.POST.get("tac", ""), request.POST.get("number", "")
    approval = tac.verify(challenge=challenge, user=challenge.user, digits=typed, number=number, at=clock.now(), ip=_address(request))
    services.step_up(request)
    forgot = Forgot(asked["forgot"])
    if forgot is Forgot.USER_ID:
        user = recovery.show_user_id(approval=approval, origin=asked["origin"], forgot=forgot, at=clock.now(), ip=_address(request))
        return _done(request, user.user_id, changed=False)
    request.session[SESSION] = {**asked, "approval": approval.pk}
    return redirect("identity:recover_password")


def _change(request: HttpRequest, approval: Approval, asked: dict[str, Any], password: str) -> list[passwords.Rule]:
    forgot, at, ip = Forgot(asked["forgot"]), clock.now(), _address(request)
    return recovery.set_password(approval=approval, origin=asked["origin"], forgot=forgot, password=password, at=at, ip=ip)


def _done(request: HttpRequest, user_id: str, *, changed: bool) -> HttpResponse:
    request.session.flush()
    request.session["recovered"] = {"user_id": user_id, "changed": changed}
    return redirect(reverse("identity:recovered"))


def _address(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None
