"""A month without a file in a real browser: from last month's people, with one who is new (JPN), one who left and one on unpaid leave, to the
approved Borang A. At 390 px in Malay with script, at 1280 px in English without.
"""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from contributions.enums import FilingState
from contributions.models import Filing, WageList, WageListRow
from employers.models import Employment
from kwsp_portal.demojpn import people
from kwsp_portal.templatetags import formats
from members.models import Member
from tests.journeys.borang_a import OCTOBER
from tests.journeys.test_story_browser import CHECKER_S_PHONE, MONTH, figures_of
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Visitor]
NUMBER, AGED_35 = "950715105432", "10000101"
SHOTS = os.environ.get("KWSP_SHOTS", "")


def shot(visitor: Visitor, name: str) -> None:
    """The page as it is now, for people who look at it (KWSP_SHOTS names a folder)."""
    if SHOTS:
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}-{visitor.language}-{visitor.width}.png"), full_page=True)


def begin(maker: Visitor) -> WageList:
    maker.link("Hantar Borang A %(month)s", month=MONTH[maker.language]).click()
    maker.sees("Atau tanpa fail")
    maker.look()
    shot(maker, "wage-list-new")
    maker.button("Mulakan senarai").click()
    maker.page.wait_for_url(re.compile(r"/wage-lists/\d+/$"))
    maker.look()
    shot(maker, "wage-list")
    return WageList.objects.get()


def open_row(maker: Visitor, row: WageListRow) -> None:
    maker.main.locator(f"a[href$='/rows/{row.pk}/']").click()
    maker.page.wait_for_url(re.compile(rf"/rows/{row.pk}/$"))


def somebody_left(maker: Visitor, row: WageListRow) -> None:
    open_row(maker, row)
    maker.look()
    maker.page.check("input[name=standing][value=LEFT]")
    maker.button("Simpan").click()
    expect(maker.page).to_have_title(re.compile("^" + maker.words("Ralat:")))
    maker.look()
    shot(maker, "wage-row")
    maker.page.fill("#id_last_day", "2026-10-15")
    maker.page.select_option("#id_leaving", "RESIGNED")
    maker.button("Simpan").click()
    maker.sees("Berhenti")


def somebody_on_leave(maker: Visitor, row: WageListRow) -> None:
    open_row(maker, row)
    maker.page.check("input[name=standing][value=UNPAID_LEAVE]")
    maker.button("Simpan").click()
    maker.page.wait_for_url(re.compile(r"/wage-lists/\d+/$"))


def another_wage(maker: Visitor, row: WageListRow) -> None:
    """With script the shares stand there as the field is left; without, after the button."""
    maker.page.fill(f"#wages-{row.pk}", "RM 6,250")
    if maker.script:
        maker.page.keyboard.press("Tab")
        maker.page.locator(f"[data-wage-row='{row.pk}'] input[value='6250.00'][name='was-{row.pk}']").wait_for(state="attached")
    else:
        maker.button("Simpan").click()
        maker.page.locator(f"#wages-{row.pk}[value='6250.00']").wait_for()
    expect(maker.page.locator(f"[data-wage-row='{row.pk}'] [data-wage-employer]")).to_have_text("756.00")
    maker.look()


def somebody_new(maker: Visitor, name: str) -> None:
    maker.link("Tambah orang").click()
    maker.sees("Orang baharu")
    maker.look()
    shot(maker, "wage-list-add")
    maker.page.fill("#id_identity_number", "950715-10-5432")
    maker.page.fill("#id_name", "Orang Lain")
    maker.page.fill("#id_first_day", "2026-10-12")
    maker.page.check("#id_consent")
    maker.button("Cari atau daftarkan").click()
    maker.sees("Nombor pengenalan dan nama tidak sepadan dengan rekod. Salin kedua-duanya tepat seperti pada MyKad, atau minta orang itu ke kaunter.")
    maker.look()
    maker.page.fill("#id_name", name.lower())
    maker.button("Cari atau daftarkan").click()
    maker.page.wait_for_url(re.compile(r"/rows/\d+/$"))
    maker.page.fill("#id_wages", "1800.50")
    maker.button("Simpan").click()
    maker.page.wait_for_url(re.compile(r"/wage-lists/\d+/$"))


def finish(maker: Visitor) -> str:
    maker.link("Semak dan siapkan").first.click()
    maker.sees("Rekod pekerjaan mereka tamat sebaik sahaja senarai ini disiapkan.")
    maker.look()
    shot(maker, "wage-list-done")
    maker.main.get_by_role("button").first.click()
    maker.page.wait_for_url(re.compile(r"/filings/\d+/$"))
    maker.sees("Semua baris sah")
    maker.look()
    address = maker.page.url
    maker.link("Semak dan hantar").click()
    maker.page.check("#id_declaration")
    maker.button("Hantar Borang A %(month)s – %(total)s", **figures_of(maker)).click()
    maker.page.wait_for_url(address)
    return address


def approve(checker: Visitor, address: str) -> None:
    checker.page.goto(address)
    checker.link("Semak dan luluskan").click()
    checker.type_the_code(CHECKER_S_PHONE)
    checker.button("Luluskan Borang A %(month)s – %(total)s", **figures_of(checker)).click()
    checker.page.wait_for_url(address)
    checker.sees("Diluluskan, belum dibayar")


@pytest.mark.parametrize(("language", "width", "script"), [("ms", 390, True), ("en", 1280, False)])
def test_a_month_is_filed_without_a_file(demo: Callable[[], None], visit: Visit, language: str, width: int, script: bool) -> None:
    demo()
    maker, checker = visit(language, width, script=script), visit(language, width, script=script)
    holder = people.holder_of(NUMBER, date(2026, 11, 10))
    assert holder is not None

    maker.sign_in("majikanmaker")
    found = begin(maker)
    left, on_leave = found.rows.select_related("member").order_by("place")[:2]
    changed = found.rows.select_related("member").get(member__number=AGED_35)
    somebody_left(maker, left)
    somebody_on_leave(maker, on_leave)
    another_wage(maker, changed)
    somebody_new(maker, str(holder["name"]))
    address = finish(maker)
    checker.sign_in("majikanchecker")
    approve(checker, address)

    filing = Filing.objects.get(wage_month=OCTOBER.first_day, state=FilingState.APPROVED)
    wages = {row.member_id: formats.amount(row.wages) for row in filing.rows.all()}
    new = Member.objects.get(identity_number=NUMBER)
    assert (wages[on_leave.member_id], wages[changed.member_id], wages[new.pk]) == ("0.00", "6,250.00", "1,800.50")
    assert Employment.objects.get(member_id=left.member_id, employer=found.employer).to_date == date(2026, 10, 16)
    assert Employment.objects.get(member=new).from_date == date(2026, 10, 12)
    call_command("check_ledger")
