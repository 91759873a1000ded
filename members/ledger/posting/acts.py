"""What an act is, and why the ledger refuses one."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from members.ledger import chart
from members.ledger.enums import EntryKind, HolderKind

LARGEST = 2**62
"""No amount of sen reaches this; a balance of such amounts still fits a bigint."""


class AccountRef(NamedTuple):
    """Names an account by its holder, whether or not it has been opened. The fund's holder id is 0: `fund(code)`."""

    holder_kind: HolderKind
    holder_id: int
    code: str

    def __str__(self) -> str:
        return f"{self.holder_kind} {self.holder_id} {self.code}"


def fund(code: str) -> AccountRef:
    """One of the fund's own accounts."""
    return AccountRef(HolderKind.FUND, chart.FUND, code)


def member(member_id: int, code: str) -> AccountRef:
    """An account of a member, by the id of the member's row."""
    return AccountRef(HolderKind.MEMBER, member_id, code)


def employer(employer_id: int, code: str) -> AccountRef:
    """An account of an employer, by the id of the employer's row."""
    return AccountRef(HolderKind.EMPLOYER, employer_id, code)


def payer(member_id: int) -> AccountRef:
    """What goes back to a member as somebody who paid, by the id of the member's row."""
    return AccountRef(HolderKind.PAYER, member_id, "RETURN")


class Leg(NamedTuple):
    """What an act adds to one account, in sen, positive in the holder's favour."""

    account: AccountRef
    amount_sen: int


class Act(NamedTuple):
    """One entry to be. `(kind, ref, part)` is its natural key, for ever; `ref` is the id of the row that causes it.

    booked_on: business date of the credit. value_date: the day from which it earns. Legs: two or more, each account once, sum zero.
    """

    kind: EntryKind
    ref: int
    part: int
    booked_on: datetime.date
    value_date: datetime.date
    legs: Sequence[Leg]

    @property
    def key(self) -> "Key":
        return Key(int(self.kind), self.ref, self.part)


class Key(NamedTuple):
    """The natural key of an act."""

    kind: int
    ref: int
    part: int

    def __str__(self) -> str:
        return f"{EntryKind(self.kind).name if self.kind else 'UNKNOWN'} {self.ref}.{self.part}"


class LedgerError(Exception):
    """The ledger refuses. Nothing was written."""


class BadAct(LedgerError):
    """An act that no ledger could take: says what was found and what was expected."""

    def __init__(self, key: Key, found: str, expected: str) -> None:
        super().__init__(f"{key}: found {found}, expected {expected}")
        self.key, self.found, self.expected = key, found, expected


class AlreadyPosted(LedgerError):
    """The natural key of `post` or `reverse` is in the ledger, as entry `entry_id`."""

    def __init__(self, key: Key, entry_id: int) -> None:
        super().__init__(f"{key}: already posted as entry {entry_id}")
        self.key, self.entry_id = key, entry_id


class KeyReused(LedgerError):
    """`post_once` met its key with other legs or dates: two different acts claim one cause."""

    def __init__(self, key: Key, entry_id: int) -> None:
        super().__init__(f"{key}: entry {entry_id} has other legs or dates")
        self.key, self.entry_id = key, entry_id


class DuplicateAct(LedgerError):
    """`post_many` met natural keys twice, in the chunk or against the ledger. The whole chunk is refused."""

    def __init__(self, keys: Sequence[Key]) -> None:
        shown = ", ".join(str(key) for key in keys[:20]) + (f" and {len(keys) - 20} more" if len(keys) > 20 else "")
        super().__init__(f"posted before: {shown}")
        self.keys = tuple(keys)


class Insufficient(LedgerError):
    """An account that may not go below what is held on it: `available_sen` is the balance less what is held."""

    def __init__(self, account: AccountRef, available_sen: int, wanted_sen: int, key: Key | None = None) -> None:
        super().__init__(f"{account}: found {available_sen} sen available, wanted {wanted_sen}" + (f" for {key}" if key else ""))
        self.account, self.available_sen, self.wanted_sen, self.key = account, available_sen, wanted_sen, key


class DayClosed(LedgerError):
    """An act for a day that is closed (members.ledger.days): `found` is its day, `expected` the first that is open."""

    def __init__(self, found: datetime.date, expected: datetime.date) -> None:
        super().__init__(f"found an act booked on {found}, expected {expected} or later: the days before it are closed")
        self.found, self.expected = found, expected


class Frozen(LedgerError):
    """A withdrawal from an account that a check of the ledger found broken (members.ledger.freezing). Money may come in, none goes out."""

    def __init__(self, account_id: int) -> None:
        super().__init__(f"account {account_id}: found it frozen by a check of the ledger, expected one that is sound")
        self.account_id = account_id


def check(act: Act) -> None:
    """Raises BadAct unless the act is well formed: known kind, positive ref, whole sen, two legs or more, each account once, sum zero.

    Whether the chart has the accounts is looked at when they are opened.
    """
    if type(act.kind) is not EntryKind:
        raise BadAct(Key(0, act.ref, act.part), repr(act.kind), "an EntryKind")
    if type(act.ref) is not int or act.ref <= 0 or type(act.part) is not int or act.part < 0:
        raise _bad(act, f"ref {act.ref!r}, part {act.part!r}", "whole numbers, ref above 0, part not below 0")
    if type(act.booked_on) is not datetime.date or type(act.value_date) is not datetime.date:
        raise _bad(act, f"{act.booked_on!r}, {act.value_date!r}", "two dates")
    total = 0
    for account, amount in act.legs:
        if type(amount) is not int or not amount or not -LARGEST < amount < LARGEST:
            raise _bad(act, f"{amount!r} on {account}", "a whole number of sen other than zero")
        total += amount
    if total or len(act.legs) < 2:
        raise _bad(act, f"{len(act.legs)} legs with the sum {total}", "two or more with the sum 0")
    if len({account for account, _ in act.legs}) < len(act.legs):
        raise _bad(act, "an account twice", "each account once")


def check_all(acts: Iterable[Act]) -> None:
    """`check` for each, and DuplicateAct where a natural key stands twice among them."""
    keys = []
    for act in acts:
        check(act)
        keys.append(act[:3])
    if len(set(keys)) < len(keys):
        raise DuplicateAct(sorted(Key(kind.value, ref, part) for (kind, ref, part), count in Counter(keys).items() if count > 1))


def _bad(act: Act, found: str, expected: str) -> BadAct:
    return BadAct(act.key, found, expected)
