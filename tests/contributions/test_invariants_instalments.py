"""Negative controls: damage planted on instalment plans that the check must name."""

import pytest

from contributions.selectors import instalments as selectors
from tests.contributions.conftest import Office
from tests.contributions.planned import ask, behind
from tests.contributions.test_invariants_payments import found
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def names(office: Office) -> dict[str, int]:
    """One that an employer asked for."""
    return {"terms": selectors.terms_of(ask(behind(office))).pk}


NAMED = {("instalment_terms_are_their_months", "instalment terms {terms}")}
PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "terms that come to more than their months": (["UPDATE contributions_instalmentterms SET total = total + 100"], NAMED),
    "an instalment that pays nothing": (["UPDATE contributions_instalmentmonth SET instalment = 1"], NAMED),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_is_named(names: dict[str, int], case: str) -> None:
    damage, expected = PLANTED[case]
    assert found() == set()

    plant(*damage)

    assert found() == {(name, what.format(**names)) for name, what in expected}
