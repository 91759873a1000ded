"""Closed years over many random histories: readings with all openings, some or none, and the day-by-day model, agree; check_ledger holds.

KWSP_SOAK_SEED begins the seeds, KWSP_SOAK_HISTORIES says how many.
"""

import os
import time

import pytest
from django.db import transaction

from tests.ledger.acts import unsound
from tests.ledger.histories import lived
from tests.ledger.test_years import check_balances_and_turnover, check_lines, check_sen_days

FIRST = int(os.environ.get("KWSP_SOAK_SEED", "1000"))
HISTORIES = int(os.environ.get("KWSP_SOAK_HISTORIES", "60"))
ACTS = 150


class Undone(Exception):
    """Ends a history that agreed."""


@pytest.mark.django_db
def test_readings_of_closed_years_agree_with_the_model():
    began, legs = time.monotonic(), 0
    for seed in range(FIRST, FIRST + HISTORIES):
        openings = ("all", "some", "none")[seed % 3]
        try:
            with transaction.atomic():
                history = lived(seed, openings=openings, acts=ACTS)
                for check in (check_balances_and_turnover, check_lines, check_sen_days):
                    check(history)
                assert unsound() <= (set() if openings == "all" else {"opening_matches_postings"})
                legs += sum(map(len, history.legs.values()))
                raise Undone
        except Undone:
            continue
        except AssertionError:
            print(f"\nseed {seed}, openings {openings}")  # noqa: T201
            raise
    assert legs > HISTORIES * ACTS // 4, "hardly anything was posted"
    print(f"\n{HISTORIES} histories from seed {FIRST}, {legs:,} legs, in {time.monotonic() - began:.0f} s: every reading as the model's")  # noqa: T201
