"""A withdrawal at the counter in a real browser: the guide for who stands there, the notice, the thumb on the reader; then it is cancelled there.
With KWSP_SHOTS also what came by post, a bankruptcy, a bank account and an appeal, for people who look at pages on a phone and on a desk."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

from kwsp_portal.common import clock
from kwsp_portal.thumbprint import demo as reader
from members.models import Member
from tests import factories
from tests.factories import withdrawals as make
from tests.journeys.test_withdrawal_browser import picture
from tests.journeys.visitor import Visitor
from withdrawals.models import Application, Confirmation
from withdrawals.services import deciding

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("KWSP_SHOTS", "")


def look(visitor: Visitor, name: str) -> None:
    """With care, and for people who look at it on a phone and on a desk (KWSP_SHOTS names a folder)."""
    visitor.look()
    for width in (390, 1280) if SHOTS else ():
        visitor.page.set_viewport_size(ViewportSize(width=width, height=900))
        visitor.page.screenshot(path=str(Path(SHOTS) / f"counter-withdrawal-{name}-{width}.png"), full_page=True)
    visitor.page.set_viewport_size(ViewportSize(width=visitor.width, height=900))


@pytest.mark.parametrize(("language", "width"), [("ms", 390)])
def test_a_member_who_stands_at_the_counter_puts_the_thumb_for_the_notice(
    demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int
) -> None:
    demo()
    member = Member.objects.get(number="10000102")
    officer = visit(language, width)
    page = officer.page
    officer.report_for_work("kaunter01", home="counter")
    page.fill("#id_q", member.number)
    officer.button("Cari").click()
    page.locator(f"main a[href$='/members/{member.number}/']").first.click()
    officer.link("Pengeluaran").click()
    page.wait_for_url(re.compile(r"/withdrawals/$"))
    look(officer, "kinds")
    page.check("input[name=kind][value=AGE_50]")
    officer.button("Mulakan permohonan").click()
    page.wait_for_url(re.compile(r"/apply/amount/$"))
    page.fill("#id_amount", "100")
    officer.button("Simpan dan teruskan").click()
    page.wait_for_url(re.compile(r"/apply/payment/$"))
    look(officer, "payment")
    officer.button("Simpan dan teruskan").click()
    page.wait_for_url(re.compile(r"/apply/documents/$"))
    page.set_input_files("#birth_date_papers", {"name": "sijil.png", "mimeType": "image/png", "buffer": picture()})  # type: ignore[arg-type]
    page.locator("form:has(#birth_date_papers) button").click()
    page.locator("main img").wait_for()
    look(officer, "documents")
    officer.button("Teruskan").click()
    page.wait_for_url(re.compile(r"/apply/check/$"))
    look(officer, "notice")
    proves(officer, member)
    page.locator("main form.screen-only button.button--primary").first.click()
    officer.sees("Cap ibu jari pada pembaca")
    look(officer, "done")

    found = Application.objects.get()
    assert (found.state, found.channel, Confirmation.objects.get().way) == ("SUBMITTED", "COUNTER", "THUMB")
    if SHOTS:
        _others(officer, visit("ms", 1280), member, found)
        administrator = visit("ms", 1280)
        administrator.report_for_work("pentadbir01", home="admin")
        administrator.page.goto(f"{administrator.portal}/staff/holidays/")
        for name, typed in (("day", "2026-12-25"), ("name", "Cuti contoh"), ("source", "P.U.(B) 1/2026")):
            administrator.page.locator(f"#id_{name}").fill(typed)
        administrator.button("Masukkan").click()
        administrator.sees("P.U.(B) 1/2026")
        look(administrator, "holidays")

    page.goto(f"{officer.portal}/counter/withdrawals/{found.number}/")
    officer.link("Batalkan permohonan").click()
    look(officer, "cancel")
    proves(officer, member)
    officer.button("Batalkan permohonan").click()
    officer.sees("Pembatalan disahkan dengan")
    look(officer, "cancelled")
    assert Application.objects.get(pk=found.pk).state == "CANCELLED"


def proves(officer: Visitor, member: Member) -> None:
    """The paper in the officer's hands, and the thumb on the reader."""
    officer.page.fill("#id_paper_number", member.identity_number)
    for value in ("ORIGINAL", "LIKENESS", "REGISTER"):
        officer.page.check(f"input[name=seen][value={value}]")
    reader.put(reader="kaunter01", card=member.identity_number, own=True, at=clock.now())


def _others(officer: Visitor, desk: Visitor, member: Member, found: Application) -> None:
    """Pages to be looked at."""
    page = officer.page
    page.goto(f"{officer.portal}/counter/members/{member.number}/withdrawals/?by=post")
    look(officer, "post")
    page.goto(f"{officer.portal}/counter/members/{member.number}/bankruptcy/")
    look(officer, "bankruptcy")
    page.locator("#id_from_date").fill("2026-01-05")
    page.fill("#id_reason", "Perintah Mahkamah Tinggi")
    page.set_input_files("#id_papers", {"name": "perintah.png", "mimeType": "image/png", "buffer": picture()})  # type: ignore[arg-type]
    officer.button("Hantar kepada penyelia").click()
    page.wait_for_url(re.compile(r"/bankruptcies/"))
    look(officer, "bankruptcy-proposal")
    stranger = factories.MemberFactory(name="ROHANI BINTI KASIM", user=None)
    page.goto(f"{officer.portal}/counter/members/{stranger.number}/bank-account/")
    look(officer, "account")
    page.select_option("#id_bank", "MBBEMYKL")
    page.fill("#id_account", "114123456789")
    proves(officer, stranger)
    officer.button("Tanya bank dan daftarkan").click()
    page.wait_for_load_state()
    look(officer, "account-asked")
    refused = make.handed_in(asked="500.00")
    by = make.officer()
    deciding.take(application_id=refused.pk, by=by, on=make.ON)
    deciding.refuse(application_id=refused.pk, version=refused.version + 1, comment="Tiada penyata bank", by=by, on=make.ON)
    for language in ("", "/en"):
        officer.language = language[1:] or "ms"
        page.goto(f"{officer.portal}{language}/counter/withdrawals/{refused.number}/appeal/")
        look(officer, f"appeal{language[1:]}")
        page.goto(f"{officer.portal}{language}/counter/members/{stranger.number}/bank-account/")
        look(officer, f"account{language[1:]}-again")
        page.goto(f"{officer.portal}{language}/counter/withdrawals/{found.number}/cancel/?by=post")
        look(officer, f"cancel{language[1:]}-by-post")
        page.goto(f"{officer.portal}{language}/counter/withdrawals/{found.number}/cancel/")
        look(officer, f"cancel{language[1:]}")
    officer.language = "ms"
    desk.report_for_work("pegawai01", home="staff")
    desk.page.goto(f"{desk.portal}/staff/withdrawals/")
    look(desk, "queue")
    desk.page.goto(f"{desk.portal}/staff/withdrawals/{found.pk}/")
    desk.button("Ambil kes ini").click()
    look(desk, "case")
