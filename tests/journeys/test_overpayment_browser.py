"""KWSP 14 in a real browser: asked for as credit by the maker, sent by the checker under a code, taken back by two officers, and there as credit."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import ViewportSize

from contributions.enums import OverpaymentState
from contributions.models import Filing, Overpayment
from kwsp_portal.frame.demo.people import PEOPLE
from tests.journeys.visitor import PATIENCE, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = next(person.phone for person in PEOPLE if person.user_id == "majikanchecker")
SLIP = {"name": "slip.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 slip gaji"}
WHY = "Gaji tersalah taip"
SHOTS = os.environ.get("KWSP_SHOTS", "")


def look(visitor: Visitor, name: str) -> None:
    """With care, and for people who look at it on a phone and on a desk (KWSP_SHOTS names a folder)."""
    visitor.look()
    for width in (390, 1280) if SHOTS else ():
        visitor.page.set_viewport_size(ViewportSize(width=width, height=900))
        visitor.page.screenshot(path=str(Path(SHOTS) / f"overpayment-{name}-{width}.png"), full_page=True)
    visitor.page.set_viewport_size(ViewportSize(width=visitor.width, height=900))


@pytest.mark.parametrize(("language", "width"), [("ms", 390)])
def test_what_was_too_much_becomes_the_employer_s_credit(demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int) -> None:
    demo()
    filing = Filing.objects.get(wage_month="2026-09-01", employer__number="10000001")

    maker = visit(language, width)
    maker.sign_in("majikanmaker")
    maker.page.goto(f"{maker.portal}/employer/filings/{filing.pk}/")
    maker.link("Terlebih bayar? Mohon bayaran balik (KWSP 14)").click()
    maker.page.check("input[name=why][value=WAGES]")
    maker.page.check("input[name=how][value=OFFSET]")
    maker.page.fill("#id_rows", "10000101, 1000")
    maker.page.fill("#id_reason", WHY)
    look(maker, "new")
    maker.page.set_input_files("#id_document", SLIP)  # type: ignore[arg-type]
    maker.button("Kira dan simpan draf").click()
    maker.button("Hantar untuk kelulusan").click()
    maker.sees("Orang lain mesti meluluskan atau memulangkannya")
    found = Overpayment.objects.get()

    checker = visit(language, width)
    checker.sign_in("majikanchecker")
    checker.page.goto(f"{checker.portal}/employer/overpayments/{found.pk}/")
    checker.type_the_code(PHONE)
    look(checker, "code")
    checker.main.locator("button[name=action][value=approve]").click()
    checker.sees("Sedang diperiksa KWSP")

    supervisor = visit(language, width)
    supervisor.report_for_work("penyelia01", home="counter")
    supervisor.page.goto(f"{supervisor.portal}/staff/overpayments/{found.pk}/")
    supervisor.page.fill("#id_reason", WHY)
    supervisor.button("Cadangkan kepada pegawai lain").click()
    supervisor.sees("Menunggu pegawai lain")

    inspector = visit(language, width)
    inspector.report_for_work("pemeriksa01", home="staff")
    inspector.page.goto(f"{inspector.portal}/staff/overpayments/")
    inspector.main.locator(f"a[href$='/staff/overpayments/{found.pk}/']").click()
    look(inspector, "second")
    inspector.main.locator("button[name=action][value=approve]").click()
    inspector.page.wait_for_url(re.compile(r"/staff/overpayments/\d+/$"))
    until = time.monotonic() + PATIENCE / 1000
    while Overpayment.objects.get().state != OverpaymentState.OFFSET:
        assert time.monotonic() < until, "nothing was taken back"
        time.sleep(0.2)

    checker.page.reload()
    checker.sees("Wang ini kredit majikan anda")
    look(checker, "credit")
    call_command("check_ledger")
