"""The activation: what came by SMS opens it, and nothing else of the portal; each step is a page, and it goes on where it stopped (ux.md 10)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from members.identity import activation, gates, invitations, passwords, recognition, services, tac
from members.identity.activation import Step
from members.identity.enums import Purpose
from members.identity.forms_activation import EnterForm, NewPasswordForm, RecognitionForm, TermsForm, UserIdForm
from members.identity.models import Invitation
from members.identity.tac_step import TacStep

SESSION: Final = "activation"
"""Session key: the invitation that was opened, when it was last gone on with, and which password was chosen here. Nobody is signed in."""
PAUSE: Final = 20 * 60
"""Whoever leaves for longer gives the temporary password again."""


@gates.public
@never_cache
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """What came by SMS. The same answer for a wrong User ID and a wrong secret; who knows the secret is told why it opens nothing any more."""
    if request.user.is_authenticated:
        return redirect("home")
    if request.method != "POST" and (going_on := _still_open(request)) is not None:
        return redirect("identity:activate_step", step=activation.step_of(going_on))
    form = EnterForm(request.POST) if request.method == "POST" else EnterForm()
    if form.is_bound and form.is_valid():
        try:
            invitation = services.open_invitation(request, **form.cleaned_data, on=clock.business_date(), at=clock.now())
        except invitations.Ended as ended:
            return render(request, "identity/activate_ended.html", {"ended": ended}, status=410)
        except services.SignInRefused:
            form.add_error(None, _("ID dan kata laluan sementara itu tidak sepadan, atau telah digunakan. Semak SMS terakhir anda, atau log masuk."))
        else:
            request.session.flush()  # a session with a new key, which holds the invitation and nothing else (fixation)
            return _go_on(request, invitation)
    ended_pause = request.GET.get("ended") == "pause"
    return render(request, "identity/activate.html", {"form": form, "paused": ended_pause}, status=422 if form.is_bound else 200)


@gates.public
@never_cache
@sensitive_post_parameters("password", "tac", "number")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One step; who asks for a later one is sent to the first that is not done."""
    try:
        invitation = opened(request)
        if invitation is None:
            return redirect(f"{reverse('identity:activate')}?ended=pause")
        wanted = Step(step) if step in set(Step) else None
        now = activation.step_of(invitation)
        if wanted is None or list(Step).index(wanted) > list(Step).index(now):
            return redirect("identity:activate_step", step=now)
        return _PAGES[wanted](request, invitation)
    except invitations.Ended as ended:
        # It stays in the session: looked at again, the page says the same.
        return render(request, "identity/activate_ended.html", {"ended": ended}, status=410)


@gates.signed_in_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def done(request: HttpRequest) -> HttpResponse:
    """What holds from now on, and the way home."""
    return render(request, "identity/activated.html")


def opened(request: HttpRequest) -> Invitation | None:
    """The invitation that this browser opened; None once the pause is over. Raises invitations.Ended: who was under way knows its secret."""
    kept = request.session.get(SESSION)
    if not kept or clock.now().timestamp() - kept["at"] > PAUSE:
        return None
    invitation = Invitation.objects.select_related("user", "issued_by").filter(pk=kept["invitation"]).first()
    if invitation is None:
        return None
    invitations.require_open(invitation, on=clock.business_date())
    return _as_here(request, invitation)


def _still_open(request: HttpRequest) -> Invitation | None:
    """The same, for who may have come with the SMS that followed."""
    try:
        return opened(request)
    except invitations.Ended:
        return None


def _as_here(request: HttpRequest, invitation: Invitation) -> Invitation:
    """A password that was chosen in another browser counts for nothing here: it may be another's who has the temporary secret, too."""
    if request.session.get(SESSION, {}).get("password") != activation.password_of(invitation):
        invitation.progress = {name: value for name, value in invitation.progress.items() if name != Step.PASSWORD}
    return invitation


def _go_on(request: HttpRequest, invitation: Invitation, **more: str) -> HttpResponse:
    kept = request.session.get(SESSION, {})
    request.session[SESSION] = {**kept, "invitation": invitation.pk, "at": int(clock.now().timestamp()), **more}
    return redirect("identity:activate_step", step=activation.step_of(_as_here(request, invitation)))


def _terms(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = TermsForm(request.POST) if request.method == "POST" else TermsForm()
    if form.is_bound and form.is_valid():
        return _go_on(request, activation.agree(invitation=invitation, on=clock.business_date(), at=clock.now()))
    return _show(request, Step.TERMS, invitation, form)


def _user_id(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    given = activation.given_user_id(invitation)
    if request.method == "POST" and given:
        return _go_on(request, activation.choose_user_id(invitation=invitation, user_id=given, on=clock.business_date()))
    form = UserIdForm(request.POST) if request.method == "POST" else UserIdForm(initial={"user_id": invitation.progress.get(Step.USER_ID, "")})
    if form.is_bound and form.is_valid():
        try:
            kept = activation.choose_user_id(invitation=invitation, user_id=form.cleaned_data["user_id"], on=clock.business_date())
        except activation.UserIdTaken:
            form.add_error("user_id", _("ID Pengguna itu telah digunakan. Pilih yang lain."))
        except activation.UserIdReserved:
            form.add_error("user_id", _("ID Pengguna yang bermula dengan “kwsp” atau seperti nombor majikan (8 angka) dikhaskan. Pilih yang lain."))
        else:
            return _go_on(request, kept)
    return _show(request, Step.USER_ID, invitation, form, given=given)


def _password(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = NewPasswordForm(request.POST) if request.method == "POST" else NewPasswordForm()
    if form.is_bound and form.is_valid():
        broken = activation.choose_password(invitation=invitation, password=form.cleaned_data["password"], on=clock.business_date())
        if not broken:
            return _go_on(request, invitation, password=activation.password_of(invitation))
        for rule in broken:
            form.add_error("password", str(passwords.MENDED[rule]))
    # Of the own data only what the pages show anyway is sent for ticking; the rest is asked when the form comes.
    own = sorted({*map(passwords.simple, (invitation.user.name, *invitation.user.name.split())), str(invitation.progress[Step.USER_ID])})
    long_enough = [piece for piece in own if len(piece) >= passwords.OWN_SHORTEST]
    return _show(request, Step.PASSWORD, invitation, form, rules=passwords.WORDS.items(), own=long_enough, kept=Step.PASSWORD in invitation.progress)


def _recognition(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = RecognitionForm(request.POST) if request.method == "POST" else RecognitionForm(initial=invitation.progress.get(Step.RECOGNITION))
    if form.is_bound and form.is_valid():
        kept = activation.choose_recognition(invitation=invitation, **form.cleaned_data, on=clock.business_date(), at=clock.now())
        return _go_on(request, kept)
    return _show(request, Step.RECOGNITION, invitation, form, pictures=recognition.PICTURES.items(), longest=activation.LONGEST_PHRASE)


def _phone(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The answers once more, and the code that begins the i-Akaun."""
    now = clock.now()
    code = TacStep(request=request, user=invitation.user, purpose=Purpose.ACTIVATION_PHONE, shown=activation.shown(invitation))
    if code.wanted():
        code.send(at=now)
    elif request.method == "POST":
        try:
            return _finish(request, invitation, code, now)
        except tac.Refused as refused:
            code.refuse(refused)
        except activation.UserIdTaken:
            return redirect("identity:activate_step", step=Step.USER_ID)
    chosen = invitation.progress[Step.RECOGNITION]
    words = recognition.PICTURES[chosen["picture"]]
    return _show(request, Step.PHONE, invitation, code.form, box=code.box(at=now), picture=chosen["picture"], words=words, phrase=chosen["phrase"])


def _finish(request: HttpRequest, invitation: Invitation, code: TacStep, now: datetime) -> HttpResponse:
    approval = code.approval(at=now)
    address = request.META.get("REMOTE_ADDR") or None
    user = activation.finish(invitation=invitation, approval=approval, on=clock.business_date(), at=now, ip=address)
    services.begin_activated(request, user, at=now)
    return redirect("identity:activated")


def _show(request: HttpRequest, step: Step, invitation: Invitation, form: Any, **more: Any) -> HttpResponse:
    context: Mapping[str, Any] = {
        "form": form,
        "invitation": invitation,
        "user_id": invitation.progress.get(Step.USER_ID, ""),
        "steps": [_("Terma"), _("ID Pengguna"), _("Kata laluan"), _("Imej dan frasa"), _("Kod TAC")],
        "place": list(Step).index(step) + 1,
        "before": list(Step)[list(Step).index(step) - 1] if step is not Step.TERMS else "",
        **more,
    }
    wrong = bool(form.errors)
    return render(request, f"identity/activate_{step.name.lower()}.html", context, status=422 if wrong else 200)


_PAGES: Final = {Step.TERMS: _terms, Step.USER_ID: _user_id, Step.PASSWORD: _password, Step.RECOGNITION: _recognition, Step.PHONE: _phone}
