"""The history of a ledger played again in a plain model: the order is the ledger's own, every outcome must be the model's.

Each operation locked its accounts and wrote while it held them, so the times at which its rows were written are an order in which all of
them could have been done one after the other. What was refused wrote nothing: there must be a moment between its beginning and its end
at which the model refuses it with the same words. What was read must have stood so at a moment between.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from members.ledger.enums import EntryKind, HolderKind
from members.ledger.posting import AccountRef, Act, Leg
from tests.ledger.history import History
from tests.ledger.operations import Capture, Operation, Place, Post, PostMany, Refused, Release, Reverse

FREE = {"CONTRIBUTION_DUE", "LATE_CHARGE", "DIVIDEND_DUE"}
"""Accounts without a floor, besides the fund's."""


class Divergence(AssertionError):
    """The ledger did what the model does not."""


@dataclass
class Pot:
    balance: int = 0
    held: int = 0
    version: int = 0
    by_day: dict[date, int] = field(default_factory=lambda: defaultdict(int))


class Move(NamedTuple):
    """What an operation did to one account: sen posted on a day, or sen held (on no day)."""

    account: AccountRef
    on: date | None
    sen: int


class Model:
    """The ledger as dictionaries."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.pots: dict[AccountRef, Pot] = defaultdict(Pot)
        self.entries: dict[tuple[int, int, int], int] = {}
        self.holds: dict[int, tuple[AccountRef, int]] = {}
        """Open holds only."""
        self.hold_refs: dict[int, int] = {}

    def why_not(self, operation: Operation) -> set[Refused]:
        """Every refusal that fits the state as it is; none where the operation can be done."""
        match operation:
            case Post(act, once):
                return self._why_not_post(act, once)
            case PostMany(acts):
                times = Counter(act.key for act in acts)
                twice = tuple(sorted(key for key in times if times[key] > 1))
                there = tuple(sorted(key for key in times if key in self.entries))
                return self._short(acts) | {Refused("DuplicateAct", (keys,)) for keys in (twice, there) if keys}
            case Reverse(entry_id, booked_on):
                return self._why_not_reverse(entry_id, booked_on)
            case Place(account, sen, ref, _):
                free = self.pots[account].balance - self.pots[account].held
                held = {Refused("AlreadyHeld", (self.hold_refs[ref],))} if ref in self.hold_refs else set()
                return held | ({Refused("Insufficient", (None, account, free, sen))} if free < sen else set())
            case Release(hold_id, _):
                return set() if hold_id in self.holds else {Refused("HoldEnded", (hold_id,))}
            case Capture(hold_ids, act):
                return self._why_not_capture(hold_ids, act)
        return set()

    def _why_not_post(self, act: Act, once: bool) -> set[Refused]:
        amounts = [sen for _, sen in act.legs]
        if sum(amounts) or 0 in amounts or len(amounts) < 2 or len({ref for ref, _ in act.legs}) < len(amounts):
            return {Refused("BadAct", (act.key,))}
        there = self.entries.get(act.key)
        if there is None:
            return self._short([act])
        if once and self.history.entries[there].shape == (act.booked_on, act.value_date, dict(act.legs)):
            return self._short([act])
        return {Refused("KeyReused" if once else "AlreadyPosted", (act.key, there))} | self._short([act])

    def _why_not_reverse(self, entry_id: int, booked_on: date) -> set[Refused]:
        mirror = self.mirror(entry_id, booked_on)
        entry = self.history.entries[entry_id]
        if entry.reverses is not None or booked_on < entry.booked_on:
            return {Refused("BadAct", (mirror.key,))}
        there = self.entries.get(mirror.key)
        return self._short([mirror]) | ({Refused("AlreadyPosted", (mirror.key, there))} if there else set())

    def mirror(self, entry_id: int, booked_on: date) -> Act:
        entry = self.history.entries[entry_id]
        legs = tuple(Leg(ref, -leg[0]) for ref, leg in entry.legs.items())
        return Act(EntryKind.REVERSAL, entry_id, 0, booked_on, entry.value_date, legs)

    def _why_not_capture(self, hold_ids: Sequence[int], act: Act) -> set[Refused]:
        there = {Refused("AlreadyPosted", (act.key, self.entries[act.key]))} if act.key in self.entries else set()
        gone = {Refused("HoldEnded", (hold_id,)) for hold_id in hold_ids if hold_id not in self.holds}
        if gone:
            return gone | there
        freed: Counter[AccountRef] = Counter()
        for hold_id in hold_ids:
            account, sen = self.holds[hold_id]
            freed[account] += sen
        return there | self._short([act], freed)

    def _short(self, acts: Iterable[Act], freed: Mapping[AccountRef, int] | None = None) -> set[Refused]:
        """The accounts that the first act to do so would take below what is held on them."""
        balance: dict[AccountRef, int] = {}
        for act in acts:
            short = set()
            for ref, sen in act.legs:
                held = self.pots[ref].held - (freed or {}).get(ref, 0)
                before = balance.get(ref, self.pots[ref].balance)
                balance[ref] = before + sen
                if sen < 0 and ref.holder_kind != HolderKind.FUND and ref.code not in FREE and before + sen < held:
                    short.add(Refused("Insufficient", (act.key, ref, before - held, -sen)))
            if short:
                return short
        return set()

    def enter(self, entry_id: int, act: Act) -> list[Move]:
        """Posts the act and compares the entry with it, leg by leg."""
        entry = self.history.entries[entry_id]
        expected = {}
        for ref, sen in act.legs:
            pot = self.pots[ref]
            pot.balance += sen
            pot.version += 1
            pot.by_day[act.booked_on] += sen
            expected[ref] = (sen, None, None) if ref.holder_kind == HolderKind.FUND else (sen, pot.version, pot.balance)
        self.entries[act.key] = entry_id
        if (entry.key, entry.booked_on, entry.value_date, entry.legs) != (act.key, act.booked_on, act.value_date, expected):
            raise Divergence(f"entry {entry_id}: found {entry}, expected {act} as {expected}")
        return [Move(ref, act.booked_on, sen) for ref, sen in act.legs]

    def hold(self, hold_id: int, account: AccountRef, sen: int, ref: int) -> list[Move]:
        row = self.history.holds[hold_id]
        if (row.account, row.sen, row.ref, row.state) != (account, sen, ref, "PLACED"):
            raise Divergence(f"hold {hold_id}: found {row}, expected {sen} on {account}")
        self.pots[account].held += sen
        self.holds[hold_id] = account, sen
        self.hold_refs[ref] = hold_id
        return [Move(account, None, sen)]

    def end(self, hold_id: int, state: str, entry_id: int | None) -> list[Move]:
        account, sen = self.holds.pop(hold_id)
        self.pots[account].held -= sen
        row = self.history.holds[self.history.ends[hold_id]]
        if (row.account, row.sen, row.state, row.entry_id) != (account, sen, state, entry_id):
            raise Divergence(f"end of hold {hold_id}: found {row}, expected {state}")
        return [Move(account, None, -sen)]


def fits(outcome: Refused, plausible: set[Refused]) -> bool:
    """A chunk names the keys that it met when it looked again: some of those that are there by now."""
    if outcome.name != "DuplicateAct":
        return outcome in plausible
    return any(one.name == outcome.name and set(outcome.facts[0]) <= set(one.facts[0]) for one in plausible)  # type: ignore[call-overload]
