"""Kinds that were open in April 2022 in a real browser, from how much to handed in with their papers: education, a house, its instalments, Khas,
Age 55. The house goes on to the desk, where two officers decide, and to the bank, which pays it."""

import os
import re
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize

from kwsp_portal.common.clock import KL
from kwsp_portal.jobs import doorbell
from members.enums import SubAccount
from members.models import Member, PayoutFile
from tests.factories import withdrawals as make
from tests.journeys.test_withdrawal_browser import picture
from tests.journeys.visitor import PATIENCE, Visitor
from tests.statute import withdrawal_cases
from tests.withdrawals.sound import unsound
from withdrawals.enums import KindCode
from withdrawals.models import Application, ApplicationDocument

pytestmark = pytest.mark.django_db(transaction=True)
AS_AT = "2022-04-10"
"""In the month of Pengeluaran Khas."""
ON = date.fromisoformat(AS_AT)
SHOTS = os.environ.get("KWSP_SHOTS", "")
ANSWERS = {kind: person["answers"] for kind, person in withdrawal_cases.PEOPLE.items()}
ANSWERS[KindCode.KHAS_2022] = {}
ANSWERS[KindCode.AGE_55] = {"mode": "PART_AND_MONTHLY", "part": "2000.00", "monthly": "250.00", "months": 12}
ANSWERS[KindCode.HOUSE_BUY] = {**ANSWERS[KindCode.HOUSE_BUY], "agreement_on": "2022-01-10", "price": "400000.00", "loan": "360000.00"}
ANSWERS[KindCode.HOUSE_INSTALMENT] = {**ANSWERS[KindCode.HOUSE_INSTALMENT], "statement_on": "2022-04-04"}
PAPERS = {
    KindCode.HOUSE_INSTALMENT: {"LOAN_STATEMENT"},
    KindCode.HOUSE_BUY: {"SALE_AGREEMENT", "LOAN_AGREEMENT"},
    KindCode.EDUCATION: {"ENROLMENT", "RECOGNITION", "FEES"},
}
"""What seed 003 and KWSP's pages ask of who applies online with these answers."""


@pytest.mark.parametrize(
    ("user_id", "phone", "language", "width", "wishes"),
    [
        (
            *("ahlidemo35", "+601110000101", "ms", 390),
            {KindCode.HOUSE_INSTALMENT: "6000", KindCode.HOUSE_BUY: "60000", KindCode.EDUCATION: "800", KindCode.KHAS_2022: "500.50"},
        ),
        ("ahlidemo56", "+601110000103", "en", 1280, {KindCode.AGE_55: "5000"}),
    ],
)
def test_each_kind_is_applied_for(
    demo: Callable[[], None], visit: Callable[..., Visitor], user_id: str, phone: str, language: str, width: int, wishes: dict[KindCode, str]
) -> None:
    demo()
    member = Member.objects.get(user__user_id=user_id)
    below = {SubAccount.SEJAHTERA: "90000.00", SubAccount.PERSARAAN: "5000.00"}
    make.save(member, below if KindCode.KHAS_2022 in wishes else {SubAccount.AKAUN_55: "9000.00"}, on=ON)
    if not member.bank_accounts.exists():
        make.bank_account(member, since=datetime(2022, 3, 1, tzinfo=KL))
    person = visit(language, width)
    person.sign_in(user_id)

    for kind, amount in wishes.items():
        walk(person, kind, amount, phone)

    found = Application.objects.filter(member=member).order_by("pk")
    assert [(one.kind, one.state, one.asked) for one in found] == [(kind, "SUBMITTED", Decimal(amount)) for kind, amount in wishes.items()]
    assert [bool(one.holds) for one in found] == [kind is not KindCode.KHAS_2022 for kind in wishes]
    brought = [(one.kind, set(ApplicationDocument.objects.filter(application=one).values_list("code", flat=True))) for one in found]
    assert brought == [(kind, PAPERS.get(kind, set())) for kind in wishes]
    if KindCode.HOUSE_BUY in wishes:
        house = found.get(kind=KindCode.HOUSE_BUY)
        decided_by_two(visit, house)
        paid(person, house)


def walk(person: Visitor, kind: KindCode, amount: str, phone: str) -> None:
    """From the estimate to the confirmation."""
    page, slug = person.page, kind.lower().replace("_", "-")
    page.goto(f"{person.portal}{'' if person.language == 'ms' else '/en'}/member/withdrawals/estimate/")
    page.locator(f"main a[href$='/kinds/{slug}/']").first.click()
    person.button("Mulakan permohonan").click()
    page.wait_for_url(re.compile(r"/apply/"))
    while (step := page.url.rstrip("/").rsplit("/", 1)[-1]) != "check":
        fill(page, step, ANSWERS[kind], amount)
        shot(person, f"{slug}-{step}")
        if step == "documents":
            bring(person)
        with page.expect_navigation():
            person.button("Teruskan" if step == "documents" else "Simpan dan teruskan").click()
    shot(person, f"{slug}-check")
    page.check("#id_declared")
    person.type_the_code(phone)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/done/$"))
    if kind is KindCode.KHAS_2022:
        person.sees("Permohonan ini diputuskan mengikut peraturan, tanpa pegawai, mulai %(day)s.", day="20 Apr 2022")
    shot(person, f"{slug}-done")


def fill(page: Page, step: str, answers: dict[str, object], amount: str) -> None:
    """What the page asks, as far as it shows it."""
    if step == "amount":
        page.fill("#id_amount", amount)
    for name, value in answers.items() if step.startswith("about") else ():
        text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
        if page.locator(f"input[type=radio][name={name}]").count():
            page.check(f"input[name={name}][value={text}]")
        elif page.locator(f"[name={name}]").count():
            page.fill(f"[name={name}]", text)


def bring(person: Visitor) -> None:
    """Every paper that the page says is needed, one after the other."""
    needed = person.main.locator("section", has=person.page.get_by_text(person.words("Diperlukan"), exact=True))
    lacking = needed.filter(has_not=person.page.locator("img")).first
    while lacking.count():
        lacking.locator("input[type=file]").set_input_files({"name": "dokumen.png", "mimeType": "image/png", "buffer": picture()})
        with person.page.expect_navigation():
            lacking.locator("form[enctype] button").click()


def decided_by_two(visit: Callable[..., Visitor], found: Application) -> None:
    """Above what one officer may approve: the first takes the case from the queue and recommends it, the second approves what was recommended."""
    first, second = visit("ms", 1280), visit("en", 390)
    first.report_for_work("pegawai01", home="staff")
    first.page.goto(f"{first.portal}/staff/withdrawals/?kind=HOUSE_BUY")
    first.main.locator(f"a[href$='/staff/withdrawals/{found.pk}/']").click()
    first.button("Ambil kes ini").click()
    first.sees("Kes ini kini pada anda.")
    shot(first, "house-desk")
    first.look()
    first.button("Syorkan kepada pegawai kedua").click()
    first.sees("Disyorkan: pegawai kedua akan memutuskannya.")
    assert first.button("Luluskan apa yang disyorkan").count() == 0, "nobody approves the own recommendation"
    second.report_for_work("pegawai02", home="staff")
    second.page.goto(f"{second.portal}/en/staff/withdrawals/?list=second")
    second.main.locator(f"a[href$='/staff/withdrawals/{found.pk}/']").click()
    second.page.wait_for_url(re.compile(rf"/{found.pk}/$"))
    shot(second, "house-desk-second")
    second.look()
    second.button("Luluskan apa yang disyorkan").click()
    second.sees("Diluluskan: ahli telah dimaklumkan.")


def paid(person: Visitor, found: Application) -> None:
    """The demo's clock goes on: on one day it is ordered, with the next file the bank has it, and what beat would call hears the answer."""
    page, language = person.page, "" if person.language == "ms" else "/en"
    page.goto(f"{person.portal}{language}/member/withdrawals/{found.number}/")
    person.sees("Diluluskan")
    for done in (lambda: Application.objects.get(pk=found.pk).state == "PAYING", PayoutFile.objects.exists):
        page.goto(f"{person.portal}{language}/demo/clock/")
        with page.expect_navigation():
            person.main.locator("button[value=day]").click()
        until(done)
    doorbell.ring(task="kwsp_portal.jobs.tasks.sweep")
    until(lambda: Application.objects.get(pk=found.pk).state == "PAID")
    page.goto(f"{person.portal}{language}/member/withdrawals/{found.number}/")
    person.sees("%(amount)s telah dibayar.", amount="RM 60,000.00")
    person.look()
    shot(person, "house-paid")
    assert any("60,000.00" in text for text in person.texts("+601110000101"))
    assert unsound() == []


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while not true():
        assert time.monotonic() < deadline, list(Application.objects.values_list("kind", "state"))
        time.sleep(0.2)


def shot(person: Visitor, name: str) -> None:
    """The page as it is now, at both widths, for people who look at it (KWSP_SHOTS names a folder)."""
    for width in (390, 1280) if SHOTS else ():
        person.page.set_viewport_size(ViewportSize(width=width, height=900))
        person.page.screenshot(path=str(Path(SHOTS) / f"{name}-{person.language}-{width}.png"), full_page=True)
    person.page.set_viewport_size(ViewportSize(width=person.width, height=900))
