"""A 55th birthday in a real browser: the clock comes to the day, the accounts become Akaun 55 with what is held, and the SMS says so."""

import re
import time
from collections.abc import Callable
from datetime import date

import pytest
from django.core.management import call_command

from members.ledger import balances, posting
from members.ledger.enums import HolderKind
from members.models import Member
from tests.factories import withdrawals
from tests.journeys.visitor import PATIENCE, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
BIRTHDAY = date(2026, 11, 12)
"""Two days after the journeys begin."""


def pots(member: Member) -> dict[str, tuple[int, int]]:
    return {pot.code: (pot.balance_sen, pot.held_sen) for pot in balances.pots_of(HolderKind.MEMBER, member.pk) if pot.balance_sen}


def tomorrow(visitor: Visitor) -> None:
    """On the demo's clock, as anybody does."""
    visitor.page.goto(f"{visitor.portal}{'' if visitor.language == 'ms' else '/en'}/demo/clock/")
    with visitor.page.expect_navigation():
        visitor.main.locator("button[value=day]").click()


@pytest.mark.parametrize(("language", "width"), [("ms", 390), ("en", 1280)])
def test_the_55th_birthday(demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int) -> None:
    demo()
    member = Member.objects.get(number="10000101")
    Member.objects.filter(pk=member.pk).update(birth_date=BIRTHDAY.replace(year=BIRTHDAY.year - 55))
    withdrawals.hold(posting.member(member.pk, "SEJAHTERA"), 5000, on=date(2026, 11, 10))
    before = pots(member)
    total = sum(balance for balance, _ in before.values())

    owner = visit(language, width)
    owner.sign_in("ahlidemo35")
    shown = owner.main.locator(".hero__amount").first.inner_text()
    tomorrow(owner)
    assert pots(member) == before
    tomorrow(owner)
    until = time.monotonic() + PATIENCE / 1000
    while pots(member) != {"AKAUN_55": (total, 5000)}:
        assert time.monotonic() < until, pots(member)
        time.sleep(0.2)

    owner.page.goto(f"{owner.portal}{'' if language == 'ms' else '/en'}/member/")
    assert owner.main.locator(".hero__amount").first.inner_text() == shown
    assert owner.main.locator(".account__name").all_inner_texts() == ["Akaun 55", "Akaun Emas"]
    owner.look()
    owner.main.get_by_role("link", name="Akaun 55", exact=True).first.click()
    owner.page.wait_for_url(re.compile(r"/accounts/AKAUN_55/"))
    owner.sees("Penggabungan akaun pada umur 55")
    owner.look()
    assert any("Akaun 55" in text for text in owner.texts("+601110000101"))
    call_command("check_ledger")
