"""Each fault of the bank, by name: switched on in the demo bank, a process of its own, over HTTP, and what becomes of order, filing and money."""

from datetime import timedelta
from typing import Any

import pytest

from contributions.enums import FilingState, MessageVerdict, PaymentState
from contributions.models import Payment, PaymentMatter, PaymentMessage
from contributions.services import enquiry, receiving
from contributions.services import payment as payments
from kwsp_portal.bank import conf
from kwsp_portal.bank.fpx import messages, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from members.ledger import invariants
from tests.bank import stub
from tests.bank.bank_process import Answer, BankProcess, order_page
from tests.bank.counter import ask, book, pay
from tests.bank.test_portal_pays import AT, LATER, order, portal_keys, state, tell
from tests.contributions.conftest import make_office, office

__all__ = ["make_office", "office", "order", "portal_keys"]

pytestmark = pytest.mark.django_db
PAID = (PaymentState.APPROVED, FilingState.PAID)
UNPAID = (PaymentState.SENT, FilingState.APPROVED)
FAILED = (PaymentState.FAILED, FilingState.APPROVED)


def behave(bank: BankProcess, order: Payment, **behaviour: Any) -> Answer:
    return pay(bank, conf.fpx(), payments.order_of(order), **behaviour)


def back(answer: Answer) -> receiving.Outcome:
    """What the payer's browser brings back."""
    return receiving.receive_body(body=wire.encode(answer.hidden_fields), channel=messages.Channel.INDIRECT, on=AT.date(), at=AT)


@pytest.mark.parametrize(("result", "code"), [("57", "57"), ("51", "51")], ids=["refused", "insufficient funds"])
def test_refused(bank: BankProcess, portal: stub.Portal, order: Payment, result: str, code: str) -> None:
    behave(bank, order, result=result)
    tell(portal, order)

    assert state(order) == FAILED
    assert order.response_code == code


def test_the_buyer_cancels(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    bank.post(f"{order_page(ask(bank, conf.fpx(), payments.order_of(order)))}cancel/")
    tell(portal, order)

    assert state(order) == FAILED


def test_pending_authorisation_is_asked_for_and_approved_days_later(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    behave(bank, order, result="99")
    tell(portal, order)
    assert state(order) == (PaymentState.PENDING, FilingState.APPROVED)
    for days in (1, 2):
        assert enquiry.sweep(on=AT.date() + timedelta(days=days), at=AT + timedelta(days=days)) == {"asked": 1, "answered": 1}
        assert state(order)[0] == PaymentState.PENDING

    bank.post(book(bank, payments.order_of(order))["approve"])
    enquiry.sweep(on=AT.date() + timedelta(days=3), at=AT + timedelta(days=3))

    assert state(order) == PAID
    tell(portal, order, 2)
    assert state(order) == PAID, "the message that follows is old news"
    assert invariants.broken() == []


def test_the_direct_message_comes_twice(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    behave(bank, order, direct="REPEATED", copies=2)

    assert [tell(portal, order, number).verdict for number in (1, 2)] == [MessageVerdict.APPLIED, MessageVerdict.REPEATED]
    assert state(order) == PAID


def test_the_direct_message_comes_late(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    answer = behave(bank, order, direct="LATE", delay_seconds=1)
    back(answer)
    assert state(order) == UNPAID, "the browser is not believed"

    tell(portal, order)
    assert state(order) == PAID


def test_the_direct_message_never_comes(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    back(behave(bank, order, direct="NEVER"))
    enquiry.sweep(on=AT.date(), at=LATER)

    assert state(order) == PAID


def test_the_direct_message_comes_before_the_browser(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    answer = behave(bank, order, direct="FIRST")
    tell(portal, order)
    assert state(order) == PAID

    assert back(answer).verdict == MessageVerdict.APPLIED
    assert state(order) == PAID


def test_the_browser_never_comes_back(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    answer = behave(bank, order, returns="STAYS")
    tell(portal, order)

    assert answer.hidden_fields == []
    assert state(order) == PAID


def test_the_wrong_amount(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    behave(bank, order, fault="WRONG_AMOUNT")
    tell(portal, order)

    assert state(order) == UNPAID
    assert PaymentMatter.objects.get().reason == "DIFFERS txnAmount"
    assert invariants.broken() == []


def test_the_wrong_order(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    behave(bank, order, fault="WRONG_ORDER", direct="FIRST")
    assert tell(portal, order).payment is None
    assert PaymentMatter.objects.get().kind == "UNKNOWN_ORDER"

    enquiry.sweep(on=AT.date(), at=LATER)
    assert state(order) == PAID, "the bank's books are right"


@pytest.mark.parametrize(("fault", "reason"), [("BAD_SIGNATURE", "BAD_SIGNATURE"), ("RETIRED_KEY", "BAD_SIGNATURE")])
def test_a_bad_or_retired_signature(bank: BankProcess, portal: stub.Portal, order: Payment, fault: str, reason: str) -> None:
    behave(bank, order, fault=fault, direct="FIRST")
    with pytest.raises(FpxRefused):
        tell(portal, order)

    assert state(order) == UNPAID
    assert PaymentMessage.objects.latest("pk").reason.startswith(reason)
    enquiry.sweep(on=AT.date(), at=LATER)
    assert state(order) == PAID


def test_a_later_contradiction_goes_to_an_officer(bank: BankProcess, portal: stub.Portal, order: Payment) -> None:
    behave(bank, order)
    tell(portal, order)
    entry = book(bank, payments.order_of(order))

    bank.post(entry["approve"].replace("/approve/", "/contradict/"))
    assert tell(portal, order, 2).verdict == MessageVerdict.CONTRADICTS

    assert state(order) == PAID
    assert (PaymentMatter.objects.get().kind, PaymentMatter.objects.get().opened_on) == ("CONTRADICTS", AT.date())
