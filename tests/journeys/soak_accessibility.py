"""Every page of every role, in both languages, at 390 and 1280 px, with and without script: axe, overflow and focus (`make soak`).

A crawl follows the links of each person's own pages, KWSP_SOAK_PAGES (2) of each address pattern; KWSP_SOAK_WHO names whose, with commas. Without
script means that no script file is let through: the page is what a browser without script shows, while axe can still look at it.
"""

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import Resolver404, resolve
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize

from kwsp_portal.common import clock
from members.identity import services
from members.identity.models import User

A_PATTERN = int(os.environ.get("KWSP_SOAK_PAGES", "2"))
PEOPLE = (
    "", "ahlidemo35", "ahlidemo61", "majikanadmin", "majikanmaker", "majikanchecker", "kaunter01", "penyelia01", "pegawai01", "pemeriksa01",
    "auditor01", "pentadbir01",
)  # fmt: skip
GRAVE = {"serious", "critical"}
MOST_STOPS = 60
MOST_LOOKS = 4
FEWEST_PATTERNS = 5
"""Of every person: who was not signed in, or whose pages lead nowhere, has fewer."""
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const around = [style, at.parentElement ? getComputedStyle(at.parentElement) : style];
  const marked = around.some(s => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none');
  return {what: (at.outerHTML || '').slice(0, 90), width: box.width, height: box.height, right: box.right, left: box.left, marked};
}"""
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Look:
    """One browser with one person: what they met on their way."""

    page: Page
    portal: str
    title: str
    signed_in: bool
    faults: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def crawl(self, start: str) -> None:
        waiting, known = [start], {start}
        while waiting:
            address = waiting.pop(0)
            pattern = _pattern(address)
            if self.seen[pattern] >= A_PATTERN:
                continue
            self.seen[pattern] += 1
            if not self._opened(address):
                continue
            self._at_rest(address)
            for link in self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
                found = urljoin(self.portal + address, link)
                here = urlsplit(found)
                path = here.path + (f"?{here.query}" if here.query else "")
                if found.startswith(self.portal) and path not in known and _same_language(path, start) and _is_page(here.path):
                    known.add(path)
                    waiting.append(path)

    def _opened(self, address: str) -> bool:
        try:
            answer = self.page.goto(self.portal + address)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            return False
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return False
        if answer.status >= 500 and "/demo/bank" not in address:
            self.fault(address, f"status {answer.status}")
        if self.signed_in and re.search(r"/(sign-in|admin/login)/", self.page.url):
            self.fault(address, "not signed in")
        return True

    def _at_rest(self, address: str) -> None:
        """A page that goes on by itself while it is looked at is looked at again where it came to."""
        for _look in range(MOST_LOOKS):
            try:
                return self._examined(address)
            except Error as error:
                if "Execution context was destroyed" not in error.message:
                    raise
                self.page.wait_for_load_state()
        self.fault(address, f"does not rest long enough to be read, {MOST_LOOKS} times")
        return None

    def _examined(self, address: str) -> None:
        if "«undefined" in self.page.content():
            self.fault(address, "an undefined value")
        for rule in Axe().run(self.page).response["violations"]:
            if rule["impact"] in GRAVE:
                self.fault(address, f"axe {rule['id']} ({rule['impact']}): {rule['nodes'][0]['html'][:120]}")
        beyond = self.page.evaluate(BEYOND)
        if beyond > 0:
            self.fault(address, f"{beyond} px of sideways scroll")
        self._tabbed(address)

    def _tabbed(self, address: str) -> None:
        """From stop to stop with Tab: each can be seen and is marked, none is a trap."""
        before = None
        for stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(FOCUS)
            if at is None:
                if stop == 0:
                    self.fault(address, "nothing is reached with Tab")
                return
            if not at["marked"]:
                self.fault(address, f"focus is not marked: {at['what']}")
            if at["width"] < 1 or at["height"] < 1:
                self.fault(address, f"focus cannot be seen: {at['what']}")
            if at == before:
                self.fault(address, f"focus does not move on: {at['what']}")
                return
            before = at

    def fault(self, address: str, words: str) -> None:
        self.faults.append(f"{self.title} {address}: {words}")


def _pattern(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return re.sub(r"[0-9]+", "0", urlsplit(address).path)


def _same_language(path: str, start: str) -> bool:
    return path.startswith("/en/") == start.startswith("/en/") and not path.startswith("/ms/")


def _is_page(path: str) -> bool:
    return (
        not path.startswith(("/static/", "/api/schema")) and not path.endswith((".csv", ".json")) and "sign-out" not in path and "logout" not in path
    )


def _cookie(user_id: str, portal: str) -> Any:
    """The session of somebody signed in, officers with their second factor."""
    user, client = User.objects.get(user_id=user_id), Client()
    client.force_login(user)
    session = client.session
    session[services.STARTED_AT] = session[services.SEEN_AT] = int(clock.now().timestamp())
    if user.is_officer:
        session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.get(user=user).persistent_id
    session.save()
    cookie = client.cookies["sessionid"]
    return {"name": cookie.key, "value": cookie.value, "url": portal}


@pytest.fixture
def looked(browser: Browser, portal: str) -> Iterator[Callable[..., Look]]:
    contexts: list[BrowserContext] = []

    def look(user_id: str, language: str, width: int, *, script: bool) -> Look:
        context = browser.new_context(viewport=ViewportSize(width=width, height=900))
        contexts.append(context)
        context.set_default_timeout(120_000)
        if not script:
            context.route(re.compile(r"\.js(\?|$)"), lambda route: route.abort())
        if user_id:
            context.add_cookies([_cookie(user_id, portal)])
        title = f"{user_id or 'nobody'} {language} {width} {'script' if script else 'no script'}"
        found = Look(context.new_page(), portal, title, bool(user_id))
        found.crawl({"ms": "/", "en": "/en/"}[language])
        assert len(found.seen) >= FEWEST_PATTERNS, f"{title} met {list(found.seen)} only"
        return found

    yield look
    for context in contexts:
        context.close()


def test_every_page_of_every_role_is_accessible(demo: Callable[[], None], looked: Callable[..., Look]) -> None:
    demo()
    people = [name for name in PEOPLE if name in os.environ.get("KWSP_SOAK_WHO", ",".join(PEOPLE)).split(",")]
    assert people
    faults: list[str] = []
    for person in people:
        began, pages = time.monotonic(), 0
        for language in ("ms", "en"):
            for width in (390, 1280):
                for script in (True, False):
                    found = looked(person, language, width, script=script)
                    faults += found.faults
                    pages += found.seen.total()
        print(f"{person or 'nobody':<16} {pages:4} pages in {time.monotonic() - began:5.0f} s, {len(faults)} faults so far")  # noqa: T201

    print("\n".join(faults))  # noqa: T201
    assert faults == []
