"""Two stories of elections in a real browser, by keyboard alone: a file of excesses up to the notice that ends one; a domestic helper's choice."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import FilePayload, expect

from contributions.models import Election, ElectionBatch, Filing
from members.identity import phones
from members.identity.models import User
from tests import factories
from tests.journeys.keyboard import Keys
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Visitor]
FORM = FilePayload(name="kwsp.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7 borang yang ditandatangani")
AISYAH, KEONG = "10000101", "10000102"
"""ahlidemo35 earns RM6,250 a month, the wages of seed 001's worked rows; ahlidemo54 RM4,800."""
NOVEMBER, DECEMBER = "November 2026", {"ms": "Disember 2026", "en": "December 2026"}


def phone_of(user_id: str) -> str:
    phone = phones.current(User.objects.get(user_id=user_id))
    assert phone is not None
    return phone.number


def asked_for(template: bytes, **wanted: tuple[str, str]) -> FilePayload:
    """The template of elections, filled for some people from November on, as a spreadsheet saves it."""
    rows = list(csv.reader(io.StringIO(template.decode("utf-8-sig"))))
    for row in rows:
        if row[0] in wanted:
            row[3:6] = [*wanted[row[0]], "2026-11"]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return FilePayload(name="pilihan.csv", mimeType="text/csv", buffer=text.getvalue().encode())


def downloaded(keys: Keys, message: str, **figures: object) -> bytes:
    with keys.page.expect_download() as download:
        keys.enter(keys.visitor.link(message, **figures))
    return Path(download.value.path()).read_bytes()


def record_by_file(maker: Visitor) -> None:
    """Two employees' excesses, from the list to a file that waits."""
    keys = Keys(maker)
    keys.menu("Pilihan caruman")
    keys.follow("Muat naik fail pilihan")
    template = downloaded(keys, "Muat turun templat (CSV)")
    keys.attach("#id_file", asked_for(template, **{AISYAH: ("EMP", "5"), KEONG: ("EM", "2.50")}))
    keys.enter(maker.button("Muat naik fail"))
    maker.sees("Ada baris yang mesti dibetulkan")
    maker.look()
    keys.menu("Pilihan caruman")
    maker.sees("Fail yang belum selesai")
    keys.follow("Fail pilihan %(number)s", number=ElectionBatch.objects.get().pk)
    keys.enter(maker.main.locator("summary", has_text=maker.words("Buang semua draf fail ini")))
    keys.enter(maker.button("Buang"))
    expect(maker.button("Buang")).to_have_count(0)

    keys.menu("Pilihan caruman")
    keys.follow("Muat naik fail pilihan")
    keys.attach("#id_file", asked_for(template, **{AISYAH: ("EMP", "5"), KEONG: ("EM", "2.50")}))
    keys.attach("#id_document", FORM)
    keys.enter(maker.button("Muat naik fail"))
    maker.sees("Semua baris sah")
    maker.look()
    keys.enter(maker.button("Hantar %(count)s pilihan untuk kelulusan", count=2))
    expect(maker.page).to_have_title(re.compile("^" + maker.words("Ralat:")))
    maker.look()
    keys.tick("#id_declaration")
    keys.enter(maker.button("Hantar %(count)s pilihan untuk kelulusan", count=2))
    maker.sees("Menunggu kelulusan")
    maker.look()


def approve_file(checker: Visitor) -> None:
    """From the approver's home page."""
    keys = Keys(checker)
    keys.enter(checker.main.get_by_role("link", name=checker.words("Pilihan caruman menunggu anda")))
    checker.sees("Fail yang belum selesai")
    checker.look()
    keys.follow("Fail pilihan %(number)s", number=ElectionBatch.objects.latest("pk").pk)
    keys.write_the_code(phone_of("majikanchecker"), checker.button("Hantar kod TAC"))
    checker.look()
    keys.enter(checker.button("Luluskan %(count)s pilihan", count=2))
    expect(checker.button("Luluskan %(count)s pilihan", count=2)).to_have_count(0)
    checker.look()


def file_november(maker: Visitor) -> str:
    """November's Borang A as the template has it; why the first person's share is what it is."""
    keys = Keys(maker)
    maker.page.goto(f"{maker.portal}{'/en' if maker.language == 'en' else ''}/employer/filings/new/?wage_month=2026-11")
    template = downloaded(keys, "Muat turun templat %(month)s (%(kind)s)", kind="CSV", month=NOVEMBER)
    lines = {row[0]: row[3:6] for row in csv.reader(io.StringIO(template.decode("utf-8-sig")))}
    assert (lines[AISYAH], lines[KEONG]) == (["6250.00", "756", "1000"], ["4800.00", "744", "528"])
    keys.attach("#id_file", FilePayload(name="november.csv", mimeType="text/csv", buffer=template))
    keys.enter(maker.button("Muat naik fail"))
    maker.sees("Semua baris sah")
    maker.look()
    row = Filing.objects.get(wage_month="2026-11-01").rows.get(member_number=AISYAH)
    keys.enter(maker.main.locator(f"a[href$='/rows/{row.line}/']").first)
    maker.page.wait_for_url(re.compile(r"/rows/\d+/$"))
    maker.look()
    return maker.main.inner_text().replace("\N{NO-BREAK SPACE}", " ")


def end_by_notice(maker: Visitor, checker: Visitor) -> None:
    """The signed form again, from December; another person approves it."""
    keys, other = Keys(maker), Keys(checker)
    election = Election.objects.get(member__number=AISYAH, state="APPROVED")
    keys.menu("Pilihan caruman")
    keys.enter(maker.main.locator(f"a[href$='/elections/{election.pk}/']"))
    maker.page.wait_for_url(re.compile(rf"/elections/{election.pk}/$"))
    maker.look()
    keys.follow("Batalkan dengan notis")
    keys.to(maker.page.locator("#id_from_month"))
    maker.page.keyboard.press("ArrowDown")
    keys.attach("#id_document", FORM)
    keys.enter(maker.main.locator("button.button--primary"))
    maker.sees("Draf, belum dihantar")
    maker.look()
    keys.tick("#id_declaration")
    keys.enter(maker.button("Hantar untuk kelulusan"))
    maker.sees("Menunggu kelulusan")
    notice = Election.objects.latest("pk")
    checker.page.goto(maker.page.url)
    other.write_the_code(phone_of("majikanchecker"), checker.button("Hantar kod TAC"))
    other.enter(checker.button("Luluskan notis"))
    checker.sees("Diluluskan")
    checker.look()
    assert (notice.act, str(notice.from_month)) == ("CANCEL", "2026-12-01")


def read_notice(member: Visitor, subject: str, **figures: object) -> str:
    """The words of a message of the inbox."""
    keys = Keys(member)
    keys.menu("Peti masuk")
    keys.enter(member.main.get_by_role("link", name=member.words(subject, **figures)).first)
    member.page.wait_for_url(re.compile(r"/inbox/\d+/$"))
    member.look()
    return member.main.inner_text().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("language", "width"), [("ms", 390), ("en", 1280)])
def test_excesses_by_file_change_the_next_filing_until_the_notice(demo: Callable[[], None], visit: Visit, language: str, width: int) -> None:
    demo()
    maker, checker, member = (visit(language, width) for _ in range(3))

    maker.sign_in("majikanmaker")
    record_by_file(maker)
    checker.sign_in("majikanchecker")
    approve_file(checker)
    said = file_november(maker)
    assert all(words in said for words in ("RM 1,000.00", "16%", "KWSP 17A(AHL)/18A(AHL)")), said

    member.sign_in("ahlidemo35")
    told = read_notice(member, "Pilihan caruman mulai gaji %(month)s", month=NOVEMBER)
    assert all(words in told for words in ("Syarikat Contoh Maju", "5.00"))
    Keys(member).follow("Lihat pilihan caruman anda")
    member.sees("Berkuat kuasa")

    end_by_notice(maker, checker)
    assert DECEMBER[language] in read_notice(member, "Pilihan caruman dibatalkan mulai gaji %(month)s", month=DECEMBER[language])
    call_command("check_ledger")


@pytest.mark.parametrize(("language", "width"), [("ms", 1280), ("en", 390)])
def test_a_domestic_helper_chooses_to_contribute(demo: Callable[[], None], visit: Visit, language: str, width: int) -> None:
    demo()
    home = factories.EmployerFactory(household=True, name="Isi Rumah Puan Zaleha")
    for user_id, role in (("rumahpenyedia", "MAKER"), ("rumahpelulus", "CHECKER")):
        factories.RepresentativeFactory(employer=home, user__user_id=user_id, role=role)
    helper = factories.MemberFactory(name="SUNITA BINTI CONTOH", user=factories.TacPhoneFactory(user__user_id="pembantu01").user)
    factories.EmploymentFactory(employer=home, member=helper, domestic=True)
    maker, checker, member = (visit(language, width) for _ in range(3))
    keys = Keys(maker)

    maker.sign_in("rumahpenyedia")
    keys.menu("Pilihan caruman")
    keys.follow("Rekod pilihan")
    keys.to(maker.page.locator("#id_q"))
    maker.page.keyboard.type("Sunita")
    maker.page.keyboard.press("Enter")
    keys.enter(maker.main.locator(f"a[href$='?member={helper.number}']"))
    maker.page.locator("#id_document").wait_for()
    maker.look()
    keys.choose("kind", "KWSP_16")
    keys.enter(maker.button("Lihat kesannya"))
    expect(maker.page).to_have_title(re.compile("^" + maker.words("Ralat:")))
    assert "KWSP 16" in maker.main.inner_text()
    maker.look()
    keys.attach("#id_document", FORM)
    keys.enter(maker.button("Lihat kesannya"))
    maker.sees("Apa yang berubah")
    maker.look()
    keys.tick("#id_declaration")
    keys.enter(maker.button("Hantar untuk kelulusan"))
    maker.sees("Menunggu kelulusan")

    checker.sign_in("rumahpelulus")
    checker.page.goto(maker.page.url)
    checker.look()
    Keys(checker).write_the_code(phone_of("rumahpelulus"), checker.button("Hantar kod TAC"))
    Keys(checker).enter(checker.button("Luluskan pilihan"))
    checker.sees("Orang ini mencarum mulai bulan upah %(month)s. Pilihan ini tidak boleh dibatalkan.", month=NOVEMBER)
    Keys(checker).follow("Salinan majikan")
    assert "Isi Rumah Puan Zaleha" in checker.main.inner_text()
    maker.page.reload()
    assert maker.link("Batalkan dengan notis").count() == 0

    member.sign_in("pembantu01")
    told = read_notice(member, "Pilihan caruman mulai gaji %(month)s", month=NOVEMBER)
    assert "Isi Rumah Puan Zaleha" in told
    keys.visitor.page.goto(f"{maker.portal}{'/en' if language == 'en' else ''}/employer/filings/new/?wage_month=2026-11")
    template = downloaded(keys, "Muat turun templat %(month)s (%(kind)s)", kind="CSV", month=NOVEMBER).decode("utf-8-sig")
    assert helper.number in template
