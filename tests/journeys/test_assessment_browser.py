"""An assessment in a real browser: made and signed by keyboard alone by two officers, read by the employer, who objects with a paper."""

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command

from contributions.models import Assessment, AssessmentPaper
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from tests.contributions.assessed import GROUNDS, PAPER
from tests.journeys.test_counter_browser import at_work
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
AS_AT = "2026-11-23"
"""When October is late; the demo leaves it to be filed."""


@pytest.mark.parametrize(("language", "width"), [("en", 390)])
def test_made_signed_served_and_objected_to(demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int) -> None:
    demo()
    month = WageMonth.of(clock.business_date()).previous()

    inspector = visit(language, width)
    keys = at_work(inspector, "pemeriksa01", home="staff")
    keys.menu("Perkara bayaran")
    keys.follow("Taksiran KWSP 7")
    keys.follow("Buat taksiran")
    inspector.look()
    for field, text in (("employer_number", "10000001"), ("first", str(month)), ("last", str(month)), ("grounds", GROUNDS)):
        keys.write(f"#id_{field}", text)
    keys.enter(inspector.button("Mulakan draf"))
    inspector.button("Kemukakan untuk ditandatangani").wait_for()
    inspector.look()
    keys.enter(inspector.button("Kemukakan untuk ditandatangani"))
    inspector.sees("Menunggu pegawai lain")

    found = Assessment.objects.get()
    second = visit(language, width)
    keys = at_work(second, "pemeriksa02", home="staff")
    keys.menu("Perkara bayaran")
    keys.follow("Taksiran KWSP 7")
    keys.enter(second.main.locator(f"a[href$='/staff/assessments/{found.pk}/']"))
    keys.enter(second.main.locator("button[name=action][value=sign]"))
    second.sees("KWSP 7 (Borang E) untuk dicetak")
    second.look()

    checker = visit(language, width)
    checker.sign_in("majikanchecker")
    checker.page.goto(re.sub(r"employer/.*", f"employer/assessments/{found.pk}/", checker.page.url))
    checker.sees("KWSP 8 (Borang F): jumlah jika dibayar hari ini")
    checker.look()
    checker.link("Bantah taksiran").click()
    checker.page.fill("#id_reason", "Dia sudah berhenti")
    checker.page.set_input_files("#id_papers", {"name": PAPER.name, "mimeType": "application/pdf", "buffer": PAPER.content})
    checker.look()
    checker.button("Hantar bantahan").click()
    checker.sees("Bantahan dan jawapan")
    assert AssessmentPaper.objects.get().document.name == PAPER.name
    call_command("check_ledger")
