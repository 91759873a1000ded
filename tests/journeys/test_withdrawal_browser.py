"""A withdrawal in a real browser: how much, the guide page by page, the code, the confirmation, the list; with and without script."""

import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from members.models import Member
from tests.journeys.visitor import Visitor
from withdrawals.models import Application

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("KWSP_SHOTS", "")
PHONE = "+601110000102"


def picture() -> bytes:
    """A photograph of a paper, as good as one."""
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "navy").save(out, "PNG")
    return out.getvalue()


def shot(visitor: Visitor, name: str) -> None:
    """The page as it is now, for people who look at it (KWSP_SHOTS names a folder)."""
    visitor.look()
    if SHOTS:
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}-{visitor.language}-{visitor.width}.png"), full_page=True)


@pytest.mark.parametrize(
    ("language", "width", "script", "kind", "amount", "state"),
    [("ms", 390, True, "fleksibel", "60.50", "APPROVED"), ("en", 1280, False, "age-50", "100", "SUBMITTED")],
)
def test_from_how_much_to_an_application_in_the_list(
    demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int, script: bool, kind: str, amount: str, state: str
) -> None:
    demo()
    member = Member.objects.get(number="10000102")
    person = visit(language, width, script=script)
    page = person.page
    page.goto(f"{person.portal}{'' if language == 'ms' else '/en'}/help/withdrawals/")
    shot(person, "withdrawal-kinds")
    page.goto(
        f"{person.portal}{'' if language == 'ms' else '/en'}/calculators/withdrawal/?kind={kind}&birth_date=1980-03-03&sejahtera=300&fleksibel=300"
    )
    shot(person, "withdrawal-calculator")

    person.sign_in("ahlidemo54")
    shot(person, "withdrawal-home")
    person.link("Berapa boleh saya keluarkan sekarang?").click()
    page.wait_for_url(re.compile(r"/estimate/$"))
    shot(person, "withdrawal-estimate")
    page.locator(f"main a[href$='/kinds/{kind}/']").first.click()
    page.wait_for_url(re.compile(rf"/kinds/{kind}/$"))
    shot(person, "withdrawal-kind")
    person.button("Mulakan permohonan").click()
    page.wait_for_url(re.compile(r"/apply/amount/$"))
    page.fill("#id_amount", "999999")
    person.button("Simpan dan teruskan").click()
    page.locator(".field__error").first.wait_for()
    shot(person, "withdrawal-amount")
    page.fill("#id_amount", amount)
    person.button("Simpan dan teruskan").click()
    page.wait_for_url(re.compile(r"/apply/payment/$"))
    shot(person, "withdrawal-payment")
    person.button("Simpan dan teruskan").click()
    if kind == "age-50":
        page.wait_for_url(re.compile(r"/apply/documents/$"))
        page.set_input_files("#birth_date_papers", {"name": "sijil.png", "mimeType": "image/png", "buffer": picture()})
        page.locator("form:has(#birth_date_papers) button").click()
        page.locator("main img").wait_for()
        shot(person, "withdrawal-documents")
        person.button("Teruskan").click()
    page.wait_for_url(re.compile(r"/apply/check/$"))
    page.check("#id_declared")
    person.type_the_code(PHONE)
    shot(person, "withdrawal-check")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/done/$"))
    shot(person, "withdrawal-done")
    found = Application.objects.get()
    assert (found.state, found.member) == (state, member)

    person.link("Semua permohonan").click()
    page.wait_for_url(re.compile(r"/withdrawals/$"))
    shot(person, "withdrawal-list")
    page.locator(f"main a[href$='/{found.number}/']").click()
    page.wait_for_url(re.compile(rf"/{found.number}/$"))
    shot(person, "withdrawal-page")
    person.link("Batalkan permohonan").click()
    shot(person, "withdrawal-cancel")
    person.button("Batalkan permohonan").click()
    person.sees("Dibatalkan")
    shot(person, "withdrawal-cancelled")
    assert Application.objects.get().state == "CANCELLED"
