"""Totality: every state x every action x everybody. What the table does not name cannot happen, whoever asks."""

import itertools
from collections.abc import Callable

import pytest

from contributions import workflow
from contributions.enums import FilingAction, FilingState, Who
from contributions.services import moves
from contributions.services.moves import NotAllowed
from employers.enums import ApprovalFlow, EmployerRole
from members.identity.enums import STAFF, Role
from members.identity.models import User
from tests import factories
from tests.contributions.conftest import ON, Office

ALL = list(itertools.product(FilingState, FilingAction))
PREPARERS = {"preparer", "maker", "administrator"}
APPROVERS = {"checker", "administrator"}
ALLOWED: dict[Who, set[str]] = {
    Who.SYSTEM: {"system"},
    Who.PREPARER: PREPARERS | {"preparing administrator"},
    Who.OTHER_APPROVER: APPROVERS,
    Who.PAYER: APPROVERS | {"preparing administrator"},
    Who.ADMINISTRATOR: {"administrator", "preparing administrator"},
}
PREPARED_BY_ADMINISTRATOR = "preparing administrator"


@pytest.fixture
def people(office: Office, make_office: Callable[[], Office]) -> dict[str, User | None]:
    """Everybody who could ask. The filing was prepared by `preparer`, or for the last one by themselves."""
    other = make_office()

    def acting(role: EmployerRole, **fields: object) -> User:
        return factories.RepresentativeFactory(employer=office.employer, role=role, **fields).user

    return {
        "system": None,
        "preparer": office.maker,
        "maker": acting(EmployerRole.MAKER),
        "checker": office.checker,
        "administrator": acting(EmployerRole.ADMINISTRATOR),
        "removed checker": acting(EmployerRole.CHECKER, removed=True),
        "inactive checker": acting(EmployerRole.CHECKER, user__inactive=True),
        "other employer's maker": other.maker,
        "other employer's checker": other.checker,
        "other employer's administrator": factories.RepresentativeFactory(employer=other.employer, administrator=True).user,
        "member": factories.UserFactory(),
        **{f"officer {role.value}": factories.UserFactory(role=role) for role in sorted(STAFF)},
        PREPARED_BY_ADMINISTRATOR: acting(EmployerRole.ADMINISTRATOR),
    }


@pytest.mark.django_db
def test_every_state_action_and_person(office: Office, people: dict[str, User | None]) -> None:
    assert {role.value for role in Role} >= {role.value for role in STAFF}
    filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, clean=True)
    wrong = []
    for (state, action), (name, person), flow in itertools.product(ALL, people.items(), ApprovalFlow):
        filing.state, filing.flow = state, flow
        filing.prepared_by = person if name == PREPARED_BY_ADMINISTRATOR else office.maker
        expected = workflow.MOVES.get((state, action))
        may = expected is not None and (name in ALLOWED[expected.who] or _own_without_checker(expected, name, flow))
        try:
            found = moves.check(filing=filing, action=action, by=person, on=ON)
        except NotAllowed as refused:
            if may or refused.code != _reason(expected, name):
                wrong.append((state, action, name, flow, refused.code))
        else:
            if not may or found != expected:
                wrong.append((state, action, name, flow, "allowed"))

    assert not wrong


def _own_without_checker(move: workflow.Move, name: str, flow: ApprovalFlow) -> bool:
    return flow is ApprovalFlow.SINGLE and move.who is Who.OTHER_APPROVER and name == PREPARED_BY_ADMINISTRATOR


def _reason(move: workflow.Move | None, name: str) -> str:
    if move is None:
        return "WRONG_STATE"
    return "OWN_WORK" if move.who is Who.OTHER_APPROVER and name == PREPARED_BY_ADMINISTRATOR else "NO_RIGHT"


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "action"), [pair for pair in ALL if pair in workflow.MOVES])
def test_a_move_changes_the_state_and_leaves_a_log(office: Office, state: FilingState, action: FilingAction) -> None:
    filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, clean=True, state=state)
    move = workflow.MOVES[state, action]
    administrator = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
    by = {Who.SYSTEM: None, Who.PREPARER: office.maker, Who.ADMINISTRATOR: administrator}.get(move.who, office.checker)

    moves.move(filing=moves.locked(filing.pk), action=action, by=by, on=ON, comment="sebab")

    filing.refresh_from_db()
    assert filing.state == move.to
    assert list(filing.log.values_list("action", "from_state", "to_state", "by", "on", "comment")) == [
        (action, state, move.to, None if by is None else by.pk, ON, "sebab")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "action"), [pair for pair in ALL if pair not in workflow.MOVES])
def test_what_the_table_does_not_name_changes_nothing(office: Office, state: FilingState, action: FilingAction) -> None:
    filing = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, clean=True, state=state)

    for by in (None, office.maker, office.checker):
        with pytest.raises(NotAllowed, match="WRONG_STATE"):
            moves.check(filing=filing, action=action, by=by, on=ON)

    filing.refresh_from_db()
    assert (filing.state, filing.log.count()) == (state, 0)


def test_every_state_but_the_last_ones_can_be_left_and_every_one_reached() -> None:
    left = {state for state, _ in workflow.MOVES}
    reached = {move.to for move in workflow.MOVES.values()}

    assert set(FilingState) - left == {FilingState.CREDITED, FilingState.DISCARDED}
    assert set(FilingState) == reached
    assert {action for _, action in workflow.MOVES} == set(FilingAction)
