"""The doors: User ID, then the phrase and the password; for officers all at once with a TOTP code; the way out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kwsp_portal.common import clock
from members.identity import gates, lockout, recognition, services, ways
from members.identity.enums import SessionEnd
from members.identity.forms import PasswordForm, SignInForm, StaffSignInForm

PENDING = "sign_in"
"""Session key of what page one leaves for page two: the User ID stands in no address (ASVS 14.2.1)."""

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
        except services.SignInRefused:
            form.add_error(None, _refusal(request, pending["user_id"], _("ID Pengguna atau kata laluan tidak betul.")))
        else:
            return redirect(pending["next"] or "home")
    context = {"form": form, "door": pending["door"], "recognition": recognition.recognise(user_id=pending["user_id"])}
    return render(request, "identity/password.html", context, status=422 if form.is_bound else 200)


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
