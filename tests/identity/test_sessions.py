"""How long a session lasts, and what is kept of it (ASVS 7.3, 14.3.2; ux.md 18)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import Client
from time_machine import Traveller

from contributions.models import PaymentMessage
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.jobs import registry
from members.identity import sessions
from members.identity.models import User
from members.identity.models_sessions import StoredSession
from tests.identity.conftest import sign_in, sign_in_officer

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
IDLE = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
ABSOLUTE = timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)


@pytest.fixture
def moment() -> Iterator[Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


def test_ten_idle_minutes_end_a_session_and_the_page_says_so(client: Client, member: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    moment.shift(IDLE)

    ended = client.get("/member/?page=2")
    page = client.get(ended.url)

    assert ended.url == "/sign-in/?ended=idle&next=%2Fmember%2F%3Fpage%3D2"
    assert "Tiada aktiviti selama 10 minit" in page.content.decode()
    assert 'name="next" value="/member/?page=2"' in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_after_signing_in_again_one_is_back_at_the_same_place(client: Client, member: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    moment.shift(IDLE)
    client.get("/en/staff/?page=2")

    assert sign_in(client, "ahlisatu", next="/en/staff/?page=2").url == "/en/staff/?page=2"


def test_a_person_who_is_active_stays(client: Client, member: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    for _visit in range(6):
        moment.shift(IDLE - timedelta(seconds=31))

        assert client.get("/staff/").status_code == 403
        assert "_auth_user_id" in client.session


def test_a_page_that_asks_by_itself_does_not_keep_a_session_alive(client: Client, member: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    for _poll in range(12):
        moment.shift(60)
        client.get("/staff/", headers={"X-Fragment": "progress"})

    assert "_auth_user_id" not in client.session


def test_eight_hours_end_every_session_however_active(client: Client, member: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    visits = 0
    while "_auth_user_id" in client.session:
        moment.shift(300)
        answer = client.get("/staff/")
        visits += 1

    assert timedelta(seconds=300 * visits) == ABSOLUTE
    assert answer.url.startswith("/sign-in/?ended=absolute")
    assert AuditEvent.objects.get(action="identity.session_end").data == {"why": "absolute"}


def test_a_form_sent_too_late_leads_back_to_the_page_that_held_it(client: Client, member: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    moment.shift(IDLE)

    answer = client.post("/sign-out/", headers={"Referer": "http://testserver/en/staff/?a=1"})

    assert answer.url == "/sign-in/?ended=idle&next=%2Fen%2Fstaff%2F%3Fa%3D1"


def test_a_foreign_referrer_leads_nowhere(client: Client, member: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    moment.shift(IDLE)

    assert client.post("/sign-out/", headers={"Referer": "https://jahat.example/staff/"}).url == "/sign-in/?ended=idle&next="


@pytest.mark.parametrize("channel", ["indirect", "direct"])
def test_the_bank_s_message_is_taken_though_the_payer_s_session_ran_out(client: Client, member: User, moment: Traveller, channel: str) -> None:
    """Paying at a bank takes longer than ten minutes now and then: what the browser brings back is not thrown away."""
    sign_in(client, "ahlisatu")
    moment.shift(IDLE)

    answer = client.post(f"/fpx/{channel}/", "no form", content_type="application/x-www-form-urlencoded")

    assert PaymentMessage.objects.get().body == "no form"
    assert "/sign-in/" not in answer.get("Location", "")
    assert client.get("/staff/").url.startswith("/sign-in/?ended=idle")


def test_a_program_s_question_is_answered_though_a_session_ran_out(client: Client, member: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    moment.shift(IDLE)

    assert client.get("/api/schema/").status_code == 200
    assert client.get("/api/v1/calculators/contribution/")["Content-Type"] == "application/problem+json"


def test_an_officer_whose_session_ran_out_goes_back_to_the_officers_door(client: Client, administrator: User, moment: Traveller) -> None:
    sign_in_officer(client, "pentadbir9")
    moment.shift(IDLE)

    assert client.get("/admin/").url == "/admin/login/?ended=idle&next=%2Fadmin%2F"


def test_what_is_seen_signed_in_is_stored_nowhere(client: Client, administrator: User) -> None:
    sign_in_officer(client, "pentadbir9")

    for path in ("/staff/", "/admin/", "/home/", "/tiada/", "/demo/clock/"):
        assert client.get(path)["Cache-Control"] == "no-store", path


def test_signing_out_here_leaves_another_device_signed_in(member: User) -> None:
    here, there = Client(), Client()
    sign_in(here, "ahlisatu")
    sign_in(there, "ahlisatu")

    here.post("/sign-out/")

    assert there.get("/staff/").status_code == 403


def test_closing_an_account_ends_its_sessions_on_the_next_click(client: Client, member: User) -> None:
    sign_in(client, "ahlisatu")
    User.objects.filter(pk=member.pk).update(is_active=False)

    assert client.get("/staff/").url.startswith("/admin/login/")


@pytest.mark.parametrize(("method", "way"), [("post", "/sign-in/?door=member"), ("get", "/security/")])
def test_a_session_that_ends_while_it_is_answered_leads_back_to_the_page(
    client: Client, member: User, monkeypatch: pytest.MonkeyPatch, method: str, way: str
) -> None:
    """The other of two clicks at a door, or signing out in another tab: what it did may stand, so nobody reads that nothing has changed."""
    sign_in(client, "ahlisatu") if method == "get" else client.post("/sign-in/", {"user_id": "ahlisatu"})
    answered = SessionMiddleware.process_response

    def after_the_other(self: Any, request: Any, response: Any) -> Any:
        request.session.modified = bool(StoredSession.objects.all().delete())
        return answered(self, request, response)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(SessionMiddleware, "process_response", after_the_other)
        asked = {"data": {"user_id": "ahlisatu"}, "headers": {"Referer": f"http://testserver{way}"}} if method == "post" else {}
        answer = getattr(client, method)("/sign-in/" if method == "post" else way, **asked)

    assert (answer.status_code, answer.url) == (302, way)
    assert client.get(answer.url, follow=True).status_code == 200


def test_the_session_cookie_is_for_the_server_only(client: Client, member: User) -> None:
    cookie = sign_in(client, "ahlisatu").cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_sessions_that_are_over_are_swept_away(client: Client, member: User, moment: Traveller) -> None:
    sign_in(client, "ahlisatu")
    moment.shift(ABSOLUTE - timedelta(seconds=1))
    kept = sessions.forget_lapsed(at=clock.now())
    moment.shift(2)

    assert (kept, sessions.forget_lapsed(at=clock.now()), sessions.forget_lapsed(at=clock.now())) == (0, 1, 0)
    assert "identity.sessions" in registry.errands
