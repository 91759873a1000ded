"""A correction run in a real browser, by keyboard alone: one officer prepares it, another approves it, the member sees the corrected row and why."""

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command

from contributions.models import Correction, Filing
from members.models import Member
from tests.contributions.correcting import was_never_a_citizen
from tests.journeys.test_counter_browser import at_work
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Rekod kewarganegaraan dibetulkan"
SEPTEMBER = "September 2026"
"""In both languages."""


@pytest.mark.parametrize(("language", "width"), [("ms", 390), ("en", 1280)])
def test_a_correction_of_two_officers(demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int) -> None:
    demo()
    member = Member.objects.get(number="10000101")
    was_never_a_citizen(member)
    filing = Filing.objects.get(wage_month="2026-09-01", employer__number="10000001")

    supervisor = visit(language, width)
    keys = at_work(supervisor, "penyelia01")
    keys.menu("Pembetulan")
    keys.follow("Sediakan pembetulan")
    keys.enter(supervisor.button("Kira semula"))
    supervisor.sees("Terdapat masalah")
    supervisor.look()
    keys.write("#id_filing_ids", str(filing.pk))
    keys.write("#id_reason", WHY)
    keys.enter(supervisor.button("Kira semula"))
    supervisor.page.wait_for_url(re.compile(r"/staff/corrections/\d+/$"))
    supervisor.button("Cadangkan kepada pegawai lain").wait_for()
    supervisor.look()
    keys.enter(supervisor.button("Cadangkan kepada pegawai lain"))
    supervisor.sees("Menunggu pegawai lain")

    inspector = visit(language, width)
    keys = at_work(inspector, "pemeriksa01", home="staff")
    keys.follow("Pembetulan Borang A")
    made = Correction.objects.get()
    keys.enter(inspector.main.locator(f"a[href$='/staff/corrections/{made.pk}/']"))
    inspector.page.wait_for_url(re.compile(r"/staff/corrections/\d+/$"))
    inspector.look()
    keys.enter(inspector.main.locator("button[name=action][value=approve]"))
    inspector.sees("Telah dicatat")
    inspector.look()

    owner = visit(language, width)
    owner.sign_in("ahlidemo35")
    owner.main.get_by_role("link", name=SEPTEMBER).first.click()
    owner.main.get_by_text(WHY).first.wait_for()
    owner.look()
    call_command("check_ledger")
