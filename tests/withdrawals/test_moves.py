"""Every state x action x who: what the table of moves lets happen does, nothing else; and PostgreSQL lets no state be reached by another way."""

import importlib
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from members.identity.enums import Role
from members.identity.models import User
from tests.factories import withdrawals as make
from tests.factories.identity import UserFactory
from withdrawals.enums import Action, State, Who
from withdrawals.models import Application
from withdrawals.services import deciding, moves
from withdrawals.workflow import ENDED, MOVES, OPEN, UNDECIDED

pytestmark = pytest.mark.django_db
GUARDS = importlib.import_module("withdrawals.migrations.0002_application_guards")


class People:
    """Everybody who could try: by name, with what the table calls them."""

    def __init__(self) -> None:
        self.member_of = make.saver()
        self.holder, self.recommended, self.officer = make.officer(), make.officer(), make.officer()
        self.users: dict[str, User | None] = {
            "member": self.member_of.user,
            "another member": UserFactory(),
            "holder": self.holder,
            "first officer": self.recommended,
            "officer": self.officer,
            "nobody": None,
            **{role.value: UserFactory(role=role) for role in Role if role not in (Role.MEMBER, Role.WITHDRAWAL_OFFICER)},
        }

    def may(self, who: Who) -> set[str]:
        return {
            Who.MEMBER: {"member", Role.COUNTER_OFFICER.value, Role.SUPERVISOR.value},
            Who.OFFICER: {"holder", "first officer", "officer"},
            Who.HOLDER: {"holder"},
            Who.OTHER_OFFICER: {"holder", "officer"},
            Who.SYSTEM: {"nobody"},
        }[who]


@pytest.mark.parametrize("state", list(State))
def test_who_may_do_what(state: State) -> None:
    people = People()
    found = Application(member=people.member_of, state=state, officer=people.holder, first_officer=people.recommended)
    for action in Action:
        move = MOVES.get((state, action))
        expected = people.may(move.who) if move else set()
        assert {name for name, user in people.users.items() if not moves.why_not(found, action, user)} == expected, (state, action)


def test_the_desk_offers_officers_nothing_that_the_table_does_not() -> None:
    found = make.handed_in()
    for user in People().users.values():
        if user is not None and user.role != Role.WITHDRAWAL_OFFICER:
            assert not deciding.allowed(found, user) & set(deciding.ACTS), user.role


def test_every_state_is_reached_and_only_ended_ones_stay() -> None:
    reached = {move.to for move in MOVES.values()} | {State.DRAFT}
    assert reached == set(State)
    left = {state for (state, _action), move in MOVES.items() if move.to is not state}
    assert set(State) - left == {State.PAID, State.CANCELLED, State.DISCARDED}
    assert set(UNDECIDED) < set(OPEN)
    assert not set(OPEN) & set(ENDED)


def test_postgresql_knows_the_same_ways() -> None:
    known = {(state, to) for state, many in GUARDS.NEXT.items() for to in many}
    assert {(state.value, move.to.value) for (state, _action), move in MOVES.items() if move.to is not state} == known


FROM_SUBMITTED = (State.SUBMITTED, *(State(state) for state in GUARDS.NEXT["SUBMITTED"]))


@pytest.mark.parametrize("to", [state for state in State if state not in FROM_SUBMITTED])
def test_no_other_way_around_the_one_function(to: State) -> None:
    found = make.handed_in()
    fields = {"approved": 1, "decided_on": make.ON, "paid": 1, "holds": [], "first_officer": make.officer(), "waiting_since": make.ON}
    usual: Callable[[], object] = lambda: Application.objects.filter(pk=found.pk).update(state=to, **fields)  # noqa: E731
    with pytest.raises(IntegrityError), transaction.atomic():
        usual()


def test_the_document_is_as_the_table() -> None:
    call_command("withdrawal_moves", "--check")
