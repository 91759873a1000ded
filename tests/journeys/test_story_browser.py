"""The story of step 1 in a real browser, in each language, on the running portal; and the employer's part without script."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from contributions.enums import FilingState
from contributions.models import Filing, Payment
from kwsp_portal.frame.demo.people import PEOPLE
from kwsp_portal.templatetags import formats
from tests.journeys.borang_a import OCTOBER, with_wages
from tests.journeys.visitor import Visitor

CHECKER_S_PHONE = next(person.phone for person in PEOPLE if person.user_id == "majikanchecker")
MONTH = {"ms": "Oktober 2026", "en": "October 2026"}

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Visitor]


def figures_of(visitor: Visitor) -> dict[str, str]:
    """The month and the total of October's filing as this person reads them; a supplement has its own."""
    filing = Filing.objects.exclude(state=FilingState.DISCARDED).get(wage_month=OCTOBER.first_day, number=0)
    return {"month": MONTH[visitor.language], "total": formats.money(filing.total)}


def prepare(maker: Visitor) -> str:
    """From the home page to a filing that waits for approval; answers its address."""
    page = maker.page
    maker.link("Hantar Borang A %(month)s", month=MONTH[maker.language]).click()
    maker.look()
    with page.expect_download() as download:
        maker.link("Muat turun templat %(month)s (%(kind)s)", kind="CSV", month=MONTH[maker.language]).click()
    template = Path(download.value.path()).read_bytes()
    page.set_input_files(
        "#id_file", {"name": "oktober.csv", "mimeType": "text/csv", "buffer": with_wages(template, "10000101", "6350.00", "750", "688")}
    )
    maker.button("Muat naik fail").click()
    maker.sees("Ada baris yang mesti dibetulkan")
    maker.look()
    faulty = maker.main.inner_text()
    assert all(figure in faulty for figure in ("768.00", "704.00", "750.00", "688.00"))
    assert maker.link("Semak dan hantar").count() == 0

    maker.link("Muat naik fail yang dibetulkan").click()
    page.set_input_files(
        "#id_file", {"name": "oktober.csv", "mimeType": "text/csv", "buffer": with_wages(template, "10000101", "6350.00", "768", "704")}
    )
    maker.button("Muat naik fail").click()
    maker.sees("Semua baris sah")
    maker.look()
    address = page.url
    maker.link("Semak dan hantar").click()
    maker.look()
    maker.button("Hantar Borang A %(month)s – %(total)s", **figures_of(maker)).click()
    expect(page).to_have_title(re.compile("^" + maker.words("Ralat:")))
    maker.look()
    page.check("#id_declaration")
    maker.button("Hantar Borang A %(month)s – %(total)s", **figures_of(maker)).click()
    page.wait_for_url(address)
    maker.sees("Anda tidak boleh meluluskan apa yang anda sediakan.")
    maker.look()
    return address


def approve(checker: Visitor, address: str) -> None:
    """From the approver's home page to a filing that waits for payment."""
    checker.main.get_by_role("link", name=checker.words("Menunggu kelulusan anda")).click()
    checker.look()
    checker.main.get_by_role("link", name=MONTH[checker.language], exact=True).click()
    checker.page.wait_for_url(address)
    checker.link("Semak dan luluskan").click()
    checker.sees("Baharu sejak %(month)s: %(joined)s orang. Tiada lagi bulan ini: %(left)s orang.", month="September 2026", joined="0", left="0")
    checker.look()
    checker.type_the_code(CHECKER_S_PHONE)
    checker.button("Luluskan Borang A %(month)s – %(total)s", **figures_of(checker)).click()
    checker.page.wait_for_url(address)
    checker.sees("Diluluskan, belum dibayar")
    checker.look()


def pay(checker: Visitor) -> Payment:
    """To the bank and back to the receipt, which shows itself when the bank's own word has come."""
    checker.link("Bayar %(total)s", total=figures_of(checker)["total"]).click()
    checker.look()
    checker.page.get_by_label("Maybank2E").check()
    checker.type_the_code(CHECKER_S_PHONE)
    expect(checker.page.get_by_label("Maybank2E")).to_be_checked()
    checker.button("Bayar %(total)s di halaman bank", total=figures_of(checker)["total"]).click()
    if not checker.script:
        checker.button("Teruskan ke bank").click()
    checker.page.wait_for_url(re.compile("/demo/bank/pay/"))
    checker.look()
    checker.page.locator("button.main").click()
    if not checker.script:
        checker.page.locator("form[action='/fpx/indirect/'] button").click()
    checker.page.wait_for_url(re.compile(r"/employer/payments/\w+/$"))
    checker.sees("Bayaran diterima")
    checker.look()
    return Payment.objects.get(filing__wage_month=OCTOBER.first_day)


def amount(text: str) -> Decimal:
    """The figure of `RM 1,234.50`, however it is laid out."""
    found = re.search(r"[\d,]+\.\d{2}", "".join(text.split()))
    assert found, text
    return Decimal(found[0].replace(",", ""))


def read_savings(member: Visitor) -> None:
    """The member's home: the total is the sum of the cards; the latest contribution is October's; each figure says why."""
    page = member.page
    total = amount(page.locator(".hero__amount").inner_text())
    cards = [amount(text) for text in page.locator(".account__amount").all_inner_texts()]
    assert total == sum(cards) > 0
    latest = page.locator(".latest")
    assert MONTH[member.language] in latest.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "Syarikat Contoh Maju" in latest.inner_text()
    assert amount(page.locator(".latest__amount").inner_text()) == Decimal("1472.00")
    latest.locator("details summary").click()
    said = latest.locator(".details__body").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert all(words in said for words in ("RM 6,350.00", "RM 768.00", "RM 704.00", "75%", "15%", "10%")), said
    member.look()
    latest.locator(".latest__month a").click()
    member.look()
    shown = member.main.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert all(words in shown for words in ("RM 1,472.00", "1,104.00", "220.80", "147.20"))


@pytest.mark.parametrize(("language", "width"), [("ms", 390), ("en", 1280)])
def test_a_borang_a_becomes_a_member_s_savings(demo: Callable[[], None], visit: Visit, language: str, width: int) -> None:
    demo()
    maker, checker = visit(language, width), visit(language, width)

    phrase = maker.sign_in("majikanmaker")
    address = prepare(maker)
    checker.sign_in("majikanchecker")
    approve(checker, address)
    payment = pay(checker)
    checker.page.goto(address)
    checker.sees("Semua pekerja telah dikreditkan")
    checker.look()
    member = visit(language, width)
    member.sign_in("ahlidemo35")
    read_savings(member)

    filing = Filing.objects.get(wage_month=OCTOBER.first_day, state=FilingState.CREDITED)
    assert "Kopi O" in phrase
    assert (payment.amount, payment.filing) == (filing.total, filing)
    call_command("check_ledger")


def test_an_employer_gets_through_without_script(demo: Callable[[], None], visit: Visit) -> None:
    demo()
    maker, checker = visit("ms", 390, script=False), visit("ms", 390, script=False)

    maker.sign_in("majikanmaker")
    address = prepare(maker)
    checker.sign_in("majikanchecker")
    approve(checker, address)
    pay(checker)
    checker.page.goto(address)
    checker.sees("Semua pekerja telah dikreditkan")

    assert Filing.objects.filter(wage_month=OCTOBER.first_day, state=FilingState.CREDITED).count() == 1
    call_command("check_ledger")


def test_the_receipt_prints_on_one_page_without_navigation(demo: Callable[[], None], visit: Visit) -> None:
    demo()
    checker = visit("ms", 1280)
    checker.sign_in("majikanchecker")
    payment = Payment.objects.latest("pk")

    checker.page.goto(f"{checker.portal}/employer/payments/{payment.order_no}/")
    paper = checker.page.pdf(format="A4")
    checker.page.emulate_media(media="print")

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    expect(checker.main.get_by_text(payment.order_no).first).to_be_visible()
    for part in (".nav", ".languages", ".actions", ".back"):
        expect(checker.page.locator(part).first).to_be_hidden()
