"""Any history of acts against a plain model in Python: the same refusals, the same balances, a sound ledger after each."""

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.ledger import balances, posting
from members.ledger.enums import EntryKind, HolderKind, HoldKind
from tests.ledger.acts import DAY, unsound

pytestmark = pytest.mark.django_db

POTS = [(member_id, code) for member_id in (1, 2) for code in ("PERSARAAN", "SEJAHTERA")]
FUND = (0, "CONTRIBUTION_CLEARING")


@dataclass
class Model:
    """The ledger as a dictionary."""

    stands: dict[tuple[int, str], int] = field(default_factory=dict)
    held: dict[tuple[int, str], int] = field(default_factory=dict)
    acts: dict[int, dict[tuple[int, str], int]] = field(default_factory=dict)
    reversed: set[int] = field(default_factory=set)
    holds: dict[int, tuple[tuple[int, str], int]] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)

    def covers(self, moves: dict[tuple[int, str], int], freed: dict[tuple[int, str], int] | None = None) -> bool:
        return all(
            sen > 0 or not pot[0] or self.stands.get(pot, 0) + sen >= self.held.get(pot, 0) - (freed or {}).get(pot, 0) for pot, sen in moves.items()
        )

    def move(self, moves: dict[tuple[int, str], int]) -> None:
        for pot, sen in moves.items():
            self.stands[pot] = self.stands.get(pot, 0) + sen


def account(pot: tuple[int, str]) -> posting.AccountRef:
    return posting.member(*pot) if pot[0] else posting.fund(pot[1])


def act(kind: EntryKind, ref: int, moves: dict[tuple[int, str], int]) -> posting.Act:
    return posting.Act(kind, ref, 0, DAY, DAY, [posting.Leg(account(pot), sen) for pot, sen in moves.items()])


pots = st.sampled_from(POTS)
sen = st.integers(100, 300)
refs = st.integers(1, 4)
moves = st.one_of(
    st.dictionaries(pots, st.integers(-300, 150).filter(bool), min_size=1, max_size=3)
    .filter(lambda chosen: sum(chosen.values()) != 0)
    .map(lambda chosen: {**chosen, FUND: -sum(chosen.values())}),
    st.tuples(pots, pots, sen).filter(lambda two: two[0] != two[1]).map(lambda two: {two[0]: -two[2], two[1]: two[2]}),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("post"), refs, moves),
        st.tuples(st.just("post_many"), st.lists(st.tuples(refs, moves), min_size=1, max_size=4)),
        st.tuples(st.just("reverse"), refs),
        st.tuples(st.just("hold"), refs, pots, sen),
        st.tuples(st.just("release"), refs),
        st.tuples(st.just("capture"), refs),
    ),
    min_size=5,
    max_size=20,
)


class Both:
    """Does each step to the model and to the ledger, and compares what became of it."""

    def __init__(self) -> None:
        self.model = Model()
        self.entries: dict[int, int] = {}
        self.hold_ids: dict[int, int] = {}
        self.post(1000, {**dict.fromkeys(POTS, 300), FUND: -300 * len(POTS)})

    def do(self, step: tuple) -> None:  # type: ignore[type-arg]
        getattr(self, step[0])(*step[1:])

    def post(self, ref: int, chosen: dict[tuple[int, str], int]) -> None:
        if ref in self.model.acts:
            with pytest.raises(posting.AlreadyPosted):
                posting.post(act(EntryKind.RINGFENCE, ref, chosen))
        elif not self.model.covers(chosen):
            with pytest.raises(posting.Insufficient):
                posting.post(act(EntryKind.RINGFENCE, ref, chosen))
        else:
            self.entries[ref] = posting.post(act(EntryKind.RINGFENCE, ref, chosen))
            self.model.acts[ref] = chosen
            self.model.move(chosen)

    def post_many(self, chunk: list[tuple[int, dict[tuple[int, str], int]]]) -> None:
        acts = [act(EntryKind.RINGFENCE, ref, chosen) for ref, chosen in chunk]
        keys = [ref for ref, _ in chunk]
        before = dict(self.model.stands)
        covered = True
        for _, chosen in chunk:
            covered = covered and self.model.covers(chosen)
            self.model.move(chosen)
        if len(set(keys)) < len(keys) or not covered or set(keys) & set(self.model.acts):
            self.model.stands = before
            with pytest.raises((posting.DuplicateAct, posting.Insufficient)):
                posting.post_many(acts)
        else:
            self.entries.update(zip(keys, posting.post_many(acts), strict=True))
            self.model.acts.update(chunk)

    def reverse(self, ref: int) -> None:
        if ref not in self.model.acts:
            return
        mirrored = {pot: -amount for pot, amount in self.model.acts[ref].items()}
        if ref in self.model.reversed:
            with pytest.raises(posting.AlreadyPosted):
                posting.reverse(self.entries[ref], booked_on=DAY)
        elif not self.model.covers(mirrored):
            with pytest.raises(posting.Insufficient):
                posting.reverse(self.entries[ref], booked_on=DAY)
        else:
            posting.reverse(self.entries[ref], booked_on=DAY)
            self.model.reversed.add(ref)
            self.model.move(mirrored)

    def hold(self, ref: int, pot: tuple[int, str], amount: int) -> None:
        place = {"account": account(pot), "amount_sen": amount, "kind": HoldKind.WITHDRAWAL, "ref": ref, "booked_on": DAY}
        if ref in self.model.holds:
            with pytest.raises(posting.AlreadyHeld):
                posting.place_hold(**place)
        elif self.model.stands.get(pot, 0) - self.model.held.get(pot, 0) < amount:
            with pytest.raises(posting.Insufficient):
                posting.place_hold(**place)
        else:
            self.hold_ids[ref] = posting.place_hold(**place)
            self.model.holds[ref] = (pot, amount)
            self.model.open.add(ref)
            self.model.held[pot] = self.model.held.get(pot, 0) + amount

    def release(self, ref: int) -> None:
        if ref not in self.model.holds:
            return
        if ref not in self.model.open:
            with pytest.raises(posting.HoldEnded):
                posting.release_hold(self.hold_ids[ref], booked_on=DAY)
            return
        posting.release_hold(self.hold_ids[ref], booked_on=DAY)
        self._end(ref)

    def capture(self, ref: int) -> None:
        if ref not in self.model.holds:
            return
        pot, amount = self.model.holds[ref]
        taken = act(EntryKind.PAYOUT, ref, {pot: -amount, FUND: amount})
        if ref not in self.model.open:
            with pytest.raises((posting.HoldEnded, posting.AlreadyPosted)):
                posting.capture([self.hold_ids[ref]], taken)
            return
        posting.capture([self.hold_ids[ref]], taken)
        self._end(ref)
        self.model.move({pot: -amount, FUND: amount})

    def _end(self, ref: int) -> None:
        pot, amount = self.model.holds[ref]
        self.model.open.remove(ref)
        self.model.held[pot] -= amount


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_ledger_does_what_the_model_does(history):
    with transaction.atomic():
        both = Both()
        for step in history:
            both.do(step)

        for member_id in (1, 2):
            found = {(member_id, pot.code): (pot.balance_sen, pot.held_sen) for pot in balances.pots_of(HolderKind.MEMBER, member_id)}
            assert {pot: figures for pot, figures in found.items() if figures != (0, 0)} == {
                pot: (both.model.stands.get(pot, 0), both.model.held.get(pot, 0))
                for pot in POTS
                if pot[0] == member_id and (both.model.stands.get(pot, 0), both.model.held.get(pot, 0)) != (0, 0)
            }
        assert balances.fund_balance(FUND[1]) == both.model.stands.get(FUND, 0)
        assert unsound() <= {"contributions_in_whole_ringgit"}
        transaction.set_rollback(True)
