"""Direct debit over HTTP: applied for under a code, shown, chosen for a filing, cancelled, ended."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from contributions.enums import MandateState, PaymentState
from contributions.models import Mandate, Payment
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import client as fpx
from kwsp_portal.common import clock
from members.identity.models import Challenge
from tests.contributions import pages, paying
from tests.contributions.conftest import ON, Office
from tests.contributions.pages import Person
from tests.factories import leave

ADDRESS = "/employer/direct-debit/"
APPLIED = {"bank": "MBBEMYKL", "account": "5123 4567 8901", "ceiling": "5,000"}


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch, bank: paying.Bank) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    monkeypatch.setattr(fpx.FpxClient, "bank_list", lambda self, model=None: [fpx.Bank(code="MBB0228", name="Maybank2E", online=True)])
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def administrator(office: Office) -> Person:
    return pages.signed_in(office.colleague(administrator=True))


def in_force(office: Office, **fields: Any) -> Mandate:
    good = {"number": "DDATEST", "bank": "MBBEMYKL", "account": "512345678901", "ending": "8901", "ceiling": 5000, "applied_by": office.checker}
    return Mandate.objects.create(employer=office.employer, applied_on=ON, state=MandateState.ACTIVE, active_from=ON, **{**good, **fields})


def test_the_administrator_applies_under_a_code_and_a_second_click_is_harmless(administrator: Person) -> None:
    assert "Tiada debit terus yang berkuat kuasa" in pages.text_of(administrator.get(ADDRESS))
    assert pages.actions_of(administrator.get(ADDRESS)) == ["Mohon debit terus"]
    answer = administrator.coded(f"{ADDRESS}new/", **APPLIED)
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)

    found = Mandate.objects.get()
    assert (found.state, found.account, found.ending, str(found.ceiling)) == ("APPLIED", "512345678901", "8901", "5000.00")
    page = pages.text_of(administrator.get(ADDRESS))
    assert "Menunggu pengesahan bank" in page
    assert "•••• 8901" in page
    assert "512345678901" not in page
    again = administrator.post(f"{ADDRESS}new/", **APPLIED, tac="000000")
    assert (again.status_code, Mandate.objects.count()) == (302, 1)
    assert "sudah ada debit terus" in pages.text_of(administrator.get(f"{ADDRESS}new/"))
    said = AuditEvent.objects.get(action="mandate.apply", refused=False).data
    assert (said["ending"], said["ceiling"], "account" in said) == ("8901", "5000.00", False)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"bank": ""}, "Pilih bank"),
        ({"account": "123"}, "ditemui 3 angka, dijangka 12"),
        ({"ceiling": "banyak"}, "Ditemui “banyak”"),
        ({"ceiling": "0"}, "Masukkan had setiap kutipan"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(administrator: Person, wrong: dict[str, str], words: str) -> None:
    answer = administrator.post(f"{ADDRESS}new/", **{**APPLIED, **wrong}, tac_send="1")

    assert answer.status_code == 422
    assert words in pages.text_of(answer)
    assert ('value="5,000"' in answer.content.decode()) is ("ceiling" not in wrong)
    assert not Mandate.objects.exists()


def test_another_than_the_administrator_reads_and_can_do_nothing(office: Office) -> None:
    found, maker = in_force(office), pages.signed_in(office.maker)

    assert pages.actions_of(maker.get(ADDRESS)) == []
    assert maker.get(f"{ADDRESS}new/").status_code == 403
    assert maker.post(f"{ADDRESS}{found.pk}/end/").status_code == 403
    found.refresh_from_db()
    assert found.state == MandateState.ACTIVE


def test_it_is_ended_once_and_another_employer_s_is_a_404(administrator: Person, office: Office, make_office: Any) -> None:
    found, strange = in_force(office), in_force(make_office(), number="DDAOTHER")

    assert administrator.post(f"{ADDRESS}{strange.pk}/end/").status_code == 404
    for _ in range(2):
        assert administrator.post(f"{ADDRESS}{found.pk}/end/")["Location"] == ADDRESS
    found.refresh_from_db()
    assert found.state == MandateState.ENDED
    assert "Ditamatkan oleh" in pages.text_of(administrator.get(ADDRESS))
    assert AuditEvent.objects.filter(action="mandate.end").count() == 1


def test_a_filing_is_chosen_to_be_collected_on_a_day_seen_and_taken_back(office: Office) -> None:
    filing, checker = office.approved(), pages.signed_in(office.checker)
    assert "Hari kutipan" not in pages.text_of(checker.get(pages.address(filing, "pay")))
    assert 'value="DDA"' not in checker.get(pages.address(filing, "pay")).content.decode(), "nobody chooses what cannot be done"
    in_force(office)
    assert "akaun •••• 8901 didebit pada hari ini, sehingga RM 5,000.00" in pages.text_of(checker.get(pages.address(filing, "pay")))
    day = ON + timedelta(days=3)
    missing = checker.post(pages.address(filing, "pay"), method="DDA", tac_send="1")
    assert (missing.status_code, "Masukkan tarikh" in pages.text_of(missing)) == (422, True)
    early = checker.coded(pages.address(filing, "pay"), method="DDA", collect_on=str(ON))
    assert (early.status_code, "Hari kutipan: ditemui 10 Nov 2026, dijangka dari 11 Nov 2026" in pages.text_of(early)) == (409, True)

    answer = checker.coded(pages.address(filing, "pay"), method="DDA", collect_on=str(day))

    payment = Payment.objects.get()
    receipt = f"/employer/payments/{payment.order_no}/"
    assert (answer["Location"], payment.state, payment.collect_on) == (receipt, PaymentState.SENT, day)
    page = checker.get(receipt)
    assert "Akaun majikan didebit pada 13 Nov 2026" in pages.text_of(page)
    assert "Debit terus (DDA), Maybank" in pages.text_of(page)
    assert pages.actions_of(page) == ["Batalkan debit ini"]
    assert checker.get(f"{receipt}bank/")["Location"] == receipt
    assert payment.order_no in pages.text_of(checker.get(ADDRESS))
    assert "Menunggu hari kutipan" in pages.text_of(checker.get("/employer/payments/?method=DDA"))
    assert checker.post(f"{receipt}cancel/")["Location"] == receipt
    payment.refresh_from_db()
    assert payment.state == PaymentState.FAILED


def test_the_code_is_for_that_day_and_no_other(office: Office) -> None:
    filing, checker = office.approved(), pages.signed_in(office.checker)
    in_force(office)
    address = pages.address(filing, "pay")
    checker.post(address, method="DDA", collect_on=str(ON + timedelta(days=3)), tac_send="1")
    digits = leave.digits_of(Challenge.objects.latest("pk"))
    answer = checker.post(address, method="DDA", collect_on=str(ON + timedelta(days=4)), tac=digits)

    assert (answer.status_code, Payment.objects.exists()) == (422, False)
