"""What a stranger reckons and reads, in a real browser: the calculator, its list, the help and the register of law."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Visitor]
GOOD = "6250.00\t\tW\t1/1/1990\n8010\t3010\tW\t31/3/1985"


def open_front(somebody: Visitor) -> None:
    somebody.page.goto(somebody.portal + {"ms": "/", "en": "/en/"}[somebody.language])


def reckon_one(somebody: Visitor) -> None:
    """The seed's own example, a fault first; the result has an address that gives it again."""
    page = somebody.page
    somebody.link("Kalkulator caruman").click()
    somebody.look()
    page.fill("#id_wage_month", "2026-10")
    page.fill("#id_wages", "-6250")
    somebody.button("Kira").click()
    expect(page).to_have_title(re.compile("^" + somebody.words("Ralat:")))
    somebody.look()
    page.fill("#id_wages", "RM 6,250.00")
    page.fill("#id_birth_date", "1990-01-01")
    somebody.button("Kira").click()
    somebody.sees("Ubah kiraan")
    somebody.look()
    somebody.main.locator(
        f"a[href*='wages=6250.00']:has-text('{somebody.words('alamatnya') if somebody.language == 'ms' else 'its address'}')"
    ).click()
    said = somebody.main.inner_text().replace("\N{NO-BREAK SPACE}", " ").replace("\n", "")
    assert all(figure in said for figure in ("RM 756.00", "RM 693.00", "RM 1,449.00", "RM 688.00"))


def reckon_several(somebody: Visitor) -> None:
    """A list with a bad row comes back with it named; mended, it leads to an address, and the address to a file."""
    page = somebody.page
    somebody.link("Beberapa pekerja sekali gus: tampal senarai").click()
    somebody.look()
    page.fill("#id_wage_month", "2026-10")
    page.fill("#id_employees", f"{GOOD}\n-5\t\tW\t31/31/1990")
    somebody.button("Kira senarai").click()
    somebody.sees("Baris yang mesti dibetulkan")
    somebody.look()
    page.fill("#id_employees", GOOD)
    somebody.button("Kira senarai").click()
    page.wait_for_url(re.compile(r"list=6250_c_19900101~8010_c_19850331_3010$"))
    somebody.look()
    assert "3,382.00" in somebody.main.inner_text()
    with page.expect_download() as download:
        somebody.link("Muat turun CSV").click()
    assert b"8010.00,3010.00" in Path(download.value.path()).read_bytes()


def reckon_an_incentive(somebody: Visitor) -> None:
    """From what i-Saraan is to what it gives, a fault first."""
    page = somebody.page
    page.goto(f"{somebody.portal}{'' if somebody.language == 'ms' else '/en'}/help/i-saraan/")
    somebody.look()
    somebody.link("Kira insentif saya").first.click()
    page.fill("#id_year", "2024")
    page.fill("#id_contributed", "RM 3,000")
    somebody.button("Kira").click()
    expect(page).to_have_title(re.compile("^" + somebody.words("Ralat:")))
    somebody.look()
    page.fill("#id_birth_date", "1985-06-15")
    somebody.button("Kira").click()
    somebody.sees("Ubah kiraan")
    somebody.look()
    said = somebody.main.inner_text().replace("\N{NO-BREAK SPACE}", " ").replace("\n", "")
    assert all(figure in said for figure in ("RM 450.00", "RM 500.00", "RM 333.33"))


@pytest.mark.parametrize(("language", "width", "script"), [("ms", 390, True), ("en", 1280, True), ("en", 390, False)])
def test_a_stranger_reckons_and_reads(visit: Visit, language: str, width: int, script: bool) -> None:
    somebody = visit(language, width, script=script)

    open_front(somebody)
    somebody.look()
    reckon_one(somebody)
    reckon_several(somebody)
    somebody.link("Bantuan: mengapa angka caruman begitu").click()
    somebody.main.locator("details summary").first.click()
    somebody.look()
    # All pages of a law are made alike; that of the Third Schedule alone would keep axe busy for ten seconds.
    for page in ("", "account_split/", "assumptions/"):
        somebody.page.goto(f"{somebody.portal}{'/en' if language == 'en' else ''}/law/{page}")
        somebody.look()
    reckon_an_incentive(somebody)


def test_paper_has_the_result_without_the_form(visit: Visit) -> None:
    somebody = visit("ms", 1280)
    page = somebody.page
    page.goto(f"{somebody.portal}/calculators/contribution/?wage_month=2026-10&wages=6250.00&citizenship=citizen&birth_date=1990-01-01")

    page.emulate_media(media="print")

    expect(page.locator("#hasil")).to_be_visible()
    expect(page.locator("#mengapa")).to_be_visible()
    expect(page.locator("form")).to_be_hidden()
    expect(page.locator(".languages")).to_be_hidden()
