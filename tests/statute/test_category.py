"""Which Part applies: standing, the month after the birthday month, and the end at 75 (ruling 7)."""

from datetime import date
from typing import Any

import pytest

from contributions.enums import Category
from contributions.facts import CHOSEN
from contributions.rules import category, regime, schedule
from kwsp_portal.common import rates
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship
from tests.statute import tables


@pytest.mark.parametrize("row", tables.read("parts.csv"), ids=lambda row: " ".join([*row.values()][:5]))
def test_standing_age_and_month_choose_the_part(row: dict[str, str]) -> None:
    facts = tables.person(
        wage_month=row["wage_month"],
        citizenship=Citizenship(row["citizenship"]),
        member_since=row["member_since"],
        birth_date=row["birth_date"],
    )

    try:
        found: str = category.part_of(facts, CHOSEN).code
    except Refusal as refusal:
        found = refusal.code

    assert found == row["part"], row["source"]


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


@pytest.mark.parametrize(
    ("citizenship", "member_since", "standing"),
    [
        (Citizenship.CITIZEN, "", Category.CITIZEN),
        (Citizenship.CITIZEN, "1990-01-01", Category.CITIZEN),
        (Citizenship.PERMANENT_RESIDENT, "2015-01-01", Category.PERMANENT_RESIDENT),
        (Citizenship.NON_CITIZEN, "1998-07-31", Category.EARLY_NON_CITIZEN),
        (Citizenship.NON_CITIZEN, "1998-08-01", Category.LATER_NON_CITIZEN),
        (Citizenship.NON_CITIZEN, "", Category.LATER_NON_CITIZEN),
    ],
)
def test_the_standing_follows_from_citizenship_and_membership(citizenship: Citizenship, member_since: str, standing: Category) -> None:
    facts = tables.person(citizenship=citizenship, member_since=member_since)

    assert category.category_of(facts, regime.law_of(facts.wage_month)) == standing


HISTORY = [
    (date(2020, 3, 31), Citizenship.PERMANENT_RESIDENT),
    (date(2010, 5, 17), Citizenship.NON_CITIZEN),
    (date(2026, 2, 1), Citizenship.CITIZEN),
]


@pytest.mark.parametrize(
    ("wage_month", "expected"),
    [
        ("2010-04", None),
        ("2010-05", Citizenship.NON_CITIZEN),  # the first standing counts from its own month
        ("2020-03", Citizenship.NON_CITIZEN),  # a change in the middle, and on the last day
        ("2020-04", Citizenship.PERMANENT_RESIDENT),
        ("2026-02", Citizenship.PERMANENT_RESIDENT),  # a change on the first day
        ("2026-03", Citizenship.CITIZEN),
    ],
)
def test_a_change_of_standing_counts_from_the_wage_month_after_it(wage_month: str, expected: Citizenship | None) -> None:
    assert category.citizenship_in(HISTORY, WageMonth.parse(wage_month)) == expected


def test_of_two_changes_in_one_month_the_last_counts() -> None:
    history = [*HISTORY, (date(2020, 3, 2), Citizenship.CITIZEN)]

    assert category.citizenship_in(history, WageMonth(2020, 4)) == Citizenship.PERMANENT_RESIDENT
    assert category.citizenship_in([], WageMonth(2020, 4)) is None


def test_the_standing_of_a_month_before_the_rate_file_is_read_as_that_of_its_first() -> None:
    assert [category.standing_day(WageMonth(*month)) for month in ((2007, 6), (2026, 3))] == [date(2007, 5, 31), date(2026, 2, 28)]


def test_a_first_standing_on_the_last_day_counts_in_its_month() -> None:
    assert category.citizenship_in([(date(2020, 5, 31), Citizenship.CITIZEN)], WageMonth(2020, 5)) == Citizenship.CITIZEN


def test_becoming_a_citizen_moves_somebody_of_60_from_c_to_e_the_month_after() -> None:
    months = (WageMonth(2026, 2), WageMonth(2026, 3))
    parts = [
        category.part_of(
            tables.person(wage_month=str(month), birth_date="1960-01-15")._replace(citizenship=category.citizenship_in(HISTORY, month))
        ).code  # type: ignore[arg-type]
        for month in months
    ]

    assert parts == ["C", "E"]


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
