"""Tokens of the API: `auth/tac/`, `auth/token/` (contract.md): for one scope, expiring, revocable, and alike for people who do not exist."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings, settings
from django.core.cache import cache
from django.test import Client
from time_machine import Traveller

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.notify.models import Message
from members.identity.enums import Bound, Role
from members.identity.models import ApiToken, Challenge, Meter, TacPhone, User
from members.identity.token_authentication import PerToken
from tests import factories
from tests.factories import devices
from tests.factories.identity import PASSWORD

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
TAC, TOKEN, ACCOUNTS = "/api/v1/auth/tac/", "/api/v1/auth/token/", "/api/v1/me/accounts/"
WRONG = "salah-salah-salah"


@pytest.fixture(autouse=True)
def moment() -> Iterator[Traveller]:
    cache.clear()
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


def with_phone(user: User) -> User:
    phone = {"number": f"+6012{user.pk:07d}", "how": Bound.COUNTER, "bound_at": NOON}
    TacPhone.objects.get_or_create(user=user, ended_at=None, defaults=phone)
    return user


@pytest.fixture
def member() -> User:
    return with_phone(factories.MemberFactory(user=factories.UserFactory(user_id="ahlisatu")).user)


@pytest.fixture
def checker() -> User:
    employer = factories.EmployerFactory(number="20000001")
    return with_phone(factories.RepresentativeFactory(employer=employer, checker=True, user__user_id="pelulus1").user)


def post(path: str, **body: Any) -> Any:
    return Client().post(path, {"user_id": "ahlisatu", "password": PASSWORD, "scope": "me", **body}, content_type="application/json")


def code() -> str:
    return str(__import__("json").loads(Message.objects.latest("pk").secrets or "{}")["tac"])


def token(**body: Any) -> Any:
    assert post(TAC, **body).status_code == 202
    return post(TOKEN, tac=code(), **body)


def with_token(found: str) -> Client:
    return Client(headers={"Authorization": f"Token {found}"})


def test_a_member_gets_a_token_for_the_own_things(member: User) -> None:
    answer = token()

    assert answer.status_code == 201
    body = answer.json()
    assert (body["rights"], body["monthly_limit"], body["expires_at"]) == (["read"], None, "2026-12-16T12:00:00+08:00")
    accounts = with_token(body["token"]).get(ACCOUNTS)
    assert accounts.status_code == 200
    assert set(accounts.json()) == {"on", "total", "accounts"}
    assert with_token(body["token"]).get("/api/v1/me/postings/?from=2026-01-01&to=2026-11-16").json()["postings"] == []
    assert with_token(body["token"]).get("/api/v1/me/contributions/").status_code == 200
    assert ApiToken.objects.get().digest not in body["token"]
    assert AuditEvent.objects.get(action="identity.token_give").data["after"]["scope"] == "me"


@pytest.mark.parametrize(
    "asked",
    [
        {"user_id": "tiadaorang"},
        {"password": WRONG},
        {"scope": "employer:20000009"},
        {"user_id": "pegawai11"},
    ],
)
def test_whoever_may_not_is_answered_like_whoever_may(member: User, asked: dict[str, str]) -> None:
    factories.UserFactory(user_id="pegawai11", role=Role.INSPECTOR)
    known, other = post(TAC), post(TAC, **asked)
    refused, refused_other = post(TOKEN, tac="000000"), post(TOKEN, tac="000000", **asked)

    assert (known.status_code, known.json()) == (other.status_code, other.json())
    assert refused.status_code == refused_other.status_code == 401
    assert {**refused.json(), "reference": ""} == {**refused_other.json(), "reference": ""}
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["WWW-Authenticate"] == "Token"
    assert Message.objects.count() == 1
    assert Challenge.objects.filter(user=None).count() == 1


def test_a_person_without_a_phone_is_answered_alike(member: User) -> None:
    TacPhone.objects.filter(user=member).update(ended_at=NOON, ended_why="REMOVED")

    assert post(TAC).status_code == 202
    assert post(TOKEN, tac="123456").status_code == 401


@pytest.mark.parametrize("asked", [{}, {"user_id": "tiadaorang"}, {"password": WRONG}])
def test_past_the_meter_everybody_is_asked_for_the_number_and_told_how(member: User, settings: LazySettings, asked: dict[str, str]) -> None:
    settings.TAC = {**settings.TAC, "meter_a_day": 1}
    Meter.objects.create(hour=int(NOON.timestamp()) // 3600, wrong=1)
    post(TAC, **asked)
    digits = "000000" if asked else code()

    refused = post(TOKEN, tac=digits, **asked)
    unasked = post(TOKEN, tac=digits, **{**asked, "scope": "employer:20000009"})
    phone = TacPhone.objects.get(user=member).number
    given = post(TOKEN, tac=digits, number=phone, **asked)

    for answer in (refused, unasked):
        assert (answer.status_code, answer.json()["code"]) == (401, "TAC_NUMBER_NEEDED")
        assert '"number"' in answer.json()["detail"]
    assert (given.status_code, given.json().get("code")) == ((401, "WRONG") if asked else (201, None))


def test_a_person_without_a_phone_is_asked_for_the_number_alike(member: User, settings: LazySettings) -> None:
    settings.TAC = {**settings.TAC, "meter_a_day": 1}
    Meter.objects.create(hour=int(NOON.timestamp()) // 3600, wrong=1)
    TacPhone.objects.filter(user=member).update(ended_at=NOON, ended_why="REMOVED")

    assert post(TAC).status_code == 202
    assert post(TOKEN, tac="123456").json()["code"] == "TAC_NUMBER_NEEDED"


def test_a_code_is_for_its_scope_and_its_limit_and_once(checker: User) -> None:
    asked = {"user_id": "pelulus1", "scope": "employer:20000001"}
    post(TAC, **asked, monthly_limit="5000.00")
    digits = code()

    assert post(TOKEN, **asked, monthly_limit="500000.00", tac=digits).status_code == 401
    assert post(TOKEN, **asked, tac=digits).status_code == 401
    given = post(TOKEN, **asked, monthly_limit="5000.00", tac=digits)
    assert (given.status_code, given.json()["rights"], given.json()["monthly_limit"]) == (201, ["read", "approve"], "5000.00")
    assert post(TOKEN, **asked, monthly_limit="5000.00", tac=digits).status_code == 401


def test_without_a_monthly_limit_a_checker_s_token_approves_nothing(checker: User) -> None:
    assert token(user_id="pelulus1", scope="employer:20000001").json()["rights"] == ["read"]


def test_an_employer_s_token_opens_nothing_of_a_member(checker: User) -> None:
    found = token(user_id="pelulus1", scope="employer:20000001").json()["token"]

    assert with_token(found).get(ACCOUNTS).status_code == 403


def test_wrong_passwords_lock_this_door_like_the_other_with_a_problem_that_says_when(member: User) -> None:
    answers = [post(TAC, password=WRONG).status_code for _try in range(5)]
    closed = post(TAC)

    assert answers == [202, 202, 202, 202, 429]
    assert (closed.status_code, closed["Content-Type"], closed["Retry-After"]) == (429, "application/problem+json", "900")
    assert closed.json()["code"] == "LOCKED"
    assert not Message.objects.exists()


def test_one_address_knocks_sixty_times_a_minute_whatever_it_claims_to_be(moment: Traveller) -> None:
    """Both doors together, and before anything is looked at; a forged header is no other address."""

    def knock(nth: int, ip: str = "203.0.113.9") -> Any:
        forged = {"X-Forwarded-For": f"198.51.100.{nth}, 192.0.2.{nth}", "X-Real-IP": f"192.0.2.{nth}", "Forwarded": f"for=192.0.2.{nth}"}
        client = Client(REMOTE_ADDR=ip, headers=forged)
        return client.post((TAC, TOKEN)[nth % 2], {"scope": "none"}, content_type="application/json")

    statuses = [knock(nth).status_code for nth in range(60)]
    closed = knock(60)

    assert statuses == [400] * 60
    assert (closed.status_code, closed["Content-Type"], closed["Retry-After"]) == (429, "application/problem+json", "60")
    assert knock(61, ip="203.0.113.10").status_code == 400, "who is elsewhere waits for nobody"
    moment.shift(61)
    assert knock(62).status_code == 400


def test_a_token_is_used_so_often_a_minute_wherever_it_is_used_from(member: User, moment: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    assert PerToken.rate == "120/minute"
    monkeypatch.setattr(PerToken, "rate", "3/minute")
    first = token().json()["token"]
    moment.shift(61)
    other = token().json()["token"]

    answers = [with_token(first).get(ACCOUNTS, headers={"X-Forwarded-For": f"192.0.2.{nth}"}, REMOTE_ADDR=f"203.0.113.{nth}") for nth in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert (answers[-1]["Content-Type"], answers[-1]["Retry-After"]) == ("application/problem+json", "60")
    assert with_token(other).get(ACCOUNTS).status_code == 200
    moment.shift(61)
    assert with_token(first).get(ACCOUNTS).status_code == 200


def test_a_token_ends_in_time_when_it_is_revoked_and_with_its_person(member: User, moment: Traveller) -> None:
    first, second = token().json()["token"], ""
    moment.shift(61)
    second = token().json()["token"]
    browser = Client()
    devices.know(browser, member)
    browser.post("/sign-in/", {"user_id": "ahlisatu"})
    page = _signed_in(browser).get("/security/sessions/").content.decode()
    number = ApiToken.objects.order_by("pk")[0].pk

    assert page.count("Batalkan token ini") == 2
    assert "Token API itu telah dibatalkan." in browser.post(f"/security/tokens/{number}/revoke/", follow=True).content.decode()
    assert "Token API itu sudah dibatalkan." in browser.post(f"/security/tokens/{number}/revoke/", follow=True).content.decode()
    assert with_token(first).get(ACCOUNTS).status_code == 401
    assert with_token(second).get(ACCOUNTS).status_code == 200
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert with_token(second).get(ACCOUNTS).status_code == 401
    User.objects.filter(pk=member.pk).update(is_active=True)
    moment.shift(timedelta(seconds=settings.API_TOKEN_SECONDS))
    assert with_token(second).get(ACCOUNTS).status_code == 401
    assert ApiToken.objects.count() == 2


def _signed_in(browser: Client) -> Client:
    browser.post("/sign-in/password/", {"password": PASSWORD})
    return browser


@pytest.mark.parametrize("header", ["Token", "Token x", "Token x y", "Bearer x", f"Token {'0' * 64}"])
def test_what_is_no_token_opens_nothing(header: str) -> None:
    assert Client(headers={"Authorization": header}).get(ACCOUNTS).status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scope": "semua"}, "scope"),
        ({"scope": "employer:1"}, "scope"),
        ({"user_id": "ahli satu"}, "user_id"),
        ({"password": 12345678}, "password"),
        ({"scope": "employer:20000001", "monthly_limit": 100}, "monthly_limit"),
        ({"monthly_limit": "100.00"}, "monthly_limit"),
        ({"scope": "employer:20000001", "monthly_limit": "0"}, "monthly_limit"),
        ({"scope": "employer:20000001", "monthly_limit": "NaN"}, "monthly_limit"),
    ],
)
def test_bad_input_is_named(body: dict[str, Any], field: str) -> None:
    answer = post(TAC, **body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("query", ["from=2026-11-17&to=2026-11-16", "from=2025-01-01&to=2026-11-16", "from=kelmarin", "from="])
def test_a_period_that_is_none_is_named(member: User, query: str) -> None:
    answer = with_token(token().json()["token"]).get(f"/api/v1/me/postings/?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "from")
