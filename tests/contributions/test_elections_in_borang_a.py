"""What was elected, in Borang A: the figures of seed 001, the way forward of those who may choose, and changes between reading and approval."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from contributions.borang_a.kinds import Kind
from contributions.enums import ElectionKind, FilingState, RowStatus
from contributions.facts import Elections
from contributions.models import FilingRow
from contributions.rules import electing
from contributions.selectors import explaining
from contributions.services import filing as filings
from contributions.services import template
from contributions.services.moves import NotAllowed
from kwsp_portal.common.periods import WageMonth
from tests import factories
from tests.contributions.conftest import NOVEMBER, ON, Office, work
from tests.contributions.electing import elect, notice, wanted
from tests.factories import borang_a, leave

pytestmark = pytest.mark.django_db
DECEMBER = WageMonth(2026, 12)
EMPLOYER, EMPLOYEE = ElectionKind.EMPLOYER_EXCESS, ElectionKind.EMPLOYEE_EXCESS


def read(office: Office, *rows: str, month: WageMonth = NOVEMBER) -> FilingRow:
    """The only row, read."""
    row: FilingRow = work(office.send(borang_a.file(*rows), month)).rows.get()
    return row


@pytest.mark.parametrize(
    ("kind", "aged_60", "wages", "employer", "employee"),
    [
        (EMPLOYER, False, "1000.00", "180", "110"),
        (EMPLOYER, False, "6250.00", "1063", "693"),
        (EMPLOYER, True, "1000.00", "90", "0"),
        (EMPLOYER, True, "6250.00", "563", "0"),
        (EMPLOYEE, False, "1000.00", "130", "160"),
        (EMPLOYEE, False, "6250.00", "756", "1000"),
        (EMPLOYEE, True, "1000.00", "40", "50"),
        (EMPLOYEE, True, "6250.00", "252", "313"),
    ],
)
def test_the_eight_worked_rows_of_seed_001(office: Office, kind: ElectionKind, aged_60: bool, wages: str, employer: str, employee: str) -> None:
    member = office.hire(aged_60=aged_60)
    elect(office, member, wanted(kind))

    row = read(office, borang_a.row(member, wages, employer, employee))

    assert (row.status, row.problems) == (RowStatus.VALID, [])
    assert (row.employer_share, row.employee_share) == (Decimal(employer), Decimal(employee))
    assert row.elections == ("EM+5.00" if kind is EMPLOYER else "EMP+5.00")


def test_a_figure_is_explained_by_the_elections_of_its_day(office: Office) -> None:
    member = office.hire()
    elect(office, member)
    row = read(office, borang_a.row(member, "1000.00", "130", "160"))
    elect(office, member, wanted(points="9"))

    why = explaining.steps_of_shares(FilingRow.objects.select_related("filing").get(pk=row.pk))

    assert why is not None
    assert "16" in " ".join(str(sentence) for sentence in why.sentences)


def test_a_row_without_the_excess_is_told_of_it(office: Office) -> None:
    member = office.hire()
    elect(office, member)

    row = read(office, borang_a.row(member, "1000.00", "130", "110"))

    assert [(problem["code"], problem["found"], problem["expected"]) for problem in row.problems] == [("ELECTION_LEFT_OUT", "110.00", "160.00")]


def test_the_schedule_holds_again_from_the_month_of_the_notice(office: Office) -> None:
    member = office.hire()
    elect(office, member)
    elect(office, member, notice(month=DECEMBER))

    november = read(office, borang_a.row(member, "1000.00", "130", "160"))
    december = read(office, borang_a.row(member, "1000.00", "130", "110"), month=DECEMBER)

    assert [(row.status, row.elections) for row in (november, december)] == [(RowStatus.VALID, "EMP+5.00"), (RowStatus.VALID, "")]


def test_the_template_reckons_with_what_was_elected(office: Office) -> None:
    member = office.hire()
    office.approved(borang_a.row(member))
    elect(office, member)

    [_header, line] = csv.reader(
        io.StringIO(template.file_for(kind=Kind.CSV, on=ON, employer=office.employer, wage_month=NOVEMBER).decode("utf-8-sig"))
    )

    assert line[3:] == ["6250.00", "756", "1000"]


class TestChoice:
    SEPTEMBER = WageMonth(2025, 9)

    def test_a_foreigner_who_has_not_chosen_is_told_the_form(self, office: Office) -> None:
        foreigner = office.hire(non_citizen=True)

        row = read(office, borang_a.row(foreigner, "1000.00", "5", "110"), month=self.SEPTEMBER)

        assert (row.status, [problem["code"] for problem in row.problems]) == (RowStatus.INVALID, ["MAY_CHOOSE"])
        assert row.problems[0]["detail"]["form"] == "KWSP 16B"

    def test_one_who_has_chosen_contributes_by_part_b(self, office: Office) -> None:
        foreigner = office.hire(non_citizen=True)
        elect(office, foreigner, wanted(ElectionKind.KWSP_16B, None, self.SEPTEMBER), on=date(2025, 9, 3))

        row = read(office, borang_a.row(foreigner, "1000.00", "5", "110"), month=self.SEPTEMBER)

        assert (row.status, row.part, row.elections) == (RowStatus.VALID, "B", "CHOSEN")

    def test_a_domestic_helper_contributes_after_the_choice_only(self) -> None:
        household = factories.EmployerFactory(household=True)
        home = Office(household, *(factories.RepresentativeFactory(employer=household, checker=checker).user for checker in (False, True)))
        helper = factories.MemberFactory()
        factories.EmploymentFactory(employer=household, member=helper, domestic=True)
        before = read(home, borang_a.row(helper, "1700.00", "221", "187"))
        elect(home, helper, wanted(ElectionKind.KWSP_16, None))

        after = work(filings.reread(filing_id=before.filing_id, by=home.maker, on=ON)).rows.get()

        assert ([problem["code"] for problem in before.problems], before.problems[0]["detail"]["form"]) == (["MAY_CHOOSE"], "KWSP 16")
        assert (after.status, after.part, after.elections) == (RowStatus.VALID, "A", "CHOSEN DOMESTIC")


class TestChangeOfStatus:
    @pytest.mark.parametrize("day", [1, 20, 31])
    def test_a_new_citizenship_counts_from_the_month_after(self, office: Office, day: int) -> None:
        """A change on the first of October too: what counts is the status at the end of the month before."""
        member = office.hire(status="NON_CITIZEN")
        member.citizenships.update(to_date=date(2026, 10, day))
        factories.CitizenshipPeriodFactory(member=member, status="PERMANENT_RESIDENT", from_date=date(2026, 10, day))

        october = read(office, borang_a.row(member, "6250.00", "125", "125"), month=WageMonth(2026, 10))
        november = read(office, borang_a.row(member))

        assert [(row.part, row.status) for row in (october, november)] == [("F", RowStatus.VALID), ("A", RowStatus.VALID)]


class TestBetweenReadingAndApproval:
    def test_an_election_that_came_in_between_stops_the_filing(self, office: Office) -> None:
        member = office.hire()
        filing = work(office.send(borang_a.file(borang_a.row(member, "1000.00", "130", "110")), NOVEMBER))
        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
        elect(office, member)

        with pytest.raises(NotAllowed) as refused:
            leave.approve(filing_id=filing.pk, by=office.checker, on=ON)

        filing.refresh_from_db()
        assert (refused.value.code, filing.state) == ("ELECTIONS_CHANGED", FilingState.SUBMITTED)

    def test_a_notice_that_came_in_between_stops_it_before_it_is_sent(self, office: Office) -> None:
        member = office.hire()
        elect(office, member)
        filing = work(office.send(borang_a.file(borang_a.row(member, "1000.00", "130", "160")), DECEMBER))
        elect(office, member, notice(month=DECEMBER))

        with pytest.raises(NotAllowed, match="ELECTIONS_CHANGED"):
            filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)

    def test_elections_of_other_people_and_later_months_do_not(self, office: Office) -> None:
        member, colleague = office.hire(), office.hire()
        filing = work(office.send(borang_a.file(borang_a.row(member, "1000.00", "130", "110")), NOVEMBER))
        elect(office, colleague)
        elect(office, member, wanted(month=DECEMBER))

        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)

        assert leave.approve(filing_id=filing.pk, by=office.checker, on=ON).state == FilingState.APPROVED


@pytest.mark.parametrize("domestic", [False, True])
@pytest.mark.parametrize(
    "elections",
    [
        Elections(),
        Elections(chosen=True),
        Elections(employer_excess=Decimal("2.50")),
        Elections(employee_excess=Decimal(5), keeps=True),
        Elections(Decimal("1.25"), Decimal("9.00"), keeps=True, chosen=True),
    ],
)
def test_what_a_row_keeps_reads_back_as_it_was(elections: Elections, domestic: bool) -> None:
    text = electing.to_text(elections, domestic=domestic)

    assert electing.from_text(text) == (elections, domestic)
    assert len(text) <= 60
