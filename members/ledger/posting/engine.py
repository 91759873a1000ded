"""How acts become rows: lock, check, number, write; one transaction, tried again when PostgreSQL asks for it."""

import datetime
import functools
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from kwsp_portal import bulk
from members.ledger.posting import rows
from members.ledger.posting.acts import Act, AlreadyPosted, DayClosed, Insufficient, Key, LedgerError
from members.ledger.posting.rows import Row

T = TypeVar("T")

AGAIN = frozenset({"40P01", "40001"})
"""Deadlock detected, serialization failure: PostgreSQL chose this transaction to give way."""
RETRIES = 3
PAUSE_SECONDS = 0.01

FUND = rows.FUND
POSTINGS = "COPY ledger_posting (entry_id, account_id, amount_sen, version, balance_after_sen) FROM STDIN"
ENTRIES = "COPY ledger_entry (id, kind, ref, part, booked_on, value_date, reverses) FROM STDIN"

_SAVE: Final = """
UPDATE ledger_balance AS balance SET balance_sen = new.balance_sen, version = new.version
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS new (account_id, balance_sen, version) WHERE balance.account_id = new.account_id
"""
_SAVE_FREED: Final = """
UPDATE ledger_balance AS balance SET balance_sen = new.balance_sen, version = new.version, held_sen = new.held_sen
FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::bigint[]) AS new (account_id, balance_sen, version, held_sen)
WHERE balance.account_id = new.account_id
"""


def in_transaction(work: Callable[[], T]) -> T:
    """Runs the work in one transaction, and again up to three times on a deadlock or serialization failure.

    Raises DayClosed where the guards found an act for a closed day. Inside a caller's transaction the work is a savepoint and is not
    tried again: what the caller read before may be stale, so the decision is the caller's.
    """
    outermost = not connection.in_atomic_block
    for attempt in range(RETRIES + 1):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if not outermost or attempt == RETRIES or sqlstate(error) not in AGAIN:
                raise
            time.sleep(PAUSE_SECONDS * 2**attempt)
        except IntegrityError as error:
            if constraint(error) == "ledger_day_open":
                raise _day_closed(error) from error
            raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def sqlstate(error: Exception) -> str:
    """PostgreSQL's code of an error that Django wrapped, or an empty string."""
    return getattr(error.__cause__, "pgcode", None) or ""


def constraint(error: IntegrityError) -> str:
    """The name of the constraint that an integrity error broke."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def _day_closed(error: IntegrityError) -> DayClosed:
    """The guard's detail is the day found and the first open one, both in ISO form."""
    found, expected = map(datetime.date.fromisoformat, getattr(error.__cause__, "diag").message_detail.split())  # noqa: B009
    return DayClosed(found, expected)


class Books:
    """The accounts of some acts, found or opened (each on the day of its first act), and locked in order for the rest of the transaction."""

    def __init__(self, cursor: CursorWrapper, acts: Sequence[Act], also: Sequence[int] = ()) -> None:
        """`also`: ids of further accounts to lock, in the same order."""
        self.cursor = cursor
        refs = [ref for act in acts for ref, _ in act.legs]
        self.account_ids, opened = rows.ids_and_opened(cursor, refs, (act.booked_on for act in acts for _ in act.legs))
        self.rows = rows.lock(cursor, set(self.account_ids).union(also).difference(opened)) | opened
        self.freed = False
        absent = set(self.account_ids).difference(self.rows)
        wrong = [ref for ref, account_id in zip(refs, self.account_ids, strict=True) if account_id in absent and ref[0] != FUND]
        if wrong:
            raise LedgerError(f"{wrong[0]}: found no balance row; run check_ledger")

    def write(self, acts: Sequence[Act], reverses: int | None = None) -> list[int]:
        """Posts the acts in their order, and returns the ids of their entries. Raises Insufficient; then nothing may be kept."""
        ids = bulk.new_ids(self.cursor, "ledger_entry", len(acts))
        postings, moved = self._legs(acts, ids)
        link = "\\N" if reverses is None else str(reverses)
        day = functools.lru_cache(str)
        entries = [
            f"{entry_id}\t{act.kind:d}\t{act.ref}\t{act.part}\t{day(act.booked_on)}\t{day(act.value_date)}\t{link}\n"
            for act, entry_id in zip(acts, ids, strict=True)
        ]
        # Legs before entries: the guards look for legs when entries come in.
        bulk.copy(self.cursor, POSTINGS, postings)
        bulk.copy(self.cursor, ENTRIES, entries)
        self.save(moved)
        return ids

    def _legs(self, acts: Sequence[Act], ids: Sequence[int]) -> tuple[list[str], list[Row]]:
        """The lines of all legs with versions and balances, and the rows they changed as they now are."""
        lines: list[str] = []
        moved: dict[int, Row] = {}
        next_account, row_of = iter(self.account_ids), self.rows
        for act, entry_id in zip(acts, ids, strict=True):
            for ref, amount in act.legs:
                account_id = next(next_account)
                if account_id not in row_of:
                    lines.append(f"{entry_id}\t{account_id}\t{amount}\t\\N\t\\N\n")
                    continue
                _, before, held, version, floored = row_of[account_id]
                balance = before + amount
                if amount < 0 and floored and balance < held:
                    raise Insufficient(ref, before - held, -amount, act.key)
                version += 1
                row_of[account_id] = moved[account_id] = (account_id, balance, held, version, floored)
                lines.append(f"{entry_id}\t{account_id}\t{amount}\t{version}\t{balance}\n")
        return lines, list(moved.values())

    def free(self, account_id: int, amount_sen: int) -> None:
        """Holds so much less on an account."""
        _, balance, held, version, floored = self.rows[account_id]
        self.rows[account_id] = (account_id, balance, held - amount_sen, version, floored)
        self.cursor.execute("UPDATE ledger_balance SET held_sen = %s WHERE account_id = %s", [held - amount_sen, account_id])

    def free_many(self, freed: Iterable[tuple[int, int]]) -> None:
        """Holds so much less on each account, in sen; written with the balances when the acts are, which must touch each of these accounts."""
        for account_id, amount_sen in freed:
            _, balance, held, version, floored = self.rows[account_id]
            self.rows[account_id] = (account_id, balance, held - amount_sen, version, floored)
        self.freed = True

    def save(self, moved: Sequence[Row]) -> None:
        """Writes changed balances and versions back, in one statement."""
        if not moved:
            return
        account_ids, balances, held, versions, _ = map(rows.array, zip(*moved, strict=True))
        with rows.by_index(self.cursor, len(moved)):
            if self.freed:
                self.cursor.execute(_SAVE_FREED, [account_ids, balances, versions, held])
            else:
                self.cursor.execute(_SAVE, [account_ids, balances, versions])


def posted(cursor: CursorWrapper, keys: Sequence[Key]) -> dict[Key, int]:
    """Which of the natural keys stand in the ledger, with the ids of their entries."""
    with rows.by_index(cursor, len(keys)):
        cursor.execute(
            """SELECT kind, ref, part, id FROM unnest(%s::smallint[], %s::bigint[], %s::int[]) AS wanted (kind, ref, part)
            JOIN ledger_entry USING (kind, ref, part)""",
            [rows.array(key.kind for key in keys), rows.array(key.ref for key in keys), rows.array(key.part for key in keys)],
        )
        return {Key(*row[:3]): row[3] for row in cursor.fetchall()}


def refuse_posted(cursor: CursorWrapper, key: Key) -> None:
    """Raises AlreadyPosted where the natural key stands in the ledger. Looked up under lock, so that of many only the first goes on."""
    there = posted(cursor, [key])
    if there:
        raise AlreadyPosted(key, there[key])


def one_act(act: Act, work: Callable[[], int]) -> int:
    """Runs the work that posts one act. Two with no account in common to wait for meet in the unique index: AlreadyPosted there too."""
    try:
        return in_transaction(work)
    except IntegrityError as error:
        if constraint(error) != "ledger_entry_act_once":
            raise
        with connection.cursor() as cursor:
            refuse_posted(cursor, act.key)
        raise
