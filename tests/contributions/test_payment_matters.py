"""What no rule decides about a payment waits for an officer, with age and owner; money moves only as the bank confirms."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from contributions.enums import MatterDecision, MatterKind, MessageVerdict, PaymentState, RefundState
from contributions.models import Payment, PaymentMatter, Refund
from contributions.services import enquiry, matters, moves, payment_news, refunds
from contributions.services import payment as payments
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Notice
from kwsp_portal.notify.services import News
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import invariants, posting
from members.ledger.enums import HoldKind
from tests import factories
from tests.contributions import paying
from tests.contributions.conftest import Office
from tests.contributions.crediting import standing
from tests.contributions.pages import signed_in, text_of
from tests.contributions.paying import PAID_AT, Bank
from tests.contributions.test_pages_corrections import as_officer, officer

ON = date(2026, 11, 12)
WRONG = {"txn_amount": Decimal("1450.00")}


@pytest.fixture
def payment(office: Office) -> Payment:
    return paying.start(office.approved(), office.checker)


def an_officer() -> User:
    return factories.UserFactory(role=Role.INSPECTOR)


def sound() -> None:
    assert invariants.broken() == []


def suspend(bank: Bank, matter: PaymentMatter, by: User, *answers: bytes) -> Payment:
    bank.answers += list(answers)
    return refunds.suspend(matter_id=matter.pk, comment="Bank sahkan RM1,450", by=by, on=ON, at=PAID_AT + timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
class TestAnotherAmount:
    def test_it_goes_to_suspense_when_the_bank_confirms_it_and_credits_nobody(self, bank: Bank, payment: Payment, office: Office) -> None:
        said = bank.ac(payment, codes.APPROVED, **WRONG)
        for _ in range(3):
            assert paying.deliver(said).verdict == MessageVerdict.CONTRADICTS
        matter = PaymentMatter.objects.get()
        assert (matter.kind, matter.reason, matter.amount) == (MatterKind.CONTRADICTS, "DIFFERS txnAmount", Decimal(1450))
        assert [entry.action for entry in matter.log.all()] == ["OPEN", "AGAIN", "AGAIN"]

        suspend(bank, matter, an_officer(), wire.encode(said))

        payment.refresh_from_db()
        assert (payment.state, payment.debited, payment.filing.state) == (PaymentState.DIFFERS, Decimal(1450), "APPROVED")
        assert (standing()["SUSPENSE"], standing()["FPX_CLEARING"]) == (145_000, -145_000)
        assert Notice.objects.filter(code="PAYMENT_DIFFERS", whose_id=office.employer.pk).count() == 1
        assert PaymentMatter.objects.get().decision == MatterDecision.SUSPENDED
        assert paying.deliver(said).verdict == MessageVerdict.REPEATED, "the same word again is old news"
        sound()
        assert paying.start(payment.filing, office.checker).amount == Decimal("1449.00"), "the filing is still to be paid"

    @pytest.mark.parametrize(
        ("code", "changes", "refusal"),
        [
            (codes.APPROVED, {}, "NOT_CONFIRMED"),
            (codes.INSUFFICIENT, WRONG, "NOT_CONFIRMED"),
            (codes.APPROVED, {**WRONG, "seller_order_no": "1-1"}, "NOT_CONFIRMED"),
            (None, {}, "BANK_SILENT"),
        ],
    )
    def test_nothing_moves_unless_the_bank_says_just_that(
        self, bank: Bank, payment: Payment, code: str | None, changes: dict[str, object], refusal: str
    ) -> None:
        paying.deliver(bank.ac(payment, codes.APPROVED, **WRONG))

        with pytest.raises(matters.NotAllowed, match=refusal):
            suspend(bank, PaymentMatter.objects.get(), an_officer(), *([wire.encode(bank.ac(payment, code, **changes))] if code else []))

        payment.refresh_from_db()
        assert (payment.state, PaymentMatter.objects.get().closed_on) == (PaymentState.SENT, None)
        assert AuditEvent.objects.filter(action="payment.matter.close", refused=True).exists()

    def test_a_contradiction_after_00_is_noted_and_takes_nothing_back(self, bank: Bank, payment: Payment) -> None:
        paying.deliver(bank.ac(payment, codes.APPROVED))
        paying.deliver(bank.ac(payment, codes.INSUFFICIENT))
        matter, officer = PaymentMatter.objects.get(), an_officer()

        with pytest.raises(matters.NotAllowed, match="WRONG_STATE"):
            suspend(bank, matter, officer, wire.encode(bank.ac(payment, codes.APPROVED, **WRONG)))
        matters.note(matter_id=matter.pk, comment="Bank tersilap hantar", by=officer, on=ON)

        payment.refresh_from_db()
        assert payment.state == PaymentState.APPROVED
        with pytest.raises(matters.NotAllowed, match="WRONG_STATE"):
            matters.note(matter_id=matter.pk, comment="lagi", by=an_officer(), on=ON)
        with pytest.raises(Exception, match="payment_matter_is_closed"), transaction.atomic():
            PaymentMatter.objects.filter(pk=matter.pk).update(decision="SUSPENDED")
        with pytest.raises(Exception, match="payment_is_final"), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(state="FAILED", counts=False)


@pytest.mark.django_db
@pytest.mark.parametrize("of", [payment_news.of_second, payment_news.of_differing, payment_news.of_refused_debit])
def test_what_the_bank_says_of_an_assessment_does_not_speak_of_borang_a(of: Callable[[Payment], News]) -> None:
    filing = factories.FilingFactory(approved=True, source="ASSESSMENT", prepared_by=None, approved_by=None)
    said = of(Payment(pk=1, filing=filing, order_no="X", amount=Decimal(1), debited=Decimal(2), response_code="51"))  # type: ignore[misc]

    words = " ".join(str(part) for part in kinds.shown(said.code, said.figures))
    assert "KWSP 7" in words
    assert "Borang A" not in words


@pytest.fixture
def second(bank: Bank, office: Office, payment: Payment) -> Payment:
    """A payment that came for what another had paid."""
    paying.deliver(bank.ac(payment, codes.INSUFFICIENT))
    other = paying.start(payment.filing, office.checker)
    paying.deliver(bank.ac(other, codes.APPROVED))
    paying.deliver(bank.ac(payment, codes.APPROVED))
    payment.refresh_from_db()
    return payment


@pytest.mark.django_db(transaction=True)
class TestRefund:
    def test_it_is_held_when_asked_for_and_decided_by_two_officers(self, second: Payment, office: Office) -> None:
        assert Notice.objects.filter(code="PAYMENT_SECOND", whose_id=office.employer.pk).count() == 1
        refund = refunds.apply(order_no=second.order_no, by=office.checker, on=ON)
        assert refunds.apply(order_no=second.order_no, by=office.checker, on=ON) == refund, "a second click finds the first"
        matter = PaymentMatter.objects.get(kind=MatterKind.REFUND)
        sound()

        refunds.propose(matter_id=matter.pk, comment="Sah dua kali", by=an_officer(), on=ON)
        sound()
        decided = refunds.decide(matter_id=matter.pk, approved=True, comment="Setuju", by=an_officer(), on=ON)

        assert decided.state == RefundState.APPROVED
        told = Notice.objects.filter(code__startswith="REFUND").order_by("pk").values_list("code", flat=True)
        assert list(told) == ["REFUND_APPROVED", "REFUND_NEEDS_ACCOUNT"]
        sound()

    def test_a_refused_one_frees_the_money_and_may_be_asked_for_again(self, second: Payment, office: Office) -> None:
        refunds.apply(order_no=second.order_no, by=office.checker, on=ON)

        refunds.decide(matter_id=PaymentMatter.objects.get().pk, approved=False, comment="Guna untuk bulan depan", by=an_officer(), on=ON)
        sound()
        again = refunds.apply(order_no=second.order_no, by=office.checker, on=ON)

        assert (Refund.objects.count(), again.state) == (2, RefundState.APPLIED)
        sound()

    def test_only_who_pays_asks_and_only_for_a_credit(self, second: Payment, office: Office) -> None:
        paid = Payment.objects.get(counts=True)
        for by, order_no, code in ((office.maker, second.order_no, "NO_RIGHT"), (office.checker, paid.order_no, "WRONG_STATE")):
            with pytest.raises(moves.NotAllowed, match=code):
                refunds.apply(order_no=order_no, by=by, on=ON)
        assert not Refund.objects.exists()

    def test_what_was_held_for_another_or_is_frozen_is_refused_and_not_a_fault(self, second: Payment, office: Office) -> None:
        credit = posting.employer(office.employer.pk, "CREDIT")
        hold = posting.place_hold(account=credit, amount_sen=1, kind=HoldKind.OVERPAYMENT, ref=1, booked_on=ON)

        with pytest.raises(moves.NotAllowed, match="NOT_FREE"):
            refunds.apply(order_no=second.order_no, by=office.checker, on=ON)

        page = signed_in(office.checker).post(f"/employer/payments/{second.order_no}/refund/")
        assert page.status_code == 409
        assert "ditahan untuk perkara lain" in text_of(page)
        assert not Refund.objects.exists()
        assert AuditEvent.objects.filter(action="refund.apply", refused=True, data={"code": "NOT_FREE"}).count() == 2
        posting.release_hold(hold, booked_on=ON)
        assert refunds.apply(order_no=second.order_no, by=office.checker, on=ON).state == RefundState.APPLIED

    def test_a_refund_is_decided_and_not_noted(self, second: Payment, office: Office) -> None:
        refunds.apply(order_no=second.order_no, by=office.checker, on=ON)
        matter = PaymentMatter.objects.get()

        with pytest.raises(matters.NotAllowed, match="WRONG_KIND"):
            matters.note(matter_id=matter.pk, comment="x", by=an_officer(), on=ON)
        with pytest.raises(matters.NotAllowed, match="NO_RIGHT"):
            refunds.decide(matter_id=matter.pk, approved=True, comment="x", by=office.checker, on=ON)


@pytest.mark.django_db
class TestCancelling:
    def test_an_order_that_never_reached_the_bank_is_put_away(self, bank: Bank, payment: Payment, office: Office) -> None:
        bank.answers.append(wire.encode(bank.ac(payment, codes.NOT_FOUND)))

        enquiry.cancel(order_no=payment.order_no, by=office.checker, on=ON, at=PAID_AT)

        payment.refresh_from_db()
        assert (payment.state, payment.response_code) == (PaymentState.FAILED, codes.CANCELLED)
        assert paying.start(payment.filing, office.checker).order_no != payment.order_no
        paying.deliver(bank.ac(payment, codes.APPROVED))
        payment.refresh_from_db()
        assert payment.state == PaymentState.APPROVED, "the payer's money has moved all the same"

    @pytest.mark.parametrize(("code", "refusal"), [(codes.PENDING, "AT_THE_BANK"), (codes.AUTHORISATION, "AT_THE_BANK"), (None, "BANK_SILENT")])
    def test_one_that_the_bank_holds_is_not(self, bank: Bank, payment: Payment, office: Office, code: str | None, refusal: str) -> None:
        bank.answers += [wire.encode(bank.ac(payment, code))] if code else []

        with pytest.raises(payments.PaymentRefused, match=refusal):
            enquiry.cancel(order_no=payment.order_no, by=office.checker, on=ON, at=PAID_AT)

    def test_one_that_is_paid_meanwhile_is_paid(self, bank: Bank, payment: Payment, office: Office) -> None:
        bank.answers.append(wire.encode(bank.ac(payment, codes.APPROVED)))

        assert enquiry.cancel(order_no=payment.order_no, by=office.checker, on=ON, at=PAID_AT).state == PaymentState.APPROVED


@pytest.mark.django_db
def test_an_order_that_stays_open_comes_before_an_officer_once_and_is_solved_by_the_banks_answer(bank: Bank, payment: Payment) -> None:
    paying.deliver(bank.ac(payment, codes.AUTHORISATION))
    for days, count in ((6, 0), (7, 1), (8, 0)):
        assert enquiry.hand_over(on=ON + timedelta(days=days)) == count

    paying.deliver(bank.ac(payment, codes.APPROVED), at=PAID_AT + timedelta(days=9))

    matter = PaymentMatter.objects.get()
    assert (matter.kind, matter.decision, matter.opened_on) == (MatterKind.SILENT, MatterDecision.SOLVED, ON + timedelta(days=7))


@pytest.mark.django_db
class TestPages:
    def test_an_officer_takes_it_and_closes_it_and_a_second_click_is_harmless(self, bank: Bank, payment: Payment) -> None:
        paying.deliver(bank.ac(payment, codes.APPROVED))
        paying.deliver(bank.ac(payment, codes.INSUFFICIENT))
        matter = PaymentMatter.objects.get()
        person = as_officer(officer("pemeriksa8", Role.INSPECTOR))
        listed = text_of(person.get("/staff/payments/"))
        assert "1 terbuka, 1 belum diambil" in listed
        assert "Mesej bank bercanggah" in listed

        address = f"/staff/payments/{matter.pk}/"
        assert person.post(f"{address}decide/", action="take").status_code == 302
        assert person.post(f"{address}decide/", action="note", comment=" ").status_code == 422
        for _ in range(2):
            assert person.post(f"{address}decide/", action="note", comment="Bank tersilap").status_code == 302
        assert person.post(f"{address}decide/", action="suspend", comment="x").status_code in (302, 409)
        assert person.post(f"{address}decide/", action="burn").status_code == 400

        said = text_of(person.get(address))
        assert "Disemak, wang tidak bergerak" in said
        assert "“Bank tersilap”" in said
        assert "Tiada perkara bayaran di sini" in text_of(person.get("/staff/payments/"))
        assert "AFTER_00 51" in text_of(person.get(address))

    def test_the_employer_asks_for_the_money_back_on_the_receipt(self, second: Payment, office: Office) -> None:
        person = signed_in(office.checker, "/en")
        address = f"/employer/payments/{second.order_no}/"
        assert "Ask for RM 1,449.00 back" in text_of(person.get(address))

        for _ in range(2):
            assert person.post(f"{address}refund/").status_code == 302

        assert "Waiting for an officer's decision" in text_of(person.get(address))
        assert Refund.objects.count() == 1
        assert signed_in(office.maker).post(f"{address}refund/").status_code == 403

    def test_the_payer_cancels_on_the_page(self, bank: Bank, payment: Payment, office: Office) -> None:
        person = signed_in(office.checker)
        address = f"/employer/payments/{payment.order_no}/"
        assert person.post(f"{address}cancel/").status_code == 409
        bank.answers.append(wire.encode(bank.ac(payment, codes.NOT_FOUND)))

        assert person.post(f"{address}cancel/").status_code == 302
        payment.refresh_from_db()
        assert payment.state == PaymentState.EXPIRED, "made long ago by the clock on the wall, the order had expired by the same answer"
        assert "Bayar sekali lagi" in text_of(person.get(address))
