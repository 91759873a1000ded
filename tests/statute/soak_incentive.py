"""The plain second reading of i-Saraan and i-Suri against the rules, for 10,000 random members' years.

`make soak ARGS="-k second_reading_of_incentives"`. KWSP_SOAK_SEED repeats a run.
"""

import os
import random
import time

from tests.statute import plain_incentive
from tests.statute.test_incentive import agreed

YEARS = 10_000


def test_a_plain_second_reading_of_incentives_agrees_on_10_000_years() -> None:
    seed = int(os.environ.get("KWSP_SOAK_SEED") or random.randrange(10**6))
    dice, started, earning = random.Random(seed), time.monotonic(), 0
    for number in range(YEARS):
        year = plain_incentive.any_year(dice)

        assert agreed(*year), (seed, number, year)
        earning += sum(plain_incentive.incentives(*year)) > 0
    print(f"seed {seed}: {YEARS:,} years agree in {time.monotonic() - started:.0f} s, {earning:,} with an incentive")  # noqa: T201
    assert YEARS // 10 < earning < YEARS
