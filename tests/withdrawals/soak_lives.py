"""Ten thousand random lives with withdrawals of all seven kinds, decided, held, paid, returned, cancelled and appealed by the portal as the plain
reading of the rulings says: equal to the sen every day; check_ledger holds.

KWSP_SOAK_SEED begins the seeds, KWSP_SOAK_LIVES says how many lives, KWSP_SOAK_MINUTES after how long no more are begun.
"""

import os
import time
from collections import Counter

import pytest
from django.db import transaction

from tests.withdrawals.lives import ERAS, Village
from withdrawals.enums import KindCode

FIRST = int(os.environ.get("KWSP_SOAK_SEED", "1000"))
LIVES = int(os.environ.get("KWSP_SOAK_LIVES", "10000"))
MINUTES = float(os.environ.get("KWSP_SOAK_MINUTES", "600"))
AT_ONCE, DAYS = 50, {"khas": 385, "three accounts": 400}
MUST = (
    "PAID",
    "CLOSED",
    "appealed",
    "less",
    "refuse",
    "ask",
    "put_back",
    "cancelled",
    "dividends",
    "khas APPROVED",
    "processed ACTIVE",
    "instalment changed",
)
MUST += tuple(f"{kind} handed in" for kind in KindCode)


class Undone(Exception):
    """Ends lives that agreed."""


@pytest.mark.django_db
def test_ten_thousand_lives_have_what_the_plain_reading_says() -> None:
    began, seen, lived = time.monotonic(), Counter[str](), 0
    for seed in range(FIRST, FIRST + max(1, LIVES // AT_ONCE)):
        if time.monotonic() - began > MINUTES * 60:
            break
        era = tuple(ERAS)[seed % len(ERAS)]
        try:
            with transaction.atomic():
                village = Village(seed, AT_ONCE, era)
                village.live(DAYS[era], at_once=0.05)
                seen.update(village.seen)
                raise Undone
        except Undone:
            lived += AT_ONCE
            print(f"{seed} ", end="", flush=True)  # noqa: T201 - where it has come to
        except BaseException:
            print(f"\nseed {seed}, {era}")  # noqa: T201
            raise
    said = f"{lived:,} lives from seed {FIRST}: {dict(seen)}, as the plain reading's, in {time.monotonic() - began:.0f} s"
    print(f"\n{said}")  # noqa: T201
    assert lived < 4 * AT_ONCE or min(seen[what] for what in MUST) > 0
