"""Negative controls: damage planted on an application for what was paid too much (KWSP 14) that each check must name."""

import pytest

from contributions.enums import OverpaymentState
from contributions.models import Filing
from members.models import Member
from tests.contributions.conftest import Office
from tests.contributions.correcting import Officers
from tests.contributions.test_invariants_payments import found
from tests.contributions.test_overpayments import filing as filing
from tests.contributions.test_overpayments import member as member
from tests.contributions.test_overpayments import people as people
from tests.contributions.test_overpayments import taken_back
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)
OFF = "ALTER TABLE contributions_overpayment DISABLE TRIGGER overpayment_moves"
ON = "ALTER TABLE contributions_overpayment ENABLE ALWAYS TRIGGER overpayment_moves"


@pytest.fixture
def names(office: Office, filing: Filing, member: Member, people: Officers) -> dict[str, int]:
    """Taken back of one member, and held for the employer."""
    made = taken_back(office, filing, people, (member, "3000"))
    assert made.state == OverpaymentState.HELD
    return {"overpayment": made.pk, "correction": made.correction_id, "filing": filing.pk}


PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "more on the application than came back": (
        [OFF, "UPDATE contributions_overpayment SET amount = amount + 100", ON],
        {("overpayment_is_what_came_back", "overpayment {overpayment} HELD"), ("overpayment_is_held", "overpayment {overpayment} HELD")},
    ),
    "credit that is still held": (
        [OFF, "UPDATE contributions_overpayment SET state = 'OFFSET', how = 'OFFSET', hold_id = NULL", ON],
        {("overpayment_is_held", "overpayment {overpayment} OFFSET")},
    ),
    "a credit of the employer's beside the application": (
        [
            "ALTER TABLE contributions_correctedfiling DISABLE TRIGGER correction_credit_as_posted",
            "UPDATE contributions_correctedfiling SET credit = 100",
            "ALTER TABLE contributions_correctedfiling ENABLE ALWAYS TRIGGER correction_credit_as_posted",
        ],
        {("correction_gives_the_credit_that_it_posted", "correction {correction} of filing {filing}")},
    ),
    "an application that was paid and is still held": (
        [OFF, "UPDATE contributions_overpayment SET state = 'PAID'", ON],
        {("overpayment_is_held", "overpayment {overpayment} PAID"), ("overpayment_is_as_its_payout", "overpayment {overpayment} PAID")},
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_is_named(names: dict[str, int], case: str) -> None:
    damage, expected = PLANTED[case]
    assert found() == set()

    plant(*damage)

    assert found() == {(name, what.format(**names)) for name, what in expected}
