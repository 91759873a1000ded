"""The end of a year in a real browser: its clock, two administrators who declare the rates, the run, and what a member reads of it and why."""

import re
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Sum

from kwsp_portal.templatetags import formats
from members.explanations import dividend_percent
from members.ledger import balances, days, years
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.models import Posting
from members.models import Dividend, DividendDeclaration, Member
from tests.journeys.visitor import PATIENCE, Visitor
from tests.members import plain_dividends
from tests.members.plain_dividends import Life

pytestmark = pytest.mark.django_db(transaction=True)
AS_AT = "2026-12-30"
"""Two days before the year ends."""
NEW_YEAR = date(2027, 1, 4)
ADMIN = "/admin/members/dividenddeclaration"


def until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.3)


def the_year_ends(visitor: Visitor) -> None:
    """On the demo's clock; then what beat would call once a minute: the days of the year are closed when their work is done, then the year."""
    visitor.page.goto(f"{visitor.portal}/demo/clock/")
    visitor.page.fill("input[name=date]", NEW_YEAR.isoformat())
    visitor.main.locator("form button").last.click()
    visitor.sees("4 Jan 2027")

    def closed() -> bool:
        days.close(on=NEW_YEAR)
        years.close_next(on=NEW_YEAR)
        return years.last_closed() == 2026

    until(closed, f"2026 was not closed: days to {days.closed_through()}")


def path(visitor: Visitor, rest: str) -> str:
    return f"{visitor.portal}{'' if visitor.language == 'ms' else '/en'}{rest}"


def put_forward(officer: Visitor) -> DividendDeclaration:
    officer.report_for_work("pentadbir01", home="admin")
    officer.page.goto(path(officer, f"{ADMIN}/declare/"))
    for field, text in (("conventional", "6.30"), ("shariah", "6,15"), ("source", "Kenyataan KWSP, 4 Jan 2027")):
        officer.page.fill(f"#id_{field}", text)
    officer.look()
    officer.page.locator("input[type=submit].default").click()
    officer.page.wait_for_url(re.compile(r"/\d+/change/$"))
    assert officer.page.locator("button[value=approve]").count() == 0, "nobody decides about the own proposal"
    return DividendDeclaration.objects.get()


def shown_until(officer: Visitor, locator: str) -> None:
    """Loads the page again, as it says, until that is on it."""
    deadline = time.monotonic() + PATIENCE / 1000
    while officer.page.locator(locator).count() == 0:
        assert time.monotonic() < deadline, f"no {locator} at {officer.page.url}"
        officer.page.wait_for_timeout(300)
        officer.page.reload()


def approve(officer: Visitor, declaration: DividendDeclaration) -> str:
    """By the other, who sees what is credited: the sum of the page."""
    officer.report_for_work("pentadbir02", home="admin")
    officer.page.goto(path(officer, f"{ADMIN}/{declaration.pk}/change/"))
    shown_until(officer, "button[value=approve]")
    officer.look()
    caption = officer.words("Apa yang dikreditkan bagi tahun %(year)s", year="2026")
    total = officer.page.locator("table", has_text=caption).locator("tr").last.locator("td").last.text_content() or ""
    assert not Dividend.objects.exists()
    officer.page.locator("button[value=approve]").click()
    said = officer.words("Dividen tahun ini telah dikreditkan kepada semua ahli.")
    shown_until(officer, f'p[role=status]:has-text("{said}")')
    officer.look()
    return total.replace("\N{NO-BREAK SPACE}", " ")


def plainly(member: Member) -> dict[str, int]:
    """What the plain second implementation makes of the member's postings of before the run."""
    life = Life(member.pk, member.birth_date, member.shariah_from)
    legs = Posting.objects.filter(account__holder_kind=HolderKind.MEMBER, account__holder_id=member.pk).exclude(entry__kind=EntryKind.DIVIDEND)
    for order, (code, valued, sen) in enumerate(legs.values_list("account__code", "entry__value_date", "amount_sen")):
        life.post(order, code, valued, sen)
    return life.credit_year(2026, NEW_YEAR, 10**6)


def reads(owner: Visitor, row: Dividend) -> None:
    """The list, the year, and behind "why" the days, the rate and what they gave."""
    owner.sign_in("ahlidemo35")
    owner.page.goto(path(owner, "/member/dividends/"))
    owner.look()
    owner.main.locator("th a", has_text="2026").click()
    owner.page.wait_for_url(re.compile(rf"/member/dividends/{row.pk}/$"))
    assert f"{Decimal(row.amount_sen).scaleb(-2):,.2f}" in owner.main.locator(".hero__amount").inner_text()
    for why in owner.main.locator("details summary").all():
        why.click()
    owner.sees("Kadar Simpanan Konvensional bagi tahun %(year)s ialah %(rate)s.", year="2026", rate=dividend_percent("0.063"))
    owner.look()


def test_the_end_of_a_year(demo: Callable[[], None], visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch) -> None:
    demo()
    monkeypatch.setitem(plain_dividends.CONVENTIONAL, 2026, "6.30")
    member = Member.objects.get(number="10000101")
    first = visit("ms", 1280)
    the_year_ends(first)

    declaration = put_forward(first)
    total = approve(visit("en", 390), declaration)

    credited = int(Dividend.objects.aggregate(sen=Sum("amount_sen"))["sen"])
    assert total == formats.sen(credited).replace("\N{NO-BREAK SPACE}", " ")
    assert balances.fund_balance("DIVIDEND_EXPENSE") == -credited
    row = Dividend.objects.get(member=member, year=2026)
    entry = balances.entries_with(HolderKind.MEMBER, member.pk, EntryKind.DIVIDEND, [row.pk])[row.pk]
    assert dict(entry.amounts) == plainly(member)
    reads(visit("ms", 390), row)
    reads(visit("en", 1280), row)
    call_command("check_ledger")
