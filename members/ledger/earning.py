"""What an account's money did in a year: sen x days, by value date. Whole numbers only; rates and rounding are a rule's in Python.

A sen earns on its value date and on every day after it, to 31 December, both included; a withdrawal takes from its value date on, so
it earned to the day before (ruling 15). What is valued before 1 January earns the whole year, 365 days or 366. Held money earns. The day's
balance x rate / days in the year, summed over the year, is sen_days x rate / days in the year.
"""

from collections.abc import Iterator
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
    (days * (coalesce(opening.valued_sen, 0) + coalesce(before.sen, 0)) + coalesce(moved.sen_days, 0) - coalesce(back.known, 0))::bigint,
    coalesce(back.sen_days, 0)::bigint
FROM ledger_account AS account
CROSS JOIN (SELECT make_date(%(to_year)s, 12, 31) AS last_day, make_date(%(to_year)s, 12, 31) - make_date(%(to_year)s, 1, 1) + 1 AS days) AS calendar
{openings.STARTS}
{openings.ENDS}
LEFT JOIN LATERAL (
    SELECT sum(amount_sen) AS sen FROM ledger_dividend_due AS due
    WHERE due.account_id = account.id AND due.year = opening.year - 1 AND version <= coalesce(bound.last_version, 2147483647)
) AS before ON true
LEFT JOIN LATERAL (
    SELECT sum(sen_days) AS sen_days, sum(sen_days) FILTER (WHERE version <= coalesce(bound.last_version, 2147483647)) AS known
    FROM ledger_dividend_due AS due WHERE due.account_id = account.id AND due.year = %(to_year)s
) AS back ON true
LEFT JOIN LATERAL (
    SELECT sum(amount_sen * least(days, last_day - value_date + 1)) AS sen_days
    FROM ledger_posting AS posting JOIN ledger_entry AS entry ON entry.id = posting.entry_id
    WHERE {openings.WITHIN} AND {openings.VALUED_SINCE} AND value_date <= last_day
) AS moved ON true
WHERE holder_kind = %(kind)s AND holder_id >= %(first)s AND holder_id < %(end)s AND dividend_to <> ''
ORDER BY holder_id, account.id
"""  # noqa: S608 - fixed texts


def sen_days(*, year: int, first: int, end: int, holder_kind: HolderKind = HolderKind.MEMBER) -> Iterator[Earned]:
    """The year of every account that earns, of the holders from `first` up to and without `end`. One query, closed year or open.

    Of an open year it is what the year will have been if nothing more is posted.
    """
    with connection.cursor() as cursor:
        cursor.execute(SEN_DAYS, {"from_year": year, "to_year": year, "kind": holder_kind.value, "first": first, "end": end})
        yield from map(Earned._make, cursor)
