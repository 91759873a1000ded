"""The plain second reading of lateness against the rules, for 10,000 random histories: charge and late dividend.

`make soak ARGS="-k second_reading_of_lateness"`. KWSP_SOAK_SEED repeats a run.
"""

import os
import random
import time

from tests.statute import plain_lateness
from tests.statute.test_late import agreed

HISTORIES = 10_000


def test_a_plain_second_reading_of_lateness_agrees_on_10_000_histories() -> None:
    seed = int(os.environ.get("KWSP_SOAK_SEED") or random.randrange(10**6))
    dice, started, charged = random.Random(seed), time.monotonic(), 0
    for number in range(HISTORIES):
        history = plain_lateness.any_history(dice)

        assert agreed(*history), (seed, number, history)
        charged += plain_lateness.charge(*history) > 0
    print(f"seed {seed}: {HISTORIES:,} histories agree in {time.monotonic() - started:.0f} s, {charged:,} with a charge")  # noqa: T201
    assert HISTORIES // 10 < charged < HISTORIES
