"""Accounts found, opened and locked: what an act needs before it is written."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.backends.utils import CursorWrapper

from kwsp_portal import bulk
from members.ledger import chart
from members.ledger.enums import HolderKind
from members.ledger.posting.acts import AccountRef, LedgerError

MANY = 200
"""From this number of accounts on the planner is told to go by index: an array has no statistics, and a sequential read of all
accounts is never what a chunk wants."""


Holder = tuple[str, int]
Name = tuple[str, int, str]
"""An account by its holder's kind and id and its code: an AccountRef is one."""


FUND = HolderKind.FUND
Row = tuple[int, int, int, int, bool]
"""An account's balance row under lock: account id, balance, held (sen), version, floored. A plain tuple, since a chunk has 15,000."""


def array(values: Iterable[object]) -> str:
    """PostgreSQL's text form of an array. For whole numbers, dates and codes, which need no quoting."""
    return "{" + ",".join(map(str, values)) + "}"


@contextmanager
def by_index(cursor: CursorWrapper, size: int) -> Iterator[None]:
    """Within the block a statement over `size` rows reads by index. Needs a transaction; an error leaves the reset to its rollback."""
    if size >= MANY:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
    yield
    if size >= MANY:
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT")


def find(cursor: CursorWrapper, holders: Collection[Holder]) -> dict[Name, int]:
    """The ids of all open accounts of these holders. Asked by holder: one look at the index for all accounts of a member."""
    found: dict[Name, int] = {}
    with by_index(cursor, len(holders)):
        for kind in sorted({of_kind for of_kind, _id in holders}):
            name = HolderKind(kind).value
            of_them = _of_kind(cursor, name, [holder_id for of_kind, holder_id in holders if of_kind == kind])
            found.update({(name, holder_id, code): account_id for holder_id, code, account_id in of_them})
    return found


def find_of_code(cursor: CursorWrapper, code: str, member_ids: Collection[int]) -> dict[int, int]:
    """The ids of these members' open accounts of one code, by member."""
    with by_index(cursor, len(member_ids)):
        cursor.execute(
            """SELECT holder_id, id FROM ledger_account
            WHERE holder_kind = 'MEMBER' AND holder_id = ANY((SELECT %s::bigint[])::bigint[]) AND code = %s""",
            [array(sorted(member_ids)), code],
        )
        return dict(cursor.fetchall())


def _of_kind(cursor: CursorWrapper, kind: str, ids: Iterable[int]) -> list[tuple[int, str, int]]:
    cursor.execute(
        "SELECT holder_id, code, id FROM ledger_account WHERE holder_kind = %s AND holder_id = ANY((SELECT %s::bigint[])::bigint[])",
        [kind, array(sorted(ids))],
    )
    found: list[tuple[int, str, int]] = cursor.fetchall()
    return found


def open_missing(cursor: CursorWrapper, days: Mapping[AccountRef, datetime.date]) -> dict[Name, int]:
    """Opens those that are not open, each on its day; the ids of those that this opened. Two at once wait for each other and neither fails: sorted,
    so they meet in one order."""
    strange = [ref for ref in days if (ref.holder_kind, ref.code) not in chart.CHART]
    if strange:
        raise LedgerError(f"{strange[0]}: found an account that the chart does not have, expected one of {chart.codes(strange[0].holder_kind)}")
    new = sorted(days)
    if len(new) >= MANY:
        try:
            with transaction.atomic():
                return _open_by_copy(cursor, new, days)
        except IntegrityError as error:
            if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) != "ledger_account_once":
                raise
            # Somebody opened one of them since they were looked for: those that are left are opened row by row.
    return _open_one_by_one(cursor, new, days)


def _open_by_copy(cursor: CursorWrapper, new: Sequence[AccountRef], days: Mapping[AccountRef, datetime.date]) -> dict[Name, int]:
    """Half the work, and IntegrityError where one of them is open."""
    opened = dict(zip(new, bulk.new_ids(cursor, "ledger_account", len(new)), strict=True))
    accounts, balances = [], []
    for ref, account_id in opened.items():
        holder_kind, holder_id, code = ref
        kind = chart.CHART[holder_kind, code]
        accounts.append(f"{account_id}\t{holder_kind.value}\t{holder_id}\t{code}\t{days[ref]}\t{kind.dividend_to}\n")
        if holder_kind != FUND:
            balances.append(f"{account_id}\t0\t0\t0\t{kind.floored}\n")
    bulk.copy(cursor, "COPY ledger_account (id, holder_kind, holder_id, code, opened_on, dividend_to) FROM STDIN", accounts)
    bulk.copy(cursor, "COPY ledger_balance (account_id, balance_sen, held_sen, version, floored) FROM STDIN", balances)
    return {tuple(ref): account_id for ref, account_id in opened.items()}  # type: ignore[misc]


def _open_one_by_one(cursor: CursorWrapper, new: Sequence[AccountRef], days: Mapping[AccountRef, datetime.date]) -> dict[Name, int]:
    kinds = [chart.CHART[ref.holder_kind, ref.code] for ref in new]
    cursor.execute(
        """WITH wanted AS (
            SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::date[], %s::text[], %s::boolean[])
            AS w (holder_kind, holder_id, code, opened_on, dividend_to, floored)
        ), opened AS (
            INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to)
            SELECT holder_kind, holder_id, code, opened_on, dividend_to FROM wanted
            ON CONFLICT (holder_kind, holder_id, code) DO NOTHING
            RETURNING id, holder_kind, holder_id, code
        ), emptied AS (
            INSERT INTO ledger_balance (account_id, balance_sen, held_sen, version, floored)
            SELECT opened.id, 0, 0, 0, wanted.floored FROM opened JOIN wanted USING (holder_kind, holder_id, code)
            WHERE opened.holder_kind <> 'FUND'
        )
        SELECT holder_kind, holder_id, code, id FROM opened""",
        [
            bulk.texts([ref.holder_kind.value for ref in new]),
            array([ref.holder_id for ref in new]),
            bulk.texts([ref.code for ref in new]),
            array([days[ref] for ref in new]),
            bulk.texts([kind.dividend_to for kind in kinds]),
            array([kind.floored for kind in kinds]),
        ],
    )
    return {row[:3]: row[3] for row in cursor.fetchall()}


def ids_of(cursor: CursorWrapper, refs: Sequence[AccountRef], days: Iterable[datetime.date]) -> list[int]:
    """The id of the account of each; those that are not open are opened on the first of their days (one day for each of `refs`)."""
    return ids_and_opened(cursor, refs, days)[0]


def ids_and_opened(cursor: CursorWrapper, refs: Sequence[AccountRef], days: Iterable[datetime.date]) -> tuple[list[int], dict[int, Row]]:
    """`ids_of`, and the balance rows of those that were just opened, which want no lock: nobody else sees them yet. Fund accounts have none."""
    holders = {ref[:2] for ref in refs}
    found = find(cursor, holders)
    try:
        return [found[ref] for ref in refs], {}
    except KeyError:
        first: dict[AccountRef, datetime.date] = {}
        for ref, day in zip(refs, days, strict=True):
            if ref not in found and day <= first.get(ref, day):
                first[ref] = day
    opened = open_missing(cursor, first)
    found = found | opened if len(opened) == len(first) else find(cursor, holders)
    empty = {pk: (pk, 0, 0, 0, chart.CHART[ref.holder_kind, ref.code].floored) for ref in first if (pk := opened.get(ref)) and ref[0] != FUND}
    return [found[ref] for ref in refs], empty


def lock(cursor: CursorWrapper, account_ids: Collection[int]) -> dict[int, Row]:
    """The balance rows of these accounts, locked in the order of account ids, which is every act's order. Fund accounts have none."""
    if not account_ids:
        return {}
    with by_index(cursor, len(account_ids)):
        cursor.execute(
            """SELECT account_id, balance_sen, held_sen, version, floored FROM ledger_balance
            WHERE account_id = ANY((SELECT %s::bigint[])::bigint[]) ORDER BY account_id FOR NO KEY UPDATE""",
            [array(sorted(account_ids))],
        )
        return {row[0]: row for row in cursor.fetchall()}


def frozen(cursor: CursorWrapper, account_ids: Iterable[int]) -> set[int]:
    """Those of these accounts that are frozen. Looked at under the lock of their balance rows, which freezing takes too: whoever takes money either
    was before it, or sees it."""
    cursor.execute(
        """SELECT account_id FROM ledger_freeze AS begun WHERE account_id = ANY(%s::bigint[]) AND state = 'FROZEN'
            AND NOT EXISTS (SELECT FROM ledger_freeze AS lifted WHERE lifted.frozen_id = begun.id)""",
        [array(account_ids)],
    )
    return {account for (account,) in cursor.fetchall()}
