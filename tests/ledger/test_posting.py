"""post, post_once, post_many, reverse: what they write, and what they refuse without writing anything."""

import datetime

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from members.ledger import balances, posting
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.posting import engine, rows
from tests.ledger.acts import DAY, LATER, contribution, due, payout, unsound, value

pytestmark = pytest.mark.django_db


def stands(member_id: int) -> dict[str, int]:
    return balances.balances_of(HolderKind.MEMBER, member_id)


def test_an_act_moves_money_and_opens_the_accounts_it_needs():
    entry_id = posting.post(contribution(1, 7))

    assert stands(7) == {"PERSARAAN": 9000, "SEJAHTERA": 1800, "FLEKSIBEL": 1200}
    assert balances.fund_balance("CONTRIBUTION_CLEARING") == -12000
    assert value("SELECT opened_on FROM ledger_account WHERE holder_id = 7 LIMIT 1") == DAY
    assert value("SELECT kind FROM ledger_entry WHERE id = %s", entry_id) == EntryKind.CONTRIBUTION
    assert unsound() == set()


def test_each_account_of_a_chunk_is_opened_on_the_day_of_its_own_first_act():
    posting.post_many([contribution(1, 7, day=LATER), contribution(2, 8, day=DAY), contribution(3, 7, day=DAY)])

    opened = "SELECT array_agg(DISTINCT opened_on) FROM ledger_account WHERE holder_id = %s AND holder_kind = 'MEMBER'"
    assert value(opened, 7) == [DAY], "its second act is the earlier one"
    assert value(opened, 8) == [DAY]
    posting.post_many([contribution(4, 8, day=LATER), contribution(5, 9, day=LATER)])
    assert value(opened, 9) == [LATER]
    assert value(opened, 8) == [DAY]


def test_accounts_that_another_opened_since_they_were_looked_for_are_not_opened_twice(monkeypatch):
    """So many are opened by COPY, which takes none of them where one stands."""
    posting.post_many([due(number, number, 100) for number in range(1, 251)])
    find = rows.find
    seen = [{}]
    monkeypatch.setattr(rows, "find", lambda *given: seen.pop() if seen else find(*given))

    posting.post_many([due(1000 + number, number, 200) for number in range(240, 500)])

    assert value("SELECT count(*) FROM ledger_account WHERE holder_kind = 'EMPLOYER'") == 499
    owed = [balances.balances_of(HolderKind.EMPLOYER, number)["CONTRIBUTION_DUE"] for number in (239, 240, 250, 251, 499)]
    assert owed == [-100, -300, -300, -200, -200]
    assert unsound() == set()


def test_an_employer_may_owe_and_fund_accounts_have_no_balance_row():
    posting.post(due(1, 4, 75600))

    assert balances.balances_of(HolderKind.EMPLOYER, 4) == {"CONTRIBUTION_DUE": -75600}
    assert value("SELECT count(*) FROM ledger_balance") == 1


def test_a_natural_key_is_posted_once_and_the_transaction_goes_on():
    first = posting.post(contribution(1, 7))

    with transaction.atomic():
        with pytest.raises(posting.AlreadyPosted) as refusal:
            posting.post(contribution(1, 7))
        posting.post(contribution(2, 7))

    assert refusal.value.entry_id == first
    assert stands(7)["PERSARAAN"] == 18000


def test_post_once_returns_the_entry_that_is_there():
    first = posting.post_once(contribution(1, 7))
    again = posting.post_once(contribution(1, 7))

    assert (first.created, again.created) == (True, False)
    assert first.entry_id == again.entry_id
    assert stands(7)["PERSARAAN"] == 9000


@pytest.mark.parametrize("other", [contribution(1, 7, 13000), contribution(1, 8), contribution(1, 7, day=LATER)])
def test_post_once_refuses_another_act_of_the_same_key(other):
    posting.post(contribution(1, 7))

    with pytest.raises(posting.KeyReused):
        posting.post_once(other)


def test_no_act_takes_more_than_there_is():
    posting.post(contribution(1, 7))

    with pytest.raises(posting.Insufficient) as refusal:
        posting.post(payout(1, 7, 9001))
    posting.post(payout(1, 7, 9000))

    assert (refusal.value.available_sen, refusal.value.wanted_sen) == (9000, 9001)
    assert stands(7)["PERSARAAN"] == 0
    assert unsound() == set()


CLEARING, PERSARAAN = posting.fund("CONTRIBUTION_CLEARING"), posting.member(7, "PERSARAAN")


@pytest.mark.parametrize(
    "changed",
    [
        {"legs": [posting.Leg(CLEARING, -100), posting.Leg(PERSARAAN, 101)]},
        {"legs": [posting.Leg(CLEARING, 100)]},
        {"legs": []},
        {"legs": [posting.Leg(CLEARING, 0), posting.Leg(PERSARAAN, 0)]},
        {"legs": [posting.Leg(CLEARING, -100.0), posting.Leg(PERSARAAN, 100.0)]},  # type: ignore[arg-type]
        {"legs": [posting.Leg(CLEARING, -1), posting.Leg(PERSARAAN, True)]},
        {"legs": [posting.Leg(CLEARING, -(2**63)), posting.Leg(PERSARAAN, 2**63)]},
        {"legs": [posting.Leg(CLEARING, -100), posting.Leg(PERSARAAN, 50), posting.Leg(PERSARAAN, 50)]},
        {"ref": 0},
        {"ref": "1"},
        {"part": -1},
        {"kind": 3},
        {"booked_on": datetime.datetime(2026, 1, 15, tzinfo=datetime.UTC)},
        {"value_date": None},
    ],
)
@pytest.mark.parametrize("write", [posting.post, lambda act: posting.post_many([act])])
def test_an_act_that_is_not_well_formed_is_refused(write, changed):
    with pytest.raises(posting.BadAct, match="expected"):
        write(contribution(1, 7)._replace(**changed))

    assert value("SELECT count(*) FROM ledger_entry") == 0


def test_an_account_that_the_chart_does_not_have_is_refused():
    act = contribution(1, 7)._replace(legs=[posting.Leg(CLEARING, -100), posting.Leg(posting.member(7, "PENSION"), 100)])

    with pytest.raises(posting.LedgerError, match="MEMBER 7 PENSION: found an account that the chart does not have"):
        posting.post(act)


def test_a_chunk_equals_its_acts_one_by_one():
    chunk = [contribution(ref, ref % 3 + 1, 12000 + ref * 100) for ref in range(1, 31)]

    ids = posting.post_many(chunk)

    assert len(set(ids)) == 30
    assert sum(sum(stands(member_id).values()) for member_id in (1, 2, 3)) == sum(12000 + ref * 100 for ref in range(1, 31))
    assert value("SELECT max(version) FROM ledger_balance") == 10
    assert [line.entry_id for line in balances.statement(HolderKind.MEMBER, 1, "PERSARAAN")] == sorted(
        (ids[ref - 1] for ref in range(1, 31) if ref % 3 == 0), reverse=True
    )
    assert unsound() == set()


def test_a_chunk_that_meets_keys_twice_is_refused_whole_and_names_them():
    posting.post_many([contribution(ref, ref) for ref in (1, 2, 3)])

    with pytest.raises(posting.DuplicateAct) as against_ledger:
        posting.post_many([contribution(ref, ref) for ref in (2, 3, 4)])
    with pytest.raises(posting.DuplicateAct) as in_chunk:
        posting.post_many([contribution(ref, ref) for ref in (5, 6, 5)])

    assert [key.ref for key in against_ledger.value.keys] == [2, 3]
    assert [str(key) for key in in_chunk.value.keys] == ["CONTRIBUTION 5.0"]
    assert value("SELECT count(*) FROM ledger_entry") == 3
    assert stands(2) == {"PERSARAAN": 9000, "SEJAHTERA": 1800, "FLEKSIBEL": 1200}


def test_one_act_without_cover_refuses_its_chunk():
    posting.post(contribution(1, 7))

    with pytest.raises(posting.Insufficient) as refusal:
        posting.post_many([payout(1, 7, 5000), payout(2, 7, 5000)])

    assert str(refusal.value.key) == "PAYOUT 2.0"
    assert stands(7)["PERSARAAN"] == 9000


@pytest.mark.parametrize("write", [posting.post, lambda act: posting.post_many([act])], ids=["alone", "in a chunk"])
def test_two_parts_of_one_cause_are_two_acts(write):
    first = contribution(1, 7)
    write(first)

    write(first._replace(part=1))

    assert value("SELECT count(*) FROM ledger_entry WHERE kind = 3 AND ref = 1") == 2
    with pytest.raises(posting.LedgerError):
        write(first._replace(part=1))


def test_what_postgresql_refuses_of_a_chunk_is_not_hidden():
    """A version that is taken: the ledger was damaged, and nobody may take the chunk for posted."""
    posting.post_many([contribution(1, 1), contribution(2, 1)])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_balance SET version = 1")

    with pytest.raises(IntegrityError, match="ledger_posting_version_once"), transaction.atomic():
        posting.post_many([contribution(3, 1)])

    assert value("SELECT count(*) FROM ledger_entry") == 2


def test_what_the_guard_of_a_chunk_raises_undoes_the_chunk():
    class LeaseLost(Exception):
        pass

    def guard() -> None:
        assert value("SELECT count(*) FROM ledger_entry") == 2
        raise LeaseLost

    with pytest.raises(LeaseLost):
        posting.post_many([contribution(1, 1), contribution(2, 2)], guard=guard)

    assert value("SELECT count(*) FROM ledger_entry") == 0
    assert stands(1) == {}


def test_an_empty_chunk_still_runs_its_guard():
    called: list[int] = []

    assert posting.post_many([], guard=lambda: called.append(1)) == []
    assert called == [1]


def test_a_chunk_costs_the_same_number_of_statements_whatever_its_size(django_assert_max_num_queries):
    posting.post_many([contribution(ref, ref) for ref in range(1, 11)])

    with django_assert_max_num_queries(10):
        posting.post_many([contribution(100 + ref, ref) for ref in range(1, 11)])
    with django_assert_max_num_queries(14):
        posting.post_many([contribution(1000 + ref, ref % 10 + 1) for ref in range(1, 501)])


def test_a_reversal_is_the_mirror_and_comes_once():
    entry_id = posting.post(contribution(1, 7))

    reversal = posting.reverse(entry_id, booked_on=LATER)

    assert stands(7) == {"PERSARAAN": 0, "SEJAHTERA": 0, "FLEKSIBEL": 0}
    assert value("SELECT reverses FROM ledger_entry WHERE id = %s", reversal) == entry_id
    assert value("SELECT value_date FROM ledger_entry WHERE id = %s", reversal) == DAY
    with pytest.raises(posting.AlreadyPosted) as refusal:
        posting.reverse(entry_id, booked_on=LATER)
    assert refusal.value.entry_id == reversal
    with pytest.raises(posting.BadAct, match="found a reversal"):
        posting.reverse(reversal, booked_on=LATER)
    with pytest.raises(posting.BadAct, match="found no such entry"):
        posting.reverse(10**9, booked_on=LATER)
    assert unsound() == set()


def test_a_reversal_does_not_take_money_that_has_gone():
    entry_id = posting.post(contribution(1, 7))
    posting.post(payout(1, 7, 8000))

    with pytest.raises(posting.Insufficient):
        posting.reverse(entry_id, booked_on=LATER)


def test_a_reversal_is_not_booked_before_the_entry_it_reverses():
    entry_id = posting.post(contribution(1, 7, day=LATER))

    with pytest.raises(posting.BadAct, match=f"booked on {DAY}, expected {LATER} or later"):
        posting.reverse(entry_id, booked_on=DAY)


def test_accounts_are_opened_once_with_their_place_for_dividends():
    refs = [posting.member(3, "HOUSING_RINGFENCE"), posting.employer(3, "CREDIT"), posting.fund("DIVIDEND_EXPENSE")]

    first = posting.accounts_for(refs, opened_on=DAY)
    again = posting.accounts_for([*refs, refs[0]], opened_on=LATER)

    assert first == again
    assert value("SELECT dividend_to FROM ledger_account WHERE id = %s", first[refs[0]]) == "SEJAHTERA"
    assert value("SELECT count(*) FROM ledger_balance") == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", ["40P01", "40001"])
@pytest.mark.parametrize(("failures", "passes"), [(3, True), (4, False)])
def test_a_deadlock_is_tried_again_three_times(monkeypatch, code, failures, passes):
    monkeypatch.setattr(engine, "PAUSE_SECONDS", 0)
    left = [failures]

    def guard() -> None:
        if left[0]:
            left[0] -= 1
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'give way' USING ERRCODE = '{code}'; END $$")

    if passes:
        posting.post_many([contribution(1, 7)], guard=guard)
        assert stands(7)["PERSARAAN"] == 9000
    else:
        with pytest.raises(OperationalError):
            posting.post_many([contribution(1, 7)], guard=guard)
        assert stands(7) == {}


@pytest.mark.django_db(transaction=True)
def test_inside_a_callers_transaction_a_deadlock_is_the_callers():
    calls: list[int] = []

    def guard() -> None:
        calls.append(1)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'give way' USING ERRCODE = '40P01'; END $$")

    with pytest.raises(OperationalError), transaction.atomic():
        posting.post_many([contribution(1, 7)], guard=guard)

    assert calls == [1]
