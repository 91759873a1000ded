"""Negative controls: damage planted on a wrong credit that each check must name."""

import pytest

from tests.contributions.conftest import Office
from tests.contributions.correcting import credited, officers
from tests.contributions.paying import Bank
from tests.contributions.test_invariants_payments import found
from tests.contributions.test_wrong_credits import moved
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def names(office: Office, bank: Bank) -> dict[str, int]:
    """A row's money moved to whose it is; and somebody of neither side."""
    wrong, right, stranger = office.hire(), office.hire(), office.hire()
    made = moved(officers(), credited(office, bank, wrong), right)
    return {"moved": made.pk, "right": right.pk, "wrong": wrong.pk, "stranger": stranger.pk}


PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "a wrong credit of another day": (
        ["UPDATE contributions_wrongcredit SET posted_on = posted_on + 1"],
        {("wrong_credit_is_posted_once", "wrong credit {moved} POSTED")},
    ),
    "a wrong credit that another one got": (
        ["UPDATE contributions_wrongcredit SET to_member_id = {stranger}"],
        {("wrong_credit_moves_its_own_people_s_money", "wrong credit {moved}")},
    ),
    "a wrong credit of more than the row": (
        ["UPDATE contributions_wrongcredit SET employee_share = employee_share + 100"],
        {
            ("wrong_credit_moves_its_own_people_s_money", "wrong credit {moved}"),
            ("wrong_credit_starts_where_the_row_was", "wrong credit {moved}"),
        },
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_is_named(names: dict[str, int], case: str) -> None:
    damage, expected = PLANTED[case]
    assert found() == set()

    plant(*["ALTER TABLE contributions_wrongcredit DISABLE TRIGGER wrong_credit_is_final", *[one.format(**names) for one in damage]])
    plant("ALTER TABLE contributions_wrongcredit ENABLE ALWAYS TRIGGER wrong_credit_is_final")

    assert found() == {(name, what.format(**names)) for name, what in expected}
