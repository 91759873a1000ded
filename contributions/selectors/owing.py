"""For whom an employer owes anything in a wage month, whatever the wages: asked of who is on record, decided by the rules."""

# ruff: noqa: S608 - every text comes from this file

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from django.db import connection

from contributions.rules import category, standing
from employers.models import Employer
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship

PAGE: Final = 50
"""People that are asked about at a time: nearly always the first of them decides a month."""


class Work(NamedTuple):
    """Somebody employed in a month, with what decides whether anything is owed."""

    employer_id: int
    member_id: int
    citizenship: str | None
    member_since: date
    birth_date: date
    domestic: bool
    chosen: bool


COLUMNS: Final = """e.employer_id, e.member_id,
       (SELECT c.status FROM members_citizenshipperiod c
         WHERE c.member_id = e.member_id AND c.from_date < {next} AND (c.to_date IS NULL OR c.to_date > {counted})
         ORDER BY c.from_date LIMIT 1),
       m.member_since, m.birth_date, e.domestic,
       EXISTS (SELECT FROM contributions_election l
                WHERE l.employer_id = e.employer_id AND l.member_id = e.member_id AND l.kind IN ('KWSP_16', 'KWSP_16B')
                  AND l.state = 'APPROVED' AND l.from_month <= {month})"""
"""Of an employment `e` and its member `m`, what `Work` holds; the places are the first day of the month, that of the next, and the day on which
citizenship counts."""
EMPLOYED: Final = """e.from_date < {next} AND (e.to_date IS NULL OR e.to_date > greatest({month}, e.from_date))
   AND (m.died_on IS NULL OR m.died_on >= {month})"""
"""Who was employed on any day of it; an employment that was taken back ends on the day it began."""

_OF_COLUMNS: Final = {"month": "w.month", "next": "w.next", "counted": "w.counted"}
_FOUND: Final = f"""
SELECT w.month, found.* FROM unnest(%(months)s::date[], %(nexts)s::date[], %(counted)s::date[]) AS w (month, next, counted),
       LATERAL (SELECT {COLUMNS.format(**_OF_COLUMNS)}
                  FROM employers_employment e JOIN members_member m ON m.id = e.member_id
                 WHERE e.employer_id = %(employer)s AND {EMPLOYED.format(**_OF_COLUMNS)}
                 ORDER BY e.id OFFSET %(from)s LIMIT %(page)s) AS found
"""


def is_owed(work: Work, month: WageMonth) -> bool:
    """Whether the rules have a Part for somebody of this age and citizenship."""
    return work.citizenship is not None and standing.must_contribute(
        month=month,
        citizenship=Citizenship(work.citizenship),
        member_since=work.member_since,
        birth_date=work.birth_date,
        domestic=work.domestic,
        chosen=work.chosen,
    )


def months_owed(*, employer: Employer, months: Collection[WageMonth]) -> set[WageMonth]:
    """Of these months those in which the employer owes something for somebody on record. One query, and another for each fifty people of whom
    none decides."""
    owed: set[WageMonth] = set()
    waiting, start = list(months), 0
    while waiting:
        asked: dict[WageMonth, int] = dict.fromkeys(waiting, 0)
        for first_day, work in _page(employer, waiting, start):
            month = WageMonth.of(first_day)
            asked[month] += 1
            if month not in owed and is_owed(work, month):
                owed.add(month)
        waiting = [month for month, count in asked.items() if count == PAGE and month not in owed]
        start += PAGE
    return owed


def people_not_owed(*, employer: Employer, month: WageMonth) -> set[int]:
    """Of those on record in a month the ids of members for whom the rules have no Part. Whose standing nobody knows is none of them. One query."""
    works = [work for _first_day, work in _page(employer, [month], 0, size=None)]
    return {work.member_id for work in works if work.citizenship is not None and not is_owed(work, month)}


def _page(employer: Employer, months: Collection[WageMonth], start: int, size: int | None = PAGE) -> list[tuple[date, Work]]:
    figures: dict[str, int | list[date] | None] = {
        "months": [month.first_day for month in months],
        "nexts": [month.next().first_day for month in months],
        "counted": [category.standing_day(month) for month in months],
        "employer": employer.pk,
        "from": start,
        "page": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, figures)
        return [(first_day, Work(*work)) for first_day, *work in cursor.fetchall()]
