"""Many holds placed, and others ended for them, in one transaction and a handful of statements: what a day's recurring payments need (ruling 26)."""

import datetime
from collections.abc import Sequence
from itertools import repeat
from typing import Final, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from members.ledger.enums import HoldKind, HoldState
from members.ledger.posting import engine, rows
from members.ledger.posting.acts import AccountRef, Insufficient
from members.ledger.posting.holds import Held, HoldEnded, placed_by_id, refuse_ended

_PLACE: Final = f"""
INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, booked_on)
SELECT account_id, amount_sen, kind, ref, part, '{HoldState.PLACED}', %s
FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::bigint[], %s::int[]) WITH ORDINALITY
    AS new (account_id, amount_sen, kind, ref, part, place)
ORDER BY place RETURNING kind, ref, part, id
"""  # noqa: S608 - a closed list
_END: Final = f"""
INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, placed_id, booked_on)
SELECT account_id, amount_sen, kind, ref, part, '{HoldState.RELEASED}', id, %s FROM ledger_hold WHERE id = ANY(%s::bigint[])
"""  # noqa: S608 - a closed list
_SAVE: Final = """
UPDATE ledger_balance AS balance SET held_sen = new.held_sen
FROM unnest(%s::bigint[], %s::bigint[]) AS new (account_id, held_sen) WHERE balance.account_id = new.account_id
"""


class NewHold(NamedTuple):
    """Money to be held: sen of a floored account; (kind, ref, part) is its natural key."""

    account: AccountRef
    amount_sen: int
    kind: HoldKind
    ref: int
    part: int


class Exchange(NamedTuple):
    """For one cause: holds that end, and those that come in their place, all or none of them."""

    ends: Sequence[int]
    places: Sequence[NewHold]


def exchange(wanted: Sequence[Exchange], *, booked_on: datetime.date) -> list[list[int] | None]:
    """End and place all of these in one transaction; of each the ids of its new holds, in their order, or None where an account is frozen or a hold
    is there no more, which is left as it is.

    Raises Insufficient where an account has less than is to be held once what ends is free: nothing is done then. A key that is there already is an
    IntegrityError: who calls cuts the work so that each cause comes once.
    """

    def work() -> list[list[int] | None]:
        with connection.cursor() as cursor:
            return _exchange(cursor, wanted, booked_on)

    return engine.in_transaction(work)


def _exchange(cursor: CursorWrapper, wanted: Sequence[Exchange], booked_on: datetime.date) -> list[list[int] | None]:
    standing = placed_by_id(cursor, [hold for one in wanted for hold in one.ends])
    refs = [new.account for one in wanted for new in one.places]
    ids = dict(zip(refs, rows.ids_of(cursor, refs, repeat(booked_on, len(refs))), strict=True))
    locked = rows.lock(cursor, {*ids.values(), *(held.account_id for held in standing.values())})
    standing = not_ended(cursor, standing)
    frozen = rows.frozen(cursor, locked)
    left_out = [_is_left_out(one, standing, frozen, ids) for one in wanted]
    going = [one for one, out in zip(wanted, left_out, strict=True) if not out]
    ending = [standing[hold] for one in going for hold in one.ends]
    held = {account_id: row[2] for account_id, row in locked.items()}
    for one in ending:
        held[one.account_id] -= one.amount_sen
    new = [place for one in going for place in one.places]
    for place in new:
        account_id = ids[place.account]
        if locked[account_id][1] - held[account_id] < place.amount_sen:
            raise Insufficient(place.account, locked[account_id][1] - held[account_id], place.amount_sen)
        held[account_id] += place.amount_sen
    _save(cursor, {account: sen for account, sen in held.items() if sen != locked[account][2]})
    if ending:
        cursor.execute(_END, [booked_on, rows.array(one.hold_id for one in ending)])
    made = _place(cursor, new, ids, booked_on)
    return [None if out else [made[place.kind, place.ref, place.part] for place in one.places] for one, out in zip(wanted, left_out, strict=True)]


def not_ended(cursor: CursorWrapper, standing: dict[int, Held]) -> dict[int, Held]:
    """Those that nobody has ended, looked at under the lock of their balance rows."""
    try:
        refuse_ended(cursor, list(standing.values()))
    except HoldEnded:
        cursor.execute(
            "SELECT placed_id FROM ledger_hold WHERE placed_id = ANY(%s::bigint[])", [rows.array(one.hold_id for one in standing.values())]
        )
        ended = {hold for (hold,) in cursor.fetchall()}
        return {asked: one for asked, one in standing.items() if one.hold_id not in ended}
    return standing


def _is_left_out(one: Exchange, standing: dict[int, Held], frozen: set[int], ids: dict[AccountRef, int]) -> bool:
    if any(hold not in standing for hold in one.ends):
        return True
    return any(standing[hold].account_id in frozen for hold in one.ends) or any(ids[new.account] in frozen for new in one.places)


def _save(cursor: CursorWrapper, held: dict[int, int]) -> None:
    if held:
        with rows.by_index(cursor, len(held)):
            cursor.execute(_SAVE, [rows.array(held), rows.array(held.values())])


def _place(cursor: CursorWrapper, new: Sequence[NewHold], ids: dict[AccountRef, int], booked_on: datetime.date) -> dict[tuple[int, int, int], int]:
    if not new:
        return {}
    columns = ((ids[one.account] for one in new), (one.amount_sen for one in new), (one.kind.value for one in new))
    keys = ((one.ref for one in new), (one.part for one in new))
    cursor.execute(_PLACE, [booked_on, *(rows.array(column) for column in (*columns, *keys))])
    return {(kind, ref, part): hold for kind, ref, part, hold in cursor.fetchall()}
