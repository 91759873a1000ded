"""An authenticator app in place of SMS (ruling 27, NIST: an alternative to the telephone network is offered).

Its codes answer the same challenges as an SMS does: bound to the act, counted by the same limits, each time step good once. The clock of a phone
may lag by one step; a step ahead is refused, which halves what a guess is worth. Recovery codes serve when the app is gone.
"""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django_otp.oath import TOTP

from kwsp_portal import audit
from kwsp_portal.templatetags import formats
from members.identity import endings, notices
from members.identity.enums import Method, SessionEnd
from members.identity.models import User
from members.identity.models_tac import Authenticator, RecoveryCode

SECRET_BYTES: Final = 20
CODES: Final = 10
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for another."""
CODE_LETTERS: Final = 10
"""49 bits: not to be guessed, whatever the limits."""
WAITS: Final = timedelta(minutes=15)
_STEP: Final = 30
BY_SMS: Final = {"method": Method.SMS.value}
BY_APP: Final = {"method": Method.APP.value}
"""How codes come, as the trail has it."""


class NotRight(Exception):
    """The app shows another code: its secret or its clock is not ours."""


class Unknown(Exception):
    """There is no app to confirm, or one serves already."""


def current(user: User) -> Authenticator | None:
    """The app that serves the person."""
    return Authenticator.objects.filter(user=user, removed_at=None).exclude(confirmed_at=None).first()


def waiting(user: User, *, at: datetime, session: int | None = None) -> Authenticator | None:
    """An app that was begun a moment ago in this session and not confirmed: a secret is not left on a page for hours, and is nobody's who sits in
    another session of the person and gave no code."""
    return Authenticator.objects.filter(user=user, session=session, removed_at=None, confirmed_at=None, made_at__gt=at - WAITS).first()


def begin(*, user: User, at: datetime, session: int | None = None, ip: str | None = None) -> Authenticator:
    """A secret to be scanned, in the caller's transaction, which has spent the leave for it. Begun before and not confirmed: that one goes.
    `session` is the number of the session in the register.

    Raises Unknown where an app serves already.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if current(user) is not None:
        raise Unknown
    for left in Authenticator.objects.filter(user=user, removed_at=None):
        _close(left, at)
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    made = Authenticator.objects.create(user=user, secret=secret, made_at=at, session=session)
    audit.record(actor=user, action="authenticator.begin", target=f"user:{user.pk}", ip=ip)
    return made


def confirm(*, user: User, digits: str, at: datetime, session: int | None = None, except_key: str | None = None, ip: str | None = None) -> list[str]:
    """The app shows what it should: it serves from now on, and of the sessions only that of the key goes on. Gives the recovery codes, which are seen
    this once. Raises NotRight, Unknown (in another session than it was begun in, too)."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        app = waiting(user, at=at, session=session)
        if app is None:
            raise Unknown
        step = _step_of(app, digits, at)
        if step is None:
            raise NotRight
        app.confirmed_at, app.last_step = at, step
        app.save(update_fields=["confirmed_at", "last_step"])
        codes = ["".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS)) for _ in range(CODES)]
        RecoveryCode.objects.bulk_create(RecoveryCode(authenticator=app, mac=_mac(app, code)) for code in codes)
        audit.record(actor=user, action="authenticator.confirm", target=f"user:{user.pk}", before=BY_SMS, after=BY_APP, ip=ip)
        endings.end_all(user, why=SessionEnd.FACTOR, at=at, except_key=except_key, ip=ip)
        _tell(app, "AUTHENTICATOR_ADDED", at)
    return codes


def remove(*, user: User, at: datetime, except_key: str | None = None, ip: str | None = None) -> None:
    """Codes go by SMS again and of the sessions only that of the key goes on, in the caller's transaction, which has spent the leave for it.
    Nothing where there is none."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    app = current(user)
    if app is not None:
        _close(app, at)
        audit.record(actor=user, action="authenticator.remove", target=f"user:{user.pk}", before=BY_APP, after=BY_SMS, ip=ip)
        endings.end_all(user, why=SessionEnd.FACTOR, at=at, except_key=except_key, ip=ip)
        _tell(app, "AUTHENTICATOR_REMOVED", at)


def undo_since(*, user: User, since: datetime, at: datetime, except_key: str | None = None, ip: str | None = None) -> None:
    """An app that was added since then goes, and one that waits, in the caller's transaction."""
    app = current(user)
    if app is not None and app.confirmed_at is not None and app.confirmed_at >= since:
        remove(user=user, at=at, except_key=except_key, ip=ip)
    for left in Authenticator.objects.filter(user=user, removed_at=None, confirmed_at=None):
        _close(left, at)


def accepts(*, user: User, typed: str, at: datetime) -> bool:
    """Whether this is the app's code, or a recovery code; used up by it. In the transaction of the try, whose lock is the person's."""
    app = current(user)
    if app is None:
        return False
    if not typed.isdigit():
        return RecoveryCode.objects.filter(authenticator=app, mac=_mac(app, typed), used_at=None).update(used_at=at) == 1
    step = _step_of(app, typed, at)
    return step is not None and Authenticator.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step) == 1


def codes_left(app: Authenticator) -> int:
    return app.codes.filter(used_at=None).count()


def picture_of(app: Authenticator) -> str:
    """The QR code that the app scans, as SVG to stand in the page: no style of its own, as the content policy wants it."""
    return segno.make(_address_of(app), error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True)


def spelled(app: Authenticator) -> str:
    """The secret in groups of four, for who cannot scan."""
    secret = app.secret or ""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _address_of(app: Authenticator) -> str:
    label = quote(f"{settings.OTP_TOTP_ISSUER}:{app.user.user_id}")
    return f"otpauth://totp/{label}?" + urlencode({"secret": app.secret, "issuer": settings.OTP_TOTP_ISSUER, "digits": 6, "period": _STEP})


def _step_of(app: Authenticator, digits: str, at: datetime) -> int | None:
    """The time step whose code this is: the present one or the one before, later than the last that was used."""
    now = int(at.timestamp()) // _STEP
    totp = TOTP(base64.b32decode(app.secret or ""), step=_STEP)
    found = None
    for step in (now - 1, now):
        totp.time = step * _STEP
        if constant_time_compare(f"{totp.token():06d}", digits) and step > app.last_step:
            found = step
    return found


def _close(app: Authenticator, at: datetime) -> None:
    app.removed_at, app.secret = at, None
    app.save(update_fields=["removed_at", "secret"])


def _tell(app: Authenticator, kind: str, at: datetime) -> None:
    notices.warn(app.user, kind, figures={"at": formats.moment(at)}, cause=f"authenticator:{app.pk}", at=at)


def _mac(app: Authenticator, code: str) -> str:
    return salted_hmac(f"members.identity.recovery_code.{app.pk}", code, algorithm="sha256").hexdigest()
