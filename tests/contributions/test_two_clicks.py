"""Two clicks on one button without JavaScript, really at once: both are answered in the same session, and the act happened once.

A browser drops the answer to the first click and follows the second one's; which of the two the portal answered first, nobody knows. So
each answer is followed with the cookies of before and its own.
"""

import http.client
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from members.identity import sessions
from members.identity.enums import SessionEnd
from members.identity.models import Challenge, KnownDevice, StoredSession, User, UserSession
from members.identity.sessions import FOLLOWED
from tests import factories
from tests.contributions import electing, pages
from tests.contributions.conftest import ON, Office
from tests.factories import devices
from tests.factories.identity import PASSWORD, TacPhoneFactory
from tests.factories.leave import digits_of
from tests.ledger.acts import together

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "sawah padi di kaki gunung"
ROUNDS = 2


@dataclass(frozen=True)
class Browser:
    """Cookies, and where they are sent. Not a Django client: what it sends goes through a socket to a server of threads."""

    server: str
    cookies: dict[str, str]

    def send(self, method: str, path: str, fields: dict[str, str] | None = None) -> "Answer":
        connection = http.client.HTTPConnection(urlsplit(self.server).netloc, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Referer": self.server + path}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body=urlencode(fields) if fields is not None else None, headers=headers)
        answer = connection.getresponse()
        new = SimpleCookie("; ".join(line.partition(";")[0] for name, line in answer.getheaders() if name == "Set-Cookie"))
        given = {**self.cookies, **{name: morsel.value for name, morsel in new.items()}}
        return Answer(path, answer.status, answer.getheader("Location") or "", answer.read().decode(), Browser(self.server, given))

    def get(self, path: str) -> "Answer":
        return self.send("GET", path)

    def post(self, path: str, **fields: str) -> "Answer":
        """The form of the page, as it stands there."""
        return self.send("POST", path, {**self.hidden(path), **fields})

    def hidden(self, path: str) -> dict[str, str]:
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.get(path).body)
        return {name: unescape(value) for name, value in found}


@dataclass(frozen=True)
class Answer:
    path: str
    status: int
    location: str
    body: str
    browser: Browser = field(repr=False)

    def followed(self) -> "Answer":
        """Where the answer leads, to the end."""
        answer = self
        for _ in range(5):
            if answer.status != 302:
                return answer
            answer = answer.browser.get(answer.location)
        raise AssertionError(f"round and round: {answer.location}")

    @property
    def title(self) -> str:
        found = re.search(r"<title>(.*?)</title>", self.body)
        return unescape(found[1]) if found else ""


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def enter(live_server: Any) -> Callable[[User], Browser]:
    """Somebody who is signed in, on a browser by which they are known."""

    def signed_in(user: User) -> Browser:
        client = pages.signed_in(user).client
        found = {name: morsel.value for name, morsel in client.cookies.items()}
        session = client.session
        return Browser(live_server.url, {**found, settings.SESSION_COOKIE_NAME: str(session.session_key)})

    return signed_in


@dataclass(frozen=True)
class Act:
    """What one button does: its page, its fields, whether a code is asked for, and how often it is in the trail."""

    by: User
    path: str
    fields: dict[str, str]
    action: str
    coded: bool = True


def approve_filing(office: Office) -> Act:
    filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, submitted=True)
    return Act(office.checker, pages.address(filing, "decide"), {"action": "approve"}, "filing.approve")


def approve_election(office: Office) -> Act:
    election = electing.submitted(office, office.hire())
    return Act(office.checker, f"/employer/elections/{election.pk}/", {"action": "approve"}, "election.approve")


def remove_colleague(office: Office) -> Act:
    administrator = factories.RepresentativeFactory(employer=office.employer, administrator=True)
    other = factories.RepresentativeFactory(employer=office.employer)
    TacPhoneFactory(user=administrator.user)
    return Act(administrator.user, f"/employer/people/{other.pk}/remove/", {}, "representative.remove")


def choose_flow(office: Office) -> Act:
    administrator = factories.RepresentativeFactory(employer=office.employer, administrator=True)
    TacPhoneFactory(user=administrator.user)
    return Act(administrator.user, "/employer/people/flow/", {"flow": "SINGLE"}, "employer.flow")


def change_email(_office: Office) -> Act:
    user = TacPhoneFactory(user=factories.MemberFactory(user=factories.UserFactory()).user).user
    return Act(user, "/security/email/", {"address": "aminah@contoh.my"}, "email.ask")


def change_password(_office: Office) -> Act:
    user = factories.MemberFactory(user=factories.UserFactory()).user
    return Act(user, "/security/password/", {"present": PASSWORD, "password": NEW}, "identity.password", coded=False)


ACTS = [approve_filing, approve_election, remove_colleague, choose_flow, change_email, change_password]


@pytest.mark.parametrize("make", ACTS)
def test_both_of_two_clicks_at_once_see_the_outcome(
    make_office: Callable[[], Office], enter: Callable[[User], Browser], make: Callable[[Office], Act]
) -> None:
    for _ in range(ROUNDS):
        act = make(make_office())
        browser, fields = enter(act.by), dict(act.fields)
        before = AuditEvent.objects.filter(action=act.action, refused=False).count()
        if act.coded:
            asked = browser.post(act.path, **{key: value for key, value in fields.items() if key != "action"}, tac_send="1")
            assert asked.status == 200, (asked.status, asked.title)
            fields["tac"] = digits_of(Challenge.objects.filter(user=act.by).latest("pk"))
        form = {**browser.hidden(act.path), **fields}

        clicks = together(2, lambda _place, sent=form, path=act.path, tab=browser: tab.send("POST", path, sent))

        for click in clicks:
            assert isinstance(click, Answer), click
            assert click.status == 302, (click.status, click.title, pages_text(click))
            seen = click.followed()
            assert (seen.status, seen.path.startswith("/sign-in/"), seen.title.startswith("Ralat")) == (200, False, False), (seen.path, seen.title)
        assert AuditEvent.objects.filter(action=act.action, refused=False).count() == before + 1


def pages_text(answer: Answer) -> str:
    main = re.search(r"<main.*?</main>", answer.body, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main[0] if main else answer.body).split())[:600]


class TestTheKeyBefore:
    """What the old key is still good for, and for whom."""

    @pytest.fixture
    def act(self, office: Office) -> Act:
        return approve_filing(office)

    @pytest.fixture
    def old(self, act: Act, enter: Callable[[User], Browser]) -> Browser:
        """A browser of before the code: the answer with the new key never reached it."""
        browser = enter(act.by)
        browser.post(act.path, tac_send="1")
        digits = digits_of(Challenge.objects.filter(user=act.by).latest("pk"))
        assert browser.post(act.path, action="approve", tac=digits).status == 302
        assert not StoredSession.objects.filter(session_key=browser.cookies[settings.SESSION_COOKIE_NAME]).exists()
        return browser

    def lands(self, browser: Browser) -> str:
        answer = browser.get("/employer/")
        return "in" if answer.status == 200 else answer.location.partition("?")[0]

    def test_its_own_browser_goes_on_and_is_told_the_new_key(self, old: Browser, act: Act) -> None:
        answer = old.get("/employer/")

        key = answer.browser.cookies[settings.SESSION_COOKIE_NAME]
        assert (answer.status, key != old.cookies[settings.SESSION_COOKIE_NAME]) == (200, True)
        assert StoredSession.objects.get(user_id=act.by.pk).session_key == key
        assert self.lands(answer.browser) == "in"

    def test_who_has_the_key_alone_has_nothing(self, old: Browser, act: Act) -> None:
        name, key = settings.SESSION_COOKIE_NAME, old.cookies[settings.SESSION_COOKIE_NAME]
        other = Client()
        devices.know(other, act.by)
        number = other.cookies[settings.DEVICE_COOKIE_NAME].value

        assert self.lands(Browser(old.server, {name: key})) == "/sign-in/"
        assert self.lands(Browser(old.server, {name: key, settings.DEVICE_COOKIE_NAME: number})) == "/sign-in/"
        assert self.lands(old) == "in"

    def test_it_is_good_for_seconds_and_following_it_prolongs_nothing(self, old: Browser) -> None:
        assert self.lands(old) == "in"
        UserSession.objects.update(rekeyed_at=clock.now() - FOLLOWED)

        assert self.lands(old) == "/sign-in/"

    def test_it_ends_with_the_session_and_with_the_browser(self, old: Browser, act: Act) -> None:
        KnownDevice.objects.filter(user=act.by).update(forgotten_at=clock.now())
        assert self.lands(old) == "/sign-in/"
        KnownDevice.objects.filter(user=act.by).update(forgotten_at=None)
        sessions.end_sessions(act.by, why=SessionEnd.OTHERS, at=clock.now())
        assert self.lands(old) == "/sign-in/"
