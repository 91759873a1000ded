"""What the rows of an assessment come to: reckoned when somebody looks, with today's registers and by the functions that read a file, so that
there is one set of rules. Once it is served its filing has them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.borang_a import checks, layout, template
from contributions.borang_a.checks import Checked
from contributions.borang_a.problem import Code, Problem
from contributions.enums import RowStatus
from contributions.models import Assessment, AssessmentRow, Filing, FilingRow
from contributions.rules import assessing
from contributions.services import rechecking
from contributions.workflow import STANDS
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal

BATCH: Final = 2_000
_SHARES: Final = frozenset({layout.EMPLOYER_SHARE, layout.EMPLOYEE_SHARE})


class Line(NamedTuple):
    """A row with what it comes to. `known`: the register knows whose it is; otherwise the shares are those of somebody of whom nothing is known."""

    row: AssessmentRow
    status: RowStatus
    employer: Decimal
    employee: Decimal
    problems: Sequence[Problem]

    @property
    def total(self) -> Decimal:
        return self.employer + self.employee


class Totals(NamedTuple):
    """What an assessment comes to: rows, those without wages yet, those that cannot stand, those of nobody whom the register knows, and RM."""

    rows: int = 0
    blank: int = 0
    bad: int = 0
    unmatched: int = 0
    wages: Decimal = money.ZERO
    employer: Decimal = money.ZERO
    employee: Decimal = money.ZERO
    suspended: Decimal = money.ZERO

    @property
    def total(self) -> Decimal:
        return self.employer + self.employee


def lines_of(assessment: Assessment, rows: Sequence[AssessmentRow]) -> list[Line]:
    """The rows as they would stand in a filing; a few queries for any number of them."""
    month = WageMonth.of(assessment.wage_month)
    asked = [(row.place, _cells(row)) for row in rows]
    checked = rechecking.checked_of(asked, employer_id=assessment.employer_id, month=month)
    places, filed = _places(assessment, rows), _filed(assessment, checked)
    for row, one in zip(rows, checked, strict=True):
        others = [place for place in places.get(row.member_number, ()) if place != row.place]
        if others:
            one.problems.append(Problem(Code.MEMBER_TWICE, layout.MEMBER_NUMBER, row.member_number, detail={"line": str(others[0])}))
        person = one.stands_for
        if person is not None and person.member_id in filed:
            one.problems.append(checks.filed_already(person.number, *filed[person.member_id]))
    return [_line(row, one, month) for row, one in zip(rows, checked, strict=True)]


def all_lines(assessment: Assessment) -> Iterator[Line]:
    """Every row in its order, batch by batch."""
    place = 0
    while batch := list(assessment.rows.filter(place__gt=place).order_by("place")[:BATCH]):
        yield from lines_of(assessment, batch)
        place = batch[-1].place


def totals_of(lines: Iterable[Line]) -> Totals:
    """All of them added up; what cannot stand counts for nothing."""
    found = Totals()
    for line in lines:
        blank, stands = line.row.wages is None, line.status is not RowStatus.INVALID
        nobody = line.status is RowStatus.UNMATCHED
        found = Totals(
            rows=found.rows + 1,
            blank=found.blank + blank,
            bad=found.bad + (not stands and not blank),
            unmatched=found.unmatched + nobody,
            wages=found.wages + (line.row.wages or money.ZERO),
            employer=found.employer + line.employer * stands,
            employee=found.employee + line.employee * stands,
            suspended=found.suspended + line.total * nobody,
        )
    return found


def file_of(lines: Iterable[Line]) -> bytes:
    """What is assessed as the file of a Borang A, the evidence of what was served; its shares are the schedule's."""
    return template.csv_lines(layout.COLUMNS_WITH_BONUS, (_written(line) for line in lines))


def _places(assessment: Assessment, rows: Sequence[AssessmentRow]) -> Mapping[str, Sequence[int]]:
    """Where each of these people stands in the assessment, by member number."""
    found: dict[str, list[int]] = defaultdict(list)
    numbers = {row.member_number for row in rows} - {""}
    for number, place in assessment.rows.filter(member_number__in=numbers).order_by("place").values_list("member_number", "place"):
        found[number].append(place)
    return found


def _filed(assessment: Assessment, checked: Sequence[Checked]) -> Mapping[int, tuple[int, int]]:
    """Who of these people stands in a filing of the month already, whoever's: that filing and the row's place. The one that this assessment is to
    replace gives way to it."""
    people = [one.stands_for.member_id for one in checked if one.stands_for is not None]
    standing = Filing.objects.filter(employer=assessment.employer_id, wage_month=assessment.wage_month, state__in=[state.value for state in STANDS])
    if assessment.replaces_id is not None:
        standing = standing.exclude(assessment=assessment.replaces_id)
    if assessment.filing_id is not None:
        standing = standing.exclude(pk=assessment.filing_id)
    rows = FilingRow.objects.filter(filing__in=standing, member_id__in=people, status=RowStatus.VALID)
    return {member: (filing, line) for member, filing, line in rows.values_list("member_id", "filing_id", "line") if member is not None}


def _cells(row: AssessmentRow) -> dict[str, str]:
    """The row as a file would have it. No share is stated: the schedule's is taken."""
    wages = "" if row.wages is None else f"{row.wages:.2f}"
    person = {layout.MEMBER_NUMBER: row.member_number, layout.IDENTITY: row.identity_number, layout.NAME: row.name}
    return {**person, layout.WAGES: wages, layout.BONUS: f"{row.bonus:.2f}", layout.EMPLOYER_SHARE: "0", layout.EMPLOYEE_SHARE: "0"}


def _line(row: AssessmentRow, checked: Checked, month: WageMonth) -> Line:
    problems = [problem for problem in checked.problems if problem.column not in _SHARES]
    status = checked._replace(problems=problems).status
    if row.wages is None:
        return Line(row, RowStatus.INVALID, money.ZERO, money.ZERO, ())
    if checked.shares is not None:
        return Line(row, status, checked.shares.employer, checked.shares.employee, problems)
    if status is not RowStatus.UNMATCHED:
        return Line(row, RowStatus.INVALID, money.ZERO, money.ZERO, problems)
    try:
        shares = assessing.shares_of_nobody(month=month, wages=row.wages, bonus=row.bonus)
    except Refusal:
        return Line(row, RowStatus.INVALID, money.ZERO, money.ZERO, problems)
    # Nobody's money cannot be kept where there is none.
    kept = RowStatus.UNMATCHED if shares.employer + shares.employee else RowStatus.INVALID
    return Line(row, kept, shares.employer, shares.employee, problems)


def _written(line: Line) -> Sequence[str]:
    row = line.row
    return (
        template.safe(row.member_number),
        template.safe(template.identity(row.identity_number)),
        template.safe(row.name),
        f"{row.wages or money.ZERO:.2f}",
        f"{line.employer:.0f}",
        f"{line.employee:.0f}",
        f"{row.bonus:.2f}",
    )
