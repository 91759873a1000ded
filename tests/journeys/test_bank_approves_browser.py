"""In a browser: the company's authoriser approves at the bank three days later, by the demo's clock; and what the ledger has of it then."""

import re
import time
from collections.abc import Callable
from datetime import date

import pytest
from django.core.management import call_command

from contributions.enums import FilingState, PaymentState
from contributions.models import Filing, Payment
from contributions.services import filing as filings
from contributions.services import leave as approving
from kwsp_portal.common import clock
from kwsp_portal.frame.demo.people import PEOPLE
from members.identity.enums import Purpose
from members.identity.models import User
from members.ledger.enums import EntryKind
from members.ledger.models import Entry
from tests.contributions.conftest import Office
from tests.factories import borang_a, leave
from tests.journeys.borang_a import OCTOBER
from tests.journeys.visitor import PATIENCE, Visitor

PHONE = next(person.phone for person in PEOPLE if person.user_id == "majikanchecker")
ON, THREE_DAYS_LATER = date(2026, 11, 10), date(2026, 11, 13)

pytestmark = pytest.mark.django_db(transaction=True)


def approved() -> Filing:
    """October's Borang A of one member, sent by the maker, read by the worker, approved by the checker."""
    maker, checker = (User.objects.get(user_id=user_id) for user_id in ("majikanmaker", "majikanchecker"))
    employer = maker.representations.get().employer
    content = borang_a.file(borang_a.row(Office(employer, maker, checker).hire()))
    filing = filings.upload(employer=employer, wage_month=OCTOBER, name="oktober.csv", content=content, by=maker, on=ON)
    until = time.monotonic() + PATIENCE / 1000
    while Filing.objects.get(pk=filing.pk).state == FilingState.RECEIVED:
        assert time.monotonic() < until, "the worker did not read the file"
        time.sleep(0.2)
    filings.submit(filing_id=filing.pk, by=maker, declaration=True, on=ON)
    shown = approving.to_approve(Filing.objects.select_related("employer").get(pk=filing.pk))
    approval = leave.as_rows(user=checker, purpose=Purpose.EMPLOYER_APPROVAL, shown=shown, at=clock.now())
    return filings.approve(filing_id=filing.pk, by=checker, approval=approval, on=ON, at=clock.now())


def test_the_bank_approves_after_three_days(demo: Callable[[], None], visit: Callable[..., Visitor]) -> None:
    demo()
    filing, checker = approved(), visit("ms", 390)
    checker.sign_in("majikanchecker")
    page = checker.page
    page.goto(f"{checker.portal}/employer/filings/{filing.pk}/pay/")
    checker.look()
    page.get_by_label("Maybank2E").check()
    checker.type_the_code(PHONE)
    checker.button("Bayar %(total)s di halaman bank", total="RM 1,449.00").click()
    page.wait_for_url(re.compile("/demo/bank/pay/"))
    page.locator("details.panel summary").click()
    page.select_option("#result", "99")
    page.locator("button.main").click()
    page.wait_for_url(re.compile(r"/employer/payments/\w+/$"))
    receipt = page.url
    checker.sees("Menunggu kelulusan di bank")
    checker.look()
    payment = Payment.objects.get(filing=filing)
    assert (payment.state, payment.response_code) == (PaymentState.PENDING, "99")

    page.goto(f"{checker.portal}/demo/clock/")
    page.fill("input[name=date]", "2026-11-13")
    page.locator("main form button").last.click()
    checker.sees("13 Nov 2026")
    page.goto(f"{checker.portal}/demo/bank/")
    page.locator("li.order", has_text=payment.order_no).locator("button.main").click()
    page.goto(receipt)
    checker.sees("Bayaran diterima")
    assert "13 Nov 2026" in checker.main.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    checker.look()
    page.goto(f"{checker.portal}/employer/filings/{filing.pk}/")
    checker.sees("Semua pekerja telah dikreditkan")
    checker.look()

    filing.refresh_from_db()
    row = filing.rows.get()
    paid, credited = Entry.objects.get(kind=EntryKind.PAYMENT, ref=payment.pk), Entry.objects.get(kind=EntryKind.CONTRIBUTION, ref=row.pk)
    assert (filing.paid_on, paid.value_date) == (THREE_DAYS_LATER, THREE_DAYS_LATER)
    assert credited.value_date == date(2026, 11, 30), "it earns from the last day of its contribution month (ruling 15)"
    call_command("check_ledger")
