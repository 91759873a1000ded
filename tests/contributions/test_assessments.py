"""KWSP 7 and KWSP 8: an inspector assesses a month, another signs, the employer owes it, pays it as any late month, or objects and is answered."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from contributions.enums import AssessmentSource, AssessmentState, DueKind, FilingSource, FilingState, RowStatus
from contributions.models import Assessment, AssessmentPaper, Filing, LateCharge, LateDividend, PaymentMatter
from contributions.selectors import arrears
from contributions.selectors import assessments as selectors
from contributions.services import assessed_rows, assessment_objections, assessment_signing, assessments, cancelling, moves
from contributions.services import filing as filings
from contributions.services.assessment_moves import NotAllowed
from contributions.services.filing import FileRefused
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.notify.models import Notice
from members.identity.models import User
from members.ledger import invariants
from members.models import Member
from tests.contributions import paying
from tests.contributions.assessed import GROUNDS, LATE, PAPER, Desk, total
from tests.contributions.conftest import NOVEMBER, OCTOBER, ON, Office, work
from tests.contributions.crediting import credit, savings, standing
from tests.contributions.paying import Bank
from tests.contributions.test_late_charges import run
from tests.contributions.test_late_paying import BOTH, at, credited, dues, pay
from tests.factories import UserFactory, borang_a

pytestmark = pytest.mark.django_db(transaction=True)
SEPTEMBER = WageMonth(2026, 9)
CHARGE, LOST = Decimal("14.00"), Decimal("7.57")
"""Of RM1,449 paid on 31 December, as test_late_paying has them."""


@pytest.fixture
def desk() -> Desk:
    return Desk.of_two()


@pytest.fixture
def member(office: Office) -> Member:
    """Somebody whose September was filed at RM6,250, and whose October was not."""
    member = office.hire()
    office.approved(borang_a.row(member), wage_month=SEPTEMBER)
    return member


def sound() -> None:
    assert invariants.broken() == []


def refused(code: str) -> "pytest.RaisesExc[NotAllowed]":
    return pytest.raises(NotAllowed, match=code)


class TestMaking:
    def test_people_on_record_with_their_last_wages_and_nobody_invented(self, office: Office, member: Member, desk: Desk) -> None:
        unknown = office.hire()

        found = desk.draft(office)

        rows = {row.member_number: row.wages for row in found.rows.all()}
        assert rows == {member.number: Decimal("6250.00"), unknown.number: None}
        totals = assessed_rows.totals_of(assessed_rows.all_lines(found))
        assert (totals.rows, totals.blank, totals.bad, totals.total) == (2, 1, 0, Decimal(1449))
        with refused("BLANK"):
            desk.propose(found)
        assert not Notice.objects.filter(code__startswith="ASSESSMENT").exists()
        assert not AuditEvent.objects.filter(subjects__contains=[office.employer.subject], action__startswith="assessment").exists()
        assert list(selectors.served_to(employer=office.employer)) == []

    def test_on_record_but_past_the_age_of_contributions_nothing_is_assessed(self, office: Office, member: Member, desk: Desk) -> None:
        office.hire(birth_date=date(1950, 1, 1))

        found = desk.draft(office)

        assert [row.member_number for row in found.rows.all()] == [member.number]
        assert desk.propose(found).state == AssessmentState.PROPOSED

    def test_several_months_at_once_or_none_of_them(self, office: Office, member: Member, desk: Desk) -> None:
        said = {"employer": office.employer, "source": AssessmentSource.LAST_WAGES, "grounds": GROUNDS, "by": desk.maker, "on": LATE}

        with refused("NOT_DUE"):
            assessments.begin(first=OCTOBER, last=WageMonth(2026, 12), **said)
        assert not Assessment.objects.exists()
        made = assessments.begin(first=OCTOBER, last=NOVEMBER, **said)

        assert [one.wage_month for one in made] == [OCTOBER.first_day, NOVEMBER.first_day]
        with refused("OPEN_ALREADY"):
            assessments.begin(first=NOVEMBER, last=NOVEMBER, **said)
        with refused("MONTHS"):
            assessments.begin(first=NOVEMBER, last=OCTOBER, **said)

    def test_not_before_the_due_date_is_past(self, office: Office, member: Member, desk: Desk) -> None:
        with refused("NOT_DUE"):
            desk.draft(office, on=date(2026, 11, 15))
        assert desk.draft(office, on=date(2026, 11, 16)).state == AssessmentState.DRAFT

    def test_inspected_wages_row_by_row(self, office: Office, member: Member, desk: Desk) -> None:
        found = desk.draft(office, AssessmentSource.WRITTEN)
        with refused("NO_ROWS"):
            desk.propose(found)
        desk.write(found, member.name, "5000", member)
        desk.write(found, "Orang Baharu", "3000")
        desk.write(found, member.name, "6250", member, place=1)

        lines = list(assessed_rows.all_lines(found))
        assert [(one.status, one.employer, one.employee) for one in lines] == [
            (RowStatus.VALID, Decimal(756), Decimal(693)),
            (RowStatus.UNMATCHED, Decimal(390), Decimal(330)),
        ]
        desk.write(found, member.name, "6250", member)
        assert found.rows.count() == 2, "a second click"
        desk.write(found, member.name, "6000", member)
        with refused("BAD_ROWS"):
            desk.propose(found)
        assessments.remove_row(assessment_id=found.pk, place=3, by=desk.maker, on=LATE)
        assert desk.propose(found).state == AssessmentState.PROPOSED
        with refused("WRONG_STATE"):
            desk.write(found, "X", "1")

    @pytest.mark.parametrize(
        ("wages", "bonus", "name", "code"), [("-1", "0", "A", "WAGES"), ("100", "101", "A", "BONUS"), ("1", "0", " ", "NO_NAME")]
    )
    def test_what_no_row_may_say(self, office: Office, desk: Desk, wages: str, bonus: str, name: str, code: str) -> None:
        found = desk.draft(office, AssessmentSource.WRITTEN)
        written = assessments.Written(name=name, wages=Decimal(wages), bonus=Decimal(bonus))

        with refused(code):
            assessments.write_row(assessment_id=found.pk, place=None, written=written, by=desk.maker, on=LATE)

    def test_a_file_of_wages_and_nothing_of_its_shares(self, office: Office, member: Member, desk: Desk) -> None:
        found = desk.draft(office, AssessmentSource.WRITTEN)
        content = borang_a.file(borang_a.row(member, wages="6250.00", employer="1", employee="2"))

        taken = assessments.take_file(assessment_id=found.pk, name="upah.csv", content=content, by=desk.maker, on=LATE)

        assert (taken.source, total(found)) == (AssessmentSource.FILE, Decimal(1449))
        assert bytes(StoredFile.objects.get(pk=taken.file_id).content) == content
        bad = borang_a.file(borang_a.row(member, wages="banyak"))
        with pytest.raises(assessments.RowsRefused) as error:
            assessments.take_file(assessment_id=found.pk, name="upah.csv", content=bad, by=desk.maker, on=LATE)
        ((line, problem),) = error.value.problems
        assert (line, problem.found) == (2, "banyak")
        with pytest.raises(assessments.FileRefused):
            assessments.take_file(assessment_id=found.pk, name="upah.pdf", content=b"%PDF-1.4", by=desk.maker, on=LATE)
        assert found.rows.count() == 1

    def test_who_may_make_and_write(self, office: Office, member: Member, desk: Desk) -> None:
        said = {"employer": office.employer, "first": OCTOBER, "last": OCTOBER, "source": AssessmentSource.LAST_WAGES, "on": LATE}
        for nobody in (office.checker, UserFactory(counter_officer=True)):
            with refused("NO_RIGHT"):
                assessments.begin(**said, grounds=GROUNDS, by=nobody)
        with refused("REASON_MISSING"):
            assessments.begin(**said, grounds=" ", by=desk.maker)
        found = desk.draft(office)
        with refused("NO_RIGHT"):
            assessments.propose(assessment_id=found.pk, by=desk.signer, on=LATE)
        with refused("NO_RIGHT"):
            assessments.remove_row(assessment_id=found.pk, place=1, by=desk.signer, on=LATE)
        assert AuditEvent.objects.filter(refused=True, action__startswith="assessment.").count() == 5


class TestSigning:
    def test_another_signs_and_the_employer_owes_it_and_is_told(self, office: Office, member: Member, desk: Desk) -> None:
        found = desk.propose(desk.draft(office))
        before = standing()["CONTRIBUTION_DUE"]
        with refused("OWN_WORK"):
            desk.sign(found, by=desk.maker)

        signed = desk.sign(found)

        filing = Filing.objects.get(source=FilingSource.ASSESSMENT)
        assert (signed.state, signed.filing_id, signed.signed_by_id) == (AssessmentState.SERVED, filing.pk, desk.signer.pk)
        assert (filing.state, filing.total, filing.number, filing.prepared_by_id) == (FilingState.APPROVED, Decimal(1449), 0, None)
        assert standing()["CONTRIBUTION_DUE"] == before - 144_900
        told = Notice.objects.get(code="ASSESSMENT_SERVED")
        assert (told.whose_id, told.figures["amount"], told.figures["reason"]) == (office.employer.pk, "1449.00", GROUNDS)
        assert AuditEvent.objects.filter(action="assessment.sign", refused=False, subjects__contains=[office.employer.subject]).count() == 1
        assert [quote.month for quote in arrears.arrears_of(employer=office.employer, paid_on=LATE, on=LATE).quotes] == [SEPTEMBER, OCTOBER]
        sound()
        with refused("WRONG_STATE"):
            desk.sign(found)

    def test_what_it_comes_to_now_is_what_was_seen_or_nothing_is_signed(self, office: Office, member: Member, desk: Desk) -> None:
        found = desk.propose(desk.draft(office))

        with refused("CHANGED"):
            assessment_signing.sign(assessment_id=found.pk, total=Decimal(1448), by=desk.signer, on=LATE)

        assert not Filing.objects.filter(source=FilingSource.ASSESSMENT).exists()
        assert Assessment.objects.get().state == AssessmentState.PROPOSED

    def test_returned_with_a_reason_or_taken_back(self, office: Office, member: Member, desk: Desk) -> None:
        found = desk.propose(desk.draft(office))
        with refused("REASON_MISSING"):
            assessments.give_back(assessment_id=found.pk, comment=" ", by=desk.signer, on=LATE)
        assessments.give_back(assessment_id=found.pk, comment="Semak upah", by=desk.signer, on=LATE)
        desk.propose(found)
        assessments.take_back(assessment_id=found.pk, by=desk.maker, on=LATE)
        assessments.discard(assessment_id=found.pk, by=desk.signer, on=LATE)

        assert Assessment.objects.get().state == AssessmentState.DISCARDED
        assert [entry.action for entry in found.log.all()] == ["PROPOSE", "RETURN", "PROPOSE", "TAKE_BACK", "DISCARD"]
        assert desk.draft(office).state == AssessmentState.DRAFT, "the month may be assessed again"

    def test_what_the_employer_began_and_nobody_approved_gives_way(self, office: Office, member: Member, desk: Desk) -> None:
        draft = office.read(borang_a.row(member))
        filings.submit(filing_id=draft.pk, by=office.maker, declaration=True, on=ON)

        desk.served(office)

        draft.refresh_from_db()
        assert (draft.state, draft.log.latest("pk").action) == (FilingState.DISCARDED, "GIVE_WAY")
        sound()

    def test_a_file_that_is_being_read_is_waited_for(self, office: Office, member: Member, desk: Desk) -> None:
        found = desk.propose(desk.draft(office))
        sent = office.send(borang_a.file(borang_a.row(member)))
        with refused("BEING_READ"):
            desk.sign(found)
        work(sent)

        desk.sign(found)
        sound()

    def test_of_a_month_that_is_handed_in_only_who_was_left_out(self, office: Office, member: Member, desk: Desk) -> None:
        main = office.approved(borang_a.row(member))
        other = office.hire()

        found = desk.draft(office)
        assert [row.member_number for row in found.rows.all()] == [other.number]
        desk.write(found, other.name, "6250", other, place=1)
        desk.write(found, member.name, "6250", member)
        with refused("BAD_ROWS"):
            desk.propose(found)
        assessments.remove_row(assessment_id=found.pk, place=2, by=desk.maker, on=LATE)
        filing = desk.sign(desk.propose(found)).filing

        assert filing is not None
        assert (filing.supplements_id, filing.number, filing.state) == (main.pk, 1, FilingState.APPROVED)
        sound()

    def test_the_employer_can_neither_cancel_it_nor_file_the_month_over_it(self, office: Office, member: Member, desk: Desk) -> None:
        filing = desk.served(office).filing
        assert filing is not None

        with pytest.raises(moves.NotAllowed, match="WRONG_STATE"):
            cancelling.cancel(filing_id=filing.pk, by=office.checker, on=LATE)
        with pytest.raises(FileRefused) as error:
            office.send(borang_a.file(borang_a.row(member, wages="5000.00")))
        assert error.value.problems[0]["code"] == "MONTH_TAKEN"

    def test_the_case_of_the_month_is_solved(self, office: Office, member: Member, desk: Desk) -> None:
        run(date(2026, 11, 21))
        assert PaymentMatter.objects.get().closed_on is None

        desk.served(office)
        run(LATE)

        assert PaymentMatter.objects.get(cause__endswith="2026-10").decision == "SOLVED"


class TestPaying:
    def test_contribution_charge_and_dividend_by_the_rules_of_any_late_month(self, office: Office, bank: Bank, member: Member, desk: Desk) -> None:
        found = desk.served(office)
        filing = found.filing
        assert filing is not None
        assert dues(filing, LATE) == [(DueKind.CHARGE, CHARGE), (DueKind.DIVIDEND, LOST)]
        assert selectors.owed_of(found, on=LATE)["total"] == Decimal("1470.57")

        order = pay(filing, office, bank, LATE, BOTH)

        assert (order.amount, order.late) == (Decimal("1470.57"), Decimal("21.57"))
        credit()
        run(LATE)
        credited()
        assert sum(savings(member).values()) == 144_900 + 757
        assert (LateCharge.objects.get().amount, LateDividend.objects.get().amount) == (CHARGE, LOST)
        assert selectors.owed_of(Assessment.objects.select_related("filing").get(), on=LATE)["total"] == 0
        sound()

    def test_whom_the_register_does_not_know_lies_in_suspense(self, office: Office, bank: Bank, member: Member, desk: Desk) -> None:
        found = desk.draft(office)
        desk.write(found, "Orang Tanpa Nombor", "3000")
        filing = desk.sign(desk.propose(found)).filing
        assert filing is not None
        assert (filing.total, filing.suspended_total, filing.rows_unmatched) == (Decimal(2169), Decimal(720), 1)

        pay(filing, office, bank, LATE, [])
        credit()

        assert (sum(savings(member).values()), standing()["SUSPENSE"]) == (144_900, 72_000)
        sound()


class TestObjecting:
    def objected(self, office: Office, desk: Desk) -> Assessment:
        found = desk.served(office)
        return assessment_objections.object_to(assessment_id=found.pk, reason="Dia sudah berhenti", papers=[PAPER], by=office.checker, on=LATE)

    def test_with_documents_and_it_stands(self, office: Office, member: Member, desk: Desk) -> None:
        found = self.objected(office, desk)
        assert AssessmentPaper.objects.get().document.name == "surat.pdf"
        with refused("OWN_WORK"):
            assessment_objections.uphold(assessment_id=found.pk, reason="x", by=desk.maker, on=LATE)
        with refused("REASON_MISSING"):
            assessment_objections.uphold(assessment_id=found.pk, reason=" ", by=desk.signer, on=LATE)

        assessment_objections.uphold(assessment_id=found.pk, reason="Slip gaji menunjukkan upah dibayar", by=desk.signer, on=LATE)

        assert Assessment.objects.get().state == AssessmentState.UPHELD
        assert Notice.objects.get(code="ASSESSMENT_UPHELD").figures["reason"] == "Slip gaji menunjukkan upah dibayar"
        with refused("WRONG_STATE"):
            assessment_objections.object_to(assessment_id=found.pk, reason="Lagi", papers=[PAPER], by=office.checker, on=LATE)
        sound()

    def test_withdrawn_and_the_month_is_free(self, office: Office, member: Member, desk: Desk) -> None:
        before = standing()["CONTRIBUTION_DUE"]
        found = self.objected(office, desk)

        assessment_objections.withdraw(assessment_id=found.pk, reason="Benar", by=desk.signer, on=LATE)

        assert (Assessment.objects.get().state, standing()["CONTRIBUTION_DUE"]) == (AssessmentState.WITHDRAWN, before)
        assert Notice.objects.get(code="ASSESSMENT_WITHDRAWN").figures["amount"] == "1449.00"
        sound()
        assert work(office.send(borang_a.file(borang_a.row(member)))).state == FilingState.READY

    def test_amended_and_the_old_stands_until_the_new_is_signed(self, office: Office, member: Member, desk: Desk) -> None:
        found = self.objected(office, desk)
        before = standing()["CONTRIBUTION_DUE"]

        made = assessment_objections.amend(assessment_id=found.pk, reason="Upah lain", by=desk.signer, on=LATE)
        assert standing()["CONTRIBUTION_DUE"] == before
        person = {"member_number": member.number, "identity_number": member.identity_number}
        written = assessments.Written(name=member.name, wages=Decimal(3000), **person)
        assessments.write_row(assessment_id=made.pk, place=1, written=written, by=desk.signer, on=LATE)
        assessments.propose(assessment_id=made.pk, by=desk.signer, on=LATE)
        sound()
        signed = assessment_signing.sign(assessment_id=made.pk, total=Decimal(720), by=desk.maker, on=LATE)

        found.refresh_from_db()
        assert (found.state, signed.state) == (AssessmentState.REPLACED, AssessmentState.SERVED)
        assert standing()["CONTRIBUTION_DUE"] == before + 144_900 - 72_000
        assert Notice.objects.get(code="ASSESSMENT_SERVED_ANEW").figures["amount"] == "720.00"
        sound()

    def test_an_amendment_that_is_dropped_leaves_the_objection_to_be_answered(self, office: Office, member: Member, desk: Desk) -> None:
        found = self.objected(office, desk)
        made = assessment_objections.amend(assessment_id=found.pk, reason="Upah lain", by=desk.signer, on=LATE)

        assessments.discard(assessment_id=made.pk, by=desk.signer, on=LATE)
        found.refresh_from_db()
        assert found.state == AssessmentState.OBJECTED
        assessment_objections.amend(assessment_id=found.pk, reason="Upah lain", by=desk.signer, on=LATE)
        sound()

    def test_what_is_paid_or_being_paid_is_not_answered(self, office: Office, bank: Bank, member: Member, desk: Desk) -> None:
        found = self.objected(office, desk)
        assert found.filing is not None
        paying.start(found.filing, office.checker, at(LATE))

        for act in (assessment_objections.withdraw, assessment_objections.amend):
            with refused("PAYMENT_BEGUN"):
                act(assessment_id=found.pk, reason="Benar", by=desk.signer, on=LATE)
        assessment_objections.uphold(assessment_id=found.pk, reason="Tetap", by=desk.signer, on=LATE)
        sound()

    def test_who_may_object_and_with_what(self, office: Office, member: Member, desk: Desk) -> None:
        found = desk.served(office)
        said = {"assessment_id": found.pk, "on": LATE}
        stranger: User = UserFactory()  # type: ignore[assignment]
        for by in (office.maker, stranger, desk.signer):
            with refused("NO_RIGHT"):
                assessment_objections.object_to(**said, reason="x", papers=[PAPER], by=by)
        with refused("PAPER_MISSING"):
            assessment_objections.object_to(**said, reason="x", papers=[], by=office.checker)
        with refused("REASON_MISSING"):
            assessment_objections.object_to(**said, reason="", papers=[PAPER], by=office.checker)


class TestHeldByPostgres:
    def broken(self, statement: str, match: str) -> None:
        with pytest.raises((IntegrityError, ProgrammingError), match=match), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_what_was_signed_stays(self, office: Office, member: Member, desk: Desk) -> None:
        desk.served(office)

        self.broken("UPDATE contributions_assessment SET filing_id = NULL", "assessment_stays|assessment_served")
        self.broken("UPDATE contributions_assessment SET signed_on = '2026-01-01'", "assessment_stays")
        self.broken("UPDATE contributions_assessmentrow SET wages = 1", "assessment_rows_stay")
        self.broken("DELETE FROM contributions_assessmentrow", "assessment_rows_stay")
        self.broken("UPDATE contributions_filing SET source = 'FORM_A' WHERE source = 'ASSESSMENT'", "filing_source_stays")

    def test_what_ended_has_ended(self, office: Office, member: Member, desk: Desk) -> None:
        found = desk.draft(office)
        assessments.discard(assessment_id=found.pk, by=desk.maker, on=LATE)

        self.broken("UPDATE contributions_assessment SET state = 'DRAFT'", "assessment_stays")
