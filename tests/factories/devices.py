"""Browsers by which people are known already."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.test import Client

from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message
from members.identity import devices
from members.identity.enums import Purpose
from members.identity.models import Challenge, KnownDevice, User
from tests.factories import leave


def know(client: Client, user: User) -> None:
    """The person confirmed this browser with a code, some time ago."""
    number = secrets.token_urlsafe(32)
    at = clock.now() - timedelta(days=30)
    KnownDevice.objects.create(user=user, key_hash=hashlib.sha256(number.encode()).hexdigest(), first_at=at, last_at=at, confirmed_at=at)
    signer = signing.get_cookie_signer(salt=settings.DEVICE_COOKIE_NAME + devices.SALT)
    client.cookies[settings.DEVICE_COOKIE_NAME] = signer.sign(number)


def code_for(user_id: str) -> str:
    """The digits on the way to this person for a new device."""
    challenge = Challenge.objects.filter(user__user_id=user_id, purpose=Purpose.NEW_DEVICE).latest("pk")
    assert Message.objects.filter(cause=f"challenge:{challenge.pk}").exists()
    return leave.digits_of(challenge)
