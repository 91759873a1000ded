"""A month's Borang A of one employer: the file as it would have been sent, and its rows as they would have been read."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.borang_a import layout, values
from contributions.facts import NO_ELECTIONS, Elections, EmployeeFacts
from contributions.rules import schedule
from contributions.rules.bands import Shares
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.frame.population import choosing
from kwsp_portal.frame.population.people import Person
from members.enums import Citizenship

NOTHING: Final = Decimal(0)
FIRST_LINE: Final = 2
"""The header is line 1."""


class Row(NamedTuple):
    """One employee in a month, with the shares of the schedule in whole RM."""

    person: Person
    wages_sen: int
    citizenship: Citizenship
    elections: Elections
    shares: Shares
    employer_share: int
    employee_share: int

    @property
    def total_sen(self) -> int:
        return (self.employer_share + self.employee_share) * 100


def rows(at_work: Iterable[tuple[Person, int]], month: WageMonth, elected: Mapping[str, choosing.Timeline], *, domestic: bool) -> list[Row]:
    """The rows of these people and wages. Left out is who may not contribute any more, and who may choose and has not chosen to.

    `elected`: what holds from when, by member's number. `domestic`: they work in a home.
    """
    found, first_day = [], month.first_day
    for person, wages_sen in at_work:
        citizenship = person.citizenship_in(month)
        timeline = elected.get(person.number)
        elections = NO_ELECTIONS if timeline is None else choosing.held(timeline, first_day)
        try:
            facts = EmployeeFacts(month, money.from_sen(wages_sen), NOTHING, citizenship, person.since, person.born, domestic)
            owed = schedule.shares(facts, elections)
        except Refusal:
            continue
        found.append(Row(person, wages_sen, citizenship, elections, owed, int(owed.employer), int(owed.employee)))
    return found


def as_read(of: Iterable[Row]) -> Iterator[values.Row]:
    """The rows as the reader gives them, before the register is asked."""
    for line, row in enumerate(of, FIRST_LINE):
        person, wages = row.person, money.from_sen(row.wages_sen)
        shares = money.from_sen(row.employer_share * 100), money.from_sen(row.employee_share * 100)
        yield values.Row(line, person.number, person.identity, person.name, wages, money.ZERO, *shares, [])


def content(of: Iterable[Row]) -> bytes:
    """The file as an employer's payroll writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(layout.COLUMNS)
    writer.writerows(
        (row.person.number, row.person.identity, row.person.name, str(money.from_sen(row.wages_sen)), row.employer_share, row.employee_share)
        for row in of
    )
    return text.getvalue().encode()
