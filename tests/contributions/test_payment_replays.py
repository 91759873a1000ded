"""The bank's messages in every order and number: an order is credited once, if and only if the bank finally said 00."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import connection, transaction

from contributions.enums import FilingState, MessageVerdict, PaymentState
from contributions.models import Payment
from contributions.services import crediting, enquiry
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.bank.fpx.messages import Channel
from kwsp_portal.jobs.models import Run
from tests.contributions import paying
from tests.contributions.conftest import Office
from tests.contributions.paying import PAID_AT, Bank
from tests.jobs.threads import at_once

LATER = PAID_AT + timedelta(minutes=45)
"""When the bank is asked: long after which an order it does not know is given up."""

PAID, FAILED, WAITING, UNKNOWN = codes.APPROVED, codes.INSUFFICIENT, codes.AUTHORISATION, codes.NOT_FOUND


class Message(NamedTuple):
    channel: Channel
    code: str


DIRECT_99, DIRECT_00, DIRECT_FAILED = (Message(Channel.DIRECT, code) for code in (WAITING, PAID, FAILED))
INDIRECT = Message(Channel.INDIRECT, PAID)
ASKED_00, ASKED_76, ASKED_99 = (Message(Channel.ENQUIRY, code) for code in (PAID, UNKNOWN, WAITING))
EVERY = (DIRECT_99, DIRECT_00, DIRECT_FAILED, INDIRECT, ASKED_00, ASKED_76, ASKED_99)


def expected_state(delivered: Sequence[Message]) -> PaymentState:
    """What the design says of an order after these messages, by itself: the last word is 00, else the first end."""
    words = [message for message in delivered if message.channel is not Channel.INDIRECT]
    if any(message.code == PAID for message in words):
        return PaymentState.APPROVED
    waits = False
    for message in words:
        if message.code == FAILED:
            return PaymentState.FAILED
        if message.code == UNKNOWN and not waits:
            return PaymentState.EXPIRED
        waits = waits or message.code == WAITING
    return PaymentState.PENDING if waits else PaymentState.SENT


def postings(kind: int) -> list[tuple[str, int]]:
    """Account and sen of every leg of the entries of a kind, by account."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code, p.amount_sen FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id "
            "WHERE e.kind = %s ORDER BY a.code, p.id",
            [kind],
        )
        return cursor.fetchall()


STANDING = """
SELECT p.state, f.state, (SELECT count(*) FROM jobs_run WHERE programme = %s AND period = f.id::text),
       (SELECT count(*) FROM contributions_paymentmessage m WHERE m.payment_id = p.id),
       (SELECT string_agg(a.code || ' ' || l.amount_sen, ', ' ORDER BY a.code) FROM ledger_entry e JOIN ledger_posting l ON l.entry_id = e.id
         JOIN ledger_account a ON a.id = l.account_id WHERE e.kind = 2 AND e.ref = p.id)
  FROM contributions_payment p JOIN contributions_filing f ON f.id = p.filing_id WHERE p.id = %s
"""


def check(payment: Payment, delivered: Sequence[Message]) -> None:
    """All that hangs on the order stands as the messages say; each of them is kept. One query: this is asked a thousand times."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [crediting.PROGRAMME, payment.pk])
        found = cursor.fetchone()
    state = expected_state(delivered)
    paid = state == PaymentState.APPROVED
    money = "CONTRIBUTION_DUE 144900, FPX_CLEARING -144900" if paid else None
    assert found == (state, FilingState.PAID if paid else FilingState.APPROVED, int(paid), len(delivered), money), delivered


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Replays:
    """Walks through orders of messages as through a tree: what two orders begin with alike is delivered once."""

    def __init__(self, bank: Bank, payment: Payment) -> None:
        self.bank, self.payment = bank, payment
        self.pairs = {message: bank.ac(payment, message.code) for message in EVERY}

    def deliver(self, message: Message) -> None:
        if message.channel is Channel.ENQUIRY:
            self.bank.answers.append(wire.encode(self.pairs[message]))
            assert enquiry.enquire(payment_id=self.payment.pk, on=LATER.date(), at=LATER) is not None
        else:
            paying.deliver(self.pairs[message], message.channel)

    def walk(self, choices: Callable[[tuple[Message, ...]], Sequence[Message]], delivered: tuple[Message, ...] = ()) -> int:
        """Check every order that `choices` (what may come next) allows; how many there were."""
        orders = 0
        for message in choices(delivered):
            with undone():
                self.deliver(message)
                so_far = (*delivered, message)
                check(self.payment, so_far)
                orders += 1 + self.walk(choices, so_far)
        return orders


@pytest.fixture
def payment(office: Office) -> Payment:
    return paying.start(office.approved(), office.checker)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [ASKED_00, ASKED_76, ASKED_99])
def test_every_order_of_five_messages(bank: Bank, payment: Payment, asked: Message) -> None:
    messages = (DIRECT_99, DIRECT_00, DIRECT_FAILED, INDIRECT, asked)

    orders = Replays(bank, payment).walk(lambda delivered: [message for message in messages if message not in delivered])

    assert orders == 5 + 20 + 60 + 120 + 120


@pytest.mark.django_db
def test_every_message_any_number_of_times(bank: Bank, payment: Payment) -> None:
    orders = Replays(bank, payment).walk(lambda delivered: EVERY if len(delivered) < 3 else ())

    assert orders == 7 + 7**2 + 7**3


@pytest.mark.django_db
class TestVerdicts:
    """What becomes of each message is on record, for the officer who looks."""

    def verdicts(self, payment: Payment) -> list[tuple[str, str]]:
        return list(payment.messages.order_by("pk").values_list("verdict", "reason"))

    def test_a_failure_after_00_is_an_officers_matter(self, bank: Bank, payment: Payment) -> None:
        for code in (PAID, FAILED, PAID, WAITING, UNKNOWN):
            paying.deliver(bank.ac(payment, code))

        assert self.verdicts(payment) == [
            (MessageVerdict.APPLIED, "00"),
            (MessageVerdict.CONTRADICTS, "AFTER_00 51"),
            (MessageVerdict.REPEATED, "00"),
            (MessageVerdict.REPEATED, "99"),
            (MessageVerdict.REPEATED, "76"),
        ]

    def test_another_00_for_an_order_paid_already(self, bank: Bank, payment: Payment) -> None:
        paying.deliver(bank.ac(payment, PAID))
        paying.deliver(bank.ac(payment, PAID, fpx_txn_id="ANOTHER"))

        assert self.verdicts(payment)[1] == (MessageVerdict.CONTRADICTS, "AFTER_00 00")
        assert len(postings(2)) == 2

    def test_debited_but_not_credited_is_still_pending(self, bank: Bank, payment: Payment) -> None:
        paying.deliver(bank.ac(payment, PAID, credit_auth_code=""))

        payment.refresh_from_db()
        assert (payment.state, payment.response_code) == (PaymentState.PENDING, codes.PENDING)
        assert postings(2) == []

    def test_codes_that_speak_of_the_request_never_end_the_order(self, bank: Bank, payment: Payment) -> None:
        for code in (codes.DUPLICATE_ORDER, "ZZ", UNKNOWN):
            paying.deliver(bank.ac(payment, code), at=LATER)

        payment.refresh_from_db()
        assert payment.state == PaymentState.SENT
        assert {verdict for verdict, _ in self.verdicts(payment)} == {MessageVerdict.APPLIED}


@pytest.mark.django_db
class TestTwoOrdersOfOneFiling:
    def test_the_second_approved_one_is_the_payers_credit(self, bank: Bank, office: Office, payment: Payment) -> None:
        paying.deliver(bank.ac(payment, FAILED))
        second = paying.start(payment.filing, office.checker)
        paying.deliver(bank.ac(second, PAID))

        late = paying.deliver(bank.ac(payment, PAID))

        assert late.verdict == MessageVerdict.APPLIED
        assert postings(2) == [("CONTRIBUTION_DUE", 144_900), ("CREDIT", 144_900), ("FPX_CLEARING", -144_900), ("FPX_CLEARING", -144_900)]
        assert Run.objects.filter(programme=crediting.PROGRAMME).count() == 1

    def test_the_number_of_another_orders_transaction_pays_nothing(self, bank: Bank, office: Office, payment: Payment) -> None:
        paying.deliver(bank.ac(payment, FAILED))
        second = paying.start(payment.filing, office.checker)
        paying.deliver(bank.ac(second, PAID))

        reused = paying.deliver(bank.ac(payment, PAID, fpx_txn_id=bank.says(second, PAID).fpx_txn_id))

        assert reused.verdict == MessageVerdict.CONTRADICTS
        assert len(postings(2)) == 2


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_00_delivered_by_eight_at_once(self, bank: Bank, payment: Payment) -> None:
        message = bank.ac(payment, PAID)

        verdicts = at_once(8, lambda number: paying.deliver(message).verdict)

        assert sorted(verdicts) == [MessageVerdict.APPLIED] + [MessageVerdict.REPEATED] * 7
        check(payment, [DIRECT_00] * 8)

    def test_two_orders_of_one_filing_approved_at_once(self, bank: Bank, office: Office, payment: Payment) -> None:
        paying.deliver(bank.ac(payment, FAILED))
        second = paying.start(payment.filing, office.checker)
        messages = [bank.ac(payment, PAID), bank.ac(second, PAID)]

        at_once(4, lambda number: paying.deliver(messages[number % 2]))

        assert postings(2) == [("CONTRIBUTION_DUE", 144_900), ("CREDIT", 144_900), ("FPX_CLEARING", -144_900), ("FPX_CLEARING", -144_900)]

    def test_a_00_and_a_failure_at_once(self, bank: Bank, payment: Payment) -> None:
        messages = [bank.ac(payment, PAID), bank.ac(payment, FAILED), bank.ac(payment, WAITING)]

        at_once(6, lambda number: paying.deliver(messages[number % 3]))

        check(payment, [DIRECT_00] * 6)

    def test_two_people_start_at_once(self, office: Office) -> None:
        filing = office.approved()
        given = [paying.leave_of(filing, office.checker) for _ in range(4)]

        def start(number: int) -> str:
            try:
                return paying.start(filing, office.checker, approval=given[number]).order_no
            except paying.payments.PaymentRefused as refused:
                return refused.refusal.code

        answers = at_once(4, start)

        assert answers.count("PAYMENT_IN_FLIGHT") == 3
        assert Payment.objects.get().order_no in answers


def test_the_oracle_of_states_is_right() -> None:
    """The check above is worth nothing if it agrees with everything."""
    assert expected_state([DIRECT_FAILED, ASKED_00]) == PaymentState.APPROVED
    assert expected_state([INDIRECT]) == PaymentState.SENT
    assert expected_state([DIRECT_99, ASKED_76]) == PaymentState.PENDING
    assert expected_state([ASKED_76, DIRECT_99]) == PaymentState.EXPIRED
