"""With a checker or without: the choice, what it does to what is under way, and what PostgreSQL holds whoever asks."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction

from contributions.enums import ElectionState, FilingAction, FilingState
from contributions.models import Election, ElectionBatch, Filing
from contributions.services import elections, moves
from contributions.services import filing as filings
from contributions.services import leave as filing_leave
from employers import access
from employers.enums import ApprovalFlow, UnderWay
from employers.models import FlowChoice
from employers.services import flow, people
from employers.services import leave as shown
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify.models import Notice
from members.identity import phones, tac
from members.identity.enums import Purpose
from members.identity.models import Challenge, User
from tests import factories, phone
from tests.contributions import electing, pages
from tests.contributions.conftest import ON, Office
from tests.contributions.conftest import make_office as make_office
from tests.contributions.conftest import office as office
from tests.contributions.pages import signed_in
from tests.factories import leave

ADDRESS = "/employer/people/flow/"
SINGLE, CHECKED = ApprovalFlow.SINGLE, ApprovalFlow.CHECKED

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_meters() -> None:
    cache.clear()


@pytest.fixture
def administrator(office: Office) -> User:
    found: User = factories.RepresentativeFactory(employer=office.employer, administrator=True, user__name="Rohani binti Kassim").user
    return found


def choose(office: Office, by: User, to: ApprovalFlow = SINGLE, under_way: UnderWay = UnderWay.NONE, count: int | None = None) -> FlowChoice:
    waits = sum(number for _words, number in flow.waiting(office.employer)) if count is None else count
    what = shown.to_choose_flow(office.employer, flow=to, under_way=under_way, count=waits)
    approval = leave.as_rows(user=by, purpose=Purpose.APPROVAL_FLOW, shown=what, at=clock.now())
    return flow.choose(employer=office.employer, flow=to, under_way=under_way, by=by, approval=approval, on=ON, at=clock.now())


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises((people.NotAllowed, moves.NotAllowed)) as error:
        act()
    return str(error.value.code)


def prepared(office: Office, by: User) -> Filing:
    """A clean filing that `by` sent and nobody handed in yet."""
    filing: Filing = factories.FilingFactory(employer=office.employer, prepared_by=by, ready=True)
    return filing


def prepared_elsewhere(office: Office) -> Filing:
    filing: Filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, ready=True, wage_month=date(2026, 8, 1))
    return filing


def _shown(filing: Filing) -> dict[str, str]:
    return filing_leave.to_approve(Filing.objects.select_related("employer").get(pk=filing.pk))


def _months(count: int) -> list[date]:
    return [WageMonth.of(date(2025, 1, 1)).plus(ahead).first_day for ahead in range(count)]


def _election_batch(office: Office) -> ElectionBatch:
    file = factories.StoredFileFactory()
    return ElectionBatch.objects.create(employer=office.employer, file=file, prepared_by=office.maker, received_on=ON, rows_total=3, rows_good=3)


def handed_in(office: Office, by: User) -> Filing:
    return filings.submit(filing_id=prepared(office, by).pk, by=by, declaration=True, on=ON)


class TestChoosing:
    def test_with_a_checker_until_somebody_chooses(self, office: Office, administrator: User) -> None:
        assert access.flow_of(office.employer.pk) is CHECKED

        choose(office, administrator)

        assert access.flow_of(office.employer.pk) is SINGLE
        assert access.flow_of(factories.EmployerFactory().pk) is CHECKED

    def test_it_is_in_the_log_with_both_sides_and_everybody_is_told(self, office: Office, administrator: User) -> None:
        choose(office, administrator)

        event = AuditEvent.objects.get(action="employer.flow", refused=False)
        assert (event.data["before"], event.data["after"]) == ({"flow": "CHECKED"}, {"flow": "SINGLE"})
        assert {office.employer.subject, administrator.subject} <= set(event.subjects)
        notice = Notice.objects.get(code="FLOW_CHOSEN", whose_id=office.employer.pk)
        assert notice.figures == {"by": administrator.name, "flow": "SINGLE", "under_way": "NONE"}
        for person in (office.maker, office.checker):
            assert any("tanpa pelulus" in text for text in phone.texts(phones.current(person).number))
        assert not phone.texts(phones.current(administrator).number)

    @pytest.mark.parametrize("who", ["maker", "checker"])
    def test_only_the_administrator_chooses(self, office: Office, who: str) -> None:
        assert refusal(lambda: choose(office, getattr(office, who))) == "NO_RIGHT"
        assert AuditEvent.objects.filter(action="employer.flow", refused=True).count() == 1

    def test_the_same_again_is_refused(self, office: Office, administrator: User) -> None:
        assert refusal(lambda: choose(office, administrator, to=CHECKED)) == "SAME_FLOW"

    def test_what_waits_must_be_decided_and_nothing_else_can_be(self, office: Office, administrator: User) -> None:
        assert refusal(lambda: choose(office, administrator, under_way=UnderWay.STAYS)) == "UNDER_WAY"
        handed_in(office, office.maker)
        assert refusal(lambda: choose(office, administrator)) == "UNDER_WAY"

    def test_a_code_for_another_number_of_filings_is_no_leave(self, office: Office, administrator: User) -> None:
        handed_in(office, office.maker)

        with pytest.raises(tac.Refused):
            choose(office, administrator, under_way=UnderWay.STAYS, count=2)

    def test_a_choice_is_written_once(self, office: Office, administrator: User) -> None:
        made = choose(office, administrator)

        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE kwsp_app")
            for statement in ("UPDATE employers_flowchoice SET flow = 'CHECKED' WHERE id = %s", "DELETE FROM employers_flowchoice WHERE id = %s"):
                with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                    cursor.execute(statement, [made.pk])
            cursor.execute("RESET ROLE")


class TestApproving:
    def test_without_a_checker_one_person_hands_in_and_approves_with_a_code(self, office: Office, administrator: User) -> None:
        choose(office, administrator)
        filing = handed_in(office, administrator)

        approval = leave.as_rows(user=administrator, purpose=Purpose.EMPLOYER_APPROVAL, shown=_shown(filing), at=clock.now())
        filings.approve(filing_id=filing.pk, by=administrator, approval=approval, on=ON, at=clock.now())

        filing.refresh_from_db()
        assert (filing.state, filing.approved_by, filing.flow) == (FilingState.APPROVED, administrator, SINGLE)

    def test_the_declaration_is_asked_for_all_the_same(self, office: Office, administrator: User) -> None:
        choose(office, administrator)

        filing = prepared(office, administrator)
        assert refusal(lambda: filings.submit(filing_id=filing.pk, by=administrator, declaration=False, on=ON)) == "DECLARATION_MISSING"

    @pytest.mark.parametrize(("who", "action"), [("maker", FilingAction.APPROVE), ("checker", FilingAction.SUBMIT)])
    def test_the_roles_stay_what_they_are(self, office: Office, administrator: User, who: str, action: FilingAction) -> None:
        choose(office, administrator)
        filing = handed_in(office, office.maker) if action is FilingAction.APPROVE else prepared(office, office.maker)

        assert refusal(lambda: moves.check(filing=filing, action=action, by=getattr(office, who), on=ON)) == "NO_RIGHT"

    def test_an_election_follows_the_same_choice(self, office: Office, administrator: User) -> None:
        member = office.hire()
        first = elections.record(employer=office.employer, member=member, wanted=electing.wanted(), form=electing.PDF, by=administrator, on=ON)
        elections.submit(election_id=first.pk, by=administrator, declaration=True, on=ON)
        assert refusal(lambda: leave.elect(election_id=first.pk, by=administrator, on=ON)) == "OWN_WORK"

        choose(office, administrator, under_way=UnderWay.GOES_BACK)
        elections.submit(election_id=first.pk, by=administrator, declaration=True, on=ON)
        leave.elect(election_id=first.pk, by=administrator, on=ON)

        first.refresh_from_db()
        assert (first.state, first.flow, first.approved_by) == (ElectionState.APPROVED, SINGLE, administrator)
        assert list(first.log.values_list("action", flat=True)) == ["SUBMIT", "RECALL", "SUBMIT", "APPROVE"]


class TestUnderWay:
    def test_what_stays_is_approved_as_it_began(self, office: Office, administrator: User) -> None:
        filing = handed_in(office, administrator)

        choose(office, administrator, under_way=UnderWay.STAYS)

        filing.refresh_from_db()
        assert (filing.state, filing.flow) == (FilingState.SUBMITTED, CHECKED)
        assert refusal(lambda: moves.check(filing=filing, action=FilingAction.APPROVE, by=administrator, on=ON)) == "OWN_WORK"
        assert moves.check(filing=filing, action=FilingAction.APPROVE, by=office.checker, on=ON).to is FilingState.APPROVED

    def test_what_was_handed_in_without_a_checker_may_still_be_approved_so(self, office: Office, administrator: User) -> None:
        choose(office, administrator)
        filing = handed_in(office, administrator)

        choose(office, administrator, to=CHECKED, under_way=UnderWay.STAYS)

        filing.refresh_from_db()
        assert moves.check(filing=filing, action=FilingAction.APPROVE, by=administrator, on=ON).to is FilingState.APPROVED

    def test_what_goes_back_takes_the_new_flow_when_it_comes_again(self, office: Office, administrator: User) -> None:
        choose(office, administrator)
        filing = handed_in(office, administrator)

        choose(office, administrator, to=CHECKED, under_way=UnderWay.GOES_BACK)

        filing.refresh_from_db()
        assert (filing.state, filing.flow) == (FilingState.RETURNED, SINGLE)
        assert filing.log.last().action == FilingAction.RECALL
        assert filing.log.last().by == administrator
        filings.submit(filing_id=filing.pk, by=administrator, declaration=True, on=ON)
        filing.refresh_from_db()
        assert filing.flow == CHECKED
        assert refusal(lambda: moves.check(filing=filing, action=FilingAction.APPROVE, by=administrator, on=ON)) == "OWN_WORK"

    def test_elections_of_a_file_and_single_ones_go_back(self, office: Office, administrator: User) -> None:
        of_file = _election_batch(office)
        rows = [factories.ElectionFactory(employer=office.employer, batch=of_file, state="SUBMITTED") for _ in range(3)]
        rows.append(factories.ElectionFactory(employer=office.employer, state="SUBMITTED"))

        choose(office, administrator, under_way=UnderWay.GOES_BACK)

        assert set(Election.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True)) == {"RETURNED"}
        assert AuditEvent.objects.filter(action="election.recall").count() == 2

    def test_another_employer_s_stays_as_it_is(self, office: Office, administrator: User, make_office: Callable[[], Office]) -> None:
        other = make_office()
        theirs = handed_in(other, other.maker)
        handed_in(office, office.maker)

        choose(office, administrator, under_way=UnderWay.GOES_BACK)

        theirs.refresh_from_db()
        assert theirs.state == FilingState.SUBMITTED


class TestTheDatabase:
    def test_no_filing_becomes_one_without_a_checker_by_itself(self, office: Office) -> None:
        filing = handed_in(office, office.maker)

        for fields in ({"flow": SINGLE}, {"flow": SINGLE, "state": "RETURNED"}):
            with pytest.raises(IntegrityError, match="flow_when_handed_in"), transaction.atomic():
                Filing.objects.filter(pk=filing.pk).update(**fields)
        with pytest.raises(IntegrityError, match="flow_as_chosen"), transaction.atomic():
            Filing.objects.filter(pk=prepared_elsewhere(office).pk).update(flow=SINGLE, state="SUBMITTED")
        with pytest.raises(IntegrityError, match="flow_as_chosen"), transaction.atomic():
            factories.FilingFactory(flow=SINGLE)
        with pytest.raises(IntegrityError, match="flow_as_chosen"), transaction.atomic():
            factories.ElectionFactory(flow=SINGLE)

    def test_the_own_approval_needs_the_flow_of_the_very_filing(self, office: Office, administrator: User) -> None:
        checked = handed_in(office, administrator)
        choose(office, administrator, under_way=UnderWay.STAYS)

        with pytest.raises(IntegrityError, match="filing_(approved|declared)_by_another"), transaction.atomic():
            Filing.objects.filter(pk=checked.pk).update(approved_by=administrator)


class TestThePage:
    def test_chosen_with_a_code_and_shown_with_who_and_when(self, office: Office, administrator: User) -> None:
        handed_in(office, office.maker)
        person = signed_in(administrator)
        assert "Borang A yang menunggu kelulusan 1" in pages.text_of(person.get(ADDRESS))

        answer = person.coded(ADDRESS, flow="SINGLE", under_way="GOES_BACK")

        assert (answer.status_code, answer.url) == (302, "/employer/people/")
        listed = pages.text_of(person.get("/employer/people/"))
        assert "Tanpa pelulus" in listed
        assert "dipilih oleh Rohani binti Kassim" in listed
        assert Filing.objects.get().state == FilingState.RETURNED

    def test_the_sms_says_what_is_chosen(self, office: Office, administrator: User) -> None:
        signed_in(administrator).post(ADDRESS, flow="SINGLE", tac_send="1")

        assert "kelulusan tanpa pelulus" in phone.texts(phones.current(administrator).number)[0]

    def test_a_second_click_is_harmless(self, office: Office, administrator: User) -> None:
        handed_in(office, office.maker)
        person = signed_in(administrator)
        person.coded(ADDRESS, flow="SINGLE", under_way="GOES_BACK")

        answer = person.post(ADDRESS, flow="SINGLE", under_way="GOES_BACK", tac=leave.digits_of(Challenge.objects.latest("pk")))

        assert (answer.status_code, answer.url) == (302, "/employer/people/")
        assert FlowChoice.objects.count() == 1

    def test_the_colleague_who_chose_already_is_spoken_of(self, office: Office, administrator: User) -> None:
        other = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
        choose(office, other)

        answer = signed_in(administrator).post(ADDRESS, flow="SINGLE", tac="123456")

        assert answer.status_code == 409
        assert "rakan sekerja" in pages.text_of(answer)

    def test_without_an_answer_for_what_waits_no_code_is_sent(self, office: Office, administrator: User) -> None:
        handed_in(office, office.maker)

        answer = signed_in(administrator).post(ADDRESS, flow="SINGLE", tac_send="1")

        assert answer.status_code == 422
        assert "Pilih apa yang berlaku" in pages.text_of(answer)
        assert not Challenge.objects.exists()

    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_who_is_alone_is_told_what_it_means(self, prefix: str) -> None:
        alone = factories.RepresentativeFactory(administrator=True)
        words = {"": "Hanya seorang boleh bertindak", "/en": "Only one person can act"}[prefix]

        assert words in pages.text_of(signed_in(alone.user, prefix).get(ADDRESS))
        factories.RepresentativeFactory(employer=alone.employer)
        assert words not in pages.text_of(signed_in(alone.user, prefix).get(ADDRESS))

    def test_nobody_else_who_could_approve_is_said_where_the_filing_waits(self) -> None:
        alone = factories.RepresentativeFactory(administrator=True)
        own = Office(alone.employer, alone.user, alone.user)
        filing = handed_in(own, alone.user)
        words = "Tiada orang lain yang boleh meluluskannya"

        page = signed_in(alone.user).get(pages.address(filing))
        assert words in pages.text_of(page)
        assert 'href="/employer/people/"' in page.content.decode()
        factories.RepresentativeFactory(employer=alone.employer, checker=True)
        assert words not in pages.text_of(signed_in(alone.user).get(pages.address(filing)))

    def test_from_the_declaration_straight_to_the_own_approval(self, office: Office, administrator: User) -> None:
        choose(office, administrator)
        filing = prepared(office, administrator)
        person = signed_in(administrator)

        answer = person.post(pages.address(filing, "submit"), declaration="on")

        assert (answer.status_code, answer.url) == (302, pages.address(filing, "decide"))
        assert "meluluskannya sendiri" in pages.text_of(person.get(answer.url))
        done = person.coded(pages.address(filing, "decide"), action="approve")
        assert (done.status_code, done.url) == (302, pages.address(filing))
        assert Filing.objects.get(pk=filing.pk).state == FilingState.APPROVED

    def test_the_home_counts_the_own_that_waits(self, office: Office, administrator: User) -> None:
        choose(office, administrator)
        handed_in(office, administrator)

        assert "Menunggu kelulusan anda 1" in pages.text_of(signed_in(administrator).get("/employer/"))


@pytest.mark.django_db(transaction=True)
def test_a_filing_handed_in_at_the_moment_of_the_choice_is_either_counted_or_new(office: Office, administrator: User) -> None:
    """16 filings are handed in while the flow changes: none is CHECKED that was not counted, and none stands in between."""
    made = [factories.FilingFactory(employer=office.employer, prepared_by=office.maker, ready=True, wage_month=month) for month in _months(16)]
    barrier = threading.Barrier(17)
    outcome: list[str] = []

    def hand_in(filing: Filing) -> None:
        try:
            barrier.wait()
            filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
        finally:
            connection.close()

    def switch() -> None:
        try:
            barrier.wait()
            try:
                choose(office, administrator, count=0)
                outcome.append("chosen")
            except people.NotAllowed as error:
                outcome.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in, args=(filing,)) for filing in made] + [threading.Thread(target=switch)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    flows = set(Filing.objects.filter(employer=office.employer, state="SUBMITTED").values_list("flow", flat=True))
    assert Filing.objects.filter(employer=office.employer, state="SUBMITTED").count() == 16
    assert (outcome, flows) in ((["chosen"], {SINGLE}), (["UNDER_WAY"], {CHECKED}))
