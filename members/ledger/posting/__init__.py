"""The only writer of the ledger: `post`, `post_once`, `post_many`, `post_chunk`, `post_credits`, `reverse`, `move_whole`, and holds on money
applied for.

All amounts are whole sen, positive in the holder's favour. An act is refused whole or written whole. PostgreSQL repeats every check of
importance (migrations/0002_guards.py). What is booked on a closed day is refused (DayClosed) by every function that posts.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction

from kwsp_portal import jobs
from kwsp_portal.common import collector
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.posting import acts as _acts
from members.ledger.posting import crediting, engine
from members.ledger.posting.acts import (
    AccountRef,
    Act,
    AlreadyPosted,
    BadAct,
    DayClosed,
    DuplicateAct,
    Frozen,
    Insufficient,
    Key,
    KeyReused,
    LedgerError,
    Leg,
    employer,
    fund,
    member,
    payer,
)
from members.ledger.posting.capturing import Capture, capture_many
from members.ledger.posting.crediting import Credits
from members.ledger.posting.exchanging import Exchange, NewHold, exchange
from members.ledger.posting.holds import AlreadyHeld, Held, HoldEnded, capture, ended, held_sen, place_hold, release_hold, standing
from members.ledger.posting.moving import Moved, Outcome, Whole, move_whole
from members.ledger.posting.rows import ids_of

__all__ = [
    "AccountRef",
    "Act",
    "AlreadyHeld",
    "AlreadyPosted",
    "BadAct",
    "Capture",
    "Credits",
    "DayClosed",
    "DuplicateAct",
    "Exchange",
    "Frozen",
    "Held",
    "HoldEnded",
    "Insufficient",
    "Key",
    "KeyReused",
    "LedgerError",
    "Leg",
    "Moved",
    "NewHold",
    "Outcome",
    "Posted",
    "Whole",
    "accounts_for",
    "capture",
    "capture_many",
    "employer",
    "ended",
    "exchange",
    "fund",
    "held_sen",
    "member",
    "move_whole",
    "payer",
    "place_hold",
    "post",
    "post_chunk",
    "post_credits",
    "post_many",
    "post_once",
    "release_hold",
    "reverse",
    "standing",
]


class Posted(NamedTuple):
    """The entry of an act; `created` is False where `post_once` found it there."""

    entry_id: int
    created: bool


def post(act: Act) -> int:
    """Posts one act and returns its entry's id.

    Raises BadAct, AlreadyPosted (the natural key is in the ledger), Insufficient (an account would fall below what is held on it).
    Locks the balance rows in order of account. Inside a caller's transaction it is a savepoint: after a refusal the caller may go on.
    """
    _acts.check(act)
    return _post(act, None)


def post_once(act: Act) -> Posted:
    """As `post`, for callers that may run twice: a repeat of the same act returns the entry that is there.

    Raises KeyReused where the entry of that key has other legs or dates.
    """
    try:
        return Posted(post(act), created=True)
    except AlreadyPosted as error:
        if _shape(error.entry_id) != (act.booked_on, act.value_date, sorted(act.legs)):
            raise KeyReused(error.key, error.entry_id) from error
        return Posted(error.entry_id, created=False)


def post_many(acts: Iterable[Act], *, guard: Callable[[], None] | None = None) -> list[int]:
    """Posts a chunk of some thousands of acts in their order, by COPY, in one transaction; returns the ids of their entries.

    `guard` runs last inside the transaction: whatever must be true or written together with the chunk (finishing its lease); what it
    raises undoes everything. Raises BadAct, DuplicateAct naming the keys met twice, Insufficient. Opens each account on the day of its
    first act. On a deadlock the whole chunk is tried again, the guard with it, unless a caller's transaction is open. Acts that are
    made as they are asked for (a generator) are cheapest.
    """
    with collector.paused():
        return _post_many(list(acts), guard)


def post_chunk(acts: Iterable[Act], *, lease: jobs.Lease, guard: Callable[[], None] | None = None) -> list[int]:
    """`post_many` for a chunk of kwsp_portal.jobs: the acts and the end of its lease commit together, or neither does.

    What would be refused every time (a natural key met twice, a bad act, money that is not there) parks the chunk at once with its
    reason, by jobs.Parked: the rest of the run goes on. `guard`, where given, writes what belongs to the chunk and ends the lease itself.
    """
    return _or_park(lambda: post_many(acts, guard=_ending(lease, guard)))


def post_credits(many: Credits, *, lease: jobs.Lease, guard: Callable[[], None] | None = None) -> list[int]:
    """`post_chunk` for acts of one kind and day that each move money from one account of the fund to one of a member: the same rows, locks, checks
    and refusals for a third of the work of Python."""

    def write() -> list[int]:
        with connection.cursor() as cursor:
            return crediting.write(cursor, many) if many.refs else []

    def work() -> list[int]:
        with collector.paused():
            crediting.check(many)
            return _written(write, lambda: many.keys, _ending(lease, guard))

    return _or_park(work)


def _or_park(work: Callable[[], list[int]]) -> list[int]:
    try:
        return work()
    except (DuplicateAct, BadAct, Insufficient) as error:
        raise jobs.Parked(str(error)) from error


def _ending(lease: jobs.Lease, guard: Callable[[], None] | None) -> Callable[[], None]:
    def finish() -> None:
        (guard or lease.finish)()
        if not lease.finished:
            raise RuntimeError("the guard of post_chunk returned without lease.finish(): the acts and the end of the lease must commit together")

    return finish


def reverse(entry_id: int, *, booked_on: datetime.date, value_date: datetime.date | None = None) -> int:
    """Posts the mirror of an entry and returns the id of the reversal; its natural key is (REVERSAL, entry_id, 0).

    value_date: the entry's own where none is given, so that nothing was earned. Raises AlreadyPosted where it is reversed already,
    BadAct where there is no such entry, it is itself a reversal or was booked later, Insufficient where the money has gone.
    """
    key = Key(EntryKind.REVERSAL.value, entry_id, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, value_date, booked_on FROM ledger_entry WHERE id = %s", [entry_id])
        entry = cursor.fetchone()
    if entry is None or entry[0] == EntryKind.REVERSAL:
        raise BadAct(key, "no such entry" if entry is None else "a reversal", "an entry that is not itself a reversal")
    if booked_on < entry[2]:
        # On the days between the account would have lost what it had not yet got.
        raise BadAct(key, f"booked on {booked_on}", f"{entry[2]} or later")
    legs = [Leg(leg.account, -leg.amount_sen) for leg in _legs(entry_id)]
    return _post(Act(EntryKind.REVERSAL, entry_id, 0, booked_on, value_date or entry[1], legs), entry_id)


def accounts_for(refs: Sequence[AccountRef], *, opened_on: datetime.date) -> dict[AccountRef, int]:
    """The ids of the accounts, opened where they are not. Safe under concurrency; a transaction of its own unless one is open."""

    def work() -> dict[AccountRef, int]:
        with connection.cursor() as cursor:
            return dict(zip(refs, ids_of(cursor, refs, repeat(opened_on, len(refs))), strict=True))

    return engine.in_transaction(work)


def _post_many(acts: list[Act], guard: Callable[[], None] | None) -> list[int]:
    _acts.check_all(acts)

    def write() -> list[int]:
        with connection.cursor() as cursor:
            return engine.Books(cursor, acts).write(acts) if acts else []

    return _written(write, lambda: [act.key for act in acts], guard)


def _written(write: Callable[[], list[int]], keys: Callable[[], list[Key]], guard: Callable[[], None] | None) -> list[int]:
    """Written with what `guard` writes, in one transaction, or nothing is. `keys` are of the acts: which of them are there is said."""

    def work() -> list[int]:
        ids = write()
        if guard:
            guard()
        return ids

    try:
        return engine.in_transaction(work)
    except IntegrityError as error:
        if engine.constraint(error) != "ledger_entry_act_once":
            raise
        with transaction.atomic(), connection.cursor() as cursor:
            raise DuplicateAct(sorted(engine.posted(cursor, keys()))) from error


def _post(act: Act, reverses: int | None) -> int:
    def work() -> int:
        with connection.cursor() as cursor:
            books = engine.Books(cursor, [act])
            engine.refuse_posted(cursor, act.key)
            return books.write([act], reverses)[0]

    return engine.one_act(act, work)


def _legs(entry_id: int) -> list[Leg]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT holder_kind, holder_id, code, amount_sen FROM ledger_posting JOIN ledger_account ON ledger_account.id = account_id
            WHERE entry_id = %s""",
            [entry_id],
        )
        return [Leg(AccountRef(HolderKind(kind), holder_id, code), amount) for kind, holder_id, code, amount in cursor.fetchall()]


def _shape(entry_id: int) -> tuple[datetime.date, datetime.date, list[Leg]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT booked_on, value_date FROM ledger_entry WHERE id = %s", [entry_id])
        booked_on, value_date = cursor.fetchone()
    return booked_on, value_date, sorted(_legs(entry_id))
