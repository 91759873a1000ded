"""What an account's money did in a year: sen x days, by value date. Whole numbers only; rates and rounding are a rule's in Python.

A sen earns on its value date and on every day after it, to 31 December, both included; a withdrawal takes from its value date on, so
it earned to the day before (ruling 15). What is valued before 1 January earns the whole year, 365 days or 366. Held money earns. The day's
balance x rate / days in the year, summed over the year, is sen_days x rate / days in the year.
"""

import datetime
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connection

from members.ledger import openings
from members.ledger.enums import HolderKind


class Earned(NamedTuple):
    """An account's year. `sen_days`: by what was posted before the year was closed (of an open year: by what is posted now).

    `back_sen_days`: what came after the closing, the sum of the year's rows in dividend_due; settled by itself, once. `dividend_to` is the
    code of the holder's account that receives the dividend.
    """

    account_id: int
    holder_id: int
    code: str
    dividend_to: str
    sen_days: int
    back_sen_days: int


SEN_DAYS = f"""
SELECT account.id, holder_id, code, dividend_to,
    coalesce(kept.sen_days,
        days * (coalesce(opening.valued_sen, 0) + coalesce(before.sen, 0)) + coalesce(moved.sen_days, 0) - coalesce(back.known, 0))::bigint,
    coalesce(back.sen_days, 0)::bigint
FROM ledger_account AS account
CROSS JOIN (
    SELECT %(last_day)s::date AS last_day, make_date(%(to_year)s, 1, 1) AS first_day, %(last_day)s::date - make_date(%(to_year)s, 1, 1) + 1 AS days
) AS calendar
{openings.ENDS}
CROSS JOIN LATERAL (
    SELECT CASE WHEN bound.year = %(to_year)s + 1 AND last_day = make_date(%(to_year)s, 12, 31) THEN bound.sen_days END AS sen_days
) AS kept
{openings.STARTS}
LEFT JOIN LATERAL (
    SELECT sum(amount_sen) AS sen FROM ledger_dividend_due AS due
    WHERE kept.sen_days IS NULL AND due.account_id = account.id AND due.year = opening.year - 1
        AND version <= coalesce(bound.last_version, 2147483647)
) AS before ON true
LEFT JOIN LATERAL (
    SELECT sum(earned) AS sen_days, sum(earned) FILTER (WHERE version <= coalesce(bound.last_version, 2147483647)) AS known
    FROM (
        SELECT version, amount_sen * greatest(0, last_day - greatest(value_date, first_day) + 1) AS earned
        FROM ledger_dividend_due AS due WHERE due.account_id = account.id AND due.year = %(to_year)s
    ) AS each_due
) AS back ON true
LEFT JOIN LATERAL (
    SELECT sum(amount_sen * least(days, last_day - value_date + 1)) AS sen_days
    FROM ledger_posting AS posting JOIN ledger_entry AS entry ON entry.id = posting.entry_id
    WHERE kept.sen_days IS NULL AND {openings.WITHIN} AND {openings.VALUED_SINCE} AND value_date <= last_day
) AS moved ON true
WHERE holder_kind = %(kind)s AND holder_id >= %(first)s AND holder_id < %(end)s AND dividend_to <> ''
ORDER BY holder_id, account.id
"""  # noqa: S608 - fixed texts
"""`kept`: what the closing of the year found, so that its postings need not be read again. Without it the figure is the same."""


def sen_days(*, year: int, first: int, end: int, holder_kind: HolderKind = HolderKind.MEMBER, until: datetime.date | None = None) -> Iterator[Earned]:
    """The year of every account that earns, of the holders from `first` up to and without `end`. One query, closed year or open.

    Of an open year it is what the year will have been if nothing more is posted. `until`: a day of the year, the last on which anything earns.
    """
    values = {"from_year": year, "to_year": year, "kind": holder_kind.value, "first": first, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(SEN_DAYS, {**values, "last_day": until or datetime.date(year, 12, 31)})
        yield from map(Earned._make, cursor)


class Due(NamedTuple):
    """What a posting adds to a year that was closed before it came, and nobody has settled. `dividend_to` as in `Earned`."""

    due_id: int
    account_id: int
    holder_id: int
    code: str
    dividend_to: str
    year: int
    value_date: datetime.date
    amount_sen: int

    def sen_days(self, until: datetime.date) -> int:
        """What it earned in its year, `until` being the last day on which anything does."""
        since = max(self.value_date, datetime.date(self.year, 1, 1))
        return self.amount_sen * max(0, (until - since).days + 1)


_OWED = """
FROM ledger_dividend_due AS due JOIN ledger_account AS account ON account.id = due.account_id
WHERE holder_kind = 'MEMBER' AND due.year BETWEEN %(since)s AND %(through)s
    AND NOT EXISTS (SELECT FROM ledger_dividend_settled AS settled WHERE settled.due_id = due.id)
"""


def dues(*, since: int, through: int, first: int, end: int) -> list[Due]:
    """What is due and not settled for the years `since` to `through`, of the members from `first` up to and without `end`, in order of account."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT due.id, account_id, holder_id, code, dividend_to, due.year, value_date, amount_sen {_OWED} "
            "AND holder_id >= %(first)s AND holder_id < %(end)s ORDER BY account_id, due.id",
            {"since": since, "through": through, "first": first, "end": end},
        )
        return list(map(Due._make, cursor.fetchall()))


def owed(*, since: int, through: int) -> list[int]:
    """The members to whom something is due for the years `since` to `through` and not settled, in order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT holder_id {_OWED} ORDER BY holder_id", {"since": since, "through": through})
        return [holder_id for (holder_id,) in cursor.fetchall()]


def settle(settled: Sequence[tuple[int, int | None]]) -> None:
    """Take rows of dividend due as settled: the row's id, and the ref of the entry that credited it (None: it came to nothing). Each once for ever:
    raises IntegrityError for a row that is settled already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_dividend_settled (due_id, ref) SELECT * FROM unnest(%s::bigint[], %s::bigint[])",
            [[due_id for due_id, _ in settled], [ref for _, ref in settled]],
        )


class Stretch(NamedTuple):
    """Days of a year, both included, on which an account stood at the same by value date."""

    since: datetime.date
    until: datetime.date
    balance_sen: int

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def sen_days(self) -> int:
        return self.balance_sen * self.days


def stretches(*, holder_id: int, code: str, year: int, ref: int, until: datetime.date | None = None) -> list[Stretch]:
    """A closed year of one account of a member day by day, equal days together, as the year's dividend of that `ref` has it: what was posted
    before the year was closed, and what was settled with it. Their sen-days add up to those of the dividend."""
    last = until or datetime.date(year, 12, 31)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT greatest(entry.value_date, make_date(%(year)s, 1, 1)) AS day, sum(posting.amount_sen)::bigint
            FROM ledger_account AS account JOIN ledger_posting AS posting ON posting.account_id = account.id
            JOIN ledger_entry AS entry ON entry.id = posting.entry_id
            LEFT JOIN ledger_dividend_due AS due ON due.account_id = account.id AND due.version = posting.version AND due.year = %(year)s
            LEFT JOIN ledger_dividend_settled AS settled ON settled.due_id = due.id
            WHERE holder_kind = 'MEMBER' AND holder_id = %(holder)s AND code = %(code)s AND entry.value_date <= %(last)s
                AND (due.id IS NULL OR settled.ref = %(ref)s)
            GROUP BY day ORDER BY day""",
            {"year": year, "holder": holder_id, "code": code, "last": last, "ref": ref},
        )
        moved = cursor.fetchall()
    found, stood = [], 0
    for number, (day, sen) in enumerate(moved):
        stood += sen
        ends = moved[number + 1][0] - datetime.timedelta(days=1) if number + 1 < len(moved) else last
        found.append(Stretch(day, ends, stood))
    return found
