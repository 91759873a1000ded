"""Wages that were filed too low: a supplement names all wages of the month, and only what is owed beyond what stands is filed, paid and credited."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from contributions.borang_a.problem import Code
from contributions.enums import FilingState, MendKind, MonthStanding, OverpaymentHow, OverpaymentWhy, RowStatus, WageListSource
from contributions.models import Filing, FilingRow, RowMend
from contributions.selectors import against, arrears, explaining, recompute, savings
from contributions.selectors import filings as selectors
from contributions.selectors.against import Difference
from contributions.services import filing as filings
from contributions.services import mending, overpayments, template
from contributions.services.moves import NotAllowed
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.documents.services import Upload
from members.ledger import invariants
from members.models import Member
from tests.contributions import correcting, pages
from tests.contributions.conftest import NOVEMBER, OCTOBER, ON, Office, work
from tests.contributions.crediting import credit, credits_of, pay
from tests.contributions.crediting import savings as pots
from tests.contributions.paying import Bank
from tests.contributions.test_wage_lists import begun, handed_in, write, written
from tests.factories import borang_a, leave

pytestmark = pytest.mark.django_db
PAID = date(2026, 11, 12)
LOW, WHOLE = ("3000.00", "390", "330"), ("6250.00", "756", "693")


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()


def paid(office: Office, bank: Bank, *rows: str) -> Filing:
    """The month's Borang A, credited."""
    main = office.approved(*rows)
    pay(main, office, bank, PAID)
    assert credit().failed == 0
    return Filing.objects.get(pk=main.pk)


def add(office: Office, *rows: str) -> Filing:
    """A supplement of these rows, read by the worker."""
    sent = filings.upload(
        employer=office.employer, wage_month=OCTOBER, name="tambahan.csv", content=borang_a.file(*rows), by=office.maker, on=ON, adds=True
    )
    return work(sent)


def top_up(made: Filing, office: Office) -> Filing:
    mending.apply_to_cause(filing_id=made.pk, code=Code.WAGES_RAISED, by=office.maker, on=ON, seen=made.mended)
    return Filing.objects.get(pk=made.pk)


def hand_in(made: Filing, office: Office) -> Filing:
    filings.submit(filing_id=made.pk, by=office.maker, declaration=True, on=ON)
    leave.approve(filing_id=made.pk, by=office.checker, on=ON)
    return Filing.objects.get(pk=made.pk)


def codes(made: Filing, line: int = 2) -> list[str]:
    return [problem["code"] for problem in made.rows.get(line=line).problems]


@pytest.fixture
def member(office: Office) -> Member:
    return office.hire()


@pytest.fixture
def main(office: Office, member: Member, bank: Bank) -> Filing:
    """Credited with RM3,000 for somebody who earned RM6,250."""
    return paid(office, bank, borang_a.row(member, *LOW), borang_a.row(office.hire()))


@pytest.fixture
def made(office: Office, member: Member, main: Filing) -> Filing:
    """The supplement with all wages, as it is read: nobody has said yet what they mean."""
    return add(office, borang_a.row(member, *WHOLE))


class TestTheDifference:
    def test_nobody_guesses_what_higher_wages_mean(self, made: Filing, main: Filing) -> None:
        row = made.rows.get()

        assert (made.state, made.total, row.status, row.tops_up) == (FilingState.FAULTY, 0, RowStatus.INVALID, None)
        [problem] = row.problems
        told = {"filing": str(main.pk), "line": "2", "filed_total": "720", "whole_total": "1449", "more_employer": "366", "more_employee": "363"}
        assert (problem["code"], problem["found"], problem["expected"]) == ("WAGES_RAISED", "6250.00", "3000.00")
        assert {name: text.removesuffix(".00") for name, text in problem["detail"].items()} == {**told, "more_total": "729"}

    def test_is_filed_paid_and_credited(self, office: Office, bank: Bank, member: Member, main: Filing, made: Filing) -> None:
        before = sum(pots(member).values())

        made = hand_in(top_up(made, office), office)

        row = made.rows.get()
        assert (made.total, made.employer_total, made.employee_total) == (729, 366, 363)
        assert (row.wages, row.employer_share, row.employee_share) == (6250, 366, 363)
        assert (row.tops_up, row.earlier_employer, row.earlier_employee) == (main.rows.get(line=2), 390, 330)
        pay(made, office, bank, PAID)
        assert credit().failed == 0
        made.refresh_from_db()
        assert (made.state, sum(pots(member).values()) - before) == (FilingState.CREDITED, 72_900)
        [[booked]] = credits_of(made).values()
        assert (sum(booked.legs.values()), booked.value_date) == (72_900, date(2026, 11, 30))
        assert invariants.broken() == []

    def test_one_row_by_hand_with_other_wages(self, office: Office, member: Member, made: Filing) -> None:
        cells = {"Salary": "5000", "EM Share": "650", "EMP Share": "550"}

        with pytest.raises(mending.StillWrong, match="WAGES_RAISED"):
            mending.mend_row(filing_id=made.pk, line=2, cells=cells, by=office.maker, on=ON)
        row = mending.mend_row(filing_id=made.pk, line=2, cells=cells, by=office.maker, on=ON, tops_up=True)

        assert (row.status, row.wages, row.employer_share, row.employee_share) == (RowStatus.VALID, 5000, 260, 220)
        assert RowMend.objects.get().mending.kind == MendKind.TOP_UP
        assert AuditEvent.objects.get(action="filing.mend").data["kind"] == "TOP_UP"
        again = mending.mend_row(filing_id=made.pk, line=2, cells={"Salary": "6250", "EM Share": "756", "EMP Share": "693"}, by=office.maker, on=ON)
        assert (again.employer_share, again.employee_share, again.mends) == (366, 363, 2)

    def test_can_be_undone(self, office: Office, made: Filing) -> None:
        topped = top_up(made, office)
        assert (topped.state, topped.total) == (FilingState.READY, 729)

        mending.undo(filing_id=made.pk, mending_id=topped.mendings.get().pk, by=office.maker, on=ON)

        row = made.rows.get()
        made.refresh_from_db()
        assert (made.state, made.total, row.status, row.employer_share, row.tops_up_id, row.earlier_employer) == (
            "FAULTY",
            0,
            "INVALID",
            756,
            None,
            None,
        )
        assert codes(made) == ["WAGES_RAISED"]

    def test_the_shares_stated_are_those_of_all_wages(self, office: Office, member: Member, main: Filing) -> None:
        made = add(office, borang_a.row(member, "6250.00", "366", "363"))
        assert codes(made) == ["OFF_SCHEDULE", "OFF_SCHEDULE", "WAGES_RAISED"]

        mending.apply_to_cause(filing_id=made.pk, code=Code.OFF_SCHEDULE, by=office.maker, on=ON, seen=0)

        made.refresh_from_db()
        assert (made.state, codes(made)) == (FilingState.FAULTY, ["WAGES_RAISED"])
        assert top_up(made, office).total == 729

    def test_where_the_employers_rate_falls_with_the_wages_both_shares_count_together(self, office: Office, bank: Bank) -> None:
        """RM5,000 asks 650 and 550; RM5,300 asks 636 and 583: 14 less and 33 more."""
        member = office.hire()
        paid(office, bank, borang_a.row(member, "5000.00", "650", "550"))
        made = hand_in(top_up(add(office, borang_a.row(member, "5300.00", "636", "583")), office), office)

        row = made.rows.get()
        assert (row.employer_share, row.employee_share, made.total) == (-14, 33, 19)
        pay(made, office, bank, PAID)
        assert credit().failed == 0
        assert sum(pots(member).values()) == 121_900
        assert invariants.broken() == []

    def test_a_second_time(self, office: Office, bank: Bank, member: Member, made: Filing) -> None:
        first = hand_in(top_up(made, office), office)
        pay(first, office, bank, PAID)
        assert credit().failed == 0

        second = hand_in(top_up(add(office, borang_a.row(member, "7000.00", "840", "770")), office), office)

        row = second.rows.get()
        assert (row.tops_up, row.earlier_employer, row.earlier_employee, second.total) == (first.rows.get(), 756, 693, 161)
        assert invariants.broken() == []


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "code"),
        [
            pytest.param(("3000.00", "390", "330"), "MEMBER_FILED", id="the same wages"),
            pytest.param(("500.00", "65", "55"), "MEMBER_FILED", id="the addition alone"),
            pytest.param(("3010.00", "393", "333"), "WAGES_RAISED", id="a row of the schedule higher"),
        ],
    )
    def test_only_wages_that_are_higher(self, office: Office, member: Member, main: Filing, row: tuple[str, ...], code: str) -> None:
        assert codes(add(office, borang_a.row(member, *row))) == [code]

    def test_higher_wages_that_cost_no_more(self, office: Office, bank: Bank) -> None:
        member = office.hire()
        paid(office, bank, borang_a.row(member, "5000.00", "650", "550"))

        made = add(office, borang_a.row(member, "5100.00", "612", "561"))

        [problem] = made.rows.get().problems
        assert (problem["code"], problem["detail"]["filed_total"], problem["detail"]["whole_total"]) == ("NO_MORE_DUE", "1200.00", "1173.00")
        with pytest.raises(mending.StillWrong, match="NO_MORE_DUE"):
            mending.mend_row(filing_id=made.pk, line=2, cells={}, by=office.maker, on=ON, tops_up=True)

    def test_what_is_not_paid_is_cancelled_instead(self, office: Office, member: Member) -> None:
        office.approved(borang_a.row(member, *LOW))

        assert codes(add(office, borang_a.row(member, *WHOLE))) == ["MEMBER_FILED"]

    def test_the_borang_a_of_the_month_tops_up_nothing(self, office: Office, bank: Bank, member: Member) -> None:
        """Of two Borang A of a month only the supplement can be the addition."""
        main = office.read(borang_a.row(office.hire()), borang_a.row(member, LOW[0], "1", "1"))
        filings.submit(filing_id=main.pk, by=office.maker, declaration=True, on=ON, apart=True)
        extra = main.supplement_filings.get()
        mending.mend_row(filing_id=extra.pk, line=3, cells={"EM Share": "390", "EMP Share": "330"}, by=office.maker, on=ON)
        pay(hand_in(Filing.objects.get(pk=extra.pk), office), office, bank, PAID)
        filings.take_back(filing_id=main.pk, by=office.maker, on=ON)

        cells = {"Member No": member.number, "IC No": member.identity_number, "Name": member.name}
        with pytest.raises(mending.StillWrong, match="MEMBER_FILED"):
            mending.mend_row(filing_id=main.pk, line=2, cells=cells, by=office.maker, on=ON, tops_up=True)

    def test_two_supplements_do_not_top_up_the_same(self, office: Office, member: Member, made: Filing) -> None:
        other = add(office, borang_a.row(member, "7000.00", "840", "770"))
        topped = top_up(made, office)
        with pytest.raises(mending.StillWrong, match="MEMBER_FILED"):
            mending.mend_row(filing_id=other.pk, line=2, cells={}, by=office.maker, on=ON, tops_up=True)

        hand_in(topped, office)

        assert invariants.broken() == []

    def test_a_correction_meanwhile_is_not_overlooked(self, office: Office, member: Member, main: Filing, made: Filing) -> None:
        topped = top_up(made, office)
        filings.submit(filing_id=topped.pk, by=office.maker, declaration=True, on=ON)
        correcting.was_never_a_citizen(member)
        correcting.approved(correcting.officers(), main)
        assert correcting.post().failed == 0

        with pytest.raises(NotAllowed, match="FILED_CHANGED"):
            leave.approve(filing_id=topped.pk, by=office.checker, on=ON)

        filings.return_to_maker(filing_id=topped.pk, by=office.checker, comment="Dibetulkan oleh KWSP", on=ON)
        cells = {"EM Share": "125", "EMP Share": "125"}
        row = mending.mend_row(filing_id=topped.pk, line=2, cells=cells, by=office.maker, on=ON)
        assert (row.earlier_employer, row.employer_share, row.employee_share) == (60, 65, 65)
        hand_in(topped, office)

    @pytest.mark.parametrize("broken", ["other_member", "lower", "unpaid", "itself", "nothing_more"])
    def test_postgresql_knows_what_can_be_topped_up(self, office: Office, main: Filing, made: Filing, broken: str) -> None:
        topped = top_up(made, office).rows.get()
        changes: dict[str, dict[str, Any]] = {
            "other_member": {"tops_up": main.rows.get(line=3)},
            "lower": {"wages": Decimal(3000)},
            "unpaid": {"tops_up": office.approved(wage_month=NOVEMBER).rows.get()},
            "itself": {"tops_up": topped},
            "nothing_more": {"employer_share": Decimal(-300), "employee_share": Decimal(300)},
        }

        with pytest.raises(IntegrityError, match="row_tops_up"), transaction.atomic():
            FilingRow.objects.filter(pk=topped.pk).update(**changes[broken])


class TestWhoReadsTheWagesOfAMonth:
    @pytest.fixture
    def topped(self, office: Office, made: Filing, bank: Bank) -> Filing:
        found = hand_in(top_up(made, office), office)
        pay(found, office, bank, PAID)
        assert credit().failed == 0
        return Filing.objects.get(pk=found.pk)

    def test_the_figure_explains_itself(self, topped: Filing, main: Filing) -> None:
        shares = explaining.behind(topped.rows.get()).shares

        assert shares is not None
        assert shares.why is not None
        assert (shares.stored.employer, shares.stored.employee, shares.now) == (366, 363, None)
        [last] = [step for step in shares.why.steps if step.code == "TOPS_UP"]
        assert (last.figures["earlier_employer"], last.figures["more_total"]) == ("390.00", "729.00")
        assert explaining.behind(main.rows.get(line=2)).shares.stored.total == 720  # type: ignore[union-attr]

    def test_the_member_has_one_month_with_both_sums(self, topped: Filing, member: Member) -> None:
        home = savings.home_of(member=member, on=PAID)

        [month] = [line for line in home.months if line.month == OCTOBER]
        assert (month.total, month.state, month.row_id) == (1449, MonthStanding.CREDITED, topped.rows.get().pk)

    def test_a_month_is_as_far_as_the_later_of_the_two(self, made: Filing, office: Office, member: Member) -> None:
        hand_in(top_up(made, office), office)

        [month] = [line for line in savings.home_of(member=member, on=PAID).months if line.month == OCTOBER]

        assert (month.total, month.state, month.credited_on) == (1449, MonthStanding.FILED, None)

    def test_last_months_wages_are_all_of_them(self, topped: Filing, office: Office, member: Member) -> None:
        assert template.last_wages(employer=office.employer, before=NOVEMBER, members=[member.pk])[member.pk] == 6250

    def test_beside_the_next_month_they_are_one_person(self, topped: Filing, office: Office, member: Member, main: Filing) -> None:
        november = work(office.send(borang_a.file(borang_a.row(member, *WHOLE)), NOVEMBER))

        found = against.differences(filing=november, earlier=main)

        assert (found[Difference.CHANGED].count, found[Difference.NEW].count, found[Difference.MISSING].count) == (0, 0, 1)
        assert selectors.comparison(filing=november).changed.count == 0

    def test_a_supplement_is_looked_at_with_its_month(self, office: Office, main: Filing, member: Member, bank: Bank) -> None:
        """October of two, one of them topped up, beside a September of the same two: nobody left, and RM729 more."""
        september = office.approved(borang_a.row(member, *LOW), borang_a.row(main.rows.get(line=3).member), wage_month=OCTOBER.previous())
        made = top_up(add(office, borang_a.row(member, *WHOLE)), office)

        found = selectors.comparison(filing=made)

        assert (found.earlier, found.now.employees, found.before.employees, found.difference.total) == (september, 2, 2, 729)
        assert (found.left.count, found.joined.count, found.changed.count) == (0, 0, 1)

    def test_reckoned_again_it_is_the_difference(self, topped: Filing) -> None:
        [line] = recompute.lines_of(filing=topped, as_at=PAID)

        assert (line.differs, line.now) == (False, line.stands)

    def test_a_correction_of_both_gives_the_whole(self, topped: Filing, main: Filing, member: Member, bank: Bank) -> None:
        """At RM3,000 Part F asks 60 and 60, at RM6,250 125 and 125."""
        correcting.was_never_a_citizen(member)
        people = correcting.officers()

        correcting.approved(people, main, topped)
        assert correcting.post().failed == 0

        assert sum(pots(member).values()) == 25_000
        shares = explaining.behind(topped.rows.get()).shares
        assert shares is not None
        assert shares.why is not None
        assert (shares.stored.employer, shares.stored.employee) == (65, 65)
        assert invariants.broken() == []

    def test_paid_late_it_is_arrears_of_the_difference_alone(self, made: Filing, office: Office) -> None:
        hand_in(top_up(made, office), office)
        late = date(2026, 11, 30)

        [quote] = arrears.arrears_of(employer=office.employer, paid_on=late, on=late).quotes

        assert (quote.unpaid, quote.month) == (729, OCTOBER)
        assert quote.charge == 10


class TestPages:
    def test_the_clerk_takes_the_difference_of_all_at_once(self, office: Office, made: Filing, main: Filing) -> None:
        clerk = pages.signed_in(office.maker)
        cause = f"/employer/filings/{made.pk}/causes/WAGES_RAISED/"

        shown = pages.text_of(clerk.get(cause))
        assert "Failkan beza 1 baris" in shown
        assert clerk.post(cause, seen="0", employer=office.employer.number).status_code == 302

        submit = pages.text_of(clerk.get(f"/employer/filings/{made.pk}/submit/"))
        assert "Orang yang upahnya dinaikkan: 1" in submit
        assert "+366.00" in submit
        row = pages.text_of(clerk.get(f"/employer/filings/{made.pk}/rows/2/"))
        assert "Upah yang difailkan dahulu RM 3,000.00" in row
        assert "Hanya bezanya difailkan di sini" in row
        before = pages.text_of(clerk.get(f"/employer/filings/{main.pk}/rows/2/"))
        assert "Tambahan 1 memfailkan bezanya: semua upah bulan ini ialah RM 6,250.00" in before

    def test_without_a_file(self, office: Office, main: Filing, member: Member) -> None:
        found = begun(office, WageListSource.EMPTY)
        clerk = pages.signed_in(office.maker)
        add = f"/employer/wage-lists/{found.pk}/add/"
        assert "Hanya bezanya difailkan" in pages.text_of(clerk.get(f"{add}?q={member.number}"))
        clerk.post(add, member=member.number, employer=office.employer.number)
        row = found.rows.get()
        write(office, written(row, wages=Decimal(6250)))

        made = handed_in(office, found)

        assert (codes(made), made.number) == (["WAGES_RAISED"], 1)
        assert top_up(made, office).total == 729

    def test_or_row_by_row(self, office: Office, made: Filing) -> None:
        clerk = pages.signed_in(office.maker, "/en")
        page = f"/employer/filings/{made.pk}/rows/2/mend/"
        assert "All wages of this month: file the difference" in pages.text_of(clerk.get(page))

        row = made.rows.get()
        cells = {"member_number": row.member_number, "identity_number": row.identity_number, "name": row.name, "wages": "6250.00"}
        shares = {"employer_share": "756", "employee_share": "693", "bonus": "0"}
        answer = clerk.post(page, **cells, **shares, seen="0", tops_up="on", employer=office.employer.number)

        assert answer.status_code == 302
        row.refresh_from_db()
        assert (row.status, row.employer_share) == (RowStatus.VALID, 366)


def test_what_was_too_much_is_asked_of_the_row_that_has_all_wages(office: Office, main: Filing, made: Filing, member: Member, bank: Bank) -> None:
    """KWSP 14: a row that another one tops up says no more what somebody earned."""
    papers = {
        "why": OverpaymentWhy.WAGES,
        "how": OverpaymentHow.REFUND,
        "reason": "Gaji tersalah taip.",
        "document": Upload("slip.pdf", b"%PDF-1.4 slip"),
        "by": office.maker,
    }
    begun = overpayments.prepare(filing_id=main.pk, right=[(member.number, Decimal(2000))], on=ON, **papers)
    overpayments.submit(overpayment_id=begun.pk, by=office.maker, on=ON)
    above = hand_in(top_up(made, office), office)

    with pytest.raises(overpayments.NotAllowed, match="CHANGED"):
        leave.apply(overpayment_id=begun.pk, by=office.checker, on=ON)
    overpayments.send_back(overpayment_id=begun.pk, comment="Gaji ditambah.", by=office.checker, on=ON)
    overpayments.discard(overpayment_id=begun.pk, by=office.maker, on=ON)
    with pytest.raises(overpayments.BadRows) as refused:
        overpayments.prepare(filing_id=main.pk, right=[(member.number, Decimal(2000))], on=ON, **papers)
    assert [fault.code for fault in refused.value.faults] == ["TOPPED_UP"]
    pay(above, office, bank, PAID)
    assert credit().failed == 0
    asked = overpayments.prepare(filing_id=above.pk, right=[(member.number, Decimal(5000))], on=ON, **papers)
    row = asked.rows.get()
    assert (row.then_employer, row.then_employee) == (756 - 390, 693 - 330)
    assert (row.now_employer, row.now_employee) == (650 - 390, 550 - 330)
