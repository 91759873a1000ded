"""How somebody signs in and where their e-mail goes, changed by themselves: `/security/password/`, `/security/recognition/`, `/security/email/`."""

from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members.identity import email_changes, emails, factors, gates, lockout, passwords, services, tac
from members.identity.enums import Purpose
from members.identity.forms_profile import ChangePasswordForm, ChangeRecognitionForm, EmailCodeForm, EmailForm
from members.identity.models import Approval, User
from members.identity.recognition import PICTURES, recognise
from members.identity.sessions import address_of
from members.identity.tac_step import TacStep

OVER = frozenset({"USED", "SPENT"})
CHANGED: Final = "password_changed_at"
"""Session key: when this session last changed the password."""
SECOND_CLICK: Final = 60
"""Seconds after a change in which the form sent again is the same click."""


@gates.person_required
@never_cache
@sensitive_post_parameters("present", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The present password, then the new one with its rules."""
    user = _person(request)
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _may_change(request, user, form) and _is_changed(request, user, form):
        messages.success(request, _("Kata laluan ditukar. Semua sesi lain telah ditamatkan."))
        return redirect("identity:security")
    # As at the activation: of the own data only what the pages show anyway is sent for ticking.
    own = sorted({*map(passwords.simple, (user.name, *user.name.split())), user.user_id})
    context = {"form": form, "rules": passwords.WORDS.items(), "own": [piece for piece in own if len(piece) >= passwords.OWN_SHORTEST]}
    return render(request, "identity/profile_password.html", context, status=422 if form.is_bound else 200)


def _may_change(request: HttpRequest, user: User, form: ChangePasswordForm) -> bool:
    until = factors.waits_until(request, user=user, at=clock.now())
    if until is not None:
        said = _(
            "Nombor telefon TAC anda baru ditukar. Dalam peranti yang dikenali selepas pertukaran itu, kata laluan boleh ditukar mulai %(until)s."
        )
        form.add_error(None, said % {"until": formats.moment(until)})
    return until is None


def _is_changed(request: HttpRequest, user: User, form: ChangePasswordForm) -> bool:
    """The rules are told before the present password is looked at: a new one that is too short costs no guess."""
    new, at = form.cleaned_data["password"], clock.now()
    broken = passwords.broken(new, own=passwords.own_data(user))
    if not broken and not _proves(request, form):
        return not lockout.is_locked(request) and _is_second_click(request, user, new, at)
    try:
        if not broken:
            with transaction.atomic():
                row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
                if row.password != user.password:  # the other of two clicks was first
                    return _is_the_same(row, form)
                broken = factors.change_password(user=user, password=new, session_key=request.session.session_key, at=at, ip=address_of(request))
                if not broken:
                    request.session[CHANGED] = int(at.timestamp())
                    services.keep_signed_in(request, user)
                    return True
    except factors.Same:
        form.add_error("password", _("Itu kata laluan anda sekarang. Pilih yang lain."))
    for rule in broken:
        form.add_error("password", str(passwords.MENDED[rule]))
    return False


def _is_second_click(request: HttpRequest, user: User, new: str, at: datetime) -> bool:
    """The form sent twice: the first time has made the new password the present one, a moment ago and in this very session. Nobody else learns here
    whether a password is the present one."""
    row = User.objects.get(pk=user.pk)
    meanwhile = row.password != user.password or at.timestamp() - request.session.get(CHANGED, 0) < SECOND_CLICK
    return meanwhile and check_password(new, row.password)


def _is_the_same(row: User, form: ChangePasswordForm) -> bool:
    """Whether what the other click made of the password is what this one asks for. Otherwise the form says what has happened."""
    if check_password(form.cleaned_data["password"], row.password):
        return True
    form.add_error("present", _("Kata laluan anda baru sahaja ditukar. Masukkan yang baharu itu di sini."))
    return False


@gates.person_required
@never_cache
@sensitive_post_parameters("present", "phrase")
@require_http_methods(["GET", "HEAD", "POST"])
def recognition(request: HttpRequest) -> HttpResponse:
    """The picture and phrase that the sign-in shows, with the present password."""
    user = _person(request)
    shown = recognise(user_id=user.user_id)
    chosen = {"picture": shown.picture, "phrase": shown.phrase}
    form = ChangeRecognitionForm(request.POST) if request.method == "POST" else ChangeRecognitionForm(initial=chosen)
    if form.is_bound and form.is_valid() and _proves(request, form):
        picture, phrase = form.cleaned_data["picture"], form.cleaned_data["phrase"]
        factors.change_recognition(user=user, picture=picture, phrase=phrase, at=clock.now(), ip=address_of(request))
        messages.success(request, _("Imej dan frasa rahsia disimpan. Semak kedua-duanya setiap kali anda log masuk."))
        return redirect("identity:security")
    context = {"form": form, "pictures": PICTURES.items()}
    return render(request, "identity/profile_recognition.html", context, status=422 if form.is_bound else 200)


def _proves(request: HttpRequest, form: Any) -> bool:
    """Whether the present password was right; why not, the form says, and when it was guessed too often the page of the lockout."""
    try:
        services.prove_password(request, password=form.cleaned_data["present"], at=clock.now())
    except services.SignInRefused:
        left = lockout.tries_left(lockout.counter_of(request, user_id=_person(request).user_id), at=clock.now())
        form.add_error("present", _("Kata laluan sekarang tidak betul. Baki cubaan: %(left)s.") % {"left": left})
        return False
    return True


@gates.person_required
@never_cache
@sensitive_post_parameters("tac", "number")
@require_http_methods(["GET", "HEAD", "POST"])
def email(request: HttpRequest) -> HttpResponse:
    """A first or another address: the phone's code, then a code to the address."""
    user, at = _person(request), clock.now()
    form = EmailForm(request.POST if request.method == "POST" else None)
    address = form.cleaned_data["address"] if form.is_bound and form.is_valid() else ""
    step = TacStep.of(request, purpose=Purpose.EMAIL, shown=email_changes.shown("SET", address))
    if address:
        answer = _asked(request, user, step, form, address)
        if answer is not None:
            return answer
    waiting = emails.waiting(user, at=at)
    wrong = bool(form.is_bound and form.errors) or bool(step.refusal)
    context = {
        "form": form,
        "box": step.box(at=at),
        "email": emails.masked(emails.current(user)),
        "waiting": emails.masked(waiting),
        "form_errors": wrong,
    }
    return render(request, "identity/profile_email.html", context, status=422 if wrong else 200)


def _asked(request: HttpRequest, user: User, step: TacStep, form: EmailForm, address: str) -> HttpResponse | None:
    """The way on once the code to the new address is out; None where the page is shown again."""
    at = clock.now()
    try:
        email_changes.check(user=user, address=address, at=at)
        if step.wanted():
            step.send(at=at)
            return None
        approval = step.approval(at=at)
        with transaction.atomic():
            _spend(approval, user, step, at)
            email_changes.ask(user=user, address=address, at=at, ip=address_of(request))
    except email_changes.Refused as refused:
        form.add_error("address", refused.words)
    except tac.Refused as refused:
        waiting = emails.waiting(user, at=at)
        if refused.code in OVER and waiting is not None and waiting.address == address:
            return redirect("identity:email_code")
        step.refuse(refused)
    else:
        return redirect("identity:email_code")
    return None


@gates.person_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def email_code(request: HttpRequest) -> HttpResponse:
    """What was sent to the new address is typed here, in whatever browser its person is signed in."""
    user, at = _person(request), clock.now()
    if request.method == "POST" and "action" in request.POST:
        return _of_the_waiting(request, user)
    form = EmailCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            row = email_changes.prove(user=user, typed=form.cleaned_data["code"], at=at, ip=address_of(request))
        except email_changes.Refused as refused:
            form.add_error("code", refused.words)
        else:
            messages.success(request, _("Alamat %(email)s disahkan. Amaran keselamatan juga dihantar ke situ.") % {"email": emails.masked(row)})
            return redirect("identity:security")
    waiting = emails.waiting(user, at=at)
    if waiting is None and not form.is_bound:
        return redirect("identity:email")
    context = {"form": form, "email": emails.masked(waiting), "waiting": waiting}
    return render(request, "identity/profile_email_code.html", context, status=422 if form.is_bound else 200)


def _of_the_waiting(request: HttpRequest, user: User) -> HttpResponse:
    """Another code, or no such address after all."""
    if request.POST["action"] == "cancel":
        email_changes.cancel(user=user, at=clock.now(), ip=address_of(request))
        messages.success(request, _("Alamat yang menunggu dibatalkan. Tiada apa-apa yang berubah."))
        return redirect("identity:security")
    try:
        email_changes.send_again(user=user, at=clock.now(), ip=address_of(request))
    except email_changes.Refused as refused:
        messages.info(request, refused.words)
        return redirect("identity:email" if refused.code in {"NONE_WAITING", "SENDINGS"} else "identity:email_code")
    messages.success(request, _("E-mel baharu dihantar. Kod yang lama tidak lagi sah."))
    return redirect("identity:email_code")


@gates.person_required
@never_cache
@sensitive_post_parameters("tac", "number")
@require_http_methods(["GET", "HEAD", "POST"])
def email_remove(request: HttpRequest) -> HttpResponse:
    """No address any more, with the phone's code."""
    user, at = _person(request), clock.now()
    row = emails.current(user)
    if row is None:
        return redirect("identity:security")
    step = TacStep.of(request, purpose=Purpose.EMAIL, shown=email_changes.shown("REMOVE", str(row.address)))
    if step.wanted():
        step.send(at=at)
    elif request.method == "POST":
        try:
            approval = step.approval(at=at)
            with transaction.atomic():
                _spend(approval, user, step, at)
                email_changes.remove(user=user, at=at, ip=address_of(request))
        except tac.Refused as refused:
            step.refuse(refused)
        else:
            messages.success(request, _("Alamat e-mel dibuang."))
            return redirect("identity:security")
    context = {"box": step.box(at=at), "email": emails.masked(row), "form_errors": bool(step.refusal)}
    return render(request, "identity/profile_email_remove.html", context, status=422 if step.refusal else 200)


def _spend(approval: Approval, user: User, step: TacStep, at: Any) -> None:
    tac.spend(approval=approval, user=user, purpose=Purpose.EMAIL, shown=step.shown, at=at)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - behind the gate
    return request.user
