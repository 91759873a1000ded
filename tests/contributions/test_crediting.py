"""Each row once, split by the law of the crediting date."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributions.enums import FilingAction, FilingState
from contributions.models import Filing
from contributions.services import crediting
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import control
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from members.ledger import days, invariants, posting
from members.ledger.enums import EntryKind
from members.models import Member
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.crediting import Credit, credit, credits_of, pay, savings, standing
from tests.contributions.paying import Bank
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
APRIL_2024 = WageMonth(2024, 4)


@pytest.fixture
def run_of_rows(office: Office, bank: Bank):
    """Files the rows for a month, pays them on a day and lets a worker credit them; the filing."""

    def make(*rows: str, on: date = date(2026, 11, 12), month: WageMonth = OCTOBER) -> Filing:
        filing = office.approved(*rows, wage_month=month)
        pay(filing, office, bank, on)
        assert credit().failed == 0
        filing.refresh_from_db()
        return filing

    return make


class TestSplit:
    @pytest.mark.parametrize(
        ("on", "split"),
        [
            (date(2024, 5, 10), {"PERSARAAN": 101_430, "SEJAHTERA": 43_470}),
            (date(2024, 5, 11), {"PERSARAAN": 108_675, "SEJAHTERA": 21_735, "FLEKSIBEL": 14_490}),
        ],
    )
    def test_by_the_law_of_the_crediting_date(self, office: Office, run_of_rows, on: date, split: dict[str, int]) -> None:
        member = office.hire()

        filing = run_of_rows(borang_a.row(member), on=on, month=APRIL_2024)

        assert credits_of(filing) == {2: [Credit(on, date(2024, 5, 31), split)]}
        assert savings(member) == split

    @pytest.mark.parametrize(
        ("born", "split"),
        [
            (date(1971, 11, 12), {"EMAS": 144_900}),
            (date(1971, 11, 13), {"PERSARAAN": 108_675, "SEJAHTERA": 21_735, "FLEKSIBEL": 14_490}),
        ],
        ids=["on the 55th birthday", "the day before it"],
    )
    def test_from_the_55th_birthday_to_akaun_emas(self, office: Office, run_of_rows, born: date, split: dict[str, int]) -> None:
        member = office.hire(birth_date=born)

        filing = run_of_rows(borang_a.row(member))

        assert credits_of(filing)[2][0].legs == split

    def test_after_the_75th_birthday_to_the_employers_suspense(self, office: Office, run_of_rows) -> None:
        """Wages of a month in which it was still owed, credited when nothing may be credited any more (ruling 16)."""
        member = office.hire(birth_date=date(1951, 11, 11), member_since=date(1980, 1, 1))

        filing = run_of_rows(borang_a.row(member, employer="252", employee="0"))

        assert credits_of(filing)[2][0].legs == {"SUSPENSE": 25_200}
        assert savings(member) == {}
        assert filing.state == FilingState.CREDITED

    def test_the_smallest_contributions(self, office: Office, run_of_rows) -> None:
        filing = run_of_rows(borang_a.row(office.hire(), wages="25.00", employer="6", employee="5"))

        assert credits_of(filing)[2][0].legs == {"PERSARAAN": 825, "SEJAHTERA": 165, "FLEKSIBEL": 110}


@pytest.mark.parametrize(
    ("paid_on", "value_date"),
    [
        (date(2026, 11, 1), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 1)),
        (date(2027, 3, 9), date(2027, 3, 9)),
    ],
)
def test_earns_from_the_end_of_its_contribution_month_or_later_from_the_payment(run_of_rows, paid_on: date, value_date: date) -> None:
    filing = run_of_rows(on=paid_on)

    assert [(one.booked_on, one.value_date) for one in credits_of(filing)[2]] == [(paid_on, value_date)]


class TestRows:
    def test_a_row_without_money_is_passed_over(self, office: Office, run_of_rows) -> None:
        nobody, somebody = office.hire(), office.hire()

        filing = run_of_rows(borang_a.row(nobody, wages="9.00", employer="0", employee="0"), borang_a.row(somebody))

        assert list(credits_of(filing)) == [3]
        assert savings(nobody) == {}
        assert filing.state == FilingState.CREDITED

    def test_a_chunk_of_nothing_but_rows_without_money_is_done_all_the_same(
        self, office: Office, run_of_rows, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(crediting, "CHUNK_ROWS", 1)
        nobody, somebody = office.hire(), office.hire()

        filing = run_of_rows(borang_a.row(nobody, wages="9.00", employer="0", employee="0"), borang_a.row(somebody))

        assert filing.state == FilingState.CREDITED

    def test_an_employers_share_alone(self, office: Office, run_of_rows) -> None:
        member = office.hire(aged_60=True)

        filing = run_of_rows(borang_a.row(member, employer="252", employee="0"))

        assert credits_of(filing)[2][0].legs == {"EMAS": 25_200}

    def test_chunks_cover_every_row_once(self, office: Office, run_of_rows, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(crediting, "CHUNK_ROWS", 2)
        rows = [borang_a.row(office.hire()) for _ in range(5)]

        filing = run_of_rows(*rows)

        assert [len(credits_of(filing)[line]) for line in range(2, 7)] == [1] * 5
        assert Chunk.objects.filter(run__programme=crediting.PROGRAMME).count() == 3


class TestEnd:
    def test_nothing_is_left_on_the_way(self, run_of_rows) -> None:
        filing = run_of_rows()

        assert standing() == {"CONTRIBUTION_DUE": 0, "CONTRIBUTION_CLEARING": 0, "FPX_CLEARING": -144_900}
        assert (filing.state, filing.paid_on, filing.credited_on) == (FilingState.CREDITED, date(2026, 11, 12), date(2026, 11, 12))
        assert filing.log.filter(action=FilingAction.FINISH_CREDITING).count() == 1
        assert AuditEvent.objects.filter(action="filing.chunk.credited", target=f"filing:{filing.pk}").count() == 1
        assert invariants.broken() == []

    def test_the_crediting_date_is_the_runs_whenever_a_worker_comes(self, office: Office, bank: Bank) -> None:
        filing = office.approved()
        pay(filing, office, bank, date(2026, 11, 12))

        assert Run.objects.get(programme=crediting.PROGRAMME).on == date(2026, 11, 12)
        credit()
        assert [one.booked_on for one in credits_of(filing)[2]] == [date(2026, 11, 12)]

    def test_a_filing_that_is_not_paid_is_not_credited(self, office: Office) -> None:
        filing = office.approved()
        crediting.open_run(filing=filing, on=date(2026, 11, 12))

        assert credit().failed == 1
        assert credits_of(filing) == {}


class TestPoison:
    """A row that cannot be credited parks its chunk; all the others are credited, and it can be mended."""

    def test_a_dead_chunk_is_shown_mended_and_credited(self, office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(crediting, "CHUNK_ROWS", 1)
        members = [office.hire() for _ in range(3)]
        filing = office.approved(*[borang_a.row(member) for member in members])
        Member.objects.filter(pk=members[1].pk).update(birth_date=date(2027, 1, 1), member_since=date(2027, 1, 1))
        pay(filing, office, bank, date(2026, 11, 12))

        for _ in range(3):
            credit()
            Chunk.objects.update(not_before=None)

        run = Run.objects.get(programme=crediting.PROGRAMME)
        dead = run.chunks.get(state=ChunkState.DEAD)
        assert run.state == RunState.FAILED
        assert "born on 2027-01-01, after the credit of 2026-11-12" in dead.error
        filing.refresh_from_db()
        assert (filing.state, filing.credited_on, sorted(credits_of(filing))) == (FilingState.PAID, None, [2, 4])
        assert invariants.broken() == [], "what is still owed to a row stands in clearing, owned by its filing"

        Member.objects.filter(pk=members[1].pk).update(birth_date=date(1990, 1, 1))
        control.retry(chunk_id=dead.pk, by="test")
        assert credit().done == 1

        filing.refresh_from_db()
        assert (filing.state, sorted(credits_of(filing))) == (FilingState.CREDITED, [2, 3, 4])
        assert standing()["CONTRIBUTION_CLEARING"] == 0

    def test_a_row_that_was_credited_before_parks_its_chunk_at_once_and_the_rest_is_credited(
        self, office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(crediting, "CHUNK_ROWS", 1)
        filing = office.approved(*[borang_a.row(office.hire()) for _ in range(3)])
        second = filing.rows.order_by("pk")[1]
        legs = [posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -144_900), posting.Leg(posting.member(second.member_id, "PERSARAAN"), 144_900)]
        posting.post(posting.Act(EntryKind.CONTRIBUTION, second.pk, 0, date(2026, 11, 12), date(2026, 11, 30), legs))
        pay(filing, office, bank, date(2026, 11, 12))

        credit()

        run = Run.objects.get(programme=crediting.PROGRAMME)
        dead = run.chunks.get(state=ChunkState.DEAD)
        assert (run.state, dead.attempts, dead.error) == (RunState.FAILED, 1, f"posted before: CONTRIBUTION {second.pk}.0")
        assert sorted(credits_of(filing)) == [2, 3, 4]
        assert sum(savings(second.member).values()) == 144_900

    def test_a_chunk_worked_again_after_its_day_was_closed_is_credited_on_the_first_open_day(
        self, office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """By the law of that day too: the member turned 55 on it."""
        monkeypatch.setattr(crediting, "CHUNK_ROWS", 1)
        members = [office.hire(), office.hire(birth_date=date(1971, 11, 13))]
        filing = office.approved(*[borang_a.row(member) for member in members])
        Member.objects.filter(pk=members[1].pk).update(birth_date=date(2027, 1, 1), member_since=date(2027, 1, 1))
        pay(filing, office, bank, date(2026, 11, 12))
        for _ in range(3):
            credit()
            Chunk.objects.update(not_before=None)
        Member.objects.filter(pk=members[1].pk).update(birth_date=date(1971, 11, 13), member_since=date(1990, 1, 1))
        days.close(on=date(2026, 11, 20))

        control.retry(chunk_id=Chunk.objects.get(state=ChunkState.DEAD).pk, by="test")
        assert credit().done == 1

        filing.refresh_from_db()
        found = credits_of(filing)
        assert [found[2][0].booked_on, found[3][0].booked_on] == [date(2026, 11, 12), date(2026, 11, 13)]
        assert found[3][0].legs == {"EMAS": 144_900}
        assert (filing.state, filing.credited_on) == (FilingState.CREDITED, date(2026, 11, 13))
        assert filing.log.get(action=FilingAction.FINISH_CREDITING).on == date(2026, 11, 13)
        assert invariants.broken() == []


def test_cutting_a_filing_in_chunks_reads_its_own_rows_only(office: Office, run_of_rows) -> None:
    """PostgreSQL likes to answer min(id) and max(id) by walking the primary key from its ends, through the rows of every other filing."""
    filing = run_of_rows(borang_a.row(office.hire()))

    with CaptureQueriesContext(connection) as asked:
        crediting.open_run(filing=filing, on=filing.paid_on)

    (question,) = [query["sql"] for query in asked if "contributions_filingrow" in query["sql"]]
    assert 'MIN("contributions_filingrow"."id")' not in question
    assert 'MAX("contributions_filingrow"."id")' not in question
