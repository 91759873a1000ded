"""What a row would be with other cells: read, matched and reckoned by the functions that read the file, so that there is one set of rules."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from contributions.borang_a import checks, layout, remedies, restoring, values
from contributions.borang_a.assumed import Assumed
from contributions.borang_a.checks import Checked, Entry
from contributions.borang_a.problem import Code, Problem
from contributions.borang_a.remedies import Remedy
from contributions.enums import RowStatus
from contributions.models import Filing, FilingRow
from contributions.rules import electing
from contributions.selectors import elections
from contributions.selectors import mending as selectors
from contributions.services import register, row_changes, supplement, topping
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth

MOST_AT_ONCE: Final = 5_000
"""Rows of a cause that are matched with the register in one act; where there are more, the act is repeated."""

# The figure that the schedule asks for stands in the problem, as the reader reckoned it from the facts that the row keeps.
_SHARES: Final = """
SELECT row.id, jsonb_build_object(
         'employer_share', coalesce(told.employer, row.employer_share), 'employee_share', coalesce(told.employee, row.employee_share),
         'problems', coalesce(told.others, '[]'),
         'status', CASE WHEN told.others IS NULL THEN 'VALID' WHEN told.nobody THEN 'UNMATCHED' ELSE 'INVALID' END)
  FROM contributions_filingrow row CROSS JOIN LATERAL (
    SELECT max((problem ->> 'expected')::numeric * 100) FILTER (WHERE ours AND problem ->> 'column' = %(employer)s)::bigint AS employer,
           max((problem ->> 'expected')::numeric * 100) FILTER (WHERE ours AND problem ->> 'column' = %(employee)s)::bigint AS employee,
           jsonb_agg(problem) FILTER (WHERE NOT ours) AS others,
           bool_and(problem ->> 'code' = ANY(%(unmatched)s)) FILTER (WHERE NOT ours) AS nobody
      FROM jsonb_array_elements(row.problems) AS problem CROSS JOIN LATERAL (SELECT problem ->> 'code' = ANY(%(shares)s) AS ours) AS whose
  ) AS told
 WHERE row.filing_id = %(filing)s AND row.status = 'INVALID' AND row.problems @> %(having)s::jsonb"""
_LEAVE_OUT: Final = """
SELECT id, '{"status": "LEFT_OUT"}'::jsonb FROM contributions_filingrow
 WHERE filing_id = %(filing)s AND status IN ('INVALID', 'UNMATCHED') AND problems @> %(having)s::jsonb"""

Wanted = tuple[str, Mapping[str, Any]]


def outcome(*, filing: Filing, row: FilingRow, cells: Mapping[str, str], tops_up: bool) -> tuple[dict[str, Any], Entry | None]:
    """The columns of the row as these cells make them, and whom it then stands for. `tops_up`: somebody says that these are all wages of the month,
    and what was filed before is to be topped up."""
    [checked] = checked_of([(row.line, cells)], employer_id=filing.employer_id, month=WageMonth.of(filing.wage_month))
    person = checked.stands_for
    if person is None:
        return _columns(checked), None
    others = _standing_for(filing, row, person.member_id, person.number, person.identity_number)
    if others:
        checked.problems.append(_twice(person.number, others[0].line))
    earlier = topping.earlier_of(filing, [person.member_id]).get(person.member_id)
    return (_columns(checked) if earlier is None else _beside(filing, checked, earlier, tops_up=tops_up)), person


def _beside(filing: Filing, checked: Checked, earlier: topping.Earlier, *, tops_up: bool) -> dict[str, Any]:
    """The columns of a row for somebody who stands in another filing of the month: only the difference, where nothing else is wrong with it."""
    problem = topping.problem_of(filing, checked, earlier)
    if tops_up and problem.code is Code.WAGES_RAISED and not checked.problems:
        return _columns(checked) | topping.columns_of(checked, earlier)
    checked.problems.append(problem)
    return _columns(checked)


def differing(row: FilingRow, after: Mapping[str, Any]) -> dict[str, Any]:
    """Of the columns of a row, those that change."""
    return {column: value for column, value in after.items() if _stored(getattr(row, column)) != value}


def freed(*, filing: Filing, row: FilingRow, still: Entry | None) -> list[tuple[int, dict[str, Any]]]:
    """Rows of whom this row stood for and does no more (`still`: whom it stands for): they lose the problem that somebody stands twice."""
    if not remedies.names_somebody(row.problems):
        return []
    if still is not None and (row.member_id == still.member_id or row.member_number == still.number):
        return []
    others = _standing_for(filing, row, row.member_id, row.member_number, row.identity_number)
    found = []
    for other in others:
        problems = [problem for problem in other.problems if problem["code"] != Code.MEMBER_TWICE]
        if len(others) > 1:
            first = others[0] if other is not others[0] else others[1]
            problems.append(_twice(other.member_number, first.line).to_json())
        if problems != other.problems:
            found.append((other.pk, {"problems": problems, "status": remedies.status_of(problems).value}))
    return found


def of_cause(*, filing: Filing, code: Code) -> Wanted | None:
    """What is done to all rows of a cause, as row_changes takes it; None where nothing is right for each of them."""
    remedy = remedies.REMEDIES.get(code)
    having = f'[{{"code": "{code.value}"}}]'
    if remedy is Remedy.SHARES:
        codes = {"shares": [one.value for one in remedies.SHARES], "unmatched": [one.value for one in remedies.UNMATCHED]}
        return _SHARES, {"having": having, "employer": layout.EMPLOYER_SHARE, "employee": layout.EMPLOYEE_SHARE, **codes}
    if remedy is Remedy.LEAVE_OUT:
        return _LEAVE_OUT, {"having": having}
    if remedy is Remedy.DIFFERENCE:
        return row_changes.these(_differences(filing))
    return None if remedy is None else row_changes.these(_with_zeros(filing))


def _differences(filing: Filing) -> list[tuple[int, dict[str, Any]]]:
    """Rows with higher wages than were filed, and nothing else wrong with them: what is owed beyond what stands."""
    rows = selectors.bad_rows(filing=filing, code=Code.WAGES_RAISED)[:MOST_AT_ONCE]
    alone = [row for row in rows if len(row.problems) == 1]
    asked = [(row.line, selectors.cells_of(row)) for row in alone]
    checked = checked_of(asked, employer_id=filing.employer_id, month=WageMonth.of(filing.wage_month))
    earlier = topping.earlier_of(filing, [one.stands_for.member_id for one in checked if one.stands_for is not None])
    found = []
    for row, one in zip(alone, checked, strict=True):
        stood = earlier.get(one.stands_for.member_id) if one.stands_for is not None else None
        if stood is not None:
            after = _beside(filing, one, stood, tops_up=True)
            if after["status"] == RowStatus.VALID:
                found.append((row.pk, differing(row, after)))
    return found


def _with_zeros(filing: Filing) -> list[tuple[int, dict[str, Any]]]:
    """Rows whose identity number is the register's without its leading zeros, and that are whole with them."""
    rows = selectors.bad_rows(filing=filing, code=Code.IDENTITY_DIFFERS)
    lost = [(row, number) for row in rows[:MOST_AT_ONCE] if (number := _padded(row))]
    asked = [(row.line, {**selectors.cells_of(row), layout.IDENTITY: number}) for row, number in lost]
    found, elsewhere = [], supplement.filed_elsewhere(filing)
    answered = checked_of(asked, employer_id=filing.employer_id, month=WageMonth.of(filing.wage_month))
    for (row, _number), checked in zip(lost, answered, strict=True):
        person = checked.stands_for
        alone = person is not None and not _standing_for(filing, row, person.member_id, person.number, person.identity_number)
        alone = alone and person is not None and person.member_id not in elsewhere
        if alone and checked.status is RowStatus.VALID:
            found.append((row.pk, differing(row, _columns(checked))))
    return found


def _padded(row: FilingRow) -> str:
    """The number with the zeros that it lost; empty where it differs in more."""
    expected = next((problem["expected"] for problem in row.problems if problem["code"] == Code.IDENTITY_DIFFERS), "")
    return expected if expected != row.identity_number and expected.lstrip("0") == row.identity_number.lstrip("0") else ""


def checked_of(asked: Sequence[tuple[int, Mapping[str, str]]], *, employer_id: int, month: WageMonth) -> list[Checked]:
    """Each row of these cells as the reader would have it: one look-up for all."""
    assumed = Assumed()
    rows = [_read(line, cells, assumed) for line, cells in asked]
    by_number, by_identity = register.look_up(rows=rows, employer_id=employer_id, wage_month=month)
    people = {entry.member_id for entry in (*by_number.values(), *by_identity.values())}
    elected = elections.elected_in(employer_id=employer_id, wage_month=month, members=people)
    found = []
    for row in rows:
        if row.padded or row.rounded:
            row = restoring.settled(row, by_number.get(row.member_number), by_identity, assumed)
        found.append(checks.check(row, by_number.get(row.member_number), by_identity.get(row.identity_number), month, elected))
    return found


def _read(line: int, cells: Mapping[str, str], assumed: Assumed) -> values.Row:
    texts = [cells[column].replace("\0", "") for column in layout.COLUMNS_WITH_BONUS]
    # The text format cuts names there; a name of that very length may be such a one.
    cut = len(texts[2].strip()) == layout.CUT_NAME
    return values.read(layout.Line(line, texts, cut=cut), assumed)


def _standing_for(filing: Filing, row: FilingRow, member_id: int | None, number: str, identity: str) -> list[FilingRow]:
    """The other rows of the filing that stand for somebody, in the order of the file: by the member, or by the numbers of one that is bad."""
    others = filing.rows.exclude(pk=row.pk).exclude(status=RowStatus.LEFT_OUT)
    found = {} if member_id is None else {other.pk: other for other in others.filter(member_id=member_id)}
    unclear = others.filter(status__in=selectors.BAD)
    if number:
        found |= {other.pk: other for other in unclear.filter(member_number=number)}
    if identity:
        found |= {other.pk: other for other in unclear.filter(member_number="", identity_number=identity)}
    return sorted((other for other in found.values() if remedies.names_somebody(other.problems)), key=lambda other: other.line)


def _twice(number: str, line: int) -> Problem:
    return Problem(Code.MEMBER_TWICE, layout.MEMBER_NUMBER, number, detail={"line": str(line)})


def _columns(checked: Checked) -> dict[str, Any]:
    """The columns of a row as the database holds them (services.copied_rows writes the same)."""
    row, entry, _stands_for, shares, elected, problems = checked
    return {
        "member_id": None if entry is None else entry.member_id,
        "member_number": row.member_number[:20],
        "identity_number": row.identity_number[:20],
        "name": row.name[: layout.LONGEST_NAME],
        "wages": _sen(row.wages),
        "bonus": _sen(row.bonus),
        "employer_share": _sen(row.employer_share),
        "employee_share": _sen(row.employee_share),
        "part": "" if shares is None else shares.part.value,
        "reference": "" if shares is None else shares.reference,
        "citizenship": "" if entry is None else entry.citizenship or "",
        "birth_date": None if entry is None else str(entry.birth_date),
        "member_since": None if entry is None else str(entry.member_since),
        "elections": "" if entry is None else electing.to_text(elected, domestic=entry.domestic),
        **topping.NOTHING,
        "status": checked.status.value,
        "problems": [problem.to_json() for problem in problems],
    }


def _sen(amount: Any) -> int | None:
    return None if amount is None else money.to_sen(amount)


def _stored(value: Any) -> Any:
    """A model's value as JSON of the database has it."""
    if value is None or isinstance(value, str | int | list):
        return value
    return money.to_sen(value) if isinstance(value, Decimal) else str(value)
