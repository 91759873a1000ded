"""The portal and the plain second implementation agree to the sen over random lives with withdrawals of all kinds. The soak lives ten thousand."""

import pytest

from tests.withdrawals.lives import Village

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("seed", "era", "days"), [(1, "khas", 45), (2, "three accounts", 75)])
def test_three_hundred_members_have_what_the_plain_reading_says(seed: int, era: str, days: int) -> None:
    village = Village(seed, members=150, era=era)

    village.live(days, at_once=0.025)

    assert set(village.seen) >= {"PAID", "CLOSED", "refuse", "less", "cancelled", "AGE_50 handed in", "AGE_55 handed in", "HOUSE_BUY handed in"}
