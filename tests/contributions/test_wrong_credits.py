"""A credit that is another person's: proposed by one officer with its paper, approved by another, moved whole with its value date."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from contributions.enums import CorrectionState, MonthStanding, WrongCreditState
from contributions.models import Correction, Filing, FilingRow, WrongCredit
from contributions.selectors import savings as own
from contributions.services import wrong_credits
from contributions.services.wrong_credit_news import EMPLOYER, GIVEN, GIVEN_HELD, TAKEN
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.clock import KL
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.services import Upload
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Notice
from members.identity.models import User
from members.ledger import freezing, invariants, posting, years
from members.ledger.models import DividendDue
from members.models import Member
from tests import factories
from tests.contributions.conftest import Office
from tests.contributions.correcting import ON, PAID, Officers, approved, credited, officers, post, prepare, was_never_a_citizen
from tests.contributions.crediting import credits_of, savings, standing
from tests.contributions.paying import Bank
from tests.factories import withdrawals

pytestmark = pytest.mark.django_db
PAPER = Upload("surat-majikan.pdf", b"%PDF-1.4 surat majikan")
REASON = "Majikan tersalah menaip nombor ahli."
WHOLE = {"PERSARAAN": 108_675, "SEJAHTERA": 21_735, "FLEKSIBEL": 14_490}
NOTHING = dict.fromkeys(WHOLE, 0)


@pytest.fixture
def people(db: None) -> Officers:
    return officers()


@pytest.fixture
def wrong(office: Office) -> Member:
    return office.hire()


@pytest.fixture
def right(office: Office) -> Member:
    return office.hire()


@pytest.fixture
def filing(office: Office, bank: Bank, wrong: Member) -> Filing:
    return credited(office, bank, wrong)


def row_of(filing: Filing) -> FilingRow:
    return filing.rows.get()


def propose(people: Officers, filing: Filing, to: Member, *, by: User | None = None, on: date = ON, reason: str = REASON) -> WrongCredit:
    return wrong_credits.propose(row_id=row_of(filing).pk, to_member=to, reason=reason, document=PAPER, by=by or people.supervisor, on=on)


def approve(people: Officers, found: WrongCredit, *, by: User | None = None, on: date = ON) -> WrongCredit:
    at = datetime(on.year, on.month, on.day, 10, tzinfo=KL)
    return wrong_credits.approve(wrong_credit_id=found.pk, by=by or people.inspector, on=on, at=at)


def moved(people: Officers, filing: Filing, to: Member, *, on: date = ON) -> WrongCredit:
    return approve(people, propose(people, filing, to, on=on), on=on)


def legs(found: WrongCredit) -> tuple[set[tuple[date, date]], dict[tuple[int, str], int]]:
    """Dates and sen by holder and account, in SQL of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.booked_on, e.value_date, a.holder_id, a.code, p.amount_sen FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id "
            "JOIN ledger_account a ON a.id = p.account_id WHERE e.kind = 23 AND e.ref = %s",
            [found.pk],
        )
        rows = cursor.fetchall()
    return {(booked, value) for booked, value, *_ in rows}, {(holder, code): sen for _b, _v, holder, code, sen in rows}


class TestMoved:
    def test_it_is_taken_back_and_credited_in_one_entry_with_the_value_date_of_the_contribution(
        self, filing: Filing, people: Officers, wrong: Member, right: Member
    ) -> None:
        before, elsewhere = credits_of(filing), standing()

        found = moved(people, filing, right)

        dates, parts = legs(found)
        assert dates == {(ON, date(2026, 11, 30))}
        assert parts == {**{(wrong.pk, code): -sen for code, sen in WHOLE.items()}, **{(right.pk, code): sen for code, sen in WHOLE.items()}}
        assert (savings(wrong), savings(right)) == (NOTHING, WHOLE)
        assert credits_of(filing) == before, "old entries are never touched"
        assert standing() == elsewhere, "neither the employer nor the fund has anything to do with it"
        assert (found.state, found.posted_on, found.decided_by) == (WrongCreditState.POSTED, ON, people.inspector)
        assert found.edition is not None
        assert invariants.broken() == []

    def test_nothing_moves_before_the_second_officer(self, filing: Filing, people: Officers, wrong: Member, right: Member) -> None:
        propose(people, filing, right)

        assert (savings(wrong), savings(right)) == (WHOLE, {})
        assert not Notice.objects.filter(code__startswith="WRONG_CREDIT").exists()

    def test_both_members_and_the_employer_are_told_and_neither_who_the_other_is(
        self, filing: Filing, people: Officers, wrong: Member, right: Member
    ) -> None:
        moved(people, filing, right)

        found = {notice.code: notice for notice in Notice.objects.filter(code__startswith="WRONG_CREDIT")}
        assert set(found) == {TAKEN, GIVEN, EMPLOYER}
        said = {
            code: " ".join((kinds.shown(code, notice.figures).subject, *kinds.shown(code, notice.figures).paragraphs))
            for code, notice in found.items()
        }
        for code, other in ((TAKEN, right), (GIVEN, wrong)):
            assert "1,449.00" in said[code]
            assert REASON in said[code]
            assert other.name not in said[code]
            assert other.number not in said[code]

    def test_the_trail_has_it_for_both_and_before_the_decision_for_neither(
        self, filing: Filing, people: Officers, wrong: Member, right: Member
    ) -> None:
        moved(people, filing, right)

        acts = AuditEvent.objects.filter(action__startswith="wrong_credit.", refused=False).order_by("pk")
        assert [act.action for act in acts] == ["wrong_credit.propose", "wrong_credit.approve"]
        assert acts[1].data["before"] == {"state": "PROPOSED"}
        assert acts[1].data["after"] == {"state": "POSTED"}

    def test_from_55_it_is_taken_from_akaun_55_and_given_by_the_own_age(self, office: Office, bank: Bank, people: Officers) -> None:
        """Credited below 55 to three accounts; on the day of the move one is 55 and the other past it."""
        turned, older = office.hire(birth_date=date(1971, 11, 15)), office.hire(birth_date=date(1966, 1, 1))
        filing = credited(office, bank, turned, paid=PAID)

        found = moved(people, filing, older)

        _dates, parts = legs(found)
        assert parts == {(turned.pk, "AKAUN_55"): -144_900, (older.pk, "EMAS"): 144_900}
        assert invariants.broken() == []

    def test_from_75_it_goes_to_the_employers_suspense(self, office: Office, bank: Bank, people: Officers, wrong: Member) -> None:
        old = office.hire(birth_date=date(1951, 11, 15), member_since=date(1999, 1, 1))
        filing = credited(office, bank, wrong)

        moved(people, filing, old)

        assert standing()["SUSPENSE"] == 144_900
        assert savings(old) == {}
        assert set(Notice.objects.filter(code__startswith="WRONG_CREDIT").values_list("code", flat=True)) == {TAKEN, GIVEN_HELD, EMPLOYER}
        assert invariants.broken() == []

    def test_a_closed_year_leaves_dividend_due_with_both_signs(
        self, filing: Filing, office: Office, bank: Bank, people: Officers, wrong: Member, right: Member
    ) -> None:
        credited(office, bank, office.hire(), month=WageMonth(2026, 11), paid=date(2026, 12, 31))
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO ledger_closing (through) VALUES (%s)", [date(2026, 12, 31)])
        years.mark(year=2026)

        moved(people, filing, right, on=date(2027, 3, 1))

        due = DividendDue.objects.filter(year=2026).values_list("account__holder_id", "account__code", "amount_sen", "value_date")
        expected = {(holder, code, sign * sen, date(2026, 11, 30)) for holder, sign in ((wrong.pk, -1), (right.pk, 1)) for code, sen in WHOLE.items()}
        assert set(due) == expected
        assert invariants.broken() == []

    def test_moved_to_the_wrong_person_again_it_is_moved_on(
        self, filing: Filing, office: Office, people: Officers, wrong: Member, right: Member
    ) -> None:
        another = office.hire()
        moved(people, filing, another)

        second = moved(people, filing, right)

        assert second.from_member == another
        assert (savings(wrong), savings(another), savings(right)) == (NOTHING, NOTHING, WHOLE)
        third = moved(people, filing, wrong)
        assert third.from_member == right
        assert savings(wrong) == WHOLE
        assert invariants.broken() == []


class TestNotThere:
    """Moved whole or not at all."""

    def test_what_is_held_cannot_be_taken_and_nothing_moves(self, filing: Filing, people: Officers, wrong: Member, right: Member) -> None:
        hold = withdrawals.hold(posting.member(wrong.pk, "FLEKSIBEL"), 1, on=ON)
        found = propose(people, filing, right)

        with pytest.raises(wrong_credits.NotAllowed) as refused:
            approve(people, found)

        assert refused.value.code == "TOO_LOW"
        assert refused.value.short == (wrong_credits.Short("FLEKSIBEL", 14_489, 14_490),)
        found.refresh_from_db()
        assert found.state == WrongCreditState.PROPOSED
        assert (savings(wrong), savings(right)) == (WHOLE, {})
        withdrawals.let_go(hold, on=ON)
        assert approve(people, found).state == WrongCreditState.POSTED, "on any later day"

    def test_a_frozen_account_gives_nothing(self, filing: Filing, people: Officers, wrong: Member, right: Member) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM ledger_account WHERE holder_kind = 'MEMBER' AND holder_id = %s AND code = 'PERSARAAN'", [wrong.pk])
            (account_id,) = cursor.fetchone()
        finding = invariants.Finding("entry 1", 1, (account_id,))
        freezing.freeze([invariants.Result("entry_sums_to_zero", 1, [finding], {account_id: "entry 1"})])
        found = propose(people, filing, right)

        with pytest.raises(wrong_credits.NotAllowed) as refused:
            approve(people, found)

        assert refused.value.short == (wrong_credits.Short("PERSARAAN", 0, 108_675),)


class TestWho:
    def test_one_officer_cannot_do_both(self, filing: Filing, people: Officers, right: Member) -> None:
        found = propose(people, filing, right)

        with pytest.raises(wrong_credits.NotAllowed, match="OWN_WORK"):
            approve(people, found, by=people.supervisor)

    @pytest.mark.parametrize("role", ["COUNTER_OFFICER", "AUDITOR", "ADMINISTRATOR", "WITHDRAWAL_OFFICER"])
    def test_other_officers_may_not(self, filing: Filing, people: Officers, right: Member, role: str) -> None:
        other = factories.UserFactory(role=role)
        with pytest.raises(wrong_credits.NotAllowed, match="NO_RIGHT"):
            propose(people, filing, right, by=other)
        found = propose(people, filing, right)
        with pytest.raises(wrong_credits.NotAllowed, match="NO_RIGHT"):
            approve(people, found, by=other)

    def test_refused_with_a_reason_and_withdrawn_by_its_own_officer(self, filing: Filing, people: Officers, wrong: Member, right: Member) -> None:
        found = propose(people, filing, right)
        with pytest.raises(wrong_credits.NotAllowed, match="COMMENT_MISSING"):
            wrong_credits.refuse(wrong_credit_id=found.pk, comment=" ", by=people.inspector, on=ON)
        with pytest.raises(wrong_credits.NotAllowed, match="NO_RIGHT"):
            wrong_credits.withdraw(wrong_credit_id=found.pk, by=people.inspector, on=ON)
        assert wrong_credits.refuse(wrong_credit_id=found.pk, comment="Surat tidak lengkap.", by=people.inspector, on=ON).state == "REFUSED"

        again = propose(people, filing, right)

        assert wrong_credits.withdraw(wrong_credit_id=again.pk, by=people.supervisor, on=ON).state == "WITHDRAWN"
        assert savings(wrong) == WHOLE

    def test_refusals_to_propose(self, filing: Filing, office: Office, people: Officers, wrong: Member, right: Member) -> None:
        for to, reason, code in ((wrong, REASON, "SAME_MEMBER"), (right, "  ", "REASON_MISSING")):
            with pytest.raises(wrong_credits.NotAllowed, match=code):
                propose(people, filing, to, reason=reason)
        first = propose(people, filing, right)
        assert propose(people, filing, right) == first, "a second click"
        with pytest.raises(wrong_credits.NotAllowed, match="ANOTHER_WAITS"):
            propose(people, filing, office.hire())


class TestBesideCorrections:
    def test_beside_an_open_correction_of_the_filing_nothing_is_proposed(
        self, filing: Filing, people: Officers, wrong: Member, right: Member
    ) -> None:
        was_never_a_citizen(wrong)
        prepare(people, filing)

        with pytest.raises(wrong_credits.NotAllowed, match="IN_CORRECTION"):
            propose(people, filing, right)

    @pytest.mark.parametrize("decided", [False, True])
    def test_a_row_that_was_or_is_to_be_moved_is_not_corrected(
        self, filing: Filing, people: Officers, wrong: Member, right: Member, *, decided: bool
    ) -> None:
        found = propose(people, filing, right)
        if decided:
            approve(people, found)
        was_never_a_citizen(wrong)

        made = prepare(people, filing)

        assert Correction.objects.get(pk=made.pk).state == CorrectionState.NOTHING
        (left,) = made.unreckoned.all()
        assert left.why["code"] == "ROW_MOVED"

    def test_a_corrected_row_is_moved_as_it_stands(self, filing: Filing, people: Officers, wrong: Member, right: Member) -> None:
        was_never_a_citizen(wrong)
        approved(people, filing)
        post()

        found = moved(people, filing, right)

        assert found.total == Decimal(250)
        assert sum(savings(right).values()) == 25_000
        assert sum(savings(wrong).values()) == 0
        assert invariants.broken() == []


class TestSeen:
    def test_the_members_months_say_what_happened(self, filing: Filing, people: Officers, wrong: Member, right: Member) -> None:
        moved(people, filing, right)

        (lost,) = [line for line in own.home_of(member=wrong, on=ON).months if line.moved]
        (got,) = [line for line in own.home_of(member=right, on=ON).months if line.moved]
        assert (lost.state, lost.total, lost.row_id) == (MonthStanding.LEFT_OUT, None, row_of(filing).pk), "the own employer left them out"
        assert (got.state, got.total, got.row_id) == (MonthStanding.CREDITED, Decimal(1449), row_of(filing).pk)

    def test_at_an_employer_they_never_worked_for_it_says_taken_back(self, filing: Filing, people: Officers, wrong: Member, right: Member) -> None:
        moved(people, filing, right)
        wrong.employments.update(to_date=date(2026, 10, 1))

        (lost,) = [line for line in own.home_of(member=wrong, on=ON).months if line.moved]
        assert lost.state == MonthStanding.TAKEN_BACK

    def test_the_pages_of_both(self, filing: Filing, people: Officers, wrong: Member, right: Member) -> None:
        moved(people, filing, right)

        taken = own.contribution_of(member=wrong, row_id=row_of(filing).pk, on=ON)
        given = own.contribution_of(member=right, row_id=row_of(filing).pk, on=ON)
        assert taken is not None
        assert given is not None
        assert (taken.found.taken, taken.found.credit, taken.standing.state) == (True, None, MonthStanding.TAKEN_BACK)
        assert (given.found.taken, given.found.total, given.standing.state) == (False, Decimal(1449), MonthStanding.CREDITED)
        assert given.found.credit is not None
        assert given.behind.shares is None, "the facts of the row are the other's"


class TestHeld:
    """What PostgreSQL holds, asked as the portal's role."""

    def test_nobody_changes_what_was_proposed_nor_what_was_decided(self, filing: Filing, people: Officers, right: Member) -> None:
        found = moved(people, filing, right)

        with pytest.raises(IntegrityError, match="wrong_credit_is_final"), transaction.atomic():
            WrongCredit.objects.filter(pk=found.pk).update(state="PROPOSED")

    def test_it_begins_with_whom_it_was_credited_to(self, filing: Filing, office: Office, people: Officers, right: Member) -> None:
        found = propose(people, filing, right)
        wrong_credits.withdraw(wrong_credit_id=found.pk, by=people.supervisor, on=ON)
        found.pk, found.state, found.from_member = None, WrongCreditState.PROPOSED, office.hire()

        with pytest.raises(IntegrityError, match="wrong_credit_begins|expected PROPOSED"), transaction.atomic():
            found.save(force_insert=True)
