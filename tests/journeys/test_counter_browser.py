"""At the counter and the kiosk in a real browser, by keyboard alone: somebody without a number walks in and ends on the own dashboard (ux.md)."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from kwsp_portal.common import clock
from kwsp_portal.thumbprint import demo as reader
from members.identity.models import Invitation
from members.models import Member
from tests.journeys import activating
from tests.journeys.keyboard import Keys
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Visitor]
ZALEHA, PHONE = "850214025678", "+60129990001"
SHOTS = os.environ.get("KWSP_SHOTS", "")


def shot(visitor: Visitor, name: str) -> None:
    """The page as it is now, for people who look at it (KWSP_SHOTS names a folder)."""
    if SHOTS:
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}-{visitor.language}-{visitor.width}.png"), full_page=True)


def at_work(officer: Visitor, user_id: str = "kaunter01", *, home: str = "counter") -> Keys:
    """Signed in at the officers' door with the second factor."""
    officer.report_for_work(user_id, home=home)
    return Keys(officer)


def register(officer: Visitor, keys: Keys) -> None:
    """Nobody is found, so a new member is made."""
    keys.write("#id_q", "850214-02-5678")
    keys.enter(officer.button("Cari"))
    officer.sees("Tiada ahli ditemui")
    officer.look()
    shot(officer, "counter-nobody")
    keys.enter(officer.main.locator("a[href$='/counter/members/new/']").first)
    officer.page.wait_for_url(re.compile(r"/members/new/$"))
    officer.look()
    keys.enter(officer.button("Daftarkan sebagai ahli"))
    expect(officer.page).to_have_title(re.compile("^" + officer.words("Ralat:")))
    officer.look()
    shot(officer, "counter-register-errors")
    keys.pick("#id_identity_kind", "MYKAD")
    keys.write("#id_paper_number", "850214-02-5678")
    keys.write("#id_name", "Zaleha binti Mat")
    officer.page.locator("#id_birth_date").fill("1985-02-14")
    keys.choose("sex", "FEMALE")
    keys.pick("#id_citizenship", "CITIZEN")
    for value in ("ORIGINAL", "LIKENESS"):
        keys.tick(f"input[name=seen][value={value}]")
    reader.put(reader="kaunter01", card=ZALEHA, own=True, at=clock.now())
    keys.enter(officer.button("Daftarkan sebagai ahli"))
    officer.page.wait_for_url(re.compile(r"/members/\d{8}/$"))
    officer.look()
    shot(officer, "counter-member")


def issue(officer: Visitor, keys: Keys) -> str:
    """The checklist and one click; the words of the SMS, as the phone shows them."""
    keys.write("#id_paper_number", "850214 02 5678")
    for value in ("ORIGINAL", "LIKENESS", "REGISTER"):
        keys.tick(f"input[name=seen][value={value}]")
    keys.write("#id_phone", "012-999 0001")
    keys.choose("language", officer.language)
    keys.enter(officer.button("Keluarkan ID Pengguna dan kata laluan melalui SMS"))
    officer.page.wait_for_url(re.compile(r"/slips/\d+/$"))
    officer.sees("Slip untuk anda")
    officer.look()
    shot(officer, "counter-slip")
    return sms(officer)


def sms(visitor: Visitor) -> str:
    """The newest text of the demo phone; the messenger needs a moment."""
    for _ in range(60):
        found = [text for text in visitor.texts(PHONE) if "kwsp" in text]
        if found:
            return found[0]
        visitor.page.wait_for_timeout(500)
    raise AssertionError("no SMS came")


@pytest.mark.parametrize(("language", "width"), [("ms", 390), ("en", 1280)])
def test_a_person_walks_in_and_ends_on_the_own_dashboard(demo: Callable[[], None], visit: Visit, language: str, width: int) -> None:
    demo()
    officer = visit(language, width)
    keys = at_work(officer)
    shot(officer, "counter-search")

    register(officer, keys)
    text = issue(officer, keys)
    password = re.search(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", text)
    assert password is not None, text
    assert password[0] not in officer.page.content()
    invitation = Invitation.objects.get()
    assert invitation.user.user_id not in officer.page.content()
    officer.page.reload()
    officer.sees("Slip untuk anda")
    assert Invitation.objects.count() == 1

    person = visit(language, width)
    activating.activate(person, text, PHONE)
    number = Member.objects.get(identity_number=ZALEHA, user=invitation.user).number
    assert number in person.main.inner_text()
    person.sees("Belum ada caruman")
    activating.sign_out(person)
    activating.recover(person, known_by="850214-02-5678", phone="012-999 0001")

    assert number in person.main.inner_text()
    call_command("check_ledger")


@pytest.mark.parametrize(("language", "width"), [("en", 390), ("ms", 1280)])
def test_a_member_helps_themselves_at_the_kiosk(demo: Callable[[], None], visit: Visit, language: str, width: int) -> None:
    demo()
    member = Member.objects.filter(user=None, identity_kind="MYKAD").earliest("number")
    kiosk = visit(language, width)
    keys = enter_kiosk(kiosk, member)
    keys.follow("Lihat dan cetak simpanan")
    kiosk.sees("Mengikut akaun")
    shot(kiosk, "kiosk-savings")
    keys.enter(kiosk.page.locator(".back a"))
    keys.follow("ID Pengguna dan kata laluan melalui SMS")
    keys.enter(kiosk.button("Hantar SMS"))
    activating.wrong(kiosk)
    keys.write("#id_phone", "012-999 0001")
    keys.write("#id_again", "0129990001")
    keys.enter(kiosk.button("Hantar SMS"))
    kiosk.page.wait_for_url(re.compile(r"/kiosk/done/$"))
    kiosk.look()
    shot(kiosk, "kiosk-done")
    keys.enter(kiosk.button("Tamatkan lawatan"))
    kiosk.page.wait_for_url(re.compile(r"/kiosk/$"))
    kiosk.page.go_back()
    assert member.name not in kiosk.page.content()
    kiosk.page.goto(f"{kiosk.portal}/kiosk/menu/")
    assert kiosk.page.url.endswith("/kiosk/")

    person = visit(language, width)
    activating.activate(person, sms(person), PHONE)

    assert member.number in person.main.inner_text()
    call_command("check_ledger")


def enter_kiosk(kiosk: Visitor, member: Member) -> Keys:
    """Card, thumb and number, once all three are there."""
    keys = Keys(kiosk)
    kiosk.page.goto(f"{kiosk.portal}{'/en' if kiosk.language == 'en' else ''}/kiosk/")
    kiosk.look()
    shot(kiosk, "kiosk-start")
    keys.write("#id_number", member.identity_number)
    keys.enter(kiosk.button("Teruskan"))
    kiosk.sees("Pembaca belum membaca apa-apa. Letakkan kad dan ibu jari anda, kemudian cuba lagi.")
    kiosk.look()
    reader.put(reader="kiosk-demo", card=member.identity_number, own=True, at=clock.now())
    keys.enter(kiosk.button("Teruskan"))
    kiosk.page.wait_for_url(re.compile(r"/kiosk/menu/$"))
    kiosk.look()
    shot(kiosk, "kiosk-menu")
    return keys


@pytest.mark.parametrize(("language", "width"), [("ms", 390), ("en", 1280)])
def test_an_officer_opens_a_whole_record_and_has_one_detail_revealed(demo: Callable[[], None], visit: Visit, language: str, width: int) -> None:
    demo()
    member = Member.objects.get(number="10000101")
    officer = visit(language, width)
    keys = at_work(officer, "penyelia01")
    keys.write("#id_q", member.number)
    keys.enter(officer.button("Cari"))
    keys.enter(officer.main.get_by_role("link", name=member.name))
    officer.page.wait_for_url(re.compile(r"/members/\d{8}/$"))
    keys.enter(officer.link("Rekod penuh"))
    officer.sees("Rekod penuh")
    officer.look()
    shot(officer, "record-ask")
    keys.enter(officer.button("Buka rekod"))
    officer.sees("Dedahkan satu butiran")
    officer.look()
    shot(officer, "record")
    full = f"{member.identity_number[:6]}-{member.identity_number[6:8]}-{member.identity_number[8:]}"
    assert full not in officer.page.content()

    keys.pick("#id_field", "IDENTITY_NUMBER")
    keys.write("#id_reason", "Semakan nombor")
    keys.enter(officer.button("Dedahkan sekali"))

    officer.main.get_by_text(full).wait_for()
    officer.look()
    shot(officer, "record-revealed")
    officer.page.goto(officer.page.url.removesuffix("reveal/"))
    assert full not in officer.page.content()
