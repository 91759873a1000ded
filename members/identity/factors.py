"""What somebody changes of their own sign-in while signed in: the password, and the picture and phrase that prove the site to them.

Whoever asks has proved the present password in the same request (`services.prove_password`).
"""

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from kwsp_portal import audit
from kwsp_portal.notify.kinds import Kind
from kwsp_portal.templatetags import formats
from members.identity import devices, notices, passwords, phones, recovery
from members.identity.models import User

KINDS = {
    "RECOGNITION_CHANGED": Kind(
        gettext_noop("Imej dan frasa rahsia ditukar"),
        (gettext_noop("KWSP: Imej atau frasa rahsia i-Akaun anda ditukar pada %(at)s. Bukan anda? Hubungi KWSP dengan segera."),),
        {},
    ),
}


class Same(Exception):
    """The new password is the present one."""


def waits_until(request: HttpRequest, *, user: User, at: datetime) -> datetime | None:
    """Until when no password is changed in this browser; None where it may be. While a changed number cools off, a browser that came to be known by a
    code to it may be a thief's: with another password its owner would not get in to cancel the change."""
    phone = phones.current(user)
    if phone is None or phone.cooling_until is None or phone.cooling_until <= at:
        return None
    device = devices.known(request, user_id=user.user_id)
    return None if device is not None and device.first_at < phone.bound_at else phone.cooling_until


def change_password(*, user: User, password: str, session_key: str | None, at: datetime, ip: str | None = None) -> list[passwords.Rule]:
    """Another password from now on; every session but that of the key ends, and the person is told. The rules it breaks, if any: then nothing has
    changed. Raises Same."""
    broken = passwords.broken(password, own=passwords.own_data(user))
    if broken:
        return broken
    if check_password(password, user.password):
        raise Same
    hashed = make_password(password)
    with transaction.atomic():
        recovery.change_password(user, hashed, at=at, except_key=session_key, ip=ip)
    user.password = hashed
    return []


def change_recognition(*, user: User, picture: str, phrase: str, at: datetime, ip: str | None = None) -> bool:
    """Another picture or phrase before the password is asked, and the person is told. Whether anything changed: the same again is no act."""
    with transaction.atomic():
        row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if (row.secret_image, row.secret_phrase) == (picture, phrase):
            return False
        row.secret_image, row.secret_phrase = picture, phrase
        row.save(update_fields=["secret_image", "secret_phrase"])
        audit.record(actor=user, action="identity.recognition", target=f"user:{user.pk}", subjects=[user], ip=ip)
        cause = f"recognition:{user.pk}.{int(at.timestamp())}"
        notices.warn(user, "RECOGNITION_CHANGED", figures={"at": formats.moment(at)}, cause=cause, at=at)
    return True
