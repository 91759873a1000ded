"""Negative controls: damage planted on assessments and their filings that each check must name."""

import pytest

from contributions.models import Assessment
from contributions.services import assessment_objections
from tests.contributions.assessed import LATE, PAPER, Desk
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.test_invariants_payments import found
from tests.factories import borang_a
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)
FREE = "ALTER TABLE {table} DISABLE TRIGGER {trigger}"
HELD = "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}"
STAYS = {"table": "contributions_assessment", "trigger": "assessment_stays"}
ROWS = {"table": "contributions_assessmentrow", "trigger": "assessment_rows_stay"}
SOURCE = {"table": "contributions_filing", "trigger": "filing_source_stays"}


def freely(statement: str, trigger: dict[str, str]) -> list[str]:
    return [FREE.format(**trigger), statement, HELD.format(**trigger)]


@pytest.fixture
def names(office: Office) -> dict[str, int]:
    """One that was objected to and replaced by the one that stands."""
    office.approved(borang_a.row(office.hire()), wage_month=OCTOBER.previous())
    desk = Desk.of_two()
    first = desk.served(office)
    assessment_objections.object_to(assessment_id=first.pk, reason="x", papers=[PAPER], by=office.checker, on=LATE)
    made = assessment_objections.amend(assessment_id=first.pk, reason="x", by=desk.maker, on=LATE)
    second = desk.sign(desk.propose(made))
    old = Assessment.objects.get(pk=first.pk)
    assert old.filing_id
    assert second.filing_id
    return {"old": old.pk, "old_filing": old.filing_id, "new": second.pk, "filing": second.filing_id}


PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "withdrawn, and still owed": (
        ["UPDATE contributions_assessment SET state = 'WITHDRAWN' WHERE id = {new}"],
        {("assessment_is_its_filing", "assessment {new} WITHDRAWN of filing {filing}")},
    ),
    "assessed by nobody": (
        freely(
            "UPDATE contributions_assessment SET filing_id = NULL, signed_by_id = NULL, signed_on = NULL, state = 'DRAFT' WHERE id = {new}", STAYS
        ),
        {
            ("assessment_is_its_filing", "assessment none  of filing {filing}"),
            ("assessment_replaced_by_one_that_was_served", "assessment {old}"),
        },
    ),
    "served as the employer's own Borang A": (
        freely("UPDATE contributions_filing SET source = 'FORM_A' WHERE id = {filing}", SOURCE),
        {("assessment_is_its_filing", "assessment {new} SERVED of filing none")},
    ),
    "wages that nobody signed": (
        freely("UPDATE contributions_assessmentrow SET wages = wages + 1 WHERE assessment_id = {new}", ROWS),
        {("assessment_rows_are_its_filing_s", "assessment {new}")},
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_is_named(names: dict[str, int], case: str) -> None:
    damage, expected = PLANTED[case]
    assert found() == set()

    plant(*[statement.format(**names) for statement in damage])

    assert found() == {(name, what.format(**names)) for name, what in expected}
