"""Wages that were filed too low for a month: a supplement's row has all wages of the month, and only what is owed beyond what stands filed is filed.

What stands is final: the Borang A with it is paid. Nobody guesses what a higher wage means: the row waits until who prepares says that these are all
wages of the month, since they might be meant as an addition.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from contributions.borang_a import checks, layout
from contributions.borang_a.checks import Checked
from contributions.borang_a.problem import Code, Problem
from contributions.enums import FilingState, LineState, MatchState, RowStatus, WrongCreditState
from contributions.models import Filing, FilingRow, SuspenseMatch, WrongCredit
from contributions.models.matches import STANDING
from contributions.selectors.wrong_credits import KEEPS
from contributions.workflow import CLOSED
from kwsp_portal.common import money

SETTLED: Final = [FilingState.PAID.value, FilingState.CREDITED.value]

# All rows of a person in the other filings of the month, with their corrections; the last is the one with the highest wages: the rows that name
# them, those that were paid into suspense and are said to be theirs, and those that were credited to another first. Nothing is topped up that is
# another member's by now, or said to be, nor what a match says that nobody has agreed to, nor shares that no schedule made.
_EARLIER: Final = f"""
SELECT DISTINCT ON (whose) whose, id, filing_id, line, wages,
       sum(employer) OVER person, sum(employee) OVER person, bool_and(settled) OVER person
  FROM (SELECT o.whose, r.id, r.filing_id, r.line, r.wages,
               coalesce(l.now_employer, r.employer_share) AS employer, coalesce(l.now_employee, r.employee_share) AS employee,
               o.sure AND f.state = ANY(%(settled)s)
               AND (r.status = '{RowStatus.VALID}' OR (r.employer_share %% 100, r.employee_share %% 100) = (0, 0))
               AND NOT EXISTS (SELECT FROM contributions_wrongcredit w WHERE w.row_id = r.id AND w.state = ANY(%(moved)s)) AS settled
          FROM (SELECT id AS row_id, member_id AS whose, true AS sure FROM contributions_filingrow
                 WHERE member_id = ANY(%(members)s) AND filing_id = ANY(%(filings)s) AND status = '{RowStatus.VALID}'
                UNION ALL
                SELECT row_id, member_id, state = '{MatchState.POSTED}' FROM contributions_suspensematch
                 WHERE member_id = ANY(%(members)s) AND state = ANY(%(standing)s)
                UNION ALL
                SELECT row_id, to_member_id, false FROM contributions_wrongcredit
                 WHERE to_member_id = ANY(%(members)s) AND state = '{WrongCreditState.POSTED}') AS o
          JOIN contributions_filingrow r ON r.id = o.row_id AND r.filing_id = ANY(%(filings)s) JOIN contributions_filing f ON f.id = r.filing_id
          LEFT JOIN LATERAL (
               SELECT now_employer, now_employee FROM contributions_correctionline
                WHERE row_id = r.id AND state = '{LineState.POSTED}' ORDER BY id DESC LIMIT 1) l ON true) AS filed
WINDOW person AS (PARTITION BY whose)
 ORDER BY whose, wages DESC, id DESC"""  # noqa: S608 - fixed texts


class Earlier(NamedTuple):
    """What stands filed for somebody in the other filings of a month: the last row and its wages, both shares of all rows with their corrections,
    RM. `settled`: all of it is paid, and nobody says that it is another's."""

    row_id: int
    filing_id: int
    line: int
    wages: Decimal
    employer: Decimal
    employee: Decimal
    settled: bool

    @property
    def total(self) -> Decimal:
        return self.employer + self.employee


def siblings(filing: Filing) -> list[int]:
    """The other filings of the employer's month, those apart that were put away."""
    others = Filing.objects.filter(employer_id=filing.employer_id, wage_month=filing.wage_month).exclude(state__in=CLOSED)
    return list(others.exclude(pk=filing.pk).values_list("pk", flat=True))


def earlier_of(filing: Filing, members: Iterable[int]) -> dict[int, Earlier]:
    """By member what the other filings of the month have of them; nothing for those who stand in none. Two queries."""
    filings, people = siblings(filing), list(members)
    asked: dict[str, list[int] | list[str]] = {"filings": filings, "members": people, "settled": SETTLED}
    asked |= {"moved": [state.value for state in KEEPS], "standing": list(STANDING)}
    if not filings or not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, asked)
        return {
            member: Earlier(row_id, filing_id, line, money.from_sen(wages), money.from_sen(int(employer)), money.from_sen(int(employee)), settled)
            for member, row_id, filing_id, line, wages, employer, employee, settled in cursor.fetchall()
        }


def whose_in(filings: Sequence[int]) -> Sequence[QuerySet[Any, int]]:
    """The members that these filings have: by rows that name them, by rows in suspense that are theirs or said to be, and by rows that were credited
    to another first."""
    rows = FilingRow.objects.filter(filing_id__in=filings, status=RowStatus.VALID, member__isnull=False)
    matched = SuspenseMatch.objects.filter(row__filing__in=filings, state__in=STANDING)
    given = WrongCredit.objects.filter(row__filing__in=filings, state=WrongCreditState.POSTED)
    return [found.values_list(whose, flat=True) for found, whose in ((rows, "member_id"), (matched, "member_id"), (given, "to_member_id"))]


def mark(filing: Filing, rows: Sequence[Checked]) -> None:
    """Give each of these rows, who all stand for somebody, the problem that they stand in another filing of the month, where they do."""
    people = {row.stands_for.member_id for row in rows if row.stands_for is not None}
    earlier = earlier_of(filing, people)
    for row in rows:
        found = earlier.get(row.stands_for.member_id) if row.stands_for is not None else None
        if found is not None:
            row.problems.append(problem_of(filing, row, found))


def problem_of(filing: Filing, row: Checked, earlier: Earlier) -> Problem:
    """WAGES_RAISED where the row may be filed as the difference, NO_MORE_DUE where the higher wages cost no more, else MEMBER_FILED."""
    person, wages, shares = row.stands_for, row.row.wages, row.shares
    assert person is not None  # noqa: S101 - asked of rows that stand for somebody
    if not filing.number or not earlier.settled or wages is None or shares is None or wages <= earlier.wages:
        return checks.filed_already(person.number, earlier.filing_id, earlier.line)
    told = {"filing": str(earlier.filing_id), "line": str(earlier.line), "filed_total": str(earlier.total), "whole_total": str(shares.total)}
    if shares.total <= earlier.total:
        return Problem(Code.NO_MORE_DUE, layout.WAGES, str(wages), "", told)
    told["more_employer"], told["more_employee"] = str(shares.employer - earlier.employer), str(shares.employee - earlier.employee)
    told["more_total"] = str(shares.total - earlier.total)
    return Problem(Code.WAGES_RAISED, layout.WAGES, str(wages), str(earlier.wages), told)


def columns_of(row: Checked, earlier: Earlier) -> dict[str, Any]:
    """The columns of a row that is filed as the difference, as the database has them."""
    assert row.shares is not None  # noqa: S101 - WAGES_RAISED is said only of rows with shares
    return {
        "employer_share": money.to_sen(row.shares.employer - earlier.employer),
        "employee_share": money.to_sen(row.shares.employee - earlier.employee),
        "tops_up_id": earlier.row_id,
        "earlier_employer": money.to_sen(earlier.employer),
        "earlier_employee": money.to_sen(earlier.employee),
    }


NOTHING: Final = {"tops_up_id": None, "earlier_employer": None, "earlier_employee": None}
"""Those columns of every other row."""


def stale(filing: Filing) -> bool:
    """Whether what stands filed is no more what rows of the filing were reckoned from. Asked with the employer locked."""
    topping = list(filing.rows.filter(tops_up__isnull=False, status=RowStatus.VALID))
    if not topping:
        return False
    earlier = earlier_of(filing, [row.member_id for row in topping if row.member_id is not None])
    return any(not _stands(row, earlier.get(row.member_id or 0)) for row in topping)


def _stands(row: FilingRow, earlier: Earlier | None) -> bool:
    kept = (row.tops_up_id, row.earlier_employer, row.earlier_employee)
    return earlier is not None and earlier.settled and kept == (earlier.row_id, earlier.employer, earlier.employee)
