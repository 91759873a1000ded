"""Keeping 11 % where an edition lowers the employee's share (the Khas forms; facts 2.3)."""

import pytest
from django.utils import translation

from contributions import explanations
from contributions.facts import Elections
from contributions.rules import schedule
from tests.statute import tables

KEEPS = Elections(keeps=True, chosen=True)


@pytest.mark.parametrize(
    ("part", "wage_month", "wages", "lowered", "kept"),
    [
        ("A", "2020-04", "6250.00", "441.00", "693.00"),
        ("A", "2020-12", "6250.00", "441.00", "693.00"),
        ("A", "2021-01", "6250.00", "567.00", "693.00"),
        ("A", "2022-06", "6250.00", "567.00", "693.00"),
        ("A", "2022-06", "21250.00", "1913.00", "2338.00"),
        ("B", "2021-06", "6250.00", "567.00", "693.00"),
    ],
)
def test_the_share_is_that_of_the_rows_at_eleven_percent(part: str, wage_month: str, wages: str, lowered: str, kept: str) -> None:
    facts = tables.of_part(part, wage_month, wages)

    by_edition, found = schedule.shares(facts, schedule.CHOSEN), schedule.shares(facts, KEEPS)

    assert (str(by_edition.employee), str(found.employee)) == (lowered, kept)
    assert (found.employer, found.basis, found.reference) == (by_edition.employer, by_edition.basis, by_edition.reference)


@pytest.mark.parametrize(("part", "wage_month"), [("A", "2020-03"), ("A", "2022-07"), ("C", "2020-06"), ("E", "2021-06"), ("B", "2025-10")])
def test_keeping_changes_nothing_where_nothing_is_lowered(part: str, wage_month: str) -> None:
    facts = tables.of_part(part, wage_month, "6250.00")

    assert schedule.shares(facts, KEEPS) == schedule.shares(facts, schedule.CHOSEN)
    assert schedule.explain(facts, KEEPS) == schedule.explain(facts, schedule.CHOSEN)


def test_it_goes_together_with_bonus_and_excess() -> None:
    """13 % of RM5,500.50 is 715.065; 11 % + 2 % of it is 715.065 too: the total of 1,430.13 is 1,431, of which the employee pays 716."""
    facts = tables.of_part("A", "2021-06", "5500.50", bonus="600.00")

    bonus = schedule.shares(facts, KEEPS)
    both = schedule.shares(facts, KEEPS._replace(employee_excess=schedule.Decimal(2)))

    assert [str(share) for share in bonus[1:4]] == ["716.00", "616.00", "1332.00"]
    assert [str(share) for share in both[1:4]] == ["715.00", "716.00", "1431.00"]


@pytest.mark.parametrize(("language", "words"), [("ms", "dikekalkan atas pilihan pekerja"), ("en", "kept by the employee's election")])
def test_it_is_explained_with_its_assumption(language: str, words: str) -> None:
    with translation.override(language):
        said = explanations.explained(schedule.explain(tables.of_part("A", "2021-06", "6250.00"), KEEPS))

    assert any(words in sentence and "11%" in sentence and "9%" in sentence for sentence in said.sentences)
    assert len(said.assumptions) == 1
