"""The doors: User ID, then the phrase and the password; for officers all at once with a TOTP code; the way out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kwsp_portal import ways
from kwsp_portal.common import clock
from members.identity import gates, lockout, recognition, services, tac, user_agents
from members.identity.enums import Purpose, SessionEnd
from members.identity.forms import PasswordForm, SignInForm, StaffSignInForm
from members.identity.models import User
from members.identity.tac_step import TacStep

PENDING = "sign_in"
"""Session key of what page one leaves for page two: the User ID stands in no address (ASVS 14.2.1)."""

PROVED = "sign_in_proved"
"""Session key: whose password was right, while the code for a new device is asked for."""

ENDINGS = {why.value.lower() for why in SessionEnd} - {"replaced"}


@gates.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Page one: the User ID. Says why a session ended, when it did."""
    if request.user.is_authenticated:
        return redirect(ways.safe(request, request.GET.get("next", "")) or "home")
    form = SignInForm(request.POST) if request.method == "POST" else SignInForm()
    if request.method == "POST" and form.is_valid():
        request.session[PENDING] = {
            "user_id": form.cleaned_data["user_id"],
            "next": ways.safe(request, request.POST.get("next", "")),
            "door": _door(request.POST.get("door", "")),
        }
        return redirect("identity:password")
    asked = request.POST if request.method == "POST" else request.GET
    context = {"form": form, "next": ways.safe(request, asked.get("next", "")), "door": _door(asked.get("door", "")), **_ending(request)}
    return render(request, "identity/sign_in.html", context, status=422 if form.is_bound else 200)


@gates.public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Page two: the phrase first, then the password."""
    pending = request.session.get(PENDING)
    if not pending:
        return redirect("identity:sign_in")
    form = PasswordForm(request.POST) if request.method == "POST" else PasswordForm()
    if form.is_bound and form.is_valid():
        try:
            services.sign_in(request, user_id=pending["user_id"], password=form.cleaned_data["password"], at=clock.now())
        except services.WrongDoor:
            del request.session[PENDING]
            return render(request, "identity/wrong_door.html", {"door": "admin:login"}, status=403)
        except services.CodeNeeded as needed:
            return _ask_for_code(request, needed.user, pending["next"])
        except services.SignInRefused:
            form.add_error(None, _refusal(request, pending["user_id"], _("ID Pengguna atau kata laluan tidak betul.")))
        else:
            return redirect(pending["next"] or "home")
    context = {"form": form, "door": pending["door"], "recognition": recognition.recognise(user_id=pending["user_id"])}
    return render(request, "identity/password.html", context, status=422 if form.is_bound else 200)


@gates.public
@never_cache
@sensitive_post_parameters("tac")
@require_http_methods(["GET", "HEAD", "POST"])
def device(request: HttpRequest) -> HttpResponse:
    """Page three, on a browser that the person is not known by: the code that went to the phone."""
    found = _proved(request)
    if found is None:
        return redirect("identity:sign_in")
    user, proved = found
    step, now = TacStep(request=request, user=user, purpose=Purpose.NEW_DEVICE, shown=proved["shown"]), clock.now()
    if step.wanted():
        step.send(at=now)
    elif request.method == "POST":
        try:
            approval = step.approval(at=now)
            services.confirm_device(request, user=user, approval=approval, shown=proved["shown"], at=now)
        except tac.Refused as refused:
            step.refuse(refused)
        else:
            return redirect(proved["next"] or "home")
    box = step.box(at=now)
    return render(request, "identity/device.html", {"box": box, "form_errors": bool(step.refusal)}, status=422 if step.refusal else 200)


@gates.public
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def staff_sign_in(request: HttpRequest) -> HttpResponse:
    """The officers' door, at admin:login (kwsp_portal/frame/admin_site.py)."""
    asked = request.POST if request.method == "POST" else request.GET
    goal = ways.safe(request, asked.get("next", ""))
    if request.user.is_authenticated and request.user.is_officer:
        return redirect(goal or "home")
    form = StaffSignInForm(request.POST) if request.method == "POST" else StaffSignInForm()
    if form.is_bound and form.is_valid():
        try:
            services.sign_in_officer(request, **form.cleaned_data, at=clock.now())
        except services.WrongDoor:
            return render(request, "identity/wrong_door.html", {"door": "identity:sign_in"}, status=403)
        except services.SignInRefused:
            form.add_error(None, _refusal(request, form.cleaned_data["user_id"], _("ID Pengguna, kata laluan atau kod pengesahan tidak betul.")))
        else:
            return redirect(goal or "home")
    context = {"form": form, "next": goal, **_ending(request)}
    return render(request, "identity/staff_sign_in.html", context, status=422 if form.is_bound else 200)


@gates.public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The way out; also for those whose session is over already."""
    services.sign_out(request, at=clock.now())
    return redirect(f"{reverse('identity:sign_in')}?ended=signed_out")


def _ask_for_code(request: HttpRequest, user: User, goal: str) -> HttpResponse:
    """The password was right: that waits in the session, under a new key and for ten minutes, while the code is on its way."""
    now, words = clock.now(), user_agents.words(request.headers.get("User-Agent", ""))
    request.session.cycle_key()
    shown = {"user_id": user.user_id, "device": ", ".join(filter(None, words))}
    request.session[PROVED] = {"user": user.pk, "hash": user.get_session_auth_hash(), "at": int(now.timestamp()), "next": goal, "shown": shown}
    TacStep(request=request, user=user, purpose=Purpose.NEW_DEVICE, shown=shown).send(at=now)
    return redirect("identity:device")


def _proved(request: HttpRequest) -> tuple[User, dict[str, Any]] | None:
    """Whose password was right in this session, not long ago; nobody once it was changed or the account closed."""
    proved = request.session.get(PROVED)
    if not proved or clock.now().timestamp() - proved["at"] >= settings.SESSION_IDLE_SECONDS:
        return None
    user = User.objects.filter(pk=proved["user"], is_active=True, activated_at__isnull=False).first()
    return (user, proved) if user and constant_time_compare(user.get_session_auth_hash(), proved["hash"]) else None


def _door(name: str) -> str:
    """The door only changes the heading: everybody's User ID works at both."""
    return name if name in {"member", "employer"} else ""


def _ending(request: HttpRequest) -> dict[str, Any]:
    ended = request.GET.get("ended", "")
    return {
        "ended": ended if ended in ENDINGS else "",
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
        "absolute_hours": settings.SESSION_ABSOLUTE_SECONDS // 3600,
    }


def _refusal(request: HttpRequest, user_id: str, words: str) -> str:
    """The refusal and how many tries are left, which is the same for User IDs that do not exist."""
    left = lockout.tries_left(lockout.counter_of(request, user_id=user_id), at=clock.now())
    return words + " " + _("Baki cubaan sebelum log masuk dikunci: %(left)s.") % {"left": left}
