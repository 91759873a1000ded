"""In a browser: direct debit from its application to the receipt, and a second payment asked back by the employer, sent by two officers."""

import re
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command

from contributions.enums import MandateState, PaymentMethod, PaymentState, RefundAccountState, RefundState
from contributions.models import Mandate, Payment, PaymentMatter, Refund, RefundAccount
from contributions.services import receiving
from kwsp_portal.bank.fpx import codes, messages
from kwsp_portal.common.clock import KL
from kwsp_portal.frame.demo.people import PEOPLE
from kwsp_portal.jobs import doorbell
from members.identity.models import User
from tests.contributions import paying
from tests.journeys.test_bank_approves_browser import ON, approved
from tests.journeys.visitor import PATIENCE, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
PHONES = {person.user_id: person.phone for person in PEOPLE}
COLLECTED = date(2026, 11, 13)
SWEEP = "kwsp_portal.jobs.tasks.sweep"


def until(done: Callable[[], bool], what: str) -> None:
    """What beat asks for every few seconds, until it has come to this."""
    end = time.monotonic() + PATIENCE / 1000
    while not done():
        assert time.monotonic() < end, what
        doorbell.ring(task=SWEEP)
        time.sleep(2)


def to_day(visitor: Visitor, day: date) -> None:
    visitor.page.goto(f"{visitor.portal}/demo/clock/")
    visitor.page.fill("input[name=date]", day.isoformat())
    visitor.page.locator("main form button").last.click()
    visitor.sees(f"{day.day} Nov 2026")


def account(person: Visitor, ceiling: str = "") -> None:
    person.page.select_option("#id_bank", "MBBEMYKL")
    person.page.fill("#id_account", "5123 4567 8901")
    if ceiling:
        person.page.fill("#id_ceiling", ceiling)
    person.type_the_code(PHONES["majikanadmin"])
    person.look()
    person.page.keyboard.press("Enter")


def hear(payment: Payment, code: str) -> None:
    """The bank's word on an order of FPX."""
    at = datetime(ON.year, ON.month, ON.day, 9, 30, tzinfo=KL)
    said = paying.Bank(None, None, None, []).says(payment, code, fpx_txn_time=at)  # type: ignore[arg-type] - nothing is signed here
    body = f"{payment.pk} {code}"
    receiving.record(confirmation=said, body=body, channel=messages.Channel.DIRECT, method=PaymentMethod.FPX, on=ON, at=at)


def test_a_debit_from_the_application_to_the_receipt_and_a_refund_to_the_account(demo: Callable[[], None], visit: Callable[..., Visitor]) -> None:
    demo()
    filing = approved()
    failed = paying.start(filing, User.objects.get(user_id="majikanchecker"), at=datetime(ON.year, ON.month, ON.day, 9, tzinfo=KL))
    hear(failed, codes.INSUFFICIENT)
    administrator, checker = visit("ms", 390), visit("en", 1280, script=False)
    administrator.sign_in("majikanadmin")
    administrator.page.goto(f"{administrator.portal}/employer/direct-debit/")
    administrator.link("Mohon debit terus").click()
    administrator.look()
    account(administrator, ceiling="5000")
    administrator.sees("Menunggu pengesahan bank")
    administrator.look()
    until(lambda: Mandate.objects.get().state == MandateState.ACTIVE, "the bank did not answer")
    administrator.page.reload()
    administrator.sees("Berkuat kuasa")

    checker.sign_in("majikanchecker")
    checker.page.goto(f"{checker.portal}/en/employer/filings/{filing.pk}/pay/")
    checker.page.check("input[name=method][value=DDA]")
    checker.page.fill("#id_collect_on", COLLECTED.isoformat())
    checker.type_the_code(PHONES["majikanchecker"])
    checker.button("Bayar %(total)s di halaman bank", total="RM 1,449.00").click()
    checker.page.wait_for_url(re.compile(r"/employer/payments/\w+/$"))
    checker.look()
    to_day(administrator, COLLECTED)
    payment = Payment.objects.get(filing=filing, method=PaymentMethod.DDA)
    until(lambda: Payment.objects.get(pk=payment.pk).state == PaymentState.APPROVED, "nothing was collected")
    checker.page.reload()
    checker.sees("Bayaran diterima")
    assert "13 Nov 2026" in checker.main.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    checker.look()

    # The bank approves the order that had failed: paid twice, asked back, to an account that its bank has named.
    hear(failed, codes.APPROVED)
    receipt = f"{checker.portal}/en/employer/payments/{failed.order_no}/"
    checker.page.goto(receipt)
    checker.button("Mohon %(total)s dipulangkan", total="RM 1,449.00").click()
    checker.sees("Menunggu keputusan pegawai")
    checker.look()
    administrator.page.goto(f"{administrator.portal}/employer/refund-account/new/")
    administrator.look()
    account(administrator)
    administrator.sees("Sedang disahkan oleh bank")
    until(lambda: RefundAccount.objects.get().state == RefundAccountState.CURRENT, "the bank did not name the holder")
    matter = PaymentMatter.objects.get(kind="REFUND")
    for user_id, home, words in (("pemeriksa01", "staff", "Cadangkan bayaran balik"), ("penyelia01", "counter", "Luluskan bayaran balik")):
        officer = visit("ms", 1280)
        officer.report_for_work(user_id, home=home)
        officer.page.goto(f"{officer.portal}/staff/payments/{matter.pk}/")
        officer.look()
        officer.page.fill("#id_comment", "Dibayar dua kali")
        with officer.page.expect_navigation():
            officer.button(words).click()
        officer.look()

    to_day(administrator, COLLECTED + timedelta(days=1))
    until(lambda: Refund.objects.get().state == RefundState.PAID, "the refund was not paid")
    checker.page.goto(receipt)
    checker.sees("Telah dibayar")
    assert re.search(r"PO[A-Z2-9]{14}: Maybank •••• 8901", checker.main.inner_text())
    checker.look()
    call_command("check_ledger")
