"""Two months unpaid in a real browser: the clock brings both reminders, the page quotes the exact charge, all is paid together, and the member reads
of the dividend that the employer paid for the delay."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from contributions.enums import FilingState
from contributions.models import Filing, LateCharge
from contributions.selectors import arrears
from contributions.services import filing as filings
from employers.models import Employer
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Notice
from kwsp_portal.templatetags import formats
from members.identity.models import User
from members.ledger import balances
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member
from tests.factories import borang_a, leave
from tests.journeys.test_dividend_browser import path, until
from tests.journeys.test_story_browser import CHECKER_S_PHONE
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
AS_AT = "2026-09-14"
"""Wages of August are due tomorrow."""
ON = date(2026, 9, 14)
AUGUST, SEPTEMBER = WageMonth(2026, 8), WageMonth(2026, 9)
PAID_ON = date(2026, 10, 20)


def approved(member: Member, month: WageMonth) -> Filing:
    """A Borang A of one person, read by the portal's own worker, approved and not paid."""
    maker, checker = User.objects.get(user_id="majikanmaker"), User.objects.get(user_id="majikanchecker")
    employer = Employer.objects.get(number="10000001")
    made = filings.upload(employer=employer, wage_month=month, name=f"{month}.csv", content=borang_a.file(borang_a.row(member)), by=maker, on=ON)
    until(lambda: Filing.objects.get(pk=made.pk).state == FilingState.READY, f"{month} was not read")
    filings.submit(filing_id=made.pk, by=maker, declaration=True, on=ON)
    leave.approve(filing_id=made.pk, by=checker, on=ON)
    return Filing.objects.get(pk=made.pk)


def it_is(visitor: Visitor, day: date, done: Callable[[], bool]) -> None:
    """On the demo's clock, and until the work of the days on the way is done."""
    visitor.page.goto(path(visitor, "/demo/clock/"))
    visitor.page.fill("input[name=date]", day.isoformat())
    with visitor.page.expect_navigation():
        visitor.main.locator("form button").last.click()
    until(done, f"the work of the days to {day} is not done: {told()}")


def told() -> list[tuple[str, str]]:
    """What employers and members were told of lateness, with the month."""
    return sorted({(notice.code, notice.figures["month"]) for notice in Notice.objects.filter(code__startswith="LATE")})


def pay(checker: Visitor, filing: Filing, quote: arrears.Quote) -> None:
    """From the page of arrears to the bank and back: contribution, charge and dividend in one payment."""
    page, total = checker.page, formats.money(quote.total)
    page.goto(path(checker, "/employer/arrears/"))
    shown = checker.main.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    for figure in (quote.unpaid, quote.charge, quote.dividend, quote.total):
        assert formats.amount(figure) in shown, (figure, shown)
    checker.look()
    checker.main.locator(f"a[href$='/filings/{filing.pk}/pay/']").click()
    checker.look()
    page.get_by_label("Maybank2E").check()
    checker.type_the_code(CHECKER_S_PHONE)
    checker.button("Bayar %(total)s di halaman bank", total=total).click()
    page.wait_for_url(re.compile("/demo/bank/pay/"))
    page.locator("button.main").click()
    page.wait_for_url(re.compile(r"/employer/payments/\w+/$"))
    checker.sees("Bayaran diterima")
    checker.look()


@pytest.mark.parametrize(("language", "width"), [("ms", 390)])
def test_two_months_unpaid(demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int) -> None:
    demo()
    member, employer = Member.objects.get(number="10000101"), Employer.objects.get(number="10000001")
    assert arrears.arrears_of(employer=employer, paid_on=ON, on=ON).missing == [], "the demo's employer is behind with nothing"
    due = [approved(member, month) for month in (AUGUST, SEPTEMBER)]

    checker = visit(language, width)
    it_is(checker, date(2026, 9, 16), lambda: told() == [("LATE_NOT_PAID", "2026-08")])
    it_is(checker, date(2026, 9, 20), lambda: ("LATE_MEMBER", "2026-08") in told())
    assert ("LATE_NOT_PAID_AGAIN", "2026-08") in told()
    owner = visit(language, width)
    complains(owner, visit("en", 1280))
    it_is(checker, PAID_ON, lambda: ("LATE_MEMBER", "2026-09") in told())

    checker.sign_in("majikanchecker")
    quotes = arrears.arrears_of(employer=employer, paid_on=PAID_ON, on=PAID_ON).quotes
    assert [(quote.month, quote.days_late) for quote in quotes] == [(AUGUST, 35), (SEPTEMBER, 5)]
    assert [(quote.charge, quote.dividend > 0) for quote in quotes] == [(Decimal(10), True), (Decimal(10), False)]
    for filing, quote in zip(due, quotes, strict=True):
        pay(checker, filing, quote)
    until(lambda: not Filing.objects.exclude(state=FilingState.CREDITED).filter(pk__in=[one.pk for one in due]).exists(), "not credited")
    it_is(checker, PAID_ON + timedelta(days=1), lambda: ("LATE_MEMBER_CREDITED", "2026-08") in told())
    assert LateCharge.objects.filter(employer=employer, reversed_on=None).count() == 2

    checker.page.goto(path(checker, "/employer/arrears/"))
    checker.sees("Tiada caruman yang tertunggak")
    checker.look()
    reads(owner, member, due[0], quotes[0].dividend)
    call_command("check_ledger")


def complains(owner: Visitor, inspector: Visitor) -> None:
    """From the own page, where the missing month is ticked already; an inspector takes it and answers, the member reads it."""
    owner.sign_in("ahlidemo35")
    owner.link("Buat aduan").click()
    owner.look()
    owner.page.check("#id_ground_1")
    owner.page.fill("#id_words", "Slip gaji saya menunjukkan potongan.")
    owner.button("Hantar aduan kepada pemeriksa").click()
    owner.sees("Kami menerima aduan anda")
    owner.look()
    inspector.report_for_work("pemeriksa01", home="staff")
    inspector.page.goto(path(inspector, "/staff/complaints/"))
    inspector.look()
    inspector.main.locator("tbody a").first.click()
    inspector.button("Ambil aduan ini").click()
    inspector.page.fill("#id_words", "We have asked your employer to pay.")
    inspector.look()
    inspector.button("Jawab, biarkan terbuka").click()
    inspector.sees("Pemeriksa menjawab")
    owner.page.reload()
    owner.sees("Seorang pemeriksa memeriksanya")
    assert "We have asked your employer to pay." in owner.main.inner_text()
    for visitor in (owner, inspector):
        visitor.page.goto(path(visitor, "/help/employer-duties/"))
        visitor.look()


def reads(owner: Visitor, member: Member, filing: Filing, dividend: Decimal) -> None:
    """The member's inbox and account have the dividend to the sen."""
    notice = Notice.objects.get(whose=Whose.MEMBER, whose_id=member.pk, code="LATE_MEMBER_CREDITED")
    owner.page.goto(path(owner, f"/member/inbox/{notice.pk}/"))
    assert formats.money(dividend).replace("\N{NO-BREAK SPACE}", " ") in owner.main.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    owner.look()
    row = filing.rows.get(member=member)
    entry = balances.entries_with(HolderKind.MEMBER, member.pk, EntryKind.LATE_CREDIT, [row.pk])[row.pk]
    assert Decimal(entry.total_sen).scaleb(-2) == dividend
    code, sen = next(iter(entry.amounts.items()))
    owner.page.goto(path(owner, f"/member/accounts/{code}/"))
    assert formats.amount(Decimal(sen).scaleb(-2)) in owner.main.inner_text()
    owner.look()
