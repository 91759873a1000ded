"""The portal's own services and the demo bank, a process of its own: what one writes the other reads."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from contributions.enums import FilingState, MessageVerdict, PaymentState
from contributions.models import Payment
from contributions.services import enquiry, receiving
from contributions.services import payment as payments
from kwsp_portal.bank import conf
from kwsp_portal.bank.fpx import messages
from kwsp_portal.common.clock import KL
from tests.bank import keys, stub
from tests.bank.bank_process import BankProcess, order_page
from tests.bank.counter import ask, book, pay
from tests.contributions.conftest import Office, make_office, office
from tests.factories import leave

__all__ = ["make_office", "office"]

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 15, 9, 30, tzinfo=KL)
LATER = AT + timedelta(minutes=31)


@pytest.fixture(scope="session")
def portal_keys(tmp_path_factory: pytest.TempPathFactory, seller_pair: keys.Pair, bank_pair: keys.Pair) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("portal")
    (folder / "seller.key").write_bytes(seller_pair.key_pem)
    (folder / "bank.crt").write_bytes(bank_pair.cert_pem)
    return {"seller_key": str(folder / "seller.key"), "bank_certs": [str(folder / "bank.crt")]}


@pytest.fixture
def order(settings: LazySettings, portal_keys: dict[str, Any], bank: BankProcess, office: Office) -> Payment:
    """An order for an approved filing, not yet taken to the bank."""
    settings.FPX = {**settings.FPX, **portal_keys, "bank_url": bank.url}
    filing = office.approved()
    return leave.start(filing_id=filing.pk, bank_code="MBB0228", by=office.checker, on=AT.date(), at=AT)


def tell(portal: stub.Portal, order: Payment, number: int = 1) -> receiving.Outcome:
    """The bank's direct message of that number, handed to the portal as it came."""
    body = portal.wait_for(order.order_no, number)[number - 1]
    return receiving.receive_body(body=body, channel=messages.Channel.DIRECT, on=AT.date(), at=AT)


def state(order: Payment) -> tuple[str, str]:
    order.refresh_from_db()
    return order.state, order.filing.state


def test_a_payment_made_at_the_bank_pays_the_filing_on_the_banks_date(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    pay(bank, conf.fpx(), payments.order_of(order), direct="REPEATED", copies=2)

    assert [tell(portal, order, number).verdict for number in (1, 2)] == [MessageVerdict.APPLIED, MessageVerdict.REPEATED]
    assert state(order) == (PaymentState.APPROVED, FilingState.PAID)
    assert order.filing.paid_on == date.fromisoformat(stub.BUSINESS_DATE)


def test_an_answer_that_never_comes_is_fetched_by_the_sweep(bank: BankProcess, order: Payment) -> None:
    pay(bank, conf.fpx(), payments.order_of(order), direct="NEVER")

    assert enquiry.sweep(on=AT.date(), at=LATER) == {"asked": 1, "answered": 1}

    assert state(order) == (PaymentState.APPROVED, FilingState.PAID)
    assert book(bank, payments.order_of(order))["messages"] == []


def test_the_companys_authoriser_at_the_bank(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    pay(bank, conf.fpx(), payments.order_of(order), result="99")
    tell(portal, order)
    assert state(order) == (PaymentState.PENDING, FilingState.APPROVED)

    bank.post(book(bank, payments.order_of(order))["approve"])
    tell(portal, order, 2)

    assert state(order) == (PaymentState.APPROVED, FilingState.PAID)


def test_an_order_never_taken_to_the_bank_expires(bank: BankProcess, order: Payment) -> None:
    enquiry.sweep(on=AT.date(), at=AT + timedelta(minutes=2))
    assert state(order) == (PaymentState.SENT, FilingState.APPROVED)

    enquiry.sweep(on=AT.date(), at=LATER)
    assert state(order) == (PaymentState.EXPIRED, FilingState.APPROVED)


def test_a_wrong_amount_debited_is_parked(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    pay(bank, conf.fpx(), payments.order_of(order), fault="WRONG_AMOUNT")

    assert tell(portal, order).verdict == MessageVerdict.CONTRADICTS
    assert state(order) == (PaymentState.SENT, FilingState.APPROVED)


def test_an_employer_renamed_since_can_still_be_asked_for(bank: BankProcess, order: Payment) -> None:
    page = order_page(ask(bank, conf.fpx(), payments.order_of(order)))
    bank.post(f"{page}pay/", [("direct", "NEVER")])
    order.filing.employer.name = "NAMA BAHARU SDN BHD"
    order.filing.employer.save()

    enquiry.sweep(on=AT.date(), at=LATER)

    assert state(order) == (PaymentState.APPROVED, FilingState.PAID)
