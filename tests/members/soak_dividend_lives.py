"""Ten thousand random lives, credited and settled by the portal and by the plain second implementation: equal to the sen; check_ledger holds.

KWSP_SOAK_SEED begins the seeds, KWSP_SOAK_LIVES says how many lives.
"""

import os
import time

import pytest
from django.db import transaction

from members.ledger import invariants
from members.models import Dividend
from tests.ledger.acts import unsound
from tests.members.dividend_lives import Lives

FIRST = int(os.environ.get("KWSP_SOAK_SEED", "1000"))
LIVES = int(os.environ.get("KWSP_SOAK_LIVES", "10000"))
AT_ONCE = 250


class Undone(Exception):
    """Ends lives that agreed."""


@pytest.mark.django_db
def test_ten_thousand_lives_are_credited_as_the_plain_one_says():
    began, rows, sen = time.monotonic(), 0, 0
    for seed in range(FIRST, FIRST + LIVES // AT_ONCE):
        try:
            with transaction.atomic():
                lives = Lives(seed, AT_ONCE)
                lives.live(acts=1 + seed % 2)
                assert all(told == plain for told, plain in lives.stood())
                assert unsound() <= {"opening_matches_postings"}
                assert not [result for result in invariants.run() if result.name.startswith("members.") and not result.ok]
                found = list(Dividend.objects.values_list("amount_sen", flat=True))
                rows, sen = rows + len(found), sen + sum(found)
                raise Undone
        except Undone:
            continue
        except AssertionError:
            print(f"\nseed {seed}")  # noqa: T201
            raise
    assert rows > LIVES // AT_ONCE * AT_ONCE > 0, "hardly anybody had a dividend"
    taken = time.monotonic() - began
    print(f"\n{LIVES:,} lives from seed {FIRST}: {rows:,} dividends, RM {sen / 100:,.2f}, as the plain one's, in {taken:.0f} s")  # noqa: T201
