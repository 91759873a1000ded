"""Money applied for is held, not moved (ruling 26): it goes on earning, and no other act can take it."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from django.db import IntegrityError, connection
from django.db.backends.utils import CursorWrapper

from members.ledger import chart
from members.ledger.enums import HolderKind, HoldKind, HoldState
from members.ledger.posting import acts as _acts
from members.ledger.posting import engine, rows
from members.ledger.posting.acts import AccountRef, Act, Frozen, Insufficient, LedgerError

T = TypeVar("T")


class AlreadyHeld(LedgerError):
    """The natural key (kind, ref, part) of the hold was placed before, as hold `hold_id`."""

    def __init__(self, hold_id: int) -> None:
        super().__init__(f"hold {hold_id} has this key")
        self.hold_id = hold_id


class HoldEnded(LedgerError):
    """The hold was released or captured before, or never placed."""

    def __init__(self, hold_id: int, found: str) -> None:
        super().__init__(f"hold {hold_id}: found {found}, expected one that is placed and not ended")
        self.hold_id, self.found = hold_id, found


class Held(NamedTuple):
    """A hold as it stands: on the account to which its money has gone meanwhile. `placed_on`: the code of the account it was asked for by."""

    hold_id: int
    account: AccountRef
    account_id: int
    amount_sen: int
    kind: int
    ref: int
    part: int
    placed_on: str = ""


_OF_KEY = "SELECT id FROM ledger_hold WHERE kind = %s AND ref = %s AND part = %s AND state = 'PLACED' AND moved_from_id IS NULL"


def place_hold(*, account: AccountRef, amount_sen: int, kind: HoldKind, ref: int, booked_on: datetime.date, part: int = 0) -> int:
    """Holds money of a floored account and returns the hold's id; (kind, ref, part) is its natural key.

    Raises AlreadyHeld, Frozen, Insufficient where less is available, LedgerError for an amount or account that cannot be held.
    """
    known = chart.CHART.get((account.holder_kind, account.code))
    if type(amount_sen) is not int or amount_sen <= 0 or known is None or not known.floored:
        raise LedgerError(f"{account}: found a hold of {amount_sen!r} sen, expected a positive one on an account with a floor")

    def work() -> int:
        with connection.cursor() as cursor:
            account_id, balance, held_sen, _, _ = _row(cursor, rows.ids_of(cursor, [account], [booked_on])[0])
            cursor.execute(_OF_KEY, [kind.value, ref, part])
            there = cursor.fetchone()
            if there:
                raise AlreadyHeld(there[0])
            _refuse_frozen(cursor, [account_id])
            if balance - held_sen < amount_sen:
                raise Insufficient(account, balance - held_sen, amount_sen)
            _save_held(cursor, account_id, held_sen + amount_sen)
            held = Held(0, account, account_id, amount_sen, kind.value, ref, part)
            return _add(cursor, held, HoldState.PLACED, booked_on, None, None)

    try:
        return engine.in_transaction(work)
    except IntegrityError as error:
        if engine.constraint(error) != "ledger_hold_act_once":
            raise
        with connection.cursor() as cursor:
            cursor.execute(_OF_KEY, [kind.value, ref, part])
            raise AlreadyHeld(cursor.fetchone()[0]) from error


def release_hold(hold_id: int, *, booked_on: datetime.date) -> None:
    """Ends a hold without moving money, wherever its money has gone meanwhile. Raises HoldEnded."""

    def work() -> None:
        with connection.cursor() as cursor:
            (held,) = placed_of(cursor, [hold_id])
            account_id, _, held_sen, _, _ = _row(cursor, held.account_id)
            refuse_ended(cursor, [held])
            _save_held(cursor, account_id, held_sen - held.amount_sen)
            _add(cursor, held, HoldState.RELEASED, booked_on, held.hold_id, None)

    _where_it_stands(lambda: engine.in_transaction(work))


def capture(hold_ids: Sequence[int], act: Act) -> int:
    """Ends the holds and posts the act that takes their money, in one transaction; returns the entry's id.

    The act may take less than was held; the rest is free again. Held money that has gone to another account meanwhile (at 55) is taken from there,
    whatever account the act names. Raises HoldEnded, AlreadyPosted, BadAct, Frozen, Insufficient.
    """
    _acts.check(act)

    def work() -> int:
        with connection.cursor() as cursor:
            holds = placed_of(cursor, hold_ids)
            followed = _following(act, holds)
            books = engine.Books(cursor, [followed], [held.account_id for held in holds])
            engine.refuse_posted(cursor, act.key)
            refuse_ended(cursor, holds)
            _refuse_frozen(cursor, list(books.rows))
            for held in holds:
                books.free(held.account_id, held.amount_sen)
            entry_id = books.write([followed])[0]
            for held in holds:
                _add(cursor, held, HoldState.CAPTURED, act.booked_on, held.hold_id, entry_id)
            return entry_id

    return _where_it_stands(lambda: engine.one_act(act, work))


def standing(hold_ids: Sequence[int]) -> list[Held]:
    """The holds by the ids that were asked for, rising, each on the account where its money stands now (there it has another id, if it went).
    Raises HoldEnded where one is there no more."""
    with connection.cursor() as cursor:
        holds = placed_of(cursor, hold_ids)
        refuse_ended(cursor, holds)
    return holds


def held_sen(hold_ids: Sequence[int]) -> int:
    """What these hold in all where they were placed, each once; what ended or moved since is not counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(sum(amount_sen), 0)::bigint FROM ledger_hold AS placed WHERE id = ANY(%s::bigint[]) AND state = 'PLACED'
            AND (SELECT true FROM ledger_hold AS ended WHERE ended.placed_id = placed.id) IS NULL""",
            [rows.array(hold_ids)],
        )
        (sen,) = cursor.fetchone()
    return int(sen)


def _where_it_stands(end: Callable[[], T]) -> T:
    """Ends a hold; once more where its money went to another account between the look and the lock. It goes there once."""
    try:
        return end()
    except HoldEnded as error:
        if error.found != HoldState.MOVED:
            raise
        return end()


def _following(act: Act, holds: Sequence[Held]) -> Act:
    """The act, on the accounts where the held money stands now."""
    gone = {held.account._replace(code=held.placed_on): held.account for held in holds if held.placed_on != held.account.code}
    if not gone:
        return act
    legs: dict[AccountRef, int] = {}
    for account, sen in act.legs:
        now = gone.get(account, account)
        legs[now] = legs.get(now, 0) + sen
    return act._replace(legs=[_acts.Leg(account, sen) for account, sen in legs.items()])


# A hold that moved goes on with a later id, so the last of its chain is the one that stands.
_STANDING = """
WITH RECURSIVE going (asked, id) AS (
    SELECT id, id FROM ledger_hold WHERE id = ANY(%s::bigint[]) AND state = 'PLACED'
    UNION ALL
    SELECT asked, next.id FROM going JOIN ledger_hold AS next ON next.moved_from_id = going.id
)
SELECT asked, hold.id, account.holder_kind, account.holder_id, account.code, hold.account_id, hold.amount_sen, hold.kind, hold.ref, hold.part,
    first_account.code
FROM (SELECT asked, max(id) AS id FROM going GROUP BY asked) AS last
JOIN ledger_hold AS hold ON hold.id = last.id JOIN ledger_account AS account ON account.id = hold.account_id
JOIN ledger_hold AS first ON first.id = asked JOIN ledger_account AS first_account ON first_account.id = first.account_id
ORDER BY asked
"""


def placed_of(cursor: CursorWrapper, hold_ids: Sequence[int]) -> list[Held]:
    found = placed_by_id(cursor, hold_ids)
    absent = set(hold_ids) - found.keys()
    if absent:
        raise HoldEnded(min(absent), "no such hold")
    return list(found.values())


def placed_by_id(cursor: CursorWrapper, hold_ids: Iterable[int]) -> dict[int, Held]:
    """By the id that was asked for, rising, each hold as it stands; without those that never were."""
    cursor.execute(_STANDING, [rows.array(hold_ids)])
    kinds = {kind.value: kind for kind in HolderKind}  # asked of thousands
    return {row[0]: Held(row[1], AccountRef(kinds[row[2]], row[3], row[4]), *row[5:]) for row in cursor.fetchall()}


def refuse_ended(cursor: CursorWrapper, holds: Sequence[Held]) -> None:
    """Looks under the lock of the balance rows, so that two who end the same hold do not both pass."""
    cursor.execute(
        "SELECT placed_id, state FROM ledger_hold WHERE placed_id = ANY(%s::bigint[]) LIMIT 1", [rows.array(held.hold_id for held in holds)]
    )
    ended = cursor.fetchone()
    if ended:
        raise HoldEnded(*ended)


def _refuse_frozen(cursor: CursorWrapper, account_ids: list[int]) -> None:
    """Asked under the lock of the balance rows."""
    found = rows.frozen(cursor, account_ids)
    if found:
        raise Frozen(min(found))


def _add(cursor: CursorWrapper, held: Held, state: HoldState, booked_on: datetime.date, placed: int | None, entry_id: int | None) -> int:
    cursor.execute(
        """INSERT INTO ledger_hold (account_id, amount_sen, kind, ref, part, state, placed_id, entry_id, booked_on)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
        [held.account_id, held.amount_sen, held.kind, held.ref, held.part, state.value, placed, entry_id, booked_on],
    )
    hold_id: int = cursor.fetchone()[0]
    return hold_id


def _row(cursor: CursorWrapper, account_id: int) -> rows.Row:
    """The balance row of one account, locked."""
    return rows.lock(cursor, [account_id])[account_id]


def _save_held(cursor: CursorWrapper, account_id: int, held_sen: int) -> None:
    cursor.execute("UPDATE ledger_balance SET held_sen = %s WHERE account_id = %s", [held_sen, account_id])


def ended(hold_ids: Sequence[int]) -> dict[str, int]:
    """Sen by the code of the account from which it went, of holds that have ended. For who holds anew what came back. Raises HoldEnded for an unknown
    one."""
    with connection.cursor() as cursor:
        found: dict[str, int] = {}
        for hold in placed_of(cursor, hold_ids):
            found[hold.account.code] = found.get(hold.account.code, 0) + hold.amount_sen
    return found
