"""Who is signed in where, and how a session ends from elsewhere on its very next click (ASVS 7.4, 7.5)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from time_machine import Traveller

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message, Notice
from members.identity import notices, sessions, user_agents
from members.identity.enums import Bound, Role, SessionEnd
from members.identity.models import KnownDevice, StoredSession, TacPhone, User, UserSession
from members.identity.session_store import REGISTER
from tests.factories import MemberFactory, devices
from tests.identity.conftest import both_pages, sign_in, sign_in_officer

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
OTHERS = "/security/sessions/end-others/"


@pytest.fixture
def moment() -> Iterator[Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


def browser(user_agent: str = CHROME, address: str = "198.51.100.4") -> Client:
    return Client(headers={"User-Agent": user_agent}, REMOTE_ADDR=address)


def signed_in(user_id: str = "ahlisatu", user_agent: str = CHROME) -> Client:
    client = browser(user_agent)
    assert sign_in(client, user_id).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/security/sessions/").status_code == 200


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (CHROME, ("Chrome", "Windows")),
        (IPHONE, ("Safari", "iPhone")),
        (CHROME + " Edg/140.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", ("Firefox", "Linux")),
        ("Mozilla/5.0 (Linux; Android 15; SM-S921B) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36", ("Samsung Internet", "Android")),
        ("curl/8.14.1", ("", "")),
        ("", ("", "")),
    ],
)
def test_the_words_of_a_browser_are_what_it_says_and_nothing_is_guessed(said: str, expected: tuple[str, str]) -> None:
    assert user_agents.words(said) == expected


def test_the_page_lists_this_session_the_others_and_the_ended_with_device_and_last_seen(member: User, moment: Traveller) -> None:
    there = signed_in(user_agent=IPHONE)
    moment.shift(120)
    here = signed_in()
    there.post("/sign-out/")
    signed_in(user_agent=IPHONE)

    page = here.get("/security/sessions/").content.decode()

    assert page.index("Sesi ini") < page.index("Chrome, Windows") < page.index("Sesi lain yang masih dibuka") < page.index("Safari, iPhone")
    assert "198.51.100.4" in page
    assert "16\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026, 12:02" in page
    assert page.count("Tamatkan sesi ini") == 1
    assert "Sesi yang telah tamat" in page


def test_the_others_are_signed_out_on_their_very_next_click_and_are_told_why(member: User, moment: Traveller) -> None:
    here, there, third = signed_in(), signed_in(user_agent=IPHONE), signed_in()

    answer = here.post(OTHERS, follow=True)

    assert "Sesi lain telah ditamatkan: 2." in answer.content.decode()
    assert there.get("/staff/?page=2").url == "/sign-in/?ended=others&next=%2Fstaff%2F%3Fpage%3D2"
    assert "ditamatkan dari peranti anda yang lain" in there.get("/sign-in/?ended=others").content.decode()
    assert not is_in(third)
    assert is_in(here)
    assert set(UserSession.objects.values_list("why", flat=True)) == {"", "OTHERS"}
    assert AuditEvent.objects.get(action="identity.sessions_end").data == {"why": "OTHERS", "sessions": 2}


def test_pressed_twice_there_is_nothing_left_to_sign_out(member: User) -> None:
    here = signed_in()
    here.post(OTHERS)

    assert "Tiada sesi lain yang masih dibuka." in here.post(OTHERS, follow=True).content.decode()
    assert is_in(here)


def test_one_session_is_signed_out_and_the_rest_stay(member: User) -> None:
    here, there, third = signed_in(), signed_in(), signed_in()
    number = there.session[REGISTER]

    first = here.post(f"/security/sessions/{number}/end/", follow=True).content.decode()
    second = here.post(f"/security/sessions/{number}/end/", follow=True).content.decode()

    assert "Sesi itu telah ditamatkan." in first
    assert "Sesi itu sudah tamat." in second
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)


def test_the_own_session_is_left_by_the_door(member: User) -> None:
    here = signed_in()

    page = here.post(f"/security/sessions/{here.session[REGISTER]}/end/", follow=True).content.decode()

    assert "Untuk menamatkannya, log keluar." in page
    assert is_in(here)


def test_a_foreign_session_and_one_that_never_was_are_the_same_404(member: User, person: Callable[..., User]) -> None:
    person("ahlidua0")
    theirs = signed_in("ahlidua0")
    here = signed_in()

    foreign, absent = (here.post(f"/security/sessions/{number}/end/") for number in (theirs.session[REGISTER], 999_999))

    assert foreign.status_code == absent.status_code == 404
    assert is_in(theirs)


@pytest.mark.parametrize("why", [SessionEnd.PASSWORD, SessionEnd.DEACTIVATED, SessionEnd.REMOVED, SessionEnd.STAFF])
def test_a_service_ends_all_sessions_of_a_person_at_once_but_the_one_named(member: User, why: SessionEnd) -> None:
    here, there = signed_in(), signed_in()

    ended = sessions.end_sessions(member, except_key=here.session.session_key, why=why, at=clock.now())

    assert ended == 1
    assert is_in(here)
    gone = there.get("/security/sessions/")
    assert gone.url == f"/sign-in/?ended={why.value.lower()}&next=%2Fsecurity%2Fsessions%2F"
    assert there.get(gone.url).status_code == 200


def test_sessions_that_the_register_does_not_know_end_with_all_others(member: User) -> None:
    client = Client()
    client.force_login(member)
    session = client.session
    session["started_at"] = session["seen_at"] = int(clock.now().timestamp())
    session.save()
    assert is_in(client)

    sessions.end_sessions(member, why=SessionEnd.DEACTIVATED, at=clock.now())

    assert not is_in(client)


def test_a_session_whose_store_outlived_its_end_is_over_at_the_next_look(member: User, moment: Traveller) -> None:
    """A request under way may write its session back a moment after it was ended."""
    here = signed_in()
    UserSession.objects.filter(pk=here.session[REGISTER]).update(ended_at=clock.now(), why=SessionEnd.OTHERS)
    moment.shift(31)

    assert here.get("/security/sessions/").url.startswith("/sign-in/?ended=others")
    assert "_auth_user_id" not in here.session


def test_an_officer_s_session_that_was_ended_leads_back_to_the_officers_door(administrator: User) -> None:
    client = Client()
    sign_in_officer(client, "pentadbir9")
    sessions.end_sessions(administrator, why=SessionEnd.STAFF, at=clock.now())

    assert client.get("/staff/").url.startswith("/admin/login/?ended=staff")


def test_a_key_that_changes_is_found_under_its_new_hash_only(member: User) -> None:
    here = signed_in()
    before = here.session.session_key
    session = here.session
    session.cycle_key()
    here.cookies["sessionid"] = session.session_key

    assert is_in(here)
    assert session.session_key != before
    assert sessions.why_gone(str(before)) is None
    sessions.end_sessions(member, why=SessionEnd.OTHERS, at=clock.now())
    assert not is_in(here)


def test_signing_in_again_in_the_same_browser_replaces_the_session(member: User) -> None:
    here = signed_in()
    first = here.session[REGISTER]
    here.cookies["sessionid"] = here.session.session_key
    sign_in(Client(), "ahlisatu")
    here.post("/sign-out/")

    assert UserSession.objects.get(pk=first).why == "SIGNED_OUT"


def test_sessions_that_nobody_came_back_to_are_dated_when_they_ran_out(member: User, moment: Traveller) -> None:
    here = signed_in()
    moment.shift(timedelta(hours=9))

    sessions.forget_lapsed(at=clock.now())

    row = UserSession.objects.get(pk=here.session.get(REGISTER, UserSession.objects.get().pk))
    assert (row.why, row.ended_at) == ("IDLE", NOON + timedelta(seconds=settings.SESSION_IDLE_SECONDS))
    assert StoredSession.objects.count() == 0


def test_a_session_that_has_ended_never_begins_again(member: User) -> None:
    signed_in().post("/sign-out/")
    row = UserSession.objects.get()

    with pytest.raises(IntegrityError, match="session_goes_on"), transaction.atomic():
        UserSession.objects.filter(pk=row.pk).update(ended_at=None, why="")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        row.delete()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        UserSession.objects.filter(pk=row.pk).update(address="203.0.113.1")


def _confirmed(client: Client, user: User) -> None:
    """A code confirms the browser, and the person leaves again."""
    TacPhone.objects.get_or_create(user=user, defaults={"number": f"+60123{user.pk:06d}", "how": Bound.COUNTER, "bound_at": NOON})
    both_pages(client, user.user_id)
    assert client.post("/sign-in/device/", {"tac": devices.code_for(user.user_id)}).status_code == 302
    client.post("/sign-out/")


class TestKnownDevices:
    def test_the_cookie_is_signed_random_and_hashed_in_the_database(self, member: User) -> None:
        client = browser()
        _confirmed(client, member)
        cookie = client.cookies["device"]

        assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
        number = cookie.value.rpartition(":")[0].rpartition(":")[0]
        assert len(number) >= 43
        assert KnownDevice.objects.get().key_hash not in cookie.value
        assert not KnownDevice.objects.filter(key_hash__contains=number[:8]).exists()

    def test_a_browser_stays_the_same_device_and_a_forged_cookie_is_none(self, member: User) -> None:
        client = browser()
        _confirmed(client, member)
        sign_in(client, "ahlisatu")
        client.post("/sign-out/")
        assert KnownDevice.objects.count() == 1

        client.cookies["device"] = client.cookies["device"].value[:-2] + "xx"
        _confirmed(client, member)

        assert KnownDevice.objects.count() == 2

    def test_one_browser_of_two_people_is_a_device_of_each(self, member: User, person: Callable[..., User]) -> None:
        client = browser()
        for user in (member, person("ahlidua0")):
            _confirmed(client, user)

        assert KnownDevice.objects.count() == 2
        assert len(set(KnownDevice.objects.values_list("key_hash", flat=True))) == 1

    def test_a_sign_in_on_a_new_device_is_told_by_sms_and_inbox_and_on_a_known_one_is_not(self, member: User) -> None:
        MemberFactory(user=member)
        TacPhone.objects.create(user=member, number="+60123456789", how=Bound.COUNTER, bound_at=NOON)
        client = browser(IPHONE)
        sign_in(client, "ahlisatu")
        client.post("/sign-in/device/", {"tac": devices.code_for("ahlisatu")})
        for _time in range(2):
            client.post("/sign-out/")
            sign_in(client, "ahlisatu")

        notice, message = Notice.objects.get(), Message.objects.get(code="NEW_DEVICE")
        assert (notice.code, message.to) == ("NEW_DEVICE", "+60123456789")
        assert notice.figures["device"] == "Safari, iPhone"

    def test_a_person_without_a_phone_is_told_in_the_inbox(self, member: User) -> None:
        """As who signs in by an authenticator app."""
        MemberFactory(user=member)
        figures = {"at": "x", "device": "x", "address": "x"}
        with transaction.atomic():
            notices.warn(member, notices.NEW_DEVICE, figures=figures, cause="usersession:1", at=NOON)

        assert Notice.objects.get().code == "NEW_DEVICE"
        assert not Message.objects.exists()

    def test_officers_are_asked_for_a_code_each_time_and_told_nothing(self, person: Callable[..., User]) -> None:
        person("penyelia9", Role.SUPERVISOR)
        sign_in_officer(browser(), "penyelia9")

        assert KnownDevice.objects.get().confirmed_at is not None
        assert not Message.objects.exists()
