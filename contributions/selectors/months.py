"""A member's wage months of the last year: due, filed, paid, credited, late, as the own employers' Borang A stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import connection

from contributions.enums import FilingState, MonthStanding
from contributions.models import CorrectionLine, FilingRow
from contributions.rules import category, standing
from contributions.selectors.wrong_credits import Moves
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.ledger.balances import EntryView
from members.models import Member

SHOWN_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class MonthLine:
    """One wage month at one employer. `total` (RM) and `row_id` where the member stands in its Borang A; `corrected`: it is not as filed;
    `moved`: it was credited to the wrong member first, or to nobody."""

    month: WageMonth
    employer_id: int
    employer: str
    employer_number: str
    due_date: date
    state: MonthStanding
    late: bool
    row_id: int | None
    total: Decimal | None
    corrected: bool
    credited_on: date | None
    moved: bool = False


class Work(NamedTuple):
    """A month in which any day of an employment lies. `published`: the employer's Borang A of it is there; `nil`: it is said to have nothing to
    contribute; `citizenship` that counts in the month, None where none is on record; `chosen`: who may choose chose to contribute (KWSP 16, 16B)."""

    employer_id: int
    employer: str
    number: str
    month: date
    published: bool
    nil: bool
    citizenship: str | None
    domestic: bool
    chosen: bool


# One query for twelve months: a home page is asked a million times on the 15th.
_WORK: Final = """
SELECT e.employer_id, r.name, r.number, m.month,
       EXISTS (SELECT FROM contributions_filing f
                WHERE f.employer_id = e.employer_id AND f.wage_month = m.month AND f.state = ANY(%(published)s)),
       EXISTS (SELECT FROM contributions_wagelist w
                WHERE w.employer_id = e.employer_id AND w.wage_month = m.month AND w.state = 'NIL'),
       (SELECT c.status FROM members_citizenshipperiod c
         WHERE c.member_id = e.member_id AND c.from_date < m.next AND (c.to_date IS NULL OR c.to_date > m.counted)
         ORDER BY c.from_date LIMIT 1),
       e.domestic,
       EXISTS (SELECT FROM contributions_election l
                WHERE l.employer_id = e.employer_id AND l.member_id = e.member_id AND l.kind IN ('KWSP_16', 'KWSP_16B')
                  AND l.state = 'APPROVED' AND l.from_month <= m.month)
  FROM employers_employment e JOIN employers_employer r ON r.id = e.employer_id
 CROSS JOIN (SELECT month, (month + interval '1 month')::date AS next, counted
               FROM unnest(%(months)s::date[], %(counted)s::date[]) AS w(month, counted)) m
 WHERE e.member_id = %(member)s AND e.from_date < m.next AND (e.to_date IS NULL OR e.to_date > m.month)
"""


def months_of(
    *, member: Member, rows: Sequence[FilingRow], booked: Mapping[int, EntryView], stands: Mapping[int, CorrectionLine], moves: Moves, on: date
) -> list[MonthLine]:
    """The last twelve wage months, the newest first; one paid ahead waits for its turn.

    `rows` are the member's in published filings, the newest first; `booked` what the ledger has of them; `stands` the corrections by which some
    stand, `moves` what was credited to the wrong member. One query. A month in which an employer owes nothing is left out; one whose row is another's
    stands as if it had none, and leads to what happened.
    """
    last = WageMonth.of(on).previous()
    first = last.plus(-(SHOWN_MONTHS - 1))
    shown = [row for row in rows if first.first_day <= row.filing.wage_month <= last.first_day]
    lines: dict[tuple[int, date], MonthLine] = {}
    for row in shown:
        if row.pk not in moves.taken:
            key = (row.filing.employer_id, row.filing.wage_month)
            line = replace(_of_row(row, booked.get(row.pk), stands.get(row.pk), on), moved=row.pk in moves.given or row.pk in moves.matched)
            lines[key] = _together(lines[key], line) if key in lines else line
    for work in _worked(member, first, last):
        key = (work.employer_id, work.month)
        if key not in lines and _owed(member, work):
            lines[key] = _without_row(work, on)
    for row in shown:
        if row.pk in moves.taken:
            key = (row.filing.employer_id, row.filing.wage_month)
            there = lines.get(key, _taken_back(row))
            if there.row_id in (None, row.pk):
                lines[key] = replace(there, row_id=row.pk, moved=True)
    return sorted(lines.values(), key=lambda line: (line.month.first_day, line.employer), reverse=True)


def filed_total(row: FilingRow) -> Decimal:
    """Both shares as they were filed, RM; a row without them (none that is valid) has nothing in it."""
    return (row.employer_share or Decimal(0)) + (row.employee_share or Decimal(0))


def standing_of(*, row: FilingRow, credit: EntryView | None, on: date) -> standing.Standing:
    """How the month of a row stands; `credit` is what the ledger has of it for its member.

    A row with money in it, in a filing that is credited, and not on the member's accounts, is on the employer's SUSPENSE: nothing is
    credited from the 75th birthday (ruling 16).
    """
    return standing.of_row(
        month=WageMonth.of(row.filing.wage_month),
        filing=FilingState(row.filing.state),
        booked=credit is not None,
        suspended=credit is None and bool(filed_total(row)) and row.filing.state == FilingState.CREDITED,
        paid_on=row.filing.paid_on,
        on=on,
        wages=row.wages,
        total=filed_total(row),
    )


def _of_row(row: FilingRow, credit: EntryView | None, corrected: CorrectionLine | None, on: date) -> MonthLine:
    month = WageMonth.of(row.filing.wage_month)
    stands = standing_of(row=row, credit=credit, on=on)
    return MonthLine(
        month=month,
        employer_id=row.filing.employer_id,
        employer=row.filing.employer.name,
        employer_number=row.filing.employer.number,
        due_date=month.due_date,
        state=stands.state,
        late=stands.late,
        row_id=row.pk,
        total=corrected.now_employer + corrected.now_employee if corrected else filed_total(row),
        corrected=corrected is not None,
        credited_on=credit.booked_on if credit else None,
    )


_ON_THE_WAY: Final = (MonthStanding.FILED, MonthStanding.PAID, MonthStanding.SUSPENDED, MonthStanding.CREDITED)


def _together(newer: MonthLine, older: MonthLine) -> MonthLine:
    """A month whose wages were filed too low and topped up: both sums, as far on their way as the later of the two."""
    states = [state for state in _ON_THE_WAY if state in (newer.state, older.state)]
    return replace(
        newer,
        state=states[0] if states else newer.state,
        late=newer.late or older.late,
        total=(newer.total or Decimal(0)) + (older.total or Decimal(0)),
        corrected=newer.corrected or older.corrected,
        credited_on=max(newer.credited_on, older.credited_on) if newer.credited_on and older.credited_on else None,
        moved=newer.moved or older.moved,
    )


def _taken_back(row: FilingRow) -> MonthLine:
    """Of an employer whom the member did not work for in the month."""
    month = WageMonth.of(row.filing.wage_month)
    return MonthLine(
        month=month,
        employer_id=row.filing.employer_id,
        employer=row.filing.employer.name,
        employer_number=row.filing.employer.number,
        due_date=month.due_date,
        state=MonthStanding.TAKEN_BACK,
        late=False,
        row_id=row.pk,
        total=None,
        corrected=False,
        credited_on=None,
    )


def _without_row(work: Work, on: date) -> MonthLine:
    month = WageMonth.of(work.month)
    stands = standing.without_row(month=month, published=work.published, nil=work.nil, on=on)
    return MonthLine(
        month=month,
        employer_id=work.employer_id,
        employer=work.employer,
        employer_number=work.number,
        due_date=month.due_date,
        state=stands.state,
        late=stands.late,
        row_id=None,
        total=None,
        corrected=False,
        credited_on=None,
    )


def _worked(member: Member, first: WageMonth, last: WageMonth) -> list[Work]:
    months = list(first.through(last))
    figures: dict[str, int | list[date] | list[str]] = {
        "member": member.pk,
        "months": [month.first_day for month in months],
        "counted": [category.standing_day(month) for month in months],
        "published": [state.value for state in standing.PUBLISHED],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WORK, figures)
        return [Work(*found) for found in cursor.fetchall()]


def _owed(member: Member, work: Work) -> bool:
    """Nothing is owed after death, nor for a month in which no citizenship is on record."""
    if work.citizenship is None or (member.died_on is not None and member.died_on < work.month):
        return False
    return standing.must_contribute(
        month=WageMonth.of(work.month),
        citizenship=Citizenship(work.citizenship),
        member_since=member.member_since,
        birth_date=member.birth_date,
        domestic=work.domestic,
        chosen=work.chosen,
    )
