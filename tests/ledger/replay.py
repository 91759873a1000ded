"""Replays attempts against the ledger that they left; see `replaying` for what is asked of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from members.ledger import days, posting
from members.ledger.enums import HolderKind
from members.ledger.posting import AccountRef, Act, Posted
from tests.ledger.history import History
from tests.ledger.operations import CODES, Attempt, Capture, Close, Look, Open, Operation, Place, Post, PostMany, Refused, Release, Reverse
from tests.ledger.replaying import Divergence, Model, Move, fits

MOST_IN_DOUBT = 12
BEGIN, WRITE, END = 0, 1, 2
Event = tuple[float, int, int]


class Change(NamedTuple):
    """What one operation did to a member's pots, and when: committed at the latest when its caller knew."""

    at: float
    ended: float
    moves: tuple[Move, ...]


class Replay:
    """`run` raises Divergence, or returns how many of each outcome there were."""

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        self.attempts = attempts
        self.history = History.read()
        self.model = Model(self.history)
        self.changes: dict[int, list[Change]] = defaultdict(list)
        self.opened: set[AccountRef] = set()
        self.asking: dict[int, Attempt] = {}
        """Refusals that the model has not yet said."""
        closings = [(one.outcome.through, one.ended) for one in attempts if isinstance(one.outcome, days.Closed) and one.outcome.through]
        self.closed_by = {day: min(ended for through, ended in closings if through >= day) for day in self.history.closed}
        """By the last of the days closed, when at the latest they were."""
        self.counts: Counter[str] = Counter()

    def run(self) -> Counter[str]:
        """Beginnings, writings and ends of all operations in the order of time."""
        for _, step, number in sorted(event for place, one in enumerate(self.attempts) for event in self.events(place, one)):
            one = self.attempts[number]
            if step == WRITE:
                self.write(one)
            elif step == BEGIN and isinstance(one.outcome, Refused) and one.outcome.name == "DayClosed":
                self.compare_closed(one, *one.outcome.facts)  # type: ignore[arg-type]
            elif step == BEGIN:
                self.asking[number] = one
                self.ask(number)
            elif number in self.asking:
                raise Divergence(f"{one}: the model says {self.model.why_not(one.operation) or 'it can be done'}, and said nothing else before")
            elif isinstance(one.operation, Look):
                self.compare_look(one)
        self.compare_ends()
        return self.counts

    def events(self, number: int, one: Attempt) -> Iterator[Event]:
        """A refusal is asked about while it lasts, what was read at its end, what was written when it was written."""
        refused = isinstance(one.outcome, Refused)
        self.counts[one.outcome.name if isinstance(one.outcome, Refused) else f"{type(one.operation).__name__} done"] += 1
        if refused:
            yield one.began, BEGIN, number
        if isinstance(one.operation, Close):
            return
        if refused or isinstance(one.operation, Look):
            yield one.ended, END, number
        elif isinstance(one.operation, Open):
            self.opened.update(one.operation.refs)
        elif (at := self.written_at(one)) is not None:
            yield at, WRITE, number

    def written_at(self, one: Attempt) -> float | None:
        """When the rows of an operation were written; None where it found its entry there or had nothing to do."""
        match one.operation:
            case Post(act, True) if not self.created(one, act):
                return None
            case PostMany(()):
                return None
            case Place():
                at = self.history.holds[one.outcome].at  # type: ignore[index]
            case Release(hold_id, _):
                at = self.history.holds[self.history.ends[hold_id]].at
            case _:
                at = self.history.entries[entry_ids(one)[0]].at
        if not one.began <= at <= one.ended:
            raise Divergence(f"{one}: written at {at}")
        return at

    def created(self, one: Attempt, act: Act) -> bool:
        """Whether `post_once` says so; where it found an entry there, it must have been the same and written by then."""
        assert isinstance(one.outcome, Posted)
        entry = self.history.entries[one.outcome.entry_id]
        same = (entry.key, entry.shape) == (act.key, (act.booked_on, act.value_date, dict(act.legs)))
        if not one.outcome.created and not (same and entry.at <= one.ended):
            raise Divergence(f"{one}: found {entry} there")
        return one.outcome.created

    def write(self, one: Attempt) -> None:
        """Does to the model what was done to the ledger; refusals that wait for their moment are asked about again."""
        why_not = self.model.why_not(one.operation)
        if why_not:
            raise Divergence(f"{one}: done, but the model says {why_not}")
        at = self.written_at(one)
        assert at is not None
        closed = max((day for day, by in self.closed_by.items() if by < at), default=None)
        if closed and booked_days(one.operation) and min(booked_days(one.operation)) <= closed:
            raise Divergence(f"{one}: written at {at}, when the ledger was closed through {closed}")
        moves = tuple(self.moves(one))
        self.opened.update(move.account for move in moves)
        for member_id in {move.account.holder_id for move in moves if move.account.holder_kind == HolderKind.MEMBER}:
            of_member = tuple(move for move in moves if move.account[:2] == (HolderKind.MEMBER, member_id))
            self.changes[member_id].append(Change(at, one.ended, of_member))
        for number in list(self.asking):
            self.ask(number)

    def moves(self, one: Attempt) -> Iterator[Move]:
        match one.operation:
            case Post(act, _):
                yield from self.model.enter(entry_ids(one)[0], act)
            case PostMany(acts):
                for entry_id, act in zip(entry_ids(one), acts, strict=True):
                    yield from self.model.enter(entry_id, act)
            case Reverse(entry_id, booked_on):
                yield from self.model.enter(entry_ids(one)[0], self.model.mirror(entry_id, booked_on))
            case Capture(hold_ids, act):
                for hold_id in hold_ids:
                    yield from self.model.end(hold_id, "CAPTURED", entry_ids(one)[0])
                yield from self.model.enter(entry_ids(one)[0], act)
            case Place(account, sen, ref, _):
                yield from self.model.hold(one.outcome, account, sen, ref)  # type: ignore[arg-type]
            case Release(hold_id, _):
                yield from self.model.end(hold_id, "RELEASED", None)

    def ask(self, number: int) -> None:
        one = self.asking[number]
        assert isinstance(one.outcome, Refused)
        if fits(one.outcome, self.model.why_not(one.operation)):
            del self.asking[number]

    def compare_look(self, one: Attempt) -> None:
        """What was read is the state less some of the changes that were perhaps not committed when it was read."""
        assert isinstance(one.operation, Look)
        member_id, on = one.operation
        stands = {code: self.stand(member_id, code, on) for code in CODES}
        seen = {code: one.outcome.get(code, (0, 0) if on is None else 0) for code in CODES}  # type: ignore[attr-defined]
        doubtful = [change for change in self.changes[member_id][-200:] if change.ended >= one.began]
        if len(doubtful) > MOST_IN_DOUBT:
            self.counts["reads among too many changes"] += 1
            return
        for number in range(len(doubtful) + 1):
            for unseen in combinations(doubtful, number):
                if seen == {code: without(stands[code], code, unseen, on) for code in CODES}:
                    return
        raise Divergence(f"{one}: found {seen}, expected {stands} less some of {doubtful}")

    def compare_closed(self, one: Attempt, found: date, expected: date) -> None:
        """The first of its days was closed, or somebody had set about closing it, before the operation was over."""
        began = self.history.closed.get(expected - timedelta(days=1))
        if found != min(booked_days(one.operation)) or found >= expected or began is None or began > one.ended:
            raise Divergence(f"{one}: closings {self.history.closed}")

    def stand(self, member_id: int, code: str, on: date | None) -> int | tuple[int, int]:
        pot = self.model.pots[posting.member(member_id, code)]
        return (pot.balance, pot.held) if on is None else sum(sen for day, sen in pot.by_day.items() if day <= on)

    def compare_ends(self) -> None:
        """Nothing is in the ledger that no operation put there, and it stands as the model does."""
        self.compare("entries", set(self.history.entries), set(self.model.entries.values()))
        placed = {hold_id for hold_id, row in self.history.holds.items() if row.placed is None}
        self.compare("holds", placed, set(self.model.hold_refs.values()))
        self.compare("open holds", placed - set(self.history.ends), set(self.model.holds))
        self.compare("accounts", set(self.history.rows), self.opened)
        for ref, row in self.history.rows.items():
            pot = self.model.pots[ref]
            total = sum(pot.by_day.values())
            expected = (pot.balance, pot.held, pot.version) if row else None
            if row != expected or total != pot.balance:
                raise Divergence(f"{ref}: found {row}, expected {expected}")

    def compare(self, what: str, found: set, expected: set) -> None:  # type: ignore[type-arg]
        if found != expected:
            raise Divergence(f"{what}: found besides {sorted(found - expected)[:5]}, missing {sorted(expected - found)[:5]}")


def without(stands: int | tuple[int, int], code: str, unseen: Sequence[Change], on: date | None) -> int | tuple[int, int]:
    """The stand of an account before some changes."""
    moves = [move for change in unseen for move in change.moves if move.account.code == code]
    if isinstance(stands, tuple):
        balance, held = stands
        return balance - sum(move.sen for move in moves if move.on), held - sum(move.sen for move in moves if not move.on)
    assert on is not None
    return stands - sum(move.sen for move in moves if move.on and move.on <= on)


def booked_days(operation: Operation) -> list[date]:
    """The days on which an operation books entries."""
    match operation:
        case Post(act, _) | Capture(_, act):
            return [act.booked_on]
        case PostMany(acts):
            return [act.booked_on for act in acts]
        case Reverse(_, booked_on):
            return [booked_on]
    return []


def entry_ids(one: Attempt) -> list[int]:
    """The entries that an operation says to have made."""
    match one.outcome:
        case Posted(entry_id, _):
            return [entry_id]
        case list():
            return one.outcome
        case int():
            return [one.outcome]
    raise Divergence(f"{one}: found no entry")
