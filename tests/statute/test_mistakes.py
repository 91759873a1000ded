"""Wrong shares known by their pattern, and the explanation of the seed's own example."""

from decimal import Decimal

import pytest

from contributions.facts import CHOSEN
from contributions.rules import schedule
from tests.statute import tables


@pytest.mark.parametrize(
    ("employer", "employee"),
    [("750.00", "688.00"), ("750.00", "687.00"), ("750.00", "687.50"), ("750", "688")],
)
def test_the_exact_percentage_of_6250_is_recognised_in_every_rounding(employer: str, employee: str) -> None:
    """Seed 001: 750/688 for RM6,250 is a "kesilapan pengiraan"; the Schedule says 756/693."""
    facts = tables.person(wages="6250.00")

    assert schedule.looks_like_exact_percentage(facts, Decimal(employer), Decimal(employee))


@pytest.mark.parametrize(
    ("wages", "employer", "employee"),
    [
        ("6250.00", "756.00", "693.00"),  # right
        ("6250.00", "750.00", "693.00"),  # one share right, one exact: not the pattern
        ("6250.00", "700.00", "688.00"),  # simply wrong
        ("21250.00", "2550.00", "2337.50"),  # above RM20,000 the exact percentage is the law; its rounding is wrong
        ("6300.00", "756.00", "693.00"),  # the exact percentage of a row's end is the schedule
    ],
)
def test_other_shares_are_not_called_exact_percentage(wages: str, employer: str, employee: str) -> None:
    assert not schedule.looks_like_exact_percentage(tables.person(wages=wages), Decimal(employer), Decimal(employee))


def test_each_share_may_be_rounded_up_from_little() -> None:
    """12 % and 11 % of RM6,251.00 are 750.12 and 687.61."""
    assert schedule.looks_like_exact_percentage(tables.person(wages="6251.00"), Decimal("751.00"), Decimal("688.00"))


def test_the_exact_percentage_itself_is_told_unrounded() -> None:
    assert schedule.exact_percentage(tables.person(wages="6250.00")) == (Decimal("750.00"), Decimal("687.50"))


def test_shares_of_the_bonus_rule_are_recognised_in_a_row_without_a_bonus() -> None:
    facts = tables.person(wages="6050.50")

    assert schedule.bonus_that_fits(facts, Decimal(787), Decimal(671)) == facts.wages - 5000
    assert schedule.bonus_that_fits(facts, Decimal(732), Decimal(671)) is None
    assert schedule.bonus_that_fits(tables.person(wages="5000.01"), Decimal(651), Decimal(561)) == Decimal("0.01")


@pytest.mark.parametrize(("part", "wages"), [("A", "5000.00"), ("E", "6050.50"), ("B", "6050.50")])
def test_no_bonus_rule_below_the_limit_or_outside_parts_a_and_c(part: str, wages: str) -> None:
    facts = tables.of_part(part, "2025-09", wages)
    shares = schedule.shares(facts, CHOSEN)

    assert schedule.bonus_that_fits(facts, shares.employer, shares.employee, CHOSEN) is None


def test_the_seeds_example_says_why_693_and_not_688() -> None:
    steps = {step.code: step for step in schedule.explain(tables.person(wages="6250.00"))}

    assert dict(steps["NOT_EXACT"].figures) == {
        "employer_exact": "750.00",
        "employee_exact": "688.00",
        "employer": "756.00",
        "employee": "693.00",
        "band_to": "6300.00",
        "limit": "20000.00",
    }
    assert steps["BAND"].figures["band_from"] == "6200.01"
    assert steps["EMPLOYEE_RATE"].figures == {"rate": "0.11", "since_month": "2022-07"}


def test_the_fall_of_the_employers_share_above_5000_is_explained() -> None:
    steps = {step.code: step.figures for step in schedule.explain(tables.person(wages="5000.01"))}

    assert (steps["EMPLOYER_FALLS"]["at_limit"], steps["EMPLOYER_FALLS"]["employer"]) == ("650.00", "612.00")
    assert "EMPLOYER_FALLS" not in {step.code for step in schedule.explain(tables.person(wages="6250.00"))}


@pytest.mark.parametrize(
    ("facts", "assumed"),
    [
        (tables.person(wages="6250.00"), set()),
        (tables.person(wages="21250.00"), set()),  # only one share holds sen: nothing had to be assumed
        (tables.person(wages="21250.55"), {"third_schedule/rounding.exact@2022-07-01"}),
        (tables.of_part("B", "2026-10", "1751.00"), {"third_schedule/rounding.part_f@2025-10-01"}),
        (tables.of_part("B", "2020-05", "1751.00"), {"third_schedule/b.employee@2020-04-01"}),
        (tables.person(birth_date="1966-09-15"), {"third_schedule/age.reduced_after_months@2008-02-01"}),
        (tables.person(birth_date="1951-10-15"), {"third_schedule/age.last_after_months@2008-02-01"}),
    ],
)
def test_an_assumption_is_named_exactly_where_it_decides(facts: schedule.EmployeeFacts, assumed: set[str]) -> None:
    assert {step.assumed for step in schedule.explain(facts, CHOSEN) if step.assumed} == assumed


def test_part_f_says_where_the_questions_and_answers_differ() -> None:
    steps = {step.code: step.figures for step in schedule.explain(tables.of_part("B", "2026-10", "1751.00"), CHOSEN)}

    assert steps["FAQ_ROUNDS_EACH"] == {"each": "72.00", "total": "71.00"}
