"""An employer's payments: listed with filters, taken as CSV, each approved one with a receipt as a file; whoever takes a file is in the log."""

import csv
import io

import pytest

from contributions.models import Payment
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import codes
from tests.contributions import paying
from tests.contributions.conftest import NOVEMBER, Office
from tests.contributions.pages import Person, signed_in, text_of
from tests.contributions.paying import Bank

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(bank: Bank, office: Office) -> Payment:
    """October failed once and is paid then; November is on its way."""
    october = office.approved()
    failed = paying.start(october, office.checker)
    paying.deliver(bank.ac(failed, codes.INSUFFICIENT))
    order = paying.start(october, office.checker)
    paying.deliver(bank.ac(order, codes.APPROVED))
    paying.start(office.approved(wage_month=NOVEMBER), office.checker)
    order.refresh_from_db()
    return order


def rows(person: Person, query: str = "") -> list[dict[str, str]]:
    answer = person.get(f"/employer/payments.csv{query}")
    assert answer["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_list_and_its_filters_on_page_and_in_the_file(paid: Payment, office: Office) -> None:
    person = signed_in(office.maker)
    whole = text_of(person.get("/employer/payments/"))
    assert "3 bayaran; RM 1,449.00 diambil oleh bank." in whole
    for query, count in (
        ("?month=2026-10", 2),
        ("?month=2026-10&state=APPROVED", 1),
        ("?state=SENT", 1),
        ("?method=FPX", 3),
        ("?month=x&state=y", 3),
    ):
        assert f"{count} bayaran;" in text_of(person.get(f"/employer/payments/{query}")), query
        assert len(rows(person, query)) == count
    assert "Tiada bayaran yang sepadan" in text_of(person.get("/employer/payments/?month=2026-11&state=APPROVED"))
    assert [row["No. pesanan"] for row in rows(person, "?state=APPROVED")] == [paid.order_no]
    assert AuditEvent.objects.filter(action="file.download", actor_id=office.maker.pk).count() == 6


def test_the_receipt_is_a_file_and_its_taking_in_the_log(paid: Payment, office: Office) -> None:
    person = signed_in(office.maker, "/en")

    answer = person.get(f"/employer/payments/{paid.order_no}/receipt.txt")

    said = answer.content.decode("utf-8-sig")
    assert f"Payment receipt: {paid.order_no}" in said
    assert "1,449.00" in said
    assert AuditEvent.objects.get(action="file.download").target == f"payment:{paid.pk}"
    other = Payment.objects.exclude(state="APPROVED").first()
    assert other is not None
    assert person.get(f"/employer/payments/{other.order_no}/receipt.txt").status_code == 404


def test_another_employers_payments_are_not_there(paid: Payment, make_office: object) -> None:
    stranger = signed_in(make_office().checker)  # type: ignore[operator]

    assert "Belum ada bayaran" in text_of(stranger.get("/employer/payments/"))
    assert rows(stranger) == []
    assert stranger.get(f"/employer/payments/{paid.order_no}/receipt.txt").status_code == 404
