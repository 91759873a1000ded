"""The own sign-in in a real browser: another password, another picture and phrase, an e-mail address proved by the code that came by e-mail."""

import re
import time
from collections.abc import Callable

import pytest

from kwsp_portal.frame.demo.people import PASSWORD, PEOPLE
from tests.journeys.visitor import PATIENCE, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = next(person.phone for person in PEOPLE if person.user_id == "ahlidemo35")
ADDRESS = "ahli35@contoh.my"
NEW = "sawah padi di kaki gunung"


def mailed_code(visitor: Visitor) -> str:
    """What the newest e-mail to the address says, as the demo's mailbox has it."""
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        for mail in visitor.told("/demo/phone/mail/"):
            found = re.search(r"\b[a-z0-9]{4}-[a-z0-9]{4}\b", mail["text"])
            if mail["to"] == ADDRESS and found:
                return found[0]
        time.sleep(0.2)
    raise AssertionError("no e-mail came")


@pytest.mark.parametrize(("language", "width", "script"), [("ms", 390, True), ("en", 1280, False)])
def test_password_picture_and_email(demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int, script: bool) -> None:
    demo()
    member = visit(language, width, script=script)
    member.sign_in("ahlidemo35")
    security = f"{member.portal}{'' if language == 'ms' else '/en'}/security/"
    member.page.goto(security)
    member.look()

    # An address: the phone's code, then the code that came by e-mail. Until then it waits.
    member.link("Tambah alamat e-mel").click()
    member.look()
    member.page.fill("#id_address", ADDRESS)
    member.type_the_code(PHONE)
    assert member.page.input_value("#id_address") == ADDRESS
    member.page.keyboard.press("Enter")
    member.page.locator("#id_code").wait_for()
    member.look()
    member.page.fill("#id_code", "aaaa-bbbb")
    member.button("Sahkan alamat ini").click()
    member.sees("Kod tidak sepadan. Semak e-mel yang terbaharu. Baki cubaan: %(left)s.", left=4)
    member.look()
    member.page.fill("#id_code", mailed_code(member))
    member.page.keyboard.press("Enter")
    member.page.wait_for_url(re.compile(r"/security/$"))
    member.look()
    assert "a•••@contoh.my" in member.main.inner_text()

    # Another password: rules ticked as it is typed, the wrong present one said, and this session goes on.
    member.page.goto(f"{security}password/")
    member.look()
    member.page.fill("#id_present", PASSWORD)
    member.page.fill("#id_password", "pendek")
    member.button("Tukar kata laluan").click()
    member.page.locator("#id_password-error, .field__error").first.wait_for()
    member.look()
    assert member.page.input_value("#id_present") == ""
    member.page.fill("#id_present", PASSWORD)
    member.page.fill("#id_password", NEW)
    if script:
        assert member.page.locator(".rules__rule--met").count() == 4
    member.page.keyboard.press("Enter")
    member.page.wait_for_url(re.compile(r"/security/$"))
    member.look()

    # Another picture and phrase, with the new password; the next sign-in shows them.
    member.page.goto(f"{security}recognition/")
    member.look()
    member.page.locator("input[name=picture][value=wau]").check(force=True)
    member.page.fill("#id_phrase", "Angin Laut"[:10])
    member.page.fill("#id_present", NEW)
    member.page.keyboard.press("Enter")
    member.page.wait_for_url(re.compile(r"/security/$"))
    member.look()
    again = visit(language, width, script=script)
    again.page.goto(f"{again.portal}{'' if language == 'ms' else '/en'}/sign-in/")
    again.page.fill("#id_user_id", "ahlidemo35")
    again.page.keyboard.press("Enter")
    again.page.locator("#id_password").wait_for()
    assert "Angin Laut" in again.main.inner_text()
    again.prove("ahlidemo35", NEW)
    again.page.wait_for_url(re.compile(r"/member/$"))
