"""i-Saraan in a real browser: registered without an i-Akaun by a code, seen and cancelled signed in."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from contributions.models import IncentiveRegistration
from members.models import Member
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("KWSP_SHOTS", "")
PHONE = "+601110000102"


def shot(visitor: Visitor, name: str) -> None:
    """The page as it is now, for people who look at it (KWSP_SHOTS names a folder)."""
    visitor.look()
    if SHOTS:
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}-{visitor.language}-{visitor.width}.png"), full_page=True)


@pytest.mark.parametrize(("language", "width"), [("ms", 390), ("en", 1280)])
def test_registered_by_a_code_and_cancelled_signed_in(demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int) -> None:
    demo()
    member = Member.objects.get(number="10000102")
    person = visit(language, width)

    person.page.goto(f"{person.portal}{'' if language == 'ms' else '/en'}/help/i-saraan/")
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

    person.sign_in("ahlidemo54")
    person.link("i-Saraan dan i-Suri").click()
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
