"""Credits by the thousand, all of one kind and day and from one account of the fund: the rows that `post_chunk` writes, without an object for each
act and leg, which cost more than the rows."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final, NamedTuple, NoReturn

from django.db.backends.utils import CursorWrapper

from kwsp_portal import bulk
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.posting import engine, rows
from members.ledger.posting.acts import LARGEST, AccountRef, BadAct, DuplicateAct, Key, LedgerError, member

# In the order of accounts, which is every act's order of locks: the planner has no way but by index, and the array is sorted.
_MOVE: Final = """
UPDATE ledger_balance AS balance SET balance_sen = balance.balance_sen + new.sen, version = balance.version + new.legs
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS new (account_id, sen, legs) WHERE balance.account_id = new.account_id
RETURNING balance.account_id, balance_sen, version
"""


class Credits(NamedTuple):
    """`kind`, the days and `source`, an account of the fund, are those of every act. What differs, by column and as long as one another: `ref` of the
    act, whose part is 0; the id of the member's row; the account's code; sen above 0."""

    kind: EntryKind
    source: AccountRef
    booked_on: datetime.date
    value_date: datetime.date
    refs: Sequence[int]
    member_ids: Sequence[int]
    codes: Sequence[str]
    amounts: Sequence[int]

    @property
    def keys(self) -> list[Key]:
        return [Key(int(self.kind), ref, 0) for ref in self.refs]


def check(many: Credits) -> None:
    """Raises BadAct unless each is an act that any ledger could take, DuplicateAct where a `ref` stands twice."""
    kind, source, booked_on, value_date, refs, member_ids, codes, amounts = many
    if type(kind) is not EntryKind or source.holder_kind != HolderKind.FUND:
        raise BadAct(Key(0, 0, 0), f"{kind!r} from {source}", "an EntryKind, from an account of the fund")
    if type(booked_on) is not datetime.date or type(value_date) is not datetime.date:
        raise BadAct(Key(int(kind), 0, 0), f"{booked_on!r}, {value_date!r}", "two dates")
    if not len(refs) == len(member_ids) == len(codes) == len(amounts):
        raise BadAct(Key(int(kind), 0, 0), f"{len(refs)}, {len(member_ids)}, {len(codes)} and {len(amounts)} values", "columns of one length")
    if not (_whole(refs) and _whole(amounts) and max(amounts, default=0) < LARGEST):
        _refuse(many)
    if len(set(refs)) < len(refs):
        raise DuplicateAct(sorted(key for key, count in Counter(many.keys).items() if count > 1))


def _whole(numbers: Sequence[int]) -> bool:
    """Whether each is a whole number above 0: looked at together, by column."""
    return not numbers or (set(map(type, numbers)) == {int} and min(numbers) > 0)


def _refuse(many: Credits) -> NoReturn:
    """By the first that no ledger could take."""
    for ref, member_id, code, sen in zip(many.refs, many.member_ids, many.codes, many.amounts, strict=True):
        if type(sen) is not int or not 0 < sen < LARGEST:
            raise BadAct(Key(int(many.kind), ref, 0), f"{sen!r} on {member(member_id, code)}", "a whole number of sen above zero")
        if type(ref) is not int or ref <= 0:
            raise BadAct(Key(int(many.kind), 0, 0), f"ref {ref!r}", "a whole number above 0")
    raise AssertionError("unreachable: one of them is refused")


def write(cursor: CursorWrapper, many: Credits) -> list[int]:
    """Posts them in their order, and returns the ids of their entries: the rows of the ledger are those of engine.Books."""
    kind, source, booked_on, value_date, refs, member_ids, codes, amounts = many
    source_id = rows.ids_of(cursor, [source], [booked_on])[0]
    account_ids = _accounts(cursor, member_ids, codes, booked_on)
    stood = _moved(cursor, account_ids, amounts)
    ids = bulk.new_ids(cursor, "ledger_entry", len(refs))
    taken, not_kept = f"\t{source_id}\t-", "\t\\N\t\\N\n"
    postings = [
        f"{entry_id}{taken}{sen}{not_kept}{entry_id}\t{account_id}\t{sen}\t{version}\t{balance}\n"
        for entry_id, account_id, sen, (balance, version) in zip(ids, account_ids, amounts, stood, strict=True)
    ]
    bulk.copy(cursor, engine.POSTINGS, postings)
    begin, end = f"\t{kind:d}\t", f"\t0\t{booked_on}\t{value_date}\t\\N\n"
    bulk.copy(cursor, engine.ENTRIES, [f"{entry_id}{begin}{ref}{end}" for entry_id, ref in zip(ids, refs, strict=True)])
    return ids


def _accounts(cursor: CursorWrapper, member_ids: Sequence[int], codes: Sequence[str], on: datetime.date) -> list[int]:
    """Of each the account, opened where it is not."""
    found = {code: rows.find_of_code(cursor, code, wanted) for code, wanted in _by_code(member_ids, codes).items()}
    try:
        return _found(found, member_ids, codes)
    except KeyError:
        missing = sorted({member(*name) for name in zip(member_ids, codes, strict=True) if name[0] not in found[name[1]]})
    for ref, account_id in zip(missing, rows.ids_of(cursor, missing, repeat(on, len(missing))), strict=True):
        found[ref.code][ref.holder_id] = account_id
    return _found(found, member_ids, codes)


def _by_code(member_ids: Sequence[int], codes: Sequence[str]) -> dict[str, set[int]]:
    """Whose account of each code is wanted: mostly all have the same."""
    different = set(codes)
    if len(different) == 1:
        return {different.pop(): set(member_ids)}
    wanted: dict[str, set[int]] = {code: set() for code in different}
    for member_id, code in zip(member_ids, codes, strict=True):
        wanted[code].add(member_id)
    return wanted


def _found(found: Mapping[str, Mapping[int, int]], member_ids: Sequence[int], codes: Sequence[str]) -> list[int]:
    """KeyError where one is not open."""
    if len(found) == 1:
        (of_code,) = found.values()
        return [of_code[member_id] for member_id in member_ids]
    return [found[code][member_id] for member_id, code in zip(member_ids, codes, strict=True)]


def _moved(cursor: CursorWrapper, account_ids: Sequence[int], amounts: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Balance (sen) and version of the account after each, in their order: what comes in needs no look at them before they are locked and written at
    once."""
    sums = dict(zip(account_ids, amounts, strict=True))
    alone = len(sums) == len(account_ids)
    if not alone:
        sums = dict.fromkeys(account_ids, 0)
        for account_id, sen in zip(account_ids, amounts, strict=True):
            sums[account_id] += sen
    times, ordered = Counter() if alone else Counter(account_ids), sorted(sums)
    legs = repeat(1, len(ordered)) if alone else map(times.__getitem__, ordered)
    with rows.by_index(cursor, rows.MANY):
        cursor.execute(_MOVE, [rows.array(ordered), rows.array(map(sums.__getitem__, ordered)), rows.array(legs)])
        found = {account_id: (balance, version) for account_id, balance, version in cursor.fetchall()}
    if len(found) < len(ordered):
        raise LedgerError(f"account {min(sums.keys() - found)}: found no balance row; run check_ledger")
    return map(found.__getitem__, account_ids) if alone else _one_by_one(found, sums, times, account_ids, amounts)


def _one_by_one(
    after: Mapping[int, tuple[int, int]], sums: Mapping[int, int], times: Mapping[int, int], account_ids: Sequence[int], amounts: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Where an account got more than one: from where it stood before them to where it stands `after`."""
    stands = {account_id: (balance - sums[account_id], version - times[account_id]) for account_id, (balance, version) in after.items()}
    for account_id, sen in zip(account_ids, amounts, strict=True):
        balance, version = stands[account_id]
        stands[account_id] = balance + sen, version + 1
        yield stands[account_id]
