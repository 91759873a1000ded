"""All that stands on some accounts of a holder goes to another of the same holder, and the holds on it with it (at 55, ruling 16)."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from members.ledger.enums import EntryKind, HolderKind
from members.ledger.posting import engine, rows
from members.ledger.posting.acts import Act, Leg, member


class Whole(NamedTuple):
    """Of whom all goes, and from when it earns on its new account."""

    member_id: int
    value_date: datetime.date


class Moved(NamedTuple):
    """What went: sen by code of the account it stood on, how much of it is held, and the part of the entry: 0 where it is the member's first."""

    member_id: int
    parts: Mapping[str, int]
    held_sen: int
    part: int

    @property
    def total_sen(self) -> int:
        return sum(self.parts.values())


class Outcome(NamedTuple):
    """What moved, and whose money stays because a check has frozen one of the accounts: it goes when that is lifted."""

    moved: Sequence[Moved]
    frozen: Collection[int]


class _Pot(NamedTuple):
    account_id: int
    member_id: int
    code: str
    balance: int
    held: int


def move_whole(
    wholes: Sequence[Whole],
    *,
    codes: Collection[str],
    to: str,
    kind: EntryKind,
    booked_on: datetime.date,
    guard: Callable[[Outcome], None],
) -> Outcome:
    """Moves all that stands on the accounts `codes` of these members to their account `to`, in one transaction; (kind, member, part) is the key.

    Who has nothing there is passed over, so it may be done again, and beside others who do it: whoever has the locks first moves. Money that earns
    from a later day only goes by an entry of that day, so that no account ever earns less than nothing. `guard` runs last inside the transaction.
    """

    def work() -> Outcome:
        with connection.cursor() as cursor:
            pots = _locked(cursor, [whole.member_id for whole in wholes], codes, to, booked_on)
            frozen = _frozen(cursor, pots)
            going = [pot for pot in pots if pot.code in codes and pot.balance and pot.member_id not in frozen]
            moved = _move(cursor, going, {whole.member_id: whole.value_date for whole in wholes}, to, kind, booked_on) if going else []
        outcome = Outcome(moved, frozen)
        guard(outcome)
        return outcome

    return engine.in_transaction(work)


def _locked(cursor: CursorWrapper, members: Sequence[int], codes: Collection[str], to: str, day: datetime.date) -> list[_Pot]:
    """Their accounts under lock, `to` opened where there is something to go there."""
    holders = [(HolderKind.MEMBER.value, member_id) for member_id in members]
    into = [member(holder, to) for holder in sorted(_with_money(cursor, rows.find(cursor, holders), codes))]
    rows.ids_of(cursor, into, [day] * len(into))
    ours = {account: name for name, account in rows.find(cursor, holders).items() if name[2] in codes or name[2] == to}
    locked = rows.lock(cursor, ours)
    return [_Pot(account, ours[account][1], ours[account][2], row[1], row[2]) for account, row in sorted(locked.items())]


def _with_money(cursor: CursorWrapper, found: Mapping[rows.Name, int], codes: Collection[str]) -> set[int]:
    accounts = {account: name[1] for name, account in found.items() if name[2] in codes}
    cursor.execute("SELECT account_id FROM ledger_balance WHERE account_id = ANY(%s::bigint[]) AND balance_sen <> 0", [rows.array(accounts)])
    return {accounts[account] for (account,) in cursor.fetchall()}


def _frozen(cursor: CursorWrapper, pots: Sequence[_Pot]) -> set[int]:
    """Whose accounts are frozen."""
    frozen = rows.frozen(cursor, (pot.account_id for pot in pots))
    return {pot.member_id for pot in pots if pot.account_id in frozen}


def _move(
    cursor: CursorWrapper, going: Sequence[_Pot], valued: Mapping[int, datetime.date], to: str, kind: EntryKind, booked_on: datetime.date
) -> list[Moved]:
    acts = list(_acts(cursor, going, valued, to, kind, booked_on))
    books = engine.Books(cursor, acts)
    for pot in going:
        if pot.held:
            books.free(pot.account_id, pot.held)
    first = {
        act.ref: (act.part, entry) for act, entry in sorted(zip(acts, books.write(acts), strict=True), key=lambda made: made[0].part, reverse=True)
    }
    if any(pot.held for pot in going):
        _move_holds(cursor, [pot for pot in going if pot.held], {holder: entry for holder, (_, entry) in first.items()}, to, booked_on)
    moved: dict[int, Moved] = {}
    for pot in going:
        parts, held = (moved[pot.member_id].parts, moved[pot.member_id].held_sen) if pot.member_id in moved else ({}, 0)
        moved[pot.member_id] = Moved(pot.member_id, {**parts, pot.code: pot.balance}, held + pot.held, first[pot.member_id][0])
    return list(moved.values())


def _acts(
    cursor: CursorWrapper, going: Sequence[_Pot], valued: Mapping[int, datetime.date], to: str, kind: EntryKind, booked_on: datetime.date
) -> list[Act]:
    later = _valued_later(cursor, going, valued)
    by_day: defaultdict[tuple[int, datetime.date], list[Leg]] = defaultdict(list)
    for pot in going:
        days = later[pot.account_id]
        now = pot.balance - sum(days.values())
        if now < 0 or min(days.values(), default=1) < 0:
            days, now = {}, pot.balance
        for day, sen in [(valued[pot.member_id], now), *days.items()]:
            if sen:
                by_day[pot.member_id, day].append(Leg(member(pot.member_id, pot.code), -sen))
    parts = _next_parts(cursor, kind, sorted({holder for holder, _ in by_day}))
    acts = []
    for (holder, day), legs in sorted(by_day.items(), key=lambda found: found[0]):
        into = Leg(member(holder, to), -sum(leg.amount_sen for leg in legs))
        acts.append(Act(kind, holder, parts[holder], booked_on, day, (*legs, into)))
        parts[holder] += 1
    return acts


def _valued_later(cursor: CursorWrapper, going: Sequence[_Pot], valued: Mapping[int, datetime.date]) -> dict[int, dict[datetime.date, int]]:
    """By account what came in that earns only after the day of the move, by the day from which it does."""
    cursor.execute(
        """SELECT wanted.account_id, value_date, sum(amount_sen)::bigint
        FROM unnest(%s::bigint[], %s::date[]) AS wanted (account_id, day)
        JOIN ledger_posting AS posting ON posting.account_id = wanted.account_id
        JOIN ledger_entry AS entry ON entry.id = entry_id AND value_date > day
        GROUP BY wanted.account_id, value_date HAVING sum(amount_sen) <> 0""",
        [rows.array(pot.account_id for pot in going), rows.array(valued[pot.member_id] for pot in going)],
    )
    found: defaultdict[int, dict[datetime.date, int]] = defaultdict(dict)
    for account, day, sen in cursor.fetchall():
        found[account][day] = sen
    return found


def _next_parts(cursor: CursorWrapper, kind: EntryKind, holders: Sequence[int]) -> dict[int, int]:
    """The first free part of each: its accounts are locked, so nobody else takes it."""
    cursor.execute(
        "SELECT ref, max(part) + 1 FROM ledger_entry WHERE kind = %s AND ref = ANY(%s::bigint[]) GROUP BY ref", [kind, rows.array(holders)]
    )
    return {**dict.fromkeys(holders, 0), **dict(cursor.fetchall())}


_END = """
INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, placed_id, entry_id, booked_on)
SELECT account_id, amount_sen, kind, ref, part, 'MOVED', placed.id, wanted.entry_id, %s
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS wanted (from_id, to_id, entry_id)
JOIN ledger_hold AS placed ON placed.account_id = from_id AND placed.state = 'PLACED'
WHERE NOT EXISTS (SELECT FROM ledger_hold AS ended WHERE ended.placed_id = placed.id)
ORDER BY placed.id RETURNING placed_id, account_id
"""
_GO_ON = """
INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, moved_from_id, booked_on)
SELECT to_id, amount_sen, kind, ref, part, 'PLACED', before.id, %s
FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (hold_id, to_id) JOIN ledger_hold AS before ON before.id = hold_id ORDER BY before.id
"""
_HELD = """
UPDATE ledger_balance AS balance SET held_sen = balance.held_sen + new.held_sen
FROM (
    SELECT account_id, sum(held_sen)::bigint AS held_sen FROM unnest(%s::bigint[], %s::bigint[]) AS one (account_id, held_sen) GROUP BY account_id
) AS new
WHERE balance.account_id = new.account_id
"""


def _move_holds(cursor: CursorWrapper, held: Sequence[_Pot], entries: Mapping[int, int], to: str, booked_on: datetime.date) -> None:
    """Ends the holds where the money was and goes on with them where it is; `entries`: the entry that moved it, by member."""
    found = rows.find(cursor, {(HolderKind.MEMBER.value, pot.member_id) for pot in held})
    into = {pot.account_id: found[HolderKind.MEMBER.value, pot.member_id, to] for pot in held}
    of = {pot.account_id: entries[pot.member_id] for pot in held}
    cursor.execute(_END, [booked_on, rows.array(into), rows.array(into.values()), rows.array(of[account] for account in into)])
    ended = cursor.fetchall()
    cursor.execute(_HELD, [rows.array(into[pot.account_id] for pot in held), rows.array(pot.held for pot in held)])
    cursor.execute(_GO_ON, [booked_on, rows.array(hold for hold, _ in ended), rows.array(into[account] for _, account in ended)])
