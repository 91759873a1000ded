"""Rows that were paid into suspense and whose they turn out to be (e-CTML, ruling 14): by the employer under its flow, or by two officers."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from contributions.borang_a import layout
from contributions.enums import DueKind, MatchState, MonthStanding, RowStatus
from contributions.models import Filing, FilingRow, SuspenseMatch, WrongCredit
from contributions.selectors import savings as own
from contributions.selectors import suspense as items
from contributions.services import filing as filings
from contributions.services import leave as leaving
from contributions.services import matching, mending, wrong_credits
from contributions.services.match_news import EMPLOYER, MEMBER
from contributions.services.mending import StillWrong
from contributions.services.moves import NotAllowed
from employers.models import FlowChoice
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.services import Upload
from kwsp_portal.notify.models import Notice
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.ledger import invariants
from members.models import Member
from tests import factories
from tests.contributions.conftest import NOVEMBER, OCTOBER, ON, Office, work
from tests.contributions.correcting import Officers, officers
from tests.contributions.crediting import credit, pay, savings, standing
from tests.contributions.paying import PAID_AT, Bank
from tests.contributions.test_filing_races import outcomes
from tests.contributions.test_late_charges import run
from tests.contributions.test_late_paying import LATE, credited
from tests.contributions.test_late_paying import pay as pay_late
from tests.factories import borang_a, leave
from tests.factories.contributions import StoredFileFactory
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)
PAID = date(2026, 11, 12)
AFTER = date(2026, 11, 20)
WHOLE = {"PERSARAAN": 108_675, "SEJAHTERA": 21_735, "FLEKSIBEL": 14_490}
PAPER = Upload("surat-majikan.pdf", b"%PDF-1.4 surat majikan")
REASON = "Majikan sudah tutup; slip gaji menunjukkan orangnya."


@pytest.fixture(autouse=True)
def _tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    monkeypatch.setattr(clock, "now", lambda: PAID_AT)
    cache.clear()


@pytest.fixture
def member(office: Office) -> Member:
    return office.hire(user=factories.UserFactory())


def handed_in(office: Office, *rows: str, month: WageMonth = OCTOBER) -> Filing:
    """Read, its unmatched rows to be paid into suspense, approved."""
    filing = work(office.send(borang_a.file(*rows), wage_month=month))
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON, apart=True, suspense=True)
    leave.approve(filing_id=filing.pk, by=office.checker, on=ON)
    return Filing.objects.get(pk=filing.pk)


def misspelt(member: Member, *figures: str) -> str:
    return borang_a.row(member, *figures).replace(member.name, "ORANG YANG LAIN")


@pytest.fixture
def row(office: Office, bank: Bank, member: Member) -> FilingRow:
    """A row of RM1,449 whose name is another's, paid and in suspense, beside one that holds."""
    filing = handed_in(office, borang_a.row(office.hire()), misspelt(member))
    pay(filing, office, bank, PAID)
    credit()
    return filing.rows.get(status=RowStatus.UNMATCHED)


def stated(member: Member) -> dict[str, str]:
    return {layout.MEMBER_NUMBER: member.number, layout.IDENTITY: member.identity_number, layout.NAME: member.name}


def propose(office: Office, row: FilingRow, member: Member, by: User | None = None) -> SuspenseMatch:
    return matching.propose(row_id=row.pk, stated=stated(member), by=by or office.maker, on=AFTER)


def code_of(found: SuspenseMatch, by: User) -> Approval:
    shown = leaving.to_match(SuspenseMatch.objects.select_related("employer", "member", "row__filing").get(pk=found.pk))
    return leave.leave_for(user=by, purpose=Purpose.EMPLOYER_APPROVAL, shown=shown, at=PAID_AT)


def approve(found: SuspenseMatch, by: User, on: date = AFTER) -> SuspenseMatch:
    approval = None if found.by_officer else code_of(found, by)
    return matching.approve(match_id=found.pk, by=by, on=on, at=PAID_AT, approval=approval)


def entries(found: SuspenseMatch) -> list[tuple[int, date, date, dict[tuple[str, str], int]]]:
    """Part, dates and sen by holder and account, in SQL of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.part, e.booked_on, e.value_date, jsonb_object_agg(a.holder_kind || ' ' || a.code, p.amount_sen) FROM ledger_entry e "
            "JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id WHERE e.kind = 30 AND e.ref = %s "
            "GROUP BY e.id ORDER BY e.part",
            [found.pk],
        )
        found = cursor.fetchall()
    return [(part, booked, valued, {tuple(key.split(" ")): sen for key, sen in json.loads(legs).items()}) for part, booked, valued, legs in found]


class TestByTheEmployer:
    def test_who_prepares_says_it_who_approves_agrees_and_the_money_keeps_its_value_date(
        self, office: Office, row: FilingRow, member: Member
    ) -> None:
        assert (standing()["SUSPENSE"], savings(member)) == (144_900, {})
        found = propose(office, row, member)
        assert (savings(member), found.state) == ({}, MatchState.PROPOSED)
        assert propose(office, row, member) == found, "a second click"

        found = approve(found, office.checker)

        [(part, booked, valued, legs)] = entries(found)
        assert (part, booked, valued) == (0, AFTER, date(2026, 11, 30))
        assert legs == {("EMPLOYER", "SUSPENSE"): -144_900, **{("MEMBER", code): sen for code, sen in WHOLE.items()}}
        assert (standing()["SUSPENSE"], savings(member)) == (0, WHOLE)
        assert (found.state, found.posted_on, found.decided_by) == (MatchState.POSTED, AFTER, office.checker)
        assert FilingRow.objects.get(pk=row.pk).status == RowStatus.UNMATCHED, "the row itself is never changed"
        assert set(Notice.objects.filter(code__startswith="SUSPENSE_").values_list("code", flat=True)) == {MEMBER, EMPLOYER}
        acts = AuditEvent.objects.filter(action__startswith="suspense_match.", refused=False).order_by("seq")
        assert [act.action for act in acts] == ["suspense_match.propose", "suspense_match.approve"]
        assert (acts[1].data["before"], acts[1].data["after"]) == ({"state": "PROPOSED"}, {"state": "POSTED"})
        assert invariants.broken() == []

    def test_what_does_not_hold_is_said_as_the_reader_says_it(self, office: Office, row: FilingRow, member: Member) -> None:
        stranger, other = factories.MemberFactory(), office.hire()

        for about, code in (
            (stated(stranger), "NUMBER_UNKNOWN"),
            ({**stated(member), layout.NAME: other.name}, "NAME_DIFFERS"),
            ({**stated(member), layout.IDENTITY: other.identity_number}, "IDENTITY"),
        ):
            with pytest.raises(StillWrong, match=code):
                matching.propose(row_id=row.pk, stated=about, by=office.maker, on=AFTER)
        assert not SuspenseMatch.objects.exists()

    def test_somebody_who_has_the_month_already_has_it_once(self, office: Office, row: FilingRow) -> None:
        there = row.filing.rows.get(status=RowStatus.VALID).member
        assert there is not None

        with pytest.raises((StillWrong, matching.NotAllowed), match="TWICE|FILED"):
            propose(office, row, there)

    def test_nobody_approves_alone_and_the_right_is_asked_of_both(self, office: Office, row: FilingRow, member: Member) -> None:
        with pytest.raises(matching.NotAllowed, match="NO_RIGHT"):
            propose(office, row, member, by=factories.RepresentativeFactory(checker=True).user)
        both = office.colleague(administrator=True)
        found = propose(office, row, member, by=both)

        for by, code in ((both, "OWN_WORK"), (office.maker, "NO_RIGHT")):
            with pytest.raises(matching.NotAllowed, match=code):
                approve(found, by)
        with pytest.raises(matching.NotAllowed, match="NO_RIGHT"):
            matching.withdraw(match_id=found.pk, by=office.maker, on=AFTER)
        with pytest.raises(matching.NotAllowed, match="COMMENT_MISSING"):
            matching.refuse(match_id=found.pk, comment=" ", by=office.checker, on=AFTER)
        assert matching.withdraw(match_id=found.pk, by=both, on=AFTER).state == MatchState.WITHDRAWN
        assert savings(member) == {}

    def test_the_code_is_for_just_this_match_and_is_spent(self, office: Office, row: FilingRow, member: Member) -> None:
        found = propose(office, row, member)
        shown = {**leaving.to_match(found), "member": "99999999"}
        other = leave.leave_for(user=office.checker, purpose=Purpose.EMPLOYER_APPROVAL, shown=shown, at=PAID_AT)

        with pytest.raises(tac.Refused, match="OTHER_ACT"):
            matching.approve(match_id=found.pk, by=office.checker, on=AFTER, at=PAID_AT, approval=other)

        assert (savings(member), SuspenseMatch.objects.get().state) == ({}, MatchState.PROPOSED)

    def test_an_employer_without_a_checker_approves_its_own_and_postgresql_asks_which_flow_was_chosen(
        self, office: Office, row: FilingRow, member: Member
    ) -> None:
        with pytest.raises(IntegrityError, match="flow_as_chosen"), transaction.atomic():
            SuspenseMatch.objects.create(
                row=row, employer=office.employer, member=member, amount=Decimal(1449), by_officer=False, flow="SINGLE", proposed_by=office.checker,
                proposed_on=AFTER,
            )  # fmt: skip
        both = office.colleague(administrator=True)
        FlowChoice.objects.create(employer=office.employer, flow="SINGLE", under_way="NONE", chosen_by=both, chosen_on=ON)
        found = propose(office, row, member, by=both)

        assert approve(found, both).state == MatchState.POSTED
        assert invariants.broken() == []

    def test_another_choice_of_flow_gives_back_what_waits(self, office: Office, row: FilingRow, member: Member) -> None:
        found = propose(office, row, member)

        with transaction.atomic():
            matching.send_back(employer=office.employer, by=office.checker, on=AFTER)

        found.refresh_from_db()
        assert found.state == MatchState.WITHDRAWN
        assert propose(office, row, member).pk != found.pk

    def test_a_posted_match_is_final_in_postgresql_too_and_the_row_is_matched_once(self, office: Office, row: FilingRow, member: Member) -> None:
        found = approve(propose(office, row, member), office.checker)

        with pytest.raises(matching.NotAllowed, match="MATCHED"):
            propose(office, row, office.hire())
        with pytest.raises(matching.NotAllowed, match="WRONG_STATE"):
            approve(found, office.checker)
        with pytest.raises(IntegrityError, match="suspense_match_is_final"), transaction.atomic():
            SuspenseMatch.objects.update(state="PROPOSED")
        valid = row.filing.rows.get(status=RowStatus.VALID)
        with pytest.raises(IntegrityError, match="suspense_match_begins|expected PROPOSED"), transaction.atomic():
            SuspenseMatch.objects.create(
                row=valid,
                employer=office.employer,
                member=member,
                amount=Decimal(1449),
                by_officer=False,
                proposed_by=office.maker,
                proposed_on=AFTER,
            )


class TestByOfficers:
    @pytest.fixture
    def people(self) -> Officers:
        return officers()

    def said(self, people: Officers, row: FilingRow, member: Member, by: User | None = None) -> SuspenseMatch:
        given = {"row_id": row.pk, "member": member, "reason": REASON, "document": PAPER}
        return matching.propose_as_officer(**given, by=by or people.supervisor, on=AFTER)  # type: ignore[arg-type]

    def test_one_says_it_with_a_paper_and_another_agrees(self, people: Officers, row: FilingRow, member: Member) -> None:
        found = self.said(people, row, member)
        assert self.said(people, row, member) == found, "a second click"
        with pytest.raises(matching.NotAllowed, match="OWN_WORK"):
            approve(found, people.supervisor)

        approve(found, people.inspector)

        assert (standing()["SUSPENSE"], savings(member)) == (0, WHOLE)
        assert invariants.broken() == []

    def test_others_may_not_and_both_sides_do_not_cross(self, people: Officers, office: Office, row: FilingRow, member: Member) -> None:
        with pytest.raises(matching.NotAllowed, match="NO_RIGHT"):
            self.said(people, row, member, by=factories.UserFactory(role="AUDITOR"))
        with pytest.raises(matching.NotAllowed, match="REASON_MISSING"):
            matching.propose_as_officer(row_id=row.pk, member=member, reason=" ", document=PAPER, by=people.supervisor, on=AFTER)
        found = self.said(people, row, member)

        with pytest.raises(matching.NotAllowed, match="ANOTHER_WAITS"):
            propose(office, row, member)
        with pytest.raises(matching.NotAllowed, match="NO_RIGHT"):
            matching.refuse(match_id=found.pk, comment="x", by=office.checker, on=AFTER)
        assert matching.refuse(match_id=found.pk, comment="Bukan dia.", by=people.inspector, on=AFTER).state == MatchState.REFUSED
        old = factories.MemberFactory(birth_date=date(1951, 11, 15), member_since=date(1999, 1, 1))
        with pytest.raises(matching.NotAllowed, match="TOO_OLD"):
            self.said(people, row, old)
        assert standing()["SUSPENSE"] == 144_900


class TestItsLateness:
    def test_the_dividend_of_its_lateness_goes_along_with_its_own_value_date(self, office: Office, bank: Bank, member: Member) -> None:
        filing = handed_in(office, misspelt(member), borang_a.row(office.hire()))
        pay_late(filing, office, bank, LATE, list(DueKind))
        credit()
        run(LATE)
        row = filing.rows.get(status=RowStatus.UNMATCHED)
        found = propose(office, row, member)
        with pytest.raises(matching.NotAllowed, match="BUSY"):
            approve(found, office.checker, on=LATE)
        credited()
        lost = standing()["SUSPENSE"] - 144_900
        assert lost > 0

        approve(found, office.checker, on=LATE)

        parts = entries(found)
        assert [(part, valued) for part, _booked, valued, _legs in parts] == [(0, LATE), (1, LATE)]
        assert (standing()["SUSPENSE"], sum(savings(member).values())) == (0, 144_900 + lost)
        assert invariants.broken() == []

    def test_what_comes_after_the_match_comes_to_the_member(self, office: Office, bank: Bank, member: Member) -> None:
        filing = handed_in(office, misspelt(member), borang_a.row(office.hire()))
        pay_late(filing, office, bank, LATE, [])
        credit()
        run(LATE)
        approve(propose(office, filing.rows.get(status=RowStatus.UNMATCHED), member), office.checker, on=LATE)
        pay_late(Filing.objects.get(pk=filing.pk), office, bank, LATE, [DueKind.DIVIDEND])

        credited()

        assert standing()["SUSPENSE"] == 0
        assert sum(savings(member).values()) > 144_900
        assert invariants.broken() == []


class TestSeen:
    def test_the_member_s_month_and_page_say_so(self, office: Office, row: FilingRow, member: Member) -> None:
        before = {line.month: line.state for line in own.home_of(member=member, on=AFTER).months}
        assert before[OCTOBER] == MonthStanding.LEFT_OUT
        assert own.contribution_of(member=member, row_id=row.pk, on=AFTER) is None

        approve(propose(office, row, member), office.checker)

        (line,) = [line for line in own.home_of(member=member, on=AFTER).months if line.moved]
        assert (line.month, line.state, line.total) == (OCTOBER, MonthStanding.CREDITED, Decimal(1449))
        page = own.contribution_of(member=member, row_id=row.pk, on=AFTER)
        assert page is not None
        assert (page.standing.state, page.found.matched is not None, page.behind.shares) == (MonthStanding.CREDITED, True, None)

    def test_the_account_shows_whose_it_became(self, office: Office, row: FilingRow, member: Member) -> None:
        (item,) = items.items_of(office.employer)
        assert (item.row_id, item.match) == (row.pk, None)
        found = approve(propose(office, row, member), office.checker)

        went, came = items.items_of(office.employer)

        assert (went.amount, came.amount, came.match) == (Decimal(-1449), Decimal(1449), found)

    def test_another_month_of_the_same_person_is_another_matter(self, office: Office, bank: Bank, row: FilingRow, member: Member) -> None:
        approve(propose(office, row, member), office.checker)
        later = handed_in(office, borang_a.row(office.hire()), misspelt(member), month=NOVEMBER)
        pay(later, office, bank, PAID)
        credit()

        approve(propose(office, later.rows.get(status=RowStatus.UNMATCHED), member), office.checker)

        assert {account: 2 * sen for account, sen in WHOLE.items()} == savings(member)
        assert invariants.broken() == []


PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "a match that was never posted": (
        ["DELETE FROM ledger_posting WHERE entry_id = (SELECT id FROM ledger_entry WHERE kind = 30)", "DELETE FROM ledger_entry WHERE kind = 30"],
        {("match_is_posted_once", "match {match}")},
    ),
    "a match posted for nobody": (
        ["UPDATE ledger_entry SET ref = 9999 WHERE kind = 30"],
        {("match_is_posted_once", "match {match}"), ("match_is_posted_once", "match 9999")},
    ),
    "a match on another member's account": (
        [
            "UPDATE ledger_posting SET account_id = (SELECT id FROM ledger_account WHERE holder_kind = 'MEMBER' AND holder_id <> {member} "
            "AND code = 'SEJAHTERA' LIMIT 1), version = 99 WHERE amount_sen = 21735 AND entry_id = (SELECT id FROM ledger_entry WHERE kind = 30)"
        ],
        {("match_moves_its_own_people_s_money", "match {match} on MEMBER {other} SEJAHTERA")},
    ),
    "a match of another amount than the row": (
        [
            "ALTER TABLE contributions_suspensematch DISABLE TRIGGER suspense_match_is_final",
            "UPDATE contributions_suspensematch SET amount = amount + 100",
            "ALTER TABLE contributions_suspensematch ENABLE ALWAYS TRIGGER suspense_match_is_final",
        ],
        {("match_is_posted_once", "match {match}"), ("match_is_of_a_row_in_suspense", "match {match}")},
    ),
    "a dividend of lateness that stayed behind": (
        [
            "INSERT INTO ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen) "
            "SELECT 999, id, 7, 99, 7 FROM ledger_account WHERE code = 'SUSPENSE'",
            "INSERT INTO ledger_posting (entry_id, account_id, amount_sen) SELECT 999, id, -7 FROM ledger_account WHERE code = 'BANK' OR "
            "code = 'CONTRIBUTION_CLEARING' ORDER BY id LIMIT 1",
            "INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date) VALUES (999, 24, {row}, 0, '2026-11-20', '2026-11-20')",
        ],
        {("matched_row_leaves_no_dividend_behind", "match {match}"), ("contribution_clearing_is_owed_to_rows", "contribution clearing")},
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_to_matches_is_named_with_its_row(office: Office, row: FilingRow, member: Member, case: str) -> None:
    found = approve(propose(office, row, member), office.checker)
    damage, expected = PLANTED[case]
    other = row.filing.rows.get(status=RowStatus.VALID).member_id
    names = {"match": found.pk, "member": member.pk, "other": other, "row": row.pk}

    plant(*[statement.format(**names) for statement in damage])

    results = {result.name.removeprefix("contributions."): result for result in invariants.run() if result.name.startswith("contributions.")}
    named = {(name, finding.what) for name, result in results.items() for finding in result.findings}
    assert named == {(name, what.format(**names)) for name, what in expected}


def moved_on(people: Officers, row: FilingRow, to: Member, on: date = AFTER) -> WrongCredit:
    """Two officers say that it is another's after all."""
    found = wrong_credits.propose(row_id=row.pk, to_member=to, reason=REASON, document=PAPER, by=people.supervisor, on=on)
    return wrong_credits.approve(wrong_credit_id=found.pk, by=people.inspector, on=on, at=PAID_AT)


class TestMovedOn:
    """A match that gave the money to the wrong member is put right as any wrong credit."""

    @pytest.fixture
    def people(self) -> Officers:
        return officers()

    @pytest.fixture
    def right(self, office: Office) -> Member:
        return office.hire(user=factories.UserFactory())

    def test_it_goes_whole_from_whom_the_match_named_to_whose_it_is(
        self, office: Office, people: Officers, row: FilingRow, member: Member, right: Member
    ) -> None:
        approve(propose(office, row, member), office.checker)

        found = moved_on(people, row, right)

        assert (found.from_member, found.total) == (member, Decimal(1449))
        assert (savings(member), savings(right)) == (dict.fromkeys(WHOLE, 0), WHOLE)
        assert invariants.broken() == []
        months = {one: own.home_of(member=one, on=AFTER) for one in (member, right)}
        assert months[right].latest is not None
        assert months[right].latest.moved == found
        assert months[member].latest is None
        there, here = (own.contribution_of(member=one, row_id=row.pk, on=AFTER) for one in (member, right))
        assert there is not None
        assert (there.standing.state, there.found.matched) == (MonthStanding.TAKEN_BACK, None)
        assert here is not None
        assert here.found.credit is not None
        back = moved_on(people, row, member)
        assert (back.from_member, savings(member), savings(right)) == (right, WHOLE, dict.fromkeys(WHOLE, 0))
        assert invariants.broken() == []
        lost = own.contribution_of(member=right, row_id=row.pk, on=AFTER)
        assert lost is not None, "the notice that it was taken back leads to it"

    def test_the_dividend_of_its_lateness_is_no_part_of_it(self, office: Office, bank: Bank, people: Officers, member: Member, right: Member) -> None:
        filing = handed_in(office, misspelt(member), borang_a.row(office.hire()))
        pay_late(filing, office, bank, LATE, list(DueKind))
        credit()
        run(LATE)
        credited()
        late_row = filing.rows.get(status=RowStatus.UNMATCHED)
        approve(propose(office, late_row, member), office.checker, on=LATE)
        dividend = sum(savings(member).values()) - 144_900
        assert dividend > 0

        moved_on(people, late_row, right, on=LATE)

        assert (sum(savings(right).values()), sum(savings(member).values())) == (144_900, dividend)
        assert invariants.broken() == []

    def test_a_row_that_nobody_was_credited_for_is_not_moved(self, people: Officers, row: FilingRow, right: Member) -> None:
        with pytest.raises(wrong_credits.NotAllowed, match="NOT_CREDITED"):
            moved_on(people, row, right)
        of = {
            "row": row,
            "from_member": factories.MemberFactory(),
            "to_member": right,
            "employer_share": Decimal(756),
            "employee_share": Decimal(693),
        }
        said = {"reason": REASON, "document": StoredFileFactory(), "proposed_by": people.supervisor, "proposed_on": AFTER}
        with pytest.raises(IntegrityError, match="wrong_credit_begins"), transaction.atomic():
            WrongCredit.objects.create(**of, **said)


class TestFiledAgain:
    """Whose a row in suspense is has the month by it, as by any row."""

    def added(self, office: Office, *rows: str) -> Filing:
        sent = filings.upload(
            employer=office.employer, wage_month=OCTOBER, name="tambahan.csv", content=borang_a.file(*rows), by=office.maker, on=AFTER, adds=True
        )
        return work(sent)

    def said(self, row: FilingRow, member: Member) -> SuspenseMatch:
        """By an officer, who does not ask what the employer has begun to write."""
        by = officers().supervisor
        return matching.propose_as_officer(row_id=row.pk, member=member, reason=REASON, document=PAPER, by=by, on=AFTER)

    @pytest.mark.parametrize("agreed", [True, False])
    def test_the_same_wages_are_not_filed_twice(self, office: Office, row: FilingRow, member: Member, agreed: bool) -> None:
        found = propose(office, row, member)
        if agreed:
            approve(found, office.checker)

        again = self.added(office, borang_a.row(member)).rows.get()

        assert (again.status, [problem["code"] for problem in again.problems]) == (RowStatus.INVALID, ["MEMBER_FILED"])

    def test_whom_it_was_moved_on_to_has_it_too(self, office: Office, row: FilingRow, member: Member) -> None:
        right = office.hire()
        approve(propose(office, row, member), office.checker)
        moved_on(officers(), row, right)

        again = self.added(office, borang_a.row(right)).rows.get()

        assert [problem["code"] for problem in again.problems] == ["MEMBER_FILED"]

    def test_higher_wages_top_up_what_the_match_gave(self, office: Office, bank: Bank, row: FilingRow, member: Member) -> None:
        approve(propose(office, row, member), office.checker)
        more = self.added(office, borang_a.row(member, "8000.00", "960", "880"))
        assert [problem["code"] for problem in more.rows.get().problems] == ["WAGES_RAISED"]

        mending.mend_row(filing_id=more.pk, line=more.rows.get().line, cells={}, by=office.maker, on=AFTER, tops_up=True)

        filings.submit(filing_id=more.pk, by=office.maker, declaration=True, on=AFTER)
        leave.approve(filing_id=more.pk, by=office.checker, on=AFTER)
        topped = FilingRow.objects.get(filing=more)
        assert (topped.tops_up_id, topped.employer_share, topped.employee_share) == (row.pk, Decimal(204), Decimal(187))
        assert invariants.broken() == []

    def test_a_match_after_the_person_was_read_stops_what_goes_forward(self, office: Office, row: FilingRow, member: Member) -> None:
        """The reading asked before two officers said it; handing in asks again, with the employer locked."""
        filing = self.added(office, borang_a.row(member))
        self.said(row, member)

        with pytest.raises(NotAllowed, match="FILED_TWICE"):
            filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=AFTER)

    def test_a_match_and_the_approval_of_a_filing_of_the_same_person_at_one_moment(self, office: Office, row: FilingRow, member: Member) -> None:
        filing = self.added(office, borang_a.row(member))
        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=AFTER)
        given = leave.to_approve(filing.pk, office.checker)

        found = outcomes(
            lambda: self.said(row, member),
            lambda: filings.approve(filing_id=filing.pk, by=office.checker, approval=given, on=AFTER, at=PAID_AT),
        )

        assert found in (["FILED", "done"], ["FILED_TWICE", "done"])
