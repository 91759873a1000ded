"""The employer's own money at the fund pays a filing in whole: once, under the payer's code, out of the accounts in which it lies."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from contributions.enums import DueKind, FilingState, MatterKind, PaymentMethod, PaymentState
from contributions.models import CreditUse, Filing, Payment, PaymentMatter, Receipt
from contributions.selectors import credit as selectors
from contributions.services import moves, paying_from_credit, receipt_acts, refunds, settling
from contributions.services import payment as payments
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank import settlement
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.common.clock import KL
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify.models import Notice
from members.identity import tac
from members.identity.models import User
from members.ledger import freezing, invariants, posting
from members.ledger.enums import EntryKind
from tests.contributions import correcting, paying
from tests.contributions.conftest import NOVEMBER, Office
from tests.contributions.crediting import credit, standing
from tests.contributions.pages import actions_of, address, signed_in, text_of
from tests.contributions.paying import PAID_AT, Bank
from tests.contributions.test_filing_races import outcomes
from tests.contributions.test_pages_receipts import sent, taken
from tests.contributions.test_payment_matters import an_officer, suspend
from tests.factories import borang_a, leave

ON = date(2026, 11, 12)
CREDIT = PaymentMethod.CREDIT


def pay(filing: Filing, by: User, on: date = ON, late: tuple[DueKind, ...] = ()) -> Payment:
    at = datetime(on.year, on.month, on.day, 10, 0, tzinfo=KL)
    approval = leave.to_pay(filing.pk, by, at, late=late, from_credit=True)
    return paying_from_credit.start(filing_id=filing.pk, by=by, approval=approval, on=on, at=at, late=late)


def differing(bank: Bank, office: Office, amount: str = "1450.00") -> Payment:
    """A payment of October for which the bank took another amount: in suspense."""
    payment = paying.start(office.approved(), office.checker)
    said = bank.ac(payment, codes.APPROVED, txn_amount=Decimal(amount))
    paying.deliver(said)
    suspend(bank, PaymentMatter.objects.get(kind=MatterKind.CONTRADICTS, closed_on=None), an_officer(), wire.encode(said))
    payment.refresh_from_db()
    return payment


def second(bank: Bank, office: Office) -> Payment:
    """A payment of October that came for what another had paid: the employer's CREDIT."""
    first = paying.start(office.approved(), office.checker)
    paying.deliver(bank.ac(first, codes.INSUFFICIENT))
    other = paying.start(first.filing, office.checker)
    for payment in (other, first):
        paying.deliver(bank.ac(payment, codes.APPROVED))
    first.refresh_from_db()
    return first


@pytest.mark.django_db(transaction=True)
class TestPays:
    def test_money_of_another_amount_pays_the_filing_it_was_meant_for(self, bank: Bank, office: Office) -> None:
        source = differing(bank, office)

        payment = pay(source.filing, office.checker)

        assert (payment.state, payment.method, payment.counts, payment.amount) == (PaymentState.APPROVED, CREDIT, True, Decimal(1449))
        assert payment.paid_at is not None
        assert payment.paid_at.astimezone(KL).date() == ON, "the day on which it is used"
        filing = Filing.objects.get(pk=source.filing_id)
        assert (filing.state, filing.paid_on) == (FilingState.PAID, ON)
        assert (standing()["SUSPENSE"], standing()["CONTRIBUTION_DUE"], standing()["FPX_CLEARING"]) == (100, 0, -145_000)
        assert selectors.left_of(source) == Decimal(1)
        assert invariants.broken() == []
        credit()
        assert Filing.objects.get(pk=filing.pk).state == FilingState.CREDITED
        assert invariants.broken() == []
        told = Notice.objects.get(code="CREDIT_USED", whose_id=office.employer.pk)
        assert (told.figures["amount"], told.figures["left"]) == ("1449.00", "1.00")
        trail = AuditEvent.objects.get(action="payment.from_credit", target=f"payment:{payment.pk}")
        assert trail.data["sources"] == source.order_no

    def test_a_second_payment_pays_the_next_month_and_what_is_left_is_asked_back(self, bank: Bank, office: Office) -> None:
        source = second(bank, office)
        later = office.approved(wage_month=NOVEMBER)

        pay(later, office.checker)

        assert standing()["CREDIT"] == 0
        assert not refunds.may_apply(payment=source, by=office.checker, on=ON)
        with pytest.raises(moves.NotAllowed, match="WRONG_STATE"):
            refunds.apply(order_no=source.order_no, by=office.checker, on=ON)
        assert invariants.broken() == []

    def test_several_are_used_the_oldest_first_and_the_rest_is_given_back(self, bank: Bank, office: Office) -> None:
        small = differing(bank, office, "700.00")
        order = paying.start(small.filing, office.checker)
        other = [paying.deliver(bank.ac(order, codes.INSUFFICIENT)), paying.start(small.filing, office.checker)][1]
        for one in (other, order):
            paying.deliver(bank.ac(one, codes.APPROVED))
        large = Payment.objects.get(pk=order.pk)
        later = office.approved(wage_month=NOVEMBER)

        payment = pay(later, office.checker)

        used = {(use.source_payment_id, use.amount) for use in payment.made_of.all()}
        assert used == {(small.pk, Decimal(700)), (large.pk, Decimal(749))}
        refund = refunds.apply(order_no=large.order_no, by=office.checker, on=ON)
        assert refund.amount == Decimal(700), "what was not used"
        assert invariants.broken() == []

    def test_an_agents_receipt_in_suspense_pays(self, bank: Bank, office: Office) -> None:
        receipt = suspended_receipt(bank, office)
        filing = office.approved(wage_month=NOVEMBER)

        payment = pay(filing, office.checker)

        assert [(use.source_receipt_id, use.amount) for use in payment.made_of.all()] == [(receipt.pk, Decimal(1449))]
        assert standing()["SUSPENSE"] == 51_00
        assert invariants.broken() == []

    def test_what_its_lateness_cost_goes_with_it_each_to_its_own_account(self, bank: Bank, office: Office) -> None:
        differing(bank, office, "3000.00")
        late = office.approved(wage_month=WageMonth(2026, 8))

        payment = pay(late, office.checker, late=tuple(DueKind))

        assert (payment.contribution, payment.late > 0) == (Decimal(1449), True)
        assert standing()["SUSPENSE"] == 300_000 - int(payment.amount * 100)
        paid = {DueKind(due.kind): int(due.amount * 100) for due in payment.dues.all()}
        assert (standing()["LATE_CHARGE"], standing()["DIVIDEND_DUE"]) == (paid[DueKind.CHARGE], paid[DueKind.DIVIDEND])
        assert invariants.broken() == []

    def test_what_officers_corrected_pays_a_later_month_once(self, bank: Bank, office: Office) -> None:
        """The register says now that who was filed as a citizen never was: RM1,449 becomes RM250."""
        member = office.hire()
        filing = correcting.credited(office, bank, member)
        correcting.was_never_a_citizen(member)
        made = correcting.approved(correcting.officers(), filing, on=ON)
        assert correcting.post().failed == 0
        row = borang_a.row(member, employer="125", employee="125")
        later, another = (office.approved(row, wage_month=month) for month in (NOVEMBER, NOVEMBER.next()))
        (source,) = selectors.sources_of(office.employer)
        assert (source.correction, source.left) == (made.filings.get(), Decimal(1199))

        payment = pay(later, office.checker)

        assert [(use.source_correction, use.amount) for use in payment.made_of.all()] == [(made.filings.get(), Decimal(250))]
        assert (standing()["CREDIT"], Filing.objects.get(pk=later.pk).state) == (94_900, FilingState.PAID)
        assert AuditEvent.objects.get(action="payment.from_credit").data["sources"] == f"Pembetulan {made.pk}, Borang A {filing.pk}"
        assert invariants.broken() == []
        shown = text_of(signed_in(office.checker).get(f"/employer/payments/{payment.order_no}/"))
        assert f"daripada pembetulan {made.pk} bagi gaji Oktober 2026" in shown.replace("\xa0", " ")
        pay(another, office.checker)
        assert selectors.total(selectors.sources_of(office.employer)) == Decimal(699)
        last = office.approved(wage_month=NOVEMBER.next().next())
        with pytest.raises(payments.PaymentRefused) as short:
            pay(last, office.checker)
        assert short.value.refusal.code == "CREDIT_SHORT"
        more = Payment.objects.get(pk=payment.pk)
        more.pk, more.order_no, more.fpx_id, more.filing = None, "X", "X", last
        more.save()
        with pytest.raises(IntegrityError, match="over what is left"), transaction.atomic():
            CreditUse.objects.create(payment=more, source_correction=made.filings.get(), amount=Decimal(700))
        for forged in (Decimal(2000), None):
            with pytest.raises(IntegrityError, match="expected once what its posted lines took back"), transaction.atomic():
                made.filings.update(credit=forged)

    def test_no_settlement_waits_for_it(self, bank: Bank, office: Office) -> None:
        source = differing(bank, office)
        payment = pay(source.filing, office.checker)
        row = settlement.Row(source.order_no, source.fpx_id, Decimal(1450), PAID_AT)
        with transaction.atomic():
            settling._import(settlement.Settlement(ON, "SE", [row]), "0" * 64, ON, PAID_AT)

        assert not PaymentMatter.objects.filter(kind=MatterKind.NOT_SETTLED, payment=payment).exists()
        assert invariants.broken() == []


def suspended_receipt(bank: Bank, office: Office) -> Receipt:
    """RM 1,500 that an agent took for October and that differs from its Borang A."""
    matter = taken(sent(bank, office, amount="1500.00"))
    return receipt_acts.suspend(matter_id=matter.pk, number=office.employer.number, comment="Tidak sepadan", by=an_officer(), on=ON)


@pytest.mark.django_db(transaction=True)
class TestRefused:
    def test_it_pays_in_whole_or_not_at_all(self, bank: Bank, office: Office) -> None:
        source = differing(bank, office, "1448.99")
        with pytest.raises(payments.PaymentRefused) as refused:
            pay(source.filing, office.checker)

        assert refused.value.refusal.code == "CREDIT_SHORT"
        assert refused.value.refusal.details == {"found": "1448.99", "needed": "1449.00"}
        assert AuditEvent.objects.filter(action="payment.start", refused=True, data__code="CREDIT_SHORT").exists()
        assert (Payment.objects.filter(method=CREDIT).count(), standing()["SUSPENSE"]) == (0, 144_899)
        assert invariants.broken() == []

    def test_only_who_pays_under_a_code_of_this_very_way(self, bank: Bank, office: Office) -> None:
        source = differing(bank, office)
        with pytest.raises(moves.NotAllowed, match="NO_RIGHT"):
            pay(source.filing, office.maker)
        at_a_bank = leave.to_pay(source.filing_id, office.checker, PAID_AT)
        with pytest.raises(tac.Refused):
            paying_from_credit.start(filing_id=source.filing_id, by=office.checker, approval=at_a_bank, on=ON, at=PAID_AT)
        with pytest.raises(payments.PaymentRefused, match="METHOD_NOT_OFFERED"):
            payments.start(filing_id=source.filing_id, by=office.checker, approval=at_a_bank, on=ON, at=PAID_AT, method=CREDIT)
        assert not CreditUse.objects.exists()

    def test_an_order_on_its_way_comes_first_and_what_is_asked_back_is_not_used(self, bank: Bank, office: Office) -> None:
        source = second(bank, office)
        later = office.approved(wage_month=NOVEMBER)
        paying.start(later, office.checker)
        with pytest.raises(payments.PaymentRefused, match="PAYMENT_IN_FLIGHT"):
            pay(later, office.checker)
        Payment.objects.filter(filing=later).update(state=PaymentState.FAILED)
        refunds.apply(order_no=source.order_no, by=office.checker, on=ON)

        with pytest.raises(payments.PaymentRefused, match="CREDIT_SHORT"):
            pay(later, office.checker)
        assert invariants.broken() == []

    def test_frozen_money_pays_nothing(self, bank: Bank, office: Office) -> None:
        source = differing(bank, office)
        account = posting.employer(office.employer.pk, "SUSPENSE")
        account_id = posting.accounts_for([account], opened_on=ON)[account]
        freezing.freeze([invariants.Result("entry_sums_to_zero", 1, [invariants.Finding("entry 1", 1, (account_id,))], {account_id: "entry 1"})])

        with pytest.raises(payments.PaymentRefused, match="CREDIT_FROZEN"):
            pay(source.filing, office.checker)
        assert not CreditUse.objects.exists()

    def test_the_money_of_unmatched_people_is_not_the_employers_to_use(self, office: Office) -> None:
        account = posting.employer(office.employer.pk, "SUSPENSE")
        legs = (posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -500_000), posting.Leg(account, 500_000))
        posting.post(posting.Act(kind=EntryKind.CONTRIBUTION, ref=1, part=0, booked_on=ON, value_date=ON, legs=legs))
        with pytest.raises(payments.PaymentRefused, match="CREDIT_SHORT"):
            pay(office.approved(), office.checker)

    def test_another_employers_money_is_out_of_reach(self, bank: Bank, office: Office, make_office: Callable[[], Office]) -> None:
        differing(bank, make_office())
        with pytest.raises(payments.PaymentRefused, match="CREDIT_SHORT"):
            pay(office.approved(), office.checker)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_filings_and_a_refund_want_the_same_money(self, bank: Bank, office: Office) -> None:
        source = second(bank, office)
        filings = [office.approved(wage_month=NOVEMBER), office.approved(wage_month=NOVEMBER.next())]
        given = [leave.to_pay(filing.pk, office.checker, PAID_AT, from_credit=True) for filing in filings]

        def use(place: int) -> Callable[[], object]:
            return lambda: paying_from_credit.start(filing_id=filings[place].pk, by=office.checker, approval=given[place], on=ON, at=PAID_AT)

        found = outcomes(use(0), use(1), lambda: refunds.apply(order_no=source.order_no, by=office.checker, on=ON))

        assert found.count("done") == 1, found
        assert invariants.broken() == []

    def test_a_second_click_pays_once(self, bank: Bank, office: Office) -> None:
        source = differing(bank, office, "3000.00")
        given = [leave.to_pay(source.filing_id, office.checker, PAID_AT, from_credit=True) for _ in range(2)]

        def use(approval: object) -> Callable[[], object]:
            return lambda: paying_from_credit.start(filing_id=source.filing_id, by=office.checker, approval=approval, on=ON, at=PAID_AT)  # type: ignore[arg-type]

        found = outcomes(*(use(one) for one in given))

        assert found.count("done") == 1, found
        assert Payment.objects.filter(method=CREDIT).count() == 1
        assert invariants.broken() == []


@pytest.mark.django_db(transaction=True)
class TestPostgres:
    def test_no_more_is_used_than_there_is_nor_of_anybody_elses(self, bank: Bank, office: Office, make_office: Callable[[], Office]) -> None:
        source = differing(bank, office)
        payment = pay(source.filing, office.checker)
        theirs = differing(bank, make_office())
        for other, amount in ((source, Decimal(2)), (theirs, Decimal(1)), (payment, Decimal(1))):
            with pytest.raises(IntegrityError, match="credit_use_is_left|credit_use_of_a_source_once"), transaction.atomic():
                CreditUse.objects.create(payment=payment, source_payment=other, amount=amount)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            CreditUse.objects.update(amount=Decimal(1))

    def test_used_money_is_not_asked_back(self, bank: Bank, office: Office) -> None:
        source = second(bank, office)
        pay(office.approved(wage_month=NOVEMBER), office.checker)
        with pytest.raises(IntegrityError, match="refund_is_left"), transaction.atomic():
            source.refunds.create(amount=Decimal(1), applied_by=office.checker, applied_on=ON)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True)
    def _today(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kwsp_portal.common.clock.business_date", lambda: ON)

    def test_the_payer_uses_it_under_a_code_and_sees_receipt_and_history(self, bank: Bank, office: Office) -> None:
        source = differing(bank, office)
        person = signed_in(office.checker, "/en")
        page = text_of(person.get(address(source.filing, "pay")))
        assert "Your own money at KWSP" in page
        assert "RM 1,450.00" in page

        paid = person.coded(address(source.filing, "pay"), method="CREDIT")

        payment = Payment.objects.get(method=CREDIT)
        assert (paid.status_code, paid["Location"]) == (302, f"/en/employer/payments/{payment.order_no}/")
        receipt = text_of(person.get(f"/employer/payments/{payment.order_no}/"))
        assert f"RM 1,449.00 from payment {source.order_no} (October" in receipt
        assert "Own money at KWSP" in receipt
        earlier = text_of(person.get(f"/employer/payments/{source.order_no}/"))
        assert f"RM 1,449.00 ({payment.order_no})" in earlier
        assert "RM 1.00 is left" in earlier
        assert "still has to be paid" not in earlier
        assert source.order_no in person.get(f"/employer/payments/{payment.order_no}/receipt.txt").content.decode()
        listed = text_of(person.get("/employer/payments/?method=CREDIT"))
        assert payment.order_no in listed
        assert "Used to pay a Form A" in text_of(person.get("/employer/suspense/"))
        assert person.coded(address(source.filing, "pay"), method="CREDIT").status_code == 409, "the second click pays nothing"

    def test_too_little_is_said_and_not_offered(self, bank: Bank, office: Office) -> None:
        source = differing(bank, office, "1000.00")
        person = signed_in(office.checker, "/en")
        answer = person.get(address(source.filing, "pay"))
        assert "less than the RM 1,449.00 to pay here" in text_of(answer)
        assert 'value="CREDIT"' not in answer.content.decode()
        assert person.post(address(source.filing, "pay"), method="CREDIT", tac_send="1").status_code == 409

    def test_who_has_none_sees_nothing_of_it(self, bank: Bank, office: Office) -> None:
        person = signed_in(office.checker, "/en")
        answer = person.get(address(office.approved(), "pay"))
        assert "Your own money" not in text_of(answer)
        assert actions_of(answer)
