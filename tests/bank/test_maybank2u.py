"""Maybank2u from its payer's button to the ledger: each fault of the bank, by name, in the demo bank, a process of its own, over HTTP."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from contributions.enums import FilingState, MessageVerdict, PaymentMethod, PaymentState
from contributions.models import Payment, PaymentMatter, PaymentMessage, SettlementFile, SettlementRow
from contributions.services import enquiry, receiving, settling
from contributions.services import payment as payments
from kwsp_portal.bank import conf
from kwsp_portal.bank.fpx import messages, signature, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from members.ledger import invariants
from tests.bank import keys, stub
from tests.bank.bank_process import Answer, BankProcess, order_page
from tests.bank.counter import ask, book, pay
from tests.bank.test_portal_pays import AT, LATER, portal_keys, state
from tests.contributions.conftest import Office, make_office, office
from tests.factories import leave

__all__ = ["make_office", "office", "portal_keys"]

pytestmark = pytest.mark.django_db
PAID = (PaymentState.APPROVED, FilingState.PAID)
UNPAID = (PaymentState.SENT, FilingState.APPROVED)
FAILED = (PaymentState.FAILED, FilingState.APPROVED)
M2U = PaymentMethod.MAYBANK2U
DAY = date.fromisoformat(stub.BUSINESS_DATE)


@pytest.fixture
def order(settings: LazySettings, portal_keys: dict[str, Any], bank: BankProcess, office: Office) -> Payment:
    """An order for an approved filing, to be paid by Maybank2u, not yet taken there."""
    settings.FPX = {**settings.FPX, **portal_keys, "bank_url": bank.url}
    return leave.start(filing_id=office.approved().pk, by=office.checker, on=AT.date(), at=AT, method=M2U)


def behave(bank: BankProcess, order: Payment, **behaviour: Any) -> Answer:
    return pay(bank, conf.maybank2u(), payments.order_of(order), **behaviour)


def tell(portal: stub.Portal, order: Payment, number: int = 1) -> receiving.Outcome:
    """The bank's direct message of that number, handed to the portal's door of Maybank2u as it came."""
    body = portal.wait_for(order.order_no, number)[number - 1]
    return receiving.receive_body(body=body, channel=messages.Channel.DIRECT, on=AT.date(), at=AT, method=M2U)


def back(answer: Answer) -> receiving.Outcome:
    body = wire.encode(answer.hidden_fields)
    return receiving.receive_body(body=body, channel=messages.Channel.INDIRECT, on=AT.date(), at=AT, method=M2U)


def test_it_is_paid_on_the_bank_s_own_page_and_the_filing_on_the_bank_s_date(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    assert "Maybank2u: bayar KWSP" in bank.get(order_page(ask(bank, conf.maybank2u(), payments.order_of(order)))).body
    answer = behave(bank, order, direct="REPEATED", copies=2)

    assert 'action="/maybank2u/indirect/"' in answer.body
    assert [tell(portal, order, number).verdict for number in (1, 2)] == [MessageVerdict.APPLIED, MessageVerdict.REPEATED]
    assert state(order) == PAID
    assert order.filing.paid_on == date.fromisoformat(stub.BUSINESS_DATE)
    assert order.fpx_id.startswith("M2U")
    assert invariants.broken() == []


@pytest.mark.parametrize("code", ["57", "51"], ids=["refused", "insufficient funds"])
def test_refused(bank: BankProcess, portal: stub.Portal, order: Payment, code: str) -> None:
    behave(bank, order, result=code)
    tell(portal, order)

    assert (state(order), order.response_code) == (FAILED, code)


def test_the_buyer_cancels(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    bank.post(f"{order_page(ask(bank, conf.maybank2u(), payments.order_of(order)))}cancel/")
    tell(portal, order)

    assert (state(order), order.response_code) == (FAILED, "80")


def test_pending_is_asked_for_until_it_is_approved(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    behave(bank, order, result="99")
    tell(portal, order)
    assert state(order) == (PaymentState.PENDING, FilingState.APPROVED)

    bank.post(book(bank, payments.order_of(order))["approve"])
    enquiry.sweep(on=AT.date() + timedelta(days=3), at=AT + timedelta(days=3))

    assert state(order) == PAID


def test_the_message_comes_late_and_the_browser_is_not_believed(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    back(behave(bank, order, direct="LATE", delay_seconds=1))
    assert state(order) == UNPAID

    tell(portal, order)
    assert state(order) == PAID


def test_the_message_never_comes(bank: BankProcess, order: Payment) -> None:
    behave(bank, order, direct="NEVER")
    enquiry.sweep(on=AT.date(), at=LATER)

    assert state(order) == PAID


def test_the_browser_never_returns(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    assert behave(bank, order, returns="STAYS").hidden_fields == []
    tell(portal, order)

    assert state(order) == PAID


def test_the_wrong_amount_is_an_officer_s(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    behave(bank, order, fault="WRONG_AMOUNT")
    tell(portal, order)

    assert state(order) == UNPAID
    assert PaymentMatter.objects.get().reason == "DIFFERS txnAmount"


def test_the_wrong_order_is_an_officer_s_and_the_books_are_right(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    behave(bank, order, fault="WRONG_ORDER", direct="FIRST")
    assert tell(portal, order).payment is None
    assert PaymentMatter.objects.get().kind == "UNKNOWN_ORDER"

    enquiry.sweep(on=AT.date(), at=LATER)
    assert state(order) == PAID


@pytest.mark.parametrize("fault", ["BAD_SIGNATURE", "RETIRED_KEY"])
def test_a_bad_or_retired_signature(bank: BankProcess, portal: stub.Portal, order: Payment, fault: str) -> None:
    behave(bank, order, fault=fault, direct="FIRST")
    with pytest.raises(FpxRefused):
        tell(portal, order)

    assert state(order) == UNPAID
    assert PaymentMessage.objects.latest("pk").reason.startswith("BAD_SIGNATURE")


def test_a_later_contradiction_goes_to_an_officer(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    behave(bank, order)
    tell(portal, order)
    bank.post(book(bank, payments.order_of(order))["approve"].replace("/approve/", "/contradict/"))

    assert tell(portal, order, 2).verdict == MessageVerdict.CONTRADICTS
    assert state(order) == PAID


def test_an_order_never_taken_there_expires(bank: BankProcess, order: Payment) -> None:
    enquiry.sweep(on=AT.date(), at=LATER)

    assert state(order) == (PaymentState.EXPIRED, FilingState.APPROVED)


def test_each_protocol_has_its_own_door(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    """What Maybank2u signed is no form of FPX's; and what FPX signs about an order that went to Maybank2u is an officer's."""
    behave(bank, order, direct="FIRST")
    [body] = portal.wait_for(order.order_no)
    form = "application/x-www-form-urlencoded"
    assert Client().post("/fpx/direct/", body, content_type=form).content == b"REFUSED UNKNOWN_FIELD"
    assert state(order) == UNPAID

    said = conf.maybank2u().read_ac(wire.decode(body))
    receiving.record(confirmation=said, body="", channel=messages.Channel.DIRECT, method=PaymentMethod.FPX, on=AT.date(), at=AT)
    assert state(order) == UNPAID
    assert PaymentMatter.objects.get().reason == "OTHER_WAY FPX"

    assert Client().post("/maybank2u/direct/", body, content_type=form).content == b"OK"
    assert state(order) == PAID


def test_an_order_that_a_stranger_signed_is_not_taken(bank: BankProcess, order: Payment, stranger_pair: keys.Pair) -> None:
    form = conf.maybank2u().authorisation_request(payments.order_of(order))
    fields = [*form.fields[:-1], ("m2u_checkSum", signature.sign("|".join(value for _, value in form.fields[:-1]), stranger_pair.key))]

    assert bank.post(form.url, fields).status == 400


def test_the_settlement_file_has_it_and_it_is_matched_three_ways(
    bank: BankProcess, portal: stub.Portal, order: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    SettlementFile.objects.create(on=DAY - timedelta(days=1), digest="0" * 64, rows_total=0, amount=0, payments_from=1, fetched_at=AT)
    behave(bank, order)
    tell(portal, order)
    monkeypatch.setattr(stub, "BUSINESS_DATE", str(DAY + timedelta(days=1)))

    settling.sweep(on=DAY + timedelta(days=1), at=AT + timedelta(days=1))

    assert SettlementRow.objects.get(payment=order).file.on == DAY
    assert not PaymentMatter.objects.filter(payment=order).exists()
    assert invariants.broken() == []
