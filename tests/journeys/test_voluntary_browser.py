"""Voluntary contributions in a real browser: a member pays by FPX on a phone and allows a monthly debit, a counter takes a cheque for her."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from contributions.enums import MandateState
from contributions.models import CounterReceipt, Mandate, Payment, VoluntaryContribution
from members.identity.models import TacPhone
from members.models import Member
from tests.journeys.test_dividend_browser import until
from tests.journeys.test_payments_browser import until as swept_until
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
AS_AT = "2026-11-12"
SHOTS = os.environ.get("KWSP_SHOTS", "")


def shot(visitor: Visitor, name: str) -> None:
    """The page as it is now at both widths, for people who look at it (KWSP_SHOTS names a folder)."""
    for width in (390, 1280) if SHOTS else ():
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}-{visitor.language}-{width}.png"), full_page=True)
        visitor.page.set_viewport_size({"width": visitor.width, "height": 900})


def pay(me: Visitor) -> None:
    """From the year's page to the bank, and back to the receipt."""
    me.page.goto(f"{me.portal}/member/voluntary/")
    me.link("Bayar caruman sukarela").click()
    for name, value in (("whom", "self"), ("kind", "TOP_UP")):
        me.page.check(f"input[name={name}][value={value}]")
    me.page.fill("#id_amount", "250.00")
    me.page.get_by_label("Maybank2u").check()
    me.look()
    me.button("Semak dan teruskan").click()
    me.button("Bayar %(total)s di halaman bank", total="RM 250.00").click()
    me.page.wait_for_url(re.compile("/demo/bank/pay/"))
    me.page.locator("button.main").click()
    me.page.wait_for_url(re.compile(r"/member/voluntary/payments/\w+/$"))
    until(lambda: VoluntaryContribution.objects.filter(credited=250).exists(), "nothing was credited")
    me.page.reload()
    me.sees("Bayaran diterima")
    me.look()


def debit_monthly(me: Visitor, member: Member, other: Member) -> None:
    """For another member, read masked and allowed under a code, verified by the bank, and stopped; what is collected, and one for the own account:
    tests/bank/test_debits_for_another and test_monthly_debits."""
    me.page.goto(f"{me.portal}/member/voluntary/")
    me.link("Debit bulanan").click()
    me.sees("Tiada debit bulanan")
    me.look()
    shot(me, "monthly-none")
    me.link("Mohon debit bulanan").click()
    me.page.check("input[name=kind][value=OWN_CHOICE]")
    for name, value in (("day", "5"), ("bank", "MBBEMYKL")):
        me.page.select_option(f"#id_{name}", value)
    for name, value in (("amount", "0"), ("account", "512345678901")):
        me.page.fill(f"#id_{name}", value)
    me.page.check("input[name=whom][value=other]")
    me.page.fill("#id_payee", other.number)
    me.look()
    me.button("Semak dan teruskan").click()
    me.sees("dijangka jumlah lebih daripada sifar")
    me.look()
    shot(me, "monthly-wrong")
    me.page.fill("#id_amount", "200.00")
    me.button("Semak dan teruskan").click()
    me.sees("Nama itu bertopeng")
    me.look()
    assert other.name not in me.page.content()
    shot(me, "monthly-check")
    me.type_the_code(TacPhone.objects.get(user=member.user, ended_at=None).number)
    shot(me, "monthly-code")
    me.button("Mohon debit bulanan").click()
    me.page.wait_for_url(re.compile(r"/monthly/$"))
    swept_until(lambda: Mandate.objects.get().state != MandateState.APPLIED, "the bank did not answer")
    me.page.reload()
    me.sees("Berkuat kuasa")
    me.look()
    shot(me, "monthly")
    me.button("Hentikan debit ini").click()
    me.sees("Anda menghentikannya.")
    me.look()
    shot(me, "monthly-stopped")


def take(officer: Visitor, member: Member) -> CounterReceipt:
    """A drawer is opened, a cheque taken into it, and the drawer counted and closed."""
    officer.report_for_work("kaunter01", home="counter")
    officer.page.goto(f"{officer.portal}/en/counter/drawers/")
    officer.look()
    shot(officer, "counter-drawers")
    officer.page.select_option("#id_place", "Muar")
    officer.page.fill("#id_opening", "50")
    officer.button("Buka laci").click()
    officer.page.wait_for_url(re.compile(r"/drawers/\d+/$"))
    officer.link("Terima caruman (KWSP 6A(2))").click()
    officer.page.fill("#id_number", member.number)
    officer.page.check("input[name=kind][value=OWN_CHOICE]")
    officer.page.fill("#id_amount", "1200")
    officer.page.check("input[name=mode][value=CHEQUE]")
    officer.page.fill("#id_cheque_number", "123456")
    officer.page.select_option("#id_cheque_bank", "MBBEMYKL")
    officer.look()
    shot(officer, "counter-new")
    officer.button("Semak dan teruskan").click()
    officer.sees("Semak sebelum menerima")
    officer.look()
    shot(officer, "counter-check")
    officer.button("Terima %(total)s", total="RM 1,200.00").click()
    officer.sees("Cek menunggu penjelasan bank")
    officer.look()
    shot(officer, "counter-receipt")
    made = CounterReceipt.objects.get()
    officer.page.goto(f"{officer.portal}/en/counter/drawers/{made.drawer_id}/")
    officer.page.fill("#id_counted", "50.00")
    officer.look()
    shot(officer, "counter-drawer")
    officer.button("Tutup laci dengan kiraan ini").click()
    officer.sees("Menunggu penyelia")
    return made


def test_a_member_pays_by_fpx_and_at_a_counter(demo: Callable[[], None], visit: Callable[..., Visitor]) -> None:
    demo()
    member = Member.objects.get(user__user_id="ahlidemo35")
    me, officer, supervisor = visit("ms", 390), visit("en", 1280, script=False), visit("ms", 1280)
    me.sign_in("ahlidemo35")
    pay(me)
    debit_monthly(me, member, Member.objects.get(user__user_id="ahlidemo54"))

    made = take(officer, member)
    me.page.goto(f"{me.portal}/member/voluntary/")
    me.sees("Cek menunggu penjelasan bank")
    me.look()
    shot(me, "year-cheque")
    supervisor.report_for_work("penyelia01", home="counter")
    supervisor.page.goto(f"{supervisor.portal}/counter/cheques/")
    supervisor.look()
    shot(supervisor, "counter-cheques")
    supervisor.page.get_by_text(made.number).click()
    supervisor.look()
    shot(supervisor, "counter-decide")
    supervisor.button("Bank menjelaskan cek ini").click()
    until(lambda: VoluntaryContribution.objects.filter(credited=1200).exists(), "the cheque was not credited")

    me.page.goto(f"{me.portal}/member/voluntary/")
    assert "98,550.00" in me.main.inner_text()
    shot(me, "year")
    me.link("Penyata cukai tahun %(year)s", year=2026).click()
    me.sees("Kaunter KWSP")
    me.look()
    shot(me, "tax")
    assert Payment.objects.filter(voluntary__member=member, state="APPROVED").count() == 2
    call_command("check_ledger")
