"""Many holds captured at once: a payout file takes the money of thousands in a handful of statements."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from members.ledger.enums import EntryKind, HoldState
from members.ledger.posting import acts as _acts
from members.ledger.posting import engine, rows
from members.ledger.posting.acts import AccountRef, Act, Leg
from members.ledger.posting.exchanging import not_ended
from members.ledger.posting.holds import Held, placed_by_id

_CAPTURED: Final = f"""
INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, placed_id, entry_id, booked_on)
SELECT account_id, amount_sen, kind, ref, part, '{HoldState.CAPTURED}', placed.id, taken.entry_id, %s
FROM unnest(%s::bigint[], %s::bigint[]) AS taken (hold_id, entry_id) JOIN ledger_hold AS placed ON placed.id = hold_id
"""  # noqa: S608 - a closed list


class Capture(NamedTuple):
    """The holds that end and the account to which all their money goes, `amount_sen` in all, in one act for the cause `ref`."""

    holds: Sequence[int]
    kind: EntryKind
    ref: int
    to: AccountRef
    amount_sen: int


def capture_many(wanted: Sequence[Capture], *, booked_on: datetime.date) -> list[int | None]:
    """`capture` for a chunk of thousands, in one transaction: of each the id of its entry, or None where an account is frozen or a hold is there no
    more, which is left as it is. Held money that has gone to another account meanwhile (at 55) is taken from there.

    Raises BadAct where the holds are another sum, Insufficient; an act that is posted already is an IntegrityError. Nothing is done then.
    """

    def work() -> list[int | None]:
        with connection.cursor() as cursor:
            return _capture(cursor, wanted, booked_on)

    return engine.in_transaction(work)


def _capture(cursor: CursorWrapper, wanted: Sequence[Capture], booked_on: datetime.date) -> list[int | None]:
    standing = placed_by_id(cursor, [hold for one in wanted for hold in one.holds])
    locked = rows.lock(cursor, {held.account_id for held in standing.values()})
    standing = not_ended(cursor, standing)
    frozen = rows.frozen(cursor, locked)
    out = [_is_left_out(one, standing, frozen) for one in wanted]
    going = [one for one, left_out in zip(wanted, out, strict=True) if not left_out]
    if not going:
        return [None for _one in wanted]
    acts = [_act(one, standing, booked_on) for one in going]
    _acts.check_all(acts)
    books = engine.Books(cursor, acts)
    ending = [standing[hold] for one in going for hold in one.holds]
    books.free_many((held.account_id, held.amount_sen) for held in ending)
    entries = books.write(acts)
    of_hold = [entry for one, entry in zip(going, entries, strict=True) for _hold in one.holds]
    with rows.by_index(cursor, len(ending)):
        cursor.execute(_CAPTURED, [booked_on, rows.array(held.hold_id for held in ending), rows.array(of_hold)])
    made = iter(entries)
    return [None if left_out else next(made) for left_out in out]


def _act(one: Capture, standing: Mapping[int, Held], booked_on: datetime.date) -> Act:
    taken: dict[AccountRef, int] = {}
    for hold in one.holds:
        held = standing[hold]
        taken[held.account] = taken.get(held.account, 0) - held.amount_sen
    legs = [*(Leg(account, sen) for account, sen in taken.items()), Leg(one.to, one.amount_sen)]
    return Act(kind=one.kind, ref=one.ref, part=0, booked_on=booked_on, value_date=booked_on, legs=legs)


def _is_left_out(one: Capture, standing: Mapping[int, Held], frozen: Collection[int]) -> bool:
    return any(hold not in standing or standing[hold].account_id in frozen for hold in one.holds)
