"""One balance wanted by 64 threads, again and again: exactly one wins each round (`make soak ARGS="-k one_balance"`).

KWSP_SOAK_CONTESTS rounds of three struggles (500), 64 connections that are kept. KWSP_SOAK_SEED chooses the amounts and who asks for what.
"""

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

import pytest

from members.ledger import posting
from members.ledger.enums import HoldKind
from tests.jobs.threads import Crowd
from tests.ledger.acts import DAY, contribution, payout, unsound, value

ROUNDS = int(os.environ.get("KWSP_SOAK_CONTESTS", "500"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
THREADS = 64
REFS = 1_000_000
SAVINGS = posting.member(7, "PERSARAAN")


def post(sen: int, round_: int) -> Callable[[int], object]:
    """All of it, or so much that two do not fit."""
    return lambda place: posting.post(payout(REFS * (place + 1001) + round_, 7, sen))


def hold(sen: int, round_: int) -> Callable[[int], object]:
    return lambda place: posting.place_hold(account=SAVINGS, amount_sen=sen, kind=HoldKind.WITHDRAWAL, ref=REFS * (place + 1) + round_, booked_on=DAY)


def end_of(held: int, sen: int, round_: int) -> Callable[[int], object]:
    """Half of them release, half capture."""

    def end(place: int) -> object:
        if place % 2:
            return posting.capture([held], payout(REFS * (place + 2001) + round_, 7, sen))
        return posting.release_hold(held, booked_on=DAY)

    return end


def same_key(sen: int, round_: int) -> Callable[[int], object]:
    """One act by everybody."""
    return lambda place: posting.post(payout(round_, 7, sen))


def one_won(outcomes: Sequence[object], expected: type[Exception]) -> object:
    """What the winner got; everybody else was told why."""
    winners = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    losers = Counter(type(outcome) for outcome in outcomes if isinstance(outcome, Exception))
    assert len(winners) == 1, Counter(map(repr, outcomes))
    assert losers == {expected: THREADS - 1}, Counter(map(repr, outcomes))
    return winners[0]


def available() -> tuple[int, int]:
    balance, held = (
        value(f"SELECT {column} FROM ledger_balance JOIN ledger_account ON id = account_id WHERE holder_id = 7 AND code = 'PERSARAAN'")  # noqa: S608
        for column in ("balance_sen", "held_sen")
    )
    assert isinstance(balance, int)
    assert isinstance(held, int)
    return balance, held


@pytest.mark.django_db(transaction=True)
def test_one_balance_is_won_by_one_of_sixty_four() -> None:
    chance, began = Random(SEED), time.monotonic()
    with Crowd(THREADS) as crowd:
        for round_ in range(1, ROUNDS + 1):
            # Whole ringgit of Persaraan: 75 of each 100 that come in.
            posting.post(contribution(REFS * 100 + round_, 7, 10_000))
            balance, held = available()
            assert held == 0
            sen = chance.randint(balance // 2 + 1, balance)

            one_won(crowd.all_at_once(hold(sen, round_)), posting.Insufficient)
            assert available() == (balance, sen)
            hold_id = int(str(value("SELECT max(id) FROM ledger_hold WHERE state = 'PLACED'")))
            one_won(crowd.all_at_once(end_of(hold_id, sen, round_)), posting.HoldEnded)
            left, held = available()
            assert (held, left) in ((0, balance), (0, balance - sen))

            posting.post(contribution(REFS * 101 + round_, 7, 10_000))
            balance, _ = available()
            kind, expected = chance.choice([(post, posting.Insufficient), (same_key, posting.AlreadyPosted)])
            sen = chance.randint(balance // 2 + 1, balance) if kind is post else chance.randint(1, balance // THREADS)
            one_won(crowd.all_at_once(kind(sen, round_)), expected)
            assert available() == (balance - sen, 0)
    assert unsound() == set()
    seconds = time.monotonic() - began
    print(f"seed {SEED}: {ROUNDS} rounds x 3 struggles x {THREADS} threads in {seconds:.0f} s, one winner in each")  # noqa: T201
