"""The browsers a person is known by: a random number in a signed cookie, of which we keep the hash beside each person who signed in there.

A cookie says which browser it is and proves nobody: without the password it opens nothing. It is good for two things: a browser that is known has
a count of wrong passwords of its own (lockout.py), and no code is asked for there.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase

from members.identity import user_agents
from members.identity.models import User
from members.identity.models_sessions import KnownDevice

SALT: Final = "members.identity.devices"
YEAR: Final = 365 * 24 * 3600
_NOBODY_S: Final = "0" * 64


def key_hash(request: HttpRequest) -> str:
    """The hash of this browser's number; of none, if it has none or its cookie was not signed by us."""
    number = request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, default="", salt=SALT, max_age=YEAR)
    return hashlib.sha256(number.encode()).hexdigest() if number else _NOBODY_S


def known(request: HttpRequest, *, user_id: str) -> KnownDevice | None:
    """This browser, if the person of that User ID is known by it. The same query for User IDs that do not exist."""
    return KnownDevice.objects.filter(user__user_id=user_id, key_hash=key_hash(request), forgotten_at=None).first()


def remember(request: HttpRequest, *, user: User, confirmed: bool, at: datetime) -> tuple[KnownDevice, bool]:
    """This browser as one of the person's, and whether it is new to them. A browser without a number is given one (`attach`)."""
    hashed = key_hash(request)
    if hashed == _NOBODY_S:
        number = secrets.token_urlsafe(32)
        request.new_device_number = number  # type: ignore[attr-defined]
        hashed = hashlib.sha256(number.encode()).hexdigest()
    words = user_agents.words(request.headers.get("User-Agent", ""))
    device, is_new = KnownDevice.objects.get_or_create(
        user=user, key_hash=hashed, defaults={"browser": words.browser, "system": words.system, "first_at": at, "last_at": at}
    )
    is_new = is_new or device.forgotten_at is not None
    if is_new:
        device.first_at, device.forgotten_at, device.confirmed_at = at, None, None
    device.browser, device.system, device.last_at = words.browser, words.system, at
    device.confirmed_at = device.confirmed_at or (at if confirmed else None)
    device.save(update_fields=["browser", "system", "first_at", "last_at", "confirmed_at", "forgotten_at"])
    return device, is_new


def attach(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give a browser the number that it was given in this request."""
    number = getattr(request, "new_device_number", "")
    if number:
        response.set_signed_cookie(
            settings.DEVICE_COOKIE_NAME,
            number,
            salt=SALT,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def forget_since(user: User, *, since: datetime, at: datetime) -> None:
    """The browsers that came to be known, or were confirmed by a code, since then."""
    KnownDevice.objects.filter(Q(first_at__gte=since) | Q(confirmed_at__gte=since), user=user, forgotten_at=None).update(forgotten_at=at)


def forget_all(user: User, *, at: datetime) -> None:
    """No browser is known any more: after a changed password, or when somebody else may have had one of them."""
    KnownDevice.objects.filter(user=user, forgotten_at=None).update(forgotten_at=at)
