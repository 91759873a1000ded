"""Signing in and out. Every outcome is audited; a failure is, whatever happens to the rest of the request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth import authenticate, login, logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django_otp import login as otp_login
from django_otp import match_token

from kwsp_portal import audit
from members.identity import lockout
from members.identity.models import User

STARTED_AT: Final = "started_at"
SEEN_AT: Final = "seen_at"
"""Session keys: when it began and when the person was last seen, whole seconds since 1970."""

FIRST_WORDS: Final = (
    "biru", "batu", "kuda", "padi", "laut", "ikan", "nasi", "emas", "jati", "kayu", "sawa", "bulu", "rusa", "teja", "gula", "kopi",
    "buku", "beca", "roti", "daun", "lada", "tali", "pena", "peta", "kota", "desa", "pagi", "sore", "mega", "dewi", "tuah", "jaya",
)  # fmt: skip
SECOND_WORDS: Final = (
    "hijau", "merah", "putih", "ungu", "manis", "hujan", "senja", "bulan", "pulau", "ombak", "wangi", "besar", "kecil", "indah", "layar", "perak",
    "kapas", "rimba", "sinar", "fajar", "embun", "angin", "bukit", "muara", "teluk", "pasir", "taman", "kebun", "pagar", "lampu", "pintu", "kapal",
)  # fmt: skip


class SignInRefused(Exception):
    """The User ID and what should prove it do not agree. Which of them is wrong is not said."""


class WrongDoor(Exception):
    """The password is right, but people of this role sign in elsewhere."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What page two shows before the password is asked."""

    user_id: str
    phrase: str


def recognise(*, user_id: str) -> Recognition:
    """The phrase that the owner chose; for an unknown User ID a made-up one that never changes. The same work for both."""
    made_up = made_up_phrase(user_id)
    chosen = User.objects.filter(user_id=user_id).values_list("secret_phrase", flat=True).first()
    return Recognition(user_id=user_id, phrase=chosen or made_up)


def made_up_phrase(user_id: str) -> str:
    """Two words, ten characters at most, decided by the installation's secret and the User ID."""
    digest = salted_hmac("members.identity.phrase", user_id, algorithm="sha256").digest()
    return f"{FIRST_WORDS[digest[0] % len(FIRST_WORDS)]} {SECOND_WORDS[digest[1] % len(SECOND_WORDS)]}".title()


def sign_in(request: HttpRequest, *, user_id: str, password: str, at: datetime) -> User:
    """The ordinary door: members and representatives. Raises SignInRefused, or WrongDoor for an officer with the right password."""
    with lockout.one_at_a_time(user_id=user_id, address=_address(request) or ""):
        user = _authenticate(request, user_id=user_id, password=password)
    if user.is_officer:
        _refuse(request, user, reason="door")
        raise WrongDoor
    _begin(request, user, at=at)
    return user


def sign_in_officer(request: HttpRequest, *, user_id: str, password: str, code: str, at: datetime) -> User:
    """The officers' door: password and TOTP code. Raises SignInRefused for any of them, WrongDoor for others with the right password."""
    with lockout.one_at_a_time(user_id=user_id, address=_address(request) or ""):
        user = _authenticate(request, user_id=user_id, password=password)
        if not user.is_officer:
            _refuse(request, user, reason="door")
            raise WrongDoor
        device = match_token(user, code)
        if device is None:
            lockout.count_failure(request, user_id=user_id)
            _refuse(request, user, reason="code")
            raise SignInRefused
    _begin(request, user, at=at)
    otp_login(request, device)
    return user


def sign_out(request: HttpRequest) -> None:
    """End the session; a stranger's request changes nothing."""
    if isinstance(request.user, User):
        audit.record(actor=request.user, action="identity.sign_out", target=_target(request.user), ip=_address(request))
    logout(request)


def end_session(request: HttpRequest, *, why: str) -> None:
    """A session that ran out: `idle` or `absolute`."""
    if isinstance(request.user, User):
        audit.record(actor=request.user, action="identity.session_end", target=_target(request.user), data={"why": why}, ip=_address(request))
    logout(request)


def forget_ended_sessions(*, at: datetime) -> int:
    """Rows of sessions that no cookie can open any more; the number of them."""
    _count, by_model = Session.objects.filter(expire_date__lt=at).delete()
    return by_model.get("sessions.Session", 0)


def _authenticate(request: HttpRequest, *, user_id: str, password: str) -> User:
    """Django hashes the password for unknown people too, so both answers take the same time."""
    user = authenticate(request, user_id=user_id, password=password)
    if isinstance(user, User):
        return user
    _refuse(request, User.objects.filter(user_id=user_id).first(), reason="locked" if lockout.is_locked(request) else "password")
    raise SignInRefused


def _begin(request: HttpRequest, user: User, *, at: datetime) -> None:
    """A session with a new key (fixation) that holds nothing of what came before."""
    request.session.flush()
    login(request, user)
    moment = int(at.timestamp())
    request.session[STARTED_AT] = moment
    request.session[SEEN_AT] = moment
    audit.record(actor=user, action="identity.sign_in", target=_target(user), ip=_address(request))


def _refuse(request: HttpRequest, user: User | None, *, reason: str) -> None:
    """What was typed for an unknown person is not kept: it may be a password in the wrong box."""
    audit.record_refusal(actor=None, action="identity.sign_in", target=_target(user), data={"reason": reason}, ip=_address(request))


def _target(user: User | None) -> str:
    return f"user:{user.pk}" if user else "user:unknown"


def _address(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None
