"""Somebody with a browser, who looks at every page with care: accessible, no sideways scroll, nothing from elsewhere."""

import re
import time
from base64 import b32decode
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from django_otp.oath import TOTP
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize

from kwsp_portal.common import clock
from kwsp_portal.frame.demo.people import PASSWORD, TOTP_SECRET
from members.identity.models import TacPhone

PATIENCE = 60_000
"""Milliseconds: what a slow machine may take for a page or a job. A quick one waits no longer than it must."""
NARROWEST = 320
GRAVE = {"serious", "critical"}


@dataclass
class Visitor:
    context: BrowserContext
    page: Page
    portal: str
    language: str
    width: int
    script: bool
    faults: list[str] = field(default_factory=list)

    @classmethod
    def arrive(cls, browser: Browser, portal: str, language: str, width: int, *, script: bool) -> "Visitor":
        context = browser.new_context(viewport=ViewportSize(width=width, height=900), java_script_enabled=script)
        context.set_default_timeout(PATIENCE)
        visitor = cls(context, context.new_page(), portal, language, width, script)
        visitor.page.on("request", lambda asked: visitor._asked(asked.url))
        visitor.page.on("pageerror", lambda fault: visitor.faults.append(f"script: {fault}"))
        visitor.page.on("console", lambda said: visitor._said(said.text))
        return visitor

    def words(self, message: str, **figures: Any) -> str:
        """A text of the portal in this person's language, spaces as the browser's matching has them."""
        with translation.override(self.language):
            said = translation.gettext(message)
        assert self.language == "ms" or said != message, f"no English for {message!r}"
        return (said % figures if figures else said).replace("\N{NO-BREAK SPACE}", " ")

    def sign_in(self, user_id: str) -> str:
        """The pages of the door; answers the phrase that was shown before the password was asked."""
        self.page.goto(f"{self.portal}{'' if self.language == 'ms' else '/en'}/sign-in/")
        self.look()
        self.page.fill("#id_user_id", user_id)
        self.page.locator("main button.button--primary").click()
        self.page.locator("#id_password").wait_for()
        self.look()
        phrase = self.main.inner_text()
        self.prove(user_id, PASSWORD)
        self.page.wait_for_url(re.compile(r"/(employer|member)/$"))
        self.look()
        return phrase

    def prove(self, user_id: str, password: str) -> None:
        """The password, and on a browser that is new to the person the code that goes to the phone. Who has no phone is asked for none."""
        phone = TacPhone.objects.filter(user__user_id=user_id, ended_at=None).first()
        before = len(self.texts(phone.number)) if phone else 0
        self.page.fill("#id_password", password)
        self.page.locator("main button.button--primary").click()
        if phone:
            self.page.locator("#id_tac").wait_for()
            self.look()
            self.page.fill("#id_tac", self.code_after(phone.number, before))
            self.page.locator("main button[name=action]").click()

    def report_for_work(self, user_id: str, *, home: str) -> None:
        """The officers' door, with the second factor; `home`: where the officer arrives."""
        self.page.goto(f"{self.portal}{'' if self.language == 'ms' else '/en'}/admin/login/")
        totp = TOTP(b32decode(TOTP_SECRET))
        totp.time = clock.now().timestamp()
        for name, text in (("user_id", user_id), ("password", PASSWORD), ("code", f"{totp.token():06d}")):
            self.page.fill(f"#id_{name}", text)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(re.compile(f"/{home}/$"))
        self.look()

    def type_the_code(self, number: str) -> None:
        """Asks for the code of the act on the page, reads it on the demo's phone, and types it as a person does: 123 456."""
        before = len(self.texts(number))
        self.button("Hantar kod TAC").click()
        self.page.locator("#id_tac").wait_for()
        self.look()
        digits = self.code_after(number, before)
        self.page.fill("#id_tac", f"{digits[:3]} {digits[3:]}")
        assert digits not in self.page.content()

    def code_after(self, number: str, before: int) -> str:
        """The newest code that came after the first `before` texts; other news may come with it."""
        until = time.monotonic() + PATIENCE / 1000
        while not (codes := [text for text in self.texts(number)[: -before or None] if re.match(r"\d{6} ", text)]):
            assert time.monotonic() < until, "no code came"
            time.sleep(0.2)
        assert codes[0].endswith(f"#{codes[0][:6]}")
        return codes[0][:6]

    def texts(self, number: str) -> list[str]:
        """What the demo's phone of this number shows, the newest first."""
        return [message["text"] for message in self.told("/demo/phone/", to=number)]

    def told(self, path: str, **asked: str) -> Any:
        """What a simulator's page says in JSON. A connection kept open may be closed by the server just when it is used again: then anew."""
        answer = self.context.request.get(f"{self.portal}{path}", params={"format": "json", **asked}, max_retries=3)
        assert answer.ok, answer.status
        return answer.json()

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def button(self, message: str, **figures: Any) -> Locator:
        return self.page.get_by_role("button", name=self.words(message, **figures), exact=True)

    def link(self, message: str, **figures: Any) -> Locator:
        return self.main.get_by_role("link", name=self.words(message, **figures), exact=True)

    def sees(self, message: str, **figures: Any) -> None:
        """Waits until the text stands on the page."""
        self.main.get_by_text(self.words(message, **figures)).first.wait_for()

    def look(self) -> None:
        """The page as it is now: no grave finding of axe, no sideways scroll at 320 px, no undefined value, the right language."""
        at = self.page.url.removeprefix(self.portal)
        assert self.page.locator("html").get_attribute("lang") == self.language, at
        assert "«undefined" not in self.page.content(), at
        if not self.script:
            return
        # Without preload: it would write what stylesheets import (as Django admin's do) into styles of its own, which the policy forbids, and no rule
        # that we ask needs it.
        found = Axe().run(self.page, options={"preload": False, "resultTypes": ["violations"]}).response["violations"]
        self.faults += [f"axe {rule['id']} at {at}" for rule in found if rule["impact"] in GRAVE]
        self.page.set_viewport_size(ViewportSize(width=NARROWEST, height=900))
        beyond = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.page.set_viewport_size(ViewportSize(width=self.width, height=900))
        if beyond > 0:
            self.faults.append(f"{beyond} px of sideways scroll at {at}")

    def leave(self) -> None:
        self.context.close()
        assert self.faults == []

    def _asked(self, url: str) -> None:
        if not url.startswith((self.portal, "data:")):
            self.faults.append(f"another host was asked: {url}")

    def _said(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.faults.append(f"policy at {self.page.url}: {text}")
