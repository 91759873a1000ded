"""A correction: proposed by one officer, approved by another, posted as differences; old entries stay as they are."""

import copy
from datetime import date
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction

from contributions import workflow
from contributions.enums import CorrectionAction, CorrectionState, LineState
from contributions.models import Correction, CorrectionLaw, CorrectionLine, CorrectionLog
from contributions.selectors import divisions, explaining, recompute
from contributions.services import correcting, correction_news
from contributions.services import correction as corrections
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.editions import content
from kwsp_portal.editions.models import Edition
from kwsp_portal.jobs.models import Run
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Notice
from members.identity.enums import Role
from members.ledger import freezing, invariants, posting, years
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.models import DividendDue
from members.models import Member
from members.services import ages
from tests import factories
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.correcting import (
    ON,
    PAID,
    REASON,
    Officers,
    approved,
    credited,
    entries,
    moved,
    officers,
    post,
    prepare,
    was_a_citizen,
    was_never_a_citizen,
)
from tests.contributions.crediting import credit, credits_of, pay, savings, standing
from tests.contributions.paying import Bank
from tests.factories import borang_a, withdrawals

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None) -> Officers:
    return officers()


@pytest.fixture
def foreigner(office: Office) -> Member:
    """Not a citizen: 125 and 125 in October 2026."""
    member = office.hire()
    was_never_a_citizen(member)
    return member


def close(year: int, office: Office, bank: Bank) -> None:
    """All days of a year, on the last of which something is credited, then the year itself."""
    credited(office, bank, office.hire(), month=WageMonth(year, 11), paid=date(year, 12, 31))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_closing (through) VALUES (%s)", [date(year, 12, 31)])
    years.mark(year=year)


class TestMore:
    """The contribution was too small: a citizen filed as a non-citizen."""

    def test_the_employer_owes_more_and_the_member_has_it(self, office: Office, bank: Bank, people: Officers, foreigner: Member) -> None:
        filing = credited(office, bank, foreigner, foreign=[foreigner])
        before = credits_of(filing)
        was_a_citizen(foreigner)

        approved(people, filing)
        post()

        (line,) = CorrectionLine.objects.all()
        assert (line.state, line.difference, line.then_part, line.now_part) == (LineState.POSTED, Decimal(1199), "F", "A")
        assert moved(line) == {"CONTRIBUTION_DUE": -119_900, "PERSARAAN": 89_925, "SEJAHTERA": 17_985, "FLEKSIBEL": 11_990}
        assert {(booked, value) for _ref, booked, value, _code, _sen in entries()} == {(ON, date(2026, 11, 30))}
        assert savings(foreigner) == {"PERSARAAN": 108_675, "SEJAHTERA": 21_735, "FLEKSIBEL": 14_490}
        assert standing()["CONTRIBUTION_DUE"] == -119_900
        assert credits_of(filing) == before, "old entries are never touched"
        assert invariants.broken() == []

    def test_it_is_divided_by_the_law_of_the_day_on_which_it_is_booked(self, office: Office, bank: Bank, people: Officers) -> None:
        """Credited to two accounts in April 2024 and taken back from both; what is added in 2026 goes to three."""
        member = office.hire()
        filing = office.approved(borang_a.row(member), wage_month=WageMonth(2024, 3))
        pay(filing, office, bank, date(2024, 4, 12))
        credit()
        was_never_a_citizen(member)
        approved(people, filing)
        post()
        was_a_citizen(member)

        approved(people, filing)
        post()

        less, more = CorrectionLine.objects.order_by("pk")
        assert (less.then_part, less.now_part, less.difference, more.difference) == ("A", "B", Decimal(-751), Decimal(751))
        assert moved(less) == {"CREDIT": 75_100, "PERSARAAN": -52_570, "SEJAHTERA": -22_530}
        assert moved(more) == {"CONTRIBUTION_DUE": -75_100, "PERSARAAN": 56_325, "SEJAHTERA": 11_265, "FLEKSIBEL": 7_510}
        assert invariants.broken() == []

    def test_from_the_55th_birthday_it_goes_to_akaun_emas(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire(birth_date=date(1971, 11, 15))
        was_never_a_citizen(member)
        filing = credited(office, bank, member, foreign=[member])
        was_a_citizen(member)

        approved(people, filing)
        post()

        assert moved(CorrectionLine.objects.get()) == {"CONTRIBUTION_DUE": -119_900, "EMAS": 119_900}

    def test_from_the_75th_birthday_it_goes_to_the_employers_suspense(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire(birth_date=date(1951, 11, 15), member_since=date(1999, 1, 1))
        was_never_a_citizen(member)
        filing = credited(office, bank, member, foreign=[member])
        was_a_citizen(member)

        approved(people, filing)
        post()

        assert moved(CorrectionLine.objects.get()) == {"CONTRIBUTION_DUE": -200, "SUSPENSE": 200}
        assert invariants.broken() == []

    def test_valued_in_a_closed_year_it_leaves_a_row_of_dividend_due_a_posting(
        self, office: Office, bank: Bank, people: Officers, foreigner: Member
    ) -> None:
        """design/ledger.md: the next settlement finds there what the year's dividend did not have; of what is taken back, with its sign."""
        after = date(2027, 3, 1)
        filing = credited(office, bank, foreigner, foreign=[foreigner])
        close(2026, office, bank)
        for mend in (was_a_citizen, was_never_a_citizen):
            mend(foreigner)
            approved(people, filing, on=after)
            post()

        found = DividendDue.objects.order_by("pk").values_list("account__code", "year", "amount_sen", "value_date", "entry__ref", "sen_days")
        more, less = CorrectionLine.objects.order_by("pk")
        valued = date(2026, 11, 30)
        assert {(booked, value) for _ref, booked, value, _code, _sen in entries()} == {(after, valued)}
        of_members = [due for due in found if due[0] in ("PERSARAAN", "SEJAHTERA", "FLEKSIBEL")]
        days = 32  # the day of value and those after it, to 31 December
        assert sorted(of_members) == sorted(
            (code, 2026, sign * sen, valued, line.pk, sign * sen * days)
            for line, sign in ((more, 1), (less, -1))
            for code, sen in {"PERSARAAN": 89_925, "SEJAHTERA": 17_985, "FLEKSIBEL": 11_990}.items()
        )
        assert invariants.broken() == []

    def test_valued_in_an_open_year_it_leaves_none(self, office: Office, bank: Bank, people: Officers, foreigner: Member) -> None:
        close(2025, office, bank)
        filing = credited(office, bank, foreigner, foreign=[foreigner])
        was_a_citizen(foreigner)

        approved(people, filing)
        post()

        assert not DividendDue.objects.exists()


class TestLess:
    """The contribution was too large: a non-citizen filed as a citizen."""

    def test_it_is_taken_back_from_where_it_went_and_is_the_employers_credit(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)

        approved(people, filing)
        post()

        (line,) = CorrectionLine.objects.all()
        assert moved(line) == {"CREDIT": 119_900, "PERSARAAN": -89_925, "SEJAHTERA": -17_985, "FLEKSIBEL": -11_990}
        assert savings(member) == {"PERSARAAN": 18_750, "SEJAHTERA": 3_750, "FLEKSIBEL": 2_500}
        assert standing()["CREDIT"] == 119_900
        assert invariants.broken() == []

    @pytest.mark.parametrize("batch", [True, False], ids=["the books have followed", "they have not"])
    def test_after_the_55th_birthday_it_is_taken_back_from_akaun_55(self, office: Office, bank: Bank, people: Officers, batch: bool) -> None:
        """Credited at 54 to three accounts, corrected at 55, and corrected back to what it was: the second credit goes to Akaun Emas."""
        member = office.hire(birth_date=date(1971, 11, 15))
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        if batch:
            ages.bring_up(member_ids=[member.pk], on=ON, at=clock.now())

        approved(people, filing)
        post()

        (line,) = CorrectionLine.objects.all()
        assert moved(line) == {"CREDIT": 119_900, "AKAUN_55": -119_900}
        assert {code: sen for code, sen in savings(member).items() if sen} == {"AKAUN_55": 25_000}
        was_a_citizen(member)
        approved(people, filing)
        post()
        assert {code: sen for code, sen in savings(member).items() if sen} == {"AKAUN_55": 25_000, "EMAS": 119_900}
        assert [division.differs for division in divisions.of(list(recompute.lines_of(filing=filing, as_at=ON)), as_at=ON).values()] == [False]
        assert invariants.broken() == []

    def test_a_member_whose_account_is_too_low_is_refused_and_the_rest_goes_on(self, office: Office, bank: Bank, people: Officers) -> None:
        poor, other = office.hire(), office.hire()
        filing = credited(office, bank, poor, other)
        for member in (poor, other):
            was_never_a_citizen(member)
        held = posting.member(poor.pk, "SEJAHTERA")
        withdrawals.hold(held, 5_000, on=PAID)

        correction = approved(people, filing)
        post()

        correction.refresh_from_db()
        lines = {line.row.member_id: line for line in CorrectionLine.objects.select_related("row")}
        assert correction.state == CorrectionState.POSTED
        assert (lines[poor.pk].state, lines[poor.pk].refusal) == (
            LineState.REFUSED,
            {"code": "TOO_LOW", "account": "SEJAHTERA", "available_sen": 16_735, "wanted_sen": 17_985},
        )
        assert moved(lines[poor.pk]) == {}
        assert lines[other.pk].state == LineState.POSTED
        assert sum(savings(poor).values()) == 144_900
        assert invariants.broken() == []

    def test_a_frozen_account_gives_nothing(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM ledger_account WHERE holder_kind = 'MEMBER' AND holder_id = %s AND code = 'PERSARAAN'", [member.pk])
            (account,) = cursor.fetchone()
        freezing.freeze([invariants.Result("entry_sums_to_zero", 1, [invariants.Finding("entry 1", 1, (account,))], {account: "entry 1"})])

        approved(people, filing)
        post()

        line = CorrectionLine.objects.get()
        assert (line.state, line.refusal["available_sen"]) == (LineState.REFUSED, 0)

    def test_what_was_refused_can_be_proposed_again(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        held = posting.member(member.pk, "SEJAHTERA")
        hold = withdrawals.hold(held, 20_000, on=PAID)
        approved(people, filing)
        post()
        withdrawals.let_go(hold, on=ON)

        approved(people, filing)
        post()

        assert list(CorrectionLine.objects.order_by("pk").values_list("state", flat=True)) == ["REFUSED", "POSTED"]
        assert invariants.broken() == []

    def test_two_months_of_one_member_count_what_the_first_takes(self, office: Office, bank: Bank, people: Officers) -> None:
        """Each alone could be taken from what is there; both together cannot."""
        member = office.hire()
        filings = [credited(office, bank, member, month=month) for month in (OCTOBER, OCTOBER.next())]
        was_never_a_citizen(member)
        held = posting.member(member.pk, "FLEKSIBEL")
        withdrawals.hold(held, 10_000, on=PAID)

        approved(people, *filings)
        post()

        assert list(CorrectionLine.objects.order_by("pk").values_list("state", flat=True)) == ["POSTED", "REFUSED"]
        assert invariants.broken() == []


class TestTwoOfficers:
    def test_see_every_line_before_anything_is_posted(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member, office.hire())
        was_never_a_citizen(member)

        made = prepare(people, filing)

        assert (made.state, made.lines_total, made.employer_difference, made.employee_difference) == ("DRAFT", 1, Decimal(-631), Decimal(-568))
        corrected = made.filings.get()
        assert (corrected.lines_total, corrected.difference) == (1, Decimal(-1199))
        assert corrected.edition.reference.startswith("third_schedule@2025-10")
        assert entries() == []

    @pytest.mark.parametrize("role", sorted(set(Role) - corrections.OFFICERS))
    def test_of_other_roles_nobody_prepares_or_decides(self, office: Office, bank: Bank, people: Officers, role: Role) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        other = factories.UserFactory(role=role)

        with pytest.raises(corrections.NotAllowed, match="NO_RIGHT"):
            corrections.prepare(filing_ids=[filing.pk], as_at=ON, reason=REASON, by=other, on=ON)
        made = prepare(people, filing)
        corrections.propose(correction_id=made.pk, by=people.supervisor, on=ON)
        with pytest.raises(corrections.NotAllowed, match="NO_RIGHT"):
            corrections.approve(correction_id=made.pk, by=other, on=ON)

        assert AuditEvent.objects.filter(refused=True, action="correction.prepare").count() == 1

    def test_nobody_approves_the_own_and_the_database_holds_it(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        made = prepare(people, filing)
        corrections.propose(correction_id=made.pk, by=people.supervisor, on=ON)

        for act in (corrections.approve, lambda **given: corrections.refuse(comment="x", **given)):
            with pytest.raises(corrections.NotAllowed, match="OWN_WORK"):
                act(correction_id=made.pk, by=people.supervisor, on=ON)
        assert not Run.objects.filter(programme=correcting.PROGRAMME).exists()

    def test_every_state_and_action(self, office: Office, bank: Bank, people: Officers) -> None:
        """Totality: what is not in the table is refused, whoever asks."""
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        acts = {
            CorrectionAction.PROPOSE: lambda pk, by: corrections.propose(correction_id=pk, by=by, on=ON),
            CorrectionAction.WITHDRAW: lambda pk, by: corrections.withdraw(correction_id=pk, by=by, on=ON),
            CorrectionAction.APPROVE: lambda pk, by: corrections.approve(correction_id=pk, by=by, on=ON),
            CorrectionAction.REFUSE: lambda pk, by: corrections.refuse(correction_id=pk, comment="x", by=by, on=ON),
        }
        made = corrections.prepare(filing_ids=[filing.pk], as_at=ON, reason=REASON, by=people.supervisor, on=ON)
        for state in CorrectionState:
            decided = state in ("APPROVED", "POSTED", "REFUSED")
            Correction.objects.filter(pk=made.pk).update(
                state=state, decided_by=people.inspector if decided else None, decided_on=ON if decided else None
            )
            made.refresh_from_db()
            for action, act in acts.items():
                for by in (people.supervisor, people.inspector):
                    possible = action in corrections.allowed(correction=made, by=by)
                    in_table = (state, action) in workflow.CORRECTION_MOVES
                    assert not possible or in_table
                    if not possible:
                        with pytest.raises(corrections.NotAllowed):
                            act(made.pk, by)

    def test_a_refusal_needs_words_and_frees_the_filing(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        made = prepare(people, filing)
        corrections.propose(correction_id=made.pk, by=people.supervisor, on=ON)
        with pytest.raises(corrections.NotCorrectable, match="IN_ANOTHER"):
            prepare(people, filing, by=people.inspector)
        with pytest.raises(corrections.NotAllowed, match="COMMENT_MISSING"):
            corrections.refuse(correction_id=made.pk, comment=" ", by=people.inspector, on=ON)

        corrections.refuse(correction_id=made.pk, comment="Semak semula daftar.", by=people.inspector, on=ON)

        assert CorrectionLog.objects.filter(action="REFUSE", comment="Semak semula daftar.").count() == 1
        assert prepare(people, filing, by=people.inspector).state == "DRAFT"

    def test_a_withdrawn_draft_frees_the_filing_too(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        made = prepare(people, filing)

        corrections.withdraw(correction_id=made.pk, by=people.supervisor, on=ON)

        assert prepare(people, filing, by=people.inspector).state == "DRAFT"

    def test_the_draft_of_somebody_who_left_is_withdrawn_by_another_and_the_log_says_who(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        made = prepare(people, filing)
        people.supervisor.is_active = False
        people.supervisor.save()
        assert corrections.allowed(correction=made, by=people.inspector) == {CorrectionAction.WITHDRAW}

        corrections.withdraw(correction_id=made.pk, by=people.inspector, on=ON)

        assert CorrectionLog.objects.get(correction=made, action=CorrectionAction.WITHDRAW).by == people.inspector
        assert prepare(people, filing, by=people.inspector).state == "DRAFT"

    @pytest.mark.parametrize(("ids", "code"), [([999_999], "UNKNOWN"), ([], "NOT_CREDITED")])
    def test_only_credited_filings_are_corrected(self, office: Office, people: Officers, ids: list[int], code: str) -> None:
        asked = ids or [office.approved().pk]

        with pytest.raises(corrections.NotCorrectable, match=code):
            corrections.prepare(filing_ids=asked, as_at=ON, reason=REASON, by=people.supervisor, on=ON)

    def test_a_reason_is_asked_for(self, office: Office, bank: Bank, people: Officers) -> None:
        filing = credited(office, bank, office.hire())

        with pytest.raises(corrections.NotAllowed, match="REASON_MISSING"):
            corrections.prepare(filing_ids=[filing.pk], as_at=ON, reason=" ", by=people.supervisor, on=ON)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE contributions_correctionline SET now_employer = 0",
            "UPDATE contributions_correction SET reason = 'x'",
            "DELETE FROM contributions_unreckonedrow",
            "DELETE FROM contributions_correctionline",
            "UPDATE contributions_correctionlog SET comment = ''",
            "UPDATE contributions_correctionlaw SET to_id = 9",
            "DELETE FROM contributions_correctionlaw",
        ],
    )
    def test_what_was_proposed_cannot_be_changed_by_the_portal(self, statement: str) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


class TestTheLawThatWasUsed:
    def test_is_kept_once_a_chunk_with_the_postings(self, office: Office, bank: Bank, people: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(correcting, "CHUNK_LINES", 2)
        members = [office.hire() for _ in range(3)]
        filing = credited(office, bank, *members)
        for member in members:
            was_never_a_citizen(member)

        approved(people, filing)
        post()

        first = CorrectionLine.objects.order_by("pk")[0].pk
        assert [(used.from_id, used.to_id, used.on, used.edition.reference) for used in CorrectionLaw.objects.all()] == [
            (start, end, ON, "account_split@2024-05-11 ages@2017-01-01 value_date@2008-02-01 replacement@2022-04-01 correction@2008-02-01")
            for start, end in ((first, first + 2), (first + 2, first + 3))
        ]

    def test_explains_what_was_added_with_its_assumptions(self, office: Office, bank: Bank, people: Officers, foreigner: Member) -> None:
        filing = credited(office, bank, foreigner, foreign=[foreigner])
        was_a_citizen(foreigner)
        approved(people, filing)
        post()

        (found,) = explaining.behind(filing.rows.get()).corrected

        assert found.reference == f"L{found.entry.entry_id:09d}"  # type: ignore[union-attr]
        assert found.parts == {"Akaun Persaraan": Decimal("899.25"), "Akaun Sejahtera": Decimal("179.85"), "Akaun Fleksibel": Decimal("119.90")}
        assert found.why is not None
        assert found.law is not None
        said = " ".join(found.why.sentences).replace("\xa0", " ")
        for words in ("75% daripada RM 1,199.00 = RM 899.25", "tanpa menunggu bayaran majikan", "30 Nov 2026"):
            assert words in said
        assert any("serta-merta dan tidak menunggu" in reason for reason in found.why.assumptions)
        assert (found.law.reference.split()[0], found.law.changes) == ("account_split@2024-05-11", [])

    def test_what_was_taken_back_and_a_changed_rate_file_are_said(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        approved(people, filing)
        post()
        used = CorrectionLaw.objects.get()
        was = copy.deepcopy(used.edition.content)
        was["account_split"]["rates"]["below_55"]["value"]["PERSARAAN"] = "0.70"
        edition = Edition.objects.create(reference=used.edition.reference, digest=content.digest(was), content=was)
        CorrectionLaw.objects.create(correction=used.correction, from_id=used.from_id - 1, to_id=used.to_id, on=ON, edition=edition)

        (found,) = explaining.behind(filing.rows.get()).corrected

        assert found.parts["Akaun Persaraan"] == Decimal("-899.25")
        assert found.why is not None
        assert "mengikut kadar yang masuk ke setiap satu" in " ".join(found.why.sentences)
        assert found.law is not None
        assert "Akaun Persaraan 70%" in " ".join(change.then for change in found.law.changes)

    def test_an_employer_sees_the_entry_and_nobody_s_accounts(self, office: Office, bank: Bank, people: Officers, foreigner: Member) -> None:
        filing = credited(office, bank, foreigner, foreign=[foreigner])
        was_a_citizen(foreigner)
        approved(people, filing)
        post()

        (found,) = explaining.behind(filing.rows.get(), seen_by=HolderKind.EMPLOYER).corrected

        assert found.entry is not None
        assert (found.entry.amounts, found.parts) == ({"CONTRIBUTION_DUE": -119_900}, {})
        assert "Akaun" not in " ".join(found.why.sentences if found.why else ())


class TestNotices:
    def test_the_member_is_told_what_changed_by_how_much_and_why(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)

        approved(people, filing)
        post()

        notice = Notice.objects.get(whose="MEMBER")
        assert (notice.whose_id, notice.code, notice.link, notice.on) == (
            member.pk, "CORRECTION_LESS", ["member:contribution", filing.rows.get().pk], ON,
        )  # fmt: skip
        said = " ".join(kinds.shown(notice.code, notice.figures).paragraphs).replace("\xa0", " ")
        for words in ("RM 1,199.00", "RM 756.00", "RM 125.00", "Oktober 2026", office.employer.name, REASON):
            assert words in said

    def test_what_goes_to_suspense_and_comes_from_it_is_not_said_to_be_savings(self, office: Office, bank: Bank, people: Officers) -> None:
        """75 on the 15th: what is added is held with the employer, and what is taken back comes from the savings and from there."""
        member = office.hire(birth_date=date(1951, 11, 15), member_since=date(1999, 1, 1))
        was_never_a_citizen(member)
        filing = credited(office, bank, member, foreign=[member])
        for mend in (was_a_citizen, was_never_a_citizen):
            mend(member)
            approved(people, filing)
            post()

        more, less = Notice.objects.filter(whose="MEMBER").order_by("pk")
        assert (more.code, less.code) == ("CORRECTION_MORE_HELD", "CORRECTION_LESS_HELD")
        assert (more.figures["held"], more.figures["own"]) == ("2.00", "0.00")
        moves = moved(CorrectionLine.objects.order_by("pk")[1])
        assert sum(moves.values()) == 0
        assert int(Decimal(less.figures["held"]) * 100) == -moves["SUSPENSE"]
        assert int(Decimal(less.figures["own"]) * 100) == -sum(sen for code, sen in moves.items() if code not in ("SUSPENSE", "CREDIT"))
        assert "ditambah kepada simpanan" not in " ".join(kinds.shown(more.code, more.figures).paragraphs)

    def test_the_employer_is_told_once_a_filing_with_what_is_due_or_in_credit(self, office: Office, bank: Bank, people: Officers) -> None:
        less, more = office.hire(), office.hire()
        was_never_a_citizen(more)
        filing = credited(office, bank, less, more, foreign=[more])
        was_never_a_citizen(less)
        was_a_citizen(more)

        approved(people, filing)
        post()

        notice = Notice.objects.get(whose="EMPLOYER")
        assert (notice.whose_id, notice.code) == (office.employer.pk, "CORRECTION_EMPLOYER")
        assert {name: notice.figures[name] for name in ("posted", "due", "credit", "employer", "employee")} == {
            "posted": "2", "due": "1199.00", "credit": "1199.00", "employer": "0.00", "employee": "0.00",
        }  # fmt: skip

    def test_lines_that_were_refused_are_counted_and_their_members_not_told(self, office: Office, bank: Bank, people: Officers) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)
        withdrawals.hold(posting.member(member.pk, "SEJAHTERA"), 20_000, on=PAID)

        approved(people, filing)
        post()

        assert not Notice.objects.filter(whose="MEMBER").exists()
        notice = Notice.objects.get()
        assert (notice.code, notice.figures["refused"]) == ("CORRECTION_EMPLOYER_PARTLY", "1")

    def test_what_the_employer_reads_of_rows_left_out_is_true_of_money_that_is_gone_held_or_frozen(self) -> None:
        """And says nothing of which it is: that is the member's own."""
        figures = {
            **dict.fromkeys(("due", "credit", "employer", "employee"), "1.00"),
            "month": "2026-10",
            "posted": "1",
            "refused": "1",
            "reason": "B",
        }

        said = " ".join(kinds.shown("CORRECTION_EMPLOYER_PARTLY", figures).paragraphs)

        assert "buat masa ini wang itu tidak boleh diambil balik" in said
        assert "tidak lagi berada" not in said
        assert "akan menghubungi" not in said, "nobody is made to"

    @pytest.mark.parametrize("code", sorted(correction_news.KINDS))
    def test_every_kind_has_its_words(self, code: str) -> None:
        names = (
            "then",
            "now",
            "difference",
            "then_employer",
            "now_employer",
            "then_employee",
            "now_employee",
            "due",
            "credit",
            "employer",
            "employee",
            "held",
            "own",
        )
        figures = {
            **dict.fromkeys(names, "1.00"),
            "month": "2026-10",
            "value_date": "2026-11-30",
            "posted": "1",
            "refused": "1",
            "company": "A",
            "reason": "B",
        }

        assert all("%" not in words for words in kinds.shown(code, figures).paragraphs)


def test_kind_twelve_is_the_ledgers_word_for_it() -> None:
    assert EntryKind.CORRECTION == 12
