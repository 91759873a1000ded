"""The daily batch of lateness: what is priced and posted, who is told, and that it happens once, whatever becomes of its workers."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from contributions.enums import FilingState, MatterDecision, MatterKind
from contributions.models import Filing, LateCharge, LateDividend, PaymentMatter, PaymentMatterLog, WageList
from contributions.services import filing as filings
from contributions.services import late_charges, late_reminders
from kwsp_portal import jobs
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import codes
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs import calendar, failpoints
from kwsp_portal.jobs.models import Chunk
from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Notice
from members.ledger import invariants
from members.models import Member
from tests import factories
from tests.contributions import paying
from tests.contributions.conftest import OCTOBER, ON, Office, work
from tests.contributions.crediting import standing
from tests.contributions.paying import Bank
from tests.factories import borang_a, leave
from tests.jobs.threads import at_once

NOV, DEC = 11, 12


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def paid(filing: Filing, office: Office, bank: Bank, on: date) -> None:
    at = datetime.combine(on, time(10, 0), KL)
    order = paying.start(filing, office.checker, at)
    paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=at), at=at)


def run(on: date) -> None:
    """The batch of a day, as a worker does it."""
    period = on.isoformat()
    jobs.open_run(programme=late_charges.PROGRAMME, period=period, chunks=late_charges.plan(period, on), on=on)
    counts = jobs.work_some(programmes=[late_charges.PROGRAMME])
    assert counts.failed == 0, Chunk.objects.values_list("error", flat=True)


def told(whose: Whose, whose_id: int) -> list[str]:
    return list(Notice.objects.filter(whose=whose, whose_id=whose_id, code__startswith="LATE").order_by("pk").values_list("code", flat=True))


def owed() -> tuple[int, int]:
    found = standing()
    return found.get("LATE_CHARGE", 0), found.get("DIVIDEND_DUE", 0)


@pytest.fixture
def unfiled(office: Office) -> Office:
    """Two people since 2020, and nothing sent."""
    calendar.set_first(on=day(NOV, 10))
    office.hire()
    office.hire()
    return office


@pytest.mark.django_db
class TestPaidLate:
    def test_the_charge_is_posted_once_and_the_employer_told(self, office: Office, bank: Bank) -> None:
        paid(office.approved(), office, bank, day(NOV, 20))

        for on in (day(NOV, 19), day(NOV, 20), day(NOV, 21), day(NOV, 22)):
            run(on)

        (charge,) = LateCharge.objects.all()
        assert (charge.amount, charge.reckoned_on, charge.wage_month) == (Decimal("10.00"), day(NOV, 20), OCTOBER.first_day)
        assert owed() == (-1_000, 0)
        assert standing()["LATE_CHARGE_INCOME"] == 1_000
        assert told(Whose.EMPLOYER, office.employer.pk)[-1] == "LATE_CHARGED"
        assert told(Whose.EMPLOYER, office.employer.pk).count("LATE_CHARGED") == 1
        assert invariants.broken() == []

    def test_after_the_contribution_month_the_dividend_is_owed_too(self, office: Office, bank: Bank) -> None:
        filing = office.approved()
        paid(filing, office, bank, day(DEC, 31))

        run(day(DEC, 31))

        (dividend,) = LateDividend.objects.all()
        assert (dividend.filing, dividend.amount, dividend.paid_on) == (filing, Decimal("7.57"), day(DEC, 31))
        assert owed() == (-1_400, -757)  # 46 days of 7.15 %: 13.06
        assert standing()["DIVIDEND_EXPENSE"] == 757

    def test_paid_on_the_15th_costs_nothing(self, office: Office, bank: Bank) -> None:
        paid(office.approved(), office, bank, day(NOV, 15))

        run(day(NOV, 16))

        assert not LateCharge.objects.exists()
        assert told(Whose.EMPLOYER, office.employer.pk) == []

    def test_paid_at_the_last_moment_of_the_15th_whenever_the_message_comes(self, office: Office, bank: Bank) -> None:
        filing = office.approved()
        order = paying.start(filing, office.checker, datetime(2026, 11, 15, 23, 50, tzinfo=KL))
        last = datetime(2026, 11, 15, 23, 59, 59, tzinfo=KL)
        paying.deliver(bank.ac(order, codes.APPROVED, fpx_txn_time=last), at=datetime(2026, 11, 18, 9, 0, tzinfo=KL))

        run(day(NOV, 18))

        assert not LateCharge.objects.exists()

    def test_a_supplement_paid_later_prices_the_month_anew(self, office: Office, bank: Bank) -> None:
        """One charge for the month: the first is reversed, the second has both payments."""
        filing = office.approved()
        paid(filing, office, bank, day(NOV, 20))
        run(day(NOV, 20))
        supplement: Filing = factories.FilingFactory(employer=office.employer, approved=True, supplements=filing, number=1)  # type: ignore[assignment]
        at = datetime(2027, 3, 20, 10, 0, tzinfo=KL)
        Filing.objects.filter(pk=supplement.pk).update(state=FilingState.PAID, paid_on=at.date())

        run(at.date())

        first, second = LateCharge.objects.order_by("pk")
        assert (first.reversed_on, second.reversed_on) == (at.date(), None)
        assert len(second.paid) == 2
        assert owed()[0] == -int(second.amount * 100)
        assert "LATE_CHARGED_ANEW" in told(Whose.EMPLOYER, office.employer.pk)

    def test_money_found_later_with_an_earlier_date_reverses_the_charge(self, office: Office, bank: Bank) -> None:
        filing = office.approved()
        first = paying.start(filing, office.checker, datetime(2026, 11, 14, 9, 0, tzinfo=KL))
        paying.deliver(bank.ac(first, codes.INSUFFICIENT), at=datetime(2026, 11, 14, 9, 5, tzinfo=KL))
        paid(filing, office, bank, day(NOV, 20))
        run(day(NOV, 20))
        assert owed()[0] == -1_000

        said = bank.ac(first, codes.APPROVED, fpx_txn_time=datetime(2026, 11, 14, 9, 4, tzinfo=KL))
        paying.deliver(said, at=datetime(2026, 11, 21, 9, 0, tzinfo=KL))
        run(day(NOV, 21))
        run(day(NOV, 22))

        (charge,) = LateCharge.objects.all()
        assert charge.reversed_on == day(NOV, 21)
        assert owed() == (0, 0)
        assert told(Whose.EMPLOYER, office.employer.pk)[-1] == "LATE_TAKEN_BACK"
        assert invariants.broken() == []

    def test_a_day_that_is_worked_late_gives_the_same(self, office: Office, bank: Bank) -> None:
        """Caught up after days: a run of the 19th knows nothing of a payment of the 20th."""
        paid(office.approved(), office, bank, day(NOV, 20))

        run(day(NOV, 19))
        assert not LateCharge.objects.exists()
        run(day(NOV, 20))

        assert LateCharge.objects.get().reckoned_on == day(NOV, 20)


@pytest.mark.django_db
class TestNotFiled:
    def test_reminded_on_the_16th_and_the_20th_then_a_case(self, unfiled: Office) -> None:
        employer = unfiled.employer
        for number, codes_told, cases in (
            (15, [], 0),
            (16, ["LATE_NOT_FILED"], 0),
            (19, ["LATE_NOT_FILED"], 0),
            (20, ["LATE_NOT_FILED", "LATE_NOT_FILED_AGAIN"], 0),
            (21, ["LATE_NOT_FILED", "LATE_NOT_FILED_AGAIN"], 1),
            (22, ["LATE_NOT_FILED", "LATE_NOT_FILED_AGAIN"], 1),
        ):
            run(day(NOV, number))
            assert told(Whose.EMPLOYER, employer.pk) == codes_told, number
            assert PaymentMatter.objects.filter(kind=MatterKind.NOT_FILED, employer=employer).count() == cases
        assert owed() == (0, 0)  # no amount is invented

    def test_the_members_whose_month_is_missing_are_told_once(self, unfiled: Office) -> None:
        for number in (16, 20, 21, 25):
            run(day(NOV, number))

        members = list(unfiled.employer.employments.values_list("member_id", flat=True))
        assert len(members) == 2
        assert [told(Whose.MEMBER, member) for member in members] == [["LATE_MEMBER"], ["LATE_MEMBER"]]
        assert {tuple(notice.link) for notice in Notice.objects.filter(code="LATE_MEMBER")} == {("member:complaint_new",)}, "the way to complain"

    def test_who_was_left_out_of_what_was_filed_is_told_once(self, office: Office, bank: Bank) -> None:
        calendar.set_first(on=day(NOV, 10))
        there, left_out, on_leave = office.hire(), office.hire(), office.hire()
        office.hire(birth_date=date(1950, 1, 1))
        paid(office.approved(borang_a.row(there)), office, bank, day(NOV, 12))
        wages = WageList.objects.create(
            employer=office.employer, wage_month=OCTOBER.first_day, source="EMPTY", begun_by=office.maker, begun_on=day(NOV, 10)
        )
        wages.rows.create(place=1, member=on_leave, standing="UNPAID_LEAVE", wages=0)
        for number in (16, 20, 21, 25):
            run(day(NOV, number))

        assert [told(Whose.MEMBER, member.pk) for member in (there, left_out, on_leave)] == [[], ["LATE_MEMBER_LEFT_OUT"], []]
        assert Notice.objects.filter(code="LATE_MEMBER_LEFT_OUT").count() == 1, "nobody past 75"
        assert told(Whose.EMPLOYER, office.employer.pk) == ["LATE_LEFT_OUT"]

    def test_who_was_forgotten_and_filed_in_a_supplement_is_not_told(self, office: Office) -> None:
        calendar.set_first(on=day(NOV, 10))
        there, forgotten = office.hire(), office.hire()
        office.approved(borang_a.row(there))
        more = filings.upload(
            employer=office.employer,
            wage_month=OCTOBER,
            name="b.csv",
            content=borang_a.file(borang_a.row(forgotten)),
            by=office.maker,
            on=ON,
            adds=True,
        )
        filings.submit(filing_id=work(more).pk, by=office.maker, declaration=True, on=ON)
        leave.approve(filing_id=more.pk, by=office.checker, on=ON)

        run(day(NOV, 20))

        assert [told(Whose.MEMBER, member.pk) for member in (there, forgotten)] == [["LATE_MEMBER"], ["LATE_MEMBER"]]

        assert not Notice.objects.filter(code="LATE_MEMBER_LEFT_OUT").exists()

    def test_a_month_that_is_filed_closes_its_case(self, office: Office) -> None:
        calendar.set_first(on=day(NOV, 10))
        member = office.hire()
        run(day(NOV, 21))
        office.approved(borang_a.row(member))

        run(day(NOV, 23))

        (case,) = PaymentMatter.objects.filter(kind=MatterKind.NOT_FILED)
        assert (case.decision, case.closed_on) == (MatterDecision.SOLVED, day(NOV, 23))
        run(day(NOV, 24))
        assert PaymentMatter.objects.filter(kind=MatterKind.NOT_FILED).count() == 1

    def test_one_statement_asks_and_closes_whatever_the_number_of_cases(self, make_office: Callable[[], Office]) -> None:
        calendar.set_first(on=day(NOV, 10))
        people = [(office, office.hire()) for office in (make_office() for _ in range(6))]
        run(day(NOV, 21))

        def statements(offices: list[tuple[Office, Member]], on: date) -> int:
            for office, member in offices:
                office.approved(borang_a.row(member))
            ids = {"from_id": min(one.employer.pk for one, _ in offices), "to_id": max(one.employer.pk for one, _ in offices) + 1}
            with CaptureQueriesContext(connection) as asked, transaction.atomic():
                assert late_reminders.close_cases(**ids, on=on) == len(offices)
            return len(asked)

        assert statements(people[:1], day(NOV, 23)) == statements(people[1:], day(NOV, 23))
        closed = PaymentMatter.objects.filter(kind=MatterKind.NOT_FILED, decision=MatterDecision.SOLVED, closed_on=day(NOV, 23))
        assert closed.count() == 6
        assert PaymentMatterLog.objects.filter(matter__in=closed, action="CLOSE").count() == 6
        assert AuditEvent.objects.filter(action="payment.matter.close").count() == 6

    def test_nobody_for_whom_anything_is_owed(self, office: Office) -> None:
        """Past 75, and who left before the month."""
        office.hire(birth_date=date(1950, 1, 1))
        factories.EmploymentFactory(employer=office.employer, from_date=date(2020, 1, 1), to_date=date(2026, 10, 1))

        run(day(NOV, 21))

        assert told(Whose.EMPLOYER, office.employer.pk) == []
        assert not PaymentMatter.objects.exists()

    def test_a_draft_is_not_filed(self, unfiled: Office) -> None:
        factories.FilingFactory(employer=unfiled.employer, ready=True)

        run(day(NOV, 16))

        assert told(Whose.EMPLOYER, unfiled.employer.pk) == ["LATE_NOT_FILED"]


@pytest.mark.django_db
def test_approved_and_not_paid_is_reminded_of_with_its_price(office: Office) -> None:
    filing = office.approved()

    for number in (15, 16, 17, 20):
        run(day(NOV, number))

    assert told(Whose.EMPLOYER, office.employer.pk) == ["LATE_NOT_PAID", "LATE_NOT_PAID_AGAIN"]
    figures = Notice.objects.get(code="LATE_NOT_PAID").figures
    assert (figures["unpaid"], figures["charge"], figures["on"]) == ("1449.00", "10.00", "2026-11-16")
    (member,) = filing.rows.values_list("member_id", flat=True)
    assert told(Whose.MEMBER, member) == ["LATE_MEMBER"]
    assert not PaymentMatter.objects.exists()


@pytest.mark.django_db
def test_an_approved_month_of_nothing_is_not_reminded_of(office: Office) -> None:
    factories.FilingFactory(employer=office.employer, approved=True, employer_total=0, employee_total=0)

    run(day(NOV, 20))

    assert told(Whose.EMPLOYER, office.employer.pk) == []


@pytest.mark.django_db
class TestLeftOut:
    """A month that was filed without somebody on record, for whom something may be owed."""

    def test_they_and_the_employer_are_told_on_the_20th_once(self, office: Office) -> None:
        calendar.set_first(on=day(NOV, 10))
        there, left, unpaid = office.hire(), office.hire(), office.hire()
        office.hire(birth_date=date(1950, 1, 1))
        office.approved(borang_a.row(there), borang_a.row(unpaid, "0.00", "0", "0"))

        for number in (16, 19, 20, 21):
            run(day(NOV, number))

        assert told(Whose.MEMBER, left.pk) == ["LATE_MEMBER_LEFT_OUT"]
        assert told(Whose.MEMBER, there.pk) == ["LATE_MEMBER"], "approved and not paid"
        assert "LATE_MEMBER_LEFT_OUT" not in told(Whose.MEMBER, unpaid.pk), "no wages is said in the Borang A"
        (notice,) = Notice.objects.filter(whose=Whose.EMPLOYER, code="LATE_LEFT_OUT")
        assert notice.figures == {"month": str(OCTOBER), "people": "1"}
        assert Notice.objects.filter(code="LATE_MEMBER_LEFT_OUT").count() == 1
        assert not PaymentMatter.objects.exists()

    def test_a_row_that_may_be_theirs_and_matches_nobody_leaves_them_alone(self, office: Office) -> None:
        calendar.set_first(on=day(NOV, 10))
        there, other = office.hire(), office.hire()
        filing = office.read(borang_a.row(there), borang_a.row(other).replace(other.name, "ORANG YANG LAIN"))
        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON, apart=True, suspense=True)
        leave.approve(filing_id=filing.pk, by=office.checker, on=ON)

        run(day(NOV, 20))

        assert not Notice.objects.filter(code__in=("LATE_MEMBER_LEFT_OUT", "LATE_LEFT_OUT")).exists()


@pytest.mark.django_db
def test_by_hand_it_may_be_run_twice(office: Office, bank: Bank) -> None:
    paid(office.approved(), office, bank, day(NOV, 20))

    first, second = [late_charges.by_hand(on=day(NOV, 20)) for _ in range(2)]

    assert (first["done"], second["done"]) == (1, 0)
    assert first["charges"] == second["charges"] == 1
    assert owed()[0] == -1_000


STEPS = ("late.before", "late.found", "late.finished", "late.committed", "jobs.taken", "jobs.before_finish", "jobs.after_finish", "jobs.committed")


@pytest.mark.django_db(transaction=True)
class TestOnce:
    @pytest.fixture
    def late_payer(self, make_office: Callable[[], Office], bank: Bank) -> Callable[[], Office]:
        """Makes an employer that paid late by more than a month."""
        calendar.set_first(on=day(NOV, 10))

        def make() -> Office:
            office = make_office()
            paid(office.approved(), office, bank, day(DEC, 31))
            return office

        return make

    def priced_once(self, offices: list[Office]) -> None:
        assert LateCharge.objects.count() == LateDividend.objects.count() == len(offices)
        assert owed() == (-1_400 * len(offices), -757 * len(offices))
        for office in offices:
            assert told(Whose.EMPLOYER, office.employer.pk).count("LATE_CHARGED") == 1
        assert invariants.broken() == []

    def test_a_worker_that_dies_at_any_step(self, late_payer: Callable[[], Office]) -> None:
        behind: list[Office] = []
        on = day(DEC, 31)
        for step in STEPS:
            behind.append(late_payer())
            with failpoints.armed(step), pytest.raises(failpoints.FailpointDeath):
                run(on)
            with connection.cursor() as cursor:
                cursor.execute("UPDATE jobs_chunk SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'")
            jobs.work_some(programmes=[late_charges.PROGRAMME])

            self.priced_once(behind)
            on += timedelta(days=1)

    def test_two_days_at_the_same_moment(self, late_payer: Callable[[], Office]) -> None:
        """Whoever comes second finds what the first wrote."""
        behind = [late_payer() for _ in range(3)]
        for on in (day(DEC, 31), date(2027, 1, 1)):
            jobs.open_run(programme=late_charges.PROGRAMME, period=str(on), chunks=late_charges.plan("", on), on=on)

        at_once(2, lambda _number: jobs.work_some(programmes=[late_charges.PROGRAMME]))
        jobs.work_some(programmes=[late_charges.PROGRAMME])

        self.priced_once(behind)
