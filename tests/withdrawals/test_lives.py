"""The portal and the plain second implementation agree to the sen over random lives with withdrawals of all kinds. The soak lives ten thousand."""

import pytest

from tests.withdrawals.lives import WISHES, Village
from withdrawals.enums import KindCode

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("seed", "era", "days"), [(1, "khas", 45), (4, "three accounts", 75)])
def test_three_hundred_members_have_what_the_plain_reading_says(seed: int, era: str, days: int) -> None:
    village = Village(seed, members=150, era=era)

    village.live(days, at_once=0.025)

    assert set(village.seen) >= {"PAID", "CLOSED", "refuse", "less", "cancelled"}
    assert set(village.seen) >= {f"{kind} handed in" for kind in WISHES[era]}, "each of the seven kinds, in the year whose law it needs"
    assert {kind for wishes in WISHES.values() for kind in wishes} == set(KindCode)
