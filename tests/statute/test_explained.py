"""Explanations in full, step by step: data/explained.txt holds, for every way in which shares come about, each step with its figures, citation and
assumption. Where an explanation changes, KWSP_WRITE_EXPLAINED=1 writes the file anew, and its differences are read before they are kept.
"""

import os

import pytest

from contributions.facts import Elections
from contributions.rules import schedule
from tests.statute import tables
from tests.statute.tables import Citizenship

FILE = tables.DATA / "explained.txt"
PR, FOREIGN = Citizenship.PERMANENT_RESIDENT, Citizenship.NON_CITIZEN
CASES = {
    "seed 001: RM6,250, why 693 and not 688": (tables.person(wage_month="2023-09", wages="6250.00"), Elections()),
    "the end of a row is its own exact percentage": (tables.person(wages="6300.00"), Elections()),
    "the employer's share falls above RM5,000": (tables.person(wages="5000.01"), Elections()),
    "no fall before 2012": (tables.person(wage_month="2011-12", wages="5000.01"), Elections()),
    "nothing up to RM10": (tables.person(wages="10.00"), Elections()),
    "above RM20,000, both shares with sen": (tables.person(wages="21250.55"), Elections()),
    "above RM20,000, only the employee's share with sen": (tables.person(wages="21250.00"), Elections()),
    "above RM20,000, no sen": (tables.person(wages="25000.00"), Elections()),
    "above RM20,000 in 2010": (tables.person(wage_month="2010-06", wages="20000.01"), Elections()),
    "bonus, employee by the row": (tables.person(wages="6050.50", bonus="1100.00"), Elections()),
    "bonus over RM20,000": (tables.person(wages="25000.55", bonus="21000.00"), Elections()),
    "bonus in Part C": (tables.person(wages="5655.05", bonus="2000.00", citizenship=PR, birth_date="1960-01-01"), Elections()),
    "Part B, fixed sum": (tables.of_part("B", "2020-05", "1751.00"), Elections(chosen=True)),
    "Part B above RM20,000": (tables.of_part("B", "2025-09", "20000.01"), Elections(chosen=True)),
    "Part C, member before 1 August 1998": (
        tables.person(wage_month="2016-03", wages="5000.00", citizenship=FOREIGN, member_since="1998-07-31", birth_date="1950-01-01"),
        Elections(),
    ),
    "Part D": (tables.of_part("D", "2017-12", "3250.00"), Elections(chosen=True)),
    "Part E, month after the birthday month": (tables.person(wage_month="2026-10", wages="6250.00", birth_date="1966-09-15"), Elections()),
    "Part A, birthday month": (tables.person(wage_month="2026-09", wages="6250.00", birth_date="1966-09-15"), Elections()),
    "two months before the change": (tables.person(wage_month="2026-08", wages="100.00", birth_date="1966-09-15"), Elections()),
    "three months before the change": (tables.person(wage_month="2026-07", wages="100.00", birth_date="1966-09-15"), Elections()),
    "two months after the change": (tables.person(wage_month="2026-12", wages="100.00", birth_date="1966-09-15"), Elections()),
    "three months after the change": (tables.person(wage_month="2027-01", wages="100.00", birth_date="1966-09-15"), Elections()),
    "two months before a change in January": (tables.person(wage_month="2026-11", wages="100.00", birth_date="1966-12-15"), Elections()),
    "born on the first of the wage month 60 years ago": (tables.person(wage_month="2026-10", wages="100.00", birth_date="1966-10-01"), Elections()),
    "born a day after those of the last month": (tables.person(wage_month="2026-10", wages="100.00", birth_date="1951-11-01"), Elections()),
    "55 on the first of February 2008": (tables.person(wage_month="2012-01", wages="1000.00", birth_date="1953-02-01"), Elections()),
    "the month before the last": (tables.person(wage_month="2026-09", wages="100.00", birth_date="1951-10-15"), Elections()),
    "the last month": (tables.person(wage_month="2026-10", wages="100.00", birth_date="1951-10-15"), Elections()),
    "55 before February 2008": (tables.person(wage_month="2012-01", wages="1000.00", birth_date="1953-01-31"), Elections()),
    "Part F, where the questions and answers differ": (tables.of_part("F", "2026-10", "1751.00"), Elections()),
    "Part F, where they agree": (tables.of_part("F", "2026-10", "3250.00"), Elections()),
    "Part F, not yet a member": (tables.of_part("F", "2026-10", "10.01")._replace(member_since=None), Elections()),
    "Part F, both shares with sen and a whole total": (tables.of_part("F", "2026-10", "6725.00"), Elections()),
    "60 while the age was 55": (tables.person(wages="100.00", birth_date="1951-10-31"), Elections()),
    "55 when the age is 60": (tables.person(wage_month="2013-07", wages="100.00", birth_date="1958-07-15"), Elections()),
    "a bonus without effect": (tables.person(wages="6250.00", bonus="100.00"), Elections()),
    "a bonus where no rule is": (tables.of_part("E", "2026-10", "5050.00", "100.00"), Elections()),
    "nothing to keep": (tables.of_part("A", "2026-10", "6250.00"), Elections(keeps=True)),
    "domestic helper": (tables.person(wages="1700.00")._replace(domestic=True), Elections(chosen=True)),
    "11 % kept": (tables.of_part("A", "2021-06", "6250.00"), Elections(keeps=True)),
    "5.5 % kept": (tables.of_part("C", "2016-03", "6250.00"), Elections(keeps=True)),
    "employer's excess": (tables.person(wages="6250.00"), Elections(employer_excess=tables.Decimal(5))),
    "employee's excess, and the other reading": (tables.person(wages="6250.00"), Elections(employee_excess=tables.Decimal(5))),
    "employee's excess where both readings agree": (tables.person(wages="6300.00"), Elections(employee_excess=tables.Decimal(5))),
    "employee's excess, and the other reading rounded up": (tables.person(wages="6251.00"), Elections(employee_excess=tables.Decimal(5))),
    "both in excess": (tables.person(wages="6250.00"), Elections(tables.Decimal("2.5"), tables.Decimal("0.25"))),
    "excess up to RM10": (tables.person(wages="10.00"), Elections(tables.Decimal(5), tables.Decimal(5))),
    "excess above RM20,000": (tables.person(wages="25000.55"), Elections(employer_excess=tables.Decimal(3))),
    "employee's excess above RM20,000": (tables.person(wages="25000.55"), Elections(employee_excess=tables.Decimal(3))),
    "excess and bonus": (tables.person(wages="5500.50", bonus="600.00"), Elections(employer_excess=tables.Decimal(5))),
    "employee's excess and bonus": (tables.person(wages="5500.50", bonus="600.00"), Elections(employee_excess=tables.Decimal(5))),
    "excess and a bonus over RM20,000": (tables.person(wages="25000.55", bonus="21000.00"), Elections(employer_excess=tables.Decimal(5))),
    "excess beside a fixed sum": (tables.of_part("B", "2024-01", "1000.00"), Elections(employer_excess=tables.Decimal(10), chosen=True)),
    "employee's excess beside a fixed sum": (tables.of_part("B", "2024-01", "1000.00"), Elections(employee_excess=tables.Decimal(1), chosen=True)),
    "excess in Part E": (tables.of_part("E", "2023-09", "6250.00"), Elections(employee_excess=tables.Decimal(5))),
    "excess of both in Part F": (tables.of_part("F", "2026-10", "6710.00"), Elections(tables.Decimal(1), tables.Decimal(9))),
    "employer's excess in Part F": (tables.of_part("F", "2026-10", "6710.00"), Elections(employer_excess=tables.Decimal(1))),
    "11 % kept, and more": (tables.of_part("A", "2021-06", "5500.50", bonus="600.00"), Elections(employee_excess=tables.Decimal(2), keeps=True)),
}


def written(case: str) -> str:
    """A case as the file holds it: shares, then a line for each step."""
    facts, elections = CASES[case]
    found = schedule.shares(facts, elections)
    lines = [f"# {case}", f"{found.part} {found.employer} + {found.employee} = {found.total}, {found.basis}, {found.reference}"]
    for step in schedule.explain(facts, elections):
        figures = " ".join(f"{name}={figure}" for name, figure in sorted(step.figures.items()))
        lines.append(
            "  ".join(filter(None, (step.code, figures, step.citation and f"[{step.citation}]", step.assumed and f"assumed {step.assumed}")))
        )
    return "\n".join(lines)


@pytest.mark.parametrize("case", CASES)
def test_an_explanation_in_full(case: str) -> None:
    if os.environ.get("KWSP_WRITE_EXPLAINED"):
        FILE.write_text("\n\n".join(map(written, CASES)) + "\n", encoding="utf-8")

    kept = {text.splitlines()[0]: text for text in FILE.read_text(encoding="utf-8").rstrip("\n").split("\n\n")}

    assert written(case).splitlines() == kept[f"# {case}"].splitlines()


def test_the_file_holds_these_cases_and_no_others() -> None:
    assert [line.removeprefix("# ") for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("# ")] == list(CASES)
