"""People of every role, and the way they sign in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from kwsp_portal.common import clock
from members.identity import phones
from members.identity.enums import Role
from members.identity.models import User
from tests.factories import devices

PASSWORD = "biji-sawi-2026"
SECRET = bytes(range(20))


def code_now(shift: int = 0) -> str:
    """What the authenticator app shows; `shift` counts periods of 30 seconds."""
    totp = TOTP(SECRET)
    totp.time = clock.now().timestamp() + 30 * shift
    return f"{totp.token():06d}"


def both_pages(client: Client, user_id: str, password: str = PASSWORD, prefix: str = "", **query: str) -> Any:
    """Both pages as a browser sends them; returns the answer to the password."""
    client.post(f"{prefix}/sign-in/", {"user_id": user_id, **query})
    return client.post(f"{prefix}/sign-in/password/", {"password": password})


def sign_in(client: Client, user_id: str, password: str = PASSWORD, prefix: str = "", **query: str) -> Any:
    """The same; somebody who never had a number does it on a browser that they confirmed long ago: on no other they would get in."""
    user = User.objects.filter(user_id=user_id).first()
    if user is not None and not user.is_officer and not phones.had_one(user) and settings.DEVICE_COOKIE_NAME not in client.cookies:
        devices.know(client, user)
    return both_pages(client, user_id, password, prefix, **query)


def sign_in_known(client: Client, user_id: str, password: str = PASSWORD) -> Any:
    """The same on a browser that the person confirmed long ago: who has a phone is asked for no code."""
    devices.know(client, User.objects.get(user_id=user_id))
    return sign_in(client, user_id, password)


def sign_in_officer(client: Client, user_id: str, **fields: str) -> Any:
    return client.post("/admin/login/", {"user_id": user_id, "password": PASSWORD, "code": code_now(), **fields})


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """A user in a role; officers get an authenticator."""

    def make(user_id: str, role: Role = Role.MEMBER, **fields: Any) -> User:
        user = User.objects.create_user(user_id, PASSWORD, role=role, name=f"Aminah {user_id}", secret_phrase="biru kapal", **fields)
        if user.is_officer:
            TOTPDevice.objects.create(user=user, name="telefon", key=SECRET.hex(), confirmed=True)
        return user

    return make


@pytest.fixture
def member(person: Callable[..., User]) -> User:
    return person("ahlisatu")


@pytest.fixture
def administrator(person: Callable[..., User]) -> User:
    return person("pentadbir9", Role.ADMINISTRATOR)
