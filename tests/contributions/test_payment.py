"""Starting a payment, its date, and asking the bank what became of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection

from contributions.enums import FilingState, MessageVerdict, PaymentState
from contributions.models import Filing, Payment
from contributions.services import enquiry, moves, receiving
from contributions.services import payment as payments
from employers.models import Representative
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank import conf
from kwsp_portal.bank.fpx import client, codes, wire
from kwsp_portal.bank.fpx.errors import FpxRefused, FpxUnavailable, Refused, Unavailable
from kwsp_portal.common.clock import KL
from members.identity.models import User
from tests import factories
from tests.contributions import paying
from tests.contributions.conftest import NOVEMBER, ON, Office
from tests.contributions.paying import PAID_AT, Bank

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(office: Office) -> Filing:
    return office.approved()


@pytest.fixture
def payment(approved: Filing, office: Office) -> Payment:
    return paying.start(approved, office.checker)


class TestStart:
    def test_the_order_is_for_the_whole_filing_and_names_it(self, approved: Filing, payment: Payment, office: Office) -> None:
        order = payments.order_of(payment)

        assert (payment.amount, order.amount) == (Decimal("1449.00"), Decimal("1449.00"))
        assert order.reference == f"{office.employer.number}-{approved.pk}"
        assert order.product == f"KWSP A 2026-10 {office.employer.number}"
        assert (payment.started_on, payment.state) == (date(2026, 11, 12), PaymentState.SENT)
        assert AuditEvent.objects.get(action="payment.start", target=f"payment:{payment.pk}").actor_id == office.checker.pk

    def test_the_order_can_be_carried_by_fpx(self, bank: Bank, payment: Payment) -> None:
        form = conf.fpx().authorisation_request(payments.order_of(payment))

        assert dict(form.fields)["fpx_txnAmount"] == "1449.00"

    def test_while_an_order_is_open_no_other_is_made(self, bank: Bank, approved: Filing, payment: Payment, office: Office) -> None:
        for code in (None, codes.AUTHORISATION):
            if code:
                paying.deliver(bank.ac(payment, code))
            with pytest.raises(payments.PaymentRefused) as refused:
                paying.start(approved, office.checker)
            assert (refused.value.refusal.code, refused.value.refusal.details) == ("PAYMENT_IN_FLIGHT", {"order_no": payment.order_no})

    @pytest.mark.parametrize("code", [codes.INSUFFICIENT, codes.CANCELLED])
    def test_after_a_failure_another_may_be_made(self, bank: Bank, approved: Filing, payment: Payment, office: Office, code: str) -> None:
        paying.deliver(bank.ac(payment, code))

        assert paying.start(approved, office.checker).order_no != payment.order_no

    @pytest.mark.parametrize(("total", "code"), [("1.99", "FPX_BELOW_MINIMUM")])
    def test_what_fpx_cannot_carry_is_said_before_the_bank_does(self, office: Office, total: str, code: str) -> None:
        approved = office.approved(totals={"employer_total": Decimal(total), "employee_total": Decimal(0)})

        with pytest.raises(payments.PaymentRefused) as refused:
            paying.start(approved, office.checker)

        assert refused.value.refusal.code == code
        assert payments.WORDS[code] % refused.value.refusal.details
        assert not Payment.objects.exists()

    @pytest.mark.parametrize("total", ["1000000.00", "2.00"])
    def test_the_limits_themselves_are_payable(self, office: Office, total: str) -> None:
        approved = office.approved(totals={"employer_total": Decimal(total), "employee_total": Decimal(0)})

        assert paying.start(approved, office.checker).amount == Decimal(total)

    @pytest.mark.parametrize(
        "who",
        [
            lambda office: office.maker,
            lambda office: factories.UserFactory(representative=True),
            lambda office: factories.RepresentativeFactory(checker=True).user,
            lambda office: factories.UserFactory(),
            lambda office: factories.RepresentativeFactory(employer=office.employer, checker=True, removed=True).user,
        ],
        ids=["the maker", "nobody's representative", "another employer's checker", "a member", "a former checker"],
    )
    def test_only_who_may_approve_pays(self, approved: Filing, office: Office, who: Callable[[Office], User]) -> None:
        person = who(office)

        with pytest.raises(moves.NotAllowed) as refused:
            paying.start(approved, person)

        assert refused.value.code == "NO_RIGHT"
        assert AuditEvent.objects.filter(action="payment.start", refused=True, actor_id=person.pk).exists()
        assert not Payment.objects.exists()

    @pytest.mark.parametrize("state", sorted(set(FilingState) - {FilingState.APPROVED}))
    def test_only_an_approved_filing_is_paid(self, office: Office, state: FilingState) -> None:
        filing = factories.FilingFactory(approved=True, employer=office.employer, state=state)

        with pytest.raises(moves.NotAllowed) as refused:
            paying.start(filing, office.checker)

        assert refused.value.code == "WRONG_STATE"

    def test_a_checker_may_pay_what_another_checker_approved(self, approved: Filing, office: Office) -> None:
        second = factories.RepresentativeFactory(employer=office.employer, checker=True).user

        assert paying.start(approved, second).started_by == second
        assert Representative.objects.filter(employer=office.employer).count() == 3


@pytest.mark.parametrize(
    ("moment", "paid_on"),
    [
        (datetime(2026, 11, 15, 23, 59, 59, tzinfo=KL), date(2026, 11, 15)),
        (datetime(2026, 11, 16, 0, 0, 0, tzinfo=KL), date(2026, 11, 16)),
        (datetime(2026, 11, 15, 7, 59, 59, tzinfo=KL), date(2026, 11, 15)),
    ],
)
def test_the_date_of_a_payment_is_the_banks_in_kuala_lumpur_whenever_its_message_comes(
    bank: Bank, payment: Payment, moment: datetime, paid_on: date
) -> None:
    paying.deliver(bank.ac(payment, codes.APPROVED, fpx_txn_time=moment), at=datetime(2026, 11, 18, 9, 0, tzinfo=KL))

    payment.refresh_from_db()
    assert payment.paid_at == moment
    assert payment.filing.paid_on == paid_on
    assert entry_of(payment) == (date(2026, 11, 18), paid_on), "booked when we were told, valued when it was paid"


def entry_of(payment: Payment) -> tuple[date, date]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT booked_on, value_date FROM ledger_entry WHERE kind = 2 AND ref = %s", [payment.pk])
        found: tuple[date, date] = cursor.fetchone()
    return found


LATE = PAID_AT + timedelta(minutes=31)


def ask(payment: Payment, at: datetime = LATE) -> receiving.Outcome | None:
    outcome = enquiry.enquire(payment_id=payment.pk, on=at.date(), at=at)
    payment.refresh_from_db()
    return outcome


class TestAsking:
    def test_the_banks_answer_is_done(self, bank: Bank, payment: Payment) -> None:
        bank.answers.append(wire.encode(bank.ac(payment, codes.APPROVED)))

        assert ask(payment) is not None
        assert (payment.state, payment.asked_at) == (PaymentState.APPROVED, LATE)

    @pytest.mark.parametrize(
        "answer",
        [
            FpxUnavailable(Unavailable.TIMEOUT, "test"),
            FpxUnavailable(Unavailable.UNREACHABLE, "test"),
            FpxUnavailable(Unavailable.HTTP_STATUS, "503"),
            FpxRefused(Refused.BANK_SAYS_ERROR, "AE"),
            b"ERROR",
            b"",
            b"<html>maintenance</html>",
        ],
        ids=str,
    )
    def test_without_an_answer_all_stays_as_it_was(self, bank: Bank, payment: Payment, answer: bytes | Exception) -> None:
        bank.answers.append(answer)

        assert ask(payment) is None
        assert (payment.state, payment.asked_at) == (PaymentState.SENT, LATE)
        assert set(payment.messages.values_list("verdict", flat=True)) <= {MessageVerdict.REFUSED}

    def test_an_order_unknown_to_the_bank_waits_and_then_expires(self, bank: Bank, payment: Payment) -> None:
        early = payment.started_at + receiving.GIVEN_UP - timedelta(seconds=1)
        bank.answers += [wire.encode(bank.ac(payment, codes.NOT_FOUND))] * 2

        ask(payment, early)
        assert payment.state == PaymentState.SENT
        ask(payment, early + timedelta(seconds=1))
        assert (payment.state, payment.response_code) == (PaymentState.EXPIRED, codes.NOT_FOUND)

    def test_an_order_the_bank_knew_once_does_not_expire(self, bank: Bank, payment: Payment) -> None:
        paying.deliver(bank.ac(payment, codes.AUTHORISATION))
        bank.answers.append(wire.encode(bank.ac(payment, codes.NOT_FOUND)))

        ask(payment)

        assert payment.state == PaymentState.PENDING

    def test_an_unknown_order_by_the_direct_way_ends_nothing(self, bank: Bank, payment: Payment) -> None:
        paying.deliver(bank.ac(payment, codes.NOT_FOUND), at=LATE)

        payment.refresh_from_db()
        assert payment.state == PaymentState.SENT

    def test_an_answer_about_another_order_is_no_answer_but_leaves_a_trace(self, bank: Bank, payment: Payment, office: Office) -> None:
        other = paying.start(office.approved(wage_month=NOVEMBER), office.checker)
        bank.answers += [wire.encode(bank.ac(payment, codes.NOT_FOUND)), wire.encode(bank.ac(other, codes.APPROVED))]
        ask(payment, payment.started_at + timedelta(minutes=10))

        assert ask(payment) is None

        other.refresh_from_db()
        assert (payment.state, other.state) == (PaymentState.SENT, PaymentState.SENT)
        kept = payment.messages.latest("pk")
        assert (kept.verdict, kept.reason) == (MessageVerdict.REFUSED, "ANOTHER_ORDER sellerExOrderNo")
        assert AuditEvent.objects.filter(action="payment.message.refused", target=f"payment:{payment.pk}").exists()

    def test_a_stranger_in_the_banks_place_is_not_believed(self, bank: Bank, payment: Payment) -> None:
        forged = client.signed_pairs(bank.says(payment, codes.APPROVED), bank.stranger_key)
        bank.answers.append(wire.encode(forged))

        assert ask(payment) is None
        assert payment.state == PaymentState.SENT
        assert payment.messages.get().reason.startswith("BAD_SIGNATURE")


class TestSweep:
    def make(self, office: Office, count: int) -> list[Payment]:
        """Orders of as many filings, a minute apart."""
        filings = [factories.FilingFactory(approved=True, employer=office.employer, wage_month=date(2025, 1 + n, 1)) for n in range(count)]
        return [paying.start(filing, office.checker, PAID_AT + timedelta(minutes=n)) for n, filing in enumerate(filings)]

    def test_the_bank_is_first_given_time_to_speak_by_itself(self, payment: Payment) -> None:
        assert enquiry.due_for_question(at=PAID_AT + timedelta(seconds=59)) == []
        assert enquiry.due_for_question(at=PAID_AT + timedelta(seconds=60)) == [payment.pk]

    def test_asked_again_after_a_while_and_seldom_while_the_company_decides(self, bank: Bank, payment: Payment) -> None:
        ask(payment, PAID_AT + timedelta(minutes=2))
        assert enquiry.due_for_question(at=PAID_AT + timedelta(minutes=6)) == []
        assert enquiry.due_for_question(at=PAID_AT + timedelta(minutes=7)) == [payment.pk]

        paying.deliver(bank.ac(payment, codes.AUTHORISATION))
        assert enquiry.due_for_question(at=PAID_AT + timedelta(minutes=31)) == []
        assert enquiry.due_for_question(at=PAID_AT + timedelta(minutes=32)) == [payment.pk]

    def test_what_is_final_is_not_asked_for(self, bank: Bank, payment: Payment) -> None:
        paying.deliver(bank.ac(payment, codes.APPROVED))

        assert enquiry.due_for_question(at=PAID_AT + timedelta(days=3)) == []

    def test_orders_that_wait_for_long_keep_nobody_else_waiting(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(enquiry, "MOST_QUESTIONS", 2)
        first, second, third = self.make(office, 3)
        Payment.objects.filter(pk__in=[first.pk, second.pk]).update(state=PaymentState.PENDING, asked_at=PAID_AT)

        assert enquiry.due_for_question(at=PAID_AT + timedelta(minutes=10)) == [third.pk]
        assert enquiry.due_for_question(at=PAID_AT + timedelta(hours=1)) == [third.pk, first.pk]

    def test_a_dead_bank_is_asked_once_a_sweep(self, bank: Bank, office: Office) -> None:
        orders = self.make(office, 3)

        assert enquiry.sweep(on=ON, at=LATE) == {"asked": 1, "answered": 0}
        assert enquiry.sweep(on=ON, at=LATE) == {"asked": 1, "answered": 0}, "the next turn begins with another order"

        assert set(Payment.objects.values_list("state", flat=True)) == {PaymentState.SENT}
        assert Payment.objects.filter(asked_at=LATE).count() == 2
        assert len(orders) == 3

    def test_a_bank_that_refuses_one_question_is_asked_the_next(self, bank: Bank, office: Office) -> None:
        orders = self.make(office, 2)
        bank.answers += [b"ERROR", wire.encode(bank.ac(orders[1], codes.INSUFFICIENT))]

        assert enquiry.sweep(on=ON, at=LATE) == {"asked": 2, "answered": 1}
        assert [Payment.objects.get(pk=order.pk).state for order in orders] == [PaymentState.SENT, PaymentState.FAILED]

    def test_a_slow_bank_does_not_hold_the_sweeper(self, bank: Bank, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        orders = self.make(office, 3)
        bank.answers += [wire.encode(bank.ac(order, codes.AUTHORISATION)) for order in orders]
        ticks = iter([0.0, 1.0, enquiry.SWEEP_SECONDS + 1])
        monkeypatch.setattr(enquiry, "time", SimpleNamespace(monotonic=lambda: next(ticks)))

        assert enquiry.sweep(on=ON, at=LATE) == {"asked": 1, "answered": 1}

    def test_a_late_00_is_believed_after_the_order_was_given_up(self, bank: Bank, payment: Payment) -> None:
        bank.answers.append(wire.encode(bank.ac(payment, codes.NOT_FOUND)))
        enquiry.sweep(on=ON, at=LATE)
        assert Payment.objects.get(pk=payment.pk).state == PaymentState.EXPIRED

        paying.deliver(bank.ac(payment, codes.APPROVED), at=LATE + timedelta(hours=1))

        payment.refresh_from_db()
        assert (payment.state, payment.filing.state) == (PaymentState.APPROVED, FilingState.PAID)
