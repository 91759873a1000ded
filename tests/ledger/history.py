"""All rows of the ledger, read as they are: what a replay is compared with."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import connection

from members.ledger.enums import HolderKind
from members.ledger.posting import AccountRef, Key

Shape = tuple[date, date, dict[AccountRef, int]]


class Entry(NamedTuple):
    """`legs` by account: sen, version, balance after."""

    at: float
    key: Key
    booked_on: date
    value_date: date
    reverses: int | None
    legs: dict[AccountRef, tuple[int, int | None, int | None]]

    @property
    def shape(self) -> Shape:
        return self.booked_on, self.value_date, {ref: leg[0] for ref, leg in self.legs.items()}


class HoldRow(NamedTuple):
    at: float
    account: AccountRef
    sen: int
    ref: int
    state: str
    placed: int | None
    entry_id: int | None


@dataclass
class History:
    """`rows` by open account: balance, held, version; None for the fund's. `ends`: by hold placed, the row that ended it. `closed`: by the
    last of the days closed, when somebody set about it."""

    entries: dict[int, Entry] = field(default_factory=dict)
    holds: dict[int, HoldRow] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    rows: dict[AccountRef, tuple[int, ...] | None] = field(default_factory=dict)
    closed: dict[date, float] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "History":
        found = cls()
        for entry_id, at, kind, ref, part, *dates, reverses in _rows(
            "SELECT id, extract(epoch FROM posted_at)::float, kind, ref, part, booked_on, value_date, reverses FROM ledger_entry ORDER BY id"
        ):
            found.entries[entry_id] = Entry(at, Key(kind, ref, part), *dates, reverses, {})
        accounts = {}
        for account_id, kind, holder_id, code, *row in _rows(
            "SELECT id, holder_kind, holder_id, code, balance_sen, held_sen, version FROM ledger_account LEFT JOIN ledger_balance ON account_id = id"
        ):
            accounts[account_id] = AccountRef(HolderKind(kind), holder_id, code)
            found.rows[accounts[account_id]] = None if row[0] is None else tuple(row)
        for entry_id, account_id, *leg in _rows("SELECT entry_id, account_id, amount_sen, version, balance_after_sen FROM ledger_posting"):
            found.entries[entry_id].legs[accounts[account_id]] = tuple(leg)
        for hold_id, at, account_id, *rest in _rows(
            "SELECT id, extract(epoch FROM at)::float, account_id, amount_sen, ref, state, placed_id, entry_id FROM ledger_hold ORDER BY id"
        ):
            found.holds[hold_id] = hold = HoldRow(at, accounts[account_id], *rest)
            if hold.placed is not None:
                found.ends[hold.placed] = hold_id
        found.closed = dict(_rows("SELECT through, extract(epoch FROM at)::float FROM ledger_closing"))
        return found


def _rows(sql: str) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
