"""The portal and the plain second implementation credit the same to the sen, over random lives. The soak does ten thousand."""

import pytest

from members.ledger import invariants
from members.models import Dividend
from tests.ledger.acts import unsound
from tests.members.dividend_lives import Lives

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", [1, 2])
def test_a_hundred_lives_are_credited_as_the_plain_one_says(seed: int):
    lives = Lives(seed, 100)

    lives.live(acts=1)

    assert all(told == plain for told, plain in lives.stood())
    assert {"ANNUAL", "SETTLED"} == set(Dividend.objects.values_list("kind", flat=True))
    assert unsound() <= {"opening_matches_postings"}  # some openings are left out on purpose
    assert not [result for result in invariants.run() if result.name.startswith("members.") and not result.ok]
