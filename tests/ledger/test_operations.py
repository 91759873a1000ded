"""Random operations by several at once, replayed in a model: the short form of soak_operations, and proof that the replay sees what is wrong."""

from collections.abc import Callable

import pytest

from tests.ledger.acts import unsound
from tests.ledger.history import History
from tests.ledger.operations import Attempt, Look, Place, Post, Refused, Reverse, play
from tests.ledger.replay import Replay
from tests.ledger.replaying import Divergence

pytestmark = pytest.mark.django_db(transaction=True)
OPERATIONS = 480


@pytest.mark.parametrize("seed", [1, 2])
def test_every_outcome_of_a_few_hundred_operations_is_the_models(seed: int) -> None:
    watched: list[set[str]] = []

    attempts = play(seed, operations=OPERATIONS, players=8, beside=lambda: watched.append(unsound()))

    counts = Replay(attempts).run()
    refused = {name: number for name, number in counts.items() if "done" not in name}
    assert 0.2 <= sum(refused.values()) / OPERATIONS <= 0.7, counts
    assert {"Insufficient", "HoldEnded", "BadAct"} <= set(refused)
    assert set().union(*watched) == set()
    assert unsound() == set()


def first(attempts: list[Attempt], wanted: Callable[[Attempt], bool]) -> int:
    return next(number for number, one in enumerate(attempts) if wanted(one))


def refused(name: str) -> Callable[[Attempt], bool]:
    return lambda one: isinstance(one.outcome, Refused) and one.outcome.name == name


def done(kind: type) -> Callable[[Attempt], bool]:
    return lambda one: isinstance(one.operation, kind) and not isinstance(one.outcome, Refused)


def forget(attempts: list[Attempt], number: int) -> None:
    """An entry or a hold that nobody made."""
    del attempts[number]


def refuse(attempts: list[Attempt], number: int) -> None:
    """A caller was refused, and the rows are there."""
    attempts[number] = attempts[number]._replace(outcome=Refused("AlreadyHeld", (1,)))


def mistake(attempts: list[Attempt], number: int) -> None:
    """Refused with figures that never stood."""
    outcome = attempts[number].outcome
    assert isinstance(outcome, Refused)
    attempts[number] = attempts[number]._replace(outcome=outcome._replace(facts=(*outcome.facts[:2], outcome.facts[2] + 1, outcome.facts[3])))  # type: ignore[operator]


def accept(attempts: list[Attempt], number: int) -> None:
    """A refusal that was none: the caller was told that it is done."""
    attempts[number] = attempts[number]._replace(outcome=10**9)


def misread(attempts: list[Attempt], number: int) -> None:
    """A balance was read that never stood."""
    attempts[number] = attempts[number]._replace(outcome={"PERSARAAN": (10**9, 0)})


def later(attempts: list[Attempt], number: int) -> None:
    """Written at a time when nobody was at it."""
    one = attempts[number]
    attempts[number] = one._replace(began=one.ended)


SPOILT: dict[str, tuple[Callable[[list[Attempt], int], None], Callable[[Attempt], bool]]] = {
    "a hold of nobody": (forget, done(Place)),
    "an entry of nobody": (forget, lambda one: isinstance(one.operation, Post) and isinstance(one.outcome, int)),
    "refused and done": (refuse, done(Place)),
    "wrong figures": (mistake, refused("Insufficient")),
    "done and not there": (accept, refused("Insufficient")),
    "read wrongly": (misread, lambda one: isinstance(one.operation, Look) and one.operation.on is None),
    "at another time": (later, done(Reverse)),
}


def test_the_replay_sees_what_is_wrong() -> None:
    played = play(3, operations=240, players=4, beside=lambda: None)
    Replay(played).run()
    unseen = []
    for what, (spoil, wanted) in SPOILT.items():
        attempts = list(played)
        spoil(attempts, first(attempts, wanted))
        try:
            Replay(attempts).run()
        except (Divergence, KeyError):
            continue
        unseen.append(what)

    assert unseen == []


def test_the_replay_sees_a_row_that_says_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = play(4, operations=240, players=4, beside=lambda: None)
    history = History.read()
    entry_id, entry = next((entry_id, entry) for entry_id, entry in history.entries.items() if any(leg[1] for leg in entry.legs.values()))
    ref, (sen, version, after) = next((ref, leg) for ref, leg in entry.legs.items() if leg[1])
    monkeypatch.setattr(History, "read", lambda: history)
    Replay(attempts).run()

    entry.legs[ref] = (sen, version + 1, after)

    with pytest.raises(Divergence, match=f"entry {entry_id}"):
        Replay(attempts).run()
