"""Credits by the thousand, all of one kind and day and from one account of the fund: the rows that `post_chunk` writes, without an object for each
act and leg, which cost more than the rows."""

import datetime
from collections import Counter
from collections.abc import Sequence
from itertools import repeat
from typing import Final, NamedTuple

from django.db.backends.utils import CursorWrapper

from kwsp_portal import bulk
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.posting import engine, rows
from members.ledger.posting.acts import LARGEST, AccountRef, BadAct, DuplicateAct, Key, LedgerError, member

Credit = tuple[int, int, str, int]
"""What each is: `ref` of the act, whose part is 0; id of the member's row; code of the account; sen above 0."""
MEMBER: Final = HolderKind.MEMBER.value
# In the order of accounts, which is every act's order of locks: the planner has no way but by index, and the array is sorted.
_MOVE: Final = """
UPDATE ledger_balance AS balance SET balance_sen = balance.balance_sen + new.sen, version = balance.version + new.legs
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS new (account_id, sen, legs) WHERE balance.account_id = new.account_id
RETURNING balance.account_id, balance_sen - new.sen, version - new.legs
"""


class Credits(NamedTuple):
    """`kind`, the days and `source`, an account of the fund, are those of every act; `each`: what differs."""

    kind: EntryKind
    source: AccountRef
    booked_on: datetime.date
    value_date: datetime.date
    each: Sequence[Credit]

    @property
    def keys(self) -> list[Key]:
        return [Key(int(self.kind), ref, 0) for ref, *_rest in self.each]


def check(many: Credits) -> None:
    """Raises BadAct unless each is an act that any ledger could take, DuplicateAct where a `ref` stands twice."""
    kind, source, booked_on, value_date, each = many
    if type(kind) is not EntryKind or source.holder_kind != HolderKind.FUND:
        raise BadAct(Key(0, 0, 0), f"{kind!r} from {source}", "an EntryKind, from an account of the fund")
    if type(booked_on) is not datetime.date or type(value_date) is not datetime.date:
        raise BadAct(Key(int(kind), 0, 0), f"{booked_on!r}, {value_date!r}", "two dates")
    for ref, member_id, code, sen in each:
        if type(sen) is not int or not 0 < sen < LARGEST:
            raise BadAct(Key(int(kind), ref, 0), f"{sen!r} on {member(member_id, code)}", "a whole number of sen above zero")
        if type(ref) is not int or ref <= 0:
            raise BadAct(Key(int(kind), 0, 0), f"ref {ref!r}", "a whole number above 0")
    if len({ref for ref, *_rest in each}) < len(each):
        raise DuplicateAct(sorted(key for key, count in Counter(many.keys).items() if count > 1))


def write(cursor: CursorWrapper, many: Credits) -> list[int]:
    """Posts them in their order, and returns the ids of their entries: the rows of the ledger are those of engine.Books."""
    kind, source, booked_on, value_date, each = many
    source_id = rows.ids_of(cursor, [source], [booked_on])[0]
    account_ids = _accounts(cursor, many)
    stands = _moved(cursor, many, account_ids)
    ids = bulk.new_ids(cursor, "ledger_entry", len(each))
    postings: list[str] = []
    for entry_id, account_id, (_ref, _who, _code, sen) in zip(ids, account_ids, each, strict=True):
        balance, version = stands[account_id]
        balance += sen
        version += 1
        stands[account_id] = balance, version
        postings.append(f"{entry_id}\t{source_id}\t-{sen}\t\\N\t\\N\n{entry_id}\t{account_id}\t{sen}\t{version}\t{balance}\n")
    begin, end = f"\t{kind:d}\t", f"\t0\t{booked_on}\t{value_date}\t\\N\n"
    bulk.copy(cursor, engine.POSTINGS, postings)
    bulk.copy(cursor, engine.ENTRIES, [f"{entry_id}{begin}{ref}{end}" for entry_id, (ref, _who, _code, _sen) in zip(ids, each, strict=True)])
    return ids


def _accounts(cursor: CursorWrapper, many: Credits) -> list[int]:
    """Of each the account, opened where it is not."""
    found = rows.find(cursor, {(MEMBER, who) for _ref, who, _code, _sen in many.each})
    try:
        return [found[MEMBER, who, code] for _ref, who, code, _sen in many.each]
    except KeyError:
        missing = sorted({member(who, code) for _ref, who, code, _sen in many.each if (MEMBER, who, code) not in found})
        found |= zip(missing, rows.ids_of(cursor, missing, repeat(many.booked_on, len(missing))), strict=True)
        return [found[MEMBER, who, code] for _ref, who, code, _sen in many.each]


def _moved(cursor: CursorWrapper, many: Credits, account_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Balances (sen) and versions as they were, by account: what comes in needs no look at them before they are locked and written at once."""
    sums: dict[int, int] = {}
    for account_id, (_ref, _who, _code, sen) in zip(account_ids, many.each, strict=True):
        sums[account_id] = sums.get(account_id, 0) + sen
    times, ordered = Counter(account_ids), sorted(sums)
    with rows.by_index(cursor, rows.MANY):
        cursor.execute(_MOVE, [rows.array(ordered), rows.array([sums[one] for one in ordered]), rows.array([times[one] for one in ordered])])
        found = {account_id: (balance, version) for account_id, balance, version in cursor.fetchall()}
    if len(found) < len(ordered):
        raise LedgerError(f"account {min(sums.keys() - found)}: found no balance row; run check_ledger")
    return found
