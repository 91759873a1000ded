"""The one transfer of 2024 in a real browser: seen on the first page, account by account before and after, and made under a code."""

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command

from members.ledger import balances
from members.ledger.enums import HolderKind
from members.models import Member
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
AS_AT = "2024-06-10"
"""In the time in which the transfer can be chosen."""


@pytest.mark.parametrize(("language", "width"), [("ms", 390), ("en", 1280)])
def test_the_transfer_of_2024(demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int) -> None:
    demo()
    member = Member.objects.get(number="10000101")
    before = balances.balances_of(HolderKind.MEMBER, member.pk)

    owner = visit(language, width)
    owner.sign_in("ahlidemo35")
    owner.link("Lihat pindahan amaun permulaan").click()
    owner.page.wait_for_url(re.compile(r"/member/initial-transfer/$"))
    owner.sees("Tidak boleh dibatalkan")
    owner.look()
    owner.type_the_code("+601110000101")
    owner.main.get_by_role("button", name=re.compile("RM")).click()
    owner.sees("Pindahan telah dibuat")
    owner.look()

    after = balances.balances_of(HolderKind.MEMBER, member.pk)
    assert sum(after.values()) == sum(before.values())
    assert after["FLEKSIBEL"] > before.get("FLEKSIBEL", 0)
    owner.page.goto(f"{owner.portal}{'' if language == 'ms' else '/en'}/member/")
    assert owner.link("Lihat pindahan amaun permulaan").count() == 0
    call_command("check_ledger")
