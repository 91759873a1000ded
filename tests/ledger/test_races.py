"""Many at once, on real connections: one key, one balance, the same members in opposite order."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from members.ledger import balances, posting
from members.ledger.enums import HolderKind, HoldKind
from tests.ledger.acts import DAY, Lease, contribution, credits_of, due, payout, together, unsound, value

pytestmark = pytest.mark.django_db(transaction=True)


def won(outcomes: list) -> list:  # type: ignore[type-arg]
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]


def lost(outcomes: list) -> set[type]:  # type: ignore[type-arg]
    return {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)}


@pytest.mark.parametrize("act", [contribution(1, 7), due(1, 4, 5000)])
def test_one_natural_key_by_eight_threads_is_posted_once(act):
    outcomes = together(8, lambda _: posting.post(act))

    assert len(won(outcomes)) == 1
    assert lost(outcomes) == {posting.AlreadyPosted}
    assert {error.entry_id for error in outcomes if isinstance(error, posting.AlreadyPosted)} == set(won(outcomes))
    assert value("SELECT count(*) FROM ledger_entry") == 1
    assert unsound() == set()


def test_one_key_with_no_account_in_common_meets_in_the_index():
    outcomes = together(8, lambda place: posting.post(contribution(1, place + 1)))

    assert len(won(outcomes)) == 1
    assert lost(outcomes) == {posting.AlreadyPosted}
    assert unsound() == set()


def test_one_balance_wanted_by_sixteen_is_had_by_one():
    posting.post(contribution(1, 7))

    outcomes = together(16, lambda place: posting.post(payout(place + 1, 7, 8000)))

    assert len(won(outcomes)) == 1
    assert lost(outcomes) == {posting.Insufficient}
    assert balances.balances_of(HolderKind.MEMBER, 7)["PERSARAAN"] == 1000
    assert unsound() == set()


def test_one_balance_held_by_one_of_sixteen():
    posting.post(contribution(1, 7))
    account = posting.member(7, "PERSARAAN")

    outcomes = together(
        16, lambda place: posting.place_hold(account=account, amount_sen=8000, kind=HoldKind.WITHDRAWAL, ref=place + 1, booked_on=DAY)
    )

    assert len(won(outcomes)) == 1
    assert lost(outcomes) == {posting.Insufficient}
    assert unsound() == set()


def test_one_hold_is_captured_or_released_by_one_of_eight():
    posting.post(contribution(1, 7))
    account = posting.member(7, "PERSARAAN")
    held = posting.place_hold(account=account, amount_sen=4000, kind=HoldKind.WITHDRAWAL, ref=1, booked_on=DAY)

    def end(place: int) -> object:
        return posting.capture([held], payout(place + 1, 7, 4000)) if place % 2 else posting.release_hold(held, booked_on=DAY)

    outcomes = together(8, end)

    assert len(won(outcomes)) == 1
    assert lost(outcomes) == {posting.HoldEnded}
    assert unsound() == set()


def test_an_entry_is_reversed_once_by_eight_threads():
    entry_id = posting.post(contribution(1, 7))

    outcomes = together(8, lambda _: posting.reverse(entry_id, booked_on=DAY))

    assert len(won(outcomes)) == 1
    assert lost(outcomes) == {posting.AlreadyPosted}
    assert balances.balances_of(HolderKind.MEMBER, 7)["PERSARAAN"] == 0


def test_chunks_over_the_same_members_in_opposite_order_neither_deadlock_nor_lose():
    members = list(range(1, 201))
    posting.accounts_for([posting.member(member_id, "PERSARAAN") for member_id in members], opened_on=DAY)
    before = deadlocks()

    def credit(place: int) -> int:
        order = members if place % 2 else members[::-1]
        for round_ in range(5):
            posting.post_many([contribution(place * 10_000 + round_ * 1_000 + member_id, member_id) for member_id in order])
            each = [(place * 10_000 + round_ * 1_000 + member_id, member_id, "PERSARAAN", 1) for member_id in reversed(order)]
            posting.post_credits(credits_of(each), lease=Lease())
        return place

    outcomes = together(4, credit)

    assert won(outcomes) == [0, 1, 2, 3]
    assert value("SELECT count(*) FROM ledger_entry") == 4 * 5 * 200 * 2
    assert (value("SELECT min(version) FROM ledger_balance"), value("SELECT max(version) FROM ledger_balance")) == (20, 40)
    assert balances.balances_of(HolderKind.MEMBER, 200) == {"PERSARAAN": 180020, "SEJAHTERA": 36000, "FLEKSIBEL": 24000}
    assert deadlocks() == before
    assert unsound() == set()


@pytest.mark.parametrize("members", [10, 100], ids=["a few accounts", "so many that they are found by index"])
def test_a_chunk_locks_its_accounts_in_the_order_of_their_ids_whatever_its_own(members):
    """Deadlocks come by chance; the order does not. Held up at the account in the middle, a chunk has those below and none above."""
    posting.post_many([contribution(member_id, member_id) for member_id in range(1, members + 1)])
    ids = free_accounts()
    middle = ids[len(ids) // 2]
    chunk = [contribution(1000 + member_id, member_id) for member_id in random.Random(members).sample(range(1, members + 1), members)]

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT FROM ledger_balance WHERE account_id = %s FOR NO KEY UPDATE", [middle])
            posted = pool.submit(together, 1, lambda _: posting.post_many(chunk))
            wait_for_a_lock()
            (free,) = together(1, lambda _: free_accounts())
        posted.result()

    assert free == [account_id for account_id in ids if account_id > middle]


@pytest.mark.parametrize("members", [10, 300], ids=["a few accounts", "many"])
def test_credits_are_written_in_the_order_of_accounts_whatever_their_own(members):
    """As above: what writes at once, locks as it writes."""
    accounts = posting.accounts_for([posting.member(member_id, "PERSARAAN") for member_id in range(1, members + 1)], opened_on=DAY)
    ids = sorted(accounts.values())
    middle = ids[len(ids) // 2]
    many = credits_of([(1000 + member_id, member_id, "PERSARAAN", 5) for member_id in random.Random(members).sample(range(1, members + 1), members)])

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT FROM ledger_balance WHERE account_id = %s FOR NO KEY UPDATE", [middle])
            posted = pool.submit(together, 1, lambda _: posting.post_credits(many, lease=Lease()))
            wait_for_a_lock()
            (free,) = together(1, lambda _: free_accounts())
        (ids_of_entries,) = posted.result()

    assert free == [account_id for account_id in ids if account_id > middle]
    assert len(ids_of_entries) == members
    assert unsound() == set()


def free_accounts():
    """The accounts that nobody has locked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM ledger_balance ORDER BY account_id FOR NO KEY UPDATE SKIP LOCKED")
        return [row[0] for row in cursor.fetchall()]


def wait_for_a_lock():
    for _ in range(400):
        if value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            return
        time.sleep(0.025)
    pytest.fail("nobody waited for the account")


def test_accounts_opened_by_eight_at_once_are_opened_once():
    refs = [posting.member(member_id, code) for member_id in range(1, 31) for code in ("PERSARAAN", "SEJAHTERA", "EMAS")]

    def open_all(place: int) -> dict[posting.AccountRef, int]:
        return posting.accounts_for(random.Random(place).sample(refs, len(refs)), opened_on=DAY)

    outcomes = together(8, open_all)

    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert value("SELECT count(*) FROM ledger_balance") == 90


def test_two_who_lock_in_opposite_order_in_longer_transactions_are_told_or_served():
    """Two posts in one transaction may meet in a deadlock: whoever owns the transaction is told, and nothing is half done."""
    posting.post_many([contribution(1, 1), contribution(2, 2)])

    def both(place: int) -> int:
        with transaction.atomic():
            for member_id in (1, 2) if place % 2 else (2, 1):
                posting.post(contribution(100 + place * 10 + member_id, member_id))
        return place

    outcomes = together(6, both)

    assert won(outcomes)
    assert value("SELECT count(*) FROM ledger_entry") == 2 + 2 * len(won(outcomes))
    assert unsound() == set()


def deadlocks() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
    return value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
