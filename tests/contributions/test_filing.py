"""Sending, submitting, approving, returning and discarding a Borang A; who may, and what is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.http import Http404

from contributions import access, problems
from contributions.borang_a.kinds import Kind
from contributions.borang_a.problem import Code
from contributions.enums import FilingAction, FilingState
from contributions.models import Filing
from contributions.services import filing as filings
from contributions.services import moves, sending, template
from contributions.services.filing import FileRefused
from contributions.services.moves import NotAllowed
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.jobs.models import Run
from tests import factories
from tests.contributions.conftest import OCTOBER, ON, Office, work
from tests.factories import borang_a, leave


def refused(send: Callable[[], object]) -> list[dict[str, object]]:
    """The problems of a file that is not taken; nothing of it is stored and no job is opened."""
    before = (Filing.objects.count(), StoredFile.objects.count(), Run.objects.count())
    with pytest.raises(FileRefused) as caught:
        send()
    assert (Filing.objects.count(), StoredFile.objects.count(), Run.objects.count()) == before
    return caught.value.problems


def balances() -> dict[str, int]:
    """What stands on the employers' and the fund's accounts, in sen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT a.code, sum(p.amount_sen) FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id GROUP BY 1")
        return {code: int(total) for code, total in cursor.fetchall()}


@pytest.mark.django_db
class TestUpload:
    def test_a_file_is_stored_as_it_came_and_waits_for_the_worker(self, office: Office) -> None:
        content = borang_a.file(borang_a.row(office.hire()))

        filing = filings.upload(employer=office.employer, wage_month=OCTOBER, name="C:\\gaji\\oktober.csv", content=content, by=office.maker, on=ON)

        assert filing.state == FilingState.RECEIVED
        assert (bytes(filing.file.content), filing.file.name, filing.file.size) == (content, "oktober.csv", len(content))
        assert (filing.wage_month, filing.received_on, filing.prepared_by) == (date(2026, 10, 1), ON, office.maker)
        assert Run.objects.get().period == str(filing.pk)
        assert AuditEvent.objects.filter(action="filing.upload", target=f"filing:{filing.pk}", actor_id=office.maker.pk).count() == 1

    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"", "EMPTY_FILE"), (b"%PDF-1.7", "WRONG_TYPE"), (b"a,b,c\n1,2,3\n", "WRONG_COLUMNS"), (borang_a.file(), "NO_ROWS")],
    )
    def test_a_file_that_cannot_be_read_is_not_taken(self, office: Office, content: bytes, code: str) -> None:
        [problem] = refused(lambda: office.send(content))

        assert problem["code"] == code

    def test_a_file_that_is_too_big_is_not_taken(self, office: Office, settings: pytest.FixtureRequest) -> None:
        settings.UPLOAD_MAX_BYTES = 1024  # type: ignore[attr-defined]

        [problem] = refused(lambda: office.send(borang_a.file("x" * 2000)))

        assert problem["code"] == "TOO_BIG"

    @pytest.mark.parametrize(
        ("month", "code", "expected"),
        [
            (WageMonth(2008, 1), "MONTH_BEFORE_LAW", "2008-02"),
            (WageMonth(2025, 12), "MONTH_BEFORE_EMPLOYER", "2026-02"),
            (WageMonth(2027, 12), "MONTH_TOO_FAR", "2027-11"),
        ],
    )
    def test_a_month_that_cannot_be_filed(self, office: Office, month: WageMonth, code: str, expected: str) -> None:
        office.employer.from_date = date(2026, 2, 15)
        content = borang_a.file(borang_a.row(office.hire()))

        [problem] = refused(lambda: office.send(content, month))

        assert (problem["code"], problem["found"], problem["expected"]) == (code, str(month), expected)

    def test_a_month_after_the_employer_was_closed(self, office: Office) -> None:
        office.employer.closed_on = date(2026, 6, 30)
        content = borang_a.file(borang_a.row(office.hire()))

        assert office.send(content, WageMonth(2026, 6)).state == FilingState.RECEIVED
        assert refused(lambda: office.send(content))[0]["code"] == "MONTH_AFTER_CLOSING"

    def test_twelve_months_ahead_are_taken(self, office: Office) -> None:
        assert office.send(borang_a.file(borang_a.row(office.hire())), WageMonth(2027, 11)).state == FilingState.RECEIVED

    def test_file_and_month_are_refused_together(self, office: Office) -> None:
        assert [problem["code"] for problem in refused(lambda: office.send(b"", WageMonth(2030, 1)))] == ["EMPTY_FILE", "MONTH_TOO_FAR"]

    def test_the_same_file_twice_names_the_earlier(self, office: Office) -> None:
        content = borang_a.file(borang_a.row(office.hire()))
        earlier = office.send(content)

        [problem] = refused(lambda: office.send(content))

        assert (problem["code"], problem["detail"]["filing"]) == ("SAME_FILE", str(earlier.pk))  # type: ignore[index]

    def test_the_same_wages_may_be_filed_again_for_the_next_month(self, office: Office) -> None:
        content = borang_a.file(borang_a.row(office.hire()))
        office.send(content)

        assert office.send(content, OCTOBER.next()).state == FilingState.RECEIVED

    def test_a_second_file_for_the_month_names_the_first(self, office: Office) -> None:
        member = office.hire()
        being_read = office.send(borang_a.file(borang_a.row(member)))
        other = borang_a.file(borang_a.row(member, "5000.00", "650", "550"))

        [problem] = refused(lambda: office.send(other))
        work(being_read)
        [later] = refused(lambda: office.send(other))

        assert (problem["code"], later["code"]) == ("MONTH_BEING_READ", "MONTH_TAKEN")
        assert problem["detail"]["filing"] == later["detail"]["filing"] == str(being_read.pk)  # type: ignore[index]

    @pytest.mark.parametrize("row", [("6250.00", "750", "688"), ("10.00", "0", "0")], ids=["faulty", "unreadable"])
    def test_a_mended_file_takes_the_place_of_one_that_could_not_go_on(self, office: Office, row: tuple[str, str, str]) -> None:
        member = office.hire()
        earlier = office.read(borang_a.row(member, *row))

        mended = office.read(borang_a.row(member))

        earlier.refresh_from_db()
        assert (earlier.state, mended.state) == (FilingState.DISCARDED, FilingState.READY)
        assert list(earlier.log.values_list("action", "by"))[-1] == ("DISCARD", office.maker.pk)

    def test_the_same_faulty_file_again_does_not_throw_its_result_away(self, office: Office) -> None:
        line = borang_a.row(office.hire(), "6250.00", "750", "688")
        earlier = office.read(line)

        [problem] = refused(lambda: office.send(borang_a.file(line)))

        earlier.refresh_from_db()
        assert (problem["code"], earlier.state) == ("SAME_FILE", FilingState.FAULTY)

    def test_a_discarded_file_may_be_sent_again(self, office: Office) -> None:
        line = borang_a.row(office.hire())
        filings.discard(filing_id=office.read(line).pk, by=office.maker, on=ON)

        assert office.read(line).state == FilingState.READY

    @pytest.mark.parametrize("who", ["checker", "stranger", "removed", "member", "inactive"])
    def test_only_who_may_prepare_may_send(self, office: Office, make_office: Callable[[], Office], who: str) -> None:
        by = {
            "checker": lambda: office.checker,
            "stranger": lambda: make_office().maker,
            "removed": lambda: factories.RepresentativeFactory(employer=office.employer, removed=True).user,
            "member": factories.UserFactory,
            "inactive": lambda: factories.RepresentativeFactory(employer=office.employer, user__inactive=True).user,
        }[who]()

        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            office.send(borang_a.file(borang_a.row(office.hire())), by=by)

        assert not Filing.objects.exists()
        assert not filings.may_prepare(employer=office.employer, by=by, on=ON)


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_uploads_at_once_one_is_taken(office: Office) -> None:
    member = office.hire()
    files = [borang_a.file(borang_a.row(member), *[""] * (number % 4)) for number in range(16)]

    def send(content: bytes) -> str:
        try:
            return office.send(content).state
        except FileRefused as error:
            return str(error.problems[0]["code"])
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(send, files))

    assert outcomes.count(FilingState.RECEIVED) == 1
    assert set(outcomes) == {FilingState.RECEIVED, Code.SAME_FILE, Code.MONTH_BEING_READ}
    assert (Filing.objects.count(), StoredFile.objects.count(), Run.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_a_month_taken_behind_the_services_back_is_the_same_refusal(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The constraint of the database is the last word, and it is said in the same words."""
    member = office.hire()
    first = work(office.send(borang_a.file(borang_a.row(member))))
    monkeypatch.setattr(sending, "_give_way", lambda *_: None)

    [problem] = refused(lambda: office.send(borang_a.file(borang_a.row(member), "")))

    assert (problem["code"], problem["detail"]["filing"]) == ("MONTH_TAKEN", str(first.pk))  # type: ignore[index]


@pytest.mark.django_db
class TestDecisions:
    def test_from_upload_to_approval(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire()))

        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
        leave.approve(filing_id=filing.pk, by=office.checker, on=ON)

        filing.refresh_from_db()
        assert (filing.state, filing.approved_by, filing.approved_on) == (FilingState.APPROVED, office.checker, ON)
        assert filing.submitted_at is not None
        assert [(entry.action, entry.by) for entry in filing.log.all()] == [
            ("READ_READY", None),
            ("SUBMIT", office.maker),
            ("APPROVE", office.checker),
        ]

    def test_approval_makes_the_employer_owe_the_total_once(self, office: Office) -> None:
        filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, submitted=True)

        leave.approve(filing_id=filing.pk, by=office.checker, on=ON)
        with pytest.raises(NotAllowed, match="WRONG_STATE"):
            leave.approve(filing_id=filing.pk, by=office.checker, on=ON)

        assert balances() == {"CONTRIBUTION_DUE": -144_900, "CONTRIBUTION_CLEARING": 144_900}

    def test_without_the_declaration_nothing_is_submitted(self, office: Office) -> None:
        filing = factories.FilingFactory(employer=office.employer, ready=True)

        with pytest.raises(NotAllowed, match="DECLARATION_MISSING"):
            filings.submit(filing_id=filing.pk, by=office.maker, declaration=False, on=ON)

    @pytest.mark.parametrize("comment", ["", "  \n"])
    def test_a_filing_is_not_returned_without_a_reason(self, office: Office, comment: str) -> None:
        filing = factories.FilingFactory(employer=office.employer, submitted=True)

        with pytest.raises(NotAllowed, match="COMMENT_MISSING"):
            filings.return_to_maker(filing_id=filing.pk, by=office.checker, comment=comment, on=ON)

    def test_a_returned_filing_keeps_the_reason_and_may_be_sent_again(self, office: Office) -> None:
        filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, submitted=True)

        filings.return_to_maker(filing_id=filing.pk, by=office.checker, comment=" Semak upah ", on=ON)
        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)

        filing.refresh_from_db()
        assert filing.state == FilingState.SUBMITTED
        assert filing.log.get(action="RETURN").comment == "Semak upah"

    def test_nobody_approves_what_they_prepared_though_their_role_may(self, office: Office) -> None:
        both = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
        filing = factories.FilingFactory(employer=office.employer, prepared_by=both, submitted=True)

        with pytest.raises(NotAllowed, match="OWN_WORK"):
            leave.approve(filing_id=filing.pk, by=both, on=ON)

        filing.refresh_from_db()
        assert filing.state == FilingState.SUBMITTED
        assert balances() == {}

    def test_nobody_approves_what_they_declared_correct(self, office: Office) -> None:
        both = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
        filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, ready=True)

        filings.submit(filing_id=filing.pk, by=both, declaration=True, on=ON)

        with pytest.raises(NotAllowed, match="OWN_WORK"):
            leave.approve(filing_id=filing.pk, by=both, on=ON)


@pytest.mark.django_db(transaction=True)
def test_a_refused_act_is_in_the_audit(office: Office) -> None:
    """Though the transaction that would have approved was rolled back."""
    filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, submitted=True)

    with pytest.raises(NotAllowed):
        leave.approve(filing_id=filing.pk, by=office.maker, on=ON)

    kept = AuditEvent.objects.filter(refused=True, action="filing.approve", target=f"filing:{filing.pk}")
    assert [(event.actor_id, event.data["code"]) for event in kept] == [(office.maker.pk, "NO_RIGHT")]


@pytest.mark.django_db
def test_another_employers_filing_is_as_absent_as_one_that_does_not_exist(make_office: Callable[[], Office]) -> None:
    own, other = make_office(), make_office()
    filing = factories.FilingFactory(employer=own.employer)

    assert access.filing_for(own.employer, filing.pk) == filing
    for employer, pk in ((other.employer, filing.pk), (own.employer, filing.pk + 1), (own.employer, 10**15)):
        with pytest.raises(Http404):
            access.filing_for(employer, pk)


@pytest.mark.django_db
def test_what_the_page_offers_is_what_the_service_allows(office: Office) -> None:
    filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, submitted=True)

    assert moves.allowed(filing=filing, by=office.maker, on=ON) == {FilingAction.TAKE_BACK}
    assert {action.value for action in moves.allowed(filing=filing, by=office.checker, on=ON)} == {"APPROVE", "RETURN"}


@pytest.mark.django_db
class TestTemplate:
    def test_people_on_record_with_their_last_wages_and_this_months_shares(self, office: Office) -> None:
        paid = office.hire(name="ALI, AHMAD BIN")
        office.hire(name="BARU")
        factories.EmploymentFactory(employer=office.employer, member__name="CUTI", left=True)
        work(office.send(borang_a.file(borang_a.row(paid).replace("ALI, AHMAD BIN", '"ALI, AHMAD BIN"')), WageMonth(2026, 8)))

        lines = template.file_for(kind=Kind.CSV, on=ON, employer=office.employer, wage_month=OCTOBER).decode("utf-8-sig").splitlines()

        ic = f"{paid.identity_number[:6]}-{paid.identity_number[6:8]}-{paid.identity_number[8:]}"
        assert lines[0] == "Member No,IC No,Name,Salary,EM Share,EMP Share"
        assert lines[1] == f'{paid.number},{ic},"ALI, AHMAD BIN",6250.00,756,693'
        assert lines[2].endswith(",BARU,,,")
        assert len(lines) == 3

    def test_the_template_itself_is_a_borang_a_without_faults(self, office: Office) -> None:
        people = [office.hire(), office.hire(non_citizen=True), office.hire(aged_60=True)]
        office.read(borang_a.row(people[0]), borang_a.row(people[1], "6250.00", "125", "125"), borang_a.row(people[2], "6250.00", "252", "0"))

        november = template.file_for(kind=Kind.CSV, on=ON, employer=office.employer, wage_month=OCTOBER.next())

        filing = work(office.send(november, OCTOBER.next()))
        assert [row.problems for row in filing.rows.all()] == [[], [], []]
        assert filing.state == FilingState.READY

    def test_the_next_month_is_asked_with_its_own_law(self, office: Office) -> None:
        member = office.hire(birth_date=date(1966, 10, 15))
        office.read(borang_a.row(member))

        lines = template.file_for(kind=Kind.CSV, on=ON, employer=office.employer, wage_month=OCTOBER.next()).decode("utf-8-sig").splitlines()

        assert lines[1].endswith(",6250.00,252,0")


def test_a_problem_of_the_month_belongs_to_the_field_of_the_month() -> None:
    assert problems.field_of({"code": "MONTH_TOO_FAR", "detail": {}}) == "wage_month"
    assert problems.field_of({"code": "SAME_FILE", "detail": {}}) == "file"
    assert problems.field_of({"code": "WRONG_TYPE", "detail": {}}) == "file"
