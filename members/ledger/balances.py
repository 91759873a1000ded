"""The only reader of the ledger. All amounts are whole sen, positive in the holder's favour; each function is one query, and
`fund_balance` two."""

import datetime
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from kwsp_portal import bulk
from members.ledger import chart, openings
from members.ledger.enums import EntryKind, HolderKind, HoldKind, HoldState


class Pot(NamedTuple):
    """An account of a holder: what stands on it, what of that is held, and what an act may take."""

    code: str
    balance_sen: int
    held_sen: int

    @property
    def available_sen(self) -> int:
        return self.balance_sen - self.held_sen


class Line(NamedTuple):
    """One line of a statement; `balance_after_sen` is where the account then stood. `version` is the key of the next page.

    `amounts`: the whole entry by code of the holder's accounts, where it was asked for.
    """

    entry_id: int
    kind: EntryKind
    ref: int
    part: int
    booked_on: datetime.date
    value_date: datetime.date
    amount_sen: int
    balance_after_sen: int
    version: int
    amounts: dict[str, int] | None = None


class EntryView(NamedTuple):
    """An entry as one holder sees it: `amounts` by code of that holder's accounts."""

    entry_id: int
    ref: int
    part: int
    booked_on: datetime.date
    value_date: datetime.date
    posted_at: datetime.datetime
    amounts: dict[str, int]

    @property
    def total_sen(self) -> int:
        return sum(self.amounts.values())


class Turnover(NamedTuple):
    """An account over a period of booked days: where it began, what came and went (both positive), how many lines; `first_booked` is
    the day of its very first line, whenever that was."""

    opening_sen: int
    in_sen: int
    out_sen: int
    lines: int
    first_booked: datetime.date | None

    @property
    def closing_sen(self) -> int:
        return self.opening_sen + self.in_sen - self.out_sen


def pots_of(holder_kind: HolderKind, holder_id: int) -> list[Pot]:
    """The open accounts of a member or employer, in the order of the chart."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT code, balance_sen, held_sen FROM ledger_account JOIN ledger_balance ON account_id = id
            WHERE holder_kind = %s AND holder_id = %s""",
            [holder_kind.value, holder_id],
        )
        found = {row[0]: Pot(*row) for row in cursor.fetchall()}
    return [found[code] for code in chart.codes(holder_kind) if code in found]


def pots_of_many(holder_kind: HolderKind, holder_ids: Sequence[int]) -> dict[int, dict[str, Pot]]:
    """The open accounts of many holders, by holder and code: one query for a chunk of thousands."""
    found: dict[int, dict[str, Pot]] = {holder: {} for holder in holder_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT holder_id, code, balance_sen, held_sen FROM ledger_account JOIN ledger_balance ON account_id = id
            WHERE holder_kind = %s AND holder_id = ANY((SELECT %s::bigint[])::bigint[])""",
            [holder_kind.value, bulk.numbers(holder_ids)],
        )
        for holder, code, *sen in cursor.fetchall():
            found[holder][code] = Pot(code, *sen)
    return found


def balances_of(holder_kind: HolderKind, holder_id: int) -> dict[str, int]:
    """Balance by code of the open accounts of a member or employer, in the order of the chart."""
    return {pot.code: pot.balance_sen for pot in pots_of(holder_kind, holder_id)}


_BALANCES_ON = f"""
SELECT code, (coalesce(opening.booked_sen, 0) + coalesce(moved.sen, 0))::bigint
FROM ledger_account AS account {openings.STARTS} {openings.ENDS}
LEFT JOIN LATERAL (
    SELECT sum(amount_sen) AS sen FROM ledger_posting AS posting JOIN ledger_entry AS entry ON entry.id = entry_id
    WHERE {openings.WITHIN} AND {openings.BOOKED_SINCE} AND booked_on <= %(on)s
) AS moved ON true
WHERE holder_kind = %(kind)s AND holder_id = %(holder)s AND (opened_on <= %(on)s OR opening.first_booked IS NOT NULL OR moved.sen IS NOT NULL)
"""  # noqa: S608 - fixed texts


def balances_on(holder_kind: HolderKind, holder_id: int, on: datetime.date) -> dict[str, int]:
    """Balance by code of a member's or employer's accounts at the end of a day, by `booked_on`: the same today and after anything booked
    later. Opened later: left out, unless something was booked on it by that day (a chunk that a worker took late)."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES_ON, {"on": on, "kind": holder_kind.value, "holder": holder_id, **_years(on, on)})
        found = dict(cursor.fetchall())
    return {code: found[code] for code in chart.codes(holder_kind) if code in found}


def balance_on(holder_kind: HolderKind, holder_id: int, code: str, on: datetime.date) -> int:
    """Balance of one account at the end of a day; 0 before it was opened."""
    return balances_on(holder_kind, holder_id, on).get(code, 0)


def statement(holder_kind: HolderKind, holder_id: int, code: str, *, limit: int = 50, before_version: int | None = None) -> list[Line]:
    """The lines of an account, newest first; the next page starts before the `version` of the last line."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT entry.id, kind, ref, part, booked_on, value_date, amount_sen, balance_after_sen, version
            FROM ledger_posting AS posting JOIN ledger_entry AS entry ON entry.id = entry_id
            WHERE account_id = (SELECT id FROM ledger_account WHERE holder_kind = %s AND holder_id = %s AND code = %s)
                AND version < %s ORDER BY version DESC LIMIT %s""",
            [holder_kind.value, holder_id, code, before_version or 2**31 - 1, limit],
        )
        return [Line(row[0], EntryKind(row[1]), *row[2:]) for row in cursor.fetchall()]


def entries_of(holder_kind: HolderKind, holder_id: int, kind: EntryKind, *, limit: int = 12) -> list[EntryView]:
    """A holder's latest entries of one kind, newest first, with the amounts by account.

    Each account's index is walked backwards no further than it takes to find `limit` entries of the kind.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH account AS (SELECT id, code FROM ledger_account WHERE holder_kind = %(kind)s AND holder_id = %(holder)s),
            latest AS (
                SELECT DISTINCT found.* FROM account CROSS JOIN LATERAL (
                    SELECT entry.id, ref, part, booked_on, value_date, posted_at
                    FROM ledger_posting AS posting JOIN ledger_entry AS entry ON entry.id = entry_id
                    WHERE account_id = account.id AND entry.kind = %(entry_kind)s ORDER BY version DESC LIMIT %(limit)s
                ) AS found ORDER BY booked_on DESC, id DESC LIMIT %(limit)s
            )
            SELECT latest.*, jsonb_object_agg(code, amount_sen)
            FROM latest JOIN ledger_posting AS posting ON entry_id = latest.id JOIN account ON account.id = account_id
            GROUP BY latest.id, ref, part, booked_on, value_date, posted_at ORDER BY booked_on DESC, latest.id DESC""",
            {"kind": holder_kind.value, "holder": holder_id, "entry_kind": kind.value, "limit": limit},
        )
        return [_view(holder_kind, row) for row in cursor.fetchall()]


def entries_with(holder_kind: HolderKind, holder_id: int, kind: EntryKind, refs: Sequence[int]) -> dict[int, EntryView]:
    """A holder's entries of these causes (part 0), by ref, with the amounts by account. What does not touch the holder is not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT entry.id, ref, part, booked_on, value_date, posted_at, jsonb_object_agg(code, amount_sen)
            FROM ledger_entry AS entry
            JOIN ledger_posting AS posting ON entry_id = entry.id JOIN ledger_account AS account ON account.id = account_id
            WHERE kind = %s AND ref = ANY(%s) AND part = 0 AND holder_kind = %s AND holder_id = %s
            GROUP BY entry.id""",
            [kind.value, list(refs), holder_kind.value, holder_id],
        )
        return {row[1]: _view(holder_kind, row) for row in cursor.fetchall()}


def times_held(kind: HoldKind, ref: int) -> int:
    """How often money was held for one cause: the part of its next hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_hold WHERE kind = %s AND ref = %s AND state = %s", [kind.value, ref, HoldState.PLACED.value])
        (count,) = cursor.fetchone()
    return int(count)


def times_held_many(kind: HoldKind, refs: Sequence[int]) -> dict[int, int]:
    """`times_held` of many causes; 0 of those of which nothing was ever held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ref, count(*) FROM ledger_hold WHERE kind = %s AND ref = ANY(%s::bigint[]) AND state = %s GROUP BY ref",
            [kind.value, bulk.numbers(refs), HoldState.PLACED.value],
        )
        return {**dict.fromkeys(refs, 0), **{ref: int(count) for ref, count in cursor.fetchall()}}


def refs_on(holder_kind: HolderKind, holder_id: int, code: str, kind: EntryKind) -> list[int]:
    """The causes of one kind (part 0) that brought money onto one account, whatever became of it since."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT ref FROM ledger_account AS account
            JOIN ledger_posting AS posting ON account_id = account.id JOIN ledger_entry AS entry ON entry.id = entry_id
            WHERE holder_kind = %s AND holder_id = %s AND code = %s AND kind = %s AND part = 0 AND amount_sen > 0""",
            [holder_kind.value, holder_id, code, kind.value],
        )
        return [ref for (ref,) in cursor.fetchall()]


_TURNOVER = f"""
SELECT code, (coalesce(min(opening.booked_sen), 0) + coalesce(sum(amount_sen) FILTER (WHERE booked_on < %(since)s), 0))::bigint,
    coalesce(sum(amount_sen) FILTER (WHERE booked_on >= %(since)s AND amount_sen > 0), 0)::bigint,
    coalesce(-sum(amount_sen) FILTER (WHERE booked_on >= %(since)s AND amount_sen < 0), 0)::bigint,
    count(*) FILTER (WHERE booked_on >= %(since)s), coalesce(min(opening.first_booked), min(booked_on))
FROM ledger_account AS account {openings.STARTS} {openings.ENDS}
LEFT JOIN LATERAL (
    SELECT amount_sen, booked_on FROM ledger_posting AS posting JOIN ledger_entry AS entry ON entry.id = entry_id
    WHERE {openings.WITHIN} AND {openings.BOOKED_SINCE} AND booked_on <= %(until)s
) AS line ON true
WHERE holder_kind = %(kind)s AND holder_id = %(holder)s
GROUP BY code
"""  # noqa: S608 - fixed texts


def turnovers(holder_kind: HolderKind, holder_id: int, *, since: datetime.date, until: datetime.date) -> dict[str, Turnover]:
    """What came and went on each account of a member or employer on the booked days from `since` to `until`, both included, by code in
    the order of the chart."""
    with connection.cursor() as cursor:
        cursor.execute(_TURNOVER, {"since": since, "until": until, "kind": holder_kind.value, "holder": holder_id, **_years(since, until)})
        found = {code: Turnover(*row) for code, *row in cursor.fetchall()}
    return {code: found[code] for code in chart.codes(holder_kind) if code in found}


def turnover(holder_kind: HolderKind, holder_id: int, code: str, *, since: datetime.date, until: datetime.date) -> Turnover:
    """What came and went on one account; nothing where the holder does not have it."""
    return turnovers(holder_kind, holder_id, since=since, until=until).get(code, Turnover(0, 0, 0, 0, None))


_LINES = f"""
SELECT line.* FROM (
    SELECT entry.id, kind, ref, part, booked_on, value_date, amount_sen,
        (coalesce(opening.booked_sen, 0) + sum(amount_sen) OVER (ORDER BY booked_on, version))::bigint AS stood, version
    FROM ledger_account AS account {openings.STARTS} {openings.ENDS}
    JOIN ledger_posting AS posting ON {openings.WITHIN}
    JOIN ledger_entry AS entry ON entry.id = entry_id
    WHERE holder_kind = %(kind)s AND holder_id = %(holder)s AND code = %(code)s AND {openings.BOOKED_SINCE} AND booked_on <= %(until)s
) AS line
WHERE booked_on >= %(since)s ORDER BY booked_on DESC, version DESC LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608 - fixed texts

_WHOLE_LINES = f"""
SELECT line.*, (
    SELECT jsonb_object_agg(code, amount_sen) FROM ledger_posting AS leg JOIN ledger_account AS account ON account.id = leg.account_id
    WHERE leg.entry_id = line.id AND holder_kind = %(kind)s AND holder_id = %(holder)s
)
FROM ({_LINES}) AS line ORDER BY booked_on DESC, version DESC
"""  # noqa: S608 - fixed texts


def lines_between(
    holder_kind: HolderKind,
    holder_id: int,
    code: str,
    *,
    since: datetime.date,
    until: datetime.date,
    limit: int | None = None,
    offset: int = 0,
    whole: bool = False,
) -> list[Line]:
    """The lines of an account booked from `since` to `until`, both included, the newest first; `whole`: with what each entry did to the
    holder's other accounts.

    `balance_after_sen` is where the account stood in the order of booked days, as `turnover` and `balances_on` count: a worker may post
    what was booked on the 31st after what was booked on the 1st.
    """
    asked = {"kind": holder_kind.value, "holder": holder_id, "code": code, "since": since, "until": until, "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE_LINES if whole else _LINES, {**asked, **_years(since, until)})
        found = cursor.fetchall()
    lines = [Line(row[0], EntryKind(row[1]), *row[2:9]) for row in found]
    if whole:
        return [line._replace(amounts=_in_chart_order(holder_kind, json.loads(row[9]))) for line, row in zip(lines, found, strict=True)]
    return lines


def entry_ids(kind: EntryKind, refs: Sequence[int]) -> dict[tuple[int, int], int]:
    """The entries of these causes: (ref, part) to entry id. What is not posted is not there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ref, part, id FROM ledger_entry WHERE kind = %s AND ref = ANY(%s)", [kind.value, list(refs)])
        return {(ref, part): entry_id for ref, part, entry_id in cursor.fetchall()}


def last_booked(kind: EntryKind, refs: Sequence[int]) -> datetime.date | None:
    """The last day on which one of these causes was booked; None where none of them is posted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(booked_on) FROM ledger_entry WHERE kind = %s AND ref = ANY(%s)", [kind.value, list(refs)])
        last: datetime.date | None = cursor.fetchone()[0]
    return last


def fund_balance(code: str) -> int:
    """The balance of one of the fund's accounts, 0 where it was never used: where it stood when the last day was sealed, and the postings since."""
    with connection.cursor() as cursor:
        # Two questions: only with the day written into the second does PostgreSQL see how little is left to read.
        cursor.execute("SELECT coalesce(max(day)::text, '-infinity') FROM ledger_dayseal")
        (sealed,) = cursor.fetchone()
        cursor.execute(
            """WITH account AS MATERIALIZED (SELECT id FROM ledger_account WHERE holder_kind = 'FUND' AND holder_id = 0 AND code = %(code)s)
            SELECT (coalesce((SELECT balance_sen FROM ledger_fundday JOIN account ON account_id = account.id WHERE day = %(sealed)s), 0)
                + coalesce((
                    SELECT sum(amount_sen) FROM ledger_entry AS entry JOIN ledger_posting ON entry_id = entry.id
                    WHERE booked_on > %(sealed)s AND account_id = (SELECT id FROM account)
                ), 0))::bigint""",
            {"code": code, "sealed": sealed},
        )
        balance: int = cursor.fetchone()[0]
    return balance


def _years(since: datetime.date, until: datetime.date) -> dict[str, int]:
    """Between which openings a reading of these days lies (members/ledger/openings.py)."""
    return {"from_year": since.year, "to_year": until.year}


def _in_chart_order(holder_kind: HolderKind, amounts: dict[str, int]) -> dict[str, int]:
    return {code: amounts[code] for code in chart.codes(holder_kind) if code in amounts}


def _view(holder_kind: HolderKind, row: Sequence[Any]) -> EntryView:
    return EntryView(row[0], row[1], row[2], row[3], row[4], row[5], amounts=_in_chart_order(holder_kind, json.loads(row[6])))


def standing_on(holder_kind: HolderKind, code: str) -> list[tuple[int, int, datetime.date]]:
    """Holders with something on this account: the holder, the balance, and the first day on which anything came there."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT holder_id, balance_sen, (SELECT min(booked_on) FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
                WHERE p.account_id = account.id) FROM ledger_account AS account JOIN ledger_balance AS balance ON balance.account_id = account.id
            WHERE holder_kind = %s AND code = %s AND balance_sen <> 0""",
            [holder_kind.value, code],
        )
        return [(holder_id, int(sen), since) for holder_id, sen, since in cursor.fetchall()]
