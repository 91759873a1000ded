"""Contribution, charge and late dividend are paid together or apart, each to its own account; the members have the dividend once it is paid."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from contributions.enums import DueKind, FilingState, MatterKind, PaymentState
from contributions.models import Filing, LateCharge, LateDividend, Payment, PaymentMatter
from contributions.selectors import late_dues
from contributions.services import late_crediting, moves
from contributions.services import payment as payments
from kwsp_portal import jobs
from kwsp_portal.bank import limits
from kwsp_portal.bank.fpx import client as fpx
from kwsp_portal.bank.fpx import codes
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Notice
from members.identity import tac
from members.ledger import invariants
from members.models import Member
from tests.contributions import paying
from tests.contributions.conftest import Office
from tests.contributions.crediting import credit, savings, standing
from tests.contributions.pages import signed_in, text_of
from tests.contributions.paying import Bank
from tests.contributions.test_late_charges import paid, run
from tests.contributions.test_pages_payment import LISTED
from tests.factories import borang_a, leave

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = list(DueKind)
LATE = date(2026, 12, 31)
CHARGE, LOST = Decimal("14.00"), Decimal("7.57")
"""46 days of 7.15 % on RM1,449, and 31 days of 6.15 %."""


def at(on: date) -> datetime:
    return datetime.combine(on, time(10, 0), KL)


def pay(filing: Filing, office: Office, bank: Bank, on: date, late: list[DueKind], **said: object) -> Payment:
    order = paying.start(filing, office.checker, at(on), late=late)
    paying.deliver(bank.ac(order, codes.APPROVED, **{"fpx_txn_time": at(on), **said}), at=at(on))
    order.refresh_from_db()
    return order


def dues(filing: Filing, on: date) -> list[tuple[DueKind, Decimal]]:
    return [(due.kind, due.amount) for due in late_dues.open_of(filing=filing, paid_on=on, on=on)]


def credited() -> None:
    counts = jobs.work_some(programmes=[late_crediting.PROGRAMME])
    assert counts.failed == 0


def own(members: list[Member]) -> list[int]:
    return [sum(savings(member).values()) for member in members]


def sound() -> None:
    assert invariants.broken() == []


class TestTogether:
    def test_one_payment_of_all_and_the_members_have_their_dividend(self, office: Office, bank: Bank) -> None:
        member = office.hire()
        filing = office.approved(borang_a.row(member))
        assert dues(filing, LATE) == [(DueKind.CHARGE, CHARGE), (DueKind.DIVIDEND, LOST)]

        order = pay(filing, office, bank, LATE, BOTH)

        assert (order.amount, order.late, order.contribution) == (Decimal("1470.57"), Decimal("21.57"), Decimal("1449.00"))
        assert (standing()["CONTRIBUTION_DUE"], standing()["LATE_CHARGE"], standing()["DIVIDEND_DUE"]) == (0, 1_400, 757)
        assert standing()["FPX_CLEARING"] == -147_057
        sound()
        credit()
        run(LATE)
        assert (standing()["LATE_CHARGE"], standing()["DIVIDEND_DUE"]) == (0, 0)
        assert LateDividend.objects.get().credited_on == LATE
        sound()  # not yet credited, but begun
        credited()
        assert own([member]) == [144_900 + 757]
        assert standing()["DIVIDEND_EXPENSE"] == 0
        (told,) = Notice.objects.filter(whose=Whose.MEMBER, whose_id=member.pk, code="LATE_MEMBER_CREDITED")
        assert (told.figures["amount"], told.figures["month"], told.figures["on"]) == ("7.57", "2026-10", "2026-12-31")
        assert dues(Filing.objects.get(pk=filing.pk), LATE) == []
        sound()

    def test_the_bank_says_a_later_day_and_the_rest_is_owed(self, office: Office, bank: Bank) -> None:
        filing = office.approved()
        order = paying.start(filing, office.checker, at(LATE), late=BOTH)
        late_day = date(2027, 1, 20)
        paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=at(late_day)), at=at(late_day))

        run(late_day)

        left = dues(Filing.objects.get(pk=filing.pk), late_day)
        assert left == [(DueKind.CHARGE, Decimal("19.00") - CHARGE), (DueKind.DIVIDEND, Decimal("12.47") - LOST)]
        assert LateDividend.objects.get().credited_on is None, "credited when it is paid whole"
        assert not PaymentMatter.objects.exists()
        sound()

    def test_the_bank_says_an_earlier_day_and_an_officer_gives_back_what_is_too_much(self, office: Office, bank: Bank) -> None:
        filing = office.approved()
        order = paying.start(filing, office.checker, at(LATE), late=BOTH)
        paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=at(date(2026, 11, 30))), at=at(LATE))

        run(LATE)
        run(date(2027, 1, 1))

        (matter,) = PaymentMatter.objects.filter(kind=MatterKind.LATE_EXCESS)
        assert (matter.amount, matter.employer) == (CHARGE - Decimal("10.00") + LOST, office.employer)
        assert (standing()["LATE_CHARGE"], standing()["DIVIDEND_DUE"]) == (400, 757)
        sound()

    def test_a_second_approved_payment_is_a_credit_whole(self, office: Office, bank: Bank) -> None:
        filing = office.approved()
        first = paying.start(filing, office.checker, at(LATE), late=BOTH)
        paying.deliver(bank.ac(first, codes.INSUFFICIENT), at=at(LATE))
        pay(filing, office, bank, LATE, BOTH)

        paying.deliver(bank.ac(first, codes.APPROVED, fpx_txn_time=at(LATE)), at=at(LATE))

        assert standing()["CREDIT"] == 147_057
        assert standing()["LATE_CHARGE"] == 1_400
        sound()

    def test_in_time_there_is_nothing_beside_the_contribution(self, office: Office, bank: Bank) -> None:
        order = pay(office.approved(), office, bank, date(2026, 11, 15), BOTH)

        assert (order.amount, order.late) == (Decimal("1449.00"), 0)

    def test_the_code_is_for_just_these_sums(self, office: Office) -> None:
        """Approved yesterday's price, or the contribution alone: not this payment."""
        filing = office.approved()
        yesterday = leave.to_pay(filing.pk, office.checker, at(date(2026, 12, 30)), late=BOTH)
        alone = leave.to_pay(filing.pk, office.checker, at(LATE))

        for approval in (yesterday, alone):
            with pytest.raises(tac.Refused):
                paying.start(filing, office.checker, at(LATE), approval=approval, late=BOTH)
        assert not Payment.objects.exists()

    def test_in_parts_what_was_late_is_paid_apart(self, office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
        low = [(start, {**row, "company": {"lowest": "2.00", "highest": "500.00"}}) for start, row in limits._rows()]
        monkeypatch.setattr(limits, "_rows", lambda: low)
        filing = office.approved()

        with pytest.raises(payments.PaymentRefused, match="LATE_APART"):
            payments.check(filing_id=filing.pk, by=office.checker, on=LATE, late=BOTH)
        for _ in range(3):
            pay(filing, office, bank, LATE, [])
        run(LATE)
        order = pay(Filing.objects.get(pk=filing.pk), office, bank, LATE, BOTH)
        assert order.amount == CHARGE + LOST
        sound()


class TestApart:
    @pytest.fixture
    def behind(self, office: Office, bank: Bank) -> Filing:
        """Its contribution paid on the last day of 2026, and its lateness priced."""
        filing = office.approved()
        paid(filing, office, bank, LATE)
        credit()
        run(LATE)
        return Filing.objects.get(pk=filing.pk)

    def test_the_charge_then_the_dividend(self, office: Office, bank: Bank, behind: Filing) -> None:
        (row,) = behind.rows.select_related("member")
        later = date(2027, 2, 3)

        charge = pay(behind, office, bank, later, [DueKind.CHARGE])
        assert (charge.amount, charge.contribution, charge.counts) == (CHARGE, 0, True)
        assert (standing()["LATE_CHARGE"], standing()["DIVIDEND_DUE"]) == (0, -757)
        sound()
        assert dues(behind, later) == [(DueKind.DIVIDEND, LOST)]
        pay(behind, office, bank, later, BOTH)
        credited()

        assert own([row.member]) == [144_900 + 757]
        behind.refresh_from_db()
        assert (behind.state, behind.paid_on) == (FilingState.CREDITED, LATE), "as it was"
        assert LateDividend.objects.get().credited_on == later
        sound()

    def test_nothing_is_paid_twice(self, office: Office, bank: Bank, behind: Filing) -> None:
        paying.start(behind, office.checker, at(LATE), late=[DueKind.CHARGE])

        with pytest.raises(payments.PaymentRefused, match="NOTHING_LATE"):
            payments.check(filing_id=behind.pk, by=office.checker, on=LATE, late=[DueKind.CHARGE])
        assert payments.check(filing_id=behind.pk, by=office.checker, on=LATE, late=BOTH).amount == LOST

    def test_a_late_00_of_what_was_paid_meanwhile_is_a_credit(self, office: Office, bank: Bank, behind: Filing) -> None:
        first = paying.start(behind, office.checker, at(LATE), late=BOTH)
        paying.deliver(bank.ac(first, codes.INSUFFICIENT), at=at(LATE))
        pay(behind, office, bank, LATE, [DueKind.CHARGE])

        paying.deliver(bank.ac(first, codes.APPROVED, fpx_txn_time=at(LATE)), at=at(LATE))

        first.refresh_from_db()
        assert (first.state, first.counts) == (PaymentState.APPROVED, False)
        assert (standing()["CREDIT"], standing()["LATE_CHARGE"], standing()["DIVIDEND_DUE"]) == (2_157, 0, -757)
        sound()

    def test_who_may_not_pay_may_not_pay_this(self, office: Office, behind: Filing) -> None:
        with pytest.raises(moves.NotAllowed, match="NO_RIGHT"):
            payments.check(filing_id=behind.pk, by=office.maker, on=LATE, late=BOTH)

    def test_a_dividend_the_members_have_is_not_reversed(self, office: Office, bank: Bank, behind: Filing) -> None:
        """An earlier bank date, found after it was credited: an officer's."""
        pay(behind, office, bank, LATE, BOTH)
        credited()
        original = Payment.objects.filter(filing=behind).order_by("pk")[0]
        again = Payment.objects.get(pk=original.pk)
        again.pk, again.order_no, again.fpx_id, again.counts = None, "261231ZZZZZZZZ", "26X", False
        again.paid_at = at(date(2026, 11, 20))
        again.save(force_insert=True)

        run(date(2027, 1, 5))

        assert LateDividend.objects.get().reversed_on is None
        (matter,) = PaymentMatter.objects.filter(kind=MatterKind.LATE_CREDITED)
        assert matter.reason.startswith("LATE_CREDITED")
        assert LateCharge.objects.filter(reversed_on=None).get().amount == Decimal("10.00")


class TestShares:
    def test_three_members_share_by_their_contributions_whatever_the_chunks(
        self, office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("contributions.services.crediting.CHUNK_ROWS", 1)
        members = [office.hire() for _ in range(3)]
        filing = office.approved(*[borang_a.row(member) for member in members])
        pay(filing, office, bank, LATE, BOTH)
        credit()
        before = own(members)
        run(LATE)

        credited()

        lost = LateDividend.objects.get().amount
        gained = [after - had for after, had in zip(own(members), before, strict=True)]
        assert sum(gained) == int(lost * 100)
        assert max(gained) - min(gained) <= 1
        sound()


class TestPage:
    @pytest.fixture(autouse=True)
    def on_that_day(self, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
        """The last day of 2026, and a bank that lists its banks."""
        monkeypatch.setattr(clock, "business_date", lambda: LATE)
        monkeypatch.setattr(fpx.FpxClient, "bank_list", lambda self, model=None: LISTED)

    def test_the_sums_are_shown_before_anything_is_paid(self, office: Office) -> None:
        filing = office.approved()

        said = text_of(signed_in(office.checker, "/en").get(f"/employer/filings/{filing.pk}/pay/")).replace("\N{NO-BREAK SPACE}", " ")

        for sum_ in ("RM 1,449.00", "RM 14.00", "RM 7.57", "RM 1,470.57"):
            assert sum_ in said

    def test_what_is_ticked_is_paid(self, office: Office) -> None:
        filing = office.approved()
        person = signed_in(office.checker)

        answer = person.coded(f"/employer/filings/{filing.pk}/pay/", bank="MBB0228", late=["CHARGE"])

        order = Payment.objects.get()
        assert (answer.status_code, order.amount, order.late) == (302, Decimal("1463.00"), CHARGE)
        page = text_of(person.get(f"/employer/payments/{order.order_no}/")).replace("\N{NO-BREAK SPACE}", " ")
        assert "RM 1,463.00" in page
        assert "RM 14.00" in page

    def test_a_paid_month_is_paid_from_the_page_of_arrears(self, office: Office, bank: Bank) -> None:
        filing = office.approved()
        paid(filing, office, bank, LATE)
        run(LATE)
        person, address = signed_in(office.checker), f"/employer/filings/{filing.pk}/pay/"

        assert address in person.get("/employer/arrears/").content.decode()
        assert person.post(address, bank="MBB0228").status_code == 422, "nothing ticked"
        answer = person.coded(address, bank="MBB0228", late=["CHARGE", "DIVIDEND"])

        assert answer.status_code == 302
        assert Payment.objects.latest("pk").amount == CHARGE + LOST
        assert "Satu bayaran masih terbuka" in text_of(person.get(address))
