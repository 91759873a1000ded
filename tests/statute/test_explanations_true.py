"""What an explanation may not say: months that never changed anything, roundings that round nothing, percentages that are none, silence."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from contributions import explanations
from contributions.calculator import lessons
from contributions.facts import CHOSEN, Elections, EmployeeFacts
from contributions.rules import schedule
from kwsp_portal.common import rates
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from tests.statute import tables

PR = Citizenship.PERMANENT_RESIDENT
BOTH = Elections(Decimal(5), Decimal(5))


def codes(facts: EmployeeFacts, elections: Elections = CHOSEN) -> set[str]:
    return {step.code for step in schedule.explain(facts, elections)}


def said(facts: EmployeeFacts, code: str, elections: Elections = CHOSEN, language: str = "en") -> str:
    step = next(step for step in schedule.explain(facts, elections) if step.code == code)
    with translation.override(language):
        return explanations.words(step).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("wage_month", "birth_date", "code"),
    [
        ("2013-07", "1958-07-15", "AGE_BELOW_THIS_MONTH"),  # from August 2013 the age is 60, and Part A stays
        ("2013-06", "1958-07-15", "AGE_BELOW_THIS_MONTH"),
        ("2013-06", "1958-06-15", "AGE_BELOW"),
        ("2010-06", "1957-01-15", "AGE_BELOW"),
        ("2013-08", "1953-03-01", "AGE_REACHED_BEFORE"),  # 60 in March 2013, but in Part C since April 2008
        ("2013-08", "1953-06-30", "AGE_REACHED_BEFORE"),
        ("2013-08", "1953-07-31", "AGE_REACHED"),
        ("2026-10", "1951-10-31", "AGE_REACHED_BEFORE"),  # saved in Part A until July 2013
        ("2014-01", "1941-03-01", "AGE_REACHED_BEFORE"),
        ("2013-07", "1953-02-01", "AGE_REACHED"),
        ("2026-10", "1966-09-15", "AGE_REACHED"),
        ("2026-09", "1966-09-15", "AGE_BELOW"),
    ],
)
def test_a_month_is_named_only_where_the_age_counted_in_it(wage_month: str, birth_date: str, code: str) -> None:
    facts = tables.person(wage_month=wage_month, birth_date=birth_date)

    found = next(step for step in schedule.explain(facts) if step.code.startswith("AGE_"))

    assert found.code == code
    assert ("from_month" in found.figures) == (code in ("AGE_BELOW", "AGE_REACHED"))


def test_an_age_without_its_month_is_said_by_the_law_of_the_month() -> None:
    below = said(tables.person(wage_month="2013-07", birth_date="1958-07-15"), "AGE_BELOW_THIS_MONTH")
    reached = said(tables.person(wage_month="2026-10", birth_date="1951-10-31"), "AGE_REACHED_BEFORE")

    assert below == (
        "Born on 15 Jul 1958, reaches age 55 on 15 Jul 2013: by the age in force in this wage month, the second stage does not apply in it."
    )
    assert reached == "Born on 31 Oct 1951, reached age 60 on 31 Oct 2011: the second stage applies."


def test_the_example_of_the_help_page_changes_its_rate_when_it_says() -> None:
    for month in WageMonth(2008, 4).through(WageMonth(2014, 12)):
        turn = lessons.of(month).reduced
        born = date(turn.birthday.year - turn.age, turn.birthday.month, turn.birthday.day)
        parts = [schedule.shares(tables.person(wage_month=str(at), birth_date=born.isoformat())).part for at in (turn.last_before, turn.first_after)]

        assert parts == ["A", "C"], month


@pytest.mark.parametrize(
    ("facts", "elections"),
    [
        (tables.of_part("F", "2026-10", "6725.00"), CHOSEN),
        (tables.of_part("C", "2025-09", "21250.00"), Elections(employer_excess=Decimal("0.5"))),
    ],
)
def test_a_whole_total_is_not_said_to_be_rounded(facts: EmployeeFacts, elections: Elections) -> None:
    found = schedule.shares(facts, elections)
    step = next(step for step in schedule.explain(facts, elections) if step.code.startswith("ROUND"))

    assert step.code == "ROUND_SHARES_ONLY"
    assert step.assumed
    text = said(facts, step.code, elections)
    assert text.startswith(f"The total RM {found.total:,} is already in whole ringgit.")
    assert f"the employer's share is what remains, RM {found.employer:,}" in text


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (tables.person(wages="6250.00"), "NOT_EXACT"),
        (tables.of_part("B", "2020-05", "6250.00"), "NOT_EXACT_EMPLOYEE"),
        (tables.of_part("D", "2020-05", "6250.00"), "NOT_EXACT_EMPLOYEE"),
        (tables.of_part("E", "2023-09", "6250.00"), "NOT_EXACT_EMPLOYER"),
        (tables.person(wages="6300.00"), None),
        (tables.person(wage_month="2026-10", wages="99.00"), None),
        (tables.person(wage_month="2026-10", wages="92.00"), "NOT_EXACT_EMPLOYER"),
    ],
)
def test_only_a_share_that_differs_is_asked_about(facts: EmployeeFacts, code: str | None) -> None:
    found = schedule.shares(facts, CHOSEN)

    assert {name for name in codes(facts) if name.startswith("NOT_EXACT")} == ({code} if code else set())
    if code == "NOT_EXACT_EMPLOYEE":
        assert f"so RM {found.employee}" in said(facts, code)
        assert f"RM {found.employer}" not in said(facts, code)
    if code == "NOT_EXACT_EMPLOYER":
        assert f"so RM {found.employer}" in said(facts, code)
        assert "RM 0.00" not in said(facts, code)


def test_which_share_is_taken_of_the_exact_wages_is_said_of_the_share() -> None:
    facts, elections = tables.person(wages="6250.00"), Elections(employee_excess=Decimal(5))

    assert "Only the share for which an excess was elected is taken of the exact wages" in said(facts, "OTHER_BY_ROW", elections)
    assert "Hanya syer yang dipilih melebihi kadar berkanun" in said(facts, "OTHER_BY_ROW", elections, "ms")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (tables.person(wages="5050.00", bonus="100.00"), None),
        (tables.person(wages="6250.00", bonus="100.00"), "BONUS_CHANGES_NOTHING"),
        (tables.person(wages="3000.00", bonus="100.00"), "BONUS_CHANGES_NOTHING"),
        (tables.person(wages="10.00", bonus="10.00"), "BONUS_CHANGES_NOTHING"),
        (tables.person(wage_month="2011-12", wages="5050.00", bonus="100.00"), "NO_BONUS_RULE"),
        (tables.of_part("B", "2020-05", "5050.00", "100.00"), "NO_BONUS_RULE"),
        (tables.of_part("E", "2023-09", "5050.00", "100.00"), "NO_BONUS_RULE"),
        (tables.of_part("F", "2026-10", "5050.00", "100.00"), "NO_BONUS_RULE"),
        (tables.person(wages="6250.00"), None),
    ],
)
def test_a_bonus_that_changes_nothing_is_answered(facts: EmployeeFacts, code: str | None) -> None:
    for elections in (CHOSEN, CHOSEN._replace(employer_excess=Decimal(1))):
        assert codes(facts, elections) & {"BONUS_CHANGES_NOTHING", "NO_BONUS_RULE"} == ({code} if code else set())
        if code:
            assert "RM" in said(facts, code, elections)
            assert "%(" not in said(facts, code, elections, "ms")


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (tables.of_part("A", "2021-06", "6250.00"), False),
        (tables.of_part("A", "2026-10", "6250.00"), True),
        (tables.of_part("E", "2021-06", "6250.00"), True),
        (tables.of_part("C", "2021-06", "6250.00"), True),
    ],
)
def test_keeping_a_rate_that_nothing_lowers_is_answered(facts: EmployeeFacts, told: bool) -> None:
    keeps = CHOSEN._replace(keeps=True)
    for elections in (keeps, keeps._replace(employer_excess=Decimal(1))):
        assert ("KEEPS_NOTHING" in codes(facts, elections)) is told
        if told:
            assert f"Part {schedule.shares(facts, elections).part} has no higher rate to keep" in said(facts, "KEEPS_NOTHING", elections)


def test_two_excesses_leave_no_row() -> None:
    both = schedule.shares(tables.person(wages="6250.00"), BOTH)
    one = schedule.shares(tables.person(wages="6250.00"), BOTH._replace(employee_excess=Decimal(0)))

    assert both.band_to is None
    assert one.band_to == Decimal("6300.00")


def test_what_is_older_than_the_register_is_not_dated_by_it() -> None:
    by_register = tables.person(wage_month="2023-09", wages="6250.00")

    assert "since the wage month of February 2008 or earlier" in said(by_register, "EMPLOYER_RATE_OVER_LIMIT")
    assert "sejak bulan upah Februari 2008 atau lebih awal" in said(by_register, "EMPLOYER_RATE_OVER_LIMIT", language="ms")
    assert said(by_register, "EMPLOYEE_RATE").endswith("July 2022.")


@pytest.mark.parametrize(("wage_month", "cited"), [("2008-02", False), ("2025-09", False), ("2025-10", True)])
def test_no_row_cites_an_edition_that_came_later(wage_month: str, cited: bool) -> None:
    steps = schedule.explain(tables.person(wage_month=wage_month, wages="6250.00"))

    assert any("schedule_2025" in step.citation for step in steps) is cited


def test_what_is_assumed_of_a_fixed_sum_and_of_helpers_is_declared() -> None:
    steps = schedule.explain(tables.of_part("B", "2024-01", "1000.00"), CHOSEN._replace(employer_excess=Decimal(10)))

    assert "third_schedule/excess.beside_fixed@2008-02-01" in {step.assumed for step in steps}
    assert rates.assumption("third_schedule/f.domestic_excluded@2025-10-01").reason
