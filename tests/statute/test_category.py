"""Which Part applies: standing, the month after the birthday month, and the end at 75 (ruling 7)."""

from datetime import date
from typing import Any

import pytest

from contributions.enums import Category
from contributions.facts import CHOSEN
from contributions.rules import category, schedule
from kwsp_portal.common import rates
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship
from tests.statute import tables


@pytest.mark.parametrize(
    ("birth_date", "wage_month", "part"),
    [
        ("1966-04-15", "2026-03", "A"),
        ("1966-04-15", "2026-04", "A"),  # the birthday month itself
        ("1966-04-15", "2026-05", "E"),  # the wage month after it
        ("1966-04-01", "2026-04", "A"),
        ("1966-04-30", "2026-05", "E"),
        ("1966-05-01", "2026-05", "A"),
        ("1966-12-31", "2026-12", "A"),
        ("1966-12-31", "2027-01", "E"),
        ("1964-02-29", "2024-02", "A"),
        ("1964-02-29", "2024-03", "E"),
    ],
)
def test_the_second_stage_starts_with_the_month_after_the_birthday_month(birth_date: str, wage_month: str, part: str) -> None:
    assert category.part_of(tables.person(birth_date=birth_date, wage_month=wage_month)).code == part


@pytest.mark.parametrize("wage_month", ["2025-01", "2026-10"])
def test_the_last_wage_month_is_that_of_the_75th_birthday(wage_month: str) -> None:
    year, month = map(int, wage_month.split("-"))
    in_last_month = tables.person(wage_month=wage_month, birth_date=str(date(year - 75, month, 1)))
    a_month_later = in_last_month._replace(wage_month=in_last_month.wage_month.next())

    assert schedule.shares(in_last_month, CHOSEN).part == "E"
    with pytest.raises(Refusal) as refused:
        schedule.shares(a_month_later, CHOSEN)

    assert refused.value.code == "ABOVE_CONTRIBUTION_AGE"
    assert "Jadual Pertama" in rates.citations(refused.value.provision)[0].ms
    assert refused.value.details["last_month"] == wage_month


@pytest.mark.parametrize("born", ["1951-09-30", "1940-01-01"])
def test_part_f_ends_at_75_too(born: str) -> None:
    with pytest.raises(Refusal, match="ABOVE_CONTRIBUTION_AGE"):
        schedule.shares(tables.person(citizenship=Citizenship.NON_CITIZEN, birth_date=born))


@pytest.mark.parametrize(
    ("citizenship", "member_since", "standing", "below", "reached"),
    [
        (Citizenship.CITIZEN, "", Category.CITIZEN, "A", "E"),
        (Citizenship.CITIZEN, "1990-01-01", Category.CITIZEN, "A", "E"),
        (Citizenship.PERMANENT_RESIDENT, "2015-01-01", Category.PERMANENT_RESIDENT, "A", "C"),
        (Citizenship.NON_CITIZEN, "1998-07-31", Category.EARLY_NON_CITIZEN, "A", "C"),
        (Citizenship.NON_CITIZEN, "1998-08-01", Category.LATER_NON_CITIZEN, "B", "D"),
        (Citizenship.NON_CITIZEN, "", Category.LATER_NON_CITIZEN, "B", "D"),
    ],
)
def test_standing_chooses_the_pair_of_parts(citizenship: Citizenship, member_since: str, standing: Category, below: str, reached: str) -> None:
    young = tables.person(wage_month="2024-06", citizenship=citizenship, member_since=member_since, birth_date="1990-01-15")
    old = young._replace(birth_date=date(1960, 1, 15))

    assert category.category_of(young) == standing
    assert (category.part_of(young, CHOSEN).code, category.part_of(old, CHOSEN).code) == (below, reached)


def test_the_word_of_the_database_serves_as_citizenship() -> None:
    facts = tables.person()._replace(citizenship="NON_CITIZEN")  # type: ignore[arg-type]

    assert schedule.shares(facts, CHOSEN).part == "F"


def test_an_unknown_citizenship_is_an_error() -> None:
    with pytest.raises(ValueError, match="MARTIAN"):
        schedule.shares(tables.person()._replace(citizenship="MARTIAN"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"wages": "-0.01"}, "NEGATIVE_WAGES"),
        ({"wages": "100.00", "bonus": "100.01"}, "BONUS_OUT_OF_RANGE"),
        ({"wages": "100.00", "bonus": "-1.00"}, "BONUS_OUT_OF_RANGE"),
        ({"birth_date": "2026-11-01"}, "BORN_AFTER_WAGE_MONTH"),
    ],
)
def test_facts_that_cannot_be_are_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal, match=code):
        schedule.shares(tables.person(**change))


def test_somebody_born_in_the_wage_month_is_no_error_of_the_rule() -> None:
    assert schedule.shares(tables.person(birth_date="2026-10-31")).part == "A"
