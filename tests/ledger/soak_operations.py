"""Operations of random kinds over 8 connections, replayed in a plain model (`make soak ARGS="-k operations"`).

KWSP_SOAK_OPERATIONS operations (20,000) for each of KWSP_SOAK_SEEDS seeds (5), from KWSP_SOAK_SEED on (chosen by lot). What a seed asks for is
the same each time; which of two comes first is PostgreSQL's affair.
"""

import os
import secrets
import time

import pytest

from tests.ledger.acts import unsound
from tests.ledger.operations import deadlocks, play
from tests.ledger.replay import Replay

OPERATIONS = int(os.environ.get("KWSP_SOAK_OPERATIONS", "20000"))
FIRST_SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
SEEDS = range(FIRST_SEED, FIRST_SEED + int(os.environ.get("KWSP_SOAK_SEEDS", "5")))
PLAYERS = 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", SEEDS)
def test_any_history_is_the_models(seed: int) -> None:
    snapshots: list[set[str]] = []
    broken_deadlocks = deadlocks()
    began = time.monotonic()

    attempts = play(seed, operations=OPERATIONS, players=PLAYERS, beside=lambda: snapshots.append(unsound()))

    played = time.monotonic() - began
    counts = Replay(attempts).run()
    assert set().union(*snapshots) == set()
    assert unsound() == set()
    refused = sum(number for outcome, number in counts.items() if outcome[0].isupper() and not outcome.endswith("done"))
    print(  # noqa: T201
        f"seed {seed}: {len(attempts)} operations in {played:.0f} s ({len(attempts) / played:.0f}/s), {refused / len(attempts):.0%} refused, "
        f"{len(snapshots)} snapshots sound, {deadlocks() - broken_deadlocks} deadlocks broken unseen, replayed in "
        f"{time.monotonic() - began - played:.0f} s; {dict(counts)}"
    )
    assert len(attempts) == OPERATIONS
    assert snapshots
    assert len(attempts) / 5 <= refused <= len(attempts) * 4 / 5
