"""From which wage month a change of standing counts is said to whoever is near it, and to nobody else."""

from datetime import date

import pytest

from contributions.rules import category, who_steps
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from tests.statute import tables

CITIZEN, PR, FOREIGN = Citizenship.CITIZEN, Citizenship.PERMANENT_RESIDENT, Citizenship.NON_CITIZEN
BORN = (date(1980, 1, 1), FOREIGN)


@pytest.mark.parametrize(
    ("wage_month", "code"),
    [
        ("2026-02", None),
        ("2026-03", "STANDING_CHANGES"),
        ("2026-04", "STANDING_CHANGED"),
        ("2026-05", "STANDING_CHANGED"),
        ("2026-06", "STANDING_CHANGED"),
        ("2026-07", None),
    ],
)
@pytest.mark.parametrize("day", [1, 17, 31])
def test_near_the_change_it_says_when_it_counts(wage_month: str, code: str | None, day: int) -> None:
    history = [(date(2026, 3, day), PR), BORN]
    month = WageMonth.parse(wage_month)
    standing = category.citizenship_in(history, month)
    facts = tables.person(wage_month=wage_month, citizenship=standing)

    step = who_steps.change_of_standing(history, facts)

    assert standing is (PR if month > WageMonth(2026, 3) else FOREIGN)
    assert (step and step.code) == code
    if step:
        assert dict(step.figures) == {"changed_on": f"2026-03-{day:02d}", "from_month": "2026-04"}
        assert step.assumed == "third_schedule/status.after_months@2008-02-01"
        assert step.citation


@pytest.mark.parametrize(
    ("history", "citizenship"),
    [
        ([(date(2026, 3, 17), CITIZEN)], CITIZEN),  # the first standing changes nothing
        ([BORN, (date(2026, 3, 17), FOREIGN)], FOREIGN),  # a new paper, the same standing
        ([BORN, (date(2026, 3, 17), PR)], CITIZEN),  # the row was reckoned with another standing than the register has
        ([], CITIZEN),
    ],
)
def test_nothing_is_said_where_nothing_changed(history: list[tuple[date, Citizenship]], citizenship: Citizenship) -> None:
    for month in ("2026-03", "2026-04"):
        assert who_steps.change_of_standing(history, tables.person(wage_month=month, citizenship=citizenship)) is None


def test_of_two_changes_the_last_is_said() -> None:
    history = [BORN, (date(2026, 2, 10), PR), (date(2026, 3, 17), CITIZEN)]

    step = who_steps.change_of_standing(history, tables.person(wage_month="2026-03", citizenship=PR))

    assert step is not None
    assert (step.code, step.figures["changed_on"]) == ("STANDING_CHANGES", "2026-03-17")
