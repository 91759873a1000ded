"""Five hundred owners under attack, each on a browser they are known by: all of them get in (`make soak ARGS="-k attacked"`; reliability.md G32).

KWSP_SOAK_OWNERS owners (500), KWSP_SOAK_STRANGERS addresses against each (40); KWSP_SOAK_SEED chooses who tries when.
"""

import os
import secrets
from random import Random

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from members.identity.enums import Role
from members.identity.models import User
from tests.factories import devices
from tests.identity.conftest import PASSWORD, sign_in

OWNERS = int(os.environ.get("KWSP_SOAK_OWNERS", "500"))
STRANGERS = int(os.environ.get("KWSP_SOAK_STRANGERS", "40"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
pytestmark = pytest.mark.django_db


def test_attacked_owners_all_get_in_and_the_guesses_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    chance, compared = Random(SEED), 0
    hashed = make_password(PASSWORD)
    owners = User.objects.bulk_create(
        User(user_id=f"ahli{n:06d}", role=Role.MEMBER, name="x", password=hashed, activated_at="2026-01-01T00:00:00Z") for n in range(OWNERS)
    )
    check_password = User.check_password

    def counted(user: User, raw: str) -> bool:
        nonlocal compared
        compared += raw != PASSWORD
        return check_password(user, raw)

    monkeypatch.setattr(User, "check_password", counted)
    got_in = 0
    for owner in owners:
        browser = Client(REMOTE_ADDR="198.51.100.4")
        devices.know(browser, owner)
        moment = chance.randrange(STRANGERS)
        for number in range(STRANGERS):
            # Some of them stand behind the owner's own address.
            address = "198.51.100.4" if number % 10 == 0 else f"203.0.{chance.randrange(256)}.{chance.randrange(1, 255)}"
            sign_in(Client(REMOTE_ADDR=address), owner.user_id, "salah-salah-salah")
            if number == moment:
                got_in += sign_in(browser, owner.user_id).status_code == 302
    print(f"seed {SEED}: {got_in} of {OWNERS} owners got in; {compared / OWNERS:.1f} of {STRANGERS} guesses at each were looked at")  # noqa: T201

    assert got_in == OWNERS
    assert compared <= OWNERS * (settings.SIGN_IN_FLOOD + STRANGERS)
    assert compared / OWNERS <= settings.SIGN_IN_FLOOD + 5
