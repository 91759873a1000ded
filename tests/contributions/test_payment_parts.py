"""A Borang A above what FPX carries in one payment is paid in parts: once each, credited when all are in, their money the employer's until then."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contributions.enums import FilingState, PaymentState
from contributions.models import Filing, Payment
from contributions.rules import parts as rule
from contributions.services import crediting, parts
from contributions.services import payment as payments
from kwsp_portal.bank import limits
from kwsp_portal.bank.fpx import codes
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs.models import Run
from members.ledger import invariants
from tests.contributions import paying
from tests.contributions.conftest import NOVEMBER, Office
from tests.contributions.crediting import credit, standing
from tests.contributions.pages import signed_in, text_of
from tests.contributions.paying import Bank
from tests.contributions.test_payment_replays import postings

SEN = st.integers(min_value=200, max_value=10**9).map(lambda sen: Decimal(sen) / 100)


@given(total=SEN, highest=st.integers(min_value=10**5, max_value=10**6).map(Decimal))
def test_the_parts_add_up_to_the_sen_and_each_can_be_carried(total: Decimal, highest: Decimal) -> None:
    of = rule.split(total, rule.how_many(total, highest))

    assert sum(of) == total
    assert max(of) <= highest
    assert len(of) == 1 or min(of) >= highest / 2 - 1, "none is so small that a bank would refuse it"
    assert len(of) == 1 or (len(of) - 1) * highest < total, "no payment more than needed"


@pytest.fixture
def ceiling(monkeypatch: pytest.MonkeyPatch) -> Decimal:
    """FPX as it would be with a ceiling that a filing of one member reaches: RM1,449 is three payments."""
    real = limits._rows()
    low = [(start, {**row, "company": {"lowest": "2.00", "highest": "500.00"}}) for start, row in real]
    monkeypatch.setattr(limits, "_rows", lambda: low)
    return Decimal("500.00")


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 10, 0, tzinfo=KL)


def pay(bank: Bank, filing: Filing, office: Office, day: int, part: int | None = None, **changes: Any) -> Payment:
    order = paying.start(filing, office.checker, at(day), part=part)
    paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=at(day), **changes), at=at(day))
    order.refresh_from_db()
    return order


def sound() -> None:
    assert invariants.broken() == []


@pytest.mark.django_db(transaction=True)
class TestParts:
    def test_it_is_credited_when_the_last_part_is_in_on_its_day(self, ceiling: Decimal, bank: Bank, office: Office) -> None:
        filing = office.approved()

        first, second = pay(bank, filing, office, 12), pay(bank, filing, office, 16)
        filing.refresh_from_db()
        assert (first.amount, second.amount, first.parts, filing.state) == (Decimal(483), Decimal(483), 3, FilingState.APPROVED)
        assert standing()["PART_PAID"] == 96_600
        assert not Run.objects.filter(programme=crediting.PROGRAMME).exists()
        sound()

        third = pay(bank, filing, office, 14)
        filing.refresh_from_db()
        assert first.amount + second.amount + third.amount == filing.total
        assert (filing.state, filing.paid_on) == (FilingState.PAID, date(2026, 11, 16)), "the bank's day of the last part"
        assert (standing()["PART_PAID"], standing()["CONTRIBUTION_DUE"]) == (0, 0)
        credit()
        filing.refresh_from_db()
        assert filing.state == FilingState.CREDITED
        sound()

    def test_several_parts_may_be_on_their_way_and_come_in_any_order(self, ceiling: Decimal, bank: Bank, office: Office) -> None:
        filing = office.approved()
        orders = [paying.start(filing, office.checker, at(12)) for _ in range(3)]
        assert [order.part for order in orders] == [1, 2, 3]
        with pytest.raises(payments.PaymentRefused, match="PAYMENT_IN_FLIGHT"):
            paying.start(filing, office.checker, at(12), approval=paying.leave_of(filing, office.checker, at(12)))

        for order in reversed(orders):
            for _ in range(2):
                paying.deliver(bank.ac(order, codes.APPROVED))

        filing.refresh_from_db()
        assert filing.state == FilingState.PAID
        assert Run.objects.filter(programme=crediting.PROGRAMME).count() == 1
        sound()

    def test_a_part_that_fails_is_paid_again_and_what_comes_late_is_a_credit(self, ceiling: Decimal, bank: Bank, office: Office) -> None:
        filing = office.approved()
        pay(bank, filing, office, 12)
        failed = paying.start(filing, office.checker, at(12))
        paying.deliver(bank.ac(failed, codes.INSUFFICIENT))
        again = pay(bank, filing, office, 12)
        assert (failed.part, again.part) == (2, 2)

        paying.deliver(bank.ac(failed, codes.APPROVED))

        failed.refresh_from_db()
        assert (failed.state, failed.counts, again.counts) == (PaymentState.APPROVED, False, True)
        assert standing()["CREDIT"] == 48_300
        sound()
        pay(bank, filing, office, 13)
        filing.refresh_from_db()
        assert filing.state == FilingState.PAID
        sound()

    def test_a_paid_part_is_not_paid_again(self, ceiling: Decimal, bank: Bank, office: Office) -> None:
        filing = office.approved()
        pay(bank, filing, office, 12)

        with pytest.raises(payments.PaymentRefused, match="PART_PAID"):
            payments.check(filing_id=filing.pk, by=office.checker, on=date(2026, 11, 12), part=1)

    def test_the_first_payment_decides_in_how_many_parts(self, bank: Bank, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        filing = office.approved()
        rows = [(start, {**row, "company": {"lowest": "2.00", "highest": "800.00"}}) for start, row in limits._rows()]
        with monkeypatch.context() as patched:
            patched.setattr(limits, "_rows", lambda: rows)
            pay(bank, filing, office, 12)

        of = parts.of_filing(filing=filing, on=date(2026, 11, 13))

        assert [(part.amount, part.paid) for part in of] == [(Decimal(725), True), (Decimal(724), False)]
        pay(bank, filing, office, 13)
        sound()

    def test_one_payment_of_the_whole_counts_though_the_ceiling_fell_meanwhile(
        self, bank: Bank, office: Office, request: pytest.FixtureRequest
    ) -> None:
        order = paying.start(office.approved(), office.checker, at(12))
        paying.deliver(bank.ac(order, codes.INSUFFICIENT))
        request.getfixturevalue("ceiling")

        paying.deliver(bank.ac(order, codes.APPROVED))

        assert postings(2) == [("CONTRIBUTION_DUE", 144_900), ("FPX_CLEARING", -144_900)]
        sound()


@pytest.mark.django_db
class TestPage:
    def test_the_page_says_so_before_the_bank_does(self, ceiling: Decimal, bank: Bank, office: Office) -> None:
        filing = office.approved()
        paying.start(filing, office.checker, at(12))
        person = signed_in(office.checker)

        page = person.get(f"/employer/filings/{filing.pk}/pay/")
        said = text_of(page)

        assert 'href="/payment-channels/#monthly"' in page.content.decode()
        assert "Dibayar dalam beberapa bahagian" in said
        assert "RM 500.00" in said
        assert "1/3" in said
        assert "3/3 483.00 Belum dibayar" in said

    def test_a_part_has_its_own_receipt_that_says_what_is_missing(self, ceiling: Decimal, bank: Bank, office: Office) -> None:
        filing = office.approved(wage_month=NOVEMBER)
        order = pay(bank, filing, office, 12)

        said = text_of(signed_in(office.checker, "/en").get(f"/employer/payments/{order.order_no}/"))

        assert "2 of 3 parts of the payment of this Form A have not come yet" in said
