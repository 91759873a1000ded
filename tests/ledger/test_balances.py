"""The reader: balances now and as at any day, statements, a holder's entries; each one query."""

import datetime

import pytest

from members.ledger import balances, posting
from members.ledger.enums import EntryKind, HolderKind
from tests.ledger.acts import DAY, LATER, contribution, due, payout

pytestmark = pytest.mark.django_db

MEMBER = HolderKind.MEMBER


@pytest.fixture(autouse=True)
def _history() -> None:
    """Member 7: RM120 on 15 January, RM240 and a payout of RM50 on 2 March; member 8 has savings of their own."""
    posting.post_many([contribution(1, 7), contribution(2, 8, 50000)])
    posting.post_many([contribution(3, 7, 24000, day=LATER), payout(1, 7, 5000)])


def test_the_balance_as_at_a_day_is_the_same_after_later_postings():
    assert balances.balances_on(MEMBER, 7, DAY - datetime.timedelta(days=1)) == {}
    assert balances.balances_on(MEMBER, 7, DAY) == {"PERSARAAN": 9000, "SEJAHTERA": 1800, "FLEKSIBEL": 1200}
    assert balances.balance_on(MEMBER, 7, "PERSARAAN", LATER - datetime.timedelta(days=1)) == 9000
    assert balances.balances_on(MEMBER, 7, LATER) == balances.balances_of(MEMBER, 7)
    assert balances.balance_on(MEMBER, 7, "EMAS", LATER) == 0


def test_a_statement_runs_from_the_newest_line_and_goes_on_where_a_page_ended():
    first = balances.statement(MEMBER, 7, "PERSARAAN", limit=2)
    second = balances.statement(MEMBER, 7, "PERSARAAN", limit=2, before_version=first[-1].version)

    assert [(line.kind, line.amount_sen, line.balance_after_sen) for line in first] == [
        (EntryKind.PAYOUT, -5000, 22000),
        (EntryKind.CONTRIBUTION, 18000, 27000),
    ]
    assert [(line.amount_sen, line.balance_after_sen, line.booked_on) for line in second] == [(9000, 9000, DAY)]
    assert balances.statement(MEMBER, 7, "EMAS") == []


def test_a_holders_entries_of_a_kind_are_theirs_alone_with_amounts_by_account():
    latest = balances.entries_of(MEMBER, 7, EntryKind.CONTRIBUTION, limit=1)
    every = balances.entries_of(MEMBER, 7, EntryKind.CONTRIBUTION)

    assert [view.ref for view in every] == [3, 1]
    assert latest == every[:1]
    assert latest[0].amounts == {"PERSARAAN": 18000, "SEJAHTERA": 3600, "FLEKSIBEL": 2400}
    assert list(latest[0].amounts) == ["PERSARAAN", "SEJAHTERA", "FLEKSIBEL"]
    assert (latest[0].total_sen, latest[0].booked_on) == (24000, LATER)


def test_an_employers_entries_show_what_was_owed():
    posting.post(due(9, 4, 36000))

    assert [view.amounts for view in balances.entries_of(HolderKind.EMPLOYER, 4, EntryKind.FILING_DUE)] == [{"CONTRIBUTION_DUE": -36000}]


def test_entries_are_found_by_their_causes():
    found = balances.entry_ids(EntryKind.CONTRIBUTION, [1, 2, 99])

    assert set(found) == {(1, 0), (2, 0)}


def test_fund_accounts_are_sums():
    assert balances.fund_balance("CONTRIBUTION_CLEARING") == -86000
    assert balances.fund_balance("PAYOUT_CLEARING") == 5000
    assert balances.fund_balance("DDA_CLEARING") == 0


@pytest.mark.parametrize(
    "read",
    [
        lambda: balances.balances_of(MEMBER, 7),
        lambda: balances.balances_on(MEMBER, 7, LATER),
        lambda: balances.statement(MEMBER, 7, "PERSARAAN"),
        lambda: balances.entries_of(MEMBER, 7, EntryKind.CONTRIBUTION),
    ],
)
def test_each_reading_is_one_query(django_assert_num_queries, read):
    with django_assert_num_queries(1):
        read()


def test_a_balance_of_the_fund_is_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        balances.fund_balance("PAYOUT_CLEARING")


@pytest.fixture
def _late_worker() -> None:
    """Member 9: what was booked on 2 March is posted first; what was booked on 15 January (RM120) comes to a worker after it."""
    posting.post_many([contribution(91, 9, 24000, day=LATER)])
    posting.post_many([contribution(92, 9, 12000)])


@pytest.mark.usefixtures("_late_worker")
def test_what_is_posted_late_is_in_the_balance_of_its_day_though_the_account_was_opened_after_it():
    assert balances.balances_on(MEMBER, 9, DAY) == {"PERSARAAN": 9000, "SEJAHTERA": 1800, "FLEKSIBEL": 1200}
    assert balances.balances_on(MEMBER, 9, LATER) == balances.balances_of(MEMBER, 9)


@pytest.mark.usefixtures("_late_worker")
def test_lines_of_a_period_run_by_booked_day_and_their_balances_add_up_to_its_closing():
    def lines(since: datetime.date, until: datetime.date, **page: int) -> list[tuple[datetime.date, int, int]]:
        found = balances.lines_between(MEMBER, 9, "PERSARAAN", since=since, until=until, **{"limit": 25, **page})
        return [(line.booked_on, line.amount_sen, line.balance_after_sen) for line in found]

    everything = [(LATER, 18000, 27000), (DAY, 9000, 9000)]
    assert lines(DAY, LATER) == everything
    assert lines(DAY, LATER, limit=1, offset=1) == everything[1:]
    assert lines(DAY, DAY) == everything[1:]
    assert lines(LATER, LATER) == everything[:1]
    flow = balances.turnover(MEMBER, 9, "PERSARAAN", since=LATER, until=LATER)
    assert (flow.opening_sen, flow.closing_sen) == (9000, 27000)
