"""From the SMS of a counter or kiosk to the own dashboard; and back to it by a new password, once the first is forgotten."""

import re
from typing import Final

from playwright.sync_api import expect

from kwsp_portal import phones
from tests.journeys.keyboard import Keys
from tests.journeys.visitor import Visitor

OWN_ID: Final = "rumahbiru85"
PASSWORD: Final = "rumah biru di tepi sungai"  # noqa: S105 - of a made-up person
SECOND_PASSWORD: Final = "kapal layar di laut biru"  # noqa: S105 - the same
PHRASE: Final = "Seri Pagi"
RULES: Final = 4


def front(person: Visitor) -> Keys:
    person.page.goto(f"{person.portal}{'/en/' if person.language == 'en' else '/'}")
    person.look()
    return Keys(person)


def wrong(person: Visitor) -> None:
    """The page came back and says what is wrong, in its title too."""
    expect(person.page).to_have_title(re.compile("^" + person.words("Ralat:")))
    person.look()


def activate(person: Visitor, sms: str, phone: str) -> None:
    """Every step from what the phone shows; ends on the own home page. `phone` is the number that codes go to."""
    user_id, secret = re.search(r"kwsp\d{8}", sms), re.search(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", sms)
    assert user_id is not None, sms
    assert secret is not None, sms
    keys = front(person)
    keys.follow("Aktifkan i-Akaun")
    keys.write("#id_user_id", user_id[0])
    keys.write("#id_secret", "abcd-efgh-jkmn-pqrs")
    keys.enter(person.button("Teruskan"))
    wrong(person)
    person.page.locator("#id_secret").fill("")
    keys.write("#id_secret", secret[0].upper())
    keys.enter(person.button("Teruskan"))

    arrived(person, "terms")
    keys.enter(person.button("Setuju dan teruskan"))
    wrong(person)
    keys.tick("#id_agree")
    keys.enter(person.button("Setuju dan teruskan"))
    choose_how_to_sign_in(person, keys)
    arrived(person, "phone")
    keys.write_the_code(phone, person.button("Hantar kod TAC"))
    keys.enter(person.button("Aktifkan i-Akaun"))
    person.page.wait_for_url(re.compile(r"/activate/done/$"))
    assert OWN_ID in person.main.inner_text()
    person.look()
    keys.follow("Ke i-Akaun saya")
    assert person.page.url.endswith("/member/")


def choose_how_to_sign_in(person: Visitor, keys: Keys) -> None:
    """User ID, password, image and phrase: what is refused is said, and what was answered stays."""
    arrived(person, "user-id")
    keys.write("#id_user_id", "ahlidemo35")
    keys.enter(person.button("Teruskan"))
    wrong(person)
    assert person.page.input_value("#id_user_id") == "ahlidemo35"
    person.page.locator("#id_user_id").fill("")
    keys.write("#id_user_id", OWN_ID)
    keys.enter(person.button("Teruskan"))

    arrived(person, "password")
    keys.write("#id_password", "singkat")
    keys.enter(person.button("Teruskan"))
    wrong(person)
    keys.write("#id_password", PASSWORD)
    expect(person.page.locator(".rules__rule--met")).to_have_count(RULES)
    keys.enter(person.button("Teruskan"))

    arrived(person, "recognition")
    keys.choose("picture", "rumah")
    keys.write("#id_phrase", PHRASE)
    keys.enter(person.button("Teruskan"))


def arrived(person: Visitor, step: str) -> None:
    person.page.wait_for_url(re.compile(f"/activate/{step}/$"))
    person.look()


def sign_out(person: Visitor) -> None:
    keys = Keys(person)
    keys.enter(person.page.locator(".user__summary"))
    keys.enter(person.button("Log keluar"))
    person.sees("Anda telah log keluar")
    person.look()


def recover(person: Visitor, *, known_by: str, phone: str) -> None:
    """The password is forgotten: a code, a new one, and in by the image and phrase that were chosen."""
    keys = front(person)
    keys.enter(person.main.locator("a[href$='/recover/?who=MEMBER']"))
    person.page.wait_for_url(re.compile(r"/recover/\?who=MEMBER$"))
    person.look()
    keys.enter(person.button("Hantar kod TAC"))
    wrong(person)
    keys.choose("forgot", "PASSWORD")
    keys.write("#id_known_by", known_by)
    keys.write("#id_number", phone)
    keys.write_the_code(phone, person.button("Hantar kod TAC"))
    keys.enter(person.button("Teruskan"))

    person.page.wait_for_url(re.compile(r"/recover/password/$"))
    person.look()
    keys.write("#id_password", SECOND_PASSWORD)
    keys.enter(person.button("Tukar kata laluan"))
    person.page.wait_for_url(re.compile(r"/recover/done/$"))
    person.look()
    keys.follow("Ke log masuk")
    keys.write("#id_user_id", OWN_ID)
    keys.enter(person.button("Teruskan"))
    person.main.get_by_text(PHRASE).first.wait_for()
    person.look()
    keys.write("#id_password", SECOND_PASSWORD)
    # A new password makes every browser a stranger.
    keys.write_the_code(phones.parse(phone), person.button("Log masuk"))
    keys.enter(person.main.locator("button[name=action]"))
    person.page.wait_for_url(re.compile(r"/member/$"))
    person.look()
