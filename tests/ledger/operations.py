"""Random operations on the ledger by several at once, each written down with its outcome and its time."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from django.db import connection, connections

from members.ledger import balances, days, posting
from members.ledger.enums import EntryKind, HolderKind, HoldKind
from members.ledger.posting import AccountRef, Act, Leg

FIRST_DAY = date(2026, 1, 5)
DAYS = 10
MEMBERS, STRANGERS, EMPLOYERS = 24, 400, 3
CODES = ("PERSARAAN", "SEJAHTERA", "FLEKSIBEL")
HOT_KEYS = 40
"""Refs that everybody reaches for: natural keys that meet."""
OWN_KEYS = 10_000_000
"""So far apart are the refs that one player takes for its own."""
GOVERNMENT, PAYOUTS = posting.fund("GOVERNMENT_CLEARING"), posting.fund("PAYOUT_CLEARING")


class Post(NamedTuple):
    act: Act
    once: bool


class PostMany(NamedTuple):
    acts: tuple[Act, ...]


class Reverse(NamedTuple):
    entry_id: int
    booked_on: date


class Place(NamedTuple):
    account: AccountRef
    sen: int
    ref: int
    booked_on: date


class Release(NamedTuple):
    hold_id: int
    booked_on: date


class Capture(NamedTuple):
    hold_ids: tuple[int, ...]
    act: Act


class Open(NamedTuple):
    refs: tuple[AccountRef, ...]
    on: date


class Look(NamedTuple):
    """Balances and what is held; as at the end of a day where one is given."""

    member_id: int
    on: date | None


class Close(NamedTuple):
    """Every day before this one."""

    on: date


Operation = Post | PostMany | Reverse | Place | Release | Capture | Open | Look | Close


class Refused(NamedTuple):
    """A refusal of the ledger by name, with the facts that it named."""

    name: str
    facts: tuple[object, ...] = ()


class Attempt(NamedTuple):
    """`outcome`: what the ledger returned, or Refused. Times are seconds of the machine's clock, which PostgreSQL reads too."""

    operation: Operation
    began: float
    ended: float
    outcome: object


@dataclass
class Game:
    """What the players share: what is there to be reversed, released or captured."""

    seed: int
    entries: list[int] = field(default_factory=list)
    holds: list[tuple[int, AccountRef, int]] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    first_open: date = FIRST_DAY
    """Days move on: the first of those that are played on."""


class Player:
    """One connection's share of the operations. What it asks for follows from the seed, and from what it finds there."""

    def __init__(self, game: Game, number: int) -> None:
        self.game = game
        self.chance = Random(game.seed * 1000 + number)
        self.next_ref = (number + 1) * OWN_KEYS
        self.attempts: list[Attempt] = []

    def play(self, operations: int) -> None:
        kinds = [(22, self.post), (8, self.post_once), (7, self.post_many), (8, self.reverse), (16, self.place), (9, self.release)]
        kinds += [(11, self.capture), (3, self.open), (8, self.look), (5, self.look_back), (3, self.bad), (0.2, self.close)]
        weights, makers = zip(*kinds, strict=True)
        for maker in self.chance.choices(makers, weights, k=operations):
            operation = maker()
            began = time.time()
            outcome = attempt(operation)
            self.attempts.append(Attempt(operation, began, time.time(), outcome))
            if not isinstance(outcome, Refused):
                self.share(operation, outcome)

    def share(self, operation: Operation, outcome: object) -> None:
        """What came to be is there for everybody. A list's append is atomic."""
        if isinstance(operation, Post | PostMany):
            self.game.entries += outcome if isinstance(outcome, list) else [getattr(outcome, "entry_id", outcome)]
        if isinstance(operation, Post):
            self.game.acts.append(operation.act)
        if isinstance(operation, Close):
            self.game.first_open = max(self.game.first_open, operation.on)
        if isinstance(operation, Place):
            self.game.holds.append((outcome, operation.account, operation.sen))  # type: ignore[arg-type]
        ended = {Release: lambda: {operation.hold_id}, Capture: lambda: set(operation.hold_ids)}.get(type(operation), set)()
        if ended and self.chance.random() < 0.8:  # some stay in the list, to be refused
            self.game.holds[:] = [hold for hold in self.game.holds if hold[0] not in ended]

    def ref(self) -> int:
        """Mostly a new one; one in fifteen is wanted by others too."""
        if self.chance.random() < 1 / 15:
            return self.chance.randint(1, HOT_KEYS)
        self.next_ref += 1
        return self.next_ref

    def day(self) -> date:
        """One in thirty is a day that others close, or have closed."""
        return self.game.first_open + timedelta(days=self.chance.randrange(DAYS) if self.chance.random() < 29 / 30 else -1)

    def pot(self) -> AccountRef:
        if self.chance.random() < 0.15:
            return posting.employer(self.chance.randint(1, EMPLOYERS), "CREDIT")
        return posting.member(self.chance.randint(1, MEMBERS), self.chance.choice(CODES))

    def act(self) -> Act:
        """Money in, money out, or money moved between two pots. One payout in four asks for much: it is refused, or empties the pot."""
        kind, sen, pot = EntryKind.INCENTIVE, self.chance.randint(20, 20_000), self.pot()
        turn = self.chance.random()
        legs = [Leg(pot, sen), Leg(GOVERNMENT, -sen)]
        if turn < 0.28:
            sen *= self.chance.choice([1, 2, 3, 30])
            kind, legs = EntryKind.PAYOUT, [Leg(PAYOUTS, sen), Leg(pot, -sen)]
        elif turn < 0.48:
            other = self.pot()
            if other != pot:
                kind, legs = EntryKind.RINGFENCE, [Leg(pot, -sen), Leg(other, sen)]
        elif turn < 0.66:
            member_id, part = self.chance.randint(1, MEMBERS), sen
            legs = [Leg(posting.member(member_id, code), part) for code in CODES]
            legs = [Leg(GOVERNMENT, -part * len(CODES)), *self.chance.sample(legs, len(legs))]
        day = self.day()
        return Act(kind, self.ref(), self.chance.randrange(2), day, max(day, self.day()), tuple(legs))

    def post(self) -> Operation:
        return Post(self.act(), once=False)

    def post_once(self) -> Operation:
        """One in three is the repeat of an act that is there, or of its key with other legs."""
        act = self.act()
        if self.game.acts and self.chance.random() < 1 / 3:
            known = self.chance.choice(self.game.acts)
            act = known if self.chance.random() < 0.6 else act._replace(kind=known.kind, ref=known.ref, part=known.part)
        return Post(act, once=True)

    def post_many(self) -> Operation:
        """Some acts with small sums, in any order of members; one chunk in ten has an act twice."""
        acts = [self.act() for _ in range(self.chance.randint(2, 10))]
        small = [act._replace(legs=tuple(Leg(ref, int(sen / 20) or 1) for ref, sen in act.legs)) for act in acts]
        acts = [act for act in small if sum(sen for _, sen in act.legs) == 0]
        if acts and self.chance.random() < 0.1:
            acts.append(self.chance.choice(acts))
        return PostMany(tuple(acts))

    def reverse(self) -> Operation:
        if not self.game.entries:
            return self.post()
        recent = self.game.entries[-400:]
        return Reverse(self.chance.choice(recent), self.day() + timedelta(days=DAYS // 2))

    def place(self) -> Operation:
        return Place(self.pot(), self.chance.randint(1, 15_000), self.ref(), self.day())

    def hold(self) -> tuple[int, AccountRef, int]:
        """A recent one, which others may end at this moment."""
        return self.chance.choice(self.game.holds[-60:])

    def release(self) -> Operation:
        return Release(self.hold()[0], self.day()) if self.game.holds else self.place()

    def capture(self) -> Operation:
        """One hold or two, for all of what they held or for less."""
        if not self.game.holds:
            return self.place()
        chosen = {self.hold() for _ in range(self.chance.randint(1, 2))}
        legs: dict[AccountRef, int] = {}
        for _, account, sen in chosen:
            legs[account] = legs.get(account, 0) - self.chance.choice([sen, max(1, sen // 2)])
        day = self.day()
        act = Act(EntryKind.PAYOUT, self.ref(), 0, day, day, (*(Leg(*leg) for leg in legs.items()), Leg(PAYOUTS, -sum(legs.values()))))
        return Capture(tuple(hold_id for hold_id, _, _ in chosen), act)

    def open(self) -> Operation:
        members = self.chance.sample(range(MEMBERS + 1, MEMBERS + STRANGERS), 4)
        return Open(tuple(posting.member(member_id, code) for member_id in members for code in CODES), self.day())

    def look(self) -> Operation:
        return Look(self.chance.randint(1, MEMBERS), None)

    def look_back(self) -> Operation:
        return Look(self.chance.randint(1, MEMBERS), self.day())

    def close(self) -> Operation:
        return Close(self.game.first_open + timedelta(days=1))

    def bad(self) -> Operation:
        """What no ledger could take."""
        act = self.act()
        first, *others = act.legs
        wrong: Sequence[tuple[Leg, ...]] = [
            (Leg(first.account, first.amount_sen + 1), *others),
            (Leg(first.account, 0), *others),
            (first,),
            (first, Leg(first.account, -first.amount_sen)),
        ]
        return Post(act._replace(legs=self.chance.choice(wrong)), once=False)


def attempt(operation: Operation) -> object:
    """Does it. Any other error than a refusal of the ledger, a deadlock among them, is the caller's and ends the game."""
    try:
        return _do(operation)
    except posting.DayClosed as error:
        return Refused("DayClosed", (error.found, error.expected))
    except posting.LedgerError as error:
        facts = ("key", "entry_id", "keys", "account", "available_sen", "wanted_sen", "hold_id")
        return Refused(type(error).__name__, tuple(getattr(error, fact) for fact in facts if hasattr(error, fact)))


def _do(operation: Operation) -> object:
    match operation:
        case Post(act, once):
            return posting.post_once(act) if once else posting.post(act)
        case PostMany(acts):
            return posting.post_many(iter(acts))
        case Reverse(entry_id, booked_on):
            return posting.reverse(entry_id, booked_on=booked_on)
        case Place(account, sen, ref, booked_on):
            return posting.place_hold(account=account, amount_sen=sen, kind=HoldKind.WITHDRAWAL, ref=ref, booked_on=booked_on)
        case Release(hold_id, booked_on):
            return posting.release_hold(hold_id, booked_on=booked_on)
        case Capture(hold_ids, act):
            return posting.capture(hold_ids, act)
        case Open(refs, on):
            return posting.accounts_for(refs, opened_on=on)
        case Close(on):
            return days.close(on=on)
        case Look(member_id, None):
            return {pot.code: (pot.balance_sen, pot.held_sen) for pot in balances.pots_of(HolderKind.MEMBER, member_id)}
        case Look(member_id, on):
            return balances.balances_on(HolderKind.MEMBER, member_id, on)


def play(seed: int, *, operations: int, players: int, beside: Callable[[], None]) -> list[Attempt]:
    """So many operations by so many players on a connection each, while `beside` is called over and over on one more; all attempts."""
    game = Game(seed)
    table = [Player(game, number) for number in range(players)]
    errors: list[BaseException] = []
    over = threading.Event()

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connections.close_all()

    def watch() -> None:
        while not over.is_set():
            began = time.monotonic()
            beside()
            over.wait(max(0.2, 4 * (time.monotonic() - began)))

    threads = [threading.Thread(target=guarded, args=(lambda player=player: player.play(operations // players),)) for player in table]
    watcher = threading.Thread(target=guarded, args=(watch,))
    for thread in (*threads, watcher):
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    watcher.join()
    if errors:
        raise errors[0]
    return [one for player in table for one in player.attempts]


def deadlocks() -> int:
    """How often PostgreSQL broke a deadlock in this database; statistics reach it when a connection ends."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        count: int = cursor.fetchone()[0]
    return count
