"""Keeping 11 % where an edition lowers the employee's share (the Khas forms; facts 2.3). Figures: data/elections.csv."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from contributions import explanations
from contributions.facts import Elections
from contributions.rules import regime, schedule
from tests.statute import tables

KEEPS = Elections(keeps=True, chosen=True)


def test_only_the_employees_share_differs_from_the_edition() -> None:
    facts = tables.of_part("A", "2021-06", "6250.00")

    by_edition, found = schedule.shares(facts), schedule.shares(facts, KEEPS)

    assert (str(by_edition.employee), str(found.employee)) == ("567.00", "693.00")
    assert (found.employer, found.basis, found.reference) == (by_edition.employer, by_edition.basis, by_edition.reference)


@pytest.mark.parametrize(("part", "wage_month"), [("A", "2020-03"), ("A", "2022-07"), ("C", "2020-06"), ("E", "2021-06"), ("B", "2025-10")])
def test_keeping_changes_nothing_where_nothing_is_lowered(part: str, wage_month: str) -> None:
    facts = tables.of_part(part, wage_month, "6250.00")

    assert schedule.shares(facts, KEEPS) == schedule.shares(facts, schedule.CHOSEN)
    *told, last = schedule.explain(facts, KEEPS)
    assert told == schedule.explain(facts, schedule.CHOSEN)
    assert last.code == "KEEPS_NOTHING"


@pytest.mark.parametrize(("language", "words"), [("ms", "dikekalkan atas pilihan pekerja"), ("en", "kept by the employee's election")])
def test_it_is_explained_with_its_assumption(language: str, words: str) -> None:
    with translation.override(language):
        said = explanations.explained(schedule.explain(tables.of_part("A", "2021-06", "6250.00"), KEEPS))

    assert any(words in sentence and "11%" in sentence and "9%" in sentence for sentence in said.sentences)
    assert len(said.assumptions) == 1


@pytest.mark.parametrize(
    ("wage_month", "wages", "employer", "employee", "by_row"),
    [("2009-06", "6250.00", "756", "688", "693"), ("2016-06", "3010.00", "393", "332", "333"), ("2021-06", "6250.00", "756", "688", "693")],
)
def test_the_exact_percentage_is_a_change_of_data(
    monkeypatch: pytest.MonkeyPatch, wage_month: str, wages: str, employer: str, employee: str, by_row: str
) -> None:
    """The other reading of the forms (facts 2.3): a notice that raises the share to 11 %, taken as an excess is."""
    facts = tables.of_part("A", wage_month, wages)
    assert int(schedule.shares(facts, KEEPS).employee) == int(by_row)
    law = regime.law_of(facts.wage_month)
    exact = tuple(replace(part, kept_by_row=False) for part in law.citizen)
    monkeypatch.setitem(regime.MONTHS, facts.wage_month, replace(law, citizen=exact))

    found = schedule.shares(facts, KEEPS)

    assert (int(found.employer), int(found.employee), found.basis) == (int(employer), int(employee), schedule.Basis.EXCESS)
    told = schedule.explain(facts, KEEPS)
    assert ("EMPLOYEE_EXCESS" in {step.code for step in told}, "KEEPS_NOTHING" in {step.code for step in told}) == (True, False)
    more = schedule.shares(facts, KEEPS._replace(employee_excess=Decimal(5)))
    assert more.employee == (facts.wages * Decimal("0.16")).to_integral_value(rounding="ROUND_CEILING")
