"""The account for payments in a real browser, against the demo bank: asked for, named, cooling off, cancelled; a near name waits for an officer."""

from collections.abc import Callable

import pytest

from kwsp_portal.frame.demo.people import PEOPLE
from members.models import BankAccount
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = next(person.phone for person in PEOPLE if person.user_id == "ahlidemo35")


def behave(visitor: Visitor, fault: str) -> None:
    """What the demo bank does with the next question."""
    action = visitor.told("/demo/bank/names/")["action"]
    answer = visitor.context.request.post(f"{visitor.portal}{action}", form={"fault": fault, "delay_seconds": "0", "left": "1"}, max_retries=3)
    assert answer.ok


def ask(member: Visitor, bank: str, number: str) -> None:
    member.page.select_option("#id_bank", bank)
    member.page.fill("#id_account", number)
    member.type_the_code(PHONE)
    assert member.page.input_value("#id_account") == number
    member.page.keyboard.press("Enter")
    member.page.wait_for_url(f"{member.portal}{'' if member.language == 'ms' else '/en'}/member/bank-account/")
    member.look()


@pytest.mark.parametrize(("language", "width", "script"), [("ms", 390, True), ("en", 1280, False)])
def test_the_account_for_payments(demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int, script: bool) -> None:
    demo()
    member = visit(language, width, script=script)
    member.sign_in("ahlidemo35")
    prefix = f"{member.portal}{'' if language == 'ms' else '/en'}"
    member.page.goto(f"{prefix}/security/")
    member.look()
    member.link("Tambah akaun bank").click()
    member.look()

    # Somebody else's account is refused in words, and the name at the bank is not shown.
    behave(member, "ANOTHER_NAME")
    ask(member, "PBBEMYKL", "6123456780")
    member.sees("Akaun tidak diterima")
    assert "SITI CONTOH" not in member.page.content()

    # A number without the bank's form is said at the field.
    member.link("Tambah akaun bank").click()
    member.page.select_option("#id_bank", "MBBEMYKL")
    member.page.fill("#id_account", "11412345678")
    member.button("Hantar kod TAC").click()
    member.page.locator(".field__error").first.wait_for()
    member.look()

    # The member's own: it cools off, which every page about money says, with the way back.
    ask(member, "MBBEMYKL", "1141 2345 6789")
    assert "•••• 6789" in member.main.inner_text()
    assert "114123456789" not in member.page.content()
    for page in ("/member/", "/security/", "/member/bank-account/"):
        member.page.goto(f"{prefix}{page}")
        member.sees("Wang menunggu buat sementara")
        member.look()
    member.link("Batalkan pertukaran akaun bank").click()
    member.look()
    member.button("Batalkan pertukaran akaun bank").click()
    member.sees("Belum ada akaun bank")
    member.look()

    # A name that is near waits for an officer with the bank book.
    member.page.goto(f"{prefix}/member/bank-account/change/")
    behave(member, "NEAR_NAME")
    ask(member, "BKRMMYKL", "220012345678")
    member.sees("Bawa buku bank anda ke kaunter")
    assert BankAccount.objects.filter(state="REVIEW").count() == 1
