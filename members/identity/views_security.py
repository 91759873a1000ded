"""What somebody's access rests on, for themselves: `/security/`. The number that codes go to, and the authenticator app in its place."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from kwsp_portal.common import clock
from members.identity import authenticators, cancelling, emails, gates, panels, phones, recognition, services, tac
from members.identity.enums import Purpose
from members.identity.forms import AppCodeForm
from members.identity.models import User
from members.identity.session_store import REGISTER
from members.identity.tac_step import TacStep


@gates.person_required
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The sections, each with what can be done about it."""
    user, now = _person(request), clock.now()
    phone = phones.current(user)
    app = authenticators.current(user)
    context = {
        "phone": phones.masked(phone),
        "bound_at": phone.bound_at if phone else None,
        "cooling_until": phones.cooling_until(user, at=now),
        "app": app,
        "codes_left": authenticators.codes_left(app) if app else 0,
        "email": emails.current(user),
        "email_masked": emails.masked(emails.current(user)),
        "email_waiting": emails.masked(emails.waiting(user, at=now)),
        "recognition": recognition.recognise(user_id=user.user_id),
        "panels": panels.of(user, at=now),
    }
    return render(request, "identity/security.html", context)


@gates.person_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone_cancel(request: HttpRequest) -> HttpResponse:
    """Ask once more, then undo a change of number that the person did not want."""
    user, now = _person(request), clock.now()
    until = phones.cooling_until(user, at=now)
    if request.method == "POST":
        try:
            cancelling.cancel(user=user, at=now, except_key=request.session.session_key, ip=request.META.get("REMOTE_ADDR"))
        except phones.NotCooling:
            messages.info(request, _("Tiada pertukaran nombor yang masih boleh dibatalkan."))
        else:
            messages.success(request, _("Pertukaran dibatalkan. Daftarkan nombor telefon TAC anda di kaunter atau kiosk KWSP."))
        return redirect("identity:security")
    return render(request, "identity/phone_cancel.html", {"phone": phones.masked(phones.current(user)), "cooling_until": until})


@gates.person_required
@never_cache
@sensitive_post_parameters("tac", "code", "number")
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: HttpRequest) -> HttpResponse:
    """Add the app: a code by SMS first, then the picture to scan, then the app's own code. Or remove it, with a code of the app's."""
    user, now = _person(request), clock.now()
    if authenticators.current(user) is not None:
        return _remove(request, user)
    if authenticators.waiting(user, at=now, session=_session(request)) is not None and "again" not in request.GET:
        return _confirm(request, user)
    return _begin(request, user)


def _begin(request: HttpRequest, user: User) -> HttpResponse:
    """The first step: whoever adds an app must hold the phone."""
    at, shown = clock.now(), {"act": "ADD"}
    step = TacStep.of(request, purpose=Purpose.AUTHENTICATOR, shown=shown)
    if request.method == "POST" and not step.wanted():
        try:
            approval = step.approval(at=at)
            with transaction.atomic():
                tac.spend(approval=approval, user=user, purpose=Purpose.AUTHENTICATOR, shown=shown, at=at)
                authenticators.begin(user=user, at=at, session=_session(request), ip=request.META.get("REMOTE_ADDR"))
        except tac.Refused as refused:
            if authenticators.waiting(user, at=at, session=_session(request)) is not None:
                return redirect("identity:authenticator")
            step.refuse(refused)
        else:
            return redirect("identity:authenticator")
    if step.wanted():
        step.send(at=at)
    context = {"box": step.box(at=at), "form_errors": bool(step.refusal)}
    return render(request, "identity/authenticator.html", context, status=422 if step.refusal else 200)


def _confirm(request: HttpRequest, user: User) -> HttpResponse:
    """The picture, and the field for what the app shows then; at last the recovery codes, which are seen this once."""
    at = clock.now()
    form = AppCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            digits, here, key, ip = form.cleaned_data["code"], _session(request), request.session.session_key, request.META.get("REMOTE_ADDR")
            codes = authenticators.confirm(user=user, digits=digits, at=at, session=here, except_key=key, ip=ip)
        except authenticators.Unknown:
            return redirect("identity:security")
        except authenticators.NotRight:
            form.add_error("code", _("Kod tidak sepadan. Tunggu kod seterusnya dalam aplikasi, dan semak bahawa masa telefon anda betul."))
        else:
            services.step_up(request)
            return render(request, "identity/recovery_codes.html", {"codes": [f"{code[:5]}-{code[5:]}" for code in codes]})
    app = authenticators.waiting(user, at=at, session=_session(request))
    if app is None:
        return redirect("identity:authenticator")
    picture = mark_safe(authenticators.picture_of(app))  # noqa: S308 - drawn by segno from our own address
    context = {"form": form, "picture": picture, "secret": authenticators.spelled(app)}
    return render(request, "identity/authenticator_scan.html", context, status=422 if form.is_bound else 200)


def _remove(request: HttpRequest, user: User) -> HttpResponse:
    at, shown = clock.now(), {"act": "REMOVE"}
    step = TacStep.of(request, purpose=Purpose.AUTHENTICATOR, shown=shown)
    if request.method == "POST":
        try:
            approval = step.approval(at=at)
            with transaction.atomic():
                tac.spend(approval=approval, user=user, purpose=Purpose.AUTHENTICATOR, shown=shown, at=at)
                authenticators.remove(user=user, at=at, except_key=request.session.session_key, ip=request.META.get("REMOTE_ADDR"))
        except tac.Refused as refused:
            step.refuse(refused)
        else:
            messages.success(request, _("Aplikasi pengesah dibuang. Kod TAC dihantar dengan SMS semula."))
            return redirect("identity:security")
    app = authenticators.current(user)
    if app is None:
        return redirect("identity:security")
    context = {"box": step.box(at=at), "app": app, "codes_left": authenticators.codes_left(app), "form_errors": bool(step.refusal)}
    return render(request, "identity/authenticator_remove.html", context, status=422 if step.refusal else 200)


def _session(request: HttpRequest) -> int | None:
    """The session's number in the register, which stays when its key changes."""
    number: int | None = request.session.get(REGISTER)
    return number


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - behind the gate
    return request.user
