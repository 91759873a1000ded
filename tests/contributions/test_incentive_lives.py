"""The portal's half-yearly runs and the plain reading of the rulings claim and credit the same to the sen, over random lives. The soak does 10,000
members' years."""

import pytest

from tests.contributions.incentive_lives import Lives, unsound

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("seed", "first"), [(1, 2021), (2, 2024)])
def test_some_hundred_members_years_are_claimed_as_the_plain_reading_says(seed: int, first: int) -> None:
    lives = Lives(seed, members=50, first=first)

    lives.live(years=3)

    assert set(lives.seen) >= {"PAID", "REFUSED", "appealed", "taken back", "set off"}
    assert unsound() == set()
