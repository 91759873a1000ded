"""Credits by the thousand, all of one kind and day and from one account of the fund: the rows that `post_chunk` writes, without an object for each
act and leg, which cost more than the rows."""

import datetime
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db.backends.utils import CursorWrapper

from kwsp_portal import bulk
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.posting import engine, rows
from members.ledger.posting.acts import LARGEST, AccountRef, BadAct, DuplicateAct, Key, LedgerError, member

Credit = tuple[int, int, str, int]
"""What each is: `ref` of the act, whose part is 0; id of the member's row; code of the account; sen above 0."""
MEMBER: Final = HolderKind.MEMBER.value


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
    """Posts them in their order, and returns the ids of their entries: the rows, and their order, are those of engine.Books."""
    kind, source, booked_on, value_date, each = many
    source_id = rows.ids_of(cursor, [source], [booked_on])[0]
    accounts, row_of = _locked(cursor, many)
    ids = bulk.new_ids(cursor, "ledger_entry", len(each))
    postings: list[str] = []
    for entry_id, (_ref, who, code, sen) in zip(ids, each, strict=True):
        account_id = accounts[MEMBER, who, code]
        _id, balance, held, version, floored = row_of[account_id]
        balance += sen
        version += 1
        row_of[account_id] = account_id, balance, held, version, floored
        postings.append(f"{entry_id}\t{source_id}\t-{sen}\t\\N\t\\N\n{entry_id}\t{account_id}\t{sen}\t{version}\t{balance}\n")
    begin, end = f"\t{kind:d}\t", f"\t0\t{booked_on}\t{value_date}\t\\N\n"
    bulk.copy(cursor, engine.POSTINGS, postings)
    bulk.copy(cursor, engine.ENTRIES, [f"{entry_id}{begin}{ref}{end}" for entry_id, (ref, _who, _code, _sen) in zip(ids, each, strict=True)])
    account_ids, balances, _held, versions, _floored = zip(*row_of.values(), strict=True)
    engine.save(cursor, account_ids, balances, versions)
    return ids


def _locked(cursor: CursorWrapper, many: Credits) -> tuple[dict[rows.Name, int], dict[int, rows.Row]]:
    """The accounts, opened where they are not, and their balance rows, locked in order."""
    names = {(MEMBER, who, code) for _ref, who, code, _sen in many.each}
    holders = {(MEMBER, who) for _ref, who, _code, _sen in many.each}
    found = rows.find(cursor, holders)
    missing = names.difference(found)
    opened = rows.open_missing(cursor, {member(who, code): many.booked_on for _kind, who, code in missing}) if missing else {}
    found = found | opened if len(opened) == len(missing) else rows.find(cursor, holders)
    fresh: dict[int, rows.Row] = {account_id: (account_id, 0, 0, 0, True) for account_id in opened.values()}
    locked = rows.lock(cursor, {found[name] for name in names}.difference(fresh)) | fresh
    absent = [name for name in names if found[name] not in locked]
    if absent:
        raise LedgerError(f"{member(*min(absent)[1:])}: found no balance row; run check_ledger")
    return found, locked
