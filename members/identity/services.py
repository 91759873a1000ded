"""Signing in and out. Every outcome is audited; a failure is, whatever happens to the rest of the request."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django_otp import login as otp_login
from django_otp import match_token
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from kwsp_portal import audit
from members.identity import devices, drafts, invitations, lockout, notices, sessions, tac, user_agents
from members.identity.enums import Purpose, SessionEnd
from members.identity.models import Approval, Invitation, User
from members.identity.sessions import address_of

STARTED_AT: Final = "started_at"
SEEN_AT: Final = "seen_at"
"""Session keys: when it began and when the person was last seen, whole seconds since 1970."""
BACKEND: Final = "members.identity.backends.Activated"
DECOY_KEY: Final = bytes(20)
TOTP_STEPS: Final = 3
"""How many periods of 30 seconds django-otp tries: one before and one after the present."""

STEPPED_UP: Final = "stepped_up"
"""What a request carries whose session is to get a new key."""


class SignInRefused(Exception):
    """The User ID and what should prove it do not agree. Which of them is wrong is not said."""


class CodeNeeded(Exception):
    """The password is right, and the person is not known by this browser: a code must confirm it first."""

    def __init__(self, user: User) -> None:
        self.user = user
        super().__init__()


class WrongDoor(Exception):
    """The password is right, but people of this role sign in elsewhere."""


def sign_in(request: HttpRequest, *, user_id: str, password: str, at: datetime) -> User:
    """The ordinary door: members and representatives. Raises SignInRefused, WrongDoor for an officer with the right password, and
    CodeNeeded for the right password on a browser that the person is not known by."""
    counter = _open_counter(request, user_id, at)
    with lockout.one_at_a_time(counter):
        _require_open(request, counter, user_id, at)
        user = _authenticate(request, user_id=user_id, password=password)
    if user.is_officer:
        _refuse(request, user, reason="door")
        raise WrongDoor
    if _is_strange(request, user):
        raise CodeNeeded(user)
    _begin(request, user, confirmed=False, at=at)
    return user


def confirm_device(request: HttpRequest, *, user: User, approval: Approval, shown: Mapping[str, str], at: datetime) -> None:
    """The code for a new browser was right: it is known from now on, and the person is signed in. Raises tac.Refused."""
    with transaction.atomic():
        tac.spend(approval=approval, user=user, purpose=Purpose.NEW_DEVICE, shown=shown, at=at)
        _begin(request, user, confirmed=True, at=at)


def sign_in_officer(request: HttpRequest, *, user_id: str, password: str, code: str, at: datetime) -> User:
    """The officers' door: password and TOTP code. Raises SignInRefused for any of them, WrongDoor for others with the right password.

    A code is looked at whatever the password was, and both are in one transaction, so that the time of the answer does not tell which was wrong.
    """
    counter = _open_counter(request, user_id, at)
    with lockout.one_at_a_time(counter):
        _require_open(request, counter, user_id, at)
        with transaction.atomic(durable=True):
            user, device, reason = _officer(request, user_id, password, code)
    if reason:
        _refuse(request, user, reason=reason)
        raise WrongDoor if reason == "door" else SignInRefused
    assert user is not None  # noqa: S101 - there is a reason otherwise
    _begin(request, user, confirmed=True, at=at)
    otp_login(request, device)
    return user


def step_up(request: HttpRequest) -> None:
    """Somebody proved more than their session did: its key changes with the answer (ASVS 7.2.4), unless the answer is a fault of ours."""
    setattr(request, STEPPED_UP, True)


def stepped_up(request: HttpRequest) -> bool:
    return getattr(request, STEPPED_UP, False)


def prove_password(request: HttpRequest, *, password: str, at: datetime) -> None:
    """Whoever sits at this session knows its person's password. Guesses are counted as at the sign-in, so that a session left open is no place to
    guess at. Raises SignInRefused; where there were too many guesses the answer is the page that says so."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - behind a gate
    counter = lockout.counter_of(request, user_id=user.user_id)
    if not lockout.refuse_if_closed(request, counter, user_id=user.user_id, at=at):
        with lockout.one_at_a_time(counter):
            closed = lockout.refuse_if_closed(request, counter, user_id=user.user_id, at=at)
            if not closed and authenticate(request, user_id=user.user_id, password=password) is not None:
                return
    data = {"reason": "locked" if lockout.is_locked(request) else "password"}
    audit.record_refusal(actor=user, action="identity.prove", target=_target(user), data=data, subjects=[user], ip=address_of(request))
    raise SignInRefused


def keep_signed_in(request: HttpRequest, user: User) -> None:
    """After the own password has changed: this session goes on, under a new key, by the new password's hash."""
    update_session_auth_hash(request, user)
    request.session.save()


def open_invitation(request: HttpRequest, *, user_id: str, secret: str, on: date, at: datetime) -> Invitation:
    """The invitation that came by SMS, for who knows its secret. Guesses are counted as at the sign-in. Raises SignInRefused for a wrong User ID or
    secret and while the door is closed, invitations.Ended for the right secret of one that is over."""
    counter = _open_counter(request, user_id, at)
    with lockout.one_at_a_time(counter):
        _require_open(request, counter, user_id, at)
        try:
            return invitations.find(user_id=user_id, secret=secret, on=on)
        except invitations.Unknown:
            lockout.count_failure(request, user_id=user_id)
            _refuse(request, User.objects.filter(user_id=user_id).first(), reason="invitation")
            raise SignInRefused from None


def begin_activated(request: HttpRequest, user: User, *, at: datetime) -> None:
    """The i-Akaun began a moment ago, under a code: its owner is signed in, in a browser that is known from now on."""
    _begin(request, user, confirmed=True, at=at)


def sign_out(request: HttpRequest, *, at: datetime) -> None:
    """End the session; a stranger's request changes nothing."""
    if isinstance(request.user, User):
        sessions.close(request, why=SessionEnd.SIGNED_OUT, at=at)
        audit.record(actor=request.user, action="identity.sign_out", target=_target(request.user), ip=address_of(request))
    logout(request)


def end_session(request: HttpRequest, *, why: SessionEnd, at: datetime) -> None:
    """A session that ran out, or that was ended from elsewhere, which the trail then knows already."""
    if isinstance(request.user, User) and why in {SessionEnd.IDLE, SessionEnd.ABSOLUTE}:
        sessions.close(request, why=why, at=at)
        data = {"why": why.value.lower()}
        audit.record(actor=request.user, action="identity.session_end", target=_target(request.user), data=data, ip=address_of(request))
    logout(request)


def _is_strange(request: HttpRequest, user: User) -> bool:
    """Whether a code must confirm this browser, as each that is new to somebody: a password alone opens nothing (ASVS 6.3.3). Who has no number
    and no authenticator app is told there that a counter or kiosk registers one."""
    device = devices.known(request, user_id=user.user_id)
    return device is None or device.confirmed_at is None


def _open_counter(request: HttpRequest, user_id: str, at: datetime) -> lockout.Counter:
    """The count of this attempt; raises SignInRefused at once while it is closed, so that a flood does not wait in a queue."""
    counter = lockout.counter_of(request, user_id=user_id)
    _require_open(request, counter, user_id, at)
    return counter


def _require_open(request: HttpRequest, counter: lockout.Counter, user_id: str, at: datetime) -> None:
    if lockout.refuse_if_closed(request, counter, user_id=user_id, at=at):
        _refuse(request, User.objects.filter(user_id=user_id).first(), reason="locked")
        raise SignInRefused


def _authenticate(request: HttpRequest, *, user_id: str, password: str) -> User:
    """Django hashes the password for unknown people too, so both answers take the same time."""
    user = authenticate(request, user_id=user_id, password=password)
    if isinstance(user, User):
        return user
    _refuse(request, User.objects.filter(user_id=user_id).first(), reason="locked" if lockout.is_locked(request) else "password")
    raise SignInRefused


def _officer(request: HttpRequest, user_id: str, password: str, code: str) -> tuple[User | None, Any, str]:
    """Who it is, with which device, or why not: `password`, `locked`, `door`, `code`."""
    found = authenticate(request, user_id=user_id, password=password)
    if isinstance(found, User) and not found.is_officer:
        return found, None, "door"
    if not isinstance(found, User):
        _decoy_code(code)
        return User.objects.filter(user_id=user_id).first(), None, "locked" if lockout.is_locked(request) else "password"
    device = match_token(found, code)
    if device is None:
        lockout.count_failure(request, user_id=user_id)
    return found, device, "" if device else "code"


def _decoy_code(code: str) -> None:
    """What looking at a wrong code costs: the search for the device under a lock, the codes around now, the note of a failure."""
    with transaction.atomic():
        list(TOTPDevice.objects.filter(user_id=0, confirmed=True).select_for_update())
        for drift in range(-(TOTP_STEPS // 2), TOTP_STEPS // 2 + 1):
            totp(DECOY_KEY, drift=drift)
        TOTPDevice.objects.filter(pk=0).update(throttling_failure_count=0)


def _begin(request: HttpRequest, user: User, *, confirmed: bool, at: datetime) -> None:
    """A session with a new key (fixation) that holds nothing of what came before. A browser that is new to the person is told of."""
    sessions.close(request, why=SessionEnd.REPLACED, at=at)
    request.session.flush()
    login(request, user, backend=BACKEND)
    moment = int(at.timestamp())
    request.session[STARTED_AT] = moment
    request.session[SEEN_AT] = moment
    with transaction.atomic():
        device, is_new = devices.remember(request, user=user, confirmed=confirmed, at=at)
        request.session[drafts.SESSION] = drafts.pages_of(user, at=at)
        row = sessions.register(request, user=user, device=device, at=at)
        audit.record(actor=user, action="identity.sign_in", target=_target(user), data=_device(request), ip=address_of(request))
        if is_new:
            notices.tell_of_new_device(user, row, at=at)


def _refuse(request: HttpRequest, user: User | None, *, reason: str) -> None:
    """What was typed for an unknown person is not kept: it may be a password in the wrong box."""
    data = {"reason": reason, **_device(request)}
    audit.record_refusal(actor=None, action="identity.sign_in", target=_target(user), data=data, ip=address_of(request))


def _device(request: HttpRequest) -> dict[str, str]:
    """The browser and system as it says of itself, for its owner to recognise in the log; nothing where it says nothing."""
    said = user_agents.words(request.headers.get("User-Agent", ""))
    words = ", ".join(filter(None, said))
    return {"device": words} if words else {}


def note_refusal(request: HttpRequest, *, user_id: str, reason: str) -> None:
    """A door of programs turned somebody away."""
    _refuse(request, User.objects.filter(user_id=user_id).first(), reason=reason)


def _target(user: User | None) -> str:
    return f"user:{user.pk}" if user else "user:unknown"
