"""Totality: every state of an assessment x every action x everybody. What the table does not name cannot happen, whoever asks."""

import itertools

import pytest

from contributions import workflow
from contributions.enums import AssessmentAction, AssessmentState, AssessmentWho
from contributions.models import Assessment
from contributions.services import assessment_moves
from employers.enums import EmployerRole
from members.identity.enums import STAFF, Role
from members.identity.models import User
from tests import factories
from tests.contributions.assessed import GROUNDS, LATE
from tests.contributions.conftest import OCTOBER, Office

OFFICERS = {"maker", "inspector", "supervisor"}
ALLOWED: dict[AssessmentWho, set[str]] = {
    AssessmentWho.MAKER: {"maker"},
    AssessmentWho.OFFICER: OFFICERS,
    AssessmentWho.OTHER_OFFICER: OFFICERS - {"maker"},
    AssessmentWho.EMPLOYER: {"checker", "administrator"},
    AssessmentWho.SYSTEM: {"system"},
}


@pytest.mark.django_db
def test_every_state_action_and_person(office: Office) -> None:
    people: dict[str, User | None] = {
        "system": None,
        "maker": factories.UserFactory(role=Role.INSPECTOR),  # type: ignore[dict-item]
        "inspector": factories.UserFactory(role=Role.INSPECTOR),  # type: ignore[dict-item]
        "supervisor": factories.UserFactory(role=Role.SUPERVISOR),  # type: ignore[dict-item]
        "checker": office.checker,
        "administrator": factories.RepresentativeFactory(employer=office.employer, administrator=True).user,
        "maker of the employer": office.maker,
        "another's checker": factories.RepresentativeFactory(role=EmployerRole.CHECKER).user,
        "member": factories.UserFactory(),  # type: ignore[dict-item]
        **{f"officer {role.value}": factories.UserFactory(role=role) for role in sorted(STAFF - assessment_moves.OFFICERS)},  # type: ignore[dict-item]
    }
    maker = people["maker"]
    found = Assessment(employer=office.employer, wage_month=OCTOBER.first_day, source="WRITTEN", grounds=GROUNDS, made_by=maker, made_on=LATE)
    wrong = []
    for state, action, (name, person) in itertools.product(AssessmentState, AssessmentAction, people.items()):
        found.state = state
        move = workflow.ASSESSMENT_MOVES.get((state, action))
        expected = move is not None and name in ALLOWED[move.who]
        code = assessment_moves.why_not(found, action, person, on=LATE)
        if expected == bool(code) or (move is None) != (code == "WRONG_STATE"):
            wrong.append((state, action, name, code))

    assert not wrong


def test_every_state_but_the_last_ones_can_be_left_and_every_one_reached() -> None:
    ends = {AssessmentState.REPLACED, AssessmentState.WITHDRAWN, AssessmentState.DISCARDED}
    left = {state for state, _ in workflow.ASSESSMENT_MOVES}

    assert set(AssessmentState) - left == ends
    assert {move.to for move in workflow.ASSESSMENT_MOVES.values()} == set(AssessmentState)
    assert {action for _, action in workflow.ASSESSMENT_MOVES} == set(AssessmentAction)
