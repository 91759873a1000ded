"""i-Saraan in a real browser from 1 March 2023: registered by a code, paid by FPX, claimed by two half-year runs, credited; then cancelled."""

import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from contributions.models import IncentiveClaim, IncentiveRegistration, IncentiveRun, VoluntaryContribution
from kwsp_portal.jobs import calendar, registry
from kwsp_portal.templatetags import formats
from members.models import Member
from tests.contributions.incentive_runs import content, stands
from tests.journeys.test_dividend_browser import path, shown_until, until
from tests.journeys.visitor import PATIENCE, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
AS_AT = "2023-03-01"
SHOTS = os.environ.get("KWSP_SHOTS", "")
PHONE = "+601110000101"
JULY, AUGUST, JANUARY, FEBRUARY = date(2023, 7, 1), date(2023, 8, 1), date(2024, 1, 1), date(2024, 2, 1)


def shot(visitor: Visitor, name: str) -> None:
    """The page as it is now, for people who look at it (KWSP_SHOTS names a folder)."""
    visitor.look()
    if SHOTS:
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}-{visitor.language}-{visitor.width}.png"), full_page=True)


def registers(person: Visitor, member: Member) -> None:
    """On the public page, by a code to the phone that a counter bound."""
    person.page.goto(path(person, "/help/i-saraan/"))
    shot(person, "isaraan-help")
    person.link("Daftar tanpa i-Akaun").click()
    person.page.locator("#id_identity").wait_for()
    shot(person, "isaraan-start")
    before = len(person.texts(PHONE))
    person.page.fill("#id_identity", f"{member.identity_number[:6]}-{member.identity_number[6:8]}-{member.identity_number[8:]}")
    person.page.fill("#id_number", member.number)
    person.button("Hantar kod TAC").click()
    person.page.locator("#id_tac").wait_for()
    shot(person, "isaraan-code")
    person.page.fill("#id_tac", person.code_after(PHONE, before))
    person.button("Teruskan").click()
    person.page.wait_for_url(re.compile(r"/i-saraan/register/$"))
    person.button("Daftar i-Saraan").click()
    person.sees("Pilih pekerjaan anda")
    shot(person, "isaraan-register")
    person.page.check("input[name=occupation][value=PENSIONABLE]")
    person.page.check("#id_declared")
    person.button("Daftar i-Saraan").click()
    person.sees("Pendaftaran i-Saraan berjaya")
    shot(person, "isaraan-done")
    assert IncentiveRegistration.objects.get().member == member


def cancels(person: Visitor) -> None:
    """Signed in, from the page of the own registration."""
    person.page.goto(path(person, "/member/i-saraan/"))
    person.sees("Anda berdaftar untuk %(scheme)s", scheme="i-Saraan")
    shot(person, "isaraan-held")
    person.link("Batalkan %(scheme)s", scheme="i-Saraan").click()
    person.page.wait_for_url(re.compile(r"/cancel/$"))
    shot(person, "isaraan-cancel")
    person.button("Batalkan %(scheme)s", scheme="i-Saraan").click()
    person.page.wait_for_url(re.compile(r"/member/i-saraan/$"))
    person.button("Daftar i-Saraan").wait_for()
    shot(person, "isaraan-own")
    assert IncentiveRegistration.objects.get().ended_why == "MEMBER"


def pays(person: Visitor, amount: str) -> None:
    """From the year's page to the bank, and back to the receipt; the worker credits it."""
    person.page.goto(path(person, "/member/voluntary/"))
    person.link("Bayar caruman sukarela").click()
    for name, value in (("whom", "self"), ("kind", "ISARAAN")):
        person.page.check(f"input[name={name}][value={value}]")
    person.page.fill("#id_amount", amount)
    person.page.get_by_label("Maybank2u").check()
    person.button("Semak dan teruskan").click()
    person.button("Bayar %(total)s di halaman bank", total=formats.money(Decimal(amount))).click()
    person.page.wait_for_url(re.compile("/demo/bank/pay/"))
    person.page.locator("button.main").click()
    person.page.wait_for_url(re.compile(r"/member/voluntary/payments/\w+/$"))
    until(lambda: VoluntaryContribution.objects.filter(credited=Decimal(amount)).exists(), "nothing was credited")


def in_words(visitor: Visitor, day: date) -> str:
    with translation.override(visitor.language):
        return formats.day(day)


def to_day(visitor: Visitor, day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the demo's clock, where everything of that day falls due. The months before it are stepped here without their daily work, which costs CI
    minutes and is no part of this story."""
    with monkeypatch.context() as quiet:
        quiet.setattr(registry, "schedules", {})
        calendar.advance(to=day - timedelta(days=1))
    visitor.page.goto(path(visitor, "/demo/clock/"))
    visitor.page.fill("input[name=date]", day.isoformat())
    visitor.main.locator("form button").last.click(no_wait_after=True)
    reached = visitor.words("Tarikh perniagaan ialah %(date)s.", date=in_words(visitor, day))
    visitor.main.get_by_text(reached).wait_for(timeout=3 * PATIENCE)


def claims(maker: Visitor, checker: Visitor, half: int, day: date) -> IncentiveRun:
    """The run that the calendar opened: one officer has the file made, the other approves it, the Government's answer is brought."""
    until(lambda: IncentiveRun.objects.filter(half=half, state="CLAIMED").exists(), "the run was not reckoned")
    found = IncentiveRun.objects.get(half=half)
    page = f"/staff/incentives/{found.pk}/"
    maker.page.goto(path(maker, page))
    shot(maker, f"run-{half}")
    maker.page.locator("button[value=make]").click()
    checker.page.goto(path(checker, page))
    shown_until(checker, "button[value=approve]")
    shot(checker, f"run-{half}-made")
    checker.page.locator("button[value=approve]").click()
    checker.page.set_input_files("#id_file", {"name": "jawapan.csv", "mimeType": "text/csv", "buffer": content(found, received_on=day)})
    checker.button("Muat naik jawapan").click()
    until(lambda: IncentiveRun.objects.filter(half=half, state="RECEIVED").exists(), "the answer was not taken")
    return found


def credited(found: IncentiveRun, on: date) -> None:
    """Opened by its day on the clock, worked by the worker."""
    until(lambda: IncentiveRun.objects.filter(pk=found.pk, state="CREDITED").exists(), "the run was not credited")
    claim = IncentiveClaim.objects.get(run=found)
    assert (claim.amount, claim.credited_on) == (150, on)


def reads(person: Visitor) -> None:
    """The year's page: each half-year claimed, received and credited, with its dates."""
    person.page.goto(path(person, "/member/voluntary/?year=2023"))
    shot(person, "isaraan-year")
    rows = person.main.locator("section[aria-labelledby=separuh-tahun] tbody tr").all_inner_texts()
    assert len(rows) == 2
    for row, days in zip(rows, ((JANUARY, JANUARY, FEBRUARY), (JULY, JULY, AUGUST)), strict=True):
        assert "150.00" in row
        assert re.findall(r"\d{1,2}\s\w{3,4}\s\d{4}", row)[2:5] == [in_words(person, day) for day in days], row


def test_from_the_registration_to_the_credit_of_two_half_years(
    demo: Callable[[], None], visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    demo()
    member = Member.objects.get(number="10000101")
    person, maker, checker = visit("ms", 390), visit("en", 1280), visit("ms", 1280)
    registers(person, member)
    person.sign_in("ahlidemo35")
    pays(person, "1000.00")
    before = stands(member)["PERSARAAN"]

    to_day(person, JULY, monkeypatch)
    maker.report_for_work("pemeriksa01", home="staff")
    checker.report_for_work("pemeriksa02", home="staff")
    first = claims(maker, checker, 1, JULY)
    pays(person, "1500.00")
    to_day(person, AUGUST, monkeypatch)
    credited(first, AUGUST)
    to_day(person, JANUARY, monkeypatch)
    second = claims(maker, checker, 2, JANUARY)
    to_day(person, FEBRUARY, monkeypatch)
    credited(second, FEBRUARY)

    reads(person)
    assert stands(member)["PERSARAAN"] > before
    cancels(person)
    call_command("check_ledger")
