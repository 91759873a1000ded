"""Floods: strangers from many addresses are slowed, a browser that is known has a count of its own (issue 5; ASVS 6.1.1, 6.3.1)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.identity import lockout
from members.identity.enums import Role
from members.identity.models import User
from tests.factories import devices
from tests.identity.conftest import PASSWORD, both_pages

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
WRONG = "salah-salah-salah"


def address(number: int) -> str:
    return f"203.0.{number // 250}.{number % 250 + 1}"


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were compared."""
    found: list[str] = []
    check_password = User.check_password
    monkeypatch.setattr(User, "check_password", lambda user, raw: found.append(raw) or check_password(user, raw))
    return found


def flood(addresses: range, user_id: str = "ahlisatu") -> list[int]:
    return [both_pages(Client(REMOTE_ADDR=address(number)), user_id, WRONG).status_code for number in addresses]


def known_browser(user_id: str = "ahlisatu") -> Client:
    client = Client(REMOTE_ADDR="198.51.100.4")
    devices.know(client, User.objects.get(user_id=user_id))
    return client


def test_a_flood_from_many_addresses_on_one_user_id_is_bounded(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = looked_at(monkeypatch)
    with time_machine.travel(NOON, tick=False) as moment:
        answers = flood(range(60))
        assert answers == [422] * settings.SIGN_IN_FLOOD + [429] * (60 - settings.SIGN_IN_FLOOD)
        for _pause in range(3):
            moment.shift(settings.SIGN_IN_FLOOD_PAUSE)
            assert flood(range(100, 105)) == [422, 429, 429, 429, 429]

    assert len(compared) == settings.SIGN_IN_FLOOD + 3


def test_the_owner_gets_in_on_a_known_device_whatever_strangers_do(member: User) -> None:
    owner = known_browser()
    with time_machine.travel(datetime.now(UTC), tick=False):
        flood(range(settings.SIGN_IN_FLOOD + 5))

        assert both_pages(Client(REMOTE_ADDR="198.51.100.4"), "ahlisatu").status_code == 429
        assert both_pages(owner, "ahlisatu").status_code == 302


def test_a_stranger_behind_the_same_address_does_not_lock_a_known_device(member: User) -> None:
    owner = known_browser()
    for _try in range(6):
        both_pages(Client(REMOTE_ADDR="198.51.100.4"), "ahlisatu", WRONG)

    assert both_pages(Client(REMOTE_ADDR="198.51.100.4"), "ahlisatu").status_code == 429
    assert both_pages(owner, "ahlisatu").status_code == 302


def test_a_known_device_is_locked_by_its_own_count_wherever_it_is(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = known_browser()
    compared = looked_at(monkeypatch)
    answers = []
    for number in range(8):
        owner.defaults["REMOTE_ADDR"] = address(number)
        answers.append(both_pages(owner, "ahlisatu", WRONG).status_code)

    assert answers == [422] * 4 + [429] * 4
    assert len(compared) == settings.AXES_FAILURE_LIMIT
    assert both_pages(Client(REMOTE_ADDR="198.51.100.9"), "ahlisatu").status_code == 302


def test_a_device_known_to_one_person_is_a_stranger_to_another(member: User, person: Callable[..., User]) -> None:
    person("ahlidua0")
    thief = known_browser("ahlidua0")
    for _try in range(5):
        both_pages(thief, "ahlisatu", WRONG)

    assert both_pages(Client(REMOTE_ADDR="198.51.100.4"), "ahlisatu").status_code == 429
    assert both_pages(thief, "ahlidua0").status_code == 302


def test_a_flood_is_answered_alike_for_a_user_id_that_nobody_has(member: User) -> None:
    with time_machine.travel(NOON, tick=False):
        known, unknown = flood(range(35)), flood(range(35), "tiadaorang")

    assert known == unknown


def test_the_page_says_when_the_next_try_is_looked_at(member: User) -> None:
    with time_machine.travel(NOON, tick=False):
        flood(range(settings.SIGN_IN_FLOOD))
        answer = both_pages(Client(REMOTE_ADDR="198.51.100.9"), "ahlisatu")

    assert answer["Retry-After"] == str(settings.SIGN_IN_FLOOD_PAUSE)
    assert "12:01" in answer.content.decode()


def test_staff_are_told_what_is_locked_and_until_when(member: User) -> None:
    with time_machine.travel(NOON, tick=False):
        for _try in range(5):
            both_pages(Client(REMOTE_ADDR="203.0.113.9"), "ahlisatu", WRONG)

        locks = lockout.locks_of("ahlisatu", at=NOON)

    assert locks == [lockout.Lock("203.0.113.9", False, 5, NOON + timedelta(minutes=15))]


def test_a_wrong_password_costs_at_the_officers_door_what_a_wrong_code_costs(person: Callable[..., User]) -> None:
    """The same statements in the same transaction: the time does not say that the password was right."""
    person("pegawai9", Role.INSPECTOR)
    counts = []
    for fields in ({"password": WRONG}, {"password": PASSWORD}):
        client = Client(REMOTE_ADDR=address(len(counts)))
        with CaptureQueriesContext(connection) as found:
            client.post("/admin/login/", {"user_id": "pegawai9", "code": "000000", **fields})
        counts.append(_verbs(found))

    assert counts[0] == counts[1]


def _verbs(found: CaptureQueriesContext) -> list[str]:
    """What writes, and on which table."""
    return sorted(" ".join(query["sql"].split()[:3]) for query in found.captured_queries if query["sql"].startswith(("UPDATE", "INSERT")))
