"""The officers' door: password and TOTP (stack.md; story 6)."""

from collections.abc import Callable

import pytest
from django.test import Client

from members.identity.enums import Role
from members.identity.models import User
from tests.identity.conftest import PASSWORD, code_now, sign_in_officer


def test_an_administrator_needs_password_and_code(client: Client, administrator: User) -> None:
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"

    answer = sign_in_officer(client, "pentadbir9", next="/admin/")

    assert answer.url == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("wrong", [{"code": "000000"}, {"password": "salah-salah-salah"}, {"user_id": "tiadaorang"}])
def test_which_of_the_three_was_wrong_is_not_said(client: Client, administrator: User, wrong: dict[str, str]) -> None:
    answer = sign_in_officer(client, **{"user_id": "pentadbir9", **wrong})

    assert answer.status_code == 422
    assert "ID Pengguna, kata laluan atau kod pengesahan tidak betul." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_code_counts_once(administrator: User) -> None:
    code = code_now()

    first, second = (sign_in_officer(Client(), "pentadbir9", code=code) for _try in range(2))

    assert (first.status_code, second.status_code) == (302, 422)


def test_blanks_in_a_code_are_forgiven_and_letters_are_not(client: Client, administrator: User) -> None:
    code = code_now()

    assert "mengandungi 6 angka" in sign_in_officer(client, "pentadbir9", code="12 34 5a").content.decode()
    assert sign_in_officer(client, "pentadbir9", code=f"{code[:3]} {code[3:]}").status_code == 302


def test_wrong_codes_lock_the_door_like_wrong_passwords(client: Client, administrator: User) -> None:
    answers = [sign_in_officer(client, "pentadbir9", code="000000").status_code for _try in range(5)]

    assert answers == [422, 422, 422, 422, 429]


def test_a_member_with_the_right_password_is_shown_the_other_door(client: Client, member: User) -> None:
    answer = client.post("/admin/login/", {"user_id": "ahlisatu", "password": PASSWORD, "code": "123456"})

    assert answer.status_code == 403
    assert "/sign-in/" in answer.content.decode()


def test_an_officer_without_an_authenticator_stays_outside(client: Client, administrator: User) -> None:
    administrator.totpdevice_set.all().delete()

    assert sign_in_officer(client, "pentadbir9").status_code == 422


def test_a_session_without_the_second_factor_opens_nothing(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    session = client.session
    session["started_at"] = session["seen_at"] = 4102444800
    session.save()

    assert client.get("/admin/").url.startswith("/admin/login/")
    assert client.get("/staff/").status_code == 403


@pytest.mark.parametrize(
    ("role", "home"),
    [(Role.COUNTER_OFFICER, "/counter/"), (Role.SUPERVISOR, "/counter/"), (Role.WITHDRAWAL_OFFICER, "/staff/"), (Role.INSPECTOR, "/staff/")],
)
def test_other_officers_get_a_home_but_not_the_registers(client: Client, person: Callable[..., User], role: Role, home: str) -> None:
    person("pegawai99", role)
    sign_in_officer(client, "pegawai99")

    assert client.get("/home/").url == home
    assert client.get(home).status_code == 200
    assert client.get("/admin/").status_code != 200
