"""Ten thousand random members' years of i-Saraan and i-Suri, two runs a year, claimed, refused, appealed and credited by the portal as the plain
reading of the rulings says: equal to the sen; check_ledger holds.

KWSP_SOAK_SEED begins the seeds, KWSP_SOAK_YEARS says how many members' years.
"""

import os
import time
from collections import Counter

import pytest
from django.db import transaction

from tests.contributions.incentive_lives import Lives, unsound

FIRST = int(os.environ.get("KWSP_SOAK_SEED", "1000"))
YEARS = int(os.environ.get("KWSP_SOAK_YEARS", "10000"))
AT_ONCE, LASTING = 250, 4
STARTS = (2018, 2020, 2021, 2022, 2023)


class Undone(Exception):
    """Ends lives that agreed."""


@pytest.mark.django_db
def test_ten_thousand_members_years_are_claimed_as_the_plain_reading_says() -> None:
    began, seen = time.monotonic(), Counter[str]()
    for seed in range(FIRST, FIRST + max(1, YEARS // (AT_ONCE * LASTING))):
        try:
            with transaction.atomic():
                lives = Lives(seed, AT_ONCE, STARTS[seed % len(STARTS)])
                lives.live(LASTING)
                assert unsound() == set()
                seen.update(lives.seen)
                raise Undone
        except Undone:
            continue
        except AssertionError:
            print(f"\nseed {seed}")  # noqa: T201
            raise
    assert min(seen[what] for what in ("PAID", "REFUSED", "appealed", "taken back", "set off")) > 0
    print(f"\n{YEARS:,} members' years from seed {FIRST}: {dict(seen)}, as the plain reading's, in {time.monotonic() - began:.0f} s")  # noqa: T201
