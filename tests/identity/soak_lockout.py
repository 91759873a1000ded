"""Five hundred owners under attack, each on a browser they are known by: all of them get in (`make soak ARGS="-k soak_lockout"`; reliability.md G32);
a thousand addresses at one of them.

KWSP_SOAK_OWNERS owners (500), KWSP_SOAK_STRANGERS addresses against each (40); KWSP_SOAK_SEED chooses who tries when.
"""

import os
import secrets
import time
from collections import Counter
from random import Random

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from members.identity.enums import Role
from members.identity.models import User
from tests.factories import devices
from tests.identity.conftest import PASSWORD, both_pages

OWNERS = int(os.environ.get("KWSP_SOAK_OWNERS", "500"))
FLOOD = int(os.environ.get("KWSP_SOAK_FLOOD", "1000"))
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
            both_pages(Client(REMOTE_ADDR=address), owner.user_id, "salah-salah-salah")
            if number == moment:
                got_in += both_pages(browser, owner.user_id).status_code == 302
    print(f"seed {SEED}: {got_in} of {OWNERS} owners got in; {compared / OWNERS:.1f} of {STRANGERS} guesses at each were looked at")  # noqa: T201

    assert got_in == OWNERS
    assert compared / OWNERS <= settings.SIGN_IN_FLOOD + 5
    assert compared / OWNERS >= min(settings.SIGN_IN_FLOOD, STRANGERS) / 2, "nobody attacked"


def test_a_thousand_addresses_at_one_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """KWSP_SOAK_FLOOD addresses (1,000), each with one wrong password: no more are looked at than the flood's count and one for each pause, and
    the owner gets in on the browser they are known by, before, amid and after them."""
    owner = User.objects.create_user("ahlisatu", PASSWORD, role=Role.MEMBER, name="x", activated_at="2026-01-01T00:00:00Z")
    browser, looked_at = Client(REMOTE_ADDR="198.51.100.4"), Counter[bool]()
    devices.know(browser, owner)
    check_password = User.check_password
    monkeypatch.setattr(User, "check_password", lambda user, raw: looked_at.update([raw == PASSWORD]) or check_password(user, raw))
    got_in, began = 0, time.monotonic()

    for number in range(FLOOD):
        status = both_pages(Client(REMOTE_ADDR=f"203.0.{number // 250}.{number % 250 + 1}"), owner.user_id, "salah-salah-salah").status_code
        assert status in {422, 429}
        if number % (FLOOD // 4) == 0:
            got_in += both_pages(browser, owner.user_id).status_code == 302
            browser.post("/sign-out/")
    took = time.monotonic() - began

    print(f"{FLOOD} addresses in {took:.0f} s: {looked_at[False]} guesses looked at; the owner got in {got_in} of {looked_at[True]} times")  # noqa: T201
    assert got_in == looked_at[True] == len(range(0, FLOOD, FLOOD // 4))
    assert looked_at[False] >= min(settings.SIGN_IN_FLOOD, FLOOD), "nobody guessed"
    assert looked_at[False] <= settings.SIGN_IN_FLOOD + took / settings.SIGN_IN_FLOOD_PAUSE + 1
