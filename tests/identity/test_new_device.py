"""The first sign-in on a browser that the person is not known by asks for a code (issue 5; ASVS 6.3.3, 6.6.2)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from time_machine import Traveller

from kwsp_portal.audit.models import AuditEvent
from members.identity.models import Challenge, KnownDevice, TacPhone, User, UserSession
from tests.factories import TacPhoneFactory, devices
from tests.identity.conftest import PASSWORD, sign_in

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
DEVICE = "/sign-in/device/"


@pytest.fixture(autouse=True)
def moment() -> Iterator[Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def owner(member: User) -> User:
    TacPhoneFactory(user=member)
    return member


def is_in(client: Client) -> bool:
    return client.get("/security/sessions/").status_code == 200


def confirm(client: Client, **fields: str) -> Any:
    return client.post(DEVICE, {"tac": devices.code_for("ahlisatu"), **fields})


def test_the_right_password_on_a_new_browser_leads_to_the_code_and_the_code_in(client: Client, owner: User) -> None:
    asked = sign_in(client, "ahlisatu", next="/security/sessions/")
    page = client.get(asked.url).content.decode()

    assert asked.url == DEVICE
    assert not is_in(client)
    assert "Sahkan peranti baharu" in page
    assert devices.code_for("ahlisatu") not in page
    assert confirm(client).url == "/security/sessions/"
    assert is_in(client)
    assert KnownDevice.objects.get().confirmed_at == NOON
    assert UserSession.objects.get().device == KnownDevice.objects.get()


def test_a_known_browser_is_asked_for_nothing(client: Client, owner: User) -> None:
    sign_in(client, "ahlisatu")
    confirm(client)
    client.post("/sign-out/")

    assert sign_in(client, "ahlisatu").url == "/home/"


def test_a_browser_that_no_code_confirmed_is_strange(client: Client, owner: User) -> None:
    """As some are from before every browser was confirmed."""
    devices.know(client, owner)
    KnownDevice.objects.update(confirmed_at=None)

    assert sign_in(client, "ahlisatu").url == DEVICE


def test_who_never_had_a_number_gets_in_with_no_password_alone(client: Client, member: User) -> None:
    client.post("/sign-in/", {"user_id": "ahlisatu"})
    asked = client.post("/sign-in/password/", {"password": PASSWORD})

    assert asked.url == DEVICE
    assert "Bawa kad pengenalan anda ke mana-mana kaunter atau kiosk KWSP untuk mendaftarkannya." in client.get(DEVICE).content.decode()
    assert client.post(DEVICE, {"tac": "123456"}).status_code == 422
    assert not is_in(client)
    TacPhoneFactory(user=member)
    assert client.post(DEVICE, {"tac_send": "1"}).status_code == 200
    assert confirm(client).status_code == 302
    assert is_in(client)


def test_a_number_that_ended_opens_nothing_new(client: Client, owner: User) -> None:
    known = Client()
    devices.know(known, owner)
    TacPhone.objects.filter(user=owner).update(ended_at=NOON, ended_why="REMOVED")

    asked = sign_in(client, "ahlisatu")

    assert asked.url == DEVICE
    assert "Bawa kad pengenalan anda ke mana-mana kaunter atau kiosk KWSP untuk mendaftarkannya." in client.get(DEVICE).content.decode()
    assert client.post(DEVICE, {"tac": "123456"}).status_code == 422
    assert not is_in(client)
    assert sign_in(known, "ahlisatu").url == "/home/"


def test_two_browsers_at_once_have_one_code_which_opens_one_of_them(client: Client, owner: User) -> None:
    other = Client()
    sign_in(client, "ahlisatu")
    sign_in(other, "ahlisatu")

    assert Challenge.objects.count() == 1
    code = devices.code_for("ahlisatu")
    assert client.post(DEVICE, {"tac": code}).status_code == 302
    assert other.post(DEVICE, {"tac": code}).status_code == 422
    assert not is_in(other)
    assert other.post(DEVICE, {"tac_send": "1"}).status_code == 200
    assert confirm(other).status_code == 302


def test_the_codes_of_many_sign_ins_one_after_the_other_are_no_nuisance(owner: User) -> None:
    """A program that keeps no cookie signs in with a code each time."""
    for _time in range(8):
        client = Client()
        assert sign_in(client, "ahlisatu").url == DEVICE
        assert confirm(client).status_code == 302


@pytest.mark.parametrize(("demo", "there"), [(True, True), (False, False)])
def test_the_demo_says_where_the_code_arrives(client: Client, owner: User, settings: LazySettings, demo: bool, there: bool) -> None:
    settings.DEMO = demo
    sign_in(client, "ahlisatu")

    assert ('href="/demo/phone/"' in client.get(DEVICE).content.decode()) is there


def test_a_wrong_code_is_said_and_opens_nothing(client: Client, owner: User) -> None:
    sign_in(client, "ahlisatu")
    wrong = f"{(int(devices.code_for('ahlisatu')) + 1) % 10**6:06d}"

    answer = client.post(DEVICE, {"tac": wrong})

    assert answer.status_code == 422
    assert "Kod TAC tidak betul. Baki cubaan untuk kod ini: 2." in answer.content.decode()
    assert not is_in(client)
    assert confirm(client).status_code == 302


def test_nobody_comes_to_the_code_without_the_password(client: Client, owner: User) -> None:
    assert client.get(DEVICE).url == "/sign-in/"
    sign_in(client, "ahlisatu", "salah-salah-salah")
    assert client.post(DEVICE, {"tac": "123456"}).url == "/sign-in/"


def test_what_the_password_proved_lasts_ten_minutes(client: Client, owner: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    moment.shift(timedelta(minutes=10))

    assert client.get(DEVICE).url == "/sign-in/"


def test_a_changed_password_or_a_closed_account_ends_the_way_in(client: Client, owner: User) -> None:
    sign_in(client, "ahlisatu")
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.get(DEVICE).url == "/sign-in/"
    User.objects.filter(pk=owner.pk).update(is_active=True)
    owner.set_password("sesuatu-yang-baharu")
    owner.save()

    assert client.get(DEVICE).url == "/sign-in/"


def test_the_key_changes_with_the_password_and_with_the_code(client: Client, owner: User) -> None:
    client.post("/sign-in/", {"user_id": "ahlisatu"})
    keys = [client.cookies["sessionid"].value]
    client.post("/sign-in/password/", {"password": "biji-sawi-2026"})
    keys.append(client.cookies["sessionid"].value)
    confirm(client)
    keys.append(client.cookies["sessionid"].value)

    assert len(set(keys)) == 3


def test_a_new_code_is_sent_on_demand_and_the_second_click_of_the_right_one_is_harmless(client: Client, owner: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    first = devices.code_for("ahlisatu")
    moment.shift(61)
    assert client.post(DEVICE, {"tac_send": "1"}).status_code == 200

    assert client.post(DEVICE, {"tac": first}).status_code in {302, 422}
    if not is_in(client):
        assert confirm(client).status_code == 302
    assert client.post(DEVICE, {"tac": first}).url == "/sign-in/"
    assert is_in(client)


def test_a_phone_that_was_taken_away_meanwhile_says_so(client: Client, owner: User) -> None:
    sign_in(client, "ahlisatu")
    code = devices.code_for("ahlisatu")
    TacPhone.objects.filter(user=owner).update(ended_at=NOON, ended_why="REMOVED")

    assert client.post(DEVICE, {"tac": code}).status_code == 422
    assert not is_in(client)


def test_the_trail_has_the_sign_in_only_once_it_happened(client: Client, owner: User) -> None:
    sign_in(client, "ahlisatu")
    assert not AuditEvent.objects.filter(action="identity.sign_in").exists()

    confirm(client)
    assert AuditEvent.objects.filter(action="identity.sign_in", refused=False).count() == 1
