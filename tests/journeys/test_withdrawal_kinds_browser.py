"""Kinds that were open in April 2022 in a real browser, from how much to handed in: education, a house, its instalments, Khas, Age 55."""

import os
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize

from kwsp_portal.common.clock import KL
from members.enums import SubAccount
from members.models import Member
from tests import factories
from tests.factories import withdrawals as make
from tests.journeys.visitor import Visitor
from tests.statute import withdrawal_cases
from withdrawals.enums import KindCode
from withdrawals.models import Application, ApplicationDocument
from withdrawals.selectors import guides

pytestmark = pytest.mark.django_db(transaction=True)
AS_AT = "2022-04-10"
"""In the month of Pengeluaran Khas."""
ON = date.fromisoformat(AS_AT)
SHOTS = os.environ.get("KWSP_SHOTS", "")
ANSWERS = {kind: person["answers"] for kind, person in withdrawal_cases.PEOPLE.items()}
ANSWERS[KindCode.KHAS_2022] = {}
ANSWERS[KindCode.AGE_55] = {"mode": "PART_AND_MONTHLY", "part": "2000.00", "monthly": "250.00", "months": 12}
ANSWERS[KindCode.HOUSE_BUY] = {**ANSWERS[KindCode.HOUSE_BUY], "agreement_on": "2022-01-10"}
ANSWERS[KindCode.HOUSE_INSTALMENT] = {**ANSWERS[KindCode.HOUSE_INSTALMENT], "statement_on": "2022-04-04"}


@pytest.mark.parametrize(
    ("user_id", "phone", "language", "width", "wishes"),
    [
        (
            *("ahlidemo35", "+601110000101", "ms", 390),
            {KindCode.HOUSE_INSTALMENT: "6000", KindCode.HOUSE_BUY: "3000", KindCode.EDUCATION: "800", KindCode.KHAS_2022: "500.50"},
        ),
        ("ahlidemo56", "+601110000103", "en", 1280, {KindCode.AGE_55: "5000"}),
    ],
)
def test_each_kind_is_applied_for(
    demo: Callable[[], None], visit: Callable[..., Visitor], user_id: str, phone: str, language: str, width: int, wishes: dict[KindCode, str]
) -> None:
    demo()
    member = Member.objects.get(user__user_id=user_id)
    below = {SubAccount.SEJAHTERA: "30000.00", SubAccount.PERSARAAN: "5000.00"}
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
            papers(kind)
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


def papers(kind: KindCode) -> None:
    """Every paper that is needed, as other journeys send it by the page."""
    found = Application.objects.get(kind=kind)
    result = guides.of_draft(found, on=ON).result
    assert result is not None
    for code in guides.needed(result, found.channel):  # type: ignore[arg-type]
        file = factories.StoredFileFactory(uploaded_by=found.member.user)
        ApplicationDocument.objects.create(application=found, code=code, file=file, added_by=found.member.user, added_on=ON)


def shot(person: Visitor, name: str) -> None:
    """The page as it is now, at both widths, for people who look at it (KWSP_SHOTS names a folder)."""
    for width in (390, 1280) if SHOTS else ():
        person.page.set_viewport_size(ViewportSize(width=width, height=900))
        person.page.screenshot(path=str(Path(SHOTS) / f"{name}-{person.language}-{width}.png"), full_page=True)
    person.page.set_viewport_size(ViewportSize(width=person.width, height=900))
