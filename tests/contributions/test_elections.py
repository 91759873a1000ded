"""Elections and notices: who may record and approve what, from when, and what then holds in a month (seed 001; rulings 5 and 20a)."""

from datetime import date
from decimal import Decimal

import pytest

from contributions.enums import ElectionAct, ElectionKind, ElectionState
from contributions.facts import Elections
from contributions.models import Election
from contributions.selectors import elections as selectors
from contributions.services import elections
from contributions.services.election_checks import Wanted
from contributions.services.elections import ElectionRefused, Upload
from contributions.services.moves import NotAllowed
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.models import StoredFile
from tests import factories
from tests.contributions.conftest import NOVEMBER, OCTOBER, ON, Office
from tests.contributions.electing import elect, notice, record, submitted, wanted
from tests.factories import leave

pytestmark = pytest.mark.django_db
DECEMBER, JANUARY = WageMonth(2026, 12), WageMonth(2027, 1)
EMPLOYER, EMPLOYEE = ElectionKind.EMPLOYER_EXCESS, ElectionKind.EMPLOYEE_EXCESS
SEPTEMBER_2025 = WageMonth(2025, 9)
IN_SEPTEMBER_2025 = date(2025, 9, 10)


def codes(refused: pytest.ExceptionInfo[ElectionRefused]) -> list[str]:
    return [problem["code"] for problem in refused.value.problems]


def held(office: Office, month: WageMonth) -> list[Elections]:
    return list(selectors.elected_in(employer_id=office.employer.pk, wage_month=month).values())


class TestWhoAndWhen:
    def test_a_maker_records_and_a_checker_approves(self, office: Office) -> None:
        member = office.hire()

        election = elect(office, member)

        assert (election.state, election.prepared_by, election.approved_by, election.approved_on) == ("APPROVED", office.maker, office.checker, ON)
        assert [(entry.action, entry.by) for entry in election.log.all()] == [("SUBMIT", office.maker), ("APPROVE", office.checker)]
        trail = AuditEvent.objects.filter(target=f"election:{election.pk}").order_by("seq").values_list("action", flat=True)
        assert list(trail) == ["election.record", "election.submit", "election.approve"]

    def test_the_signed_form_is_kept_as_it_came(self, office: Office) -> None:
        election = elect(office, office.hire())

        assert election.document is not None
        assert (election.document.name, bytes(election.document.content)[:4]) == ("kwsp-17a.pdf", b"%PDF")

    def test_the_employers_own_share_needs_no_form_and_keeps_none(self, office: Office) -> None:
        election = record(office, office.hire(), wanted(EMPLOYER), form=None)

        assert election.document is None
        assert StoredFile.objects.count() == 0

    def test_the_employees_share_needs_its_form_for_the_election_and_for_the_notice(self, office: Office) -> None:
        member = office.hire()
        with pytest.raises(ElectionRefused) as electing:
            record(office, member, form=None)
        elect(office, member)
        with pytest.raises(ElectionRefused) as cancelling:
            record(office, member, notice(month=DECEMBER), form=None)

        assert (codes(electing), codes(cancelling)) == (["FORM_MISSING"], ["FORM_MISSING"])
        assert electing.value.problems[0]["expected"] == "KWSP 17A(AHL)/18A(AHL)"

    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"PK\x03\x04 xl/", "FORM_TYPE"), (b"Member No,IC No", "FORM_TYPE"), (b"", "FORM_TYPE"), (b"%PDF" + b"x" * 5 * 1024 * 1024, "FORM_TOO_BIG")],
    )
    def test_a_form_is_a_pdf_or_a_picture_of_some_size(self, office: Office, content: bytes, code: str) -> None:
        with pytest.raises(ElectionRefused) as refused:
            record(office, office.hire(), form=Upload("borang.pdf", content))

        assert codes(refused) == [code]

    @pytest.mark.parametrize(("month", "taken"), [(OCTOBER, False), (NOVEMBER, True), (JANUARY, True), (WageMonth(2027, 2), False)])
    def test_it_starts_in_the_current_month_or_one_of_the_next_two(self, office: Office, month: WageMonth, taken: bool) -> None:
        member = office.hire()

        if taken:
            assert record(office, member, wanted(month=month)).from_month == month.first_day
        else:
            with pytest.raises(ElectionRefused) as refused:
                record(office, member, wanted(month=month))
            assert codes(refused) == ["FROM_MONTH"]

    def test_what_waited_over_the_end_of_its_month_can_no_longer_be_approved_but_returned(self, office: Office) -> None:
        election = submitted(office, office.hire())
        later = date(2026, 12, 1)

        with pytest.raises(NotAllowed) as refused:
            leave.elect(election_id=election.pk, by=office.checker, on=later)
        elections.return_to_maker(election_id=election.pk, by=office.checker, comment="Bulan sudah lepas", on=later)

        assert refused.value.code == "TOO_LATE"
        with pytest.raises(NotAllowed, match="TOO_LATE"):
            elections.submit(election_id=election.pk, by=office.maker, declaration=True, on=later)
        assert elections.discard(election_id=election.pk, by=office.maker, on=later).state == ElectionState.DISCARDED

    def test_an_administrator_who_recorded_or_declared_it_does_not_approve_it(self, office: Office) -> None:
        administrator = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
        declared = record(office, office.hire())
        elections.submit(election_id=declared.pk, by=administrator, declaration=True, on=ON)

        with pytest.raises(NotAllowed, match="OWN_WORK"):
            leave.elect(election_id=declared.pk, by=administrator, on=ON)

    def test_roles_do_what_their_rights_say(self, office: Office) -> None:
        second_maker = factories.RepresentativeFactory(employer=office.employer).user
        drafted, waiting = record(office, office.hire()), submitted(office, office.hire())

        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            elections.record(employer=office.employer, member=office.hire(), wanted=wanted(EMPLOYER), form=None, by=office.checker, on=ON)
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            elections.submit(election_id=drafted.pk, by=office.checker, declaration=True, on=ON)
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            leave.elect(election_id=waiting.pk, by=second_maker, on=ON)

    def test_a_declaration_and_a_reason_are_needed(self, office: Office) -> None:
        election = record(office, office.hire())

        with pytest.raises(NotAllowed, match="DECLARATION_MISSING"):
            elections.submit(election_id=election.pk, by=office.maker, declaration=False, on=ON)
        elections.submit(election_id=election.pk, by=office.maker, declaration=True, on=ON)
        with pytest.raises(NotAllowed, match="COMMENT_MISSING"):
            elections.return_to_maker(election_id=election.pk, by=office.checker, comment="  ", on=ON)

    def test_one_at_a_time_of_a_kind(self, office: Office) -> None:
        member = office.hire()
        first = record(office, member)

        with pytest.raises(ElectionRefused) as refused:
            record(office, member, wanted(points="6"))
        record(office, member, wanted(EMPLOYER), form=None)
        elections.discard(election_id=first.pk, by=office.maker, on=ON)
        record(office, member, wanted(points="6"))

        assert (codes(refused), refused.value.problems[0]["detail"]["election"]) == (["ON_ITS_WAY"], str(first.pk))

    def test_somebody_who_is_not_on_record_in_the_month(self, office: Office) -> None:
        member = factories.MemberFactory()
        factories.EmploymentFactory(employer=office.employer, member=member, left=True)

        with pytest.raises(ElectionRefused) as refused:
            record(office, member)

        assert codes(refused) == ["NOT_ON_RECORD"]

    @pytest.mark.parametrize(
        ("points", "code"), [("0", "POINTS_FORM"), ("-1", "POINTS_FORM"), ("100.01", "POINTS_FORM"), ("89.5", "EXCESS_TOO_HIGH")]
    )
    def test_points_are_above_nothing_and_within_the_whole_wages(self, office: Office, points: str, code: str) -> None:
        with pytest.raises(ElectionRefused) as refused:
            record(office, office.hire(), wanted(points=points))

        assert code in codes(refused)


class TestWhatHolds:
    def test_nothing_before_its_month_nor_before_it_is_approved(self, office: Office) -> None:
        member = office.hire()
        submitted(office, member, wanted(month=DECEMBER))
        elect(office, member, wanted(EMPLOYER, "2.50", DECEMBER))

        assert held(office, NOVEMBER) == []
        assert held(office, DECEMBER) == [Elections(employer_excess=Decimal("2.50"))]

    def test_both_shares_at_once_and_of_the_own_employer_only(self, office: Office, make_office: object) -> None:
        other = make_office()  # type: ignore[operator]
        member = office.hire()
        factories.EmploymentFactory(employer=other.employer, member=member)
        elect(office, member)
        elect(office, member, wanted(EMPLOYER, "1"))
        elect(other, member, wanted(points="9"))

        assert held(office, NOVEMBER) == [Elections(employer_excess=Decimal(1), employee_excess=Decimal(5))]
        assert held(other, NOVEMBER) == [Elections(employee_excess=Decimal(9))]

    def test_the_last_rate_chosen_stays_until_the_notice(self, office: Office) -> None:
        member = office.hire()
        elect(office, member)
        elect(office, member, wanted(points="7", month=DECEMBER))
        elect(office, member, notice(month=JANUARY))

        found = [held(office, month) for month in (NOVEMBER, DECEMBER, JANUARY, WageMonth(2030, 1))]

        assert found == [[Elections(employee_excess=Decimal(5))], [Elections(employee_excess=Decimal(7))], [], []]

    def test_of_two_for_one_month_the_last_recorded_holds(self, office: Office) -> None:
        member = office.hire()
        elect(office, member, wanted(points="50"))
        elect(office, member, wanted(points="5"))

        assert held(office, NOVEMBER) == [Elections(employee_excess=Decimal(5))]

    def test_a_notice_ends_also_what_was_elected_for_a_later_month(self, office: Office) -> None:
        """The member is told that the Third Schedule holds again from December."""
        member = office.hire()
        elect(office, member, wanted(month=NOVEMBER))
        elect(office, member, wanted(points="7", month=JANUARY))
        elect(office, member, notice(month=DECEMBER))

        assert [held(office, month) for month in (NOVEMBER, DECEMBER, JANUARY)] == [[Elections(employee_excess=Decimal(5))], [], []]

    def test_the_rate_chosen_last_covers_every_month_from_its_own_on(self, office: Office) -> None:
        member = office.hire()
        elect(office, member, wanted(points="7", month=DECEMBER))
        elect(office, member, wanted(points="3", month=NOVEMBER))

        assert [held(office, month) for month in (NOVEMBER, DECEMBER)] == [[Elections(employee_excess=Decimal(3))]] * 2

    def test_what_holds_already_and_what_is_not_there_to_cancel(self, office: Office) -> None:
        member = office.hire()
        elect(office, member)

        with pytest.raises(ElectionRefused) as again:
            record(office, member, wanted(points="5.00", month=DECEMBER))
        with pytest.raises(ElectionRefused) as nothing:
            record(office, member, notice(EMPLOYER), form=None)

        assert (codes(again), codes(nothing)) == (["HOLDS_ALREADY"], ["NOTHING_TO_CANCEL"])

    @pytest.mark.parametrize("later", [wanted(points="7", month=JANUARY), notice(month=JANUARY)])
    def test_the_rate_that_holds_chosen_anew_undoes_what_was_to_come(self, office: Office, later: Wanted) -> None:
        """A clerk who records 5 % again wants 5 % to stay: the rate chosen last is the one that stays (seed 001)."""
        member = office.hire()
        elect(office, member)
        elect(office, member, later)
        again = wanted(month=DECEMBER)

        elect(office, member, again)

        assert [held(office, month) for month in (NOVEMBER, DECEMBER, JANUARY)] == [[Elections(employee_excess=Decimal(5))]] * 3
        with pytest.raises(ElectionRefused) as refused:
            record(office, member, again)
        assert codes(refused) == ["HOLDS_ALREADY"]

    def test_what_a_later_act_covers_already_undoes_nothing(self, office: Office) -> None:
        member = office.hire()
        elect(office, member, wanted(points="7", month=JANUARY))
        elect(office, member, wanted(month=NOVEMBER))

        with pytest.raises(ElectionRefused) as refused:
            record(office, member, wanted(month=DECEMBER))

        assert codes(refused) == ["HOLDS_ALREADY"]

    def test_some_members_are_asked_for_alone(self, office: Office) -> None:
        people = [office.hire(), office.hire()]
        for member in people:
            elect(office, member)

        assert set(selectors.elected_in(employer_id=office.employer.pk, wage_month=NOVEMBER, members=[people[1].pk])) == {people[1].pk}


class TestChoices:
    """Those who may choose whether to contribute (seed 001, Pilihan Untuk Mencarum)."""

    def test_a_foreigner_chooses_before_october_2025_and_never_back(self, office: Office) -> None:
        foreigner = office.hire(non_citizen=True)
        choice = wanted(ElectionKind.KWSP_16B, None, SEPTEMBER_2025)
        elect(office, foreigner, choice, on=IN_SEPTEMBER_2025)

        with pytest.raises(ElectionRefused) as refused:
            record(office, foreigner, notice(ElectionKind.KWSP_16B, SEPTEMBER_2025), on=IN_SEPTEMBER_2025)

        assert held(office, SEPTEMBER_2025) == [Elections(chosen=True)]
        assert codes(refused) == ["IRREVOCABLE"]

    def test_from_october_2025_a_foreigner_has_no_choice(self, office: Office) -> None:
        with pytest.raises(ElectionRefused) as refused:
            record(office, office.hire(non_citizen=True), wanted(ElectionKind.KWSP_16B, None))

        assert codes(refused) == ["MUST_ANYWAY"]

    @pytest.mark.parametrize(("kind", "code"), [(ElectionKind.KWSP_16B, "MUST_ANYWAY"), (ElectionKind.KWSP_16, "MUST_ANYWAY")])
    def test_a_citizen_in_an_office_has_none(self, office: Office, kind: ElectionKind, code: str) -> None:
        with pytest.raises(ElectionRefused) as refused:
            record(office, office.hire(), wanted(kind, None, SEPTEMBER_2025), on=IN_SEPTEMBER_2025)

        assert codes(refused) == [code]

    def test_a_domestic_helper_chooses_by_the_other_form(self, office: Office) -> None:
        household = factories.EmployerFactory(household=True)
        home = Office(household, *(factories.RepresentativeFactory(employer=household, checker=checker).user for checker in (False, True)))
        helper = factories.MemberFactory()
        factories.EmploymentFactory(employer=household, member=helper, domestic=True)

        with pytest.raises(ElectionRefused) as refused:
            record(home, helper, wanted(ElectionKind.KWSP_16B, None))
        elect(home, helper, wanted(ElectionKind.KWSP_16, None))

        assert (codes(refused), refused.value.problems[0]["expected"]) == (["WRONG_CHOICE"], "KWSP 16")
        assert held(home, NOVEMBER) == [Elections(chosen=True)]

    def test_an_excess_waits_for_the_choice(self, office: Office) -> None:
        foreigner = office.hire(non_citizen=True)

        with pytest.raises(ElectionRefused) as refused:
            record(office, foreigner, wanted(month=SEPTEMBER_2025), on=IN_SEPTEMBER_2025)
        elect(office, foreigner, wanted(ElectionKind.KWSP_16B, None, SEPTEMBER_2025), on=IN_SEPTEMBER_2025)
        elect(office, foreigner, wanted(month=SEPTEMBER_2025), on=IN_SEPTEMBER_2025)

        assert (codes(refused), refused.value.problems[0]["detail"]["form"]) == (["MAY_CHOOSE"], "KWSP 16B")
        assert held(office, SEPTEMBER_2025) == [Elections(employee_excess=Decimal(5), chosen=True)]


class TestKeepingTheRate:
    def test_a_khas_form_keeps_it_while_the_rate_it_names_is_lowered(self, office: Office) -> None:
        june, member = WageMonth(2022, 6), office.hire()
        kept = elect(office, member, wanted(ElectionKind.KEEPS_RATE, None, june), on=date(2022, 6, 2))

        assert kept.khas_year == 2022
        assert [held(office, month) for month in (june, june.next())] == [[Elections(keeps=True)], []]

    def test_each_lowering_has_its_form(self, office: Office) -> None:
        member = office.hire()
        elect(office, member, wanted(ElectionKind.KEEPS_RATE, None, WageMonth(2020, 12)), on=date(2020, 12, 2))
        before = held(office, WageMonth(2021, 1))
        elect(office, member, wanted(ElectionKind.KEEPS_RATE, None, WageMonth(2021, 1)), on=date(2021, 1, 2))

        assert (before, held(office, WageMonth(2021, 1))) == ([], [Elections(keeps=True)])
        assert list(Election.objects.order_by("pk").values_list("khas_year", flat=True)) == [2020, 2021]

    def test_no_form_hides_that_of_another_lowering_whichever_is_recorded_first(self, office: Office) -> None:
        december, january, member = WageMonth(2020, 12), WageMonth(2021, 1), office.hire()
        elect(office, member, wanted(ElectionKind.KEEPS_RATE, None, january), on=date(2020, 12, 2))
        elect(office, member, wanted(ElectionKind.KEEPS_RATE, None, december), on=date(2020, 12, 3))

        assert [held(office, month) for month in (december, january, WageMonth(2021, 12))] == [[Elections(keeps=True)]] * 3
        assert [held(office, month) for month in (WageMonth(2020, 11), WageMonth(2022, 1))] == [[], []]

    def test_a_notice_ends_the_form_of_its_month_alone(self, office: Office) -> None:
        december, january, member = WageMonth(2020, 12), WageMonth(2021, 1), office.hire()
        for month in (december, january):
            elect(office, member, wanted(ElectionKind.KEEPS_RATE, None, month), on=date(2020, 12, 2))
        elect(office, member, notice(ElectionKind.KEEPS_RATE, december), on=date(2020, 12, 3))

        assert [held(office, month) for month in (december, january)] == [[], [Elections(keeps=True)]]

    def test_it_can_be_ended_by_notice(self, office: Office) -> None:
        may, member = WageMonth(2022, 5), office.hire()
        elect(office, member, wanted(ElectionKind.KEEPS_RATE, None, may), on=date(2022, 5, 2))
        ended = elect(office, member, notice(ElectionKind.KEEPS_RATE, may.next()), on=date(2022, 5, 20))

        assert (ended.act, ended.khas_year, held(office, may.next())) == (ElectionAct.CANCEL, 2022, [])

    def test_where_no_rate_is_lowered_there_is_nothing_to_keep(self, office: Office) -> None:
        with pytest.raises(ElectionRefused) as refused:
            record(office, office.hire(), wanted(ElectionKind.KEEPS_RATE, None))

        assert codes(refused) == ["KHAS_CLOSED"]
