"""An election is recorded, and waits: meanwhile its month is filed, or the person leaves, dies or becomes of another standing."""

from datetime import date

import pytest

from contributions.enums import ElectionKind, FilingAction
from contributions.models import Election
from contributions.selectors import elections as selectors
from contributions.selectors import recompute
from contributions.services import election_files, elections
from contributions.services.elections import ElectionRefused
from contributions.services.moves import NotAllowed
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.models import CitizenshipPeriod, Member
from tests.contributions.conftest import NOVEMBER, ON, Office
from tests.contributions.correcting import credited
from tests.contributions.electing import elect, notice, record, submitted, wanted
from tests.contributions.paying import Bank
from tests.factories import borang_a, leave

pytestmark = pytest.mark.django_db
DECEMBER, JANUARY = WageMonth(2026, 12), WageMonth(2027, 1)
EMPLOYER = ElectionKind.EMPLOYER_EXCESS
LATER = date(2026, 11, 25)
HEADER = "Member No,IC No,Name,Choice,Percent,From Month"


def row(member: Member, choice: str = "EM", percent: str = "2", month: WageMonth = NOVEMBER) -> str:
    return f"{member.number},{member.identity_number},{member.name},{choice},{percent},{month}"


def sent(office: Office, *rows: str, form: elections.Upload | None = None) -> list[list[str]]:
    """What the file of these rows is told, row by bad row."""
    content = "\r\n".join([HEADER, *rows]).encode()
    batch = election_files.take(employer=office.employer, file=elections.Upload("pilihan.csv", content), form=form, by=office.maker, on=ON)
    return [[problem["code"] for problem in fault["problems"]] for fault in batch.faults]


class TestAMonthThatIsFiled:
    def test_it_cannot_be_elected_for_any_more_and_is_told_from_when_it_can(self, office: Office) -> None:
        member = office.hire()
        office.approved(borang_a.row(member), wage_month=NOVEMBER)

        with pytest.raises(ElectionRefused) as refused:
            record(office, member)

        [problem] = refused.value.problems
        assert (problem["code"], problem["detail"]["last_month"], problem["detail"]["first_month"]) == ("MONTH_FILED", "2026-11", "2026-12")
        assert record(office, member, wanted(month=DECEMBER)).state == "DRAFT"

    def test_nor_for_a_month_before_one_that_is_filed(self, office: Office) -> None:
        member = office.hire()
        office.approved(borang_a.row(member), wage_month=DECEMBER)

        for asked in (wanted(), wanted(EMPLOYER), wanted(month=DECEMBER)):
            with pytest.raises(ElectionRefused, match="MONTH_FILED"):
                record(office, member, asked)

    def test_nor_may_a_notice_end_an_election_there(self, office: Office) -> None:
        member = office.hire()
        elect(office, member, wanted(EMPLOYER))
        elected = selectors.elected_in(employer_id=office.employer.pk, wage_month=NOVEMBER)
        office.approved(borang_a.row(member, employer="1063"), wage_month=NOVEMBER)

        with pytest.raises(ElectionRefused, match="MONTH_FILED"):
            record(office, member, notice(EMPLOYER))

        assert selectors.elected_in(employer_id=office.employer.pk, wage_month=NOVEMBER) == elected

    def test_a_colleague_who_is_not_in_that_file_may_still_elect(self, office: Office) -> None:
        office.approved(borang_a.row(office.hire()), wage_month=NOVEMBER)

        assert elect(office, office.hire()).state == "APPROVED"

    def test_what_waited_for_approval_is_returned_and_the_credited_figures_stay_those_of_the_rules(self, office: Office, bank: Bank) -> None:
        member = office.hire()
        drafted, waiting = record(office, member), submitted(office, member, wanted(EMPLOYER))
        filing = credited(office, bank, member, month=NOVEMBER)

        with pytest.raises(NotAllowed, match="MONTH_FILED"):
            elections.submit(election_id=drafted.pk, by=office.maker, declaration=True, on=LATER)
        with pytest.raises(NotAllowed, match="MONTH_FILED"):
            leave.elect(election_id=waiting.pk, by=office.checker, on=LATER)

        assert not any(found.differs for found in recompute.lines_of(filing=filing, as_at=LATER))
        assert elections.return_to_maker(election_id=waiting.pk, by=office.checker, comment="Sudah difailkan", on=LATER).state == "RETURNED"

    def test_a_row_of_a_file_is_told_so_and_a_file_that_waited_is_not_approved(self, office: Office) -> None:
        filed, other = office.hire(), office.hire()
        sent(office, row(filed), row(other))
        batch = Election.objects.filter(member=filed).get().batch_id
        assert batch is not None
        election_files.move_all(batch_id=batch, action=FilingAction.SUBMIT, by=office.maker, on=ON, declaration=True)
        office.approved(borang_a.row(filed), wage_month=NOVEMBER)

        with pytest.raises(NotAllowed, match="MONTH_FILED"):
            leave.elect_all(batch_id=batch, by=office.checker, on=ON)

        assert not Election.objects.filter(state="APPROVED").exists()
        assert sent(office, row(filed, "EMP", "3"), form=elections.Upload("f.pdf", b"%PDF-1.7")) == [["MONTH_FILED"]]


class TestAPersonWhoIsNoLongerTheSame:
    def refused(self, office: Office, election: Election) -> str:
        with pytest.raises(NotAllowed) as refused:
            leave.elect(election_id=election.pk, by=office.checker, on=LATER)
        return refused.value.code

    def test_somebody_who_left_before_the_month_began(self, office: Office) -> None:
        member = office.hire()
        waiting = submitted(office, member, wanted(month=DECEMBER))
        member.employments.update(to_date=date(2026, 11, 21))

        assert self.refused(office, waiting) == "FACTS_CHANGED"

    def test_somebody_who_died(self, office: Office) -> None:
        member = office.hire()
        waiting = submitted(office, member, wanted(month=DECEMBER))
        Member.objects.filter(pk=member.pk).update(died_on=date(2026, 11, 20))

        assert self.refused(office, waiting) == "FACTS_CHANGED"

    def test_a_foreigner_who_became_a_citizen_has_no_choice_any_more(self, office: Office) -> None:
        september, on = WageMonth(2025, 9), date(2025, 9, 10)
        foreigner = office.hire(non_citizen=True)
        waiting = submitted(office, foreigner, wanted(ElectionKind.KWSP_16B, None, september), on=on)
        CitizenshipPeriod.objects.filter(member=foreigner).update(status=Citizenship.CITIZEN)

        with pytest.raises(NotAllowed, match="FACTS_CHANGED"):
            leave.elect(election_id=waiting.pk, by=office.checker, on=on)

    def test_an_excess_that_no_longer_fits_within_the_wages(self, office: Office) -> None:
        member = office.hire(non_citizen=True)
        waiting = submitted(office, member, wanted(points="98"))
        CitizenshipPeriod.objects.filter(member=member).update(status=Citizenship.CITIZEN)

        assert self.refused(office, waiting) == "FACTS_CHANGED"

    def test_a_notice_is_approved_for_whoever_leaves(self, office: Office) -> None:
        member = office.hire()
        elect(office, member)
        waiting = submitted(office, member, notice(month=DECEMBER))
        member.employments.update(to_date=date(2026, 11, 21))

        assert leave.elect(election_id=waiting.pk, by=office.checker, on=LATER).state == "APPROVED"


class TestAFileOfElections:
    @pytest.mark.parametrize("content", [b",", b",,,\r\n", b'""\n', b" , \n,\n"])
    def test_one_without_any_header_is_empty(self, office: Office, content: bytes) -> None:
        with pytest.raises(ElectionRefused, match="EMPTY_FILE"):
            election_files.take(employer=office.employer, file=elections.Upload("a.csv", content), form=None, by=office.maker, on=ON)

    @pytest.mark.parametrize("choice", ["KWSP 16", "KWSP 16B", "KHAS"])
    def test_a_percent_beside_a_choice_that_has_none_is_not_dropped_in_silence(self, office: Office, choice: str) -> None:
        [told] = sent(office, row(office.hire(), choice, "5"), form=elections.Upload("f.pdf", b"%PDF-1.7"))

        assert "NO_POINTS" in told
